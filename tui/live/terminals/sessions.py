"""The open terminals: each a session that lives on while nobody looks at it."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from tui.engine import errors
from tui.live.state.collection import Changes, Collection
from tui.live.state.supervisor import Faults, fault
from tui.live.terminals.attach import ExecRequest, open_attach, open_exec
from tui.live.terminals.stream import Size, TerminalStream

if TYPE_CHECKING:
    from tui.engine import Engine

DEBOUNCE = 0.05
"""For how long, in seconds, a terminal's size must stay before the engine is told."""


class Phase(Enum):
    """Where a session stands."""

    OPENING = "opening"
    LIVE = "live"
    ENDING = "ending"
    ENDED = "ended"  # the program is over
    DETACHED = "detached"  # the program runs on without this session
    FAILED = "failed"  # it never came to be
    LOST = "lost"  # the connection broke; what became of the program is not known


ELSEWHERE = "elsewhere"
"""The state of a container on an engine that answered at the address before."""

OVER = frozenset((Phase.ENDED, Phase.DETACHED, Phase.FAILED, Phase.LOST))


@dataclass(frozen=True, slots=True)
class SessionRow:
    """What there is to know about a session. Times are wall-clock seconds; `request` is None for an attach.

    `container_state` is what the live picture says of its container ("running", "paused", "exited", "removed"). `trouble` is
    what ended it, `left` what it left running, both in words; `error` is the error that ended it, if one did. `dropped` says
    why a part of the output is not shown.
    `unread` counts bytes of output that nobody has seen.
    """

    id: str
    container: str
    name: str
    request: ExecRequest | None
    started: float
    phase: Phase = Phase.OPENING
    exit_code: int | None = None
    container_state: str = ""
    trouble: str = ""
    error: errors.EngineError | None = None
    left: str = ""
    dropped: str = ""
    unread: int = 0

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.phase in OVER


class Output(NamedTuple):
    """Some output. `error`: it came on standard error; `replayed`: it was said before the session began."""

    data: bytes
    error: bool = False
    replayed: bool = False


class ContainerRow(Protocol):
    """What a session needs to know of its container's row in the live picture."""

    @property
    def state(self) -> str:
        """ "running", "paused", "exited" ..."""


OpenDoor = Callable[[Size], Coroutine[Any, Any, TerminalStream]]


class TerminalSession:
    """One open terminal: a door, and what is known about it. `view` belongs to whoever draws it."""

    def __init__(self, row: SessionRow, open_stream: OpenDoor, changed: Callable[[], None]) -> None:
        self.row = row
        self.view: object | None = None
        self.seen = False  # somebody looks at it now
        self._changed = changed
        self._open_stream = open_stream
        self._opening: asyncio.Task[TerminalStream | None] | None = None
        self._begun = asyncio.Event()
        self._terminal: TerminalStream | None = None
        self._replay: list[Output] = []
        self._size: Size | None = None
        self._told: Size | None = None
        self._resizing: asyncio.Task[None] | None = None
        self._faults = Faults("a terminal")

    @property
    def id(self) -> str:
        """The number of the session, as text."""
        return self.row.id

    @property
    def tty(self) -> bool:
        """Whether the bytes are a terminal's. Known once it is open; a terminal is assumed before."""
        return self._terminal.tty if self._terminal else True

    @property
    def accepts_input(self) -> bool:
        """Whether the program's standard input is open at all."""
        return self._terminal.accepts_input if self._terminal else True

    # --- size ---

    def resize(self, size: Size) -> None:
        """The terminal has this size now. The first one opens the session."""
        self._size = size
        if self._opening is None:
            self._opening = asyncio.ensure_future(self._open(size))
            self._begun.set()
        elif self._terminal is not None and self._resizing is None:
            self._resizing = asyncio.ensure_future(self._tell_size())

    async def _tell_size(self) -> None:
        """Tell the engine the size when it has stayed the same for a moment."""
        try:
            while self._terminal is not None and self._size is not None and self._told != self._size:
                if self._told is not None:
                    before = None
                    while before != self._size:
                        before = self._size
                        await asyncio.sleep(DEBOUNCE)
                self._told = size = self._size
                with suppress(errors.EngineError):  # a lost connection shows in reading
                    await self._terminal.resize(size)
        finally:
            self._resizing = None

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
        self._update(phase=Phase.LIVE)
        self._resizing = asyncio.ensure_future(self._tell_size())
        return terminal

    async def opened(self) -> bool:
        """Wait until it is open; False when it could not be."""
        await self._begun.wait()
        assert self._opening is not None
        return await asyncio.shield(self._opening) is not None

    async def read(self) -> Output | None:
        """The next output; None at the end, when `row` says what came of it."""
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
        """Send input; what is sent to a session that is over is dropped."""
        if await self.opened() and not self.row.over and self._terminal is not None:
            with suppress(errors.EngineError):  # reading tells why
                await self._terminal.write(data)

    async def half_close(self) -> None:
        """End the program's standard input."""
        if await self.opened() and not self.row.over and self._terminal is not None:
            with suppress(errors.EngineError):
                await self._terminal.half_close()

    async def _finish(self, terminal: TerminalStream) -> None:
        if self.row.phase is not Phase.LIVE:
            return  # `end` tells
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
        """End what it runs (an attach only lets go). What could not be ended, in words."""
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
            left = f"what it ran may still run in {self.row.name}: {error}"
        self._update(phase=Phase.DETACHED if attached else Phase.ENDED, left=left)
        return left

    @contextmanager
    def _own_errors(self) -> Iterator[None]:
        """A mistake of the program's is told, and becomes an error that the session ends with."""
        try:
            yield
        except errors.EngineError:
            raise
        except Exception as error:
            self._faults.tell(error)
            raise fault("this terminal", error) from error

    # --- what is known ---

    def look(self, seen: bool) -> None:
        """Somebody looks at it from now on, or nobody does."""
        self.seen = seen
        if seen:
            self._update(unread=0)

    def broke(self, why: str) -> None:
        """Its output cannot be read any more, for a reason that is no error of the engine's."""
        if not self.row.over:
            self._update(phase=Phase.LOST, trouble=why)

    def dropped_output(self, why: str) -> None:
        """A part of its output could not be shown, and it goes on."""
        self._update(dropped=why)

    def container_is(self, state: str) -> None:
        """The live picture says so of its container."""
        if self.row.container_state != ELSEWHERE:
            self._update(container_state=state)

    def engine_replaced(self) -> None:
        """Another engine answers at the address: the container is not among those that are listed from now on."""
        if not self.row.over:
            self._update(phase=Phase.LOST, trouble="Another engine answers at this address now.")
        self._update(container_state=ELSEWHERE)

    def _update(self, **news: Any) -> None:
        row = replace(self.row, **news)
        if row != self.row:
            self.row = row
            self._changed()


