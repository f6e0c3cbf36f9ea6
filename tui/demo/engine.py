"""The demo engine: a world behind a private socket, with faults and a clock for tests."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tui.demo import operations
from tui.demo.clock import Clock, RealClock
from tui.demo.faults import Faults
from tui.demo.folders import private_folder
from tui.demo.scenarios.shop import compose_shop
from tui.demo.scenarios.timeline import begin
from tui.demo.server import Connection
from tui.demo.world import World

BACKLOG = 2048


class DemoEngine:
    """A simulated Docker engine: `async with DemoEngine(world).serve() as address`.

    `world` is by default the Compose shop, `clock` the real one. `requests` lists every request served as (method, target,
    operation), `faults` injects errors.
    """

    def __init__(self, world: World | None = None, clock: Clock | None = None) -> None:
        operations.load()
        self.clock = clock or RealClock()
        self.world = world or compose_shop()
        self.faults = Faults()
        self.requests: list[tuple[str, str, str]] = []
        self._folder: Path | None = None
        self._server: asyncio.Server | None = None
        self._connections: dict[Connection, asyncio.Task[None]] = {}

    @property
    def address(self) -> str:
        """Its address as unix://PATH; only while it is served."""
        if self._folder is None:
            raise RuntimeError("the demo engine is not being served")
        return f"unix://{self._folder / 'engine.sock'}"

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        """Listen on a socket that only the user can open; yields its address. Removes socket and folder afterwards."""
        with private_folder() as self._folder:
            try:
                self._begin_world()
                await self._listen()
                yield self.address
            finally:
                await self._end()
        self._folder = None

    def _begin_world(self) -> None:
        self.world.bind(self.clock)
        begin(self.world)

    async def _listen(self) -> None:
        path = self.address.removeprefix("unix://")
        self._server = await asyncio.start_unix_server(self._accept, path, backlog=BACKLOG, limit=1024 * 1024)
        os.chmod(path, 0o600)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(self, reader, writer)
        task = asyncio.current_task()
        assert task is not None
        self._connections[connection] = task
        try:
            await connection.serve()
        except asyncio.CancelledError:
            writer.transport.abort()  # simulate a killed engine: abort the connection
        finally:
            self._connections.pop(connection, None)

    async def _end(self) -> None:
        if self._server is not None:
            self._server.close()
        self._server = None
        tasks = list(self._connections.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.world.end_processes()

    def close_streams(self) -> int:
        """Abort every open stream and hijacked connection; returns their number."""
        streams = [task for connection, task in self._connections.items() if connection.streaming]
        for task in streams:
            task.cancel()
        return len(streams)

    @property
    def open_streams(self) -> int:
        """Return the number of open streams and hijacked connections."""
        return sum(connection.streaming for connection in self._connections)

    async def go_away(self) -> None:
        """Stop listening and abort every connection; the world is kept."""
        await self._stop_listening()

    async def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        tasks = list(self._connections.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.address.removeprefix("unix://"))

    async def come_back(self, world: World | None = None) -> None:
        """Listen again at the same address, with another world if given."""
        if world is not None:
            await self.world.end_processes()
            self.world = world
            self._begin_world()
        await self._listen()
