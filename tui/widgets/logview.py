"""The widget of a log: visible lines, cursor, highlights, marks, selection.

The widget holds no lines: it reads the visible ones from the buffer, by their places (`log_places.py`).

Over 400 lines: the keys and the mouse move one cursor, which the selection, the search and the end of the log follow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic

from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer

from tui.live.logs.buffer import LogBuffer
from tui.resources.logs.filters import Filters, LineFilter, Rows
from tui.resources.logs.match_search import Finding
from tui.resources.logs.row import Look
from tui.resources.model.text import Line
from tui.widgets.lines import LineView, Palette, strip
from tui.widgets.log_places import LogPlaces, Place
from tui.widgets.logcolours import LogPalette
from tui.widgets.wrapping import wrap

FLUSHES = 20  # per second, at most
SIDEWAYS = 16  # cells per step to the side
WHEEL = 3  # lines per click of the wheel
WORK, PAUSE = 0.008, 0.004  # seconds of filtering and counting, and seconds between for keys
NEAR = 2  # distance in screens from the oldest line at which older lines are requested


class LogView(LineView, can_focus=True):
    """The view of a buffer. `autoscroll`: the newest line stays in view; moving up ends that, moving to the end starts it."""

    class Moved(Message):
        """Posted when the cursor, the lines or the counts changed."""

    class OlderWanted(Message):
        """Posted when the cursor is near the oldest line."""

    class NotFull(Message):
        """Posted when all lines leave a part of the screen empty: the first page may be one long line."""

    class NewerWanted(Message):
        """Posted when the cursor is at the newest line."""

    class Opened(Message):
        """Posted when a line was opened."""

    def __init__(self, buffer: LogBuffer, names: Sequence[str] = (), *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.places = LogPlaces(buffer, names)
        self.finding: Finding | None = None
        self.autoscroll = True
        self.cursor: int | None = None  # None: no lines
        self.chosen_from: int | None = None  # the other end of a selection
        self.unseen_from: int | None = None  # the first line that arrived while the newest line was not in view
        self.empty: Callable[[], Line] = lambda: ()
        self._flushed = 0.0
        self._flushing: Timer | None = None
        self._working: Timer | None = None
        self._dragging = False

    @property
    def palette(self) -> Palette:
        palette = self.__dict__.get("_palette")
        if palette is None:
            palette = self.__dict__["_palette"] = LogPalette(self)
        return palette

    @property
    def buffer(self) -> LogBuffer:
        """Return the lines that were read."""
        return self.places.buffer

    @property
    def rows(self) -> Rows:
        """Return the lines that are shown."""
        return self.places.rows

    @property
    def look(self) -> Look:
        """Return how lines are displayed."""
        return self.places.look

    @property
    def wrapped(self) -> bool:
        """Return whether long lines are wrapped."""
        return self.places.wrapped

    def on_mount(self) -> None:
        self._work()
        self._settle()

    # -- changes ------------------------------------------------------------------------------------------------------

    def changed(self, start: int | None = None, *, everything: bool = False) -> None:
        """Note that lines of the buffer changed: from the id `start` on, or all. They are drawn up to 20 times a second."""
        self.rows.changed(start, everything)
        if self.finding is not None:
            self.finding.changed(start, everything)
        if everything:
            self.places.changed_all()
            self.cursor = self.chosen_from = self.unseen_from = None
        else:
            self.places.changed(self.buffer.end_id if start is None else start)
            unseen = self.unseen_from is not None and self.unseen_from >= self.buffer.first_id
            if start is not None and not self.autoscroll and not unseen:
                self.unseen_from = start
        if self._flushing is None:
            wait = self._flushed + 1 / FLUSHES - monotonic()
            if wait <= 0:
                self.flush()
            else:
                self._flushing = self.set_timer(wait, self.flush)

    def flush(self) -> None:
        """Draw all changes now."""
        if self._flushing is not None:
            self._flushing.stop()
            self._flushing = None
        if len(self.buffer):  # the first line is drawn without delay
            self._flushed = monotonic()
        if self.is_attached:
            self._work()
            self._settle()

    def _settle(self) -> None:
        """Find cursor and top among the current lines, and draw."""
        last = self.rows.before(self.buffer.end_id)
        if last is None:
            self.cursor = None
        elif self.autoscroll or self.cursor is None:
            self.cursor = last
        elif self.cursor not in self.rows:
            self.cursor = self.rows.after(self.cursor) or last
        if last is not None and len(self.rows) < self.places.height and not isinstance(self.rows, LineFilter):
            self.post_message(self.NotFull())
        self.places.moved()
        self.refresh()
        self.post_message(self.Moved())

    def _work(self) -> None:
        """Filter and count for `WORK` seconds; continue after `PAUSE` if work is left, so that keys are handled."""
        if self._working is not None:
            self._working.stop()
            self._working = None
        sifting = self.rows.work(WORK)
        counting = not sifting and self.finding is not None and self.finding.work(WORK)
        if sifting or counting:
            self._working = self.set_timer(PAUSE, self._worked)

    def _worked(self) -> None:
        before = len(self.rows)
        self._work()
        if len(self.rows) != before or self._working is None:
            self._settle()
        elif self.finding is not None:
            self.post_message(self.Moved())

    @property
    def busy(self) -> bool:
        """Return whether lines are still being filtered or counted."""
        return self._working is not None

    def show_buffer(self, buffer: LogBuffer) -> None:
        """Show another buffer with the same filters and search, at its end."""
        searched = self.finding.search.text if self.finding is not None else ""
        self.places.buffer = buffer
        self.places.rows = LineFilter(buffer, self.rows.filters) if isinstance(self.rows, LineFilter) else Rows(buffer)
        self.finding = Finding(self.rows, searched) if searched else None
        self.autoscroll = True
        self.changed(everything=True)

    # -- display ------------------------------------------------------------------------------------------------------

    def show_look(self, look: Look) -> None:
        """Change the display of times, names and matches."""
        self.places.look = look
        self.places.changed_all()
        self.refresh()

    def filter(self, filters: Filters) -> None:
        """Show only what passes; the cursor stays at its line or the nearest that is shown."""
        self.places.rows = LineFilter(self.buffer, filters) if filters else Rows(self.buffer)
        if self.finding is not None:
            self.finding = Finding(self.rows, self.finding.search.text)
        self.chosen_from = None
        self.flush()

    def action_wrap(self) -> None:
        """Start or stop wrapping long lines."""
        places = self.places
        places.wrapped = not places.wrapped
        places.aside = 0
        places.top = (places.top[0], 0)
        places.changed_all()
        self._reveal()

    def action_sideways(self, steps: int) -> None:
        """Scroll to the right or left; no effect on wrapped lines."""
        aside = max(0, self.places.aside + steps * SIDEWAYS)
        if not self.wrapped and aside != self.places.aside:
            self.places.aside = aside
            self.refresh()

    def _shown(self) -> list[Place]:
        return self.places.shown(at_end=self.autoscroll)

    def render_line(self, y: int) -> Strip:
        """Return a line of the widget; called by Textual."""
        room = self.size.width
        places = self._shown()
        if not places:
            pieces = wrap(self.empty(), max(room, 2))
            return strip(pieces[y] if y < len(pieces) else (), self.palette, room)
        if y >= len(places):
            return strip((), self.palette, room)
        return strip(self.places.line_at(places[y]), self.palette, room, self._base(places[y][0]))

    def _base(self, id_: int) -> str:
        if self.is_chosen(id_):
            return "mark cursor" if id_ == self.cursor else "mark"
        return "cursor" if id_ == self.cursor and self.has_focus and not self.autoscroll else ""

    def on_resize(self) -> None:
        self.virtual_size = Size(self.size.width, self.size.height)
        places = self.places
        places.width, places.height = self.size.width, max(1, self.size.height)
        places.look = places.look.on_screen(self.size.width)
        places.changed_all()
        if self.autoscroll:
            self.refresh()
        else:
            self._reveal()

    # -- moving -------------------------------------------------------------------------------------------------------

    def move_to(self, id_: int, *, middle: bool = False) -> None:
        """Move the cursor to a line and show it; in the `middle` of the screen if it was not visible."""
        seen = {place[0] for place in self._shown()}
        self._stay()
        self.cursor = id_
        if middle and id_ not in seen:
            self.places.top = self.places.up((id_, 0), self.places.height // 2)
        self._reveal()

    def _stay(self) -> None:
        """Stop following the end, with the same lines in view."""
        if self.autoscroll:
            self._shown()
            self.autoscroll = False

    def _reveal(self) -> None:
        """Scroll as little as needed to show the cursor's line."""
        self.places.moved()
        if self.cursor is not None and self.cursor in self.rows and not self.autoscroll:
            self.places.reveal(self.cursor)
        self.refresh()
        self.post_message(self.Moved())

    def action_move(self, lines: int) -> None:
        """Move the cursor by some lines. At the end, following starts again; at the oldest line, older lines are requested."""
        if self.cursor is None:
            return
        if self.autoscroll and lines > 0:
            self.post_message(self.NewerWanted())
            return
        self._stay()
        step = self.rows.after if lines > 0 else self.rows.before
        for _ in range(abs(lines)):
            following = step(self.cursor)
            if following is None:
                break
            self.cursor = following
        self._arrived(lines)

    def _arrived(self, direction: float) -> None:
        """Request more lines near an end after a move, and show the cursor."""
        assert self.cursor is not None
        if direction < 0 and self.rows.index(self.cursor) < NEAR * self.places.height:
            self.post_message(self.OlderWanted())
        if direction > 0 and self.rows.after(self.cursor) is None:
            self.post_message(self.NewerWanted())
        self._reveal()

    def action_page(self, pages: float) -> None:
        """Move the cursor and the view by some pages."""
        if self.cursor is None or (self.autoscroll and pages > 0):
            self.post_message(self.NewerWanted())
            return
        self._stay()
        self._shown()
        lines = max(1, int((self.places.height - 1) * abs(pages)))
        step = self.places.down if pages > 0 else self.places.up
        self.places.top = step(self.places.top, lines)
        at = step((self.cursor, 0), lines)
        self.cursor = at[0]
        self._arrived(pages)

    def action_first(self) -> None:
        """Move to the oldest line loaded."""
        first = self.rows.after(self.buffer.first_id - 1)
        if first is not None:
            self._stay()
            self.cursor = first
            self.places.top = (first, 0)
            self._arrived(-1)

    def action_last(self) -> None:
        """Move to the newest line and follow."""
        self.set_autoscroll(True)

    def set_autoscroll(self, on: bool) -> None:
        """Keep the newest line in view, or stop doing so."""
        if on:
            self.autoscroll = True
            self.chosen_from = self.unseen_from = None
            self._settle()
        else:
            self._stay()
            self._reveal()

    # -- selecting ----------------------------------------------------------------------------------------------------

    def action_choose(self, lines: int) -> None:
        """Add the cursor's line, and those that the cursor moves over, to the selection."""
        if self.cursor is None:
            return
        if self.chosen_from is None:
            self._stay()
            self.chosen_from = self.cursor
        if lines:
            self.action_move(lines)
        else:
            self._reveal()

    def choose_none(self) -> None:
        """Clear the selection."""
        self.chosen_from = None
        self._reveal()

    def is_chosen(self, id_: int) -> bool:
        """Return whether a line is in the selection."""
        if self.chosen_from is None or self.cursor is None:
            return False
        return min(self.chosen_from, self.cursor) <= id_ <= max(self.chosen_from, self.cursor)

    def chosen(self) -> list[int]:
        """Return the ids of the selection, or the id of the cursor's line."""
        if self.cursor is None:
            return []
        other = self.cursor if self.chosen_from is None else self.chosen_from
        first, last = min(self.cursor, other), max(self.cursor, other)
        found = []
        id_ = self.rows.after(first - 1)
        while id_ is not None and id_ <= last:
            found.append(id_)
            id_ = self.rows.after(id_)
        return found

    # -- searching ----------------------------------------------------------------------------------------------------

    def search(self, text: str) -> None:
        """Highlight and count the matches of an expression; an empty text ends the search."""
        self.finding = Finding(self.rows, text) if text else None
        self.show_look(self.look.lit(self.finding.search if self.finding is not None else None))
        self._work()
        self.post_message(self.Moved())

    def go_on(self, start: int, backwards: bool) -> int | None:
        """Search from a line on, for a limited time, and move to the match. Return the id to continue at if the time was up."""
        if self.finding is None:
            return None
        found, further = self.finding.next(start, backwards)
        if found is not None:
            self.move_to(found, middle=True)
        return further

    # -- the focus and the mouse --------------------------------------------------------------------------------------

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def _id_at(self, y: int) -> int | None:
        places = self._shown()
        return places[y][0] if 0 <= y < len(places) else None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Start selecting lines; a click alone moves the cursor."""
        id_ = self._id_at(event.y)
        if id_ is not None and event.button == 1:
            self._stay()
            self.chosen_from, self.cursor = None, id_
            self._dragging = True
            self._reveal()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        id_ = self._id_at(event.y)
        if self._dragging and id_ is not None and id_ != self.cursor:
            self.chosen_from = self.cursor if self.chosen_from is None else self.chosen_from
            self.cursor = id_
            self._reveal()

    def on_mouse_up(self) -> None:
        self._dragging = False

    def on_click(self, event: events.Click) -> None:
        event.stop()
        if event.chain > 1:
            self.post_message(self.Opened())

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._wheel(event, WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._wheel(event, -WHEEL)

    def _wheel(self, event: events.MouseEvent, lines: int) -> None:
        """Scroll the view; the cursor stays on the screen."""
        event.stop()
        event.prevent_default()
        if self.cursor is None or (self.autoscroll and lines > 0):
            return
        self._stay()
        self._shown()
        places = self.places
        places.top = places.up(places.top, -lines) if lines < 0 else places.down(places.top, lines)
        places.moved()
        shown = self._shown()
        self.cursor = max(shown[0][0], min(self.cursor, shown[-1][0]))
        if lines > 0 and shown[-1] == places.end() and not self.chosen_from:
            self.set_autoscroll(True)
        else:
            self._arrived(lines)
