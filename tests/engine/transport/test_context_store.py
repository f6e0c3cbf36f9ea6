"""Docker's contexts are stored byte for byte, mode for mode as the docker command stores them."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from tui.engine.errors import AddressError
from tui.engine.transport.context_store import ContextStore, NewContext

DOCKER = shutil.which("docker")
needs_docker = pytest.mark.skipif(DOCKER is None, reason="needs the docker command, which it is compared with")


def docker(folder: Path, *words: str) -> str:
    environ = {**os.environ, "DOCKER_CONFIG": str(folder), "DOCKER_HOST": "", "DOCKER_CONTEXT": ""}
    done = subprocess.run(["docker", *words], env=environ, capture_output=True, text=True, check=True)
    return done.stdout


def stored(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Everything below a folder: its mode and content."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mode & 0o777, path.read_bytes() if path.is_file() else b"")
        for path in sorted(folder.rglob("*"))
    }


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A certificate that signs itself, and its key."""
    folder = tmp_path_factory.mktemp("keys")
    cert, key = folder / "cert.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=engine"]
    subprocess.run([*command, "-keyout", str(key), "-out", str(cert)], check=True, capture_output=True)
    return {"ca": cert, "cert": cert, "key": key}


CASES = {
    "plain": (NewContext("web1", "ssh://root@web1"), "host=ssh://root@web1"),
    "described": (NewContext("web.2+x", "tcp://h:2375", 'ä <b> & "q" \u2028'), "host=tcp://h:2375"),
    "unverified": (NewContext("lab", "tcp://h:2376", skip_tls_verify=True), "host=tcp://h:2376,skip-tls-verify=true"),
}


@needs_docker
@pytest.mark.parametrize("case", CASES)
def test_a_context_is_stored_as_docker_stores_it(case: str, tmp_path: Path) -> None:
    new, endpoint = CASES[case]
    description = ["--description", new.description] if new.description else []
    docker(tmp_path / "docker", "context", "create", new.name, *description, "--docker", endpoint)
    (tmp_path / "ours").mkdir(mode=0o755)
    ContextStore(tmp_path / "ours").create(new)
    ours, theirs = stored(tmp_path / "ours"), stored(tmp_path / "docker")
    theirs.pop("config.json", None)
    assert ours == theirs


@needs_docker
def test_keys_are_stored_as_docker_stores_them(tmp_path: Path, keys: dict[str, Path]) -> None:
    parts = ",".join([f"{name}={path}" for name, path in keys.items()])
    docker(tmp_path / "docker", "context", "create", "full", "--docker", f"host=tcp://h:2376,{parts}")
    (tmp_path / "ours").mkdir(mode=0o755)
    ContextStore(tmp_path / "ours").create(NewContext("full", "tcp://h:2376", **keys))
    ours, theirs = stored(tmp_path / "ours"), stored(tmp_path / "docker")
    theirs.pop("config.json", None)
    assert ours == theirs
    found = ContextStore(tmp_path / "ours").find("full")
    assert found.tls_folder is not None
    assert (found.tls_folder / "key.pem").read_bytes() == keys["key"].read_bytes()


@needs_docker
def test_an_exported_context_can_be_imported_by_docker(tmp_path: Path, keys: dict[str, Path]) -> None:
    ours = ContextStore(tmp_path / "ours")
    ours.create(NewContext("full", "tcp://h:2376", "with keys", **keys))
    (tmp_path / "full.dockercontext").write_bytes(ours.export("full"))
    docker(tmp_path / "docker", "context", "import", "again", str(tmp_path / "full.dockercontext"))
    said = json.loads(docker(tmp_path / "docker", "context", "inspect", "again"))[0]
    assert said["Endpoints"]["docker"]["Host"] == "tcp://h:2376"
    assert said["TLSMaterial"] == {"docker": ["ca.pem", "cert.pem", "key.pem"]}
    with tarfile.open(fileobj=io.BytesIO(ours.export("full"))) as archive:
        assert [entry.name for entry in archive] == [
            "meta.json", "tls", "tls/docker", "tls/docker/ca.pem", "tls/docker/cert.pem", "tls/docker/key.pem",
        ]  # fmt: skip


