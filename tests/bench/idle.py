"""What an idle screen costs: 50 running containers, nothing changes, statistics hidden and shown.

    python -m tests.bench.idle unix:///var/run/docker.sock
    python -m tests.bench.idle unix:///var/run/docker.sock --docker /usr/bin/docker
    python -m tests.bench.idle unix:///var/run/docker.sock --busy       # ten of the 50 work all the time, at 5 % of a core each
    python -m tests.bench.idle unix:///var/run/docker.sock --crowd      # 100 containers with statistics on one tall screen
    python -m tests.bench.idle unix:///var/run/docker.sock --screens    # every screen in turn; connections held open, too

Longshore runs in a pseudo-terminal and talks to the engine through a socket that counts requests and bytes. The engine's CPU
is that of dockerd and the containerd it started; beside it stand `docker stats`, and the engine with nobody watching.
Wants: hidden, no request and not one byte to the terminal; shown, at most 2 kB/s and 2 % of a core, and less of the engine
than `docker stats`; while nobody types, half of that.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.crowd import crowd
from tests.bench.pty_meter import cpu_seconds
from tests.docker import Docker
from tests.live.relay import Relay
from tests.program import Program
from tui.app import SCREENS
from tui.attention import AWAY_SECONDS
from tui.live.containers.stats_sampler import SLOW

CONTAINERS, BUSY = 50, 10
SIZES = ((120, 40), (80, 24))
SETTLE = 3.0  # seconds after a change of what is shown
WORK = "while true; do i=0; while [ $i -lt 2000 ]; do i=$((i+1)); done; sleep 0.1; done"


@dataclass(frozen=True, slots=True)
class Cost:
    """One interval: bytes/s to the terminal, bytes/s from the engine, requests, % of a core here and in the engine."""

    written: float
    received: float
    requests: int
    ours: float
    engine: float


class CountingRelay(Relay):
    """Counts the bytes that the engine sends, too."""

    def __init__(self, engine: str, folder: Path) -> None:
        super().__init__(engine, folder)
        self.received = 0

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, count: bool = False) -> None:
        if not count:
            read = reader.read

            async def counted(size: int) -> bytes:
                data = await read(size)
                self.received += len(data)
                return data

            reader.read = counted  # type: ignore[method-assign]
        await super()._pump(reader, writer, count)


@contextmanager
def relay(engine: str) -> Iterator[CountingRelay]:
    """A relay in a thread of its own."""
    loop, ready = asyncio.new_event_loop(), threading.Event()
    end = asyncio.Event()
    with tempfile.TemporaryDirectory(prefix="longshore-relay-") as folder:
        made = CountingRelay(engine, Path(folder))

        async def serve() -> None:
            async with made:
                ready.set()
                await end.wait()

        thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
        thread.start()
        ready.wait()
        try:
            yield made
        finally:
            loop.call_soon_threadsafe(end.set)
            thread.join()
            loop.close()


def engine_processes(docker: Docker) -> list[int]:
    """dockerd and its containerd: found by the engine's socket among the arguments or the open files of dockerd."""
    name = docker.request("GET", "/info")["DockerRootDir"]
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if Path(os.fsdecode(words[0])).name == "dockerd" and _root_of(words) == name:
            found.append(int(folder.name))
    return found + [int(child) for process in found for child in _children(process)]


def _root_of(words: Sequence[bytes]) -> str:
    """The data folder that a dockerd was started with."""
    for number, word in enumerate(words):
        option, _, value = os.fsdecode(word).partition("=")
        if option in ("--data-root", "-g"):
            return value or os.fsdecode(words[number + 1])
    return "/var/lib/docker"


def _children(process: int) -> list[str]:
    return [child for thread in Path(f"/proc/{process}/task").iterdir() for child in (thread / "children").read_text().split()]


def engine_cpu(processes: Sequence[int]) -> float:
    return sum(own_cpu(process) for process in processes)


