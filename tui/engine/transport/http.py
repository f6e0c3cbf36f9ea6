"""HTTP over a dialer's connections: the only module that uses httpcore.

httpcore provides the pool and the protocol on the dialer's connections. Failures become the client's errors.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

import anyio
import httpcore
import httpx
from anyio.abc import ByteStream

from tui.engine.transport import readonly
from tui.engine.transport.chunks import ChunkJoiner
from tui.engine.transport.dialers import KEEP_ALIVE, Dialer
from tui.engine.transport.failures import broken_connection, ended_early, no_engine, too_slow
from tui.engine.transport.sockets import READ, StreamAttribute


class Connection(httpcore.AsyncNetworkStream):
    """A connection for httpcore."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._joiner = ChunkJoiner()

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read at most about `max_bytes`, b"" at the end. `timeout` in seconds. Raises httpcore's errors."""
        with _as_httpcore(httpcore.ReadTimeout, httpcore.ReadError):
            try:
                with _limit(timeout):
                    while True:
                        if joined := self._joiner.feed(await self._stream.receive(max(max_bytes, READ))):
                            return joined
            except anyio.EndOfStream:
                return self._joiner.finish()

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all of `buffer`. `timeout` in seconds. Raises httpcore's errors."""
        if not buffer:
            return
        self._joiner.begin()
        with _as_httpcore(httpcore.WriteTimeout, httpcore.WriteError), _limit(timeout):
            await self._stream.send(buffer)

    async def aclose(self) -> None:
        """Close; reads and writes in other tasks end with an error."""
        with anyio.CancelScope(shield=True):
            await self._stream.aclose()

    async def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> Any:
        """Not supported: a dialer encrypts below HTTP."""
        raise NotImplementedError

    def get_extra_info(self, info: str) -> Any:
        """Answer httpcore's query whether an idle connection is readable, which means that it ended."""
        return self._stream.extra(StreamAttribute.readable, False) if info == "is_readable" else None


class Backend(httpcore.AsyncNetworkBackend):
    """httpcore's backend on a dialer; the URL's host is only sent as a header."""

    def __init__(self, dialer: Dialer) -> None:
        self._dialer = dialer

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Open a connection to the engine; `timeout` in seconds. Raises the dialer's errors and httpcore.ConnectTimeout."""
        try:
            with anyio.fail_after(timeout):
                return Connection(await self._dialer.dial())
        except TimeoutError:
            raise httpcore.ConnectTimeout("connecting took too long") from None


class EngineTransport(httpx.AsyncBaseTransport):
    """Transport of all requests, with the check of read-only mode."""

    def __init__(self, dialer: Dialer, read_only: bool, base: str = "") -> None:
        self._read_only = read_only
        self._base = httpx.URL(f"http://docker{base}").raw_path.rstrip(b"/")  # as in requests
        # No limits: requests and streams never wait for each other, and httpcore 1.0.9 stops reusing idle connections once
        # their number exceeds a limit.
        self._pool = httpcore.AsyncConnectionPool(
            network_backend=Backend(dialer),
            max_connections=None,
            max_keepalive_connections=None,
            keepalive_expiry=KEEP_ALIVE,
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request. Raises the client's errors."""
        if self._read_only:
            path = request.url.raw_path.partition(b"?")[0].removeprefix(self._base)
            readonly.check(request.method, path.decode("ascii"), request.url.params)
        asked = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        with as_engine_errors():
            answer = await self._pool.handle_async_request(asked)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer), extensions=dict(answer.extensions))

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()


class _Body(httpx.AsyncByteStream):
    """An answer's body with the client's errors."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with as_engine_errors():
            async for chunk in self._answer.aiter_stream():
                yield chunk

    async def aclose(self) -> None:
        await self._answer.aclose()


def _limit(timeout: float | None) -> contextlib.AbstractContextManager[object]:
    return contextlib.nullcontext() if timeout is None else anyio.fail_after(timeout)


@contextlib.contextmanager
def _as_httpcore(timed_out: type[Exception], failed: type[Exception]) -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        raise timed_out("took too long") from None
    except (anyio.BrokenResourceError, anyio.ClosedResourceError) as error:
        raise failed(str(error.__cause__ or "the connection is closed")) from error


@contextlib.contextmanager
def as_engine_errors() -> Iterator[None]:
    """Convert httpcore's errors into the client's."""
    try:
        yield
    except httpcore.TimeoutException:
        raise too_slow() from None
    except (httpcore.NetworkError, ConnectionResetError) as error:
        raise broken_connection(str(error)) from error
    except (httpcore.RemoteProtocolError, ValueError) as error:
        if _ended_early(error):
            raise ended_early() from error
        raise no_engine(str(error)) from error


def _ended_early(error: Exception) -> bool:
    """Whether the error's message describes a premature end; the libraries have no type for it."""
    return str(error).startswith(("Server disconnected", "peer closed connection", "peer unexpectedly closed"))
