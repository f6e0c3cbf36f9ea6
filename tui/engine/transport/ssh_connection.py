"""The SSH connection to an engine's host, with what is forwarded over it. All calls block; they may come from any thread.

Imports little: the first list is read over it before the interface is loaded.
"""

from __future__ import annotations

import itertools
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tui.engine.errors import (
    AddressError,
    ConnectError,
    ConnectionLost,
    EngineError,
    Refused,
    SshError,
    SshLoginFailed,
    one_line,
)
from tui.engine.transport.address import Address
from tui.engine.transport.private_folder import PrivateFolder
from tui.engine.transport.questions import Askpass, Questions
from tui.engine.transport.ssh_mux import MuxError, Target
from tui.engine.transport.ssh_process import Finding, Found, Master, OwnMaster, UsersMaster, users_control_socket
from tui.engine.transport.ssh_words import failure, last_words, no_engine

PING = b"GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n"

USUAL_SOCKET = "/var/run/docker.sock"

LOOK_AGAIN = 0.005
"""Seconds between two looks whether the login is through."""

LOGIN_SECONDS = 60.0
"""The longest time for a login and the look at the host, the user's answers not counted."""

FIND_SECONDS = 2.0
PROBE_SECONDS = 5.0
ENDING = 0.3
"""Seconds within which an ssh whose connections end ends itself, if it does."""


