"""An SSH server of the tests' own on 127.0.0.1, and the `ssh` that reaches it.

    with sshd(folder) as server:
        monkeypatch.setenv("PATH", server.path)
        ... ssh://engine-host/path/to/engine.sock

`server.path` begins with a folder with an `ssh` that reads the configuration of the tests only.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.engines.packages import EngineError, install_system_packages, why_not
from tests.waiting import until

HOST = "engine-host"
USER, PASSWORD = "longshore-test", "correct horse"
SSHD = "/usr/sbin/sshd"


@dataclass
class Sshd:
    """A server: `settings` are lines of its configuration beside the fixed ones; change them before `restart`."""

    folder: Path
    port: int
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """The address of the host, without the path of a socket."""
        return f"ssh://{HOST}"

    @property
    def path(self) -> str:
        """PATH with the ssh of the tests."""
        return f"{self.folder / 'bin'}:{os.environ['PATH']}"

    @property
    def log(self) -> str:
        """What the server has said."""
        return (self.folder / "log").read_text(errors="replace")

    def start(self) -> None:
        """Start the server, and wait until it listens."""
        lines = {
            "Port": str(self.port),
            "ListenAddress": "127.0.0.1",
            "HostKey": str(self.folder / "host"),
            "AuthorizedKeysFile": str(self.folder / "key.pub"),
            "PasswordAuthentication": "no",
            "PermitRootLogin": "yes",
            "StrictModes": "no",
            "UsePAM": "no",
            "PidFile": "none",
            "MaxStartups": "100",
            **self.settings,
        }
        (self.folder / "sshd_config").write_text("".join(f"{name} {value}\n" for name, value in lines.items()))
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [SSHD, "-D", "-e", "-f", self.folder / "sshd_config"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until(self._listens, "sshd to listen")

    def stop(self) -> None:
        """End the server and all its connections, as when the host goes down."""
        if self.process is not None:
            connections = self.processes()
            self.process.kill()
            self.process.wait()
            self.process = None
            for each in connections:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(each, signal.SIGKILL)

    def processes(self) -> list[int]:
        """Return the processes of the connections, without what runs in them."""
        assert self.process is not None
        children: dict[int, list[int]] = {}
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                name, _, rest = (folder / "stat").read_text().rpartition(")")
                if name.endswith("(sshd"):
                    children.setdefault(int(rest.split()[1]), []).append(int(folder.name))
        found = list(children.get(self.process.pid, []))
        for each in found:
            found += children.get(each, [])
        return found

    def restart(self, **settings: str) -> None:
        """End everything and start with other settings."""
        self.stop()
        self.settings = settings
        self.start()

    def connections(self) -> int:
        """Return the number of TCP connections to the server."""
        port = f":{self.port:04X}"
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return sum(row[1].endswith(port) and row[3] == "01" for row in rows)  # 01: established

    def trust(self, key: str | None = None) -> None:
        """Have the tests' ssh know the host's key, or `key` in its place."""
        words = key or " ".join((self.folder / "host.pub").read_text().split()[:2])
        (self.folder / "known_hosts").write_text(f"[127.0.0.1]:{self.port} {words}\n")

    def distrust(self) -> None:
        """Have the tests' ssh know no key."""
        (self.folder / "known_hosts").write_text("")

    def configure(self, **options: str) -> None:
        """Write the configuration of the tests' ssh; `options` beside the usual ones, or in their place."""
        lines = {
            "HostName": "127.0.0.1",
            "Port": str(self.port),
            "IdentityFile": str(self.folder / "key"),
            "IdentitiesOnly": "yes",
            "UserKnownHostsFile": str(self.folder / "known_hosts"),
            "GlobalKnownHostsFile": "/dev/null",
            **options,
        }
        text = "".join(f"  {name} {value}\n" for name, value in lines.items())
        (self.folder / "ssh_config").write_text(f"Host {HOST}\n{text}")

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@contextlib.contextmanager
def sshd(folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[Sshd]:
    """Run a server with keys of its own in a folder. Raises EngineError where that is not possible."""
    if not Path(SSHD).exists() or not shutil.which("ssh-keygen"):
        if reason := why_not():
            raise EngineError(f"no SSH server is installed, and {reason}")
        install_system_packages(("openssh-server", "openssh-client"))
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    for name in ("host", "key"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True, timeout=30)
    ssh = folder / "bin" / "ssh"
    ssh.parent.mkdir()
    ssh.write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {folder / "ssh_config"} "$@"\n')
    ssh.chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Sshd(folder, port, dict(settings or {}))
    server.configure()
    server.trust()
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextlib.contextmanager
def user_with_password() -> Iterator[None]:
    """Have a user of this machine that can log in with PASSWORD, and by no key."""
    digest = subprocess.run(
        ["openssl", "passwd", "-6", "-stdin"], input=PASSWORD, capture_output=True, text=True, check=True, timeout=30
    ).stdout.strip()
    subprocess.run(["useradd", "--no-create-home", "--shell", "/bin/sh", "--password", digest, USER], check=True, timeout=30)
    try:
        yield
    finally:
        subprocess.run(["userdel", "--force", USER], check=True, capture_output=True, timeout=30)
