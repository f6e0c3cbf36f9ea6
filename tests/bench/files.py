"""Files of a container: Longshore beside `docker cp`; the first screen of a directory; the files of an image.

    python -m tests.bench.files unix:///var/run/docker.sock --docker /usr/bin/docker
    python -m tests.bench.files unix:///var/run/docker.sock --docker /usr/bin/docker --megabytes 200 --files 5000 --runs 3

Runs alternate: the docker command, from its start to its end; Longshore in a pseudo-terminal, 120x40, from Enter in the form
until the copy is complete. Memory is the process's own peak (VmHWM), and how far the copy raised it. The first screen of
`/usr/lib` is timed from Enter on the path until the rows fill the screen. The files of an image are timed from `f` until the
tree is shown, beside `docker save`, which is what the engine alone takes to send the image; Debian has no dive to measure.
Wants: 1 GB out and in at 90 % of `docker cp` and a peak under 70 MB; 20,000 files out no slower than `docker cp`; the first
screen within 0.5 s; the files of an image of 1 GB with a peak under 150 MB.
"""

from __future__ import annotations

import argparse
import os
import posixpath
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from tests.bench.heavy import MEGABYTE, heavy_image
from tests.bench.transfers import PATIENCE, Run, alternate, by_docker, from_enter, table
from tests.docker import Docker
from tests.program import Program

FILE_BYTES = 2000
"""Bytes of each small file."""

SCREEN = 24
"""Lines of the terminal for the first screen of a directory."""

MAKE = """
mkdir -p /out/1 /out/2/small /in
head -c {big} /dev/urandom > /out/1/big
head -c {size} /dev/urandom > /one
for i in $(seq {files}); do cat /one > /out/2/small/$i; done
sleep 100000
"""


class Bench:
    """A container with files, and a local directory; both are removed afterwards."""

    def __init__(self, asked: argparse.Namespace, container: str, folder: Path) -> None:
        self.host, self.docker, self.container, self.folder = asked.engine, asked.docker, container, folder
        self._number = count()

    def run(self, *words: str) -> str:
        """Return what a docker command says."""
        return subprocess.run([self.docker, "--host", self.host, *words], check=True, capture_output=True, text=True).stdout

    @contextmanager
    def browsing(self, path: str, rows: int = 40) -> Iterator[Program]:
        """Longshore, asking for the path of a directory of the container."""
        with Program(("--host", self.host, "containers"), columns=120, rows=rows, env={"COLORTERM": "truecolor"}) as program:
            program.wait_for(self.container)
            program.type(f"/{self.container}\r")
            program.press("f")
            program.wait_for("files container")
            program.press("ctrl+g")
            program.wait_for("path /")
            program.press("ctrl+a", "ctrl+k")
            program.type(path)
            program.wait_for(f"path {path}")
            yield program

    def out(self, path: str, longshore: bool) -> Run:
        """Copy a file or directory out, which is alone in its directory."""
        directory, name = posixpath.split(path)
        target = self.folder / str(next(self._number))
        target.mkdir()
        if not longshore:
            run = by_docker(self.docker, "--host", self.host, "cp", f"{self.container}:{path}", str(target))
        else:
            with self.browsing(directory) as program:
                program.press("enter")
                program.wait_for(lambda screen: f"{self.container} {directory}" in screen and "reading" not in screen)
                program.press(">")
                _fill(program, "To directory", str(target))
                run = from_enter(program, (target / name).exists)
        shutil.rmtree(target)
        return run

    def into(self, source: Path, longshore: bool) -> Run:
        """Copy a local file or directory in."""
        directory = f"/in/{next(self._number)}"
        self.run("exec", self.container, "mkdir", directory)
        if not longshore:
            run = by_docker(self.docker, "--host", self.host, "cp", str(source), f"{self.container}:{directory}")
        else:
            with self.browsing(directory) as program:
                program.press("enter")
                program.wait_for(lambda screen: f"{self.container} {directory}" in screen and "reading" not in screen)
                program.press("<")
                _fill(program, "Path", str(source))
                run = from_enter(program, lambda: "copied to" in program.screen)
        self.run("exec", self.container, "rm", "-rf", directory)
        return run


def _fill(program: Program, label: str, text: str) -> None:
    program.wait_for(label)
    program.press("ctrl+a", "ctrl+k")
    program.type(text)
    program.wait_for(lambda screen: text[-20:] in screen)
    time.sleep(0.5)  # the name is checked


