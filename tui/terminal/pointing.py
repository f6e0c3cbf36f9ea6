"""The mouse on a terminal: reported to the program if requested, else for selection and scrolling back."""

from __future__ import annotations

from textual import events
from textual.widget import Widget

from tui.terminal.keys import key_bytes
from tui.terminal.modes import Modes
from tui.terminal.mouse import MouseAction, Source, mouse_bytes
from tui.terminal.review import Review

_WHEEL_LINES = 3


class Pointing(Widget):
    """The mouse handling of `TerminalView`, which implements the methods declared here."""

    own_mouse = False  # Longshore selects, even if the program requested the mouse
    review: Review | None = None
    _pressed: tuple[int, int] | None = None
    _dragged = False

    @property
    def modes(self) -> Modes:
        """Return the modes set by the program."""
        raise NotImplementedError

    @property
    def typeable(self) -> bool:
        """Return whether the session accepts input."""
        raise NotImplementedError

    def send(self, data: bytes) -> None:
        """Send input to the program."""
        raise NotImplementedError

    def look_back(self) -> None:
        """Freeze the screen for scrolling back."""
        raise NotImplementedError

    def look_ahead(self) -> None:
        """Return to the live screen."""
        raise NotImplementedError

    def click(self, x: int, y: int) -> None:
        """Handle a click at a cell."""
        raise NotImplementedError

    def copy_selection(self) -> None:
        """Post the selected text of the frozen screen, and return to the live screen."""
        raise NotImplementedError

    def repaint(self) -> None:
        """Draw everything again."""
        raise NotImplementedError

    def _report(self, kind: Source, event: events.MouseEvent) -> bool:
        """Report a mouse event to the program if requested. Return False if Longshore handles the mouse."""
        modes = self.modes
        if self.own_mouse or not modes.mouse or self.review is not None or not self.typeable:
            return False
        action = MouseAction(kind, event.x, event.y, event.button, event.shift, event.meta, event.ctrl)
        self.send(mouse_bytes(action, mode=modes.mouse, form=modes.mouse_form))
        return True

    def on_mouse_down(self, event: events.MouseDown) -> None:
        event.stop()
        self.screen.set_focus(self)
        if self._report("press", event):
            self.capture_mouse()
        elif event.button == 1:
            self._pressed, self._dragged = (event.x, event.y), False
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        event.stop()
        if self._pressed is None:
            self._report("move", event)
            return
        if not self._dragged and (event.x, event.y) == self._pressed:
            return
        self._dragged = True
        if self.review is None:
            self.look_back()
        if self.review is not None:
            y = min(max(0, event.y), self.review.rows - 1)
            self.review.select(self._pressed, (max(0, event.x), y))
            self.repaint()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        event.stop()
        self.release_mouse()
        pressed, self._pressed = self._pressed, None
        if pressed is None:
            self._report("release", event)
        elif not self._dragged:
            self.click(event.x, event.y)
        elif self.review is not None:
            self.copy_selection()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._wheel("up", event)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._wheel("down", event)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        event.stop()
        self._report("left", event)

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        event.stop()
        self._report("right", event)

    def _wheel(self, kind: Source, event: events.MouseEvent) -> None:
        """Handle the wheel: report to the program, else arrow keys on the alternate screen, else scroll back."""
        if self._report(kind, event):
            return
        modes = self.modes
        up = kind == "up"
        if self.review is None and modes.alternate:
            if modes.alternate_scroll and self.typeable:
                self.send(key_bytes(kind, None, None, modes) * _WHEEL_LINES)
            return
        if self.review is None and up:
            self.look_back()
        if self.review is not None:
            self.review.scroll(-_WHEEL_LINES if up else _WHEEL_LINES)
            if self.review.at_end and not up:
                self.look_ahead()
            else:
                self.repaint()
