"""What a key press costs on a long list: time until it is painted, and bytes written for it.

    python -m tests.bench.keys                      # 5,000 containers of the demo engine, 120x40
    python -m tests.bench.keys --containers 500 --columns 80 --rows 24 --presses 30

A key is sent, and the clock runs until the last byte of what it makes the program write has come; then it is quiet for a
while before the next. `j` goes down, beyond the end of the screen too, where every row moves; then come pages, and one row
that changes by itself. Beside it stands a minimal Textual list over the same engine (`minimal_list.py`). Statistics are
hidden, so that nothing else is written. Idle is two seconds without a key.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import os
import select
import socket
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.bench.pty_meter import memory
from tests.program import Program

if TYPE_CHECKING:
    from tui.demo import World

QUIET = 0.06  # seconds without a byte after which a frame is over
LONGEST = 5.0  # seconds to wait for the first byte


@dataclass(frozen=True, slots=True)
class Cost:
    """One press: milliseconds until its last byte, and its bytes."""

    milliseconds: float
    written: int


class Meter(Program):
    """A program whose output is timed as it comes."""

    last = 0.0

    def _read(self) -> None:
        reader = self._terminal
        while True:
            try:
                select.select([reader], [], [])
                data = os.read(reader, 65536)
            except (OSError, ValueError):
                data = b""
            self.last = time.perf_counter()
            with self._news:
                self._raw += data
                self._written += len(data)
                self._emulator.feed(data)
                self._news.notify_all()
            if not data:
                return

    def quiet(self) -> None:
        """Wait until nothing has come for a while."""
        while (left := self.last + QUIET - time.perf_counter()) > 0:
            time.sleep(left)

    def cost(self, key: str) -> Cost:
        """Press a key and wait for what it writes."""
        self.quiet()
        before, start = self.bytes_written, time.perf_counter()
        self.press(key)
        while self.bytes_written == before and time.perf_counter() < start + LONGEST:
            time.sleep(0.0002)
        self.quiet()
        return Cost(1000 * (self.last - start), self.bytes_written - before)


@contextmanager
def serving(build: Callable[[World], World]) -> Iterator[str]:
    """A demo engine in a thread of its own, of the world that `build` makes of the basic one; gives its address."""
    from tui.demo import DemoEngine
    from tui.demo.scenarios.builders import empty_world

    address: list[str] = []
    loop = asyncio.new_event_loop()
    ready, done = threading.Event(), asyncio.Event()

    async def serve() -> None:
        async with DemoEngine(build(empty_world())).serve() as where:
            address.append(where)
            ready.set()
            await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    ready.wait()
    try:
        yield address[0]
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join()


def demo(containers: int, running: int) -> AbstractContextManager[str]:
    """A demo engine of so many containers; gives its address."""
    from tui.demo.scenarios.many import build_many

    return serving(lambda world: build_many(world, containers, running))


def ask(address: str, method: str, path: str) -> bytes:
    """One request to the engine."""
    connection = http.client.HTTPConnection("docker")
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(address.removeprefix("unix://"))
    connection.request(method, path)
    return connection.getresponse().read()


def say(what: str, costs: Sequence[Cost]) -> None:
    times = sorted(cost.milliseconds for cost in costs)
    sizes = sorted(cost.written for cost in costs)
    print(
        f"  {what:28} {statistics.median(times):7.1f} ms median {times[int(len(times) * 0.9)]:7.1f} ms 9 of 10"
        f" {statistics.median(sizes):8.0f} B median {sizes[-1]:6} B most"
    )


def measure(
    name: str, command: Sequence[str], asked: argparse.Namespace, wait_for: str, first: Sequence[tuple[str, str]]
) -> Meter:
    program = Meter(columns=asked.columns, rows=asked.rows, command=command, env={"COLORTERM": "truecolor"})
    program.wait_for(wait_for, 120)
    for key, gone in first:
        program.press(key)
        program.wait_until_gone(gone, 120)
    time.sleep(1.0)
    print(name)
    say("j on the screen", [program.cost("j") for _ in range(asked.rows - 6)])
    say("j where the list scrolls", [program.cost("j") for _ in range(asked.presses)])
    say("page down", [program.cost("pagedown") for _ in range(10)])
    program.quiet()
    before = program.bytes_written
    time.sleep(2)
    print(f"  {'idle':28} {(program.bytes_written - before) / 2:7.0f} B/s, memory {memory(program.process.pid) / 1e6:.0f} MB")
    return program


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.keys", description=__doc__.partition("\n")[0])
    parser.add_argument("--containers", type=int, default=5000)
    parser.add_argument("--running", type=int, default=50)
    parser.add_argument("--columns", type=int, default=120)
    parser.add_argument("--rows", type=int, default=40)
    parser.add_argument("--presses", type=int, default=50, help="of j where the list scrolls (50)")
    asked = parser.parse_args()
    with demo(asked.containers, asked.running) as address:
        command = [sys.executable, "-m", "tui", "--host", address]
        with measure("longshore", command, asked, "CPU %", [("%", "CPU %")]) as program:
            program.press("g")
            program.quiet()
            time.sleep(1)
            running = [line for line in program.lines[3:] if " running " in line]  # not the one under the cursor
            name = next(word for word in running[0].split() if word.startswith("project-"))
            costs = []
            for action in ("pause", "unpause") * 5:
                before = program.bytes_written
                ask(address, "POST", f"/containers/{name}/{action}")
                while program.bytes_written == before:
                    time.sleep(0.001)
                time.sleep(0.3)
                costs.append(Cost(0.0, program.bytes_written - before))
            print(f"  {'one changed row':28} {statistics.median(cost.written for cost in costs):.0f} B median")
        minimal = [sys.executable, "-m", "tests.bench.minimal_list", address]
        with measure("minimal list", minimal, asked, "project-", []):
            pass


if __name__ == "__main__":
    main()
