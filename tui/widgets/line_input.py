"""A text input in which keys act in the order in which they were pressed."""

from __future__ import annotations

import asyncio

from textual import events
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from tui.widgets.textual_internals.bindings import bound


async def reached(widget: Widget) -> None:
    """Wait until the keys sent to a widget have reached it; return immediately if the widget is being removed."""
    done = asyncio.Event()
    if widget.call_later(done.set):
        await done.wait()


class LineInput(Input):
    """Textual's input without a blinking cursor.

    Textual inserts a letter immediately, but runs a binding such as backspace only after the key has bubbled up to the
    application: keys typed quickly, or received in one piece over a slow link, would act in the wrong order.
    """

    def on_mount(self) -> None:
        self.cursor_blink = False

    def on_hide(self, event: events.Hide) -> None:
        """Ignore a late Hide event if the input is shown again; Textual would take the focus from it."""
        if all(node.display for node in self.ancestors_with_self if isinstance(node, Widget)):
            event.prevent_default()

    async def on_key(self, event: events.Key) -> None:
        if not event.is_printable and not (event.key == "backspace" and not self.value) and await self._act(event.key):
            event.stop()
            event.prevent_default()

    async def _act(self, key: str) -> bool:
        """Run the action that a key is bound to, in this input or one of its ancestors."""
        for node in self.ancestors_with_self:
            for binding in bound(node, key):
                if not binding.priority and await self.app.run_action(binding.action, node):
                    return True
            if isinstance(node, Screen):
                break
        return False
