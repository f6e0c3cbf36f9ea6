"""What the screens are handed: one engine, its live picture, statistics and jobs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from tui.engine import Address, Engine, errors
from tui.engine.errors import UNANSWERED
from tui.live.containers.inspector import Inspector
from tui.live.containers.stats_sampler import StatsSampler
from tui.live.jobs.jobs import Job, Jobs, Outcome
from tui.live.state.signals import Signal
from tui.live.state.store import NO_EVENTS, Connected, Connection, Lost, Store
from tui.live.state.supervisor import lasting

if TYPE_CHECKING:
    from tui.live.containers.network_inspector import NetworkInspector
    from tui.live.terminals.sessions import Sessions


class Session:
    """One engine, connected or trying to be; works inside `async with`, which starts it and does not wait for the engine.

    An engine that cannot be reached raises nothing: `store.connection` tells, and goes on trying.
    """

    def __init__(self, address: Address, store: Store, read_only: bool = False) -> None:
        self.address = address
        self.read_only = read_only
        self.store = store
        self.complaints: Signal[str] = Signal()  # what cannot be shown though the engine is there, a sentence each
        self.sampler = StatsSampler(store, self.complaints.emit)
        self.inspector = Inspector(store, self.complaints.emit)
        self.jobs = Jobs()
        self.was_connected = False  # at any time
        self._workers: list[asyncio.Task[None]] = []

    @classmethod
    def open(
        cls, address: Address | str, *, read_only: bool = False, events: Mapping[str, frozenset[str]] = NO_EVENTS
    ) -> Session:
        """A session with the engine at an address, or a URL as docker's own; `events` as `Store` wants them."""
        where = Address.parse(address) if isinstance(address, str) else address
        return cls(where, Store(partial(Engine.connect, where, read_only=read_only), events), read_only)

    async def __aenter__(self) -> Session:
        self.store.connection.subscribe(self._note)
        self.jobs.changed.subscribe(self._doubt)
        for what, work in (
            ("the live picture", self.store.run),
            ("the statistics", self.sampler.run),
            ("the details of containers", self.inspector.run),
        ):
            self._begin(what, work)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.jobs.close()
        for task in self._workers:
            task.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)

    def _begin(self, what: str, work: Callable[[], Awaitable[None]]) -> None:
        """Work until the session ends; see `lasting`."""
        self._workers.append(asyncio.get_running_loop().create_task(lasting(what, work)))

    @cached_property
    def network_inspector(self) -> NetworkInspector:
        """How containers are connected, kept true from when somebody first asks."""
        from tui.live.containers.network_inspector import NetworkInspector  # seldom needed, so late

        network_inspector = NetworkInspector(self.store)
        self._begin("the map of networks", network_inspector.run)
        return network_inspector

    @cached_property
    def terminals(self) -> Sessions:
        """The open terminal sessions."""
        from tui.live.terminals.sessions import Sessions  # with the exec and attach streams, which the first list does without

        return Sessions(self)

    def _note(self, connection: Connection) -> None:
        self.was_connected = self.was_connected or isinstance(connection, Connected)

    def _doubt(self, job: Job[Any]) -> None:
        """A job that the engine did not answer is reason to ask whether it is still there: its silent stream cannot tell."""
        outcomes = job.result if isinstance(job.result, list) else []
        failures = [job.error, *(outcome.error for outcome in outcomes if isinstance(outcome, Outcome))]
        if self.connected and any(isinstance(error, UNANSWERED) for error in failures):
            self.retry_now()

    @property
    def label(self) -> str:
        """The address for people, short: a context's or host's name, else the URL."""
        return self.address.name or self.address.url

    @property
    def engine(self) -> Engine:
        """The connected client: ask for it each time, another connection may have another. `errors.ConnectError` while
        there is none."""
        if self.store.engine is not None:
            return self.store.engine
        lost = self.store.connection.value
        raise errors.ConnectError(str(lost.reason) if isinstance(lost, Lost) else f"Not connected to {self.label} yet.")

    @property
    def connected(self) -> bool:
        """Whether the picture is true now."""
        return isinstance(self.store.connection.value, Connected)

    @property
    def idle(self) -> bool:
        """Whether nothing is under way, and nothing happens until the engine or the user does something.

        Statistics that are streamed go on arriving.
        """
        parts = (self.store, self.sampler, self.inspector)
        network_inspector = self.__dict__.get("wiring")
        return (
            not self.jobs.running and all(part.idle for part in parts) and (network_inspector is None or network_inspector.idle)
        )

    def retry_now(self) -> None:
        """Reconnect at once; while connected, find out whether the engine still answers."""
        self.store.retry_now()
