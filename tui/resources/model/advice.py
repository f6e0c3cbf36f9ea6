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
    """An error for the screen: what the client says, then what to do in this program."""
    return f"{error} {advice(error)}".rstrip()


def advice(error: BaseException) -> str:
    """What to do in this program, whole sentences; empty where the error says it itself."""
    from tui.live import outcomes

    match error:
        case errors.ReadOnly():
            return "Start without --read-only to change anything."
        case errors.TlsError():
            return _TLS.get(error.problem, "")
        case errors.ContextUnreadable():
            return "Say --host instead."
        case errors.NoSocket() if error.path:
            return "Is Docker installed and started here? Else name an engine with --host."
        case errors.Refused() if error.path:
            return "Start it: sudo systemctl start docker."
        case errors.PermissionDenied():
            if error.group:
                return f"Join it (sudo usermod -aG {error.group} $USER, then log in again), or run with sudo."
            return f"Run with sudo, or {OTHER_ENGINE}."
        case outcomes.NoShell():
            return "S runs another command in it, l shows its logs, t its processes."
        case outcomes.NothingToAttach():
            return "p lets it go on." if error.paused else "u starts it."
        case outcomes.NoCompose():
            return "u, x and D need none."
    return ""
