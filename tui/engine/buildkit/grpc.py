"""A gRPC server on one connection, which the engine calls (HTTP/2 without TLS, with h2)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from urllib.parse import quote

import anyio
from anyio.abc import TaskGroup
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import (
    DataReceived,
    Event,
    RemoteSettingsChanged,
    RequestReceived,
    StreamEnded,
    StreamReset,
    WindowUpdated,
)
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes

from tui.engine.errors import BrokenAnswer, ConnectionLost, EngineError, sentence
from tui.engine.transport.duplex import Duplex

LONGEST_MESSAGE = 16 * 1024 * 1024
HEAD = 5
"""Bytes before each message: a flag, and the length."""

UNKNOWN, NOT_FOUND, UNIMPLEMENTED = 2, 5, 12
"""Statuses of gRPC."""


class GrpcError(Exception):
    """What a handler answers instead of a result: a status of gRPC, and a text for the engine."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class GrpcCall:
    """A call of the engine. `metadata` has what the engine sent besides messages."""

    def __init__(self, server: GrpcServer, number: int, metadata: Mapping[str, tuple[str, ...]]) -> None:
        self.metadata = metadata
        self.scope = anyio.CancelScope()
        self._server = server
        self._number = number
        self._buffer = bytearray()
        self._unread = 0  # bytes that the engine is not yet told to have been read
        self._ended = False
        self._changed = anyio.Event()
        self._sending = anyio.Lock()

    async def receive(self) -> bytes | None:
        """Return the next message, or None when the engine sends no more. Raises BrokenAnswer, ConnectionLost."""
        while (message := self._whole()) is None:
            if self._ended:
                return None
            self._changed = anyio.Event()
            if self._unread:  # the rest of a large message comes only then
                read, self._unread = self._unread, 0
                await self._server.read(self._number, read)
            await self._changed.wait()
        return message

    async def send(self, message: bytes) -> None:
        """Send a message; waits while the engine reads none. Raises ConnectionLost."""
        await self.send_all([message])

    async def send_all(self, messages: Iterable[bytes]) -> None:
        """Send messages together, as `send`."""
        content = b"".join(b"\0" + len(each).to_bytes(4, "big") + each for each in messages)
        async with self._sending:  # messages of one call must not mix
            await self._server.send(self._number, content)

    def feed(self, data: bytes, size: int) -> None:
        """Take received data; `size` is what flow control counts."""
        self._buffer += data
        self._unread += size
        self._changed.set()

    def end(self) -> None:
        """Note that the engine sends no more."""
        self._ended = True
        self._changed.set()

    def _whole(self) -> bytes | None:
        if len(self._buffer) < HEAD:
            return None
        size = int.from_bytes(self._buffer[1:HEAD], "big")
        if self._buffer[0] or size > LONGEST_MESSAGE:
            raise BrokenAnswer("The build session received a message that is compressed or too long.")
        if len(self._buffer) < HEAD + size:
            return None
        message = bytes(self._buffer[HEAD : HEAD + size])
        del self._buffer[: HEAD + size]
        return message


Handler = Callable[[GrpcCall], Awaitable[None]]


