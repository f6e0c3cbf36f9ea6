"""The engines of the program: one session for each, opened when first needed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping

from tui.engine.transport.address import Address
from tui.engine.transport.dialers import Dialer
from tui.live.engine_session import Session
from tui.live.forwards import Forwards
from tui.live.jobs.jobs import Jobs
from tui.live.state.store import NO_EVENTS
from tui.live.terminals.sessions import TerminalSession


class Engines:
    """The sessions of the program, one for each address. They stay open until the end, and share jobs and forwarded ports.

    `read_only`: nothing is changed on any engine. `events` as in `Store`. `opened` is called with each new session before its
    work begins; `dialer` returns the dialer for an address, None for the usual one.
    """

    def __init__(self, *, read_only: bool = False, events: Mapping[str, frozenset[str]] = NO_EVENTS) -> None:
        self.jobs = Jobs(self._explain)
        self.forwards = Forwards()
        self.opened: Callable[[Session], object] = lambda _session: None
        self.dialer: Callable[[Address], Dialer | None] = lambda _address: None
        self.read_only = read_only
        self._events = events
        self._sessions: dict[tuple[Address, bool], Session] = {}

    def __iter__(self) -> Iterator[Session]:
        return iter(tuple(self._sessions.values()))

    def session(self, address: Address, read_only: bool = False) -> Session:
        """Return the session of an engine, which is connected in the background from now on. Raises AddressError."""
        read_only = self.read_only or read_only
        key = address.connection, read_only
        if key not in self._sessions:
            dialer = self.dialer(address)
            session = Session.open(
                address,
                read_only=read_only,
                events=self._events,
                dialer=dialer,
                jobs=self.jobs,
                forwards=self.forwards,
            )
            self.opened(session)
            session.start()
            self._sessions[key] = session
        return self._sessions[key]

    def opened_at(self, address: Address) -> Session | None:
        """Return a session of an engine if one is open."""
        found = (self._sessions.get((address.connection, read_only)) for read_only in (False, True))
        return next((session for session in found if session is not None), None)

    def _explain(self, error: BaseException) -> None:
        """Put names in place of ids in an error of a job, on whichever engine that ran."""
        for session in self:
            session.names.in_error(error)

    @property
    def idle(self) -> bool:
        """Whether nothing is under way on any engine that answers, until an engine or the user acts."""
        return all(session.idle for session in self)

    @property
    def running_terminals(self) -> list[TerminalSession]:
        """The terminal sessions on all engines that have not ended."""
        return [terminal for session in self for terminal in session.terminals.running]

    async def close(self) -> None:
        """End the background work of all sessions."""
        await asyncio.gather(*(session.close() for session in self))
