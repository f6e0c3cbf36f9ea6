"""Request of an operation, and the types of answers."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from tui.demo.errors import ApiError
from tui.demo.world import World

if TYPE_CHECKING:
    from tui.demo.wire import Wire

Filters = dict[str, list[str]]


@dataclass(slots=True)
class Call:
    """A request: its operation, parameters of path and query, headers (lower case) and body."""

    world: World
    operation: str
    method: str
    version: tuple[int, int]
    path: dict[str, str]
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    def text(self, name: str, default: str = "") -> str:
        """Return a query parameter as text."""
        return self.query.get(name, [default])[0]

    def flag(self, name: str, default: bool = False) -> bool:
        """Return a query parameter as the engine reads booleans: anything but "", 0, no, false and none is true."""
        if name not in self.query:
            return default
        return self.text(name).strip().lower() not in ("", "0", "no", "false", "none")

    def number(self, name: str, default: int | None = None) -> int | None:
        """Return a query parameter as an integer. Raises ApiError with the engine's message."""
        text = self.text(name)
        if not text:
            return default
        try:
            return int(text)
        except ValueError:
            raise ApiError(500, f'strconv.Atoi: parsing "{text}": invalid syntax') from None

    def json(self, required: bool = True) -> dict[str, Any]:
        """Return the body as a JSON object."""
        if not self.body:
            if required:
                raise ApiError(400, "invalid JSON: got EOF while reading request body")
            return {}
        try:
            data = msgspec.json.decode(self.body)
        except msgspec.DecodeError as problem:
            raise ApiError(400, f"invalid JSON: {problem}") from None
        if data is None:
            return {}
        if not isinstance(data, dict):
            raise ApiError(400, "invalid JSON: cannot unmarshal into an object")
        return data

    def filters(self, allowed: frozenset[str]) -> Filters:
        """Return the `filters` parameter in either of its two forms. Raises ApiError for an unknown filter."""
        text = self.text("filters")
        if not text:
            return {}
        try:
            data = msgspec.json.decode(text)
        except msgspec.DecodeError:
            raise ApiError(400, "invalid filter") from None
        if not isinstance(data, dict):
            raise ApiError(400, "invalid filter")
        found: Filters = {}
        for name, values in data.items():
            if name not in allowed:
                raise ApiError(400, f"invalid filter '{name}'")
            if isinstance(values, dict):
                found[name] = [value for value, chosen in values.items() if chosen]
            elif isinstance(values, list):
                found[name] = [str(value) for value in values]
            else:
                raise ApiError(400, "invalid filter")
        return found


@dataclass(slots=True)
class Reply:
    """A complete answer."""

    body: bytes = b""
    status: int = 200
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Stream:
    """An answer in pieces; it ends with the iterator or when the client disconnects."""

    pieces: AsyncGenerator[bytes]
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Hijack:
    """An answer that hands the connection to `run`: after 101 if the client requested an upgrade, else after 200.

    `websocket` answers 101 to a WebSocket handshake instead.
    """

    run: Callable[[Wire], Awaitable[None]]
    content_type: str = "application/vnd.docker.raw-stream"
    websocket: bool = False


Answer = Reply | Stream | Hijack
Handler = Callable[[Call], Awaitable[Answer]]

encoder = msgspec.json.Encoder()

HANDLERS: dict[str, Handler] = {}


def serves(operation: str) -> Callable[[Handler], Handler]:
    """Register a function as the handler of an operation of the specification."""

    def register(handler: Handler) -> Handler:
        HANDLERS[operation] = handler
        return handler

    return register


def json_reply(data: object, status: int = 200) -> Reply:
    """Return an answer with the data as JSON and a final newline, as the engine does."""
    return Reply(encoder.encode(data) + b"\n", status)


def empty(status: int = 204) -> Reply:
    """Return an answer without a body."""
    return Reply(b"", status, "")


def matches_labels(labels: dict[str, str], wanted: list[str]) -> bool:
    """Whether an object has every wanted label: `name` or `name=value`."""
    for text in wanted:
        name, equals, value = text.partition("=")
        if name not in labels or (equals and labels[name] != value):
            return False
    return True
