"""Dialogs: a question, a choice, a report; `form.py` has forms. Each fits into 40 columns and 10 lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, Generic, NamedTuple, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input

from tui.resources.model.text import Cell, Line, Span, cells, one_line
from tui.widgets.bar import Bar, KeyHint, Segment
from tui.widgets.clipboard import tell_copied
from tui.widgets.line_input import LineInput, left_out_words, reached
from tui.widgets.lines import Lines
from tui.widgets.table import Heading, Table
from tui.widgets.textual_internals.bindings import bind_first
from tui.widgets.textual_internals.keys import key_name
from tui.widgets.wrapping import Text

Answer = TypeVar("Answer")

FRAME = 3  # lines of a dialog besides its contents: two of the frame, one of keys


def spanned(lines: Iterable[Line | str]) -> tuple[Line, ...]:
    """Return lines as spans; a text becomes one line without a style."""
    return tuple((Span(one_line(line)),) if isinstance(line, str) else line for line in lines)


class Dialog(ModalScreen[Answer | None], Generic[Answer]):
    """A frame over the page with a title and a line of keys. Escape answers None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Cancel", show=False, priority=True)]

    def __init__(self, title: str, hints: Sequence[KeyHint] = ()) -> None:
        super().__init__()
        self._answered = False
        self._hints = tuple(hints)
        self.frame = Container(id="dialog")
        self.frame.border_title = Content(one_line(title))
        self.scroll = VerticalScroll(id="dialog-contents", can_focus=False)
        self.hints = Bar(id="dialog-keys")

    def contents(self) -> Iterable[Widget]:
        """Return the widgets in the frame."""
        return ()

    def compose(self) -> ComposeResult:
        with self.frame:
            with self.scroll:
                yield from self.contents()
            yield self.hints

    def on_mount(self) -> None:
        self.show_hints(self._hints)

    def on_resize(self, event: events.Resize) -> None:
        self.fit(event.size.height - FRAME)

    def fit(self, lines: int) -> None:
        """Limit the contents to so many lines; longer contents scroll."""
        self.scroll.styles.max_height = max(1, lines)  # called before or after the contents are mounted

    def show_hints(self, hints: Sequence[KeyHint]) -> None:
        """Show the keys that apply now."""
        self.hints.show([Segment((Span(hint.key, "key"), Span(f" {hint.label}", "dim")), hint.rank) for hint in hints])

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Close with an answer, once. Keys typed ahead for a closed or covered dialog close no other screen."""
        if self._answered or not self.is_current:
            return AwaitComplete()
        self._answered = True
        return super().dismiss(result)

    def action_leave(self) -> None:
        """Close without an answer."""
        self.dismiss(None)


class Tick(NamedTuple):
    """A check box."""

    name: str
    label: str
    ticked: bool = False


class Confirm(Dialog[frozenset[str]]):
    """A question. The answer is the names of the ticked boxes, or None for no.

    `danger`: the action cannot be undone, so only `y` confirms; otherwise Enter does too. `command` returns a line about the
    action for the ticked boxes.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "yes", "Yes", show=False, priority=True),
        Binding("n,q", "leave", "No", show=False, priority=True),
        Binding("enter", "enter", "Yes", show=False, priority=True),
        Binding("down,j,tab", "move(1)", "Next box", show=False, priority=True),
        Binding("up,k,shift+tab", "move(-1)", "Previous box", show=False, priority=True),
        Binding("space", "tick", "Tick", show=False, priority=True),
        *(Binding(str(number), f"tick_number({number})", show=False, priority=True) for number in range(1, 10)),
    ]

    def __init__(
        self,
        title: str,
        lines: Sequence[Line | str],
        ticks: Sequence[Tick] = (),
        *,
        danger: bool = False,
        confirm_label: str = "yes",
        command: Callable[[frozenset[str]], str] | None = None,
    ) -> None:
        boxes = [KeyHint("space", "tick", rank=2)] if ticks else []
        keys = [KeyHint("y", confirm_label, rank=0)] if danger else [KeyHint("y/enter", confirm_label, rank=0)]
        super().__init__(title, [*keys, KeyHint("n", "no", rank=1), *boxes])
        self._lines = spanned(lines)
        self._ticks = tuple(ticks)
        self._ticked = {tick.name for tick in ticks if tick.ticked}
        self._danger = danger
        self._command = command
        self._at = 0
        self._text = Text(self._lines)
        self._boxes = Text(classes="boxes")
        self._doing = Text(classes="doing")

    def contents(self) -> Iterable[Widget]:
        return self._text, self._boxes, self._doing

    def on_mount(self) -> None:
        if self._danger:
            self.frame.add_class("danger")
        self._show()

    @property
    def ticked(self) -> frozenset[str]:
        """Return the names of the ticked boxes."""
        return frozenset(self._ticked)

    def _show(self) -> None:
        lines: list[Line] = []
        for number, tick in enumerate(self._ticks):
            sign = "x" if tick.name in self._ticked else " "
            here = number == self._at
            lines.append((Span(f"{number + 1} [{sign}] {one_line(tick.label)}", "cursor" if here else ""),))
        self._boxes.show(lines)
        self._doing.show([(Span(one_line(self._command(self.ticked)), "dim"),)] if self._command else [])

    def action_move(self, by: int) -> None:
        """Move to another box."""
        if self._ticks:
            self._at = (self._at + by) % len(self._ticks)
            self._show()

    def action_tick(self) -> None:
        """Tick or untick the box."""
        if self._ticks:
            self._ticked ^= {self._ticks[self._at].name}
            self._show()

    def action_tick_number(self, number: int) -> None:
        """Tick or untick a box by its number."""
        if number <= len(self._ticks):
            self._at = number - 1
            self.action_tick()

    def action_enter(self) -> None:
        """Confirm, unless the action cannot be undone."""
        if self._danger:
            self.show_hints([KeyHint("y", "this cannot be undone: press y", rank=0), KeyHint("n", "no", rank=1)])
        else:
            self.action_yes()

    def action_yes(self) -> None:
        """Confirm."""
        self.dismiss(self.ticked)


