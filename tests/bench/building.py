"""Builds: a cached build of ten steps and a context of 20,000 files, Longshore beside the docker command.

    python -m tests.bench.building unix:///var/run/docker.sock --docker /usr/bin/docker
    python -m tests.bench.building unix:///var/run/docker.sock --docker /usr/bin/docker --runs 20 --files 5000

The docker command needs its plugin buildx. Runs alternate: `docker build --quiet`, from its start to its end; Longshore in a
pseudo-terminal, 120x40, from `ctrl+s` in the form of `b` until its details say that the image is built; and Longshore's build
alone, in a process that has started and is connected. The image is of BusyBox, which the engine must have.
Wants: a cached build at most 10 % slower than the docker command; a context of 20,000 files begins to stream within 0.5 s, and
arrives at no less than docker's rate.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.bench.saving import Run, by_docker
from tests.docker import Docker
from tests.program import Program

STEPS = 10
PATIENCE = 120.0
CHILD = """
import asyncio, sys, time
from pathlib import Path
from tui.engine import Engine
from tui.engine.transport.address import find_address
from tui.live.builds import build as building
from tui.live.builds.context import open_context
from tui.live.builds import filesync

first = 0.0
packet = filesync.stat_packet

def noted(path, *more):
    global first
    if path not in ("Dockerfile", ".dockerignore"):
        first = first or time.perf_counter()
    return packet(path, *more)

filesync.stat_packet = noted

async def main(host, folder, tag):
    async with Engine.connect(find_address(host)) as engine:
        start = time.perf_counter()
        request = building.BuildRequest(context=open_context(Path(folder)), tags=(tag,))
        await building.build(engine, request)
        print(time.perf_counter() - start, time.process_time(), (first or start) - start)

asyncio.run(main(*sys.argv[1:]))
"""


def by_build(host: str, folder: Path, tag: str) -> tuple[Run, float]:
    """Return a build without a screen, and the seconds until the context began to stream."""
    done = subprocess.run([sys.executable, "-c", CHILD, host, str(folder), tag], check=True, capture_output=True, text=True)
    seconds, cpu, first = map(float, done.stdout.split())
    return Run(seconds, cpu), first


def by_longshore(host: str, folder: Path, tag: str) -> Run:
    """Return a build by `b` on the list of images."""
    with Program(("--host", host, "images"), columns=120, rows=40, env={"COLORTERM": "truecolor"}) as program:
        program.wait_for("USED BY")
        program.press("b")
        program.wait_for("Directory")
        program.press("ctrl+a", "ctrl+k")
        program.type(str(folder))
        program.wait_for(lambda text: folder.name in text and "context: " in text)
        program.press("down", "down")
        program.type(tag)
        program.wait_for(tag)
        time.sleep(0.5)
        start = time.perf_counter()
        program.press("ctrl+s")
        program.wait_for(f"{tag} built", seconds=PATIENCE)
        return Run(time.perf_counter() - start, 0.0)


def say(what: str, runs: Sequence[Run], peer: float) -> float:
    """Print one line of the table; return the median of the seconds."""
    taken = sorted(run.seconds for run in runs)
    median = statistics.median(taken)
    share = f"{100 * median / peer:6.0f} %" if peer else f"{'':8}"
    print(f"  {what:24} {median:8.3f} {share} {taken[0]:8.3f} {taken[-1]:8.3f}", flush=True)
    return median


def measure(asked: argparse.Namespace, title: str, folder: Path, renew: Callable[[], object]) -> None:
    """Build a folder by each way in turn; `renew` is called before each build."""
    tag, client = f"longshore-bench-{os.getpid()}:1", Docker(asked.engine, "bench")
    runs: dict[str, list[Run]] = {"docker build": [], "longshore b": [], "longshore's build": []}
    first: list[float] = []
    for turn in range(asked.runs + 1):
        before = records(client)
        renew()
        docker = by_docker(asked.docker, "--host", asked.engine, "build", "--quiet", "--tag", tag, str(folder))
        renew()
        screen = by_longshore(asked.engine, folder, tag)
        renew()
        alone, begun = by_build(asked.engine, folder, tag)
        if turn:
            for way, run in zip(runs, (docker, screen, alone), strict=True):
                runs[way].append(run)
            first.append(begun)
        client.request("DELETE", f"/images/{tag}", {"force": 1})
        if renew is not nothing:  # each build is a new one, and would stay in the cache
            for record in records(client) - before:
                client.request("POST", "/build/prune", {"all": 1, "filters": json.dumps({"id": [record]})})
    print(f"{title}, {asked.runs} runs each, load {os.getloadavg()[0]:.1f}")
    print(f"  {'':24} {'median s':>8} {'of it':>8} {'least s':>8} {'most s':>8}")
    peer = 0.0
    for way, taken in runs.items():
        median = say(way, taken, peer)
        peer = peer or median
    if any(first):
        print(f"  the context begins to stream after {statistics.median(first):.3f} s (at most {max(first):.3f} s)")


def records(client: Docker) -> set[str]:
    """Return the ids of the engine's build cache."""
    return {each["ID"] for each in client.request("GET", "/system/df", {"type": "build-cache"})["BuildCache"] or ()}


def nothing() -> None:
    """Leave the context as it is."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.building", description=__doc__.partition("\n")[0])
    parser.add_argument("engine", nargs="?", default="unix:///var/run/docker.sock")
    parser.add_argument("--docker", default=shutil.which("docker") or "docker", help="the docker command, to run beside it")
    parser.add_argument("--runs", type=int, default=10, help="of each, after one that warms up (10)")
    parser.add_argument("--files", type=int, default=20_000, help="of the large context (20000)")
    asked = parser.parse_args()
    os.environ["DOCKER_BUILDKIT"] = "1"
    with tempfile.TemporaryDirectory(prefix="longshore-building-") as made:
        folder = Path(made) / "steps"
        folder.mkdir()
        lines = [f"RUN echo {number} >/{number}" for number in range(STEPS - 2)]
        (folder / "Dockerfile").write_text("\n".join(["FROM busybox", *lines, "COPY file /file", ""]))
        (folder / "file").write_text(secrets.token_hex(8))
        measure(asked, f"a cached build of {STEPS} steps", folder, nothing)
        folder = Path(made) / "files"
        for number in range(asked.files):
            path = folder / f"d{number % 200}" / str(number)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"x" * (number % 2000))
        (folder / "Dockerfile").write_text("FROM scratch\nCOPY . /\n")

        def renew() -> None:
            for directory in folder.glob("d*"):
                directory.rename(folder / f"d{secrets.token_hex(6)}")  # so that all files are new to the engine

        measure(asked, f"a context of {asked.files} files", folder, renew)


if __name__ == "__main__":
    main()
