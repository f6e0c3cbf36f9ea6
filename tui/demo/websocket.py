"""WebSockets on a hijacked connection: the handshake's answer (RFC 6455, 4.2.2) and messages."""

from __future__ import annotations

import base64
import hashlib

from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, TextMessage

from tui.demo.wire import Wire

MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def accept_key(key: str) -> str:
    """Return the server's answer to a Sec-WebSocket-Key."""
    return base64.b64encode(hashlib.sha1((key + MAGIC).encode(), usedforsecurity=False).digest()).decode()


class Socket:
    """A WebSocket after its handshake, with binary messages."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._protocol = Connection(ConnectionType.SERVER)
        self._closed = False

    async def send(self, data: bytes) -> None:
        """Send one binary message."""
        if not self._closed:
            await self._wire.send(self._protocol.send(BytesMessage(data)))

    async def receive(self) -> bytes:
        """Return the next input; b"" at the end. Answers pings."""
        while not self._closed:
            data = await self._wire.receive()
            if not data:
                self._closed = True
                return b""
            self._protocol.receive_data(data)
            collected = b""
            for event in self._protocol.events():
                if isinstance(event, TextMessage):
                    collected += event.data.encode()
                elif isinstance(event, BytesMessage):
                    collected += bytes(event.data)
                elif isinstance(event, Ping):
                    await self._wire.send(self._protocol.send(event.response()))
                elif isinstance(event, CloseConnection):
                    self._closed = True
                    await self._wire.send(self._protocol.send(event.response()))
            if collected:
                return collected
        return b""

    async def close(self) -> None:
        """Send a close message."""
        if not self._closed:
            self._closed = True
            await self._wire.send(self._protocol.send(CloseConnection(code=1000)))
