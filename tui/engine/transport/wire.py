"""Requests to one engine: plain requests, streams, and two-way streams.

Two clients over one dialer, so that open streams never delay a request.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import quote, urlencode

import anyio
import httpx
import msgspec

from tui import __version__
from tui.engine import errors
from tui.engine.sealed import Sealed
from tui.engine.transport.decoding import MISFITS, decode, decode_list
from tui.engine.transport.dialers import Dialer
from tui.engine.transport.docker_config import Headers
from tui.engine.transport.duplex import Duplex
from tui.engine.transport.http import EngineTransport
from tui.engine.transport.json_stream import MessageSplitter
from tui.engine.transport.silence import SilenceWatch, Slow
from tui.engine.version import NEWEST, ApiVersion, is_version_refusal

if TYPE_CHECKING:
    from tui.engine.transport.websocket import WebSocketDuplex

T = TypeVar("T")
Filters = Mapping[str, Sequence[str]]
QueryValue = str | int | bool | None | list[str]
Upload = bytes | AsyncIterable[bytes]
"""Content to send: complete, or in pieces as the engine reads it."""

Json = msgspec.Struct | Mapping[str, Any] | Sequence[msgspec.Struct] | Sequence[str]
"""A body to send as JSON; a mapping is the engine's own JSON, changed."""

TAR = {"Content-Type": "application/x-tar"}
JSON = {"Content-Type": "application/json"}

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
    headers: Mapping[str, str | Sealed] = field(default_factory=dict)

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
        self._base = base  # the path of the API's root, at a proxy
        self.timeouts = timeouts
        self.slow: Slow = lambda _since: None
        self._requests = _client(dialer, read_only, timeouts, base, headers)
        self._streams = _client(dialer, read_only, timeouts, base, headers)

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
        async with self._sent(self._requests, call, self._patience(call)) as response:
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
        async with self._sent(self._streams, call, None) as response:
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

    async def messages(self, call: Call, kind: type[T], begun: Callable[[], object] | None = None) -> AsyncGenerator[T, None]:
        """Yield a stream's decoded JSON messages. `begun` is called when the answer's head arrives."""
        splitter = MessageSplitter()
        async with contextlib.aclosing(self.chunks(call, begun)) as chunks:
            async for chunk in chunks:
                with _named(call):
                    decoded = [decode(message, kind) for message in splitter.feed(chunk)]
                for message in decoded:
                    yield message
        with _named(call):
            splitter.finish()

    async def hijack(self, call: Call, tty: bool) -> Duplex:
        """Upgrade a connection to a two-way stream. Raises HijackRefused if only the upgrade is refused."""
        response = await self._upgrade(call, {"Connection": "Upgrade", "Upgrade": "tcp"})
        return Duplex(response, tty)

    async def websocket(self, call: Call) -> WebSocketDuplex:
        """Upgrade a connection to a WebSocket."""
        from tui.engine.transport.websocket import WebSocketDuplex, check_accepted, upgrade_headers  # lazy: rarely needed

        response = await self._upgrade(call, upgrade_headers())
        try:
            with _named(call):
                check_accepted(response)
        except errors.EngineError:
            await response.aclose()
            raise
        return WebSocketDuplex(response)

    async def _upgrade(self, call: Call, headers: Mapping[str, str]) -> httpx.Response:
        request = self._build(self._streams, call, headers, None)
        response = await self._send(self._streams, call, request)
        if response.status_code == 101:
            return response
        try:
            if response.status_code >= 300:
                await self._raise_refusal(call, response)
            raise errors.HijackRefused(
                f"The engine or a proxy does not support two-way streams (answer {response.status_code}).",
                call.operation,
                response.status_code,
            )
        finally:
            await response.aclose()

    @contextlib.asynccontextmanager
    async def _sent(self, client: httpx.AsyncClient, call: Call, patience: float | None) -> AsyncIterator[httpx.Response]:
        response = await self._send_discreetly(client, call, patience)
        try:
            if response.status_code >= 300 and response.status_code != 304:
                await self._raise_refusal(call, response)
            yield response
        finally:
            await response.aclose()

    async def _send_discreetly(self, client: httpx.AsyncClient, call: Call, patience: float | None) -> httpx.Response:
        """Send; removes secrets from the traceback of a failed request."""
        try:
            return await self._send(client, call, self._build(client, call, {}, patience))
        except Exception as error:
            if not call.sealed:
                raise
            failure = _bare(error)
        raise failure

    def _build(
        self, client: httpx.AsyncClient, call: Call, headers: Mapping[str, str], patience: float | None
    ) -> httpx.Request:
        path = self._base + (f"/v{self.version}{call.path}" if call.versioned else call.path)
        query = {name: _query_text(value) for name, value in call.query.items() if value is not None}
        if query:  # names of files need not be UTF-8
            path += "?" + urlencode(query, doseq=True, errors="surrogateescape")
        content = call.content if call.body is None else msgspec.json.encode(call.body)
        plain = {name: _open(value) for name, value in {**call.headers, **headers}.items()}
        if call.body is not None:
            plain["Content-Type"] = b"application/json"
        return client.build_request(
            call.method,
            path,
            content=content.reveal() if isinstance(content, Sealed) else content,
            headers={name.encode(): value for name, value in plain.items()},
            timeout=httpx.Timeout(
                patience, connect=self.timeouts.connect, write=None if call.content is not None else self.timeouts.answer
            ),
        )

    async def _send(self, client: httpx.AsyncClient, call: Call, request: httpx.Request) -> httpx.Response:
        """Send; the head of an answer has a timeout even if the stream itself has none."""
        patience = self._patience(call)
        try:
            limit = None if patience is None else patience + self.timeouts.connect
            with _named(call), SilenceWatch(self._report_slow), anyio.fail_after(limit):
                return await client.send(request, stream=True)
        except (TimeoutError, errors.TimedOut):
            seconds = self.timeouts.connect if patience is None else patience
            raise errors.TimedOut(
                f"The engine did not answer within {seconds:g} s ({call.operation}). Check its load, or try again.",
                call.operation,
            ) from None

    def _report_slow(self, since: float) -> None:
        self.slow(since)

    def _patience(self, call: Call) -> float | None:
        if isinstance(call.patience, _Unlimited):
            return None
        return self.timeouts.answer if call.patience is None else call.patience

    async def _raise_refusal(self, call: Call, response: httpx.Response) -> None:
        """Raise the error for an error status, with the engine's message."""
        status = response.status_code
        with _named(call):
            content = await _read(response, LONGEST_REFUSAL, cut=True)
        message = _message(content, response.headers.get("Content-Type", ""))
        if status == 400 and message and is_version_refusal(message):
            raise errors.UnsupportedVersion(f"The engine refuses API {self.version}: {message}.", call.operation, status)
        if message is None and call.operation in ("ContainerAttach", "ExecStart"):
            raise errors.HijackRefused(
                f"A proxy in front of the engine does not support two-way streams (answer {status}).", call.operation, status
            )
        raise errors.refusal(status, message or _without_message(status, content), call.operation)


