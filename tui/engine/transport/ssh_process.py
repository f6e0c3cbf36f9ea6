"""One SSH connection: a process `ssh` of this program's own, or one that the user runs already (ControlMaster).

Either way a small shell script runs on the remote host. It says where the engine is, and says it again for each line it reads.
At the end of its input, which also comes when this program is killed, it ends, and with it this program's own connection.
"""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import IO, Protocol

from tui.engine.transport.address import Address
from tui.engine.transport.ssh_mux import ControlSocket, MuxError

CONNECT_SECONDS = 10
ALIVE_INTERVAL, ALIVE_COUNT = 4, 2
"""Seconds between ssh's checks of a silent line, and unanswered ones that end it: noticed after 12 s."""

CONFIGURATION_SECONDS = 5.0
"""The longest time for `ssh -G`."""

KEPT_LINES = 30

OPTIONS = {
    "ControlMaster": "yes",
    "ControlPersist": "no",
    "ServerAliveInterval": str(ALIVE_INTERVAL),
    "ServerAliveCountMax": str(ALIVE_COUNT),
    "ConnectTimeout": str(CONNECT_SECONDS),
    "ClearAllForwardings": "yes",
    "ForwardAgent": "no",
    "ForwardX11": "no",
    "PermitLocalCommand": "no",
    "RemoteCommand": "none",
    "StreamLocalBindMask": "0177",
    "StreamLocalBindUnlink": "yes",
    "ExitOnForwardFailure": "no",
    "LogLevel": "INFO",
    "IgnoreUnknown": "StdinNull,ForkAfterAuthentication,SessionType",  # OpenSSH before 8.7
    "StdinNull": "no",
    "ForkAfterAuthentication": "no",
    "SessionType": "default",
}

MARK = "LONGSHORE"

# In one line and without single quotes, for the login shell, which may be csh or fish. $1 is the path in the address. Where the
# engine is at its usual place, no process is started: each takes longer than all else on a busy host.
SCRIPT = (
    "usable() { "
    '[ -S "$1" ] || return 1; [ -r "$1" ] && [ -w "$1" ] && { echo "MARK socket $c $1"; return 0; }; '
    '[ -n "$d" ] || d=$1; return 1; }; '
    "named() { "
    '[ -r "$1" ] && while read -r l || [ -n "$l" ]; do case $l in *currentContext*) return 0;; esac; done < "$1"; '
    "return 1; }; "
    "look() { "
    "c=0; command -v docker >/dev/null 2>&1 && c=1; "
    "p=$1; t=; "
    '[ -n "$p" ] || t=$DOCKER_HOST; '
    'if [ -z "$p$t" ] && [ $c = 1 ] && { [ -n "$DOCKER_CONTEXT" ] || '
    'named "${DOCKER_CONFIG:-$HOME/.docker}/config.json"; }; then '
    't=$(docker context inspect --format "{{.Endpoints.docker.Host}}" 2>/dev/null); fi; '
    'case $t in unix://*) p=${t#unix://};; ?*) echo "MARK elsewhere $c $t"; return;; esac; '
    "d=; "
    'usable "${p:-/var/run/docker.sock}" && return; '
    'if [ -z "$p" ]; then r=${XDG_RUNTIME_DIR:-/run/user/$(id -u)}; '
    'for s in "$r/docker.sock" "$HOME/.docker/run/docker.sock" "$HOME/.docker/desktop/docker.sock" '
    '"$r/podman/podman.sock" /run/podman/podman.sock; do usable "$s" && return; done; fi; '
    '[ -z "$d" ] || { f=$d; set -- $(ls -ldL "$f"); echo "MARK denied $4 $f"; return; }; '
    'echo "MARK missing $c $p"; }; '
    'look "$1"; while read -r x; do look "$1"; done'
).replace("MARK", MARK)


class Finding(Enum):
    """What the script says."""

    SOCKET = "socket"  # usable; `detail` is whether there is a docker command, `path` the socket's
    DENIED = "denied"  # not for this user; `detail` is the group that may
    ELSEWHERE = "elsewhere"  # docker's configuration there names an engine that is not behind a socket
    MISSING = "missing"  # no socket; `path` is the one in the address, if any


FINDINGS = frozenset(finding.value for finding in Finding)


@dataclass(frozen=True, slots=True)
class Found:
    """Where the engine is on the remote host."""

    finding: Finding
    detail: str
    path: str

    @property
    def has_docker(self) -> bool:
        """Whether there is a docker command on the host."""
        return self.finding is not Finding.DENIED and self.detail == "1"

    @classmethod
    def parse(cls, line: str) -> Found | None:
        """Read a line of the script; None for any other line, such as a greeting."""
        mark, _, rest = line.partition(" ")
        finding, _, rest = rest.partition(" ")
        detail, _, path = rest.partition(" ")
        return cls(Finding(finding), detail, path) if mark == MARK and finding in FINDINGS else None


