"""The terminal's driver: writes at the terminal's pace, and reads keys with the bytes that they came as.

A frame waits until the one before it is out. On a slow link there are fewer frames, never older ones.
"""

from __future__ import annotations

import os
import selectors
import sys
import threading
import time
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable
from queue import SimpleQueue
from typing import IO, Any, Protocol, runtime_checkable

from textual.message import Message

from tui.terminal_background import TerminalBackground
from tui.widgets.textual_internals.character_widths import CharacterWidths
from tui.widgets.textual_internals.keyboard import Keyboard
from tui.widgets.textual_internals.keys import ESCAPE_DELAY, KeyParser
from tui.widgets.textual_internals.mouse import Mouse
from tui.widgets.textual_internals.terminal_mode import ModeDriver

LAST_WORDS = 2.0  # seconds at the end for a terminal that takes nothing any more
ALTERNATE_SCREEN = "\x1b[?1049h"


class FirstKeys(Protocol):
    """What reads the terminal before this driver does."""

    def take_over(self) -> tuple[str, int]:
        """Let the driver read from now on; called any number of times. Return the key of the cursor and the rows above."""

    def release(self) -> None:
        """Let the driver have the other keys; called any number of times."""

    def typed(self) -> bytes:
        """Wait for `take_over` and `release`; return what was typed until then and not obeyed."""


@runtime_checkable
class Painter(Protocol):
    """An application that paints when the driver has written all of the frame before."""

    first_paint: Callable[[], list[Any] | None]
    first_keys: FirstKeys | None
    background: TerminalBackground

    def paint(self) -> None:
        """Send what differs."""

    def paint_all(self) -> None:
        """Send everything again."""

    def widths_known(self) -> None:
        """Draw again what depends on how wide the terminal draws characters."""

    def deliver(self, message: Message) -> None:
        """Take input; called in the event loop."""


