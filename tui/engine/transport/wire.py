"""Requests to one engine: plain requests, streams, and two-way streams.

Requests pass an HTTP library (`http.py`), streams and uploads from threads do not (`streams.py`); both use the same dialer.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import quote, urlencode

import anyio
import httpx
import msgspec

from tui import __version__
from tui.engine import errors
from tui.engine.sealed import Sealed
from tui.engine.transport import readonly
from tui.engine.transport.bulk import Sink
from tui.engine.transport.decoding import decode, decode_list
from tui.engine.transport.dialers import Dialer
from tui.engine.transport.docker_config import Headers
from tui.engine.transport.duplex import Duplex
from tui.engine.transport.http import EngineTransport
from tui.engine.transport.json_stream import MessageReader
from tui.engine.transport.refusals import message, without_message
from tui.engine.transport.silence import SilenceWatch, Slow
from tui.engine.transport.streams import Connections, HeaderValue, StreamAnswer, StreamRequest, repeated
from tui.engine.version import NEWEST, ApiVersion, is_version_refusal

if TYPE_CHECKING:
    from tui.engine.transport.websocket import WebSocketDuplex

T = TypeVar("T")
R = TypeVar("R", bound=httpx.Response | StreamAnswer)
Filters = Mapping[str, Sequence[str]]
QueryValue = str | int | bool | None | list[str]
Upload = bytes | AsyncIterable[bytes] | Iterator[bytes]
"""Content to send: complete, or in pieces as the engine reads it. An iterator blocks, and is used in threads."""

Json = msgspec.Struct | Mapping[str, Any] | Sequence[msgspec.Struct] | Sequence[str]
"""A body to send as JSON; a mapping is the engine's own JSON, changed."""

TAR = {"Content-Type": "application/x-tar"}
JSON = {"Content-Type": "application/json"}
OWN_HEADERS = {"User-Agent": f"longshore/{__version__}", "Accept-Encoding": "identity", "Accept": "application/json, */*"}

LONGEST_ANSWER = 256 * 1024 * 1024
LONGEST_REFUSAL = 64 * 1024


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: to connect, to ping, to answer a plain request or to begin a stream. Streams have no timeout."""

    connect: float = 5.0
    ping: float = 5.0
    answer: float = 30.0


class _Unlimited:
    """No timeout: the engine waits for a container, or measures a disk."""


UNLIMITED: Final = _Unlimited()


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `query` omits None and repeats lists; `patience` in seconds, None for the default.

    `body` is sent as JSON; `content` unchanged, without a timeout for the engine to read it.
    """

    operation: str
    method: str
    path: str
    query: Mapping[str, QueryValue] = field(default_factory=dict)
    body: Json | None = None
    patience: float | _Unlimited | None = None
    versioned: bool = True
    content: Upload | Sealed | None = field(default=None, repr=False)
    headers: Mapping[str, str | Sealed | tuple[str, ...]] = field(default_factory=dict)  # a tuple is repeated

    @property
    def sealed(self) -> bool:
        """Whether it contains a secret."""
        return isinstance(self.content, Sealed) or any(isinstance(value, Sealed) for value in self.headers.values())


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer other than an error."""

    status: int
    headers: Mapping[str, str]
    content: bytes


def segment(name: str) -> str:
    """Encode an object's name or id as one segment of a path. Raises NotFound for an impossible name."""
    if any(part in ("", ".", "..") for part in name.removeprefix("/").split("/")):  # engines would normalise the path
        raise errors.NotFound(f"There is no object named {name!r}.")
    return quote(name.encode("utf-8", "replace"), safe="")


def filters_query(filters: Filters | None) -> str | None:
    """Encode filters for the API: JSON, each with a list of values."""
    return json.dumps({key: list(values) for key, values in filters.items()}) if filters else None


