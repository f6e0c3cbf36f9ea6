"""Everything that rests on Textual's private parts (8.2): how frames reach the terminal and keys come from it.

* A frame is the difference between what the terminal shows and what it should show (`frame_diff.py`).
* A frame waits until the one before it is out. On a slow link there are fewer frames, never older ones.
* A key event knows the bytes that it came as, for programs in a terminal.
* An unknown sequence of the terminal is no key press, and a broken character does not end the program.
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

ESCAPE_DELAY = 0.03  # seconds after which an ESC alone is the key; a sequence arrives in one piece, over SSH too
LAST_WORDS = 2.0  # seconds at the end for a terminal that takes nothing any more
ALTERNATE_SCREEN = "\x1b[?1049h"
LARGEST = 10_000  # columns or rows of a terminal
SYNC_FROM = 512  # bytes of a frame from which tearing could be seen

_SYSTEMS = {"standard": ColorSystem.STANDARD, "256": ColorSystem.EIGHT_BIT, "truecolor": ColorSystem.TRUECOLOR}


# -- output -----------------------------------------------------------------------------------------------------------


class Writer:
    """Writes to the terminal in a thread, because a terminal may take its time. `drained` is called there when all is out."""

    def __init__(self, file: IO[str], drained: Callable[[], None]) -> None:
        self._fileno = file.fileno()
        self._drained = drained
        self._queue: SimpleQueue[bytes | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._pending = 0
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
        """Write a text, later."""
        if self._gone or not text:
            return
        with self._lock:
            self._pending += 1
        self._queue.put(text.encode("utf-8", "replace"))

    def flush(self) -> None:
        """Nothing to do: the thread does not hold anything back."""

    def fileno(self) -> int:
        """The terminal's file descriptor."""
        return self._fileno

    def isatty(self) -> bool:
        """It is a terminal."""
        return True

    def drop(self) -> None:
        """Write nothing more, not even what waits for that."""
        self._gone = True

    def stop(self) -> None:
        """Write what is left and end; a terminal that takes nothing is left alone after a while."""
        self._queue.put(None)
        self._thread.join(LAST_WORDS)
        self._gone = True

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


class PacedDriver(ModeDriver):
    """The terminal's driver, with a writer that says when it is done, and a parser that keeps the bytes of keys."""

    _writer: Writer | None = None
    _wake: tuple[int, int] | None = None
    _on_alternate_screen = False  # already, with a first picture on it that must not blink

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert sys.__stdout__ is not None  # the program refuses to start without a terminal
        self._file = sys.__stdout__  # Textual draws on stderr, which may be redirected: `longshore 2>log`

    @property
    def _writer_thread(self) -> Writer | None:
        return self._writer

    @_writer_thread.setter
    def _writer_thread(self, thread: Any) -> None:
        """Textual makes a writer each time that it takes the terminal; ours stands in for it."""
        self._writer = None if thread is None else Writer(thread._file, self._drained)
        if self._writer is not None and isinstance(self._app, PacedApp):
            self._app.call_later(self._app.paint_all)

    @property
    def busy(self) -> bool:
        """Whether a frame is still on its way to the terminal."""
        return self._writer is not None and self._writer.busy

    def _drained(self) -> None:
        if isinstance(self._app, PacedApp) and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._app.paint)

    def write(self, data: str) -> None:
        if data == ALTERNATE_SCREEN and self._on_alternate_screen:
            self._on_alternate_screen = False  # only the first time: a pager gives it back later
        elif self._writer is not None:
            self._writer.write(data)

    def drop_output(self) -> None:
        if self._writer is not None:
            self._writer.drop()

    def _enable_mouse_support(self) -> None:
        """Clicks, the wheel and dragging; a mouse that only moves is not reported, because it would fill a slow link."""
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
        """Read the terminal until `exit_event`; sleep when nothing comes."""
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
    """A key with the bytes that it came as; None if no plain terminal would have sent them."""

    __slots__ = ("raw",)

    def __init__(self, key: str, character: str | None, raw: bytes | None = None) -> None:
        super().__init__(key, character)
        self.raw = raw

    def copy(self) -> Key:
        return Key(self.key, self.character, self.raw)


def raw_bytes(event: events.Key) -> bytes | None:
    """The bytes that a key came as; None if they are not known or only this terminal's own way of saying it."""
    return getattr(event, "raw", None)


_KITTY = re.compile(r"\x1b\[[\d:;]*u")  # a key in the protocol that Textual turned on: no program below asked for it
_COMPLETE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-Z\\^-~]")  # a whole control sequence; `[` as its end begins a key of the console
_NOT_OURS = re.compile(r"\x1b\[(M|<?[-\d;]+[mM]|\?\d+;\d\$y|\d+;\d+R|48;.*t|20[01]~|[IO])")  # what the parser itself looks for


