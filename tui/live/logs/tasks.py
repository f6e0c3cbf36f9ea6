"""The logs of tasks of a swarm, on whichever node they run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import TYPE_CHECKING

from tui.engine.api.tasks import Tasks
from tui.engine.objects.events import Event
from tui.live.logs import notes
from tui.live.logs.buffer import Entry
from tui.live.logs.follower import LogFollower
from tui.live.logs.line_parser import stamp_or_nothing
from tui.live.logs.source import LogSource

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.engine.transport.frames import Frame
    from tui.live.cluster.rows import TaskRow


class TaskLog(LogSource):
    """The log of the task `id` (`TaskLogs`). Managers know no end time for logs: later lines are left out here."""

    async def open(self, engine: Engine) -> None:
        """Inspect the task for its TTY. Raises EngineError."""
        found = await engine.api(Tasks).inspect(self.id)
        self.tty = found.spec.container_spec is not None and found.spec.container_spec.tty
        self.opened = True

    def frames(
        self, engine: Engine, tail: int | str, since: int | None, until: int | None, follow: bool = False, times: bool = True
    ) -> AsyncGenerator[Frame, None]:
        """Request the log from a time in nanoseconds on. Raises EngineError."""
        start = stamp_or_nothing(since)
        return engine.api(Tasks).logs(self.id, tty=self.tty, timestamps=times, follow=follow, tail=tail, since=start)

    def before(self, entries: list[Entry], until: int | None) -> list[Entry]:
        """Return the entries up to a time (ns)."""
        return entries if until is None else [entry for entry in entries if entry[0] <= until]


class TaskFollower(LogFollower):
    """Follows the log of a task, and of the tasks that take its place: managers never end the stream of a task."""

    def subscribe(self) -> list[Callable[[], None]]:
        """Subscribe to the store and to the tasks; returns the functions that unsubscribe."""
        return [*super().subscribe(), self.session.cluster.tasks.changed.subscribe(lambda _: self.wake.set())]

    async def follow_log(self, engine: Engine) -> None:
        """Follow the log until another task takes the place. Raises EngineError."""
        following = asyncio.ensure_future(super().follow_log(engine))
        try:
            while not following.done() and self._successor() is None:
                self.wake.clear()
                woken = asyncio.ensure_future(self.wake.wait())
                await asyncio.wait((following, woken), return_when=asyncio.FIRST_COMPLETED)
                woken.cancel()
            if following.done():
                following.result()
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    def alive(self) -> bool | None:
        """Whether the task runs; None if it has ended."""
        row = self.session.cluster.tasks.rows.get(self.log.id)
        return None if row is None or row.ended or self._successor() is not None else row.task.status.state == "running"

    def find_successor(self) -> None:
        """Continue with the newest task of the same slot."""
        if (newest := self._successor()) is not None:
            self.log.become(newest.id)
            self.note(notes.TaskReplaced(newest.id, newest.node))
            self.reopen_reasons += 1

    def _successor(self) -> TaskRow | None:
        """Return the newest task of the same slot, once it has a log, or None if that is this one."""
        rows = self.session.cluster.tasks.rows
        row = rows.get(self.log.id)
        if row is None:
            return None
        newest = max((each for each in rows.values() if each.place == row.place), key=_created)
        return newest if newest.id != row.id and newest.task.status.state in ("running", "complete", "failed") else None

    def on_event(self, _event: Event) -> None:
        """Events are of containers: tasks have none."""


def _created(row: TaskRow) -> str:
    return row.task.created_at
