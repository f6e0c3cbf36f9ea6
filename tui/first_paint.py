"""The first list, drawn over a plain socket while the interface is still being imported.

Importing Textual takes longer than everything else before the first container's name is shown. So the list is read and drawn
here with little more than the standard library, and the interface takes over with the same rows.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tui.engine.in_time import in_time
from tui.exit_signals import before_death
from tui.output import paint

if TYPE_CHECKING:
    from tui.config import Config
    from tui.engine.transport.address import Address
    from tui.first_keys import FirstKeys
    from tui.live.containers.container import Container
    from tui.options import Start
    from tui.ssh_login import Login

PATIENCE = 0.25
"""Seconds that the engine has for the first list; for a slower one the interface waits, which can be quit at any time."""

CURSOR = "1;48;5;24"
"""The look of the cursor's row (SGR), like that of the interface."""

_NO_KEY = b"\0"  # _POSIX_VDISABLE
_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l\x1b[H\x1b[2J", "\x1b[?1049l\x1b[?25h"


class FirstPaint:
    """The state before the interface: the rows drawn, and the terminal to be handed over or restored."""

    def __init__(self) -> None:
        self.rows: Sequence[Container] = ()
        self.answered = False
        """Whether the engine listed its containers, perhaps none."""
        self.keys: FirstKeys | None = None
        """The keys pressed on the list; None if no row is shown."""
        self.crash: Exception | None = None
        """An error of the program while reading or drawing: the interface starts without the first list."""
        self.login: Login | None = None
        """The SSH login, for an engine over SSH."""
        self._terminal: list[Any] | None = None
        self._entered = False

    def prepare(self) -> None:
        """Switch to the alternate screen; keys typed from now on wait in the terminal's buffer, without echo."""
        self._terminal = termios.tcgetattr(sys.stdin.fileno())
        for number in (signal.SIGTERM, signal.SIGHUP):  # until the interface handles them
            signal.signal(number, lambda *_: sys.exit())
        signal.signal(signal.SIGTSTP, lambda *_: self._stop())
        before_death(self.restore)
        silent = termios.tcgetattr(sys.stdin.fileno())
        silent[0] &= ~termios.ICRNL  # Enter stays CR
        silent[3] &= ~(termios.ECHO | termios.ICANON)
        for key in (termios.VSUSP, termios.VQUIT):  # ctrl+z and ctrl+\ wait too
            silent[6][key] = _NO_KEY
        termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, silent)
        self._entered = True
        paint(_ENTER)

    def show(self, config: Config, *, keys: bool) -> None:
        """Draw the rows; with `keys`, obey those that move the cursor from now on."""
        from tui.first_keys import FirstKeys
        from tui.first_list import FirstList

        size = os.get_terminal_size(sys.stdout.fileno())
        colours = not os.environ.get("NO_COLOR")
        look = CURSOR if colours and "256color" in os.environ.get("TERM", "") else "7"
        shown = FirstList(self.rows, size.columns, size.lines, wide=config.wide, colours=colours, cursor=look)
        paint(shown.screen())
        if keys:
            self.keys = FirstKeys(shown, sys.stdin.fileno())

    def _stop(self) -> None:
        """Handle SIGTSTP: restore the terminal for the shell until the job continues."""
        prepared = self._terminal is not None
        self.restore()
        os.kill(os.getpid(), signal.SIGSTOP)
        if prepared:
            self.prepare()

    def hand_over(self) -> list[Any] | None:
        """Hand the terminal over to the interface; return the settings it has to restore, if they were changed here.

        The settings stay until the interface changes them, so that keys typed in between are neither echoed nor lost.
        """
        self._entered = False
        settings, self._terminal = self._terminal, None
        return settings

    def restore(self) -> None:
        """Restore the terminal's screen and settings."""
        if self.keys is not None:
            self.keys.take_over()
        if self._entered:
            self._entered = False
            paint(_LEAVE)
        if self._terminal is not None:
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, self._terminal)
            self._terminal = None


@contextmanager
def first_list(addresses: Sequence[Address], start: Start, config: Config) -> Iterator[FirstPaint]:
    """Draw the containers, if the program starts with those of one engine and the engine is fast; the terminal is restored in
    any case."""
    first_paint = FirstPaint()
    if len(addresses) == 1 and addresses[0].scheme == "ssh":
        from tui.ssh_login import Login

        first_paint.login = Login(addresses[0])
        first_paint.login.begin(request(addresses[0]))
    try:
        if len(addresses) == 1 and (not start.words or start.words[0] == "containers"):
            first_paint.prepare()
            try:
                found = rows_of(first_paint.login.answer) if first_paint.login else read(addresses[0])
                first_paint.answered = found is not None
                first_paint.rows = found or ()
                if first_paint.rows:
                    first_paint.show(config, keys=not config.keys and not start.words[1:])
            except Exception as error:
                first_paint.rows, first_paint.crash = (), error
        yield first_paint
    finally:
        first_paint.restore()
        if first_paint.login is not None:
            first_paint.login.connection.close()


def read(address: Address) -> Sequence[Container] | None:
    """Return the engine's containers (`ContainerList`); None on an error, which the interface reports after its own try."""
    from tui.engine.errors import EngineError

    try:
        return rows_of(_ask(address))
    except (OSError, EngineError):
        return None


def rows_of(answer: bytes) -> Sequence[Container] | None:
    """Return the containers in an engine's answer, None if it has none."""
    from tui.engine.errors import EngineError
    from tui.engine.objects.containers import ContainerSummary
    from tui.engine.transport.decoding import decode_list
    from tui.live.clock import CLOCK
    from tui.live.containers.container import from_summary

    head, _, body = answer.partition(b"\r\n\r\n")
    if b" 200 " not in head.partition(b"\r\n")[0]:
        return None
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"date:"):
            CLOCK.read_date(line[5:].decode(errors="replace"))
    try:
        return [from_summary(summary) for summary in decode_list(body, ContainerSummary)]
    except EngineError:
        return None


def request(address: Address) -> bytes:
    """Return the request for the list. HTTP 1.0: the answer has no chunks and ends with the connection."""
    headers = "".join(f"{name}: {value}\r\n" for name, value in address.headers)
    return f"GET {address.base}/containers/json?all=1 HTTP/1.0\r\nHost: docker\r\n{headers}\r\n".encode()


def _ask(address: Address) -> bytes:
    """Return the whole answer to the list request. Raises OSError, also after `PATIENCE` seconds."""
    family = socket.AF_UNIX if address.scheme == "unix" else socket.AF_INET
    pieces: list[bytes] = []
    late = time.monotonic() + PATIENCE
    if address.scheme == "tcp":
        connection = socket.create_connection(_resolved(address.host, address.port), PATIENCE)
    else:
        connection = socket.socket(family)
        connection.settimeout(PATIENCE)
        in_time(lambda: connection.connect(address.path), PATIENCE)
    if address.tls is not None:
        from tui.engine.transport.tls import client_context

        connection = client_context(address.tls).wrap_socket(connection, server_hostname=address.host)
    with connection:
        connection.sendall(request(address))
        while piece := connection.recv(1 << 18):
            pieces.append(piece)
            if time.monotonic() > late:
                raise TimeoutError
    return b"".join(pieces)


def _resolved(host: str, port: int) -> tuple[str, int]:
    """Return the first IP address of a host, with the port. Raises OSError, also if the name server is too slow."""
    found = in_time(lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM), PATIENCE)
    return str(found[0][4][0]), port