@needs_docker
def test_the_current_context_is_the_one_that_docker_uses(tmp_path: Path) -> None:
    ours = ContextStore(tmp_path)
    ours.create(NewContext("web1", "tcp://h:1"))
    config = tmp_path / "config.json"
    config.write_text('{"auths": {"registry": {"auth": "c2VjcmV0"}}, "unknown": 1}')
    config.chmod(0o640)
    ours.use("web1")
    assert docker(tmp_path, "context", "show").strip() == "web1"
    assert ours.current() == "web1"
    ours.use("default")
    assert docker(tmp_path, "context", "show").strip() == "default"
    assert json.loads(config.read_text()) == {"auths": {"registry": {"auth": "c2VjcmV0"}}, "unknown": 1}
    assert config.stat().st_mode & 0o777 == 0o640


def test_a_removed_context_leaves_nothing(tmp_path: Path, keys: dict[str, Path]) -> None:
    ours = ContextStore(tmp_path)
    ours.create(NewContext("web1", "tcp://h:1", **keys))
    ours.create(NewContext("web2", "tcp://h:2"))
    ours.remove("web1")
    assert [context.name for context in ours.all()] == ["web2"]
    assert [*tmp_path.glob("contexts/tls/*")] == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("default", "docker uses DOCKER_HOST"),
        ("used", "docker's current context"),
        ("none", "There is no docker context 'none'"),
    ],
)
def test_what_docker_would_not_remove_is_not_removed(name: str, words: str, tmp_path: Path) -> None:
    ours = ContextStore(tmp_path)
    ours.create(NewContext("used", "tcp://h:1"))
    ours.use("used")
    with pytest.raises(AddressError, match=words):
        ours.remove(name)
    assert [context.name for context in ours.all()] == ["used"]


@pytest.mark.parametrize("name", ["../x", "a", "", "two words", "default", "-x"])
def test_names_that_docker_does_not_take_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(AddressError, match="is no name for a context"):
        ContextStore(tmp_path).create(NewContext(name, "tcp://h:1"))
    assert [*tmp_path.iterdir()] == []


def test_nothing_is_written_over_and_nothing_half_done_stays(tmp_path: Path, keys: dict[str, Path]) -> None:
    ours = ContextStore(tmp_path)
    ours.create(NewContext("web1", "tcp://h:1", "the first"))
    with pytest.raises(AddressError, match="already"):
        ours.create(NewContext("web1", "tcp://h:2"))
    assert ours.find("web1").description == "the first"
    broken = tmp_path / "broken.pem"
    broken.write_text("nothing")
    for wrong, words in (
        (NewContext("web2", "tcp://h:1", ca=tmp_path / "none.pem"), "cannot be read: No such file"),
        (NewContext("web2", "tcp://h:1", ca=broken), "is no certificate"),
        (NewContext("web2", "tcp://h:1", cert=keys["cert"], key=broken), "is no certificate"),
        (NewContext("web2", "tcp://h:1", cert=keys["cert"]), "needs its key"),
    ):
        with pytest.raises(AddressError, match=words):
            ours.create(wrong)
    assert [context.name for context in ours.all()] == ["web1"]
    assert not (tmp_path / "contexts/tls").exists()


def test_a_broken_configuration_is_said_and_kept(tmp_path: Path) -> None:
    ours = ContextStore(tmp_path)
    ours.create(NewContext("web1", "tcp://h:1"))
    (tmp_path / "config.json").write_text('{"auths": {"a": {"auth": "c2VjcmV0"}')
    with pytest.raises(AddressError, match="cannot be written: not JSON") as raised:
        ours.use("web1")
    assert "c2VjcmV0" not in str(raised.value)
    assert (tmp_path / "config.json").read_text().endswith('"c2VjcmV0"}')