def first_screens(bench: Bench, path: str, runs: int) -> list[float]:
    """Seconds from Enter on a path until its rows fill the screen, or all are there."""

    def shown(screen: str) -> bool:
        rows = screen.count("drwx") + screen.count("-rw") + screen.count("lrwx")
        return f"{bench.container} {path}" in screen and (rows >= SCREEN - 5 or (rows > 0 and "reading" not in screen))

    found = []
    for _ in range(runs):
        with bench.browsing(path, SCREEN) as program:
            start = time.perf_counter()
            program.press("enter")
            program.wait_for(shown)
            found.append(time.perf_counter() - start)
    return found


def image_files(asked: argparse.Namespace, name: str, marker: str) -> Run:
    """`f` on an image until its layers are shown."""
    with Program(("--host", asked.engine, "images"), columns=120, rows=40) as program:
        program.wait_for(name.partition(":")[0])
        program.type(f"/{name}\r")
        time.sleep(0.5)
        return from_enter(program, lambda: marker in program.screen, key="f")


def measure_image(asked: argparse.Namespace, folder: Path) -> None:
    """The files of an image, beside `docker save` into nothing."""
    client, name = Docker(asked.engine, f"bench-{os.getpid()}"), f"bench-{os.getpid()}:1"
    with heavy_image(client, name, [asked.megabytes * MEGABYTE // 5] * 5, folder):
        ways: dict[str, Callable[[], Run]] = {
            "docker save": lambda: by_docker(asked.docker, "--host", asked.engine, "save", name),
            "longshore f": lambda: image_files(asked, name, "Layer 5"),
        }
        table("files of an image of 5 layers", alternate(ways, asked.runs), asked.megabytes * MEGABYTE)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.files", description=__doc__.partition("\n")[0])
    parser.add_argument("engine", nargs="?", default="unix:///var/run/docker.sock")
    parser.add_argument("--docker", default=shutil.which("docker") or "docker", help="the docker command, to run beside it")
    parser.add_argument("--image", default="longshore-tools", help="an image with a shell and /usr/lib (longshore-tools)")
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=5, help="of each, after one that warms up (5)")
    parser.add_argument("--folder", help="where the files go (the folder for temporary files)")
    parser.add_argument("--only", default="out,in,small,screen,image")
    asked = parser.parse_args()
    container, wanted = f"bench-{os.getpid()}", asked.only.split(",")
    with tempfile.TemporaryDirectory(prefix="longshore-files-", dir=asked.folder) as place:
        folder, size = Path(place), asked.megabytes * MEGABYTE
        bench = Bench(asked, container, folder)
        script = MAKE.format(big=size, size=FILE_BYTES, files=asked.files)
        bench.run("run", "--detach", f"--name={container}", asked.image, "sh", "-c", script)
        try:
            end = time.monotonic() + PATIENCE
            while bench.run("exec", container, "sh", "-c", "ls /out/2/small | wc -l").strip() != str(asked.files):
                assert time.monotonic() < end, "the files were not made"
                time.sleep(1)
            _measure(bench, asked, wanted, size)
        finally:
            bench.run("rm", "--force", container)
        if "image" in wanted:
            measure_image(asked, folder)


def _measure(bench: Bench, asked: argparse.Namespace, wanted: list[str], size: int) -> None:
    def both(title: str, copy: Callable[[bool], Run], size: int) -> None:
        table(title, alternate({"docker cp": lambda: copy(False), "longshore": lambda: copy(True)}, asked.runs), size)

    if "out" in wanted:
        both("a large file out", lambda longshore: bench.out("/out/1/big", longshore), size)
    if "in" in wanted:
        source = bench.folder / "large"
        with source.open("wb") as file:
            for _ in range(0, size, MEGABYTE):
                file.write(os.urandom(MEGABYTE))
        both("a large file in", lambda longshore: bench.into(source, longshore), size)
        source.unlink()
    if "small" in wanted:
        both(f"{asked.files} files out", lambda longshore: bench.out("/out/2/small", longshore), asked.files * FILE_BYTES)
    if "screen" in wanted:
        times = first_screens(bench, "/usr/lib", asked.runs)
        print(f"first screen of /usr/lib: {statistics.median(times):.2f} s, worst {max(times):.2f}")


if __name__ == "__main__":
    main()
