"""Session: one engine with its store, statistics and jobs, as the screens use it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from tui.engine import Address, Engine, errors
from tui.engine.errors import UNANSWERED
from tui.engine.transport.dialers import Dialer
from tui.engine.transport.schemes import dialer_for
from tui.live import clock
from tui.live.containers.container import CONTAINERS, Container
from tui.live.containers.inspector import Inspector
from tui.live.containers.stats_sampler import StatsSampler
from tui.live.event_history import EventHistory
from tui.live.forwards import Forwards
from tui.live.jobs.jobs import Job, Jobs, Outcome
from tui.live.objects.names import Names
from tui.live.state.signals import Signal
from tui.live.state.store import NO_EVENTS, Connected, Connection, Lost, Store
from tui.live.state.supervisor import lasting

if TYPE_CHECKING:
    from tui.live.cluster.cluster import Cluster
    from tui.live.containers.network_inspector import NetworkInspector
    from tui.live.containers.removed import RemovedContainers
    from tui.live.problems.problems import Examine, Problems
    from tui.live.terminals.sessions import Sessions


_numbers = itertools.count(1)


class Session:
    """One engine, connected or connecting. `async with` starts the background work and does not wait for the engine.

    An unreachable engine raises nothing: see `store.connection`; the store keeps reconnecting.
    """

    def __init__(
        self,
        address: Address,
        store: Store[Container],
        read_only: bool = False,
        dialer: Dialer | None = None,
        jobs: Jobs | None = None,
        forwards: Forwards | None = None,
    ) -> None:
        """`jobs`, `forwards`: those of the program, if it has several sessions."""
        self.address = address
        self.dialer = dialer
        self.read_only = read_only
        self.store = store
        self.complaints: Signal[str] = Signal()  # sentences about data that cannot be shown although connected
        self.sampler = StatsSampler(store, self.complaints.emit)
        self.inspector = Inspector(store, self.complaints.emit, self.sampler.begun)
        self.names = Names(store)
        self.history = EventHistory(store)
        self.jobs = jobs or Jobs(self.names.in_error)
        self.forwards = forwards or Forwards()
        self.was_connected = False  # at any time so far
        self._number = next(_numbers)
        self._workers: list[asyncio.Task[None]] = []
        self._problems: Problems | None = None

    @classmethod
    def open(
        cls,
        address: Address | str,
        *,
        read_only: bool = False,
        events: Mapping[str, frozenset[str]] = NO_EVENTS,
        dialer: Dialer | None = None,
        jobs: Jobs | None = None,
        forwards: Forwards | None = None,
    ) -> Session:
        """Return a session for the engine at an address or docker URL; `events` as in `Store`.

        All connections, after a loss too, are made by `dialer`, which the session closes. Raises AddressError.
        """
        where = Address.parse(address) if isinstance(address, str) else address
        own = dialer or dialer_for(where)
        connect = partial(Engine.connect, where, read_only=read_only, dialer=own)
        return cls(where, Store(connect, CONTAINERS, events), read_only, own, jobs, forwards)

    async def __aenter__(self) -> Session:
        self.start()
        return self

    def start(self) -> None:
        """Start the background work, in the running event loop."""
        self.store.connection.subscribe(self._note)
        self.jobs.changed.subscribe(self._doubt)
        self.jobs.changed.subscribe(self._read_after)
        for what, work in (
            ("the live lists", self.store.run),
            ("the statistics", self.sampler.run),
            ("the container details", self.inspector.run),
        ):
            self._begin(what, work)

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Cancel the jobs and end the background work."""
        await self.jobs.close()
        await self.forwards.close()
        for task in self._workers:
            task.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        if self.dialer is not None:
            await self.dialer.aclose()

    def _begin(self, what: str, work: Callable[[], Awaitable[None]]) -> None:
        """Run `work` until the session ends; see `lasting`."""
        with clock.of(self.store.clock):  # the task keeps it
            self._workers.append(asyncio.get_running_loop().create_task(lasting(what, work)))

    @cached_property
    def removed(self) -> RemovedContainers:
        """The containers that were removed by actions, to be created again."""
        from tui.live.containers.removed import RemovedContainers  # lazy: rarely needed

        return RemovedContainers()

    def problems(self, examine: Examine) -> Problems:
        """Return what is wrong on the engine by these rules, which is watched from the first call on."""
        if self._problems is None:
            from tui.live.problems.problems import Problems  # lazy: the first list does without

            self._problems = Problems(self.store, self.inspector, self.sampler, examine)
            self._begin("the problems", self._problems.run)
        return self._problems

    @property
    def problem_count(self) -> int:
        """The number of problems that are neither hidden nor fixed, as far as they are watched."""
        return self._problems.count if self._problems is not None else 0

    @cached_property
    def network_inspector(self) -> NetworkInspector:
        """The containers' network connections; created on first use."""
        from tui.live.containers.network_inspector import NetworkInspector  # lazy: rarely needed

        network_inspector = NetworkInspector(self.store)
        self._begin("the network map", network_inspector.run)
        return network_inspector

    @cached_property
    def terminals(self) -> Sessions:
        """The open terminal sessions."""
        from tui.live.terminals.sessions import Sessions  # lazy: needs exec and attach, which the first list does not

        return Sessions(self)

    @cached_property
    def cluster(self) -> Cluster:
        """The services, tasks and nodes of the engine's swarm; created on first use."""
        from tui.live.cluster.cluster import Cluster  # lazy: most engines are in no swarm

        return Cluster(self.store)

    def _note(self, connection: Connection) -> None:
        self.was_connected = self.was_connected or isinstance(connection, Connected)

    def _doubt(self, job: Job[Any]) -> None:
        """Check the connection after a job without an answer: a silent event stream cannot show its loss."""
        outcomes = job.result if isinstance(job.result, list) else []
        failures = [job.error, *(outcome.error for outcome in outcomes if isinstance(outcome, Outcome))]
        if self.connected and any(isinstance(error, UNANSWERED) for error in failures):
            self.retry_now()

    def _read_after(self, job: Job[Any]) -> None:
        """Read the lists again after a job whose effects no event tells of."""
        if job.state != "running" and self.store.not_following.value is not None:
            self.store.refresh()

    def unique(self, id: str) -> str:
        """Return a name for an object of this engine that no object of another engine has."""
        return f"{self._number} {id}"

    @property
    def label(self) -> str:
        """The address, short, for display: the name of a context or host, else the URL."""
        return self.address.name or self.address.url

    @property
    def engine(self) -> Engine:
        """The connected client: read it each time, a reconnection may replace it.

        Raises `errors.ConnectError` while there is none.
        """
        if self.store.engine is not None:
            return self.store.engine
        lost = self.store.connection.value
        raise errors.ConnectError(str(lost.reason) if isinstance(lost, Lost) else f"Not connected to {self.label} yet.")

    @property
    def connected(self) -> bool:
        """Whether the store is connected and its rows are current."""
        return isinstance(self.store.connection.value, Connected)

    @property
    def lost(self) -> bool:
        """Whether the rows are those from before a lost connection, if any."""
        return isinstance(self.store.connection.value, Lost)

    @property
    def idle(self) -> bool:
        """Whether nothing is under way until the engine or the user acts.

        Open streams of statistics still deliver values.
        """
        parts = (self.store, self.sampler, self.inspector, self._problems, self.__dict__.get("network_inspector"))
        return not self.jobs.running and all(part is None or part.idle for part in parts)

    def retry_now(self) -> None:
        """Reconnect at once; while connected, check whether the engine still answers."""
        self.store.retry_now()
