"""All code that uses Textual's private parts (8.2): output of frames, input of keys.

* A frame is the difference between the terminal's contents and the wanted ones (`frame_diff.py`).
* A frame waits until the previous one is written: a slow link has fewer frames, not older ones.
* A key event holds the bytes it was decoded from, for programs in a terminal.
* An unknown sequence is not a key press, and an invalid character does not end the program.
"""

from __future__ import annotations

import os
import re
import selectors
import sys
import threading
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable
from functools import cached_property
from queue import SimpleQueue
from typing import IO, Any, TypeVar

from rich.color import ColorSystem
from rich.console import RenderableType
from textual import constants, events
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.app import SYNC_END, SYNC_START, App
from textual.binding import Binding, BindingsMap
from textual.keys import Keys
from textual.message import Message
from textual.screen import Screen

from tui.widgets.clipboard import portion, sequence
from tui.widgets.frame_diff import FrameDiff
from tui.widgets.terminal_mode import ModeDriver

T = TypeVar("T")

ESCAPE_DELAY = 0.03  # seconds after which a single ESC is the key; a sequence arrives in one piece, over SSH too
LAST_WORDS = 2.0  # seconds at the end for a terminal that accepts no output
ALTERNATE_SCREEN = "\x1b[?1049h"
LARGEST = 10_000  # maximum columns or rows of a terminal
SYNC_FROM = 512  # bytes of a frame from which tearing would be visible

_SYSTEMS = {"standard": ColorSystem.STANDARD, "256": ColorSystem.EIGHT_BIT, "truecolor": ColorSystem.TRUECOLOR}


# -- output -----------------------------------------------------------------------------------------------------------


class Writer:
    """A thread that writes to the terminal, since writes may block. `drained` is called in the thread when all is written."""

    def __init__(self, file: IO[str], drained: Callable[[], None]) -> None:
        self._fileno = file.fileno()
        self._drained = drained
        self._queue: SimpleQueue[bytes | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._pending = 0
        self._gone = False  # stopped, or the terminal is gone: output is dropped
        self._thread = threading.Thread(target=self._run, name="terminal-output", daemon=True)

    @property
    def busy(self) -> bool:
        """Return whether output is pending."""
        return self._pending > 0

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def write(self, text: str) -> None:
        """Queue a text."""
        if self._gone or not text:
            return
        with self._lock:
            self._pending += 1
        self._queue.put(text.encode("utf-8", "replace"))

    def flush(self) -> None:
        """Do nothing: the thread does not buffer."""

    def fileno(self) -> int:
        """Return the terminal's file descriptor."""
        return self._fileno

    def isatty(self) -> bool:
        """Return True."""
        return True

    def drop(self) -> None:
        """Drop all output, pending output too."""
        self._gone = True

    def stop(self) -> None:
        """Write the pending output and end; give up after `LAST_WORDS` seconds."""
        self._queue.put(None)
        self._thread.join(LAST_WORDS)
        self._gone = True

    def _run(self) -> None:
        while (data := self._queue.get()) is not None:
            try:
                while data and not self._gone:
                    data = data[os.write(self._fileno, data) :]
            except OSError:  # the terminal is gone; SIGHUP ends the program
                self._gone = True
            with self._lock:
                self._pending -= 1
                drained = self._pending == 0
            if drained and not self._gone:
                self._drained()


class PacedDriver(ModeDriver):
    """The terminal's driver with a writer that reports its end, and a parser that keeps the bytes of keys."""

    _writer: Writer | None = None
    _wake: tuple[int, int] | None = None
    _on_alternate_screen = False  # already, with the first paint on it, which must not flicker

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert sys.__stdout__ is not None  # the program refuses to start without a terminal
        self._file = sys.__stdout__  # Textual draws on stderr, which may be redirected: `longshore 2>log`

    @property
    def _writer_thread(self) -> Writer | None:
        return self._writer

    @_writer_thread.setter
    def _writer_thread(self, thread: Any) -> None:
        """Replace the writer that Textual creates each time it takes the terminal."""
        self._writer = None if thread is None else Writer(thread._file, self._drained)
        if self._writer is not None and isinstance(self._app, PacedApp):
            self._app.call_later(self._app.paint_all)

    @property
    def busy(self) -> bool:
        """Return whether a frame is not written yet."""
        return self._writer is not None and self._writer.busy

    def _drained(self) -> None:
        if isinstance(self._app, PacedApp) and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._app.paint)

    def write(self, data: str) -> None:
        if data == ALTERNATE_SCREEN and self._on_alternate_screen:
            self._on_alternate_screen = False  # only the first time: a pager gives the terminal back later
        elif self._writer is not None:
            self._writer.write(data)

    def drop_output(self) -> None:
        if self._writer is not None:
            self._writer.drop()

    def _enable_mouse_support(self) -> None:
        """Enable clicks, wheel and dragging; motion without a button is not reported, since it would fill a slow link."""
        if self._mouse:
            self.write("\x1b[?1000h\x1b[?1002h\x1b[?1006h")

    def _disable_mouse_support(self) -> None:
        if self._mouse:
            self.write("\x1b[?1006l\x1b[?1002l\x1b[?1000l")

    # -- input --------------------------------------------------------------------------------------------------------

    def take_over(self) -> list[Any] | None:
        if not isinstance(self._app, PacedApp):
            return None
        settings, self._app.first_paint = self._app.first_paint(), lambda: None
        self._on_alternate_screen = settings is not None
        return settings

    def enable_input(self) -> None:
        self._wake = os.pipe()

    def disable_input(self) -> None:
        if self._wake is not None:
            os.write(self._wake[1], b"\0")
        super().disable_input()
        if self._wake is not None and not (self._key_thread and self._key_thread.is_alive()):
            for end in self._wake:
                os.close(end)
            self._wake = None

    def run_input_thread(self) -> None:
        """Read the terminal until `exit_event`; sleep without input."""
        assert self._wake is not None
        wake = self._wake[0]
        parser = KeyParser()
        decode = getincrementaldecoder("utf-8")("replace").decode
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
                    for message in parser.feed(decode(data)):
                        self.process_message(message)
                elif wake in ready:
                    self.exit_event.wait(0.01)
                for message in parser.tick():
                    self.process_message(message)