class KeyParser(XTermParser):
    """Textual's parser of what a terminal sends; its keys know their bytes, and no unknown sequence becomes keys."""

    def __init__(self) -> None:
        constants.ESCAPE_DELAY = ESCAPE_DELAY  # type: ignore[misc]  # read anew at each ESC
        super().__init__(False)
        self._paste: str | None = None  # what came of a paste so far

    @property
    def waiting(self) -> bool:
        """Whether it depends on what comes next, or on nothing coming, what was meant."""
        return self._timeout_time is not None

    def feed(self, data: str) -> Iterable[Message]:
        """Keys, and pastes whole: an ESC in a paste is text, and no part of it becomes a key."""
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
        """Textual's, which divides by the size that the terminal told, be it none."""
        try:
            return super().parse_mouse_code(code)
        except ArithmeticError:
            return None

    def _parse_extended_key(self, sequence: str) -> list[events.Key] | None:
        """Textual's, which takes every number for that of a character; what is none is no key."""
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
            known, raw = True, None if raw is None else b""  # several keys from one sequence: the first has it
        if not known and len(sequence) > 2 and _COMPLETE.fullmatch(sequence) and not _NOT_OURS.match(sequence):
            yield Key(Keys.Ignore, sequence)


def _possible(message: Message) -> bool:
    """Whether a terminal can say that: none has a size of nothing, or one that would take all memory to draw."""
    return not isinstance(message, events.Resize) or (0 < message.size.width <= LARGEST and 0 < message.size.height <= LARGEST)


def _with_bytes(message: Message) -> Message:
    """A key that the parser made itself, ESC or its stand-in, gets its bytes here."""
    if type(message) is events.Key:
        escape = message.key in ("escape", "circumflex_accent")
        raw = b"\x1b" if escape else (message.character or "").encode("utf-8", "replace")
        return Key(message.key, message.character, raw)
    return message


# -- the application --------------------------------------------------------------------------------------------------


class LateBindings:
    """A screen whose bindings are made when Textual first asks for them: after its construction."""

    def make_bindings(self) -> list[Binding]:
        """The keys of the screen."""
        return []

    @cached_property
    def _made_bindings(self) -> BindingsMap:
        return BindingsMap(self.make_bindings())

    @property
    def _bindings(self) -> BindingsMap:
        return self._made_bindings

    @_bindings.setter
    def _bindings(self, _from_classes: BindingsMap) -> None:
        """What Textual collects from the classes is none of ours."""


class PacedApp(App[None]):
    """An application that paints differences, at the terminal's pace. Nothing in it moves or blinks by itself."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("driver_class", PacedDriver)
        super().__init__(*args, **kwargs)
        self.animation_level = "none"
        system = None if self.no_color else _SYSTEMS.get(self.console.color_system or "", ColorSystem.TRUECOLOR)
        self._picture = FrameDiff(system)
        self.frames = 0
        self.first_paint: Callable[[], list[Any] | None] = lambda: None
        if system in (None, ColorSystem.STANDARD):
            self.theme = "ansi-dark"

    @property
    def frame_diff(self) -> FrameDiff:
        """What the terminal shows and what it should show."""
        return self._picture

    def called(self, callback: Callable[[T], object]) -> Callable[[T], None]:
        """`callback` for somebody outside of Textual, who does not know which application timers and workers belong to."""

        def call(value: T) -> None:
            with self._context():
                callback(value)

        return call

    def copy_to_clipboard(self, text: str) -> None:
        """Put a text into the clipboard, as much of it as terminals take (`clipboard.portion`)."""
        self._clipboard = portion(text).text
        if self._driver is not None:
            self._driver.write(sequence(self._clipboard, os.environ))

    def paint(self) -> None:
        """Send what differs, unless a frame is still on its way: then it is called again when that is out."""
        driver = self._driver
        if driver is None or self._batch_count or not self._running or self._closed or self.is_headless:
            return
        if isinstance(driver, PacedDriver) and driver.busy:
            return
        if frame := self._picture.frame():
            self.frames += 1
            row, column = self.cursor_position.y + 1, self.cursor_position.x + 1
            frame += f"\x1b[{row};{column}H" if row > 1 or column > 1 else "\x1b[H"
            synchronized = self._sync_available and len(frame) >= SYNC_FROM
            driver.write(f"{SYNC_START}{frame}{SYNC_END}" if synchronized else frame)
            driver.flush()

    def paint_all(self) -> None:
        """Send everything again: something else wrote to the terminal."""
        self._picture.forget()
        self.paint()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Textual has something new for the screen."""
        if self.is_headless or self.is_inline or not isinstance(renderable, LayoutUpdate | ChopsUpdate | None):
            self._picture.forget()
            super()._display(screen, renderable)
            return
        try:
            if renderable is not None:
                self._picture.resize(*self.size)
                take(self._picture, renderable)
                self.paint()
        except Exception as error:
            self._handle_exception(error)
        finally:
            self.post_display_hook()

    def _set_pointer_shape(self, shape: str) -> None:
        """The mouse pointer keeps its shape: few terminals know how to change it, and it is a write for nothing."""

    def _end_batch(self) -> None:
        super()._end_batch()
        self.paint()

    def _on_resize(self, event: events.Resize) -> None:
        """The terminal's lines may have been broken anew, even when the size is the one it had before."""
        self._picture.forget()


def take(frame_diff: FrameDiff, update: LayoutUpdate | ChopsUpdate) -> None:
    """Put what the compositor made into the picture."""
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
