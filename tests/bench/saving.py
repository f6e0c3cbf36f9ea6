"""A big image into a file: Longshore's rate and memory beside `docker save`.

    python -m tests.bench.saving unix:///var/run/docker.sock --docker /usr/bin/docker
    python -m tests.bench.saving unix:///var/run/docker.sock --docker /usr/bin/docker --megabytes 200 --runs 3 --folder /dev/shm

An image of random data is made for it, in one layer and in five, and removed again. Runs alternate: `docker save --output`,
from its start to its end; Longshore in a pseudo-terminal, 120x40, from Enter in the form of `S` until the file has its name;
and Longshore's client alone, in a process that does nothing else. Memory is the process's own peak (VmHWM), and how far the
saving raised it.
Wants: at least 80 % of the rate of `docker save`, and under 60 MB of memory for it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.heavy import MEGABYTE, heavy_image
from tests.bench.pty_meter import cpu_seconds
from tests.docker import Docker
from tests.program import Program

PATIENCE = 300.0
CHILD = """
import asyncio, sys, time
from pathlib import Path
from tests.bench.saving import peak
from tui.engine import Engine
from tui.engine.transport.address import find_address
from tui.live.jobs.file_transfer import write_file

async def main(host, name, path):
    async with Engine.connect(find_address(host)) as engine:
        before, start = peak("self"), time.perf_counter()
        await write_file(Path(path), engine.images.save(name), "ImageGet")
        print(time.perf_counter() - start, time.process_time(), before, peak("self"))

asyncio.run(main(*sys.argv[1:]))
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One run: seconds, CPU seconds of the process; its peak memory and how far that rose, in bytes."""

    seconds: float
    cpu: float
    memory: int = 0
    rise: int = 0


def peak(process: int | str) -> int:
    """The most memory that a process ever had, in bytes."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise LookupError(f"process {process} has ended")


def by_docker(docker: str, *words: str) -> Run:
    """A docker command to its end."""
    start = time.perf_counter()
    process = subprocess.Popen([docker, *words], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, docker)
    return Run(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


def by_client(host: str, name: str, path: Path) -> Run:
    """The client and the writing of files, without a screen."""
    done = subprocess.run([sys.executable, "-c", CHILD, host, name, str(path)], check=True, capture_output=True, text=True)
    seconds, cpu, before, after = map(float, done.stdout.split())
    return Run(seconds, cpu, int(after), int(after - before))


def by_longshore(host: str, name: str, path: Path) -> Run:
    """`S` on the list of images."""
    with Program(("--host", host, "images", name), columns=120, rows=40, env={"COLORTERM": "truecolor"}) as program:
        program.wait_for(name)
        program.press("S")
        program.wait_for("File")
        program.press("ctrl+a", "ctrl+k")
        program.type(str(path))
        program.wait_for(path.name)
        time.sleep(0.5)
        process = program.process.pid
        before, cpu, start = peak(process), cpu_seconds(process), time.perf_counter()
        program.press("enter")
        while not path.exists():
            if time.perf_counter() > start + PATIENCE or program.exit_status is not None:
                raise TimeoutError(program.screen)
            time.sleep(0.005)
        seconds = time.perf_counter() - start
        return Run(seconds, cpu_seconds(process) - cpu, peak(process), peak(process) - before)


def say(what: str, runs: Sequence[Run], size: int, peer: float) -> float:
    """One line of the table; the median rate in MB/s."""
    rate = statistics.median(size / MEGABYTE / run.seconds for run in runs)
    cpu = statistics.median(run.cpu for run in runs)
    memory, rise = max(run.memory for run in runs), max(run.rise for run in runs)
    share = f"{100 * rate / peer:6.0f} %" if peer else f"{'':8}"
    times = sorted(run.seconds for run in runs)
    print(
        f"  {what:24} {rate:7.0f} {share} {times[0]:7.2f} {times[-1]:7.2f} {cpu:7.2f}"
        f" {memory / MEGABYTE:8.1f} {rise / MEGABYTE:8.1f}",
        flush=True,
    )
    return rate


def measure(asked: argparse.Namespace, layers: int, folder: Path) -> None:
    """Save one image by each way in turn, `runs` times after one that warms up."""
    client, name = Docker(asked.engine, f"bench-{os.getpid()}"), f"bench-{os.getpid()}:{layers}"
    with heavy_image(client, name, [asked.megabytes * MEGABYTE // layers] * layers, folder):
        ways: dict[str, Callable[[Path], Run]] = {
            "docker save": lambda path: by_docker(asked.docker, "--host", asked.engine, "save", "--output", str(path), name),
            "longshore S": lambda path: by_longshore(asked.engine, name, path),
            "longshore's client": lambda path: by_client(asked.engine, name, path),
        }
        runs: dict[str, list[Run]] = {way: [] for way in ways}
        size = 0
        for turn in range(asked.runs + 1):
            for way, save in ways.items():
                path = folder / f"{turn}.tar"
                os.sync()
                run = save(path)
                size = path.stat().st_size
                path.unlink()
                if turn:
                    runs[way].append(run)
        print(f"{size / MEGABYTE:.0f} MB in {layers} layers, {asked.runs} runs each, load {os.getloadavg()[0]:.1f}")
        print(f"  {'':24} {'MB/s':>7} {'of it':>8} {'least s':>7} {'most s':>7} {'CPU s':>7} {'peak MB':>8} {'rise MB':>8}")
        peer = 0.0
        for way, taken in runs.items():
            rate = say(way, taken, size, peer)
            peer = peer or rate


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
