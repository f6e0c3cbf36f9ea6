"""A big image into a file and back: Longshore's rate and memory beside `docker save` and `docker load`.

    python -m tests.bench.saving unix:///var/run/docker.sock --docker /usr/bin/docker
    python -m tests.bench.saving unix:///var/run/docker.sock --docker /usr/bin/docker --megabytes 200 --runs 3 --folder /dev/shm

An image of random data is made for it, in one layer and in five, and removed again. Runs alternate: the docker command, from
its start to its end; Longshore in a pseudo-terminal, 120x40, from Enter in the form of `S` until the file has its name, or in
the form of `<` until the image is loaded. Memory is the process's own peak (VmHWM), and how far the transfer raised it.
Wants: at least 90 % of the rate of docker in the median of the pairs, and a peak under 60 MB.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.heavy import MEGABYTE, heavy_image
from tests.bench.transfers import Run, alternate, by_docker, from_enter, table
from tests.docker import Docker
from tests.program import Program


def by_longshore(host: str, key: str, path: Path, done: Callable[[Program], bool], *words: str) -> Run:
    """`S` or `<` on the list of images."""
    with Program(("--host", host, "images", *words), columns=120, rows=40, env={"COLORTERM": "truecolor"}) as program:
        program.wait_for(words[0] if words else "busybox")
        program.press(key)
        program.wait_for("File")
        program.press("ctrl+a", "ctrl+k")
        program.type(str(path))
        program.wait_for(path.name)
        time.sleep(0.5)
        return from_enter(program, lambda: done(program))


class _Image:
    """The image that is saved and loaded, and its file."""

    def __init__(self, asked: argparse.Namespace, client: Docker, name: str, file: Path) -> None:
        self.host, self.docker, self.client, self.name, self.file = asked.engine, asked.docker, client, name, file

    def save(self, longshore: bool) -> Run:
        self.file.unlink(missing_ok=True)
        if longshore:
            return by_longshore(self.host, "S", self.file, lambda _program: self.file.exists(), self.name)
        return by_docker(self.docker, "--host", self.host, "save", "--output", str(self.file), self.name)

    def load(self, longshore: bool) -> Run:
        self.client.request("DELETE", f"/images/{self.name}", {"force": 1}, seconds=600)
        if longshore:
            return by_longshore(self.host, "<", self.file, lambda program: "Loaded image" in program.screen)
        return by_docker(self.docker, "--host", self.host, "load", "--input", str(self.file))


def measure(asked: argparse.Namespace, layers: int, folder: Path) -> None:
    """Save and load one image by each way in turn."""
    client, name = Docker(asked.engine, f"bench-{os.getpid()}"), f"bench-{os.getpid()}:{layers}"
    with heavy_image(client, name, [asked.megabytes * MEGABYTE // layers] * layers, folder):
        image = _Image(asked, client, name, folder / "image.tar")
        saved = alternate({"docker save": lambda: image.save(False), "longshore S": lambda: image.save(True)}, asked.runs)
        size = image.file.stat().st_size
        table(f"{size / MEGABYTE:.0f} MB in {layers} layers saved", saved, size)
        loaded = alternate({"docker load": lambda: image.load(False), "longshore <": lambda: image.load(True)}, asked.runs)
        table(f"{size / MEGABYTE:.0f} MB in {layers} layers loaded", loaded, size)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.saving", description=__doc__.partition("\n")[0])
    parser.add_argument("engine", nargs="?", default="unix:///var/run/docker.sock")
    parser.add_argument("--docker", default=shutil.which("docker") or "docker", help="the docker command, to run beside it")
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--layers", default="1,5", help="images of so many layers (1,5)")
    parser.add_argument("--runs", type=int, default=5, help="of each, after one that warms up (5)")
    parser.add_argument("--folder", help="where the files go (the folder for temporary files)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="longshore-saving-", dir=asked.folder) as folder:
        for layers in map(int, asked.layers.split(",")):
            measure(asked, layers, Path(folder))


if __name__ == "__main__":
    main()