class RemoteShell:
    """The script on the remote host. `said` are the last lines of ssh and of the host that are not the script's."""

    def __init__(self, output: IO[bytes], entry: IO[bytes]) -> None:
        self._entry = entry
        self._output = output
        self._answers: list[Found] = []
        self._asked = 1  # it looks once by itself
        self._news = threading.Condition()
        self.ended = False
        self.said: deque[str] = deque(maxlen=KEPT_LINES)
        threading.Thread(target=self._read, name="ssh output", daemon=True).start()

    def _read(self) -> None:
        with suppress(OSError, ValueError):  # closed
            for line in self._output:
                text = line.decode(errors="replace").rstrip("\r\n")
                found = Found.parse(text)
                if found is None and text.strip():
                    self.said.append(text)
                elif found is not None:
                    with self._news:
                        self._answers.append(found)
                        self._news.notify_all()
        with self._news:
            self.ended = True
            self._news.notify_all()

    def last_lines(self, seconds: float) -> list[str]:
        """Return `said` once the output has ended, which is after the process has; at the latest after `seconds`."""
        with self._news:
            self._news.wait_for(lambda: self.ended, seconds)
        return [*self.said]

    def wait(self, seconds: float) -> Found | None:
        """Return the answer to the last question, None at the end of the script. Raises TimeoutError after `seconds`."""
        with self._news:
            if not self._news.wait_for(lambda: self.ended or len(self._answers) >= self._asked, seconds):
                raise TimeoutError
            return self._answers[-1] if len(self._answers) >= self._asked else None

    def look_again(self) -> None:
        """Have the script look again; `wait` returns what it says."""
        self._asked += 1
        with suppress(OSError, ValueError):  # at its end, `wait` returns None
            self._entry.write(b"\n")
            self._entry.flush()


class Master(Protocol):
    """An SSH connection."""

    control: ControlSocket
    shell: RemoteShell

    def alive(self, patience: float = 0.0) -> bool:
        """Whether the connection is still there; an end within `patience` seconds is waited for."""

    def close(self) -> None:
        """End the connection, or this program's use of the user's."""


class OwnMaster:
    """A process `ssh` of this program. Raises OSError if ssh is not installed."""

    def __init__(self, address: Address, control: Path, environment: Mapping[str, str], options: Mapping[str, str]) -> None:
        self.control = ControlSocket(control)
        control.unlink(missing_ok=True)
        words = [word for name, value in {**OPTIONS, **options}.items() for word in ("-o", f"{name}={value}")]
        self._process = subprocess.Popen(
            ["ssh", *words, "-T", "-S", str(control), *destination(address), script(address)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
            start_new_session=True,  # ctrl+c and ctrl+z are not for ssh, and it must not ask on the terminal
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.shell = RemoteShell(self._process.stdout, self._process.stdin)

    def alive(self, patience: float = 0.0) -> bool:
        """Whether the process runs."""
        try:
            self._process.wait(patience) if patience else self._process.poll()
        except subprocess.TimeoutExpired:
            return True
        return self._process.returncode is None

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()


class UsersMaster:
    """A connection of the user's own (`ControlMaster` in ssh_config). Raises MuxError if it refuses."""

    def __init__(self, address: Address, control: Path) -> None:
        self.control = ControlSocket(control)
        ours, theirs = socket.socketpair()
        with theirs:
            self._session = self.control.run(script(address), theirs, theirs)
        self._ours = ours
        self.shell = RemoteShell(ours.makefile("rb"), ours.makefile("wb"))

    def alive(self, patience: float = 0.0) -> bool:
        """Whether its process answers."""
        try:
            return self.control.process() > 0
        except MuxError:
            return False

    def close(self) -> None:
        """End the script. The connection stays."""
        with suppress(OSError):
            self._ours.shutdown(socket.SHUT_RDWR)
        self._ours.close()
        self._session.close()


def destination(address: Address) -> Sequence[str]:
    """Return ssh's arguments for an address; no part of it can be taken for an option."""
    user = ("-l", address.user) if address.user else ()
    port = ("-p", str(address.port)) if address.port else ()
    return (*user, *port, "--", address.host)


def script(address: Address) -> str:
    """Return the remote command."""
    return f"exec sh -c '{SCRIPT}' longshore {shlex.quote(address.path)}"


def users_control_socket(address: Address) -> Path | None:
    """Return the control socket of a connection of the user's own to this host, None if there is none."""
    try:
        printed = subprocess.run(
            ["ssh", "-G", *destination(address)],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=CONFIGURATION_SECONDS,
            check=False,
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    for line in printed.decode(errors="surrogateescape").splitlines():
        name, _, value = line.partition(" ")
        if name == "controlpath" and value != "none":
            with suppress(MuxError):
                ControlSocket(Path(value)).process()
                return Path(value)
    return None
