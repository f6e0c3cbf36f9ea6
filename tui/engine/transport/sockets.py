"""Byte streams over sockets, by asyncio's transports: waiting for data costs no system call of its own."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

import anyio
from anyio.abc import ByteStream, SocketAttribute

READ = 120 * 1024
"""Bytes per read. From 128 KiB on, memory is allocated from the system each time, which costs more than it saves."""

MOST_UNREAD = 4 * READ
"""Received bytes that wait for their reader; then the other side has to wait."""

BACKLOG_PAUSE = 0.01  # seconds until a full backlog is tried again; the kernel does not tell when it has room


class StreamAttribute(anyio.TypedAttributeSet):
    """What a connection knows beyond anyio's attributes."""

    readable: bool = anyio.typed_attribute()
    """Whether something was received, or the end, that nobody has read."""


class SocketStream(ByteStream, asyncio.BufferedProtocol):
    """A connected stream socket. One task may receive while another sends; `aclose` may be called from any."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport
        self._received: deque[bytes] = deque()
        self._unread = 0
        self._paused = False
        self._ended = False  # no more data: the end was received, or the connection lost
        self._lost: Exception | None = None
        self._closed = False
        self._reader: asyncio.Future[None] | None = None
        self._writers: list[asyncio.Future[None]] = []
        self._write_paused = False

    async def receive(self, max_bytes: int = READ) -> bytes:
        """Return data, at most `max_bytes`. Raises EndOfStream, BrokenResourceError, ClosedResourceError."""
        if not self._received:
            await self._wait_for_data()
        data = self._received.popleft()
        if len(data) > max_bytes:
            self._received.appendleft(data[max_bytes:])
            data = data[:max_bytes]
        self._unread -= len(data)
        if self._paused and self._unread < MOST_UNREAD // 2:
            self._paused = False
            self._transport.resume_reading()
        return data

    async def send(self, item: bytes) -> None:
        """Send all of `item`. Raises BrokenResourceError, ClosedResourceError."""
        self._check_open()
        self._transport.write(item)
        if self._transport.is_closing() and not self._closed:
            await asyncio.sleep(0)  # the transport tells of the failure in the next turn of the loop
        while self._write_paused and not self._transport.is_closing():
            drained = asyncio.get_running_loop().create_future()
            self._writers.append(drained)
            try:
                await drained
            finally:
                self._writers.remove(drained)
        self._check_open()

    def write_now(self, data: bytes) -> bool:
        """Send without waiting; whether that was possible. Nothing is sent while earlier data waits."""
        if self._write_paused or self._ended or self._transport.is_closing():
            return False
        self._transport.write(data)
        return True

    def hand_over(self) -> tuple[socket.socket, bytes]:
        """Stop receiving; return a duplicate of the socket, for a thread, and what was received and not read."""
        self._paused = True
        self._transport.pause_reading()
        received = b"".join(self._received)
        self._received.clear()
        self._unread = 0
        return self.duplicate(), received

    def duplicate(self) -> socket.socket:
        """Return a duplicate of the socket, for a thread that sends while nothing else is sent."""
        raw: socket.socket = self._transport.get_extra_info("socket")
        return raw.dup()

    async def send_eof(self) -> None:
        """End the sending direction. Raises OSError if the other side has closed the connection."""
        if not self._transport.is_closing():
            self._transport.write_eof()

    async def aclose(self) -> None:
        """Close both directions at once; who receives or sends meanwhile gets ClosedResourceError."""
        self._closed = True
        self._transport.abort()
        self._wake()
        await asyncio.sleep(0)  # until then the socket is open

    @property
    def extra_attributes(self) -> Mapping[Any, Callable[[], Any]]:
        """The socket and its addresses, as anyio's streams have them, and whether there is something to read."""
        raw: socket.socket = self._transport.get_extra_info("socket")
        return {
            SocketAttribute.raw_socket: lambda: raw,
            SocketAttribute.family: lambda: raw.family,
            SocketAttribute.remote_address: lambda: self._transport.get_extra_info("peername")[:2],
            StreamAttribute.readable: lambda: bool(self._received) or self._ended or self._closed,
        }

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin; called by asyncio."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.set_write_buffer_limits(0)

    def get_buffer(self, sizehint: int) -> bytearray:
        """Return where asyncio is to put received data: one buffer for all streams of the thread, emptied at once."""
        found: bytearray | None = getattr(_buffers, "buffer", None)
        if found is None:
            found = _buffers.buffer = bytearray(READ)
        return found

    def buffer_updated(self, nbytes: int) -> None:
        """Take received data; called by asyncio."""
        self._received.append(bytes(memoryview(_buffers.buffer)[:nbytes]))
        self._unread += nbytes
        if self._unread >= MOST_UNREAD and not self._paused:
            self._paused = True
            self._transport.pause_reading()
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    def eof_received(self) -> bool:
        """Take the end of data; called by asyncio. Sending goes on."""
        self._ended = True
        self._wake()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Take the end of the connection; called by asyncio."""
        self._ended = True
        self._lost = exc or self._lost
        self._wake()

    def pause_writing(self) -> None:
        """Have senders wait; called by asyncio."""
        self._write_paused = True

    def resume_writing(self) -> None:
        """Have senders go on; called by asyncio."""
        self._write_paused = False
        self._wake_writers()

    async def _wait_for_data(self) -> None:
        if self._reader is not None:
            raise anyio.BusyResourceError("reading from")
        while not self._received:
            if self._closed:
                raise anyio.ClosedResourceError
            if self._lost is not None:
                raise anyio.BrokenResourceError from self._lost
            if self._ended:
                raise anyio.EndOfStream
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None

    def _check_open(self) -> None:
        if self._closed:
            raise anyio.ClosedResourceError
        if self._lost is not None or self._transport.is_closing():
            raise anyio.BrokenResourceError from self._lost

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)
        self._wake_writers()

    def _wake_writers(self) -> None:
        for each in self._writers:
            if not each.done():
                each.set_result(None)


_buffers = threading.local()


async def connect_unix(path: str) -> SocketStream:
    """Connect to a unix socket. Raises OSError."""
    raw = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        raw.setblocking(False)
        while True:
            try:
                raw.connect(path)
                break
            except BlockingIOError:
                await asyncio.sleep(BACKLOG_PAUSE)
        _transport, stream = await asyncio.get_running_loop().create_unix_connection(SocketStream, sock=raw)
    except BaseException:
        raw.close()
        raise
    return stream


async def connect_tcp(address: str, port: int) -> SocketStream:
    """Connect to an IP address. Raises OSError."""
    _transport, stream = await asyncio.get_running_loop().create_connection(SocketStream, address, port)
    return stream
