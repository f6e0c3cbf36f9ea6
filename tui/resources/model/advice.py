"""What the user of this program can do about an error: flags, keys and commands, which the client knows nothing of.

Errors carry facts; the sentences that lead on from them stand here and nowhere else.
"""

from __future__ import annotations

from tui.engine import errors

OTHER_ENGINE = "name another engine with --host"

_TLS = {
    errors.TlsProblem.NO_CLIENT_CERTIFICATE: "Give one: --tlscert FILE --tlskey FILE, or DOCKER_CERT_PATH.",
    errors.TlsProblem.UNKNOWN_AUTHORITY: "Give the CA that signed it: --tlscacert FILE, or DOCKER_CERT_PATH.",
    errors.TlsProblem.NO_TLS: "Leave --tls… out, or check the port (2376 is docker's for TLS).",
}


def told(error: BaseException) -> str:
    """Return an error for the screen: the message of the client, then what to do in this program."""
    return f"{error} {advice(error)}".rstrip()


def advice(error: BaseException) -> str:
    """Return what to do in this program, as sentences; "" if the error says so itself."""
    from tui.live import outcomes

    match error:
        case errors.ReadOnly():
            return "Start without --read-only to change anything."
        case errors.TlsError():
            return _TLS.get(error.problem, "")
        case errors.ContextUnreadable():
            return "Use --host instead."
        case errors.ConnectError():
            return _about_socket(error)
        case outcomes.NoShell():
            return "Press E to run another command, l for logs, t for processes."
        case outcomes.NothingToAttach():
            return "Press p to unpause." if error.paused else "Press u to start."
        case outcomes.NoCompose():
            return "Start, stop and remove (u, x, del) work without Compose."
    return ""


def _about_socket(error: errors.ConnectError) -> str:
    """Return what to do about the engine's socket, on this machine or on the remote host."""
    match error:
        case errors.NoSocket() if error.host:
            return f"Install or start Docker there, or name the socket: ssh://{error.host}/path/to.sock."
        case errors.NoSocket() if error.path:
            return "Install or start Docker, or name another engine with --host."
        case errors.Refused() if error.path:
            return f"Start Docker{' there' if error.host else ''}: sudo systemctl start docker."
        case errors.PermissionDenied() if error.host and error.group:
            return f"Join the group there (sudo usermod -aG {error.group} $USER), or log in as root."
        case errors.PermissionDenied() if error.host:
            return "Log in as root: ssh://root@host."
        case errors.PermissionDenied() if error.group:
            return f"Join the group (sudo usermod -aG {error.group} $USER, then log in again), or run with sudo."
        case errors.PermissionDenied():
            return f"Run with sudo, or {OTHER_ENGINE}."
    return ""