# -- keys -------------------------------------------------------------------------------------------------------------


class Key(events.Key):
    """A key with the bytes it was decoded from; None if no plain terminal would send them."""

    __slots__ = ("raw",)

    def __init__(self, key: str, character: str | None, raw: bytes | None = None) -> None:
        super().__init__(key, character)
        self.raw = raw

    def copy(self) -> Key:
        return Key(self.key, self.character, self.raw)


def raw_bytes(event: events.Key) -> bytes | None:
    """Return the bytes of a key; None if unknown or specific to this terminal's protocol."""
    return getattr(event, "raw", None)


_KITTY = re.compile(r"\x1b\[[\d:;]*u")  # a key in the protocol that Textual enabled: no program in a container enabled it
_COMPLETE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-Z\\^-~]"
)  # a whole control sequence; `[` as its end begins a key of the Linux console
_NOT_OURS = re.compile(
    r"\x1b\[(M|<?[-\d;]+[mM]|\?\d+;\d\$y|\d+;\d+R|48;.*t|20[01]~|[IO])"
)  # sequences that the parser itself handles


class KeyParser(XTermParser):
    """Textual's parser of terminal input; its keys hold their bytes, and unknown sequences do not become keys."""

    def __init__(self) -> None:
        constants.ESCAPE_DELAY = ESCAPE_DELAY  # read again at each ESC
        super().__init__(False)
        self._paste: str | None = None  # the received part of a paste

    @property
    def waiting(self) -> bool:
        """Return whether the meaning of the input so far depends on further input or a time-out."""
        return self._timeout_time is not None

    def feed(self, data: str) -> Iterable[Message]:
        """Yield keys, and pastes as a whole: an ESC in a paste is text, and no part of a paste becomes a key."""
        while data:
            if self._paste is None:
                before, start, data = data.partition(BRACKETED_PASTE_START)
                if before:
                    yield from map(_with_bytes, filter(_possible, super().feed(before)))
                self._paste = "" if start else None
            else:
                text, end, rest = (self._paste + data).partition(BRACKETED_PASTE_END)
                self._paste, data = (None, rest) if end else (text, "")
                if end:
                    yield events.Paste(text.replace("\0", ""))

    def tick(self) -> Iterable[Message]:
        return map(_with_bytes, filter(_possible, super().tick()))

    def parse_mouse_code(self, code: str) -> Message | None:
        """Call Textual's method, which divides by the reported size even if 0."""
        try:
            return super().parse_mouse_code(code)
        except ArithmeticError:
            return None

    def _parse_extended_key(self, sequence: str) -> list[events.Key] | None:
        """Call Textual's method, which takes every number for a character code; an invalid code is not a key."""
        try:
            return super()._parse_extended_key(sequence)
        except (ValueError, OverflowError):
            return None

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        raw: bytes | None = ("\x1b" * alt + sequence).encode("utf-8", "replace")
        if _KITTY.fullmatch(sequence):
            raw = None
        known = False
        for key in super()._sequence_to_key_events(sequence, alt):
            yield Key(key.key, key.character, raw)
            known, raw = True, None if raw is None else b""  # several keys from one sequence: the first has the bytes
        if not known and len(sequence) > 2 and _COMPLETE.fullmatch(sequence) and not _NOT_OURS.match(sequence):
            yield Key(Keys.Ignore, sequence)


