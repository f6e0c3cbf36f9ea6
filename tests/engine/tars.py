"""Small tars, and images built from them."""

from __future__ import annotations

import io
import json
import secrets
import tarfile
from urllib.parse import urlencode

from tests.docker import LABEL, Docker


def tar(**files: bytes | str) -> bytes:
    """Return a tar of files by name (`__` stands for a slash); without content a name is a folder."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            member = tarfile.TarInfo(name.replace("__", "/"))
            member.size, member.mode, member.mtime = len(data), 0o640, 1_700_000_000
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def names_in(content: bytes) -> set[str]:
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        return set(archive.getnames())


def file_in(content: bytes, name: str) -> bytes:
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        found = archive.extractfile(name)
        assert found is not None
        return found.read()


def a_name(docker: Docker, host: str = "") -> str:
    """Return a unique image name; the image is removed after the test."""
    repository = f"longshore-{docker.run_id}-{secrets.token_hex(4)}"
    name = f"{host}/{repository}:one" if host else f"{repository}:one"
    docker.others.append(f"/images/{name}?force=1")
    return name


def an_image(docker: Docker, host: str = "", content: bytes = b"") -> str:
    """Create a small unique image and return its name; it is removed after the test."""
    name = a_name(docker, host)
    repository, _, tag = name.rpartition(":")
    changes = [("changes", 'CMD ["sh"]'), ("changes", f"LABEL {LABEL}={docker.run_id}"), ("changes", "ENV A=b")]
    query = urlencode([("fromSrc", "-"), ("repo", repository), ("tag", tag), *changes])
    docker.request("POST", f"/images/create?{query}", body=tar(name=name, content=content or secrets.token_bytes(2000)))
    return name


def image_id(docker: Docker, name: str) -> str:
    return docker.request("GET", f"/images/{name}/json")["Id"]


def ours(docker: Docker) -> str:
    """Return the `filters` for objects of this test run."""
    return json.dumps({"label": [f"{LABEL}={docker.run_id}"]})