class Wire:
    """Connections to one engine."""

    def __init__(self, dialer: Dialer, read_only: bool, timeouts: Timeouts, base: str = "", headers: Headers = ()) -> None:
        self.version = NEWEST
        self.podman = False  # whether Podman's service answers, as its ping said
        self._base = quote(base, safe="/%:@!$&'()*+,;=~")  # the path of the API's root, at a proxy
        self.timeouts = timeouts
        self.slow: Slow = lambda _since: None
        self._read_only = read_only
        self._headers = {name: value.encode() for name, value in {**dict(headers), **OWN_HEADERS}.items()}
        self._requests = _client(dialer, read_only, timeouts, base, self._headers)
        self._streams = Connections(dialer)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._requests.aclose()
        await self._streams.aclose()

    def require(self, version: str, what: str) -> None:
        """Raise UnsupportedVersion if the negotiated API is older than `version`, which `what` needs."""
        if self.version < ApiVersion.parse(version):
            raise errors.UnsupportedVersion(
                f"{what} needs API {version}; this engine speaks {self.version}. Update the engine."
            )

    def serves(self, version: str) -> bool:
        """Whether the negotiated API is at least `version`."""
        return self.version >= ApiVersion.parse(version)

    async def request(self, call: Call) -> Answer:
        """Send a request and return the complete answer. Raises the client's errors."""
        async with self._answered(call, lambda: self._ask(call)) as response:
            with _named(call):
                content = await _read(response, LONGEST_ANSWER)
            return Answer(response.status_code, response.headers, content)

    async def ask(self, call: Call, kind: type[T]) -> T:
        """Send a request and return the decoded answer."""
        return self.decode(call, await self.request(call), kind)

    def decode(self, call: Call, answer: Answer, kind: type[T]) -> T:
        """Decode the answer to a request."""
        with _named(call):
            return decode(answer.content, kind)

    async def ask_list(self, call: Call, kind: type[T]) -> list[T]:
        """Send a request and return the answer decoded as a list."""
        answer = await self.request(call)
        with _named(call):
            return decode_list(answer.content, kind)

    async def chunks(self, call: Call, begun: Callable[[], object] | None = None) -> AsyncGenerator[bytes, None]:
        """Yield a stream's bytes as they arrive, without a timeout. `begun` is called when the answer's head arrives."""
        async with self._answered(call, lambda: self._begin(call)) as response:
            if begun is not None:
                begun()
            expected = isinstance(call.patience, _Unlimited)  # events, logs and statistics may be silent
            watch = SilenceWatch(self._report_slow) if expected else None
            with _named(call), watch or contextlib.nullcontext():
                async for chunk in response.aiter_raw():
                    if watch is not None:
                        watch.heard()
                    if chunk:
                        yield chunk

    async def pour(self, call: Call, sink: Sink) -> None:
        """Hand a stream's bytes to `sink` in a thread as they arrive, without a timeout. Raises what the sink raises."""
        async with self._answered(call, lambda: self._open(call)) as response:
            with _named(call), SilenceWatch(self._report_slow) as watch:
                await response.pour(sink, watch.heard)

    async def messages(self, call: Call, kind: type[T], begun: Callable[[], object] | None = None) -> AsyncGenerator[T, None]:
        """Yield a stream's decoded JSON messages. `begun` is called when the answer's head arrives."""
        reader = MessageReader(kind)
        async with contextlib.aclosing(self.chunks(call, begun)) as chunks:
            async for chunk in chunks:
                with _named(call):
                    decoded = reader.feed(chunk)
                for message in decoded:
                    yield message
        with _named(call):
            reader.finish()

    async def hijack(self, call: Call, tty: bool, protocol: bytes = b"tcp") -> Duplex:
        """Upgrade a connection to a two-way stream. Raises HijackRefused if only the upgrade is refused."""
        return Duplex(await self._upgrade(call, {"Connection": b"Upgrade", "Upgrade": protocol}), tty)

    async def websocket(self, call: Call) -> WebSocketDuplex:
        """Upgrade a connection to a WebSocket."""
        from tui.engine.transport.websocket import WebSocketDuplex, check_accepted, upgrade_headers  # lazy: rarely needed

        headers = upgrade_headers()
        answer = await self._upgrade(call, headers)
        try:
            with _named(call):
                check_accepted(answer.headers, headers)
        except errors.EngineError:
            await answer.aclose()
            raise
        return WebSocketDuplex(answer)

    async def _upgrade(self, call: Call, headers: Mapping[str, bytes]) -> StreamAnswer:
        answer = await _discreetly(call, lambda: self._open(call, headers))
        if answer.status_code == 101:
            return answer
        try:
            if answer.status_code >= 300:
                await self._raise_refusal(call, answer)
            raise errors.HijackRefused(
                f"The engine or a proxy does not support two-way streams (answer {answer.status_code}).",
                call.operation,
                answer.status_code,
            )
        finally:
            await answer.aclose()

    @contextlib.asynccontextmanager
    async def _answered(self, call: Call, send: Callable[[], Awaitable[R]]) -> AsyncIterator[R]:
        """Send and yield the answer, which is closed afterwards. Raises a refusal as its error."""
        response = await _discreetly(call, send)
        try:
            if response.status_code >= 300 and response.status_code != 304:
                await self._raise_refusal(call, response)
            yield response
        finally:
            await response.aclose()

    async def _ask(self, call: Call) -> httpx.Response | StreamAnswer:
        """Send a plain request; pieces that are made in threads do not pass the HTTP library."""
        return await (self._open(call) if isinstance(call.content, Iterator) else self._send(call, self._patience(call)))

    async def _begin(self, call: Call) -> httpx.Response | StreamAnswer:
        """Begin a stream; the HTTP library sends uploads."""
        return await (self._send(call, None) if isinstance(call.content, AsyncIterable) else self._open(call))

    async def _send(self, call: Call, patience: float | None) -> httpx.Response:
        """Send through the HTTP library; `patience` in seconds for each piece of the answer."""
        request = self._requests.build_request(
            call.method,
            self._target(call),
            content=_content(call),
            headers=[(name.encode(), value) for name, value in repeated(_headers(call))],
            timeout=httpx.Timeout(
                patience, connect=self.timeouts.connect, write=None if call.content is not None else self.timeouts.answer
            ),
        )
        with self._limited(call):
            return await self._requests.send(request, stream=True)

    async def _open(self, call: Call, upgrade: Mapping[str, bytes] | None = None) -> StreamAnswer:
        """Send a stream's request below the HTTP library; `upgrade` are headers that ask for a two-way stream."""
        if self._read_only:
            target = self._target(call).removeprefix(self._base)
            readonly.check(call.method, target.partition("?")[0], {name: str(value) for name, value in _query(call).items()})
        content = _content(call) or b""
        pieces = content if isinstance(content, Iterator) else None
        body = content if isinstance(content, bytes) else b""
        headers = {**self._headers, **_headers(call), **(upgrade or {})}
        request = StreamRequest(call.method, self._target(call), headers, body, upgrade is not None, pieces)
        with self._limited(call):
            return await self._streams.send(request, self.timeouts.connect)

    @contextlib.contextmanager
    def _limited(self, call: Call) -> Iterator[None]:
        """Limit the time until the head of an answer, which has a limit even if the stream itself has none."""
        patience = self._patience(call)
        try:
            limit = None if patience is None else patience + self.timeouts.connect
            with _named(call), SilenceWatch(self._report_slow), anyio.fail_after(limit):
                yield
        except (TimeoutError, errors.TimedOut):
            seconds = self.timeouts.connect if patience is None else patience
            raise errors.TimedOut(
                f"The engine did not answer within {seconds:g} s ({call.operation}). Check its load, or try again.",
                call.operation,
            ) from None

    def _target(self, call: Call) -> str:
        path = self._base + (f"/v{self.version}{call.path}" if call.versioned else call.path)
        query = _query(call)  # names of files need not be UTF-8
        return path + "?" + urlencode(query, doseq=True, errors="surrogateescape") if query else path

    def _report_slow(self, since: float) -> None:
        self.slow(since)

    def _patience(self, call: Call) -> float | None:
        if isinstance(call.patience, _Unlimited):
            return None
        return self.timeouts.answer if call.patience is None else call.patience

    async def _raise_refusal(self, call: Call, response: httpx.Response | StreamAnswer) -> None:
        """Raise the error for an error status, with the engine's message."""
        status = response.status_code
        with _named(call):
            content = await _read(response, LONGEST_REFUSAL, cut=True)
        found = message(content, response.headers.get("content-type", ""))
        if status == 400 and found and is_version_refusal(found):
            raise errors.UnsupportedVersion(f"The engine refuses API {self.version}: {found}.", call.operation, status)
        if found is None and call.operation in ("ContainerAttach", "ExecStart", "Session"):
            raise errors.HijackRefused(
                f"A proxy in front of the engine does not support two-way streams (answer {status}).", call.operation, status
            )
        raise errors.refusal(status, found or without_message(status, content), call.operation)


