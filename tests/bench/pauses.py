"""How long the event loop is held by searches, filters and long lines: `python -m tests.bench.pauses`.

Told is the longest hold of each, on the clock and of the processor; it should stay under 100 ms on a machine that is idle,
and under 50 ms for the filter of a list.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Awaitable, Iterator
from contextlib import suppress
from typing import Any, cast

from tests.resources.containers.test_containers import container
from tui.engine.errors import EngineError
from tui.live.containers.container import Container
from tui.live.expressions import Expression
from tui.live.jobs.jobs import Jobs
from tui.live.logs.buffer import Entry, LogBuffer, LogLine
from tui.live.logs.export import look_through
from tui.resources.containers.containers import CONTAINERS
from tui.resources.logs.filters import Filters, LineFilter, Rows
from tui.resources.logs.formats import detail
from tui.resources.logs.match_search import Finding
from tui.resources.model.document import read_json
from tui.resources.model.list_model import ListModel
from tui.resources.model.reading import Reading

SLOW, FAIR, WORDS = r"\w+\w+q", r"w\w+s.*\d5", "needle"
WORK = 0.008
LINES = 200_000


class Hold:
    """The longest time between two turns of the loop."""

    clock = processor = 0.0

    async def watch(self) -> None:
        while True:
            clock, processor = time.perf_counter(), time.process_time()
            await asyncio.sleep(0)
            self.clock = max(self.clock, time.perf_counter() - clock)
            self.processor = max(self.processor, time.process_time() - processor)


async def measured(name: str, work: Awaitable[object]) -> None:
    hold, started = Hold(), time.perf_counter()
    watching = asyncio.create_task(hold.watch())
    await asyncio.sleep(0)
    with suppress(EngineError):
        await work
    await asyncio.sleep(0)
    watching.cancel()
    seconds = time.perf_counter() - started
    print(f"{name:<58} held {hold.clock * 1000:5.0f} ms, processor {hold.processor * 1000:5.0f} ms; all {seconds:.2f} s")


def text_line(n: int) -> bytes:
    return b"%d a line of text with words " % n + (b"a" * 3900 + b" q" if n % 50 == 0 else b"as lines have")


class OldLog:
    """A log at the engine."""

    async def batches(self, *_: object) -> AsyncGenerator[list[Entry], None]:
        for start in range(0, LINES, 1000):
            yield [(n, 0, 0, text_line(n), 0) for n in range(start, start + 1000)]


async def all_of(steps: Iterator[None]) -> None:
    for _ in steps:
        await asyncio.sleep(0)


def working(work: Any) -> Iterator[None]:
    while work.work(WORK):
        yield


async def filtered(listing: ListModel[Container], text: str) -> None:
    listing.filter(text)


async def run() -> None:
    buffer = LogBuffer(256 * 2**20)
    for start in range(0, LINES, 5000):
        buffer.append((n, 0, 0, text_line(n), 0) for n in range(start, start + 5000))
    listing = ListModel(CONTAINERS)
    listing.replace([container(id=f"{n:064x}", name=f"web-{n}", image=f"nginx:1.{n}-{'a' * 200}") for n in range(10_000)])
    value = json.dumps([{"Name": f"n{n}", "Text": "a" * 300 + " q"} for n in range(30_000)]).encode()
    data = b"x" * 16 * 2**20
    for text in (WORDS, FAIR, SLOW):
        log = cast("Any", OldLog())
        jobs = Jobs()
        searching = jobs.run("search", look_through([cast("Any", None)], [log], None, None, Expression(text)))
        await measured(f"A, {LINES:,} lines, {text}", searching.wait())
        await measured(f"search, {LINES:,} lines, {text}", all_of(working(Finding(Rows(buffer), text))))
        await measured(f"filter, {LINES:,} lines, {text}", all_of(working(LineFilter(buffer, Filters().adding(text)))))
        await measured(f"filter of a list, {listing.total:,} rows, {text}", filtered(listing, text))
        reading = Reading(read_json(value))
        reading.look_for(text + "z")
        await measured(f"search in a document, {len(reading):,} lines, {text}z", all_of(reading.seek(0)))
    shown = LogLine(0, 0, 10**18, "stdout", data)
    await measured("the detail of a line of 16 MiB", asyncio.to_thread(detail, shown, data, "web", [], 100))


if __name__ == "__main__":
    asyncio.run(run())
