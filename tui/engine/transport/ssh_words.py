"""What ssh says when it fails, and what the remote host says about its engine, as errors of the client."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tui.engine.errors import ConnectError, NoSocket, PermissionDenied, SshError, SshLoginFailed, one_line, sentence
from tui.engine.transport.ssh_process import Finding, Found

_LOGIN = re.compile(r"Permission denied|Too many authentication failures|No more authentication methods|incorrect passphrase")
_NO_HOST = re.compile(r"Could not resolve hostname")
_OFFENDING = re.compile(r"Offending .* in (\S+:\d+)")
_KEY = re.compile(r"Host key verification failed|REMOTE HOST IDENTIFICATION HAS CHANGED|No .* host key is known")
_UNREACHABLE = re.compile(
    r"Connection refused|timed out|No route to host|Network is unreachable|Connection closed|reset by peer"
)
_NOISE = re.compile(r"^(?:@+|debug\d: .*|Warning: Permanently added .*|channel \d+: .*|\*\* .*)$")


def last_words(said: Iterable[str], otherwise: str = "ssh gave no reason") -> str:
    """Return what ssh said last that is more than a notice, as a part of a sentence; `otherwise` if there is nothing."""
    words = [sentence(line).removeprefix("ssh: ").rstrip(".") for line in said if line and not _NOISE.match(line)]
    return words[-1] if words else otherwise


def failure(host: str, said: Sequence[str]) -> SshError:
    """Return the error of an ssh that ended before the login was through. `said` are its last lines."""
    host, lines = one_line(host), [sentence(line) for line in said]
    text = "\n".join(lines)
    last = last_words(lines)
    if _KEY.search(text):
        offending = _OFFENDING.search(text)
        if offending:
            return SshLoginFailed(
                f"The host key of {host} is not the one in {offending[1]}: another machine answers, or the key was changed. "
                f"Ask who runs it, then remove the old key: ssh-keygen -R {host}."
            )
        return SshLoginFailed(f"The host key of {host} is not accepted: {last}.")
    if _LOGIN.search(text):
        return SshLoginFailed(f"{host} refuses the SSH login: {last}. Check the user and the key (ssh {host}).")
    if _NO_HOST.search(text):
        return SshError(f"There is no host {host}: {last}. Check the address, or ssh_config.")
    if _UNREACHABLE.search(last):
        return SshError(f"No SSH connection to {host}: {last}. Check the address, the network and its SSH server.")
    return SshError(f"No SSH connection to {host}: {last}.")


def no_engine(host: str, found: Found) -> ConnectError | None:
    """Return why the engine on the host cannot be used; None if it can."""
    host, path = one_line(host), one_line(found.path)
    if found.finding is Finding.DENIED:
        group = one_line(found.detail)
        line = f"You may not use {path} on {host}: it belongs to the group {group}."
        return PermissionDenied(line, group="" if group in ("root", "wheel") else group, host=host)
    if found.finding is Finding.MISSING:
        what = f"There is no socket {path} on {host}." if path else f"No engine's socket is found on {host}."
        return NoSocket(what, path=path or "docker.sock", host=host)
    if found.finding is Finding.ELSEWHERE and not found.has_docker:
        return SshError(
            f"Docker on {host} is set to {path}, which needs a docker command there. Name the socket in the address."
        )
    return None
