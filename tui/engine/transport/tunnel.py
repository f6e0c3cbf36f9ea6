"""Port forwarding over SSH: a port of this machine that leads to a host and port as seen from the engine's host."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path

from tui.engine.errors import ConnectError, one_line
from tui.engine.transport.ssh_connection import SshConnection

READ = 65536


class Tunnel:
    """A forwarded port, from `open` to `aclose`. It survives a loss of the SSH connection; its connections do not.

    `received` and `sent` are bytes from and to the remote side, `opened` the connections so far, `connections` those open now.
    """

    def __init__(self, connection: SshConnection, host: str, port: int) -> None:
        self.host = host
        self.port = port
        self.local_port = 0
        self.received = 0
        self.sent = 0
        self.opened = 0
        self.changed: Callable[[], object] = lambda: None
        """Called after traffic, and when a connection begins or ends."""
        self._connection = connection
        self._path = Path()
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    @classmethod
    async def open(cls, connection: SshConnection, host: str, port: int, local_port: int = 0) -> Tunnel:
        """Forward `local_port` of 127.0.0.1, 0 for a free one, to `port` of `host`. Raises ConnectError, SshError."""
        tunnel = cls(connection, host, port)
        tunnel._path = await asyncio.to_thread(connection.forward, host, port)
        try:
            tunnel._server = await asyncio.start_server(tunnel._serve, "127.0.0.1", local_port)
        except OSError as error:
            await asyncio.to_thread(connection.end_forward, tunnel._path)
            raise ConnectError(f"Port {local_port} of this machine cannot be used: {error.strerror}. Choose another.") from None
        tunnel.local_port = tunnel._server.sockets[0].getsockname()[1]
        return tunnel

    @property
    def connections(self) -> int:
        """The number of connections open now."""
        return len(self._open)

    @property
    def address(self) -> str:
        """The local address, as "127.0.0.1:41234"."""
        return f"127.0.0.1:{self.local_port}"

    def __str__(self) -> str:
        return f"{self.address} → {one_line(self.host)}:{self.port}"

    async def aclose(self) -> None:
        """End the forward and its connections."""
        if self._server is not None:
            self._server.close()
        for task in [*self._open]:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        await asyncio.to_thread(self._connection.end_forward, self._path)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        self.opened += 1
        self.changed()
        try:
            with contextlib.suppress(OSError, asyncio.CancelledError):  # either side is gone; `aclose`
                remote_reader, remote_writer = await asyncio.open_unix_connection(self._path)
                try:
                    sending = self._pump(reader, remote_writer, self._count_sent)
                    await asyncio.gather(sending, self._pump(remote_reader, writer, self._count_received))
                finally:
                    remote_writer.close()
        finally:
            writer.close()
            self._open.discard(task)
            self.changed()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, count: Callable[[int], None]) -> None:
        """Pass on data of one direction, and its end."""
        while data := await reader.read(READ):
            writer.write(data)
            await writer.drain()
            count(len(data))
            self.changed()
        writer.write_eof()

    def _count_sent(self, size: int) -> None:
        self.sent += size

    def _count_received(self, size: int) -> None:
        self.received += size
