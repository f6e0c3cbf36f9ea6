"""The demo engine: a world behind a private socket, with faults and a clock for tests."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
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
LINE = 1024 * 1024  # maximum bytes of a line of a request


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
        self._accepting: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
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
                self._listen()
                yield self.address
            finally:
                await self._end()
        self._folder = None

    def _begin_world(self) -> None:
        self.world.bind(self.clock)
        begin(self.world)

    def _listen(self) -> None:
        path = self.address.removeprefix("unix://")
        listening = socket.socket(socket.AF_UNIX)
        listening.setblocking(False)
        listening.bind(path)
        os.chmod(path, 0o600)
        listening.listen(BACKLOG)
        self._accepting = asyncio.ensure_future(self._accept(listening))

    async def _accept(self, listening: socket.socket) -> None:
        """Accept connections until cancelled. A server of asyncio leaves those open that it accepted just before its end."""
        with listening:
            while True:
                accepted, _ = await asyncio.get_running_loop().sock_accept(listening)
                task = asyncio.ensure_future(self._serve(accepted))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _serve(self, accepted: socket.socket) -> None:
        reader, writer = await asyncio.open_connection(sock=accepted, limit=LINE)
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
        await self._disconnect()
        await self.world.end_processes()

    async def _disconnect(self) -> None:
        """Stop listening, and abort every connection."""
        if self._accepting is not None:
            self._accepting.cancel()
            await asyncio.wait((self._accepting,))
            self._accepting = None
        await asyncio.sleep(0)  # the connections accepted last begin, so that they can be aborted
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

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
        await self._disconnect()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.address.removeprefix("unix://"))

    async def come_back(self, world: World | None = None) -> None:
        """Listen again at the same address, with another world if given."""
        if world is not None:
            await self.world.end_processes()
            self.world = world
            self._begin_world()
        self._listen()