class GrpcServer:
    """Serves the calls that arrive on a connection by the handlers of their methods: "/package.Service/Method"."""

    def __init__(self, duplex: Duplex, handlers: Mapping[str, Handler]) -> None:
        self._duplex = duplex
        self._handlers = handlers
        self._protocol = H2Connection(H2Configuration(client_side=False, header_encoding=False))
        self._protocol.local_settings.update({SettingCodes.MAX_CONCURRENT_STREAMS: 100})
        self._calls: dict[int, GrpcCall] = {}
        self._sending = anyio.Lock()
        self._room = anyio.Event()  # set when the engine has read more

    async def run(self) -> None:
        """Serve until the connection ends. Raises BrokenAnswer if it is none of HTTP/2; ConnectionLost."""
        failure: EngineError | None = None
        async with anyio.create_task_group() as group:
            try:
                await self._receive(group)
            except EngineError as error:
                failure = error
            group.cancel_scope.cancel()
        if failure is not None:
            raise failure

    async def _receive(self, group: TaskGroup) -> None:
        self._protocol.initiate_connection()
        await self._flush()
        while (data := await self._duplex.read()) is not None:  # None also once it is closed on this side
            try:
                events = self._protocol.receive_data(data)
            except ProtocolError as error:
                raise BrokenAnswer(f"The engine's build session is broken: {sentence(str(error))}.") from error
            for event in events:
                if (call := self._take(event)) is not None:
                    group.start_soon(self._serve, *call)
            with suppress(ConnectionLost):  # the next read tells how it ended
                await self._flush()

    def _take(self, event: Event) -> tuple[int, GrpcCall, str] | None:
        """Apply an event of HTTP/2; return the number, the call and the method of a new one."""
        if isinstance(event, RequestReceived):
            return self._begin(event)
        if isinstance(event, WindowUpdated | RemoteSettingsChanged):
            self._room.set()
        elif isinstance(event, DataReceived | StreamEnded | StreamReset) and event.stream_id in self._calls:
            call = self._calls[event.stream_id]
            if isinstance(event, DataReceived):
                call.feed(event.data, event.flow_controlled_length)
            else:
                call.end()
            if isinstance(event, StreamReset):
                call.scope.cancel()
        return None

    def _begin(self, event: RequestReceived) -> tuple[int, GrpcCall, str]:
        found: dict[str, tuple[str, ...]] = {}
        for name, value in event.headers:
            key = bytes(name).decode("utf-8", "replace")
            found[key] = (*found.get(key, ()), bytes(value).decode("utf-8", "replace"))
        call = self._calls[event.stream_id] = GrpcCall(self, event.stream_id, found)
        return event.stream_id, call, found.get(":path", ("",))[0]

    async def _serve(self, number: int, call: GrpcCall, method: str) -> None:
        """Run a call's handler, and answer with its outcome."""
        status, said = 0, ""
        try:
            with call.scope:
                await self._headers(number, [(":status", "200"), ("content-type", "application/grpc")])
                if method not in self._handlers:
                    raise GrpcError(UNIMPLEMENTED, f"unknown method {method}")
                await self._handlers[method](call)
        except GrpcError as error:
            status, said = error.status, str(error)
        except ConnectionLost:
            return
        except (OSError, EngineError) as error:
            status, said = UNKNOWN, str(error)
        finally:
            self._calls.pop(number, None)
        if not call.scope.cancelled_caught:
            trailers = [("grpc-status", str(status)), *([("grpc-message", quote(said, safe=" "))] if said else [])]
            with suppress(ConnectionLost):  # the engine needs no answer any more
                await self._headers(number, trailers, end=True)

    async def send(self, number: int, data: bytes) -> None:
        """Send data on a stream as the engine reads it. Raises ConnectionLost."""
        at = 0
        while at < len(data):
            async with self._sending:
                begun = at
                with _closed_by_engine():
                    while at < len(data) and (room := self._room_for(number)) > 0:
                        self._protocol.send_data(number, data[at : at + room])
                        at += room
                if at > begun:
                    await self._duplex.write(self._protocol.data_to_send())
                    continue
                self._room = anyio.Event()
            await self._room.wait()

    def _room_for(self, number: int) -> int:
        return min(self._protocol.local_flow_control_window(number), self._protocol.max_outbound_frame_size)

    async def read(self, number: int, size: int) -> None:
        """Tell the engine that data was read. Raises ConnectionLost."""
        with _closed_by_engine():
            self._protocol.acknowledge_received_data(size, number)
        await self._flush()

    async def _headers(self, number: int, headers: list[tuple[str, str]], end: bool = False) -> None:
        async with self._sending:
            with _closed_by_engine():
                self._protocol.send_headers(number, headers, end_stream=end)
            await self._duplex.write(self._protocol.data_to_send())

    async def _flush(self) -> None:
        async with self._sending:
            if data := self._protocol.data_to_send():
                await self._duplex.write(data)


@contextmanager
def _closed_by_engine() -> Iterator[None]:
    try:
        yield
    except ProtocolError as error:
        raise ConnectionLost("The engine closed a call of the build session.") from error
