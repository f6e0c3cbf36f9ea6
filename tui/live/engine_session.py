"""What the screens are handed: one engine, its live picture, statistics and jobs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from tui.engine import Address, Engine, errors
from tui.live.containers.container import CONTAINERS
from tui.live.containers.inspector import Details
from tui.live.containers.stats_sampler import StatsSampler
from tui.live.jobs.jobs import Job, Jobs, Outcome
from tui.live.state.signals import Signal
from tui.live.state.source import Kind
from tui.live.state.store import Connected, Connection, Lost, Picture
from tui.live.state.supervisor import lasting

if TYPE_CHECKING:
    from tui.live.containers.network_inspector import Wiring

UNANSWERED = (errors.ConnectError, errors.ConnectionLost, errors.TimedOut)


class Session:
    """One engine, connected or trying to be; works inside `async with`, which starts it and does not wait for the engine.

    An engine that cannot be reached raises nothing: `picture.connection` tells, and goes on trying.
    """

    def __init__(self, address: Address, picture: Picture, read_only: bool = False) -> None:
        self.address = address
        self.read_only = read_only
        self.picture = picture
        self.complaints: Signal[str] = Signal()  # what cannot be shown though the engine is there, a sentence each
        self.sampler = StatsSampler(picture, self.complaints.emit)
        self.details = Details(picture, self.complaints.emit)
        self.jobs = Jobs()
        self.was_connected = False  # at any time
        self._workers: list[asyncio.Task[None]] = []

    @classmethod
    def open(cls, address: Address | str, *, read_only: bool = False, kinds: Iterable[Kind[Any]] = (CONTAINERS,)) -> Session:
        """A session with the engine at an address, or a URL as docker's own."""
        where = Address.parse(address) if isinstance(address, str) else address
        return cls(where, Picture(partial(Engine.connect, where, read_only=read_only), kinds), read_only)

    async def __aenter__(self) -> Session:
        self.picture.connection.subscribe(self._note)
        self.jobs.changed.subscribe(self._doubt)
        for what, work in (
            ("the live picture", self.picture.run),
            ("the statistics", self.sampler.run),
            ("the details of containers", self.details.run),
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
    def wiring(self) -> Wiring:
        """How containers are connected, kept true from when somebody first asks."""
        from tui.live.containers.network_inspector import Wiring  # seldom needed, so late

        wiring = Wiring(self.picture)
        self._begin("the map of networks", wiring.run)
        return wiring

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
        if self.picture.engine is not None:
            return self.picture.engine
        lost = self.picture.connection.value
        raise errors.ConnectError(str(lost.reason) if isinstance(lost, Lost) else f"Not connected to {self.label} yet.")

    @property
    def connected(self) -> bool:
        """Whether the picture is true now."""
        return isinstance(self.picture.connection.value, Connected)

    @property
    def idle(self) -> bool:
        """Whether nothing is under way, and nothing happens until the engine or the user does something.

        Statistics that are streamed go on arriving.
        """
        parts = (self.picture, self.sampler, self.details)
        wiring = self.__dict__.get("wiring")
        return not self.jobs.running and all(part.idle for part in parts) and (wiring is None or wiring.idle)

    def retry_now(self) -> None:
        """Reconnect at once; while connected, find out whether the engine still answers."""
        self.picture.retry_now()