def _client(dialer: Dialer, read_only: bool, timeouts: Timeouts, base: str, headers: Headers) -> httpx.AsyncClient:
    own = {"User-Agent": f"longshore/{__version__}", "Accept-Encoding": "identity", "Accept": "application/json, */*"}
    return httpx.AsyncClient(
        transport=EngineTransport(dialer, read_only, base),
        base_url="http://docker",
        trust_env=False,
        timeout=httpx.Timeout(timeouts.answer, connect=timeouts.connect),
        headers={**dict(headers), **own},
    )


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


async def _read(response: httpx.Response, limit: int, cut: bool = False) -> bytes:
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


def _open(value: str | Sealed) -> bytes:
    return value.reveal() if isinstance(value, Sealed) else value.encode()


def _message(content: bytes, kind: str) -> str | None:
    """Return the engine's message; None if the answer is not from an engine."""
    if kind.startswith("application/vnd.docker."):  # attach answers so, with plain words
        return errors.sentence(content.decode(errors="replace")) or None
    try:
        found = json.loads(content)
    except MISFITS:
        return None
    message = found.get("message") if isinstance(found, dict) else None
    return errors.sentence(message) if isinstance(message, str) and message.strip() else None


def _without_message(status: int, content: bytes) -> str:
    words = errors.sentence(content.decode(errors="replace"))[:200]
    if not words or words.startswith("<"):
        return f"The engine or a proxy answered {status} and gave no reason. Check its log."
    return f"The engine or a proxy answered {status}: {words}"
