"""What the screens are handed: one engine, its live picture, statistics and jobs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any

from tui.engine import Address, Engine, errors
from tui.live.container import CONTAINERS
from tui.live.details import Details
from tui.live.jobs import Jobs
from tui.live.kind import Kind
from tui.live.picture import Connected, Lost, Picture
from tui.live.stats import StatsSampler


class Session:
    """One engine, connected or trying to be. `open` it; it starts at once and does not wait for the connection."""

    def __init__(
        self,
        address: Address | str,
        *,
        read_only: bool = False,
        kinds: Iterable[Kind[Any]] = (CONTAINERS,),
        connect: Callable[[], AbstractAsyncContextManager[Engine]] | None = None,
    ) -> None:
        self.address = address
        self.read_only = read_only
        self.picture = Picture(connect or partial(Engine.connect, address, read_only=read_only), kinds)
        self.sampler = StatsSampler(self.picture)
        self.details = Details(self.picture)
        self.jobs = Jobs()
        self.was_connected = False  # at any time

    @classmethod
    @asynccontextmanager
    async def open(cls, address: Address | str, **options: Any) -> AsyncIterator[Session]:
        """A session that works until the end of the `async with`; the arguments are `Session`'s.

        An address that cannot be used raises `errors.AddressError`; an engine that cannot be reached raises nothing: the
        picture's connection tells, and goes on trying.
        """
        session = cls(address, **options)
        unsubscribe = session.picture.connection.subscribe(session._note)
        workers = [asyncio.create_task(work()) for work in (session.picture.run, session.sampler.run, session.details.run)]
        try:
            yield session
        finally:
            ...
            unsubscribe()

    @property
    def label(self) -> str:
        """The address for people: its URL, and the docker context it came from."""
        return self.address if isinstance(self.address, str) else self.address.url

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

    def retry_now(self) -> None:
        """Reconnect at once; while connected, find out whether the engine still answers."""
        self.picture.retry_now()