class Entry(NamedTuple):
    """An entry to choose. `why_not`: dimmed, and choosing it only shows the reason. `help`: a text beside the entry."""

    value: str
    label: str
    key: str = ""
    help: str = ""
    why_not: str = ""


class Pick(Dialog[str]):
    """A list to choose an entry from; typing filters the list. The answer is the entry's value.

    The cursor begins on the entry with the value `proposed`, else on the first.

    `keyed`: an entry's own key chooses it immediately, as in an action menu, and `/` starts the filter. All these run before
    the next key is read, which goes to the screen below.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,ctrl+n,tab", "move(1)", "Next", show=False, priority=True),
        Binding("up,ctrl+p,shift+tab", "move(-1)", "Previous", show=False, priority=True),
        Binding("pagedown", "page(1)", "Page down", show=False, priority=True),
        Binding("pageup", "page(-1)", "Page up", show=False, priority=True),
        Binding("enter,ctrl+j", "enter", "Pick", show=False, priority=True),
    ]

    def __init__(
        self,
        title: str,
        entries: Sequence[Entry],
        *,
        keyed: bool = False,
        proposed: str = "",
        preview: Callable[[str], object] | None = None,
    ) -> None:
        """`preview` is called with the value of the entry under the cursor, whenever it is another one."""
        self._preview = preview
        hints = [KeyHint("enter", "pick", rank=0), KeyHint("esc", "cancel", rank=1)]
        super().__init__(title, [*hints, KeyHint("/", "filter", rank=2)] if keyed else hints)
        self._entries = {f"{number}": entry for number, entry in enumerate(entries)}
        self._proposed = next((key for key, entry in self._entries.items() if entry.value == proposed), "")
        self._keyed = keyed
        if keyed:
            bind_first(self, self._keys())
        self.filter = LineInput(id="dialog-filter", compact=True, placeholder="type to filter")
        self._narrowed = ""  # the filter text of the entries shown
        self.table = Table(headed=False, id="dialog-table")
        self.table.can_focus = keyed

    def compose(self) -> ComposeResult:
        with self.frame:
            yield self.filter
            yield self.table
            yield self.hints

    def on_mount(self) -> None:
        self.filter.display = not self._keyed
        self.set_focus(self.table if self._keyed else self.filter)  # now, since keys typed ahead are for this dialog
        self.call_after_refresh(self._show)

    def fit(self, lines: int) -> None:
        self.table.styles.height = max(1, min(len(self._entries), lines - 1))
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        words = self.filter.value.lower().split()
        keys = [
            key
            for key, entry in self._entries.items()
            if all(word in f"{entry.label} {entry.value} {entry.help}".lower() for word in words)
        ]
        first = max((cells(one_line(entry.key)) for entry in self._entries.values()), default=0)
        room = max(10, self.table.scrollable_content_region.width - first - (1 if first else 0))
        label = min(room, max((cells(one_line(entry.label)) for entry in self._entries.values()), default=0))
        headings = [Heading("", first)] if first else []
        headings += [Heading("", label), Heading("", max(0, room - label - 1))]
        self.table.show(headings, keys, self._cells, empty=(Span("no matches", "dim"),))
        if self._proposed and self.table.move_to(self._proposed):
            self._proposed = ""

    def _cells(self, key: str) -> Sequence[Cell]:
        entry = self._entries[key]
        style = "grey" if entry.why_not else ""
        first = [Cell(one_line(entry.key), style or "key")] if any(entry.key for entry in self._entries.values()) else []
        return *first, Cell(one_line(entry.label), style), Cell(one_line(entry.why_not or entry.help), style or "dim")

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._narrow()

    def on_line_input_left_out(self, event: LineInput.LeftOut) -> None:
        """Say how much of a paste the filter did not take."""
        event.stop()
        self.hints.show([Segment((Span(left_out_words(event.lines), "warn"),))])

    def _narrow(self) -> None:
        """Show the entries that match the filter, with the cursor on the first."""
        if self._narrowed != self.filter.value:
            self._narrowed = self.filter.value
            self._show()
            self.table.action_first()
            self._show_preview()

    def _keys(self) -> Iterable[Binding]:
        """Yield the key bindings of a menu: of its entries, and of the filter."""
        own = [(entry.key, number) for number, entry in self._entries.items() if entry.key not in ("", "enter")]
        yield from (Binding(key_name(key), f"pick('{number}')", show=False, priority=True) for key, number in own)
        if not any(key == "/" for key, _ in own):
            yield Binding("slash", "filter", show=False, priority=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable the keys of entries while the filter is open, since they are text."""
        return not (action in ("pick", "filter") and self.filter.display)

    def action_pick(self, number: str) -> None:
        """Choose an entry by its key."""
        self._pick(self._entries[number])

    def action_filter(self) -> None:
        """Open the filter."""
        self.filter.display = True
        self.set_focus(self.filter)

    async def action_enter(self) -> None:
        """Choose the entry under the cursor, after all keys typed into the filter before."""
        if self.filter.display:
            await reached(self.filter)
            self._narrow()
        if (key := self.table.cursor_key) is not None:
            self._pick(self._entries[key])

    def action_move(self, by: int) -> None:
        """Move to another entry."""
        self.table.action_move(by)
        self._show_preview()

    def action_page(self, by: int) -> None:
        """Move by a page."""
        self.table.action_page(by)
        self._show_preview()

    def _show_preview(self) -> None:
        if self._preview is not None and (key := self.table.cursor_key) is not None:
            self._preview(self._entries[key].value)

    def on_table_opened(self, event: Table.Opened) -> None:
        event.stop()
        self._pick(self._entries[event.key])

    def _pick(self, entry: Entry) -> None:
        if entry.why_not:
            self.hints.show([Segment((Span(one_line(entry.why_not), "warn"),))])
        else:
            self.dismiss(entry.value)


