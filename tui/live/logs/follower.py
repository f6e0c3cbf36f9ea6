"""Follows one container's log across restarts, re-creation under the same name, and lost connections."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from tui.engine import errors
from tui.engine.objects.events import Event
from tui.live.clock import now_ns
from tui.live.logs import notes
from tui.live.logs.notes import Note, NoteWords
from tui.live.logs.source import LogSource, Unreadable
from tui.live.logs.window import Window
from tui.live.state.store import Connected, Connection, Lost
from tui.live.state.supervisor import Pauses

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.live.engine_session import Session

TAIL = 500
"""Lines of each log read first, if the window sets no tail."""

REOPEN_SECONDS = 0.3
"""Seconds until the log of a running container is opened again after its stream ended."""


class LogFollower:
    """Follows `log` of the container `name` in `run`, and adds notes about the container's events.

    `release` shows the lines that were read so far and are complete. `words` returns the text of a note. `problem` is the
    reason why the log cannot be read, for display; `problem_changed` is called when it changes.
    """

    def __init__(
        self,
        session: Session,
        log: LogSource,
        name: str,
        window: Window,
        words: NoteWords,
        release: Callable[[], object],
        problem_changed: Callable[[], None],
    ) -> None:
        self.problem = ""
        self.session = session
        self.log = log
        self._name = name
        self._window = window
        self._words = words
        self._release = release
        self._problem_changed = problem_changed
        self.reopen_reasons = 0  # reasons to read again so far: a start, a reconnection, a new container
        self.wake = asyncio.Event()
        self._out_of_memory = False
        self._connected = True
        self._failure = ""  # last note about a temporary failure

    def subscribe(self) -> list[Callable[[], None]]:
        """Subscribe to the store; returns the functions that unsubscribe."""
        store = self.session.store
        return [
            store.events.subscribe(self.on_event),
            store.connection.subscribe(self._connection_changed),
            store.replaced.subscribe(lambda _number: self.note(notes.EngineReplaced())),
            store.containers.changed.subscribe(lambda _: self.wake.set()),
        ]

    async def run(self) -> None:
        """Follow until cancelled."""
        pauses = Pauses()
        while True:
            pauses.begin()
            reasons, lost = self.reopen_reasons, False
            engine = self.session.store.engine
            if engine is not None:
                try:
                    await self.follow_log(engine)
                except Unreadable as problem:
                    self._set_unreadable(problem.driver)
                except errors.EngineRefusal as refusal:
                    if _is_unreadable(refusal):
                        self._set_unreadable(self.log.driver)
                except errors.BrokenAnswer as broken:
                    self.fail(broken)
                    await asyncio.sleep(pauses.next())
                    continue
                except errors.EngineError:
                    lost = True
            await self._wait_to_reopen(reasons, lost)

    def fail(self, error: errors.EngineError) -> None:
        """Set the reason why the log cannot be read at present, and note it in the log once."""
        note = notes.ReadFailed(error)
        words = self._words(note)
        if words != self._failure:
            self._failure = words
            self.note(note)
        self.problem = words
        self._problem_changed()

    async def follow_log(self, engine: Engine) -> None:
        """Follow the log until its stream ends. Raises EngineError, Unreadable."""
        log, window = self.log, self._window
        if not log.opened:
            await log.open(engine)
        if not log.loaded:  # reading failed before: merge the tail with the loaded lines
            await log.load_tail(engine, window.tail or TAIL, window.since_ns, None, followed=True)
            self._release()
        self._set_readable()
        await log.follow(engine, window.since_ns)

    def _set_unreadable(self, driver: str) -> None:
        note = notes.UnreadableDriver(driver)
        words = self._words(note)
        if words != self.problem:
            self.note(note)
        self.problem = words
        self._problem_changed()

    def _set_readable(self) -> None:
        self.problem = ""
        self._problem_changed()

    def note(self, note: Note, time_ns: int = 0) -> None:
        """Insert a note, at a time (ns) other than now."""
        if words := self._words(note):
            self.log.deliver([notes.entry(time_ns or now_ns(), self.log.number, words)])

    async def _wait_to_reopen(self, reasons: int, lost: bool) -> None:
        """Wait until opening the stream again may yield lines."""
        ended = time.monotonic()
        while True:
            self.wake.clear()
            timeout: float | None = None
            if isinstance(self.session.store.connection.value, Connected):
                alive = self.alive()
                if alive is None:
                    self.find_successor()
                if self.reopen_reasons != reasons:
                    return
                if alive is not None and not self.problem and (alive or lost):
                    # The container's row may still say "running" shortly after its end.
                    timeout = ended + REOPEN_SECONDS - time.monotonic()
                    if timeout <= 0:
                        return
            with suppress(TimeoutError):
                async with asyncio.timeout(timeout):
                    await self.wake.wait()

    def alive(self) -> bool | None:
        """Return whether the container has processes; None if it is gone."""
        row = self.session.store.containers.rows.get(self.log.id)
        return None if row is None else row.alive

    def find_successor(self) -> None:
        """Continue with a new container of the same name after this one was removed."""
        for row in self.session.store.containers.rows.values():
            if row.name == self._name and row.id != self.log.id:
                self.log.become(row.id)
                self.note(notes.Recreated(row.id), int(row.created * 10**9))
                self.reopen_reasons += 1
                return

    def on_event(self, event: Event) -> None:
        """Note an event of the container."""
        if event.type != "container" or event.actor.id != self.log.id:
            return
        if event.action == "oom":
            self._out_of_memory = True
        elif event.action == "start":
            self._out_of_memory = False
            self.reopen_reasons += 1
        elif event.action == "die":  # a stream opened just before may have missed the last lines
            self.reopen_reasons += 1
        elif event.action == "rename":
            self._name = event.actor.attributes.get("name", "").removeprefix("/") or self._name
        self.note(notes.ContainerEvent(event, self._out_of_memory), event.time_nano)
        self.wake.set()

    def _connection_changed(self, connection: Connection) -> None:
        if isinstance(connection, Lost) and self._connected:
            self.note(notes.ConnectionLost())
            self._connected = False
        elif isinstance(connection, Connected):
            self._connected = True
            self.reopen_reasons += 1
        self.wake.set()


def _is_unreadable(error: errors.EngineError) -> bool:
    """Whether the engine cannot read this container's logging driver."""
    return isinstance(error, errors.NotImplemented) or "does not support reading" in str(error)
