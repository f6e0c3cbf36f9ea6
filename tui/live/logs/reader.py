"""Reader of one or several containers' logs: the tail first, older pages on demand, new lines as they arrive."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from tui.engine import errors
from tui.live.logs.buffer import DEFAULT_LIMIT, STREAMS, Entry, LogBuffer, LogChanges
from tui.live.logs.export import Hit, Hits, Saved
from tui.live.logs.follower import TAIL, LogFollower
from tui.live.logs.notes import NoteWords
from tui.live.logs.source import SLACK, LogSource, Unreadable
from tui.live.logs.tasks import TaskFollower
from tui.live.logs.whole import WholeLogs
from tui.live.logs.window import PRESETS, Preset, Source, Window
from tui.live.state.signals import Signal, State
from tui.live.state.supervisor import lasting

if TYPE_CHECKING:
    from tui.live.engine_session import Session

__all__ = ["PRESETS", "Hit", "Hits", "LogChanges", "LogReader", "Preset", "Saved", "Source", "Window"]

GATHER = 0.05
"""Seconds between two emissions of `changed` for new lines."""

TAIL_SECONDS = 1.0
"""Seconds to wait for slower logs' tails before the first lines are shown."""

PAGE, LARGEST_PAGE = 1000, 20_000
"""Lines of an older page; doubled for each consecutive page up to the largest."""


