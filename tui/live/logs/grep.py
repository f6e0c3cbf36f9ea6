"""Search in the complete logs of many containers: several are read side by side, results come as they are found."""

from __future__ import annotations

import asyncio
from array import array
from collections import Counter, deque
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

from tui.engine import errors
from tui.live.expressions import PIECE, Expression
from tui.live.logs.buffer import STDERR, Entry
from tui.live.logs.export import Hit, Hits, matching_lines
from tui.live.logs.line_parser import LineReader
from tui.live.logs.notes import NoteWords, UnreadableDriver
from tui.live.logs.search import Finder, finder
from tui.live.logs.source import LogSource, Unreadable
from tui.live.logs.window import Source, Window
from tui.live.state.collection import Collection
from tui.live.state.signals import Signal, State

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.engine.transport.frames import Frame
    from tui.live.engine_session import Session

AT_A_TIME = 4
"""Logs read side by side: an engine reads each in a process or thread of its own."""

MOST_HITS = 1_000
"""Matching lines kept of each log, the newest."""

BLOCK = 128 * 1024
"""Bytes of a log in which a match is looked for before its lines are parsed."""

MINUTE_NS = 60 * 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class GrepRow:
    """The matches in one log: their number, the lines searched, and the matches of each minute since the epoch.

    `problem` is why the log could not be searched, or not to its end.
    """

    id: str
    source: Source
    lines: int = 0
    matching: int = 0
    minutes: tuple[tuple[int, int], ...] = ()
    newest: Hit | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a search is: logs read and under way, lines searched, and whether it is over."""

    logs: int
    read: int = 0
    lines: int = 0
    matching: int = 0
    state: Literal["running", "done"] = "running"


class Grep:
    """A search in the logs of `sources` for an expression; `rows` are the logs with matches or a problem.

    `session` is that of sources that name none.
    """

    def __init__(
        self, session: Session | None, sources: Sequence[Source], expression: Expression, window: Window, words: NoteWords
    ) -> None:
        self.sources = tuple(sources)
        self.expression = expression
        self.window = window
        self.rows: Collection[GrepRow] = Collection()
        self.rows.loaded = True
        self.progress: State[Progress] = State(Progress(logs=len(sources)))
        self.found: Signal[tuple[Source, list[Hit]]] = Signal()  # matches in the order of each log
        self._session = session
        self._words = words
        self._hits: dict[str, deque[Hit]] = {}
        self._counts: dict[str, Counter[int]] = {}

    def hits(self, id: str) -> Hits:
        """Return the matches found so far in a log, oldest first."""
        row = self.rows.rows[id]
        return Hits(row.matching, row.lines, tuple(self._hits.get(id, ())))

    async def run(self) -> None:
        """Search all logs. A log that cannot be read is a row with the reason."""
        waiting = iter(self.sources)

        async def search_next() -> None:
            for source in waiting:
                await self._search(source)

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_A_TIME):
                group.create_task(search_next())
        self.progress.set(replace(self.progress.value, state="done"))

    async def _search(self, source: Source) -> None:
        session = source.session or self._session
        row = GrepRow(id=source.id if source.session is None else source.session.unique(source.id), source=source)
        expression = self.expression.again()
        try:
            if session is None:
                raise errors.EngineError("Not connected.")
            log = LogSource(0, source.id, lambda: None, self._words)
            await log.open(session.engine)
            async with aclosing(self._batches(log, session.engine, expression)) as batches:
                async for batch, lines in batches:
                    row = await self._take(row, batch, lines, expression)
        except Unreadable as problem:
            self.rows.put({row.id: replace(row, problem=self._words(UnreadableDriver(problem.driver)))})
        except errors.NotFound:
            pass  # removed meanwhile: its log is gone
        except errors.EngineError as error:
            self.rows.put({row.id: replace(row, problem=str(error))})
        now = self.progress.value
        self.progress.set(replace(now, read=now.read + 1))

    async def _batches(self, log: LogSource, engine: Engine, expression: Expression) -> AsyncGenerator[tuple[list[Entry], int]]:
        """Yield the lines of a log that may match, and of how many lines they are. Raises EngineError."""
        part = self.window.tail or "all", self.window.since_ns, self.window.until_ns
        ready = None if log.tty else finder(expression)
        if ready is None:
            async with aclosing(log.batches(engine, *part)) as batches:
                async for batch in batches:
                    yield batch, len(batch)
            return
        block: list[Frame] = []
        size = 0
        async with aclosing(log.frames(engine, *part)) as frames:
            async for frame in frames:
                if size >= BLOCK and not frame.goes_on and block[-1].data.endswith(b"\n"):
                    yield _likely(block, ready)
                    block, size = [], 0
                block.append(frame)
                size += len(frame.data)
        yield _likely(block, ready)

    async def _take(self, row: GrepRow, batch: Sequence[Entry], lines: int, expression: Expression) -> GrepRow:
        """Search a batch, the only ones of `lines` lines that may match; return the row with what was found.

        Raises EngineError for a slow expression.
        """
        found: list[Hit] = []
        if (ready := finder(expression)) is not None:
            found = _found_fast(batch, ready)
            await asyncio.sleep(0)
        else:
            for start in range(0, len(batch), PIECE):
                found += matching_lines(batch[start : start + PIECE], expression)
                await asyncio.sleep(0)  # lets the event loop process keys and cancellation
        now = self.progress.value
        self.progress.set(replace(now, lines=now.lines + lines, matching=now.matching + len(found)))
        row = replace(row, lines=row.lines + lines)
        if found:
            self.found.emit((row.source, found))
            self._hits.setdefault(row.id, deque(maxlen=MOST_HITS)).extend(found)
            counts = self._counts.setdefault(row.id, Counter())
            counts.update(hit.time_ns // MINUTE_NS for hit in found)
            row = replace(row, matching=row.matching + len(found), newest=found[-1], minutes=tuple(sorted(counts.items())))
        if row.matching:
            self.rows.put({row.id: row})
        return row


def _likely(block: Sequence[Frame], ready: Finder) -> tuple[list[Entry], int]:
    """Return the lines of a block of frames, or none if no line can match, and their number: parsing takes the most time."""
    data = b"".join(frame.data for frame in block)
    if not ready.may_match(data):
        return [], data.count(b"\n")
    reader = LineReader(0, False)
    for frame in block:
        reader.feed(frame)
    reader.finish()
    return (entries := reader.take()), len(entries)


def _found_fast(batch: Sequence[Entry], ready: Finder) -> list[Hit]:
    """Return the matching lines of a batch by one search in all of its bytes."""
    texts = [entry[3].replace(b"\n", b" ") if b"\n" in entry[3] else entry[3] for entry in batch]
    if not texts:
        return []
    offsets = array("I", accumulate((len(text) + 1 for text in texts), initial=0))
    numbers = ready.lines(b"\n".join([*texts, b""]), offsets, 0, len(texts))
    return [Hit(entry[0], entry[1], entry[2] == STDERR, entry[3]) for entry in (batch[number] for number in numbers)]