def own_cpu(process: int) -> float:
    """User and system time of a process without its children, in seconds."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def watch(program: Program | None, counter: CountingRelay | None, processes: Sequence[int], seconds: float) -> Cost:
    """Measure one interval and touch nothing."""

    def now() -> tuple[float, float, float, int, float, float]:
        ours = cpu_seconds(program.process.pid) if program else 0.0
        written = program.bytes_written if program else 0
        received, asked = (counter.received, counter.asked.total()) if counter else (0, 0)
        return time.perf_counter(), written, received, asked, ours, engine_cpu(processes)

    before = now()
    time.sleep(seconds)
    length, written, received, asked, ours, engine = (after - then for after, then in zip(now(), before, strict=True))
    return Cost(written / length, received / length, int(asked), 100 * ours / length, 100 * engine / length)


def say(name: str, cost: Cost) -> None:
    """One line of the table."""
    print(
        f"{name:32} {cost.written:8.0f} {cost.received:10.0f} {cost.requests:9} {cost.ours:7.2f} {cost.engine:7.2f}", flush=True
    )


def measure(address: str, size: tuple[int, int], processes: Sequence[int], seconds: float) -> None:
    """Longshore with statistics shown, then hidden."""
    with relay(address) as counter, Program(("--host", counter.url), columns=size[0], rows=size[1], env=_COLOURS) as program:
        program.wait_for(lambda screen: _USED.search(screen), 60)
        time.sleep(SETTLE)
        say(f"{size[0]}x{size[1]} shown", watch(program, counter, processes, seconds))
        program.wait_for("statistics every", AWAY_SECONDS + 10)
        time.sleep(SETTLE)
        say(f"{size[0]}x{size[1]} shown, no key for 30 s", watch(program, counter, processes, 2 * SLOW))
        program.press("%")
        program.wait_until_gone("CPU %")
        time.sleep(SETTLE)
        say(f"{size[0]}x{size[1]} hidden", watch(program, counter, processes, seconds))


def screens(address: str, seconds: float) -> None:
    """Every screen in turn, left alone: bytes, requests, connections that are open."""
    with relay(address) as counter, Program(("--host", counter.url, "images"), columns=120, rows=40, env=_COLOURS) as program:
        program.wait_for("TAGS")
        for name in SCREENS:
            if name != "containers":  # with their statistics they are measured above
                program.type(f":{name}\r")
                program.wait_for(lambda screen, name=name: screen.lstrip().startswith(name))
                time.sleep(SETTLE)
                before = counter.asked.copy()
                say(f"{name}, {counter.open} connections", watch(program, counter, (), seconds))
                if asked := counter.asked - before:
                    print(f"    asked: {dict(asked)}")


_COLOURS = {"COLORTERM": "truecolor"}
_USED = re.compile(r"[0-9][KM]i?B? ?/ ?[0-9]")  # memory and its limit: statistics are there


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.idle", description=__doc__.partition("\n")[0])
    parser.add_argument("engine", nargs="?", default="unix:///var/run/docker.sock")
    parser.add_argument("--docker", default=shutil.which("docker") or "", help="the docker command, to run beside it")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measurement (5)")
    parser.add_argument("--busy", action="store_true", help=f"{BUSY} of the {CONTAINERS} work all the time")
    parser.add_argument("--crowd", action="store_true", help="100 containers, all of them on a tall screen")
    parser.add_argument("--screens", action="store_true", help="every screen in turn instead")
    asked = parser.parse_args()
    containers, sizes = (5, ()) if asked.screens else (100, ((120, 110),)) if asked.crowd else (CONTAINERS, SIZES)

    def make(client: Docker, number: int) -> None:
        command = ("sh", "-c", WORK) if asked.busy and number < BUSY else ("sleep", "3600")
        client.run(*command, name=f"a-{os.getpid()}-{number:02}", network="none", host={"NanoCpus": 50_000_000})

    with crowd(asked.engine, containers, make) as client:
        processes = engine_processes(client)
        time.sleep(SETTLE)
        began = time.time()
        print(f"{containers} running, {BUSY if asked.busy else 0} busy; {asked.seconds:.0f} s each; ", end="")
        print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        print(f"{'':32} {'B/s out':>8} {'B/s engine':>10} {'requests':>9} {'CPU %':>7} {'engine':>7}")
        if asked.screens:
            screens(asked.engine, asked.seconds)
            return
        say("nobody watches", watch(None, None, processes, asked.seconds))
        for size in sizes:
            measure(asked.engine, size, processes, asked.seconds)
        if asked.docker:
            with Program(command=(asked.docker, "--host", asked.engine, "stats"), columns=120, rows=containers + 10) as stats:
                stats.wait_for(lambda screen: _USED.search(screen), 60)
                time.sleep(SETTLE)
                say("docker stats", watch(stats, None, processes, asked.seconds))
        if others := client.events(began, time.time(), type="container"):
            print(f"{len(others)} events came meanwhile: somebody else uses this engine, and nothing was idle")


if __name__ == "__main__":
    main()
