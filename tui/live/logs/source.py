"""One container's log at the engine: reads pages, and follows new lines without gaps or repeats."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING

from tui.live.clock import now_ns
from tui.live.logs import notes
from tui.live.logs.buffer import NOTE, Entry
from tui.live.logs.entries import bytes_of, identity, newest_part, without
from tui.live.logs.line_parser import KEPT, LineReader, stamp_or_nothing, without_unfinished
from tui.live.logs.messages import MESSAGE, Ends
from tui.live.logs.notes import NoteWords

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.engine.transport.frames import Frame

OVERLAP = 50_000_000
"""Nanoseconds read twice where two requests meet: times in a log are not strictly ordered."""

SLACK = 1_000_000
"""Nanoseconds within which adjacent lines may be out of order."""

RECENT = 5000
"""Lines remembered at most to recognise repeats."""

LARGEST_PAGE = 16 * 1024 * 1024
"""Bytes of a page at most: only the newest part of a larger one is kept."""

RESUME_TAILS: tuple[int | str, ...] = (200, 20_000, "all")
"""Tails requested on resuming, in turn. An engine finds the last lines fast, but reads a whole log to find a time."""

FLOOD = 20_000
"""Lines a second above which only samples of the last lines are read."""

FLOOD_AFTER, FLOOD_INTERVAL, FLOOD_LINES = 0.5, 0.25, 500
"""Seconds until a high rate counts as a flood, seconds between two samples, and lines of each."""

FASTEST = 1_000_000.0
"""Maximum lines a second for estimates of skipped lines: equal time stamps give no rate."""

REOPEN_AFTER_FLOOD_SECONDS = 2.0
"""Seconds after which a stream opened at the end of a flood is reopened: those of old engines sometimes hang."""

LARGEST_TAIL = 2**20
"""Lines that a page's request goes back at most before it asks for all."""


class Unreadable(Exception):
    """The engine cannot read logs of the container's logging driver."""

    def __init__(self, driver: str) -> None:
        super().__init__(driver)
        self.driver = driver