def _possible(message: Message) -> bool:
    """Return whether a terminal can send this: sizes of 0 and sizes too large to draw are dropped."""
    return not isinstance(message, events.Resize) or (0 < message.size.width <= LARGEST and 0 < message.size.height <= LARGEST)


def _with_bytes(message: Message) -> Message:
    """Add the bytes to a key that the parser created itself: ESC, or `circumflex_accent` for it."""
    if type(message) is events.Key:
        escape = message.key in ("escape", "circumflex_accent")
        raw = b"\x1b" if escape else (message.character or "").encode("utf-8", "replace")
        return Key(message.key, message.character, raw)
    return message


# -- the application --------------------------------------------------------------------------------------------------


class LateBindings:
    """A screen whose bindings are built at the first access, after its construction."""

    def make_bindings(self) -> list[Binding]:
        """Return the key bindings of the screen."""
        return []

    @cached_property
    def _made_bindings(self) -> BindingsMap:
        return BindingsMap(self.make_bindings())

    @property
    def _bindings(self) -> BindingsMap:
        return self._made_bindings

    @_bindings.setter
    def _bindings(self, _from_classes: BindingsMap) -> None:
        """Ignore the bindings that Textual collects from the classes."""


class PacedApp(App[None]):
    """An application that draws differences, at the terminal's pace. Without animations."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("driver_class", PacedDriver)
        super().__init__(*args, **kwargs)
        self.animation_level = "none"
        system = None if self.no_color else _SYSTEMS.get(self.console.color_system or "", ColorSystem.TRUECOLOR)
        self._frame_diff = FrameDiff(system)
        self.frames = 0
        self.first_paint: Callable[[], list[Any] | None] = lambda: None
        if system in (None, ColorSystem.STANDARD):
            self.theme = "ansi-dark"

    @property
    def frame_diff(self) -> FrameDiff:
        """Return the contents of the terminal and the wanted contents."""
        return self._frame_diff

    def called(self, callback: Callable[[T], object]) -> Callable[[T], None]:
        """Wrap `callback` for callers outside of Textual, which have no active application for timers and workers."""

        def call(value: T) -> None:
            with self._context():
                callback(value)

        return call

    def copy_to_clipboard(self, text: str) -> None:
        """Put a text into the clipboard, as much of it as terminals accept (`clipboard.portion`)."""
        self._clipboard = portion(text).text
        if self._driver is not None:
            self._driver.write(sequence(self._clipboard, os.environ))

    def paint(self) -> None:
        """Send the difference, unless a frame is pending: then this is called again after it is written."""
        driver = self._driver
        if driver is None or self._batch_count or not self._running or self._closed or self.is_headless:
            return
        if isinstance(driver, PacedDriver) and driver.busy:
            return
        if frame := self._frame_diff.frame():
            self.frames += 1
            row, column = self.cursor_position.y + 1, self.cursor_position.x + 1
            frame += f"\x1b[{row};{column}H" if row > 1 or column > 1 else "\x1b[H"
            synchronized = self._sync_available and len(frame) >= SYNC_FROM
            driver.write(f"{SYNC_START}{frame}{SYNC_END}" if synchronized else frame)
            driver.flush()

    def paint_all(self) -> None:
        """Send everything again after another program wrote to the terminal."""
        self._frame_diff.forget()
        self.paint()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Take an update of the screen; called by Textual."""
        if self.is_headless or self.is_inline or not isinstance(renderable, LayoutUpdate | ChopsUpdate | None):
            self._frame_diff.forget()
            super()._display(screen, renderable)
            return
        try:
            if renderable is not None:
                self._frame_diff.resize(*self.size)
                take(self._frame_diff, renderable)
                self.paint()
        except Exception as error:
            self._handle_exception(error)
        finally:
            self.post_display_hook()

    def _set_pointer_shape(self, shape: str) -> None:
        """Do nothing: few terminals support pointer shapes, and each change is a write."""

    def _end_batch(self) -> None:
        super()._end_batch()
        self.paint()

    def _on_resize(self, event: events.Resize) -> None:
        """Send everything again: the terminal may have rewrapped its lines even at an unchanged size."""
        self._frame_diff.forget()


def take(frame_diff: FrameDiff, update: LayoutUpdate | ChopsUpdate) -> None:
    """Put the compositor's update into the frame buffer."""
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            x = update.region.x
            for strip in strips:
                frame_diff.put(x, y, strip._segments, strip.cell_length)
                x += strip.cell_length
        return
    for y, left, right in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x < right and end > left:
                frame_diff.put(x, y, strip._segments, end - x)