class LogReader(WholeLogs):
    """Reads the logs of `sources` into `buffer`, merged by time, inside `run`.

    `changed` emits changes at most 20 times a second. `at_start`: no older line exists (in the window); `at_end`: the newest
    line is loaded (else it was dropped for older pages, or by `go_to`). `loading` says what is being fetched, empty if nothing.
    `problem` is the reason why no log can be read, for display. `session` is that of sources that name none.
    """

    def __init__(
        self,
        session: Session,
        sources: Sequence[Source],
        words: NoteWords,
        window: Window | None = None,
        limit_bytes: int = DEFAULT_LIMIT,
    ) -> None:
        self._arrived = asyncio.Event()
        page_bytes = limit_bytes // 4 // max(len(sources), 1)
        super().__init__(session, sources, words, window or Window(), page_bytes, self._arrived.set)
        self.buffer = LogBuffer(limit_bytes)
        self.changed: Signal[LogChanges] = Signal()
        self.loading: State[str] = State("")
        self.problem: State[str] = State("")
        self.at_start = False
        self.at_end = True
        self._log_followers = [self._follower(log) for log in self._logs]
        self._unsubscribe: list[Callable[[], None]] = []
        self._paging = asyncio.Lock()
        self._page = PAGE
        self._following = True
        self._tasks: list[asyncio.Task[None]] = []
        self._running = False
        self._restart_empty = False  # restart from an empty buffer after a fault

    def _follower(self, log: LogSource) -> LogFollower:
        source = self.sources[log.number]
        kind = TaskFollower if source.task else LogFollower
        return kind(self._session_of(log), log, source.name, self.window, self._words, self._release, self._update_problem)

    def add(self, source: Source) -> None:
        """Read another log too, such as that of a task that came later."""
        follower = self._follower(self._add_log(source))
        self._log_followers.append(follower)
        if self._running:
            self._unsubscribe += follower.subscribe()
        if any(not task.done() for task in self._tasks):
            self._tasks.append(asyncio.get_running_loop().create_task(lasting("the log", follower.run, follower.fail)))

    @property
    def skipped(self) -> int:
        """The estimated number of lines skipped in floods."""
        return sum(log.skipped for log in self._logs)

    def container_id(self, source: int) -> str:
        """Return the current container of a source, which changes when it is re-created."""
        return self._logs[source].id

    # main loop

    async def run(self) -> None:
        """Read until cancelled, across restarts of containers and losses of the connection."""
        await lasting("the log", self._run, self._broke)

    def _broke(self, fault: errors.Fault) -> None:
        self._restart_empty = True
        self.problem.set(str(fault))

    async def _run(self) -> None:
        self._unsubscribe = [each for follower in self._log_followers for each in follower.subscribe()]
        self._running = True
        try:
            if self._restart_empty:
                await self._empty()
                self.changed.emit(LogChanges(everything=True))
            await self._load_tails()
            self._start_following()
            fill = self.window.tail is None
            async with asyncio.TaskGroup() as group:
                group.create_task(self._gather())
                if fill:
                    group.create_task(self._fill())
        finally:
            self._running = False
            for each in self._unsubscribe:
                each()
            await self._stop_following()

    async def _load_tails(self) -> None:
        """Load the tail of each log; show all, or those that arrived within `TAIL_SECONDS`."""
        loads = [asyncio.ensure_future(self._load_tail(log)) for log in self._logs]
        try:
            self.loading.set("newest lines")
            await asyncio.wait(loads, timeout=TAIL_SECONDS)
            for load in loads:
                if load.done():
                    load.result()
        finally:
            for load in loads:
                load.cancel()
            await asyncio.gather(*loads, return_exceptions=True)
            self.loading.set("")
        self._release()

    async def _load_tail(self, log: LogSource) -> None:
        engine = self._session_of(log).store.engine
        if engine is None:
            return
        window = self.window
        with suppress(errors.EngineError, Unreadable):  # following repeats and reports the error
            await log.open(engine)
            await log.load_tail(engine, window.tail or TAIL, window.since_ns, window.until_ns, self._following)

    def _release(self) -> int:
        """Show the lines read so far, up to where every log is complete, and return their number."""
        limit = max((log.boundary for log in self._logs if log.boundary is not None and not log.at_start), default=None)
        shown: list[Entry] = []
        for log in self._logs:
            shown += log.reserve if limit is None else [entry for entry in log.reserve if entry[0] > limit]
            log.reserve = [] if limit is None else [entry for entry in log.reserve if entry[0] <= limit]
        self.at_start = limit is None
        floor = self.buffer.first_ns
        late = [entry for entry in shown if floor and entry[0] > floor]  # of a log whose first lines came after others' lines
        dropped = self.buffer.dropped_newest
        count = self.buffer.prepend([entry for entry in shown if not floor or entry[0] <= floor])
        if self.buffer.dropped_newest > dropped:
            self.at_end = False
        if count:
            self.changed.emit(LogChanges())
        if late:
            self.changed.emit(LogChanges(changed_from=self.buffer.append(late)))
        return count + len(late)

    async def _gather(self) -> None:
        """Append arriving lines to the buffer: the first at once, later ones in batches."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            entries = [entry for log in self._logs for entry in log.collect()]
            self.at_start = self.at_start and all(log.at_start for log in self._logs)
            if entries and self.at_end:
                dropped = self.buffer.dropped_oldest
                changed_from = self.buffer.append(entries)
                if self.buffer.dropped_oldest > dropped:
                    self._forget_older()
                self.changed.emit(LogChanges(changed_from=changed_from))
            await asyncio.sleep(GATHER)

    def _forget_older(self) -> None:
        """Forget what was read before the first line: the oldest lines were dropped and must be fetched again."""
        first = self.buffer.first_ns
        self.at_start = False
        for log in self._logs:
            log.reserve.clear()
            log.boundary = first
            log.at_start = log.replaced

    async def _fill(self) -> None:
        """Load the whole window, as far as it fits."""
        while not self.at_start and self.buffer.bytes_kept < 0.8 * self.buffer.limit_bytes and self.at_end:
            if any(self._session_of(log).store.engine is None for log in self._logs):
                return
            try:
                await self.older()
            except errors.EngineError:
                return  # scrolling there tries again
            await asyncio.sleep(0)

    # pages

    async def older(self) -> int:
        """Fetch the page before the oldest line; returns the number of lines, 0 at the start of the log. Raises EngineError."""
        async with self._paging:
            self.loading.set("older lines")
            try:
                return await self._older()
            finally:
                self.loading.set("")

    async def _older(self) -> int:
        while not self.at_start:
            unread = [log for log in self._logs if not log.at_start and log.boundary is not None]
            if unread:
                log = max(unread, key=lambda log: log.boundary or 0)
                after = self.buffer.count_of(log.number) + self.buffer.dropped_newest
                await log.load_older(self._session_of(log).engine, self._page, after, self._held(log), self.window.since_ns)
                self._page = min(self._page * 2, LARGEST_PAGE)
            if count := self._release():
                if not self.at_end:
                    await self._stop_following()
                return count
            if not unread:
                return 0
        return 0

    def _held(self, log: LogSource) -> list[Entry]:
        """Return the loaded lines of a log that the page before its boundary may repeat."""
        start = log.boundary or 0
        stop = self.buffer.id_at(start + SLACK + 1)
        lines = self.buffer.each(self.buffer.id_at(start), stop)
        return [
            (line.time_ns, line.source, STREAMS.index(line.stream), line.data, line.left_out)
            for line in lines
            if line.source == log.number
        ]

    async def newer(self) -> int:
        """Fetch the page after the newest line unless `at_end`; returns the number of lines. Raises EngineError."""
        async with self._paging:
            self.loading.set("newer lines")
            try:
                return 0 if self.at_end else await self._newer()
            finally:
                self.loading.set("")

    async def _newer(self) -> int:
        start = self.buffer.line(self.buffer.end_id - 1).time_ns if len(self.buffer) else 0
        first = start - SLACK
        logs = [*self._logs]
        pages = [await log.read_from(self._session_of(log).engine, first, LARGEST_PAGE // 4) for log in logs]
        limit = min((page[-1][0] for page, complete in pages if not complete and page), default=None)
        held = Counter(
            (line.source, line.time_ns, line.data) for line in self.buffer.each(self.buffer.id_at(first), self.buffer.end_id)
        )
        coming: list[Entry] = []
        for log, (page, _) in zip(logs, pages, strict=True):
            page = [entry for entry in page if limit is None or entry[0] <= limit]
            log.remember(page, first)
            last = max((n for n, entry in enumerate(page) if (entry[1], entry[0], entry[3]) in held), default=len(page))
            for n, entry in enumerate(page):
                key = (entry[1], entry[0], entry[3])
                if held[key]:
                    held[key] -= 1
                elif n > last or entry[0] >= start:
                    coming.append(entry)
        self.at_end = limit is None
        dropped = self.buffer.dropped_oldest
        changed_from = self.buffer.append(coming)
        if self.buffer.dropped_oldest > dropped:
            self._forget_older()
        if coming:
            self.changed.emit(LogChanges(changed_from=changed_from))
        if self.at_end:
            self._start_following()
        return len(coming)

    async def newest(self) -> None:
        """Return to the tail, unless `at_end`."""
        async with self._paging:
            if not self.at_end:
                await self._empty()
                await self._load_tails()
                self.changed.emit(LogChanges(everything=True))
                self._start_following()

    async def go_to(self, time_ns: int) -> int:
        """Load the lines around a time; returns the id of the first line at that time or later. Raises EngineError."""
        if len(self.buffer) and self._has(time_ns):
            return self.buffer.id_at(time_ns)
        async with self._paging:
            self.loading.set("lines around")
            try:
                logs = [*self._logs]
                after = [await log.read_from(self._session_of(log).engine, time_ns, PAGE) for log in logs]
                limit = min((page[-1][0] for page, complete in after if not complete and page), default=None)
                await self._empty()
                for log, (page, _) in zip(logs, after, strict=True):
                    log.boundary, log.at_start, log.loaded = time_ns - 1, log.replaced, True
                    log.reserve = [entry for entry in page if limit is None or entry[0] <= limit]
                    log.remember(log.reserve, time_ns)
                self.at_end = limit is None
                self._release()
                self.changed.emit(LogChanges(everything=True))
            finally:
                self.loading.set("")
        await self.older()
        if self.at_end:
            self._start_following()
        return self.buffer.id_at(time_ns)

    def _has(self, time_ns: int) -> bool:
        first = self.buffer.first_ns
        last = self.buffer.line(self.buffer.end_id - 1).time_ns
        return (self.at_start or first < time_ns) and (self.at_end or time_ns < last)

    async def _empty(self) -> None:
        await self._stop_following()
        for log in self._logs:
            log.forget()
        self.buffer.replace(())
        self.at_start, self.at_end = False, True
        self._page = PAGE

    # following

    @property
    def following(self) -> bool:
        """Whether new lines are read as they arrive. When off, they are fetched after switching on again."""
        return self._following

    @following.setter
    def following(self, on: bool) -> None:
        self._following = on
        if on:
            self._start_following()
        else:
            for task in self._tasks:
                task.cancel()

    def _start_following(self) -> None:
        wanted = self._following and self._running and self.at_end and self.window.until is None
        if wanted and all(task.done() for task in self._tasks):
            loop = asyncio.get_running_loop()
            self._tasks = [loop.create_task(lasting("the log", each.run, each.fail)) for each in self._log_followers]

    def _update_problem(self) -> None:
        problems = {follower.problem for follower in self._log_followers}
        self.problem.set("" if "" in problems else " ".join(sorted(problems)))

    async def _stop_following(self) -> None:
        followers, self._tasks = self._tasks, []
        for task in followers:
            task.cancel()
        await asyncio.gather(*followers, return_exceptions=True)
