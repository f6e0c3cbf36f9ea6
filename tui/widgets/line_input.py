"""A line to type into, in which keys act in the order in which they were pressed."""

from __future__ import annotations

import asyncio

from textual import events
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from tui.widgets.textual_internals.bindings import bound


async def reached(widget: Widget) -> None:
    """Wait until the keys that were sent to a widget have reached it; not for one that goes away and takes none any more."""
    done = asyncio.Event()
    if widget.call_later(done.set):
        await done.wait()


class LineInput(Input):
    """Textual's line, without a blinking cursor.

    Textual inserts a letter at once, but takes a binding such as backspace only when the key has bubbled up to the
    application: what is typed quickly, or comes in one piece over a slow link, would change places.
    """

    def on_mount(self) -> None:
        self.cursor_blink = False

    def on_hide(self, event: events.Hide) -> None:
        """Textual takes the focus from what was hidden. News of that are late where the line is asked for again already."""
        if all(node.display for node in self.ancestors_with_self if isinstance(node, Widget)):
            event.prevent_default()

    async def on_key(self, event: events.Key) -> None:
        if not event.is_printable and not (event.key == "backspace" and not self.value) and await self._act(event.key):
            event.stop()
            event.prevent_default()

    async def _act(self, key: str) -> bool:
        """Do what a key is bound to, here or in what this line stands in."""
        for node in self.ancestors_with_self:
            for binding in bound(node, key):
                if not binding.priority and await self.app.run_action(binding.action, node):
                    return True
            if isinstance(node, Screen):
                break
        return False
