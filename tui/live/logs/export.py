"""Complete logs: every line the engine has, in the order of time, saved to a file or searched."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tui.engine.errors import EngineError
from tui.live.expressions import PIECE, Expression
from tui.live.jobs.file_transfer import new_file
from tui.live.jobs.jobs import report
from tui.live.logs.buffer import STDERR, Entry
from tui.live.logs.line_parser import KEPT
from tui.live.logs.search import text_of
from tui.live.logs.source import LogSource

if TYPE_CHECKING:
    from tui.engine import Engine

LONGEST_SAVED = 512 * 1024 * 1024
"""Bytes after which a line is cut in a file of several logs or with time stamps; a plain file has complete lines."""

MOST_HITS = 10_000
BYTES_PER_WRITE = 1024 * 1024


class Hit(NamedTuple):
    """A matching line of the complete log."""

    time_ns: int
    source: int
    stderr: bool
    data: bytes


class Hits(NamedTuple):
    """Result of a search: the number of matching lines and of all lines, and the newest matches, oldest first."""

    matching: int
    lines: int
    hits: Sequence[Hit]
    cut: int = 0  # lines of which the expression looked only at the beginning


class Saved(NamedTuple):
    """Result of a save."""

    path: Path
    lines: int
    bytes: int


async def merged(
    engines: Sequence[Engine], sources: Sequence[LogSource], since: int | None, until: int | None, kept: int = KEPT
) -> AsyncGenerator[list[Entry], None]:
    """Yield the lines of several complete logs by time, in batches; a single log's in the engine's order.

    `engines`: that of each log.
    """
    if len(sources) == 1:
        async with aclosing(sources[0].batches(engines[0], "all", since, until, kept)) as batches:
            async for batch in batches:
                yield batch
        return
    logs = zip(engines, sources, strict=True)
    streams = [source.batches(engine, "all", since, until, kept) for engine, source in logs]
    waiting: list[list[Entry]] = [[] for _ in sources]
    running = set(range(len(sources)))
    try:
        while running or any(waiting):
            for n in list(running):
                while not waiting[n]:
                    try:
                        waiting[n] = await anext(streams[n])
                    except StopAsyncIteration:
                        running.discard(n)
                        break
            until_ns = min((waiting[n][-1][0] for n in running), default=None)
            if until_ns is None:
                batch, waiting = [entry for each in waiting for entry in each], [[] for _ in sources]
            else:
                batch = [entry for each in waiting for entry in each if entry[0] <= until_ns]
                waiting = [[entry for entry in each if entry[0] > until_ns] for each in waiting]
            batch.sort(key=itemgetter(0))
            if batch:
                yield batch
    finally:
        for stream in streams:
            await stream.aclose()


async def save_plain(engine: Engine, source: LogSource, since: int | None, until: int | None, path: Path) -> Saved:
    """Save one log byte for byte as `docker logs` prints it."""
    lines = size = 0
    pieces: list[bytes] = []
    waiting = 0
    async with new_file(path, "ContainerLogs") as file:
        frames = source.frames(engine, "all", since, until, times=False)
        async with aclosing(frames):
            async for frame in frames:
                pieces.append(frame.data)
                waiting += len(frame.data)
                if waiting >= BYTES_PER_WRITE:
                    data = b"".join(pieces)
                    pieces.clear()
                    lines, size, waiting = lines + data.count(b"\n"), size + len(data), 0
                    await file.write(data)
                    report(_progress(lines, size))
        data = b"".join(pieces)
        await file.write(data)
        lines, size = lines + data.count(b"\n") + (not data.endswith(b"\n") and size + len(data) > 0), size + len(data)
    return Saved(path, lines, size)


async def save_merged(
    engines: Sequence[Engine],
    sources: Sequence[LogSource],
    names: Sequence[str],
    since: int | None,
    until: int | None,
    path: Path,
    timestamps: bool,
) -> Saved:
    """Save several logs into one file, each line prefixed with its source's name and, with `timestamps`, its time."""
    lines = size = 0
    width = max(map(len, names))
    heads = [f"{name.ljust(width)} | ".encode() if len(names) > 1 else b"" for name in names]
    batches = merged(engines, sources, since, until, LONGEST_SAVED)
    async with new_file(path, "ContainerLogs") as file, aclosing(batches):
        async for batch in batches:
            data = b"".join(
                b"%b%b%b\n" % (_time(entry[0]) if timestamps else b"", heads[entry[1]], entry[3]) for entry in batch
            )
            lines, size = lines + len(batch), size + len(data)
            await file.write(data)
            report(_progress(lines, size))
    return Saved(path, lines, size)


async def look_through(
    engines: Sequence[Engine], sources: Sequence[LogSource], since: int | None, until: int | None, expression: Expression
) -> Hits:
    """Return the lines that match. Raises EngineError if the expression takes too long."""
    lines = matching = cut = 0
    hits: deque[Hit] = deque(maxlen=MOST_HITS)
    async with aclosing(merged(engines, sources, since, until)) as batches:
        async for batch in batches:
            for start in range(0, len(batch), PIECE):
                found = matching_lines(batch[start : start + PIECE], expression)
                matching += len(found)
                hits.extend(found)
                await asyncio.sleep(0)  # lets the event loop process keys and cancellation
            lines += len(batch)
            cut += sum(len(entry[3]) > expression.longest for entry in batch)
            report(f"{matching:,} in {lines:,} lines")
    return Hits(matching, lines, tuple(hits), cut)


def matching_lines(entries: Sequence[Entry], expression: Expression) -> list[Hit]:
    """Return the matching lines among at most `PIECE`. Raises EngineError if the expression takes too long."""
    literal = expression.gave_up
    expression.allow()
    hits = [
        Hit(entry[0], entry[1], entry[2] == STDERR, entry[3])
        for entry in entries
        if expression.found(text_of(entry[3], expression.longest))
    ]
    if expression.gave_up and not literal:
        raise EngineError("The search was stopped: the expression is too slow on these lines. Use fewer * and +.")
    return hits


def _time(time_ns: int) -> bytes:
    seconds, rest = divmod(time_ns, 10**9)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z ".encode()


def _progress(lines: int, size: int) -> str:
    return f"{lines:,} lines, {size / 1e6:,.1f} MB"
