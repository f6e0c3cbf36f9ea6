"""Terminal sessions, which keep running while not shown."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from tui.engine import errors
from tui.live import clock
from tui.live.state.collection import Changes, Collection
from tui.live.state.supervisor import Faults, fault
from tui.live.terminals.attach import open_attach
from tui.live.terminals.exec import ExecRequest, open_exec
from tui.live.terminals.session_row import ELSEWHERE, Home, Input, Phase, SessionRow
from tui.live.terminals.stream import Size, TerminalStream

if TYPE_CHECKING:
    pass

DEBOUNCE = 0.05
"""Seconds that a terminal's size must be stable before it is sent."""


class Output(NamedTuple):
    """Some output. `error`: from stderr; `replayed`: written before the session began."""

    data: bytes
    error: bool = False
    replayed: bool = False


class ContainerRow(Protocol):
    """The fields of a container's row that a session needs."""

    @property
    def state(self) -> str:
        """The container's state: "running", "paused", "exited", and so on."""


OpenStream = Callable[[Size], Coroutine[Any, Any, TerminalStream]]


class TerminalSession:
    """A terminal session: its stream and state. `view` belongs to the widget that draws it."""

    def __init__(self, row: SessionRow, open_stream: OpenStream, changed: Callable[[], None]) -> None:
        self.row = row
        self.view: object | None = None
        self.seen = False  # whether it is on the screen
        self._changed = changed
        self._open_stream = open_stream
        self._opening: asyncio.Task[TerminalStream | None] | None = None
        self._begun = asyncio.Event()
        self._terminal: TerminalStream | None = None
        self._replay: list[Output] = []
        self._size: Size | None = None
        self._sent_size: Size | None = None
        self._resizing: asyncio.Task[None] | None = None
        self._sized = asyncio.Event()  # set once the program has its first size, or cannot be given one
        self._faults = Faults("a terminal session")

    @property
    def id(self) -> str:
        """The number of the session, as text."""
        return self.row.id

    @property
    def tty(self) -> bool:
        """Whether the bytes are a terminal's. Assumed to be true until the session is open."""
        return self._terminal.tty if self._terminal else True

    @property
    def accepts_input(self) -> bool:
        """Whether the program's stdin is open. Assumed until the session is open."""
        return self.row.input is Input.OPEN

    # --- size ---

    def resize(self, size: Size) -> None:
        """Set the terminal's size. The first size opens the session."""
        self._size = size
        if self._opening is None:
            self._opening = asyncio.ensure_future(self._open(size))
            self._begun.set()
        elif self._terminal is not None and self._resizing is None:
            self._resizing = asyncio.ensure_future(self._send_size())

    async def _send_size(self) -> None:
        """Send the size to the engine once it is stable."""
        try:
            while self._terminal is not None and self._size is not None and self._sent_size != self._size:
                if self._sent_size is not None:
                    before = None
                    while before != self._size:
                        before = self._size
                        await asyncio.sleep(DEBOUNCE)
                self._sent_size = size = self._size
                with suppress(errors.EngineError):  # reading reports a lost connection
                    await self._terminal.resize(size)
        finally:
            self._resizing = None
            self._sized.set()

    # --- the stream ---

    async def _open(self, size: Size) -> TerminalStream | None:
        try:
            with self._own_errors():
                terminal = await self._open_stream(size)
        except errors.EngineError as error:
            self._update(phase=Phase.FAILED, trouble=str(error), error=error)
            return None
        self._terminal = terminal
        self._replay = [Output(frame.data, frame.stream == "stderr", replayed=True) for frame in terminal.replay]
        self._update(phase=Phase.LIVE, input=Input.OPEN if terminal.accepts_input else Input.NONE)
        self._resizing = asyncio.ensure_future(self._send_size())
        return terminal

    async def opened(self) -> bool:
        """Wait until the session is open; False if that failed."""
        await self._begun.wait()
        assert self._opening is not None
        return await asyncio.shield(self._opening) is not None

    async def read(self) -> Output | None:
        """Return the next output; None at the end, when `row` has the result."""
        if not await self.opened():
            return None
        if self._replay:
            return self._replay.pop(0)
        assert self._terminal is not None
        try:
            with self._own_errors():
                frame = await self._terminal.read()
        except errors.EngineError as error:
            if not self.row.over:
                self._update(phase=Phase.LOST, trouble=str(error), error=error)
            return None
        if frame is None:
            await self._finish(self._terminal)
            return None
        if not self.seen:
            self._update(unread=self.row.unread + len(frame.data))
        return Output(frame.data, frame.stream == "stderr")

    async def write(self, data: bytes) -> None:
        """Send input, after the first size: before API 1.42 a program starts without one. Ignored after the end."""
        if not await self.opened():
            return
        await self._sized.wait()
        if not self.row.over and self._terminal is not None:
            with suppress(errors.EngineError):  # reading reports the reason
                await self._terminal.write(data)

    def write_now(self, data: bytes) -> bool:
        """Send input without waiting; False if that is not possible now: `write` does it or reports why not."""
        ready = self._terminal is not None and self._sized.is_set() and not self.row.over
        return ready and self._terminal is not None and self._terminal.write_now(data)

    async def half_close(self) -> None:
        """Close the program's stdin, if the program can be told that its input has ended."""
        if await self.opened() and not self.row.over and self._terminal is not None:
            with suppress(errors.EngineError):
                if await self._terminal.half_close():
                    self._update(input=Input.CLOSED)

    async def _finish(self, terminal: TerminalStream) -> None:
        if self.row.phase is not Phase.LIVE:
            return  # `end` reports the result
        try:
            with self._own_errors():
                outcome = await terminal.outcome()
        except errors.NotFound:
            self._update(phase=Phase.ENDED, container_state="removed")
        except errors.EngineError as error:
            self._update(phase=Phase.LOST, trouble=str(error), error=error)
        else:
            phase = Phase.DETACHED if outcome.detached else Phase.ENDED
            self._update(phase=phase, exit_code=outcome.exit_code, left=outcome.left, trouble=outcome.why)
        await terminal.close()

    async def end(self) -> str:
        """End the program (an attach only detaches). Returns what could not be ended, as text."""
        if self.row.over:
            return self.row.left
        if self._opening is None:
            self._update(phase=Phase.ENDED)
            return ""
        attached = self.row.request is None
        if not await self.opened() or self._terminal is None or self.row.over:
            return self.row.left
        self._update(phase=Phase.ENDING)
        try:
            with self._own_errors():
                left = await self._terminal.end()
        except errors.EngineError as error:
            left = f"processes may still run in {self.row.name}: {error}"
        self._update(phase=Phase.DETACHED if attached else Phase.ENDED, left=left)
        return left

    @contextmanager
    def _own_errors(self) -> Iterator[None]:
        """Report a defect of the program, and turn it into an error that ends the session."""
        try:
            yield
        except errors.EngineError:
            raise
        except Exception as error:
            self._faults.tell(error)
            raise fault("this terminal session", error) from error

    # --- state ---

    def look(self, seen: bool) -> None:
        """Set whether the session is on the screen."""
        self.seen = seen
        if seen:
            self._update(unread=0, bell=False)

    def rang(self) -> None:
        """Record that the program rang the bell, or sent a notification, while the session is not on the screen."""
        if not self.seen:
            self._update(bell=True)

    def broke(self, why: str) -> None:
        """Mark the session as lost for a reason other than an error of the engine."""
        if not self.row.over:
            self._update(phase=Phase.LOST, trouble=why)

    def dropped_output(self, why: str) -> None:
        """Record why some output could not be shown; the session continues."""
        self._update(dropped=why)

    def container_is(self, state: str) -> None:
        """Set the container's state, from its row."""
        if self.row.container_state != ELSEWHERE and not (self.row.over and state == "running"):
            self._update(container_state=state)  # of an ended session: how it ended, not that the container runs again

    def engine_replaced(self) -> None:
        """Handle another engine at the address: the container is no longer listed."""
        if not self.row.over:
            self._update(phase=Phase.LOST, trouble="Another engine answers at this address now.")
        self._update(container_state=ELSEWHERE)

    def _update(self, **news: Any) -> None:
        row = replace(self.row, **news)
        if row != self.row:
            self.row = row
            self._changed()


