"""Bodies of many gigabytes in threads: images, file systems and files, received from an engine and sent to it.

Over a plain socket, which an SSH forward is as well, one thread receives and hands over what arrives, or makes and sends
pieces, without a step on the event loop for each. TLS works on the event loop, and a thread takes or makes the pieces.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import socket
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from typing import Self

import anyio
from anyio.abc import ByteStream

from tui.engine.transport.answer import AnswerParser
from tui.engine.transport.failures import broken_connection
from tui.engine.transport.sockets import READ, SocketStream

Sink = Callable[[bytes | memoryview], object]
"""Takes the next bytes of a body, in a thread, one call at a time. They are valid during the call only."""

GATHERED = 1 << 20
"""Bytes that are read on the event loop before a thread takes them."""

LAST_CHUNK = b"0\r\n\r\n"


class _Work:
    """Work of a thread with a duplicate of a socket: the owner of the original may close that."""

    def __init__(self, connection: socket.socket, events: int) -> None:
        self.socket = connection
        self._poll = select.poll()
        self._poll.register(connection, events)

    def wait(self) -> None:
        """Wait until the socket can be used."""
        self._poll.poll()

    def stop(self) -> None:
        """End the connection, which ends the work."""
        with contextlib.suppress(OSError):  # ended already
            self.socket.shutdown(socket.SHUT_RDWR)

    async def done(self, call: Callable[[], object]) -> None:
        """Make the call in a thread; cancelled, end the connection, and leave the thread to end by that."""
        running = asyncio.ensure_future(asyncio.to_thread(self._closing, call))
        try:
            await asyncio.shield(running)
        except asyncio.CancelledError:
            self.stop()
            running.add_done_callback(lambda late: late.cancelled() or late.exception())
            raise

    def _closing(self, call: Callable[[], object]) -> None:
        with self.socket:
            call()


# -- receiving --------------------------------------------------------------------------------------------------------


async def pour(stream: SocketStream, parser: AnswerParser, sink: Sink, heard: Callable[[], object]) -> None:
    """Hand the rest of an answer's body to `sink`; `heard` is called whenever something arrives.

    Cancelled, a call of the sink that is under way goes on in its thread; no other call follows. The stream cannot be read any
    more. Raises ConnectionLost, BrokenAnswer, and what the sink raises.
    """
    connection, received = stream.hand_over()
    work = _Work(connection, select.POLLIN)

    def receive() -> bytes:
        try:
            while True:
                with contextlib.suppress(BlockingIOError):
                    return work.socket.recv(READ)
                work.wait()
        except OSError as error:
            raise broken_connection(os.strerror(error.errno or 0)) from error

    def run() -> None:
        data = received or receive()
        while data:
            heard()
            if body := parser.feed(data):
                sink(body)
            if parser.complete:
                return
            data = receive()
        parser.finish()

    await work.done(run)


async def pour_chunks(chunks: AsyncGenerator[bytes, None], sink: Sink) -> None:
    """Hand all chunks to `sink`, as `pour` does."""
    async with aclosing(chunks) as stream, _Gatherer(sink) as gatherer:
        async for chunk in stream:
            await gatherer.put(chunk)


class _Gatherer:
    """Gathers chunks: a thread hands one buffer to the sink while the other is filled.

    Both buffers are reused: allocating one for each call would cost as much as the rest of the work.
    """

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._filling, self._other = memoryview(bytearray(GATHERED)), memoryview(bytearray(GATHERED))
        self._size = 0
        self._handing: asyncio.Future[object] | None = None

    async def put(self, data: bytes) -> None:
        """Add data. Raises what an earlier call of the sink raised."""
        rest = memoryview(data)
        while rest:
            part = rest[: GATHERED - self._size]
            self._filling[self._size : self._size + len(part)] = part
            self._size += len(part)
            rest = rest[len(part) :]
            if self._size == GATHERED:
                await self._turn()

    async def _turn(self) -> None:
        """Hand over the filled buffer, after the call under way."""
        await self._handed()
        self._handing = asyncio.ensure_future(asyncio.to_thread(self._sink, self._filling[: self._size]))
        self._filling, self._other, self._size = self._other, self._filling, 0

    async def _handed(self) -> None:
        if self._handing is not None:
            await asyncio.wait([self._handing])  # cancelling the wait does not cancel the thread
            self._handing.result()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                await self._turn()
                await self._handed()
        finally:
            if self._handing is not None:  # its error was raised by the wait, or another error is under way
                self._handing.add_done_callback(lambda handing: handing.cancelled() or handing.exception())


# -- sending ----------------------------------------------------------------------------------------------------------


async def send_chunked(stream: ByteStream, pieces: Iterator[bytes]) -> None:
    """Send pieces as the chunked body of a request (RFC 9112, section 7.1).

    Cancelled, a piece that is being made is finished by its thread, and not sent. Raises BrokenResourceError when the engine
    reads no more, and what the iterator raises.
    """
    if isinstance(stream, SocketStream):
        work = _Work(stream.duplicate(), select.POLLOUT)
        await work.done(lambda: _send_all(work, pieces))
    else:
        async with aclosing(made_ahead(pieces)) as made:
            async for piece in made:
                if piece:
                    await stream.send(b"%x\r\n%b\r\n" % (len(piece), piece))
    await stream.send(LAST_CHUNK)


def _send_all(work: _Work, pieces: Iterator[bytes]) -> None:
    for piece in pieces:
        if not piece:
            continue
        views = [memoryview(part) for part in (b"%x\r\n" % len(piece), piece, b"\r\n")]
        while views:
            try:
                sent = work.socket.sendmsg(views)
            except BlockingIOError:
                work.wait()
                continue
            except OSError as error:
                raise anyio.BrokenResourceError from error
            while views and sent >= len(views[0]):
                sent -= len(views.pop(0))
            if views:
                views[0] = views[0][sent:]


async def made_ahead(pieces: Iterator[bytes]) -> AsyncGenerator[bytes, None]:
    """Yield the pieces of an iterator that blocks; a thread makes the next one while one is used."""
    making = asyncio.ensure_future(asyncio.to_thread(next, pieces, None))
    try:
        while (piece := await asyncio.shield(making)) is not None:
            making = asyncio.ensure_future(asyncio.to_thread(next, pieces, None))
            yield piece
    finally:
        making.add_done_callback(lambda late: late.cancelled() or late.exception())
