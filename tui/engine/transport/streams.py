"""Streams to an engine: statistics, events, logs, archives, and two-way streams.

They do not pass the HTTP library: opening a stream costs a tenth, and a chunk a third. The connections are the same dialer's,
and failures are the same errors. Requests stay with the library (`http.py`).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from dataclasses import dataclass, field

import anyio
from anyio.abc import ByteStream

from tui.engine.errors import ConnectionLost, EngineError
from tui.engine.transport.answer import AnswerParser
from tui.engine.transport.bulk import Sink, pour, pour_chunks, send_chunked
from tui.engine.transport.dialers import KEEP_ALIVE, Dialer
from tui.engine.transport.failures import broken_connection, too_slow
from tui.engine.transport.sockets import READ, SocketStream, StreamAttribute

HeaderValue = bytes | tuple[bytes, ...]
"""The value of a header, or the values of one that is repeated."""


def repeated(headers: Mapping[str, HeaderValue]) -> Iterator[tuple[str, bytes]]:
    """Yield headers one by one, with each of their values."""
    for name, value in headers.items():
        for each in value if isinstance(value, tuple) else (value,):
            yield name, each


@dataclass(frozen=True, slots=True)
class StreamRequest:
    """A request whose answer is a stream. `target` is the path with its query, percent-encoded."""

    method: str
    target: str
    headers: Mapping[str, HeaderValue] = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    upgrade: bool = False
    pieces: Iterator[bytes] | None = field(default=None, repr=False)
    """The body in pieces, which are made and sent in threads; then `body` is empty."""

    def encode(self) -> bytes:
        """Return the request as it is sent."""
        fields = dict(self.headers)
        if self.pieces is not None:
            fields["Transfer-Encoding"] = b"chunked"
        elif self.body or self.method != "GET":
            fields["Content-Length"] = b"%d" % len(self.body)
        lines = [f"{self.method} {self.target} HTTP/1.1".encode("ascii"), b"Host: docker"]
        lines += [b"%b: %b" % (name.encode("ascii"), value) for name, value in repeated(fields)]
        return b"\r\n".join([*lines, b"", self.body])


class StreamAnswer:
    """The answer to a stream's request, from its head on. Close it with `aclose`."""

    def __init__(self, connections: Connections, stream: ByteStream, upgrade: bool) -> None:
        self._connections = connections
        self._stream = stream
        self._parser = AnswerParser(upgrade)
        self._first = b""  # body received together with the head
        self._closed = False
        self._poured = False

    @property
    def status_code(self) -> int:
        """The HTTP status."""
        return self._parser.status

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers by name in lower case."""
        return self._parser.headers

    async def begin(self, request: StreamRequest) -> None:
        """Send the request and receive the head. Raises the client's errors, and what making its pieces raises."""
        try:
            await self._stream.send(request.encode())
            if request.pieces is not None:
                await send_chunked(self._stream, request.pieces)
        except anyio.BrokenResourceError:
            pass  # what the engine answered before it closed the connection tells more
        except anyio.ClosedResourceError as error:
            raise lost(error) from error
        while not self._parser.status:
            self._first = await self._receive()

    async def aiter_raw(self) -> AsyncGenerator[bytes, None]:
        """Yield the body as it arrives, never b"". Raises ConnectionLost, BrokenAnswer."""
        if self._first:
            yield self._first
        while not self._parser.complete:
            if body := await self._receive():
                yield body

    async def pour(self, sink: Sink, heard: Callable[[], object]) -> None:
        """Hand the whole body to `sink` in a thread; `heard` is called whenever something arrives.

        Raises ConnectionLost, BrokenAnswer, and what the sink raises.
        """
        if not isinstance(self._stream, SocketStream):
            await pour_chunks(self._heard(heard), sink)
            return
        if self._first:
            await asyncio.to_thread(sink, self._first)
        if not self._parser.complete:
            self._poured = True
            await pour(self._stream, self._parser, sink, heard)

    async def _heard(self, heard: Callable[[], object]) -> AsyncGenerator[bytes, None]:
        async for data in self.aiter_raw():
            heard()
            yield data

    async def read(self) -> bytes:
        """Return the next bytes of a two-way stream, b"" at the end. Raises ConnectionLost."""
        if data := self._first:
            self._first = b""
            return data
        try:
            return await self._stream.receive(READ)
        except anyio.EndOfStream:
            return b""
        except (anyio.BrokenResourceError, anyio.ClosedResourceError) as error:
            raise lost(error) from error

    async def write(self, data: bytes) -> None:
        """Send all of `data` on a two-way stream. Raises ConnectionLost."""
        try:
            await self._stream.send(data)
        except (anyio.BrokenResourceError, anyio.ClosedResourceError) as error:
            raise lost(error) from error

    def write_now(self, data: bytes) -> bool:
        """Send on a two-way stream without waiting; False if that is not possible now."""
        return isinstance(self._stream, SocketStream) and self._stream.write_now(data)

    async def half_close(self) -> None:
        """Close the sending direction. Raises ConnectionLost, EngineError if not possible."""
        try:
            await self._stream.send_eof()
        except NotImplementedError:
            raise EngineError("This connection cannot close only its input. Close the stream instead.") from None
        except (anyio.BrokenResourceError, anyio.ClosedResourceError, OSError) as error:
            raise lost(error) from error

    async def aclose(self) -> None:
        """End the stream; its connection is kept for another one if the answer is complete."""
        if not self._closed:
            self._closed = True
            await self._connections.release(self._stream, keep=self._parser.reusable and not self._poured)

    async def _receive(self) -> bytes:
        """Return more of the body, b"" while there is none."""
        try:
            return self._parser.feed(await self._stream.receive(READ))
        except anyio.EndOfStream:
            self._parser.finish()
        except (anyio.BrokenResourceError, anyio.ClosedResourceError) as error:
            raise lost(error) from error
        return b""


