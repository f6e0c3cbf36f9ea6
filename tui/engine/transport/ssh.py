"""Dialer for an engine over SSH: one connection of the system's `ssh` carries all requests and streams.

The engine's socket on the remote host is forwarded to a socket here, so that each connection of the client is a local one
(ssh_config's aliases, agents and jump hosts apply). Where the SSH server forbids to forward sockets, each connection is a
`docker system dial-stdio` on the remote host instead.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Mapping
from typing import Any

import anyio
from anyio.abc import ByteStream

from tui.engine.errors import EngineError, SshError, one_line
from tui.engine.transport import sockets
from tui.engine.transport.ssh_connection import SshConnection


class SshDialer:
    """Dialer for the engine behind an SSH connection."""

    def __init__(self, connection: SshConnection) -> None:
        self.connection = connection

    async def prepare(self) -> None:
        """Log in and find the engine, unless that is done. Raises SshError, NoSocket, PermissionDenied, Refused."""
        await asyncio.to_thread(self.connection.connect)

    async def dial(self) -> ByteStream:
        """Open a connection to the engine through the SSH connection. Raises SshError."""
        try:
            if (path := self.connection.engine) is not None:
                return await sockets.connect_unix(str(path))
            return await self._dial_by_command()
        except OSError:
            raise SshError(f"The SSH connection to {one_line(self.connection.host)} has ended.") from None

    async def explain(self, error: EngineError) -> EngineError:
        """Return the end of the SSH connection, or of the engine behind it, as the reason of a loss, else `error`."""
        return await asyncio.to_thread(self.connection.explain, error)

    async def aclose(self) -> None:
        """End the SSH connection, and remove its sockets."""
        await asyncio.to_thread(self.connection.close)

    async def _dial_by_command(self) -> ByteStream:
        with socket.socket(socket.AF_UNIX) as listener:
            path = self.connection.new_path()
            listener.bind(str(path))
            listener.listen()
            stream = await sockets.connect_unix(str(path))
            other = listener.accept()[0]  # connected already
        path.unlink(missing_ok=True)
        with other:
            try:
                command = await asyncio.to_thread(self.connection.run_dial_stdio, other)
            except BaseException:
                await anyio.aclose_forcefully(stream)
                raise
        return _CommandStream(stream, command)


class _CommandStream(ByteStream):
    """The input and output of a command on the remote host, which ends with the stream."""

    def __init__(self, stream: ByteStream, command: socket.socket) -> None:
        self._stream = stream
        self._command = command

    async def receive(self, max_bytes: int = 65536) -> bytes:
        """Return output of the command. Raises EndOfStream."""
        return await self._stream.receive(max_bytes)

    async def send(self, item: bytes) -> None:
        """Send input."""
        await self._stream.send(item)

    async def send_eof(self) -> None:
        """End the input; the output goes on."""
        await self._stream.send_eof()

    async def aclose(self) -> None:
        """End the command."""
        self._command.close()
        await self._stream.aclose()

    @property
    def extra_attributes(self) -> Mapping[Any, Callable[[], Any]]:
        """The attributes of the local connection."""
        return self._stream.extra_attributes
