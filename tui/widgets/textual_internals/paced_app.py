"""The application, which sends the difference between what the terminal shows and what it should show (`frame_diff.py`)."""

from __future__ import annotations

import asyncio
import math
import os
import time
from collections.abc import Callable
from typing import Any, Protocol, TypeVar, runtime_checkable

from rich.color import ColorSystem
from rich.console import RenderableType
from textual import events
from textual._ansi_sequences import SYNC_END, SYNC_START
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.message import Message
from textual.screen import Screen
from textual.worker import WorkerFailed

from tui.live.state.signals import Signal
from tui.terminal_background import TerminalBackground
from tui.themes import AUTO, textual_theme
from tui.widgets.clipboard import portion, sequence
from tui.widgets.frame_diff import FrameDiff
from tui.widgets.textual_internals.character_widths import UNKNOWN, Widths
from tui.widgets.textual_internals.keyboard import Keyboard
from tui.widgets.textual_internals.keys import KeyReport
from tui.widgets.textual_internals.mouse import Mouse
from tui.widgets.textual_internals.paced_driver import FirstKeys, PacedDriver

T = TypeVar("T")

SYNC_FROM = 512  # bytes of a frame from which tearing could be seen

_SYSTEMS = {"standard": ColorSystem.STANDARD, "256": ColorSystem.EIGHT_BIT, "truecolor": ColorSystem.TRUECOLOR}


@runtime_checkable
class KeyTaker(Protocol):
    """A view that takes keys at once."""

    def take_key(self, event: events.Key) -> bool:
        """Take a key; False if it has to come by Textual's queues."""


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
        self.first_keys: FirstKeys | None = None
        #: Emitted when the user's terminal has told how wide it draws characters.
        self.widths_told: Signal[None] = Signal()
        self.background = TerminalBackground(os.environ)
        self._plain = system in (None, ColorSystem.STANDARD)
        self.show_theme(AUTO)

    def show_theme(self, name: str) -> None:
        """Show a theme by its name in `tui.themes`, and again when the terminal tells its background."""
        self.theme_name = name
        self.theme = textual_theme(name, dark=self.background.dark is not False, plain=self._plain)

    def follow_background(self, background: TerminalBackground) -> None:
        """Take the colours that fit the terminal's background, now and when it is told."""
        loop = asyncio.get_running_loop()

        def show_again() -> None:
            self.show_theme(self.theme_name)

        self.background = background
        background.told = lambda: loop.call_soon_threadsafe(self.call_later, show_again)
        show_again()

    @property
    def frame_diff(self) -> FrameDiff:
        """What the terminal shows and what it should show."""
        return self._picture

    def deliver(self, message: Message) -> None:
        """Take input from the driver: a key for a view that takes it at once, anything else for Textual's queue."""
        try:
            with self._context():
                if isinstance(message, events.Key) and self._taken(message):
                    self.note_input()
                else:
                    self.post_message(message)
        except Exception as error:
            self._handle_exception(error)

    def _taken(self, key: events.Key) -> bool:
        """Have the focused view take a key, unless input before it is still under way."""
        screen = self.screen if self.is_running and self.screen_stack else None
        view = screen.focused if screen is not None else None
        if screen is None or view is None or not isinstance(view, KeyTaker):
            return False
        waiting = self.message_queue_size or screen.message_queue_size or view.message_queue_size
        return not waiting and view.take_key(key)

    def note_input(self) -> None:
        """Handle each key, paste and mouse event, for subclasses."""

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.InputEvent | events.Paste | events.AppFocus):
            self.note_input()
        await super().on_event(event)

    @property
    def paints_directly(self) -> bool:
        """Whether something may be put into `frame_diff` now without Textual."""
        return self._driver is not None and not (self._batch_count or self.is_headless or self.is_inline)

    def seconds_since_input(self) -> float:
        """Return the seconds since the last key, paste or mouse event."""
        return time.monotonic() - self._driver.last_input if isinstance(self._driver, PacedDriver) else math.inf

    def on_key_report(self, event: KeyReport) -> None:
        """Pass the release of a key to the widget that has the focus: Textual knows only presses."""
        if self.focused is not None:
            self.focused.post_message(event)

    def called(self, callback: Callable[[T], object]) -> Callable[[T], None]:
        """Return `callback` for a caller outside of Textual, with the application that timers and workers belong to."""

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
        if driver is None or self._batch_count or not self.is_running or self._closed or self.is_headless:
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

    def widths_known(self) -> None:
        """Tell what draws joined characters that the terminal's widths are known."""
        with self._context():
            self.widths_told.emit(None)

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

    def failed(self, error: BaseException) -> None:
        """End the application after an internal error. Subclasses override it to report the error."""

    def _handle_exception(self, error: Exception) -> None:
        """End with exit status 1. Textual would print a traceback with local variables, and credentials are among them."""
        cause = error.error if isinstance(error, WorkerFailed) else error
        self.failed(cause)
        if self._exception is None and isinstance(cause, Exception):
            self._exception = cause
            self._exception_event.set()
        self._return_code = 1
        self._close_messages_no_wait()

    def _set_pointer_shape(self, shape: str) -> None:
        """Keep the shape of the mouse pointer: few terminals can change it."""

    def _end_batch(self) -> None:
        super()._end_batch()
        self.paint()

    def on_resize(self, event: events.Resize) -> None:
        """Draw everything again after a resize: the terminal may have wrapped lines again, even at the same size."""
        self._picture.forget()


def character_widths(app: App[Any]) -> Widths:
    """Return how wide the user's terminal draws characters; the first call asks for that, and `widths_told` follows."""
    driver = app._driver
    if not isinstance(app, PacedApp) or not isinstance(driver, PacedDriver):
        return UNKNOWN
    if question := driver.widths.question():
        driver.write(question)
        app.frame_diff.forget_line(0)
        app.paint()
    return driver.widths.known


def keyboard_of(app: App[Any]) -> Keyboard:
    """Return what the user's terminal reports of keys; without a terminal nothing."""
    return app._driver.keyboard if isinstance(app._driver, PacedDriver) else Keyboard(lambda _sequence: None)


def mouse_of(app: App[Any]) -> Mouse:
    """Return what the user's terminal reports of the mouse; without a terminal nothing."""
    return app._driver.mouse if isinstance(app._driver, PacedDriver) else Mouse(lambda _sequence: None)


def take(frame_diff: FrameDiff, update: LayoutUpdate | ChopsUpdate) -> None:
    """Put what the compositor made into the picture."""
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            x = update.region.x
            for strip in strips:
                frame_diff.put(x, y, strip, strip.cell_length)
                x += strip.cell_length
        return
    for y, left, right in update.spans:
        for end, (x, chop) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if chop is not None and x < right and end > left:
                frame_diff.put(x, y, chop, end - x)