def _client(dialer: Dialer, read_only: bool, timeouts: Timeouts, base: str, headers: Mapping[str, bytes]) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=EngineTransport(dialer, read_only, base),
        base_url="http://docker",
        trust_env=False,
        timeout=httpx.Timeout(timeouts.answer, connect=timeouts.connect),
        headers={name.encode(): value for name, value in headers.items()},
    )


async def _discreetly(call: Call, send: Callable[[], Awaitable[R]]) -> R:
    """Send; removes secrets from the traceback of a failed request."""
    try:
        return await send()
    except Exception as error:
        if not call.sealed:
            raise
        failure = _bare(error)
    raise failure


def _query(call: Call) -> dict[str, str | list[str]]:
    return {name: _query_text(value) for name, value in call.query.items() if value is not None}


def _headers(call: Call) -> dict[str, HeaderValue]:
    headers = call.headers if call.body is None else {**call.headers, **JSON}
    return {name: _revealed(value) for name, value in headers.items()}


def _content(call: Call) -> Upload | None:
    if call.body is not None:
        return msgspec.json.encode(call.body)
    return call.content.reveal() if isinstance(call.content, Sealed) else call.content


@contextlib.contextmanager
def _named(call: Call) -> Iterator[None]:
    """Add the operation to errors."""
    try:
        yield
    except errors.EngineError as error:
        error.operation = error.operation or call.operation
        raise


def _bare(error: Exception) -> Exception:
    """Return the error without traceback and cause: their frames hold what was sent."""
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


async def _read(response: httpx.Response | StreamAnswer, limit: int, cut: bool = False) -> bytes:
    content = bytearray()
    async for chunk in response.aiter_raw():
        content += chunk
        if len(content) > limit:
            if cut:
                return bytes(content[:limit])
            raise errors.BrokenAnswer(f"The engine's answer is longer than {limit // 2**20} MiB, which is too long.")
    return bytes(content)


def _query_text(value: QueryValue) -> str | list[str]:
    return value if isinstance(value, list) else str(int(value)) if isinstance(value, bool) else str(value)


def _revealed(value: str | Sealed | tuple[str, ...]) -> HeaderValue:
    if isinstance(value, tuple):
        return tuple(each.encode() for each in value)
    return value.reveal() if isinstance(value, Sealed) else value.encode()
