"""The whole logs of some containers or tasks at their engines: lines in full, saving, searching."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tui.engine import errors
from tui.live.expressions import Expression
from tui.live.jobs.jobs import Job
from tui.live.logs.buffer import LogLine
from tui.live.logs.export import Hits, Saved, look_through, save_merged, save_plain
from tui.live.logs.notes import NoteWords, UnreadableDriver
from tui.live.logs.source import LogSource, Unreadable
from tui.live.logs.tasks import TaskLog
from tui.live.logs.window import Source, Window

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.live.engine_session import Session

LONGEST_WHOLE = 16 * 1024 * 1024


class WholeLogs:
    """The logs of `sources`. `session` is that of sources that name none; `arrived` is called when lines of one have come."""

    def __init__(
        self,
        session: Session,
        sources: Sequence[Source],
        words: NoteWords,
        window: Window,
        page_bytes: int,
        arrived: Callable[[], None],
    ) -> None:
        self.session = session
        self.sources: tuple[Source, ...] = ()
        self.window = window
        self._words = words
        self._page_bytes = page_bytes
        self._log_arrived = arrived
        self._logs: list[LogSource] = []
        for source in sources:
            self._add_log(source)

    def _add_log(self, source: Source) -> LogSource:
        kind = TaskLog if source.task else LogSource
        log = kind(len(self._logs), source.id, self._log_arrived, self._words, self._page_bytes)
        self.sources += (source,)
        self._logs.append(log)
        return log

    def _session_of(self, log: LogSource) -> Session:
        return self.sources[log.number].session or self.session

    async def whole(self, line: LogLine) -> bytes:
        """Return an abbreviated line in full, up to 16 MiB. Raises EngineError."""
        log = self._logs[line.source]
        entries = await log.lines_at(self._session_of(log).engine, line.time_ns, LONGEST_WHOLE)
        same = [entry[3] for entry in entries if entry[3].startswith(line.data[:1000])]
        return max(same, key=len, default=line.data)

    def save(self, path: Path, timestamps: bool = False) -> Job[Saved]:
        """Save the complete log (within the window) to a file. A cancelled job leaves no file."""
        return self.session.jobs.run(f"save the log to {path}", self._save(path, timestamps))

    async def _save(self, path: Path, timestamps: bool) -> Saved:
        engines, logs = await self._opened()
        window = self.window
        if len(logs) == 1 and not timestamps:
            return await save_plain(engines[0], logs[0], window.since_ns, window.until_ns, path)
        names = [source.short or source.name for source in self.sources[: len(logs)]]
        return await save_merged(engines, logs, names, window.since_ns, window.until_ns, path, timestamps)

    def search_all(self, expression: Expression) -> Job[Hits]:
        """Search the complete log (within the window) at the engine."""
        return self.session.jobs.run("search the whole log", self._search_all(expression.again()))

    async def _search_all(self, expression: Expression) -> Hits:
        engines, logs = await self._opened()
        return await look_through(engines, logs, self.window.since_ns, self.window.until_ns, expression)

    async def _opened(self) -> tuple[list[Engine], list[LogSource]]:
        """Return the engines and the logs of the present sources, once their containers are known."""
        logs = [*self._logs]
        engines = [self._session_of(log).engine for log in logs]
        for engine, log in zip(engines, logs, strict=True):
            if not log.opened:
                try:
                    await log.open(engine)
                except Unreadable as problem:
                    raise errors.EngineError(self._words(UnreadableDriver(problem.driver))) from None
        return engines, logs
