"""What can go wrong between here and the engine.

`str(error)` is one line for people: what, why, what to do. The engine's own words are in it where it said any.
"""

from __future__ import annotations

import re

# C0, DEL, C1, bidirectional overrides and lone surrogates: what an engine says is printed on terminals.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
LONGEST_LINE = 2000


def one_line(text: str) -> str:
    """Foreign text as one printable line of bounded length."""
    line = " ".join(_UNPRINTABLE.sub(" ", text[: LONGEST_LINE * 2]).split())
    return line if len(line) <= LONGEST_LINE else line[:LONGEST_LINE] + "…"


class EngineError(Exception):
    """Any failure of the client. `operation` is the API's name of what was asked, `status` the HTTP status or 0."""

    def __init__(self, message: str, operation: str = "", status: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.operation = operation
        self.status = status

    def __str__(self) -> str:
        return self.message


class AddressError(EngineError):
    """The address, or the docker context it should come from, cannot be used."""


class ConnectError(EngineError):
    """No connection: nothing was sent, trying again is safe."""


class NoSocket(ConnectError):
    """There is no socket at the address, or no host of that name."""


class PermissionDenied(ConnectError):
    """The socket is there, but this user may not use it."""


class Refused(ConnectError):
    """Nothing listens at the address."""


class TimedOut(EngineError):
    """No answer in time."""


class ConnectionLost(EngineError):
    """The connection ended before the answer did."""


class BrokenAnswer(EngineError):
    """What came back is not what an engine says."""


class Fault(EngineError):
    """A mistake of this program in its work with the engine, put so that it can stand where a reason is shown."""


class UnsupportedVersion(EngineError):
    """The engine speaks no version of the API that this client does, or not the one an operation needs."""


class HijackRefused(BrokenAnswer):
    """The engine, or a proxy before it, answers but does not open a two-way stream. A WebSocket may get through."""


class LoginError(EngineError):
    """A registry's login cannot be found or kept: docker's configuration or a credential helper is at fault."""


class ReadOnly(EngineError):
    """Refused here, before anything was sent, because nothing may be changed."""


class EngineRefusal(EngineError):
    """The engine answered with an error of its own."""


class BadRequest(EngineRefusal):
    """400: what was asked makes no sense to the engine."""


class Unauthorized(EngineRefusal):
    """401: a login is needed."""


class Forbidden(EngineRefusal):
    """403: not allowed, by the engine or by a proxy before it."""


class Denied(EngineRefusal):
    """A registry wants a login, or another one. `registry` is its host, "docker.io" for docker's own."""

    def __init__(self, message: str, operation: str = "", status: int = 0, registry: str = "") -> None:
        super().__init__(message, operation, status)
        self.registry = registry


class Failed(EngineRefusal):
    """An operation began and failed on its way; the engine said so in its stream of progress."""


class NotFound(EngineRefusal):
    """404: there is no such object."""


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
    """The error for an answer's status, with the engine's own message."""
    kind = BY_STATUS.get(status) or (ServerError if status >= 500 else EngineRefusal)
    return kind(message, operation, status)


UNANSWERED = (ConnectError, ConnectionLost, TimedOut)
"""What is raised when a request may have reached no engine, or its answer was lost."""