class Writer:
    """Writes to the terminal, what it does not take at once in a thread. `drained` is called there when all is out."""

    def __init__(self, file: IO[str], drained: Callable[[], None]) -> None:
        self._fileno = file.fileno()
        self._drained = drained
        self._queue: SimpleQueue[bytes | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._pending = 0
        self._at_once = _own_descriptor(self._fileno)
        self._gone = False  # stopped, or the terminal is gone: what comes is dropped
        self._thread = threading.Thread(target=self._run, name="terminal-output", daemon=True)

    @property
    def busy(self) -> bool:
        """Whether something is still on its way."""
        return self._pending > 0

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def write(self, text: str) -> None:
        """Write a text, now as far as the terminal takes it, else later."""
        if self._gone or not text:
            return
        data = text.encode("utf-8", "replace")
        with self._lock:
            if not self._pending:
                data = data[self._written_at_once(data) :]
            if not data:
                return
            self._pending += 1
            self._queue.put(data)

    def _written_at_once(self, data: bytes) -> int:
        """Write what the terminal takes without waiting; return its length."""
        if self._at_once < 0:
            return 0
        try:
            return os.write(self._at_once, data)
        except OSError:  # the terminal takes nothing now, or is gone, which the thread finds as well
            return 0

    def flush(self) -> None:
        """Nothing to do: the thread does not hold anything back."""

    def fileno(self) -> int:
        """Return the terminal's file descriptor."""
        return self._fileno

    def isatty(self) -> bool:
        """Return True: the driver writes to a terminal."""
        return True

    def drop(self) -> None:
        """Write nothing more, not even what waits for that."""
        self._gone = True

    def stop(self) -> None:
        """Write what is left and end; a terminal that takes nothing is left alone after a while."""
        self._queue.put(None)
        self._thread.join(LAST_WORDS)
        self._gone = True
        with self._lock:
            if self._at_once >= 0:
                os.close(self._at_once)
            self._at_once = -1

    def _run(self) -> None:
        while (data := self._queue.get()) is not None:
            try:
                while data and not self._gone:
                    data = data[os.write(self._fileno, data) :]
            except OSError:  # the terminal is gone; SIGHUP tells the program
                self._gone = True
            with self._lock:
                self._pending -= 1
                drained = self._pending == 0
            if drained and not self._gone:
                self._drained()


def _own_descriptor(terminal: int) -> int:
    """Open the terminal again, without blocking; -1 if that is not possible.

    The terminal's own descriptor is shared with the shell, which must not find it changed.
    """
    try:
        return os.open(os.ttyname(terminal), os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:  # not a terminal, or its name is not in this container
        return -1


class PacedDriver(ModeDriver):
    """The terminal's driver, with a writer that says when it is done, and a parser that keeps the bytes of keys."""

    _writer: Writer | None = None
    _wake: tuple[int, int] | None = None
    _on_alternate_screen = False  # already, with a first picture on it that must not blink
    last_input = 0.0  # time.monotonic() of the last key, paste or mouse event

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert sys.__stdout__ is not None  # the program refuses to start without a terminal
        self.keyboard = Keyboard(self.write)
        self.mouse = Mouse(self.write)
        self.widths = CharacterWidths(self._widths_known)
        self._file = sys.__stdout__  # Textual draws on stderr, which may be redirected: `longshore 2>log`

    @property  # type: ignore[override]  # ours has the methods of Textual's writer that are called
    def _writer_thread(self) -> Writer | None:
        return self._writer

    @_writer_thread.setter
    def _writer_thread(self, thread: Any) -> None:
        """Textual makes a writer each time that it takes the terminal; ours stands in for it."""
        self._writer = None if thread is None else Writer(thread._file, self._drained)
        if self._writer is not None and isinstance(self._app, Painter):
            self._app.call_later(self._app.paint_all)

    @property
    def busy(self) -> bool:
        """Whether a frame is still on its way to the terminal."""
        return self._writer is not None and self._writer.busy

    def _drained(self) -> None:
        if isinstance(self._app, Painter) and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._app.paint)

    def _widths_known(self) -> None:
        if isinstance(self._app, Painter):
            self._loop.call_soon_threadsafe(self._app.widths_known)

    def write(self, data: str) -> None:
        if data == ALTERNATE_SCREEN and self._on_alternate_screen:
            self._on_alternate_screen = False  # only the first time: a pager gives it back later
        elif self._writer is not None:
            self._writer.write(data)

    def drop_output(self) -> None:
        if self._writer is not None:
            self._writer.drop()

    def _enable_mouse_support(self) -> None:
        if self._mouse:
            self.mouse.turn_on()

    def _disable_mouse_support(self) -> None:
        if self._mouse:
            self.mouse.turn_off()

    # -- input --------------------------------------------------------------------------------------------------------

    def take_over(self) -> list[Any] | None:
        if not isinstance(self._app, Painter):
            return None
        settings, self._app.first_paint = self._app.first_paint(), lambda: None
        self._on_alternate_screen = settings is not None
        return settings

    def enable_input(self) -> None:
        self._wake = os.pipe()

    def ask_terminal(self) -> None:
        self.keyboard.ask()
        if isinstance(self._app, Painter):
            self.write(self._app.background.question())

    def leave_terminal(self) -> None:
        self.keyboard.leave()

    def disable_input(self) -> None:
        if isinstance(self._app, Painter) and self._app.first_keys is not None:
            self._app.first_keys.take_over()
            self._app.first_keys.release()
        if self._wake is not None:
            os.write(self._wake[1], b"\0")
        super().disable_input()
        if self._wake is not None and not (self._key_thread and self._key_thread.is_alive()):
            for end in self._wake:
                os.close(end)
            self._wake = None

    def run_input_thread(self) -> None:
        """Read the terminal until `exit_event`; sleep when nothing comes."""
        assert self._wake is not None
        wake = self._wake[0]
        parser = KeyParser(self.keyboard.is_answer, self.widths.is_answer)
        decode = getincrementaldecoder("utf-8")("replace").decode
        shown = self._app.background.without_answer if isinstance(self._app, Painter) else bytes
        if isinstance(self._app, Painter) and self._app.first_keys is not None:
            self._process(parser.feed(decode(shown(self._app.first_keys.typed()))))
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            selector.register(wake, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                ready = {key.fd for key, _ in selector.select(ESCAPE_DELAY if parser.waiting else None)}
                if self.fileno in ready:
                    try:
                        data = os.read(self.fileno, 65536)
                    except OSError:
                        data = b""
                    if not data:  # the terminal is gone
                        self._loop.call_soon_threadsafe(self._app.exit)
                        return
                    self._process(parser.feed(decode(shown(data))))
                elif wake in ready:
                    self.exit_event.wait(0.01)
                self._process(parser.tick())

    def send_message(self, message: Message) -> None:
        if isinstance(self._app, Painter):
            self._loop.call_soon_threadsafe(self._app.deliver, message)
        else:
            super().send_message(message)

    def _process(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self.last_input = time.monotonic()
            self.process_message(message)