class Connections:
    """Sends the requests of streams, over connections of a dialer."""

    def __init__(self, dialer: Dialer) -> None:
        self._dialer = dialer
        self._idle: list[tuple[float, ByteStream]] = []  # since a time of `time.monotonic()`, the newest last
        self._used: set[ByteStream] = set()

    async def send(self, request: StreamRequest, connect_seconds: float) -> StreamAnswer:
        """Send a request; return when the head of its answer is there. Raises the client's errors."""
        answer = StreamAnswer(self, await self._connect(connect_seconds), request.upgrade)
        try:
            await answer.begin(request)
        except BaseException:
            await answer.aclose()
            raise
        return answer

    async def release(self, stream: ByteStream, keep: bool) -> None:
        """Take back a connection: keep it for the next stream, or close it."""
        self._used.discard(stream)
        if keep:
            self._idle.append((time.monotonic(), stream))
        else:
            await stream.aclose()

    async def aclose(self) -> None:
        """Close all connections; open streams end."""
        streams = [*self._used, *(stream for _since, stream in self._idle)]
        self._used.clear()
        self._idle.clear()
        for stream in streams:
            await stream.aclose()

    async def _connect(self, seconds: float) -> ByteStream:
        stream = await self._idle_stream()
        if stream is None:
            try:
                with anyio.fail_after(seconds):
                    stream = await self._dialer.dial()
            except TimeoutError:
                raise too_slow() from None
        self._used.add(stream)
        return stream

    async def _idle_stream(self) -> ByteStream | None:
        """Return a kept connection, and close those that ended or were idle too long."""
        oldest = time.monotonic() - KEEP_ALIVE
        while self._idle:
            since, stream = self._idle.pop()
            if since >= oldest and not stream.extra(StreamAttribute.readable, False):
                return stream
            await stream.aclose()
        return None


def lost(error: Exception) -> ConnectionLost:
    """Return the failure of a connection as the client's error."""
    return broken_connection(str(error.__cause__ or "the connection is closed"))
