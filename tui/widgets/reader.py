"""A reader of documents with folding, search and copying. Only visible lines are rendered."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from time import perf_counter
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer

from tui.resources.model.document import Document, Link, Sheet
from tui.resources.model.reading import Reading
from tui.resources.model.text import Line, cells, plain
from tui.widgets.lines import LineView, strip
from tui.widgets.wrapping import from_cell, hanging_indent, wrap

SIDEWAYS = 16  # cells per step to the side
WHEEL = 3  # lines per click of the wheel
WORK, PAUSE = 0.008, 0.004  # seconds of searching, and seconds between for keys


class Reader(LineView, can_focus=True):
    """The view of a document. The cursor is on a row: a line that no fold hides; `reading` holds the state."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Down", show=False, id="reader.down"),
        Binding("up,k", "move(-1)", "Up", show=False, id="reader.up"),
        Binding("home,g", "first", "First", show=False, id="reader.first"),
        Binding("end,G,upper_g,shift+g", "last", "Last", show=False, id="reader.last"),
        Binding("pagedown,ctrl+f,space", "page(1)", "Page down", show=False, id="reader.page-down"),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="reader.page-up"),
        Binding("ctrl+d", "page(0.5)", "Half a page down", show=False, id="reader.half-down"),
        Binding("ctrl+u", "page(-0.5)", "Half a page up", show=False, id="reader.half-up"),
        Binding("left", "sideways(-1)", "Left", show=False, id="reader.left"),
        Binding("right", "sideways(1)", "Right", show=False, id="reader.right"),
        Binding("enter", "fold", "Fold", show=False, id="reader.fold"),
        Binding("n", "next", "Next match", show=False, id="reader.next"),
        Binding("N,upper_n,shift+n", "previous", "Previous match", show=False, id="reader.previous"),
        Binding("w", "wrap", "Wrap", show=False, id="reader.wrap"),
        Binding("c", "copy", "Copy the line", show=False, id="reader.copy"),
    ]

    class Searched(Message):
        """Posted after a search. `lines` is the number of matching lines, `problem` the error in the expression."""

        def __init__(self, reader: Reader, text: str, lines: int, problem: str) -> None:
            super().__init__()
            self.reader = reader
            self.text = text
            self.lines = lines
            self.problem = problem

    class Copied(Message):
        """Posted after a text was copied to the clipboard."""

        def __init__(self, reader: Reader, text: str) -> None:
            super().__init__()
            self.reader = reader
            self.text = text

    class Followed(Message):
        """Posted when a line with a link was opened."""

        def __init__(self, reader: Reader, link: Link) -> None:
            super().__init__()
            self.reader = reader
            self.link = link

    def __init__(self, *, wrapped: bool = False, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.reading = Reading(Sheet([]))
        self.following = False
        self._wrapped = wrapped
        self._starts: list[int] | None = None  # with wrapping: the first screen line of each row, and the end
        self._starts_room = 0
        self._aside = 0  # cells scrolled to the side
        self._steps: Iterator[None] = iter(())  # the steps of the running search
        self._working: Timer | None = None
        self._expected = True  # a document is to come in place of the one shown
        self._waiting = ""  # the expression that is searched in it
        self._waiting_steps: list[int] = []  # and the matches after that one to go to

    # -- display ------------------------------------------------------------------------------------------------------

    def show(self, document: Document, *, again: bool = False) -> None:
        """Show a document; `again`: a newer version of the same, so that folds, cursor and view are kept."""
        looking = self._stop_looking()
        if again:
            line = self._line_of(self.reading.cursor) - self.scroll_offset.y
            before = self._on_screen()
            self.reading.replace(document)
            self._measure()
            self.scroll_to(y=self._line_of(self.reading.cursor) - line, animate=False, force=True)
            for y, (was, is_) in enumerate(zip(before, self._on_screen(), strict=True)):
                if was != is_:
                    self.refresh(Region(0, y, self.size.width, 1))
        else:
            self.reading = Reading(document)
            self._aside = 0
            self._laid_out()
            self.scroll_to(y=0, animate=False, force=True)
        if self.following:
            self.action_last()
        waiting, steps = self._waiting, self._waiting_steps
        self.expect(False)
        if waiting:
            self.reading.look_for(waiting)
            self._begin(self._search(waiting, steps))
        elif again and looking:
            self._begin(self._search(self.reading.searched))

    def expect(self, expected: bool = True, *, searched: str = "") -> None:
        """Another document is to come in place of the one shown.

        What is searched from now on waits for `show`, and so does `searched`. With `expected` false none is to come, and
        nothing waits.
        """
        self._expected = expected
        self._waiting, self._waiting_steps = searched if expected else "", []

    @property
    def waiting(self) -> bool:
        """Whether a search waits for a document that is still to come."""
        return bool(self._waiting)

    def follow(self, following: bool) -> None:
        """Start or stop staying at the end when the document grows."""
        self.following = following
        if following:
            self.action_last()

    @property
    def wrapped(self) -> bool:
        """Return whether long lines are wrapped; otherwise `action_sideways` shows their rest."""
        return self._wrapped

    def _laid_out(self) -> None:
        """Measure and draw again after rows or their heights changed."""
        self._measure()
        self.refresh()

    def _measure(self) -> None:
        self._starts = None
        self.virtual_size = Size(self._width or self.size.width, self._lines())

    def _on_screen(self) -> list[tuple[Line, int, bool]]:
        """Return for each line of the screen: the row's text, the piece of it, whether the cursor is on the row."""
        shown = []
        for y in range(self._room):
            row, piece = self._row_at(self.scroll_offset.y + y)
            line = self.reading.line(row) if row < len(self.reading) else ()
            shown.append((line, piece, row == self.reading.cursor))
        return shown

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width

    @property
    def _room(self) -> int:
        return max(1, self.size.height)

    def _heights(self) -> list[int]:
        """Return, with wrapping, the first screen line of each row, and the end."""
        room = max(self._width, 2)
        if self._starts is None or self._starts_room != room:  # lines are drawn before the resize event
            self._starts_room = room
            lines = (self.reading.line(row) for row in range(len(self.reading)))
            heights = (1 if cells(plain(line)) <= room else len(wrap(line, room, hanging_indent(line, room))) for line in lines)
            self._starts = list(accumulate(heights, initial=0))
        return self._starts

    def _lines(self) -> int:
        return self._heights()[-1] if self._wrapped else len(self.reading)

    def _line_of(self, row: int) -> int:
        return self._heights()[min(row, len(self.reading))] if self._wrapped else row

    def _row_at(self, line: int) -> tuple[int, int]:
        """Return the row on a line of the whole text, and the number of its piece."""
        if not self._wrapped:
            return line, 0
        starts = self._heights()
        row = bisect_right(starts, line) - 1
        return row, line - starts[row] if row < len(starts) else 0

    def render_line(self, y: int) -> Strip:
        """Return a line of the widget; called by Textual."""
        room = self._width
        row, piece = self._row_at(self.scroll_offset.y + y)
        if row >= len(self.reading):
            return strip((), self.palette, room)
        line = self.reading.line(row)
        if self._wrapped:
            line = wrap(line, max(room, 2), hanging_indent(line, max(room, 2)))[piece]
        elif self._aside:
            line = from_cell(line, self._aside)
        return strip(line, self.palette, room, "cursor" if row == self.reading.cursor and self.has_focus else "")

    def on_resize(self) -> None:
        self.kept_lines.clear()
        if self._wrapped:
            self._starts = None
        self.virtual_size = Size(self._width or self.size.width, self._lines())
        self._reveal()

    # -- moving -------------------------------------------------------------------------------------------------------

    def _move(self, row: int) -> None:
        before = self.reading.cursor
        self.reading.move_to(row)
        self._reveal()
        for changed in {before, self.reading.cursor}:
            self._refresh_row(changed)

    def _refresh_row(self, row: int) -> None:
        top = self._line_of(row) - self.scroll_offset.y
        height = self._line_of(row + 1) - self._line_of(row) if row < len(self.reading) else 1
        self.refresh(Region(0, top, self.size.width, max(height, 1)))

    def _reveal(self) -> None:
        """Scroll as little as needed to show the cursor's row."""
        first = self._line_of(self.reading.cursor)
        last = max(first, self._line_of(self.reading.cursor + 1) - 1) if len(self.reading) else 0
        top = self.scroll_offset.y
        if last >= top + self._room:
            top = last - self._room + 1
        top = min(top, first)
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, force=True)

    def action_move(self, rows: int) -> None:
        """Move the cursor by some rows."""
        self._move(self.reading.cursor + rows)

    def action_page(self, pages: float) -> None:
        """Move the cursor and the view by some pages."""
        lines = max(1, int(self._room * abs(pages))) * (1 if pages > 0 else -1)
        target = self._line_of(self.reading.cursor) + lines
        self.scroll_to(y=self.scroll_offset.y + lines, animate=False, force=True)
        self._move(self._row_at(max(0, target))[0])

    def action_first(self) -> None:
        """Move to the first row."""
        self._move(0)

    def action_last(self) -> None:
        """Move to the last row."""
        self._move(len(self.reading) - 1)

    def action_sideways(self, steps: int) -> None:
        """Scroll to the right or left; no effect on wrapped lines."""
        aside = max(0, self._aside + steps * SIDEWAYS)
        if not self._wrapped and aside != self._aside:
            self._aside = aside
            self.refresh()

    def action_wrap(self) -> None:
        """Start or stop wrapping long lines."""
        self._wrapped = not self._wrapped
        self._aside = 0
        self._laid_out()
        self._reveal()

    # -- folding, searching, copying ----------------------------------------------------------------------------------

    def action_fold(self) -> None:
        """Open the link of the cursor's line; without a link, fold or unfold the section of the line."""
        if len(self.reading) and (link := self.reading.link(self.reading.cursor)):
            self.post_message(self.Followed(self, link))
        elif len(self.reading):
            self.reading.toggle(self.reading.cursor)
            self._laid_out()
            self._reveal()

    def fold_all(self, depth: int = 0) -> None:
        """Fold all sections at this depth and deeper."""
        self.reading.fold_all(depth)
        self._laid_out()
        self._reveal()

    def unfold_all(self) -> None:
        """Unfold all sections."""
        self.reading.unfold_all()
        self._laid_out()
        self._reveal()

    def search(self, text: str) -> None:
        """Go to the first line from the cursor on that matches an expression, and count them; an empty one ends the search.

        `Searched` tells when that is done, which is after the next `show` while a document is expected.
        """
        self.reading.look_for(text)
        self.refresh()
        if self._expected:
            self._stop_looking()
            self._waiting, self._waiting_steps = text, []
        else:
            self._begin(self._search(text))

    def _search(self, text: str, steps: Sequence[int] = ()) -> Iterator[None]:
        """Go to the first match, then to those that `steps` lead to, and count."""
        for step in (0, *steps):
            yield from self._seek(step)
        lines = yield from self.reading.count()
        self.post_message(self.Searched(self, text, lines, self.reading.problem))

    def action_next(self) -> None:
        """Go to the next line that matches."""
        self._step(1)

    def action_previous(self) -> None:
        """Go to the line before that matches."""
        self._step(-1)

    def _step(self, step: int) -> None:
        if self._waiting:
            self._waiting_steps.append(step)
        else:
            self._begin(self._seek(step))

    def _seek(self, step: int) -> Iterator[None]:
        if (yield from self.reading.seek(step)):
            self._arrived()

    def _begin(self, steps: Iterator[None]) -> None:
        """Start this search in place of a running one."""
        self._steps = steps
        self._work()

    def _work(self) -> None:
        """Search for `WORK` seconds; continue after `PAUSE` if work is left, so that keys are handled."""
        self._stop_looking()
        until = perf_counter() + WORK
        for _ in self._steps:
            if perf_counter() >= until:
                self._working = self.set_timer(PAUSE, self._work)
                return

    def _arrived(self) -> None:
        """Draw again after a search moved the cursor, which may have unfolded sections."""
        self._laid_out()
        self._reveal()

    def _stop_looking(self) -> bool:
        """Stop the running search; return whether there was one."""
        timer, self._working = self._working, None
        if timer is not None:
            timer.stop()
        return timer is not None

    def action_copy(self) -> None:
        """Copy the value of the cursor's line to the clipboard (OSC 52)."""
        if len(self.reading):
            text = self.reading.copy(self.reading.cursor)
            self.app.copy_to_clipboard(text)
            self.post_message(self.Copied(self, text))

    # -- the focus and the mouse --------------------------------------------------------------------------------------

    def on_focus(self) -> None:
        self._refresh_row(self.reading.cursor)

    def on_blur(self) -> None:
        self._refresh_row(self.reading.cursor)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        row, _ = self._row_at(self.scroll_offset.y + event.y)
        if row < len(self.reading):
            again = row == self.reading.cursor and event.chain > 1
            self._move(row)
            if again:
                self.action_fold()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._wheel(event, WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._wheel(event, -WHEEL)

    def _wheel(self, event: events.MouseEvent, lines: int) -> None:
        """Scroll the view; the cursor stays on the screen."""
        event.stop()
        event.prevent_default()
        self.scroll_to(y=self.scroll_offset.y + lines, animate=False, force=True)
        top = self.scroll_offset.y
        low, high = self._row_at(top)[0], self._row_at(top + self._room - 1)[0]
        self._move(max(low, min(self.reading.cursor, high)))