class Report(Dialog[None]):
    """A report, one line per object; lines can be added."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,q", "leave", "Close", show=False, priority=True),
        Binding("down,j", "scroll(1)", "Down", show=False, priority=True),
        Binding("up,k", "scroll(-1)", "Up", show=False, priority=True),
        Binding("pagedown,ctrl+f,space", "scroll(8)", "Page down", show=False, priority=True),
        Binding("pageup,ctrl+b", "scroll(-8)", "Page up", show=False, priority=True),
        Binding("y,c", "copy", "Copy", show=False, priority=True),
    ]

    def __init__(self, title: str, lines: Sequence[Line | str] = ()) -> None:
        super().__init__(title, [KeyHint("enter", "close", rank=0), KeyHint("y", "copy", rank=1)])
        self._lines = spanned(lines)
        self._text = Text(self._lines)

    def contents(self) -> Iterable[Lines]:
        return (self._text,)

    def show(self, lines: Sequence[Line]) -> None:
        """Replace the lines."""
        self._lines = spanned(lines)
        self._text.show(self._lines)

    def add(self, line: Line | str) -> None:
        """Add a line."""
        self.show([*self._lines, *spanned([line])])

    def action_scroll(self, by: int) -> None:
        """Scroll by some lines."""
        self.scroll.scroll_relative(y=by, animate=False)

    def action_copy(self) -> None:
        """Copy the whole report."""
        text = "\n".join("".join(span.text for span in line) for line in self._lines)
        self.app.copy_to_clipboard(text)

        def tell(words: str, style: str) -> None:
            self.hints.show([Segment((Span(words, style),))])

        tell_copied(tell, self.run_worker, text, "the whole report")