class Home(Protocol):
    """What the sessions need of the engine's live session (`tui.live.engine_session.Session`)."""

    @property
    def engine(self) -> Engine:
        """The connected client. Raises ConnectError while there is none."""

    @property
    def store(self) -> Any:
        """The live picture: its `containers` are watched."""


class Sessions:
    """All open terminals of one engine, in the order in which they were opened. `rows` is what a list shows."""

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
        """The session of this id, if it was not put away."""
        return self._sessions.get(id)

    @property
    def running(self) -> list[TerminalSession]:
        """Those that are not over."""
        return [session for session in self if not session.row.over]

    def open_exec(self, container: str, name: str, request: ExecRequest) -> TerminalSession:
        """A session that runs a command, or the best shell; it opens when it is given its size."""

        async def open_stream(size: Size) -> TerminalStream:
            return await open_exec(self._home.engine, container, name, request, size)

        return self._add(container, name, request, open_stream)

    def open_attach(self, container: str, name: str) -> TerminalSession:
        """A session on a container's main process; it opens when it is given its size."""

        async def open_stream(size: Size) -> TerminalStream:
            return await open_attach(self._home.engine, container, name, size)

        return self._add(container, name, None, open_stream)

    def reopen(self, session: TerminalSession) -> TerminalSession:
        """The same once more, for one that is over."""
        row = session.row
        if row.request is None:
            return self.open_attach(row.container, row.name)
        return self.open_exec(row.container, row.name, row.request)

    def neighbour(self, session: TerminalSession, step: int) -> TerminalSession:
        """The next (1) or previous (-1) session, round and round."""
        order = list(self._sessions.values())
        if session not in order:
            return order[0] if order else session
        return order[(order.index(session) + step) % len(order)]

    def put_away(self, session: TerminalSession) -> None:
        """Take a session that is over off the list."""
        if self._sessions.pop(session.id, None):
            self.rows.remove([session.id])

    async def close(self, docker: str = "docker", allow: Callable[[float], object] = lambda _seconds: None) -> list[str]:
        """End all sessions, because the program is left; what stays behind, a line each (see `tui.live.terminals.closing`)."""
        from tui.live.terminals.closing import end_all  # needed at the end only

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

    def _add(self, container: str, name: str, request: ExecRequest | None, open_stream: OpenDoor) -> TerminalSession:
        row = SessionRow(
            str(next(self._numbers)), container, name, request, time.time(), container_state=self._state(container)
        )
        session = TerminalSession(row, open_stream, lambda: self._told(session))
        self._sessions[row.id] = session
        self._told(session)
        return session

    def _told(self, session: TerminalSession) -> None:
        if session.id in self._sessions:
            self.rows.put({session.id: session.row})
