"""Two-way stream through a WebSocket (RFC 6455), for proxies that block other upgrades."""

from __future__ import annotations

import base64
import os
from collections import deque
from collections.abc import AsyncGenerator, Mapping
from types import TracebackType
from typing import Self

import anyio
from wsproto.connection import Connection as Protocol
from wsproto.connection import ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, TextMessage
from wsproto.frame_protocol import CloseReason
from wsproto.utilities import LocalProtocolError, RemoteProtocolError, generate_accept_token

from tui.engine.errors import BrokenAnswer, ConnectionLost, EngineError, sentence
from tui.engine.transport.frames import Frame
from tui.engine.transport.streams import StreamAnswer

GOOD_BYE = 1.0  # seconds for the closing handshake


def upgrade_headers() -> dict[str, bytes]:
    """Return the headers that request a WebSocket, with a new key."""
    return {
        "Connection": b"Upgrade",
        "Upgrade": b"websocket",
        "Sec-WebSocket-Version": b"13",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)),
    }


def check_accepted(answered: Mapping[str, str], asked: Mapping[str, bytes]) -> None:
    """Raise BrokenAnswer unless the answer's headers, by name in lower case, match the key of the request's."""
    if answered.get("sec-websocket-accept", "") != generate_accept_token(asked["Sec-WebSocket-Key"]).decode():
        raise BrokenAnswer("The answer is not a WebSocket (wrong key). Check the proxy in front of the engine.")


class WebSocketDuplex:
    """As Duplex, but the engine mixes stdout and stderr, and input cannot be closed alone (`ContainerAttachWebsocket`)."""

    def __init__(self, answer: StreamAnswer) -> None:
        self._answer = answer
        self._protocol = Protocol(ConnectionType.CLIENT)
        self._received: deque[bytes] = deque()
        self._sending = anyio.Lock()  # answers to pings are written between messages
        self._ended = False
        self._closed = False

    async def read(self) -> bytes | None:
        """Return the next bytes, never b"": None at the end, also after `aclose`. Raises ConnectionLost, BrokenAnswer."""
        while not self._received:
            if self._ended or self._closed:
                return None
            await self._receive()
        return self._received.popleft()

    async def frames(self) -> AsyncGenerator[Frame, None]:
        """Yield the output in pieces, all of it "stdout". Raises ConnectionLost, BrokenAnswer."""
        while (data := await self.read()) is not None:
            yield Frame("stdout", data)

    async def write(self, data: bytes) -> None:
        """Send all of `data`. Raises ConnectionLost."""
        if self._closed or self._ended:
            raise ConnectionLost("This stream is closed.")
        if data:
            await self._send(BytesMessage(data=data))

    def write_now(self, data: bytes) -> bool:
        """Return False: a message may have to wait for another one."""
        return False

    async def half_close(self) -> None:
        """Raise EngineError: a WebSocket closes both directions at once."""
        raise EngineError("A WebSocket cannot close only its input. Send ctrl-d, or close the stream.")

    async def aclose(self) -> None:
        """Send a close message and close both directions. The process in the container keeps running."""
        if self._closed:
            return
        self._closed = True
        try:
            if not self._ended:
                with anyio.move_on_after(GOOD_BYE):  # another task may be blocked in a write
                    await self._send(CloseConnection(code=CloseReason.NORMAL_CLOSURE))
        except EngineError:
            pass  # the peer is gone
        finally:
            await self._answer.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _receive(self) -> None:
        try:
            data = await self._answer.read()
        except ConnectionLost:
            if self._closed:
                return
            raise
        if not data:
            self._ended = True
            return
        self._protocol.receive_data(data)
        try:
            for event in self._protocol.events():
                await self._take(event)
        except RemoteProtocolError as error:
            raise BrokenAnswer(f"The engine's WebSocket is broken: {sentence(str(error))}. Attach again.") from error

    async def _take(self, event: Event) -> None:
        if isinstance(event, BytesMessage) and event.data:
            self._received.append(bytes(event.data))
        elif isinstance(event, TextMessage) and event.data:
            self._received.append(event.data.encode("utf-8", "surrogatepass"))
        elif isinstance(event, Ping):
            await self._send(event.response())
        elif isinstance(event, CloseConnection):
            self._ended = True

    async def _send(self, event: Event) -> None:
        async with self._sending:
            try:
                data = self._protocol.send(event)
            except LocalProtocolError as error:
                raise ConnectionLost("This stream is closed.") from error
            await self._answer.write(data)
