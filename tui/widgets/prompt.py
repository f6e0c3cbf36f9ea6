"""The one-line prompt at the bottom: `:` for commands with completion, `/` for filters and searches, with history."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar, NamedTuple

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from tui.resources.model.text import Line, Span, one_line
from tui.widgets.bar import Bar, Segment
from tui.widgets.line_input import LineInput, left_out_words, reached
from tui.widgets.lines import Lines, strip

COMPLETIONS_SHOWN = 8
HISTORY_KEPT = 100


class Completion(NamedTuple):
    """A completion of the text, and a help text."""

    text: str
    help: str = ""


Complete = Callable[[str], Sequence[Completion]]
Accept = Callable[[str], Awaitable[None] | None]


def ignore(*_: object) -> None:
    """Do nothing."""


def nothing(_text: str) -> Sequence[Completion]:
    """Return no completions."""
    return ()


class History:
    """The entries before, the newest last, and the current position."""

    def __init__(self, entries: Sequence[str] = ()) -> None:
        self.entries = list(entries)
        self._at = 0
        self._typed = ""

    def add(self, text: str) -> None:
        """Add an entry; an equal one is moved to the end."""
        if text:
            self.entries = [*(entry for entry in self.entries if entry != text), text][-HISTORY_KEPT:]
        self.rewind()

    def rewind(self) -> None:
        """Move behind the newest entry."""
        self._at = len(self.entries)

    def step(self, by: int, typed: str) -> str:
        """Return the entry `by` steps from here (negative: older). The typed text comes after the newest entry."""
        if self._at >= len(self.entries):
            self._at, self._typed = len(self.entries), typed
        self._at = max(0, min(self._at + by, len(self.entries)))
        return self.entries[self._at] if self._at < len(self.entries) else self._typed


class Completions(Lines):
    """The list above the prompt, with the chosen completion under a cursor."""

    def __init__(self) -> None:
        super().__init__(id="completions")
        self.entries: Sequence[Completion] = ()
        self.chosen = -1

    def show(self, entries: Sequence[Completion], chosen: int = -1) -> None:
        """Show these completions; -1 chooses none."""
        self.entries, self.chosen = entries, chosen
        self.display = bool(entries)
        self.styles.height = min(len(entries), self._most())
        self.refresh()

    def _most(self) -> int:
        """Return the maximum number of lines: half of the screen."""
        return max(1, min(COMPLETIONS_SHOWN, self.app.size.height // 2 - 1))

    def render_line(self, y: int) -> Strip:
        room = self.size.width
        top = max(0, self.chosen - self.size.height + 1)
        if top + y >= len(self.entries):
            return strip((), self.palette, room)
        entry = self.entries[top + y]
        line: Line = (Span(f" {one_line(entry.text)}"), Span(f"  {one_line(entry.help)}" if entry.help else "", "dim"))
        return strip(line, self.palette, room, "cursor" if top + y == self.chosen else "")


class Prompt(Container):
    """A hidden line until `ask`. The text is passed to the callbacks; its meaning is up to the screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+g", "cancel", "Cancel", show=False, priority=True),
        Binding(
            "enter,ctrl+j", "submit", "Enter", show=False, priority=True
        ),  # ctrl+j: Enter typed before the terminal was in raw mode
        Binding("tab", "choose(1)", "Next completion", show=False),
        Binding("shift+tab", "choose(-1)", "Previous completion", show=False),
        Binding("down,ctrl+n", "step(1)", "Next", show=False),
        Binding("up,ctrl+p", "step(-1)", "Previous", show=False),
    ]

    def __init__(self, *, id: str = "prompt") -> None:
        super().__init__(id=id)
        self.display = False
        self.kind = ""
        self._sign = Bar(id="prompt-sign")
        self._note = Bar(id="prompt-note")
        self._completions = Completions()
        self._input = LineInput(id="prompt-text", compact=True, select_on_focus=False)
        self._complete: Complete = nothing
        self._accept: Accept = ignore
        self._typed: Callable[[str], object] = ignore
        self._cancelled: Callable[[], object] = ignore
        self._histories: dict[str, History] = {}
        self._stem = ""  # the text before a completion was chosen
        self._before: Widget | None = None

    def compose(self) -> ComposeResult:
        yield self._completions
        with Horizontal(id="prompt-line"):
            yield self._sign
            yield self._input
            yield self._note

    @property
    def is_open(self) -> bool:
        """Return whether the prompt is on the screen."""
        return self.display

    @property
    def text(self) -> str:
        """Return the current text."""
        return self._input.value

    def ask(
        self,
        kind: str,
        text: str = "",
        *,
        accept: Accept,
        complete: Complete = nothing,
        typed: Callable[[str], object] = ignore,
        cancelled: Callable[[], object] = ignore,
    ) -> None:
        """Ask for a line. `kind` is the sign before the line, such as ":", with a history of its own.

        `typed` is called with the text after each change, then once either `accept` with the entered text or `cancelled`. They
        are called directly and in this order, not by messages, which could arrive after the next line was asked for.
        """
        self.kind = kind
        self._accept = accept
        self._typed = typed
        self._cancelled = cancelled
        self._complete = complete
        self._history.rewind()
        self._before = self.screen.focused
        self._sign.show([Segment((Span(kind, "key"),))])
        self._sign.styles.width = len(kind) + 1  # with the padding
        self.note("")
        with self._input.prevent(Input.Changed):
            self._input.value = text
        self._input.cursor_position = len(text)
        self._stem = text
        self.display = True
        self._completions.show(self._complete(text))
        self.screen.set_focus(self._input)  # now, since keys typed ahead are for the prompt

    def close(self) -> None:
        """Hide the prompt and restore the focus."""
        self.display = False
        self._completions.show(())
        if self._before is not None and self._before.is_attached:
            self.screen.set_focus(self._before)

    def on_line_input_left_out(self, event: LineInput.LeftOut) -> None:
        """Say how much of a paste the line did not take."""
        event.stop()
        self.note(left_out_words(event.lines))

    def note(self, text: str) -> None:
        """Show a note after the text: an error, or the number of matches."""
        self._note.show([Segment((Span(one_line(text), "warn"),))] if text else [])
        self._note.styles.width = min(len(text), max(10, self.app.size.width // 2)) if text else 0

    @property
    def _history(self) -> History:
        return self._histories.setdefault(self.kind, History())

    def _set(self, text: str) -> None:
        """Change the text without updating the completions."""
        with self._input.prevent(Input.Changed):
            self._input.value = text
        self._input.cursor_position = len(text)
        self._typed(text)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.display and event.value == self._input.value:  # else the text has changed since, or the prompt is closed
            self._complete_anew()
            self._typed(event.value)

    def _complete_anew(self) -> None:
        """Update the completions for the current text."""
        self._stem = self._input.value
        self._completions.show(self._complete(self._stem))

    async def submit(self) -> None:
        """Accept the text, including all keys typed before Enter. On return `accept` has finished."""
        await reached(self._input)
        if not self.is_open:
            return
        text = self._input.value
        self._history.add(text)
        self.close()
        if inspect.isawaitable(done := self._accept(text)):
            await done

    def on_key(self, event: events.Key) -> None:
        if event.key == "backspace" and not self._input.value:
            event.stop()
            self.action_cancel()

    async def action_submit(self) -> None:
        """Accept the text. A priority binding, which runs before the next key is read."""
        await self.submit()

    def action_cancel(self) -> None:
        """Close without accepting."""
        self.close()
        self._cancelled()

    def action_choose(self, by: int) -> None:
        """Put the next completion into the line; after the last one comes the typed text."""
        chosen = self._completions.chosen
        if self._input.value != (self._completions.entries[chosen].text if chosen >= 0 else self._stem):
            self._complete_anew()  # the Changed messages of the last letters have not arrived yet
        entries = self._completions.entries
        if not entries:
            return
        places = len(entries) + 1
        chosen = (self._completions.chosen + 1 + by) % places - 1
        if len(entries) == 1:
            chosen = 0
        self._completions.show(entries, chosen)
        self._set(entries[chosen].text if chosen >= 0 else self._stem)

    def action_step(self, by: int) -> None:
        """Move through the completions if one is chosen or a list is open below, else through the history."""
        if self._completions.chosen >= 0 or (by > 0 and self._completions.entries):
            self.action_choose(by)
            return
        self._set(self._history.step(by, self._input.value))
