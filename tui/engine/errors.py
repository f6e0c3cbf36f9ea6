"""Errors of the client.

`str(error)` is one line for display: what failed, why, what to do. It includes the engine's own message, if any.
"""

from __future__ import annotations

import re

# C0, DEL, C1, bidirectional overrides and lone surrogates: the engine's text is printed on terminals.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
LONGEST_LINE = 2000


def one_line(text: str) -> str:
    """Return untrusted text as one printable line of limited length."""
    line = " ".join(_UNPRINTABLE.sub(" ", text[: LONGEST_LINE * 2]).split())
    return line if len(line) <= LONGEST_LINE else line[:LONGEST_LINE] + "…"


class EngineError(Exception):
    """Any failure of the client. `operation` is the API operation, `status` the HTTP status or 0."""

    def __init__(self, message: str, operation: str = "", status: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.operation = operation
        self.status = status

    def __str__(self) -> str:
        return self.message


class AddressError(EngineError):
    """The address, or the docker context it comes from, is not usable."""


class ConnectError(EngineError):
    """No connection: nothing was sent, so retrying is safe."""


class NoSocket(ConnectError):
    """The socket does not exist, or the host is unknown."""


class PermissionDenied(ConnectError):
    """The socket exists, but this user may not open it."""


class Refused(ConnectError):
    """Nothing listens at the address."""


class TimedOut(EngineError):
    """No answer within the timeout."""


class ConnectionLost(EngineError):
    """The connection ended before the answer did."""


class BrokenAnswer(EngineError):
    """The answer is not a valid one of an engine."""


class Fault(EngineError):
    """A defect of this program in its work with the engine, as an error that can be shown."""


class UnsupportedVersion(EngineError):
    """The engine has no common API version with this client, or not the one an operation needs."""


class HijackRefused(BrokenAnswer):
    """The engine, or a proxy before it, answers but does not open a two-way stream. A WebSocket may pass."""


class LoginError(EngineError):
    """A registry's login cannot be read or stored: docker's configuration or a credential helper failed."""


class ReadOnly(EngineError):
    """Refused before anything was sent, because of read-only mode."""


class EngineRefusal(EngineError):
    """The engine answered with an error of its own."""


class BadRequest(EngineRefusal):
    """400: the request is invalid for the engine."""


class Unauthorized(EngineRefusal):
    """401: a login is needed."""


class Forbidden(EngineRefusal):
    """403: not allowed, by the engine or by a proxy before it."""


class Denied(EngineRefusal):
    """A registry requires a login, or another one. `registry` is its host, "docker.io" for docker's own."""

    def __init__(self, message: str, operation: str = "", status: int = 0, registry: str = "") -> None:
        super().__init__(message, operation, status)
        self.registry = registry


class Failed(EngineRefusal):
    """An operation failed after it had begun; the engine reported that in its stream of progress."""


class NotFound(EngineRefusal):
    """404: no such object."""


class Conflict(EngineRefusal):
    """409: the object's state does not allow it."""


class ServerError(EngineRefusal):
    """500 and above: the engine tried and failed."""


class NotImplemented(EngineRefusal):
    """501: the engine does not serve this operation."""


BY_STATUS: dict[int, type[EngineRefusal]] = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    501: NotImplemented,
}


def refusal(status: int, message: str, operation: str) -> EngineRefusal:
    """Return the error for an answer's status, with the engine's message."""
    kind = BY_STATUS.get(status) or (ServerError if status >= 500 else EngineRefusal)
    return kind(message, operation, status)
