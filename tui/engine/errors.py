"""Errors of the client.

`str(error)` is one line for display: what failed, why, what to do. It includes the engine's own message, if any.
"""

from __future__ import annotations

import re
from enum import Enum

from tui.engine.printable import one_line as one_line
from tui.engine.printable import sentence as sentence


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


class ContextUnreadable(AddressError):
    """Docker's configuration, or a context in it, cannot be read."""


class ConnectError(EngineError):
    """No connection: nothing was sent, so retrying is safe."""


class NoSocket(ConnectError):
    """There is no socket at the address, whose `path` it is, or no host of that name: then `path` is empty.

    `host` is the remote host of the socket, empty for this machine, as in the next errors.
    """

    def __init__(self, message: str, operation: str = "", status: int = 0, *, path: str = "", host: str = "") -> None:
        super().__init__(message, operation, status)
        self.path = path
        self.host = host


class PermissionDenied(ConnectError):
    """The socket is there, but this user may not use it. `group` is the group whose members may, where there is one to join."""

    def __init__(self, message: str, operation: str = "", status: int = 0, *, group: str = "", host: str = "") -> None:
        super().__init__(message, operation, status)
        self.group = group
        self.host = host


class Refused(ConnectError):
    """Nothing listens at the address. `path` is the socket's, empty for a TCP port."""

    def __init__(self, message: str, operation: str = "", status: int = 0, *, path: str = "", host: str = "") -> None:
        super().__init__(message, operation, status)
        self.path = path
        self.host = host


class SshError(ConnectError):
    """No SSH connection to the engine's host."""


class SshLoginFailed(SshError):
    """The login was refused or cancelled, or the host's key is not accepted: another try is the user's decision."""


class TlsProblem(Enum):
    """What is wrong between the certificates of both sides, as far as the user can mend it by an option."""

    NO_CLIENT_CERTIFICATE = "the engine asks for a client certificate"
    UNKNOWN_AUTHORITY = "the engine's certificate is not signed by a known CA"
    NO_TLS = "the engine does not speak TLS"
    OTHER = "another problem, which the message says"


class TlsError(ConnectError):
    """No encrypted connection: a certificate of either side is wrong, or there is no TLS."""

    def __init__(self, message: str, operation: str = "", status: int = 0, *, problem: TlsProblem = TlsProblem.OTHER) -> None:
        super().__init__(message, operation, status)
        self.problem = problem


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


class OutOfSequence(Conflict):
    """Somebody else changed the object of a swarm meanwhile: the update names an old version."""


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


_RPC = re.compile(r"rpc error: code = \w+ desc = ")


def refusal(status: int, message: str, operation: str) -> EngineRefusal:
    """Return the error for an answer's status, with the engine's message; without the codes of the managers' own protocol."""
    message = _RPC.sub("", message)
    kind = BY_STATUS.get(status) or (ServerError if status >= 500 else EngineRefusal)
    return kind(message, operation, status)


UNANSWERED = (ConnectError, ConnectionLost, TimedOut)
"""What is raised when a request may have reached no engine, or its answer was lost."""
