"""A check box of a form."""

from __future__ import annotations

from textual import events
from textual.message import Message

from tui.resources.model.text import Span, one_line
from tui.widgets.dialogs import Tick
from tui.widgets.wrapping import Text


class Box(Text, can_focus=True):
    """A check box with its label."""

    class Toggled(Message):
        """Posted after the box was ticked or unticked."""

    def __init__(self, tick: Tick) -> None:
        super().__init__()
        self.tick = tick
        self.ticked = tick.ticked

    def on_mount(self) -> None:
        self._write()

    def on_focus(self) -> None:
        self._write()

    def on_blur(self) -> None:
        self._write()

    def on_key(self, event: events.Key) -> None:
        if event.key == "space":
            event.stop()
            self.toggle()

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.screen.set_focus(self)
        self.toggle()

    def toggle(self) -> None:
        """Tick or untick the box."""
        self.ticked = not self.ticked
        self._write()
        self.post_message(self.Toggled())

    def _write(self) -> None:
        sign = "x" if self.ticked else " "
        self.show([(Span(f"[{sign}] {one_line(self.tick.label)}", "cursor" if self.has_focus else ""),)])