class SshConnection:
    """The connection to one host. `questions` gets what ssh asks; without it ssh asks nothing, and fails instead (BatchMode).

    `engine` is the path of the socket here that leads to the engine, None where each connection needs a command instead.
    """

    def __init__(self, address: Address, questions: Questions | None = None) -> None:
        self.address = address
        self.host = address.host
        self._questions = questions
        self._folder: PrivateFolder | None = None
        self._master: Master | None = None
        self._askpass: Askpass | None = None
        self._found: Found | None = None
        self._by_command = False  # dial-stdio instead of a forwarded socket
        self._starting = threading.Lock()
        self._cancelled = False
        self._closed = False
        self._deadline = 0.0  # of the login, in seconds of `time.monotonic()`
        self._forwards: dict[Path, Target] = {}
        self._numbers = itertools.count(1)

    @property
    def folder(self) -> Path | None:
        """The private folder of the sockets, from the first login on."""
        return self._folder.path if self._folder is not None else None

    @property
    def engine(self) -> Path | None:
        """The socket that leads to the engine; None: see `run_dial_stdio`. Raises SshError while there is no connection."""
        if self._master is None or self._found is None:
            raise SshError(f"There is no SSH connection to {one_line(self.host)} yet.")
        return None if self._by_command else self._path("engine")

    def run_dial_stdio(self, end: socket.socket) -> socket.socket:
        """Connect a socket with the engine by docker's own command on the host.

        Return a connection that ends the command when it is closed. Raises SshError.
        """
        path = self.address.path
        command = f"docker -H unix://{path} system dial-stdio" if path else "docker system dial-stdio"
        try:
            if (master := self._master) is not None:
                return master.control.run(command, end, end)
        except MuxError as error:
            raise SshError(f"{one_line(self.host)} refuses another command over SSH: {one_line(str(error))}.") from None
        raise SshError(f"The SSH connection to {one_line(self.host)} has ended.")

    def forward(self, host: str, port: int) -> Path:
        """Forward a host and port, seen from the remote host, to a new socket here, and again after each login.

        Raises SshError.
        """
        if (master := self._master) is None or self._found is None:
            raise SshError(f"There is no SSH connection to {one_line(self.host)} yet.")
        listen, target = self.new_path(), Target(host, port)
        try:
            self._listen(master, listen, target)
        except MuxError as error:
            words = one_line(str(error))
            raise SshError(f"{one_line(self.host)} does not forward {one_line(host)} port {port}: {words}.") from None
        self._forwards[listen] = target
        return listen

    def end_forward(self, listen: Path) -> None:
        """End a forward; its connections go on."""
        target, master = self._forwards.pop(listen, None), self._master
        if target is not None and master is not None:
            with suppress(MuxError):  # the connection has ended, and the forward with it
                master.control.end_forward(listen, target)

    def new_path(self) -> Path:
        """Return the path for another socket of this connection."""
        return self._path(f"s{next(self._numbers)}")

    def connect(self, first_request: bytes = PING) -> bytes:
        """Log in and find the engine, unless that is done; return its answer to a first request (HTTP 1.0), b"" if it is.

        Raises SshError, NoSocket, PermissionDenied, Refused.
        """
        with self._starting:
            if self._master is not None and self._found is not None and self._master.alive():
                return b""
            self._end_master()
            try:
                return self._start(first_request)
            except BaseException:
                self._end_master()
                raise

    def close(self) -> None:
        """End the connection, also one that is being made, and remove its sockets."""
        self._closed = True
        master = self._master
        if master is not None:
            self._end_forwards(master)
            master.close()
        if self._askpass is not None:
            self._askpass.close()
            self._askpass = None
        if self._folder is not None:
            self._folder.remove()

    def _start(self, first_request: bytes) -> bytes:
        if self._closed:
            raise SshError(f"The SSH connection to {one_line(self.host)} was closed.")
        self._cancelled, self._by_command = False, False
        self._deadline = time.monotonic() + LOGIN_SECONDS
        master = self._master = self._login()
        guess = self.address.path or USUAL_SOCKET
        early = self._early_answer(master, guess, first_request)
        found = Found(Finding.SOCKET, "", guess) if early and self.address.path else self._first_finding(master)
        if (problem := no_engine(self.host, found)) is not None:
            raise problem
        answer = early if found.path == guess else b""
        if found.finding is not Finding.SOCKET:
            self._by_command = True
        elif not answer:
            answer = self._answer_by_forward(master, found.path, first_request)
        if not answer and not self._by_command:
            answer = self._without_forwarding(found, first_request)
        self._found = found
        for listen, target in self._forwards.items():
            with suppress(MuxError):  # its connections say it
                self._listen(master, listen, target)
        return answer

    def _early_answer(self, master: Master, path: str, request: bytes) -> bytes:
        """Ask the engine at a path before the script says where it is, which takes the host's shell a moment.

        The answer counts only if the script says the same path. b"" if there is none.
        """
        while not master.control.path.exists():
            if self._waited(master):
                return b""
        return self._answer_by_forward(master, path, request)

    def _waited(self, master: Master) -> bool:
        """Wait a moment for the login; return whether the script has answered or ended meanwhile."""
        try:
            master.shell.wait(LOOK_AGAIN)
        except TimeoutError:
            self._check_time()
            return False
        return True

    def _check_time(self) -> None:
        """Raise SshError if the login takes too long; the time for the user's answers does not count."""
        if self._askpass is not None and self._askpass.pending:
            self._deadline = time.monotonic() + LOGIN_SECONDS
        elif time.monotonic() > self._deadline:
            raise SshError(f"{one_line(self.host)} did not answer over SSH within {LOGIN_SECONDS:g} s.")

    def _answer_by_forward(self, master: Master, path: str, request: bytes) -> bytes:
        """Forward the engine's socket and return its answer, b"" if that is not possible."""
        try:
            self._listen(master, self._path("engine"), Target(path))
            return self._request(self._path("engine"), request)
        except MuxError as error:
            master.shell.said.append(str(error))
            return b""

    def _login(self) -> Master:
        try:
            self._folder = self._folder or PrivateFolder()
        except OSError as error:
            raise SshError(f"There is no directory for the sockets of SSH: {error}. Set XDG_RUNTIME_DIR.") from None
        if (control := users_control_socket(self.address)) is not None:
            with suppress(MuxError):
                return UsersMaster(self.address, control)
        options: dict[str, str] = {}
        environment: Mapping[str, str] = {}
        if self._questions is None:
            options["BatchMode"] = "yes"
        else:
            if self._askpass is None:
                self._askpass = Askpass(self._folder.path, self.host, self._questions, self._last_words, self._cancel)
            environment = self._askpass.environment
        try:
            return OwnMaster(self.address, self._path("ssh"), environment, options)
        except OSError as error:
            raise AddressError(f"ssh cannot be run: {error.strerror}. Install OpenSSH's client.") from None

    def _first_finding(self, master: Master) -> Found:
        """Wait for the login and the script's first line. Raises SshError."""
        while True:
            try:
                found = master.shell.wait(1.0)
                break
            except TimeoutError:
                self._check_time()
        if self._cancelled:
            raise SshLoginFailed(f"The login to {one_line(self.host)} was cancelled.")
        if found is None:
            raise failure(self.host, [*master.shell.said])
        return found

    def _last_words(self) -> str:
        return last_words([*self._master.shell.said], otherwise="") if self._master is not None else ""

    def _cancel(self) -> None:
        """End ssh after a refused question: ssh would try an empty password next."""
        self._cancelled = True
        if self._master is not None:
            self._master.close()

    def _path(self, name: str) -> Path:
        assert self._folder is not None
        return self._folder.path / name

    @staticmethod
    def _listen(master: Master, listen: Path, target: Target) -> None:
        listen.unlink(missing_ok=True)
        master.control.forward(listen, target)

    @staticmethod
    def _request(path: Path, request: bytes) -> bytes:
        """Return the whole answer to a request, b"" if the connection ends without one."""
        with socket.socket(socket.AF_UNIX) as connection, suppress(OSError):
            connection.settimeout(PROBE_SECONDS)
            connection.connect(str(path))
            return _exchange(connection, request)
        return b""

    def _without_forwarding(self, found: Found, request: bytes) -> bytes:
        """Continue by command after the forwarded socket did not answer, and return the answer. Raises Refused.

        ssh says the same of a socket behind which nothing listens and of a server that forbids to forward it.
        """
        if found.has_docker:
            ours, theirs = socket.socketpair()
            with ours, theirs, suppress(OSError, SshError):
                ours.settimeout(PROBE_SECONDS)
                with self.run_dial_stdio(theirs):
                    theirs.close()
                    if answer := _exchange(ours, request):
                        self._by_command = True
                        return answer
        raise self._nobody_listens(found)

    def _nobody_listens(self, found: Found) -> ConnectError:
        host, path = one_line(self.host), one_line(found.path)
        other = "" if found.has_docker else ", or sshd forbids to forward sockets"
        return Refused(f"The socket {path} is on {host}, but no engine answers behind it{other}.", path=path, host=host)

    def _end_master(self) -> None:
        master, self._master, self._found = self._master, None, None
        if master is not None:
            self._end_forwards(master)
            master.close()

    def _end_forwards(self, master: Master) -> None:
        """Take back what the user's own connection listens to for this program; its own end with their process."""
        if not isinstance(master, UsersMaster) or self._found is None or self._folder is None:
            return
        forwards = dict(self._forwards)
        if self._found.finding is Finding.SOCKET:
            forwards[self._path("engine")] = Target(self._found.path)
        for listen, target in forwards.items():
            with suppress(MuxError):
                master.control.end_forward(listen, target)

    def explain(self, error: EngineError) -> EngineError:
        """Return the end of the SSH connection, or of the engine behind it, as the reason of a loss, else `error`."""
        master, found = self._master, self._found
        if master is None or found is None or not isinstance(error, (ConnectionLost, ConnectError)):
            return error
        if not master.alive(ENDING):
            words = last_words(master.shell.last_lines(ENDING))
            return ConnectionLost(f"The SSH connection to {one_line(self.host)} ended: {words}.")
        if self._by_command:
            return error
        master.shell.look_again()
        with suppress(TimeoutError):
            now = master.shell.wait(FIND_SECONDS)
            if now is not None and (problem := no_engine(self.host, now)) is not None:
                return problem
            if now is not None and not self._request(self._path("engine"), PING):
                return self._nobody_listens(now)
        return error


def _exchange(connection: socket.socket, request: bytes) -> bytes:
    """Send a request and return all that comes back. Raises OSError."""
    answer = b""
    connection.sendall(request)
    while piece := connection.recv(1 << 18):
        answer += piece
    return answer
