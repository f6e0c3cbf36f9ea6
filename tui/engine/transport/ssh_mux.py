"""Client of the control socket of an `ssh` process (OpenSSH's PROTOCOL.mux, version 4).

Forwards sockets and runs commands over an existing SSH connection without a further process. All calls block for a moment.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

VERSION = 4
HELLO = 0x00000001
NEW_SESSION, ALIVE_CHECK, OPEN_FORWARD, CLOSE_FORWARD = 0x10000002, 0x10000004, 0x10000006, 0x10000007
OK, DENIED, FAILED, ALIVE, SESSION_OPENED = 0x80000001, 0x80000002, 0x80000003, 0x80000005, 0x80000006

LOCAL = 1  # a forward that listens on this side
STREAM_LOCAL = 0xFFFFFFFE  # stands in place of a port: the host is the path of a unix socket
NO_ESCAPE = 0xFFFFFFFF

SECONDS = 10.0
"""The longest time for an answer; opening a session takes one round trip."""

LONGEST = 256 * 1024


class MuxError(Exception):
    """The control socket does not answer, or refuses; the message says why, in ssh's words."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a forward leads, seen from the remote host: a unix socket (`port` STREAM_LOCAL), or a host and port."""

    host: str
    port: int = STREAM_LOCAL


class ControlSocket:
    """The control socket at a path."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._requests = itertools.count(1)

    def process(self) -> int:
        """Return the PID of the ssh process. Raises MuxError if none answers."""
        with self._connected() as connection:
            kind, fields = _ask(connection, ALIVE_CHECK, _number(next(self._requests)))
            process: int = struct.unpack(">I", fields[4:8])[0] if kind == ALIVE and len(fields) >= 8 else 0
            return process

    def forward(self, listen: Path, target: Target) -> None:
        """Have ssh listen on a unix socket of this machine; connections to it go to `target`. Raises MuxError."""
        self._change_forward(OPEN_FORWARD, listen, target)

    def end_forward(self, listen: Path, target: Target) -> None:
        """End a forward; its connections continue. Raises MuxError."""
        self._change_forward(CLOSE_FORWARD, listen, target)

    def run(self, command: str, stdin: socket.socket | int, stdout: socket.socket | int) -> socket.socket:
        """Run a command on the remote host; return a connection that ends the command when it is closed. Raises MuxError."""
        connection = self._connect()
        try:
            switches = [0, 0, 0, 0, NO_ESCAPE]  # terminal, X11, agent, subsystem; escape character
            request = _number(next(self._requests)) + _text("") + b"".join(_number(switch) for switch in switches)
            _send(connection, NEW_SESSION, request + _text("dumb") + _text(command))
            with open(os.devnull, "r+b") as nothing:
                for end in (stdin, stdout, nothing):
                    socket.send_fds(connection, [b"\0"], [end if isinstance(end, int) else end.fileno()])
            kind, fields = _receive(connection)
            _check(kind, fields, SESSION_OPENED)
        except BaseException as error:
            connection.close()
            if isinstance(error, OSError):
                raise MuxError(str(error)) from error
            raise
        return connection

    def _change_forward(self, what: int, listen: Path, target: Target) -> None:
        fields = _number(next(self._requests)) + _number(LOCAL) + _text(str(listen)) + _number(STREAM_LOCAL)
        with self._connected() as connection:
            _check(*_ask(connection, what, fields + _text(target.host) + _number(target.port)), OK)

    @contextlib.contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        with contextlib.closing(self._connect()) as connection:
            try:
                yield connection
            except OSError as error:
                raise MuxError(f"ssh does not answer at {self.path}: {error}") from error

    def _connect(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.settimeout(SECONDS)
            connection.connect(str(self.path))
            kind, fields = _receive(connection)
            if kind != HELLO or fields[:4] != _number(VERSION):
                raise MuxError(f"What answers at {self.path} is not an ssh of a version known here")
            _send(connection, HELLO, _number(VERSION))
        except BaseException as error:
            connection.close()
            if isinstance(error, OSError):
                raise MuxError(f"no ssh answers at {self.path}: {error.strerror or error}") from error
            raise
        return connection


def _ask(connection: socket.socket, kind: int, fields: bytes) -> tuple[int, bytes]:
    _send(connection, kind, fields)
    return _receive(connection)


def _check(kind: int, fields: bytes, wanted: int) -> None:
    if kind == wanted:
        return
    length = struct.unpack(">I", fields[4:8])[0] if kind in (DENIED, FAILED) and len(fields) >= 8 else 0
    raise MuxError(fields[8 : 8 + length].decode(errors="replace") or f"ssh answered {kind:#x}")


def _send(connection: socket.socket, kind: int, fields: bytes) -> None:
    connection.sendall(struct.pack(">II", len(fields) + 4, kind) + fields)


def _receive(connection: socket.socket) -> tuple[int, bytes]:
    """Return the type of the next message and its fields. Raises OSError, MuxError."""
    length = struct.unpack(">I", _exactly(connection, 4))[0]
    if not 4 <= length <= LONGEST:
        raise MuxError("What answers is not ssh")
    message = _exactly(connection, length)
    return struct.unpack(">I", message[:4])[0], message[4:]


def _exactly(connection: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        if not (piece := connection.recv(size - len(received))):
            raise MuxError("ssh closed its control socket")
        received += piece
    return received


def _number(value: int) -> bytes:
    return struct.pack(">I", value)


def _text(value: str) -> bytes:
    content = value.encode()
    return _number(len(content)) + content
