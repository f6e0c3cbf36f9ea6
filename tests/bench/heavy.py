"""Images of data that nothing can compress, made for measuring and removed again."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.docker import Docker

MEGABYTE = 10**6
PIECE = 1 << 20


def _layer(name: str, size: int) -> Iterator[bytes]:
    """The tar of one file of random bytes, in pieces."""
    info = tarfile.TarInfo(name)
    info.size = size
    yield info.tobuf()
    for done in range(0, size, PIECE):
        yield os.urandom(min(PIECE, size - done))
    yield bytes(-size % 512 + 1024)


def write_archive(path: Path, name: str, layers: Sequence[int]) -> None:
    """Write what `docker load` takes: the image `name` with a layer of random data for each of these sizes in bytes."""
    digests: list[str] = []
    with path.open("wb") as file, tarfile.open(fileobj=file, mode="w") as tar:
        for number, size in enumerate(layers):
            info = tarfile.TarInfo(f"{number}.tar")
            info.size = 512 + size + (-size % 512) + 1024
            tar.addfile(info)  # its head; the data follows
            digest = hashlib.sha256()
            for piece in _layer(f"random-{number}", size):
                digest.update(piece)
                file.write(piece)
            tar.offset += info.size
            digests.append(f"sha256:{digest.hexdigest()}")
        config = {"architecture": "amd64", "os": "linux", "config": {}, "rootfs": {"type": "layers", "diff_ids": digests}}
        table = [{"Config": "config.json", "RepoTags": [name], "Layers": [f"{number}.tar" for number in range(len(layers))]}]
        for file_name, content in (("config.json", config), ("manifest.json", table)):
            data = json.dumps(content).encode()
            info = tarfile.TarInfo(file_name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))


@contextmanager
def heavy_image(client: Docker, name: str, layers: Sequence[int], folder: Path | None = None) -> Iterator[None]:
    """An image of random layers on an engine; removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="longshore-heavy-", dir=folder) as place:
        archive = Path(place) / "image.tar"
        write_archive(archive, name, layers)
        with archive.open("rb") as tar:
            client.request("POST", "/images/load", {"quiet": 1}, body=tar, seconds=600)
    try:
        yield
    finally:
        client.request("DELETE", f"/images/{name}", {"force": 1}, seconds=600)
