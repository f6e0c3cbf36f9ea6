"""A text input in which keys act in the order in which they were pressed."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Iterator
from typing import Any

from textual import events
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from tui.resources.model.action import FieldLines
from tui.resources.model.text import count
from tui.widgets.textual_internals.bindings import bound


async def reached(widget: Widget) -> None:
    """Wait until the keys sent to a widget have reached it; return immediately if the widget is being removed."""
    done = asyncio.Event()
    if widget.call_later(done.set):
        await done.wait()


BREAK = "␤"
"""The sign of a line break in the line of an input."""


def with_breaks(text: str) -> str:
    """Return the text of an input with line breaks in place of their signs."""
    return text.replace(BREAK, "\n")


def without_breaks(text: str) -> str:
    """Return a text for an input, with signs in place of line breaks."""
    return text.replace("\n", BREAK)


def left_out_words(lines: int) -> str:
    """Return the message about lines of a paste that were not taken."""
    return f"left out: {count(lines, 'further line')} of the paste"


def joined(text: str, lines: FieldLines) -> str:
    """Return pasted lines as one line of an input, for a field whose lines are values, words or instructions."""
    if lines == "instructions":
        return "; ".join(line.strip() for line in text.splitlines() if line.strip())
    if lines == "words":
        return _words(text.replace("\\\n", " "))
    return without_breaks(" ".join(shlex.quote(value) for value in _values(text)))


def _words(text: str) -> str:
    """Return the lines of a command in one line; breaks inside quotes stay."""
    try:
        shlex.split(text)
    except ValueError:
        return text.replace("\n", " ")
    parts, quote = [], ""
    for letter in text:
        if letter == "\n":
            letter = BREAK if quote else " "
        elif letter in "'\"" and quote in ("", letter):
            quote = "" if quote else letter
        parts.append(letter)
    return "".join(parts)


def _values(text: str) -> Iterator[str]:
    """Yield the value of each line, as in a file of environment variables; a quoted value may go over several lines."""
    held = ""
    for line in text.splitlines():
        held = f"{held}\n{line}" if held else line.strip()
        if not held or held.startswith("#"):
            held = ""
            continue
        try:
            words = shlex.split(held)
        except ValueError:  # the closing quotation mark is on a later line
            continue
        one = len(words) > 1 and "=" in words[0] and not all("=" in word for word in words)  # NAME=a value without quotes
        yield from (held,) if one else words
        held = ""
    if held:
        yield held


class LineInput(Input):
    """Textual's input without a blinking cursor, for several values where `lines` says so.

    Of a paste of several lines, other fields take the first, and post `LeftOut`. In a field of several values or words, ctrl+o
    puts the sign of a line break.

    Textual inserts a letter immediately, but runs a binding such as backspace only after the key has bubbled up to the
    application: keys typed quickly, or received in one piece over a slow link, would act in the wrong order.
    """

    class LeftOut(Message):
        """Posted after a paste of which `lines` lines were not taken."""

        def __init__(self, input: LineInput, lines: int) -> None:
            super().__init__()
            self.input = input
            self.lines = lines

    def __init__(self, value: str = "", *, lines: FieldLines = "", **more: Any) -> None:
        super().__init__(value, **more)
        self.lines = lines

    def on_paste(self, event: events.Paste) -> None:
        """Take a paste whole where the field can hold it, else its first line."""
        event.stop()
        event.prevent_default()
        text = event.text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
        if not text:
            return
        rest = len(text.splitlines()) - 1
        line = joined(text, self.lines) if rest and self.lines else text.splitlines()[0]
        if self.selection.is_empty:
            self.insert_text_at_cursor(line)
        else:
            self.replace(line, *self.selection)
        if rest and not self.lines:
            self.post_message(self.LeftOut(self, rest))

    def on_mount(self) -> None:
        self.cursor_blink = False

    def on_hide(self, event: events.Hide) -> None:
        """Ignore a late Hide event if the input is shown again; Textual would take the focus from it."""
        if all(node.display for node in self.ancestors_with_self if isinstance(node, Widget)):
            event.prevent_default()

    async def on_key(self, event: events.Key) -> None:
        if event.key == "ctrl+o" and self.lines in ("values", "words"):
            self.insert_text_at_cursor(BREAK)
            event.stop()
            event.prevent_default()
            return
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
