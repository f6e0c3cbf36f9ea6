"""The SSH login before the interface: ssh's questions are asked on the terminal, and the first list is read.

What takes longer goes on while the interface starts, which then asks in dialogs.
"""

from __future__ import annotations

import os
import queue
import sys
import termios
import threading
import time
from collections.abc import Iterable

from tui.engine.errors import EngineError, SshLoginFailed
from tui.engine.sealed import Sealed
from tui.engine.transport.address import Address
from tui.engine.transport.questions import Kind, Question, Questions
from tui.engine.transport.ssh_connection import SshConnection
from tui.output import say

PATIENCE = 3.0
"""Seconds without a question after which the interface starts, however far the login is."""

SAID_AFTER = 0.5
"""Seconds after which a line says what is waited for."""


class Login:
    """A login under way or done. `answer` is the engine's answer to the first request, b"" if there is none yet."""

    def __init__(self, address: Address) -> None:
        self.questions = Questions()
        self.connection = SshConnection(address, self.questions)
        self.answer = b""
        self.error: EngineError | None = None
        self.crash: BaseException | None = None
        self._done = threading.Event()
        self._news: queue.SimpleQueue[Question | None] = queue.SimpleQueue()

    def start(self, first_request: bytes) -> None:
        """Log in and send a request in the background. What ssh asks waits for `ask`, or for the interface."""
        threading.Thread(target=self._connect, args=(first_request,), name="ssh login", daemon=True).start()

    def wait(self, seconds: float) -> None:
        """Wait until the login is done, not longer than this."""
        self._done.wait(max(0.0, seconds))

    def ask(self) -> None:
        """Ask on the terminal what ssh asks; returns once the login is done, or after `PATIENCE` without a question.

        Raises SshLoginFailed if the login was refused or cancelled, KeyboardInterrupt after ctrl+c.
        """
        self.questions.handle(self._news.put)
        try:
            _import_ahead()
            self._ask_until_done()
        except BaseException:
            self.connection.close()
            raise
        self.questions.handle(None)
        if isinstance(self.error, SshLoginFailed):
            self.connection.close()
            raise self.error

    def _connect(self, first_request: bytes) -> None:
        try:
            self.answer = self.connection.connect(first_request)
        except EngineError as error:  # the interface tries again and says why
            self.error = error
        except BaseException as error:
            self.crash = error
        finally:
            self._done.set()
            self._news.put(None)

    def _ask_until_done(self) -> None:
        began, said = time.monotonic(), False
        while (left := began + (PATIENCE if said else SAID_AFTER) - time.monotonic()) > 0 or not said:
            try:
                question = self._news.get(timeout=max(left, 0.0))
            except queue.Empty:
                if not said:
                    said = True
                    say(f"Connecting to {self.connection.host} over SSH (ctrl+c: quit)")
                continue
            if question is None:
                return
            ask_on_terminal(question)
            began, said = time.monotonic(), True


def _import_ahead() -> None:
    """Import what reads and draws the first list, while the login takes its time."""
    import tui.engine.objects.containers
    import tui.engine.transport.decoding
    import tui.live.containers.container
    import tui.resources.containers.containers
    import tui.resources.model.column_layout
    import tui.resources.model.list_model  # noqa: F401


def ask_on_terminal(question: Question) -> None:
    """Show a question on the terminal, and pass on what is typed; a secret is not echoed. ctrl+d refuses."""
    lines = [*([question.note] if question.note else ()), *question.text.splitlines()]
    if question.kind is Kind.NOTICE:
        _say_all(lines)
        return
    if question.kind is Kind.CONFIRM:
        lines.append("Type yes to go on:")
    typed = _read_line(lines, hidden=question.kind is Kind.SECRET)
    if typed is None:
        question.refuse()
    elif question.kind is Kind.SECRET:
        question.answer(Sealed(typed))
    elif typed.strip().lower() in (b"yes", b"y"):
        question.confirm()
    else:
        question.refuse()


def _say_all(lines: Iterable[str]) -> None:
    for line in lines:
        say(line)


def _read_line(prompt: Iterable[str], *, hidden: bool) -> bytes | None:
    """Return a typed line, None at the end of input. The terminal's settings are restored in any case.

    The echo is off before the prompt is seen, so that nothing typed after it is echoed or discarded.
    """
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    changed = termios.tcgetattr(terminal)
    if hidden:
        changed[3] &= ~termios.ECHO
        changed[3] |= termios.ECHONL
    termios.tcsetattr(terminal, termios.TCSAFLUSH if hidden else termios.TCSADRAIN, changed)
    try:
        _say_all(prompt)
        line = os.read(terminal, 4096)
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
    return line.rstrip(b"\r\n") if line else None
