"""Questions of ssh to the user: host keys, passwords, passphrases, one-time codes (SSH_ASKPASS).

ssh runs a helper, which passes the question through a socket in a private folder to a thread here.
"""

from __future__ import annotations

import os
import shlex
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from pathlib import Path

from tui.engine.printable import clean, one_line
from tui.engine.sealed import Sealed

HELPER = Path(__file__).with_name("askpass_helper.py")
LONGEST = 64 * 1024


class Kind(Enum):
    """What is asked for."""

    SECRET = "a password, a passphrase or a one-time code"
    CONFIRM = "yes or no"
    NOTICE = "nothing: a security key waits to be touched"


class Question:
    """One question. It is answered once, from any thread; `on_end` is called when it needs no answer any more."""

    def __init__(self, host: str, kind: Kind, text: str, note: str, connection: socket.socket) -> None:
        self.host = host
        self.kind = kind
        self.text = text
        """In ssh's words; several lines for a host key."""
        self.note = note
        """What ssh said before, such as that a password was wrong; "" for nothing."""
        self.refused = False
        self._connection = connection
        self._lock = threading.Lock()
        self._over = False
        self._listeners: list[Callable[[], object]] = []

    def answer(self, secret: Sealed) -> None:
        """Give the answer."""
        self._end(b"+" + secret.reveal())

    def confirm(self) -> None:
        """Answer yes."""
        self.answer(Sealed(b"yes"))

    def refuse(self) -> None:
        """Give no answer, which ends the login."""
        self.refused = True
        self._end(b"")

    def on_end(self, notify: Callable[[], object]) -> None:
        """Have `notify` called, from any thread, when the question has been answered or withdrawn; at once if it has."""
        with self._lock:
            if not self._over:
                self._listeners.append(notify)
                return
        notify()

    def _end(self, content: bytes) -> None:
        with suppress(OSError):  # withdrawn meanwhile
            self._connection.sendall(content)
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)  # wakes `wait`

    def wait(self) -> None:
        """Block until the question is answered, or withdrawn because ssh gave up."""
        with suppress(OSError):
            self._connection.recv(1)
        self._connection.close()
        with self._lock:
            self._over = True
            listeners, self._listeners = self._listeners, []
        for notify in listeners:
            notify()


class Questions:
    """Where questions go: to the handler of the moment. Without one they wait for the next handler."""

    def __init__(self, handler: Callable[[Question], object] | None = None) -> None:
        self._handler = handler
        self._waiting: list[Question] = []
        self._lock = threading.Lock()

    def ask(self, question: Question) -> None:
        """Hand a question to the handler; returns before it is answered."""
        with self._lock:
            handler = self._handler
            if handler is None:
                self._waiting.append(question)
                return
        handler(question)

    def handle(self, handler: Callable[[Question], object] | None) -> None:
        """Set the handler, which is called in any thread and must not block; it gets what waits."""
        with self._lock:
            self._handler = handler
            waiting, self._waiting = (self._waiting, []) if handler else ([], self._waiting)
        for question in waiting:
            if handler is not None:
                handler(question)


class Askpass:
    """The socket for ssh's questions. `note` returns what ssh said last; `refused` is called when a question is refused."""

    def __init__(
        self, folder: Path, host: str, questions: Questions, note: Callable[[], str], refused: Callable[[], object]
    ) -> None:
        self._host = host
        self._questions = questions
        self._note = note
        self._refused = refused
        self._socket = folder / "ask"
        self._program = folder / "askpass"
        self._open: set[Question] = set()
        if not self._program.exists():
            # the one-file program has no Python beside it, and runs the helper itself (release/launch.py)
            helper = [] if getattr(sys, "frozen", False) else ["-I", "-S", str(HELPER)]
            words = shlex.join([sys.executable, *helper])
            self._program.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
            self._program.chmod(0o700)
        self._socket.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self._socket))
        self._listener.listen()
        threading.Thread(target=self._serve, name="ssh questions", daemon=True).start()

    @property
    def environment(self) -> dict[str, str]:
        """The variables for ssh, so that it asks here."""
        display = os.environ.get("DISPLAY") or ":0"  # OpenSSH before 8.4 asks through a program only where there is a display
        return {
            "SSH_ASKPASS": str(self._program),
            "SSH_ASKPASS_REQUIRE": "force",
            "LONGSHORE_ASKPASS": str(self._socket),
            "DISPLAY": display,
        }

    @property
    def pending(self) -> bool:
        """Whether a question waits for the user."""
        return bool(self._open)

    def close(self) -> None:
        """Take no further question."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):  # closed
            while True:
                connection = self._listener.accept()[0]
                threading.Thread(target=self._ask, args=(connection,), name="ssh question", daemon=True).start()

    def _ask(self, connection: socket.socket) -> None:
        content = b""
        while content.count(b"\0") < 2 and len(content) < LONGEST and (piece := connection.recv(4096)):
            content += piece
        hint, _, text = content.decode(errors="replace").rstrip("\0").partition("\0")
        kind = Kind.NOTICE if hint == "none" else Kind.CONFIRM if hint == "confirm" or "(yes/no" in text else Kind.SECRET
        question = Question(self._host, kind, clean(text).strip(), one_line(self._note()), connection)
        self._open.add(question)
        try:
            self._questions.ask(question)
            question.wait()
        finally:
            self._open.discard(question)
        if question.refused:
            self._refused()