class Sessions:
    """All terminal sessions of one engine, in the order of opening. `rows` are their snapshots."""

    def __init__(self, home: Home) -> None:
        self.rows: Collection[SessionRow] = Collection()
        self.rows.loaded = True
        self._home = home
        self._sessions: dict[str, TerminalSession] = {}
        self._numbers = itertools.count(1)
        self._containers: Collection[Any] = home.store.containers
        self._unsubscribe = [
            self._containers.changed.subscribe(self._containers_changed),
            home.store.replaced.subscribe(self._engine_replaced),
        ]

    def __iter__(self) -> Iterator[TerminalSession]:
        return iter(tuple(self._sessions.values()))

    def __len__(self) -> int:
        return len(self._sessions)

    def get(self, id: str) -> TerminalSession | None:
        """Return the session of this id, unless it was put away."""
        return self._sessions.get(id)

    @property
    def running(self) -> list[TerminalSession]:
        """The sessions that have not ended."""
        return [session for session in self if not session.row.over]

    def open_exec(self, container: str, name: str, request: ExecRequest) -> TerminalSession:
        """Create a session that runs a command, or the best shell; it opens at its first size."""

        async def open_stream(size: Size) -> TerminalStream:
            return await open_exec(self._home.engine, container, name, request, size)

        return self._add(container, name, request, open_stream)

    def open_attach(self, container: str, name: str) -> TerminalSession:
        """Create a session attached to a container's main process; it opens at its first size."""

        async def open_stream(size: Size) -> TerminalStream:
            return await open_attach(self._home.engine, container, name, size)

        return self._add(container, name, None, open_stream)

    def reopen(self, session: TerminalSession) -> TerminalSession:
        """Create a session like this one, which has ended."""
        row = session.row
        if row.request is None:
            return self.open_attach(row.container, row.name)
        return self.open_exec(row.container, row.name, row.request)

    def neighbour(self, session: TerminalSession, step: int, *, running: bool = False) -> TerminalSession:
        """Return the next (1) or previous (-1) session, cyclically. `running`: sessions that have ended are passed over."""
        order = [one for one in self if one is session or not (running and one.row.over)]
        if session not in order:
            return order[0] if order else session
        return order[(order.index(session) + step) % len(order)]

    def put_away(self, session: TerminalSession) -> None:
        """Remove an ended session from the list."""
        if self._sessions.pop(session.id, None):
            self.rows.remove([session.id])

    async def close(self, docker: str = "docker", allow: Callable[[float], object] = lambda _seconds: None) -> list[str]:
        """End all sessions on exit; returns what keeps running, a line each (see `tui.live.terminals.closing`)."""
        from tui.live.terminals.closing import end_all  # lazy: needed on exit only

        for unsubscribe in self._unsubscribe:
            unsubscribe()
        left = await end_all(tuple(self), self._home, docker, allow)
        self.rows.close()
        return left

    def _engine_replaced(self, _number: int) -> None:
        for session in self:
            session.engine_replaced()

    def _containers_changed(self, changes: Changes) -> None:
        for session in self:
            container = session.row.container
            if changes.everything or container in changes.changed or container in changes.removed or container in changes.added:
                session.container_is(self._state(container))

    def _state(self, container: str) -> str:
        if not self._containers.loaded:
            return ""
        row: ContainerRow | None = self._containers.rows.get(container)
        return row.state if row else "removed"

    def _add(self, container: str, name: str, request: ExecRequest | None, open_stream: OpenStream) -> TerminalSession:
        row = SessionRow(
            str(next(self._numbers)), container, name, request, clock.now(), container_state=self._state(container)
        )
        session = TerminalSession(row, open_stream, lambda: self._update_row(session))
        self._sessions[row.id] = session
        self._update_row(session)
        return session

    def _update_row(self, session: TerminalSession) -> None:
        if session.id in self._sessions:
            self.rows.put({session.id: session.row})