class LogSource:
    """The log of the container `id`. `number` identifies the source in entries.

    `boundary` is the time (ns) up to which lines are incomplete, None before anything was read; `at_start`: no older lines
    exist. `reserve` holds lines read but not shown yet. `arrived` is called when `collect` has new lines.
    """

    def __init__(
        self, number: int, id: str, arrived: Callable[[], None], words: NoteWords, page_bytes: int = LARGEST_PAGE
    ) -> None:
        self.number = number
        self.page_bytes = min(page_bytes, LARGEST_PAGE)
        self.id = id
        self.tty = False
        self.driver = ""
        self.opened = False
        self.loaded = False
        self.replaced = False  # by a new container: the older log is gone
        self.boundary: int | None = None
        self.at_start = False
        self.reserve: list[Entry] = []
        self.skipped = 0
        self._arrived = arrived
        self._words = words
        self._fresh: list[Entry] = []
        self._lines: LineReader | None = None
        self._known: Counter[tuple[int, int, bytes]] = Counter()
        self._recent: list[Entry] = []
        self._recent_since = 0  # `_recent` is complete from this time (ns) on
        self._rate = float(FLOOD)
        self._ends: Ends = {}

    @property
    def last_ns(self) -> int | None:
        """The time (ns) of the line read last. Earlier lines may have later times if the engine's clock was set back."""
        return self._recent[-1][0] if self._recent else None

    def become(self, id: str) -> None:
        """Switch to a new container that replaced this one; no older lines exist."""
        self.id = id
        self.opened = False
        self.replaced = self.at_start = self.loaded = True
        self._recent, self._recent_since = [], 0
        self._ends.clear()

    def forget(self) -> None:
        """Forget all that was read; the next page is the first."""
        self.boundary, self.at_start, self.loaded, self.reserve = None, False, False, []
        self._recent, self._recent_since, self._fresh = [], 0, []

    # pages

    async def open(self, engine: Engine) -> None:
        """Inspect the container for its TTY and logging driver. Raises Unreadable, EngineError."""
        found = await engine.containers.inspect(self.id)
        self.tty = found.config.tty
        self.driver = found.host_config.log_config.type
        if self.driver == "none":
            raise Unreadable(self.driver)
        self.opened = True

    async def read(
        self, engine: Engine, tail: int | str, since: int | None = None, until: int | None = None
    ) -> tuple[list[Entry], bool]:
        """Return the last `tail` messages within these times (ns, inclusive), and False if only their newest part."""
        entries: list[Entry] = []
        size, whole = 0, True
        async with aclosing(self.batches(engine, tail, since, until)) as batches:
            async for batch in batches:
                entries += batch
                size += bytes_of(batch)
                if size > 2 * self.page_bytes:
                    entries, whole = newest_part(entries, self.page_bytes), False
                    size = bytes_of(entries)
        return entries, whole

    async def batches(
        self,
        engine: Engine,
        tail: int | str,
        since: int | None = None,
        until: int | None = None,
        kept: int = KEPT,
        at_once: int = 1000,
    ) -> AsyncGenerator[list[Entry], None]:
        """As `read`, but oldest first, in batches of about `at_once` lines and without a size limit."""
        lines = LineReader(self.number, self.tty, kept, self._ends)
        async with aclosing(self.frames(engine, tail, since, until)) as frames:
            async for frame in frames:
                lines.feed(frame)
                if len(lines.entries) >= at_once:
                    yield self.before(lines.take(), until)
        lines.finish()
        yield self.before(lines.take(), until)

    def frames(
        self, engine: Engine, tail: int | str, since: int | None, until: int | None, follow: bool = False, times: bool = True
    ) -> AsyncGenerator[Frame, None]:
        """Request the log between times in nanoseconds, with a time stamp in each line if `times`. Raises EngineError."""
        first, last = stamp_or_nothing(since), stamp_or_nothing(until)
        return engine.containers.logs(
            self.id, tty=self.tty, timestamps=times, follow=follow, tail=tail, since=first, until=last
        )

    def before(self, entries: list[Entry], _until: int | None) -> list[Entry]:
        """Return the entries up to a time (ns), where the engine does not leave out the others itself."""
        return entries

    async def load_tail(self, engine: Engine, tail: int, since: int | None, until: int | None, followed: bool) -> None:
        """Read the newest page into `reserve`; if it is `followed`, without a last line that is still being written."""
        entries, whole = await self.read(engine, tail, since, until)
        # The tail counts messages, and a long line has several: then the start is found by the next page.
        self.at_start = whole and len(entries) < tail and not any(len(entry[3]) >= MESSAGE for entry in entries)
        self.loaded = True
        entries = without_unfinished(entries) if followed and until is None else entries
        self._take_page(entries)
        self.remember(entries, 0 if self.at_start or not entries else min(entries[0][0] + 1, entries[-1][0]))

    async def load_older(self, engine: Engine, page: int, after: int, held: list[Entry], since: int | None) -> None:
        """Read the page before the boundary into `reserve`.

        `after` is the number of loaded lines of this log, `held` those of them from the boundary to a little later.
        """
        assert self.boundary is not None
        known = Counter(map(identity, [*held, *self.reserve]))
        # The tail counts lines after `until` too, which the engine then drops; lines that arrived since are missing here.
        tail: int | str = page + after + len(self.reserve) + self.skipped
        before: tuple[int, int] | None = None
        while True:
            entries, whole = await self.read(engine, tail, since, self.boundary + SLACK)
            older = self._older(entries, known)
            found = (len(older), len(older[0][3]) + older[0][4]) if older else None  # a long line may only have become longer
            if not whole or len(older) >= page or tail == "all" or (found is not None and found == before):
                break
            before = found
            tail = int(tail) * 4
            if tail > LARGEST_TAIL:
                tail = "all"
        self.at_start = whole and len(older) < page
        if len(older) > 2 * page or bytes_of(older) > self.page_bytes:
            older, self.at_start = newest_part(older[-2 * page :], self.page_bytes), False
        self._take_page(older)

    def _older(self, entries: list[Entry], known: Counter[tuple[int, int, bytes]]) -> list[Entry]:
        """Return the lines of a page that are not held: up to the boundary, and all before the first held line."""
        assert self.boundary is not None
        first = next((n for n, entry in enumerate(entries) if identity(entry) in known), 0)
        fits = [entry for n, entry in enumerate(entries) if n < first or entry[0] <= self.boundary]
        return without(fits, known.copy())

    async def read_from(self, engine: Engine, start: int, count: int) -> tuple[list[Entry], bool]:
        """Return the lines from a time (ns) on, about `count` later than `SLACK` after it, and whether these are all."""
        entries: list[Entry] = []
        size = further = 0
        async with aclosing(self.batches(engine, "all", start)) as batches:
            async for batch in batches:
                entries += [entry for entry in batch if entry[0] >= start]
                size += bytes_of(batch)
                further += sum(entry[0] > start + SLACK for entry in batch)
                if further >= count or size > self.page_bytes:
                    return entries, False
        return entries, True

    async def lines_at(self, engine: Engine, time_ns: int, longest: int) -> list[Entry]:
        """Return the lines of exactly this time, up to `longest` bytes of each."""
        entries: list[Entry] = []
        async with aclosing(self.batches(engine, "all", time_ns, time_ns, longest)) as batches:
            async for batch in batches:
                entries += [entry for entry in batch if entry[0] == time_ns]
        return entries

    def _take_page(self, entries: list[Entry]) -> None:
        """Keep a page, except its first time, which may be incomplete and is left to the next page."""
        if not self.at_start and entries:
            first = entries[0][0]
            later = [entry for entry in entries if entry[0] > first]
            if later:
                entries = later
            self.boundary = first if later else first - 1
        self.reserve += entries

    # following

    def deliver(self, entries: list[Entry]) -> None:
        """Add lines, or notes, to be collected."""
        self._fresh += entries
        self._arrived()

    def collect(self) -> list[Entry]:
        """Return the lines that arrived since the last call, without repeats."""
        if self._lines is not None:
            self._take_in(self._lines.take())
        fresh, self._fresh = self._fresh, []
        return fresh

    def _take_in(self, entries: list[Entry]) -> None:
        if self._known:
            entries = without(entries, self._known)
        self.remember(entries)
        self._fresh += entries

    def remember(self, entries: list[Entry], since: int | None = None) -> None:
        """Remember as many recent lines as the next request will repeat.

        `since`: the entries are all of that time (ns) and later, instead of following the last ones.
        """
        if since is not None:
            self._recent, self._recent_since = [], since
        lines = [entry for entry in entries if entry[2] != NOTE]
        if not lines:
            return
        last = lines[-1][0]
        self._recent = [entry for entry in self._recent + lines if entry[0] >= last - OVERLAP]
        if len(self._recent) > RECENT:
            del self._recent[:-RECENT]
            self._recent_since = min(self._recent[0][0] + 1, last)

    async def follow(self, engine: Engine, since: int | None) -> None:
        """Follow the log until the stream ends; floods are sampled.

        `since` (ns) applies until a line was read. Raises EngineError.
        """
        tails, seconds = RESUME_TAILS if self._recent else ("all",), None
        while True:
            for tail in tails:
                ended = await self._follow(engine, tail, since, tail == tails[-1], seconds)
                if ended != "gap":
                    break
            if ended == "end":
                return
            if ended == "flood":
                await self._sample_flood(engine)
                tails, seconds = RESUME_TAILS[1:2], REOPEN_AFTER_FLOOD_SECONDS
            else:
                tails, seconds = RESUME_TAILS, None

    async def _follow(self, engine: Engine, tail: int | str, since: int | None, last_try: bool, seconds: float | None) -> str:
        """Return "end", "gap" if the stream began after the last known line, "flood", or "over" after `seconds`."""
        self._known = Counter(map(identity, self._recent))
        resumed = self.last_ns
        start = since if resumed is None else max(resumed - OVERLAP, self._recent_since)
        lines = self._lines = LineReader(self.number, self.tty, ends=self._ends)
        met = resumed is None
        seen, mark, mark_ns = 0, time.monotonic(), 0
        frames = self.frames(engine, tail, start, None, follow=True)
        try:
            async with asyncio.timeout(seconds), aclosing(frames):
                async for frame in frames:
                    seen -= len(lines.entries)
                    lines.feed(frame)
                    seen += len(lines.entries)
                    if not lines.entries:
                        continue
                    if not met:
                        if identity(lines.entries[0]) not in self._known:
                            if not last_try:
                                lines.take()
                                return "gap"
                            self._note_gap(resumed or 0, lines.entries[0][0], tail == "all")
                        met = True
                    self._arrived()
                    if seen >= FLOOD * FLOOD_AFTER:
                        now, now_ns = time.monotonic(), lines.entries[-1][0]
                        log_seconds = max(now_ns - mark_ns, 1) / 1e9
                        if mark_ns and seen > FLOOD * max(now - mark, log_seconds):
                            self._rate = min(seen / log_seconds, FASTEST)
                            return "flood"
                        seen, mark, mark_ns = 0, now, now_ns
            lines.finish()
            self._arrived()
            return "end"
        except TimeoutError:
            return "over"
        finally:
            self._lines = None
            self._take_in(lines.take())
            self._arrived()

    def _note_gap(self, before_ns: int, after_ns: int, lost: bool) -> None:
        if lost:
            self._fresh.append(notes.entry(after_ns - 1, self.number, self._words(notes.EarlierLinesLost())))
            return
        seconds = max(after_ns - before_ns, 0) / 1e9
        count = int(self._rate * seconds)
        if count:
            self.skipped += count
            self._fresh.append(notes.entry(after_ns - 1, self.number, self._words(notes.LinesSkipped(count, seconds))))

    async def _sample_flood(self, engine: Engine) -> None:
        """Sample the end of the log at intervals until the flood is over."""
        while True:
            await asyncio.sleep(FLOOD_INTERVAL)
            last = self.last_ns or 0
            page, _ = await self.read(engine, FLOOD_LINES)
            fresh = without(page, Counter(map(identity, self._recent)))
            fresh = [entry for entry in fresh if entry[0] > last - OVERLAP]
            if not fresh:
                return
            span = max(page[-1][0] - page[0][0], 1) / 1e9
            rate = len(page) / span
            if len(fresh) == len(page):
                await self._measure(engine, last, page[-1][0])
                self._note_gap(last, page[0][0], False)
            self._known.clear()
            if len(fresh) == len(page):
                self.remember([], min(page[0][0] + 1, page[-1][0]))
            self._take_in(fresh)
            self._arrived()
            if rate < FLOOD / 2 or now_ns() - page[-1][0] > 10**9:
                return

    async def _measure(self, engine: Engine, last_ns: int, now_ns: int) -> None:
        """Estimate the flood's lines a second from the time of a line far back.

        Output comes in bursts, so few lines do not suffice.
        """
        back = min(max(int(self._rate * (now_ns - last_ns) / 2e9), 5_000), 200_000)
        async with aclosing(self.batches(engine, back, at_once=1)) as batches:
            async for batch in batches:
                if batch:
                    self._rate = min(back / max((now_ns - batch[0][0]) / 1e9, 1e-6), FASTEST)
                return
