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
from tui.widgets.line_input import LineInput, reached
from tui.widgets.lines import Lines, strip

COMPLETIONS_SHOWN = 8
HISTORY_KEPT = 100


class Completion(NamedTuple):
    """What the text can become, and a word about it."""

    text: str
    help: str = ""


Complete = Callable[[str], Sequence[Completion]]
Accept = Callable[[str], Awaitable[None] | None]


def ignore(*_: object) -> None:
    """Nothing depends on it."""


def nothing(_text: str) -> Sequence[Completion]:
    """No completions."""
    return ()


class History:
    """What was entered before, the newest last, and where one is in it."""

    def __init__(self, entries: Sequence[str] = ()) -> None:
        self.entries = list(entries)
        self._at = 0
        self._typed = ""

    def add(self, text: str) -> None:
        """Remember an entry; an equal one moves to the end."""
        if text:
            self.entries = [*(entry for entry in self.entries if entry != text), text][-HISTORY_KEPT:]
        self.rewind()

    def rewind(self) -> None:
        """Be behind the newest entry."""
        self._at = len(self.entries)

    def step(self, by: int, typed: str) -> str:
        """The entry `by` steps from here (negative: older). Behind the newest stands what was typed."""
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
        """Show these; -1 chooses none."""
        self.entries, self.chosen = entries, chosen
        self.display = bool(entries)
        self.styles.height = min(len(entries), self._most())
        self.refresh()

    def _most(self) -> int:
        """At most half of the screen."""
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
    """Hidden until `ask`. What is typed goes to whom asked; what that means is the screen's business."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+g", "cancel", "Cancel", show=False, priority=True),
        Binding("enter,ctrl+j", "submit", "Enter", show=False, priority=True),  # ctrl+j: Enter before the terminal was ours
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
        self._stem = ""  # what was typed before a completion was chosen
        self._before: Widget | None = None

    def compose(self) -> ComposeResult:
        yield self._completions
        with Horizontal(id="prompt-line"):
            yield self._sign
            yield self._input
            yield self._note

    @property
    def is_open(self) -> bool:
        """Whether it is on the screen."""
        return self.display

    @property
    def text(self) -> str:
        """What is typed in it now."""
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
        """Ask for a line. `kind` is the sign before it, such as ":", and has a history of its own.

        `typed` is called with the text while it is typed, `accept` with what is entered, once; or else `cancelled`. They are
        called at once and in this order, never by a message that could come late, after the next line was asked for.
        """
        self.kind = kind
        self._accept = accept
        self._typed = typed
        self._cancelled = cancelled
        self._complete = complete
        self._history.rewind()
        self._before = self.screen.focused
        self._sign.show([Segment((Span(kind, "key"),))])
        self.note("")
        with self._input.prevent(Input.Changed):
            self._input.value = text
        self._input.cursor_position = len(text)
        self._stem = text
        self.display = True
        self._completions.show(self._complete(text))
        self.screen.set_focus(self._input)  # now: what is typed ahead is for the prompt already

    def close(self) -> None:
        """Put the prompt away and give the focus back."""
        self.display = False
        self._completions.show(())
        if self._before is not None and self._before.is_attached:
            self.screen.set_focus(self._before)

    def note(self, text: str) -> None:
        """One remark behind the text: what is wrong with it, or how much it found."""
        self._note.show([Segment((Span(one_line(text), "warn"),))] if text else [])
        self._note.styles.width = min(len(text), max(10, self.app.size.width // 2)) if text else 0

    @property
    def _history(self) -> History:
        return self._histories.setdefault(self.kind, History())

    def _set(self, text: str) -> None:
        """Change the text without asking for completions again."""
        with self._input.prevent(Input.Changed):
            self._input.value = text
        self._input.cursor_position = len(text)
        self._typed(text)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.display and event.value == self._input.value:  # else it has changed again, or is put away
            self._complete_anew()
            self._typed(event.value)

    def _complete_anew(self) -> None:
        """List what the text as it is now can become."""
        self._stem = self._input.value
        self._completions.show(self._complete(self._stem))

    async def submit(self) -> None:
        """Enter: take what was typed before it, to the last letter. When this returns the answer has had its effect."""
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
        """Enter. A binding with priority: it acts before the next key is read."""
        await self.submit()

    def action_cancel(self) -> None:
        """Close without an answer."""
        self.close()
        self._cancelled()

    def action_choose(self, by: int) -> None:
        """Take the next completion into the line; behind the last stands what was typed."""
        chosen = self._completions.chosen
        if self._input.value != (self._completions.entries[chosen].text if chosen >= 0 else self._stem):
            self._complete_anew()  # the last letters were not told of yet
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
        """Arrows: through the completions once one is chosen or when there is no history, else through the history."""
        if self._completions.chosen >= 0 or (by > 0 and self._completions.entries):
            self.action_choose(by)
            return
        self._set(self._history.step(by, self._input.value))
