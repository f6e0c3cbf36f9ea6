"""Ten engines in one list against one engine with as many containers: the first complete list, a key painted, idle.

    python -m tests.bench.engines                       # 10 demo engines of 500 containers, and one of 5,000
    python -m tests.bench.engines --engines 4 --containers 2000 --presses 30

The demo engines run in processes of their own. The ten have the containers of the one, so that the lists differ by the column
HOST only. A key is measured as in `tests/bench/keys.py`, in turns on both programs, so
that a busy machine slows both alike; statistics are hidden. Idle is five seconds: bytes to the terminal, and requests to any
engine.
Wants: a key within 1.3 times that of one engine; idle, no request and no byte.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing.sharedctypes import Synchronized
from typing import Any

from tests.bench.keys import Cost, Meter, say

IDLE = 5.0  # seconds
SETTLE = 3.0  # seconds without a request after which no further one is due


class Served:
    """A demo engine in a process of its own: its address, and the number of requests so far."""

    def __init__(self, address: str, requests: Synchronized[int]) -> None:
        self.address = address
        self._requests = requests

    @property
    def requests(self) -> int:
        return self._requests.value


def _serve(containers: int, running: int, part: int, parts: int, ready: Any, requests: Synchronized[int]) -> None:
    from tui.demo import DemoEngine
    from tui.demo.scenarios.builders import empty_world
    from tui.demo.scenarios.many import build_many

    class Counted(list[Any]):
        def append(self, request: Any) -> None:
            requests.value += 1

    async def serve() -> None:
        engine = DemoEngine(build_many(empty_world(), containers, running, part, parts))
        engine.requests = Counted()
        async with engine.serve() as address:
            ready.put(address)
            await asyncio.Event().wait()

    asyncio.run(serve())


@contextmanager
def engine(containers: int, running: int, part: int = 0, parts: int = 1) -> Iterator[Served]:
    """Serve a demo engine of so many containers, or of a part of them."""
    context = multiprocessing.get_context("spawn")
    ready, requests = context.SimpleQueue(), context.Value("q", 0)
    process = context.Process(target=_serve, args=(containers, running, part, parts, ready, requests), daemon=True)
    process.start()
    try:
        yield Served(ready.get(), requests)
    finally:
        process.terminate()
        process.join()


def start(engines: Sequence[Served], containers: int, asked: argparse.Namespace) -> Meter:
    """Start the program on these engines, print the time until all containers are listed, and hide the statistics."""
    options = [word for each in engines for word in ("--host", each.address)]
    began = time.perf_counter()
    command = [sys.executable, "-m", "tui", *options]
    program = Meter(columns=asked.columns, rows=asked.rows, command=command, env={"COLORTERM": "truecolor"})
    program.wait_for(f" {containers} containers", 120)
    print(f"  all {containers} listed after {time.perf_counter() - began:.2f} s")
    program.press("%")
    program.wait_until_gone("CPU %", 120)
    return program


def settled(engines: Sequence[Served]) -> None:
    """Wait until the rows shown last are inspected: no request for a while."""
    before = -1
    while before != (now := sum(each.requests for each in engines)):
        before = now
        time.sleep(SETTLE)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.engines", description=__doc__.partition("\n")[0])
    parser.add_argument("--engines", type=int, default=10)
    parser.add_argument("--containers", type=int, default=5000, help="in all (5000)")
    parser.add_argument("--running", type=int, default=50, help="of them running, in all (50)")
    parser.add_argument("--columns", type=int, default=120)
    parser.add_argument("--rows", type=int, default=40)
    parser.add_argument("--presses", type=int, default=60)
    asked = parser.parse_args()
    number = asked.engines
    with ExitStack() as stack:
        many = [stack.enter_context(engine(asked.containers, asked.running, part, number)) for part in range(number)]
        one = [stack.enter_context(engine(asked.containers, asked.running))]
        names = {f"{number} engines of {asked.containers // number}": many, f"one engine of {asked.containers}": one}
        programs: dict[str, Meter] = {}
        for name, engines in names.items():
            print(name)
            programs[name] = stack.enter_context(start(engines, asked.containers, asked))
        time.sleep(2)
        medians = []
        for key, what in (("j", "j"), ("pagedown", "page down"), ("o", "sort by the next column")):
            costs: dict[str, list[Cost]] = {name: [] for name in programs}
            for _ in range(asked.presses if key == "j" else 10):
                for name, program in programs.items():
                    costs[name].append(program.cost(key))
            for name in programs:
                say(f"{what}, {name}", costs[name])
            middle = [statistics.median(cost.milliseconds for cost in each) for each in costs.values()]
            medians.append((what, middle[0] / middle[1]))
        for name, engines in names.items():
            settled(engines)
            programs[name].quiet()
            before, requests = programs[name].bytes_written, sum(each.requests for each in engines)
            time.sleep(IDLE)
            written, requests = programs[name].bytes_written - before, sum(each.requests for each in engines) - requests
            print(f"  idle {IDLE:g} s, {name}: {written} bytes, {requests} requests")
        for what, ratio in medians:
            print(f"  {what}: {ratio:.2f} times one engine (at most 1.3)")


if __name__ == "__main__":
    main()
