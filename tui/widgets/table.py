"""A table of rows with keys: of thousands of rows only the visible are drawn.

The cursor is on a key, not on a row number. When the order changes, the cursor's row stays at its place on the screen; while
the cursor moves, the order does not change.

Over 400 lines: cursor, marks, order and scrolling change together at each new order of the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import ClassVar, Literal, NamedTuple

from textual import events
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer

from tui.resources.model.text import Cell, Line, Span
from tui.widgets.lines import LineView, row, strip
from tui.widgets.textual_internals.drawing import paint_lines
from tui.widgets.wrapping import wrap

STRIPS_KEPT = 1024
REST = 0.8  # seconds without a cursor movement after which a new order is shown
WHEEL = 3  # rows per click of the wheel


class Heading(NamedTuple):
    """A column as shown. `style`: "sorted" for the column by which the rows are sorted."""

    title: str
    width: int
    right: bool = False
    style: str = ""


class Row(NamedTuple):
    """The look of a row: equal rows share one strip."""

    cells: tuple[Cell, ...]
    marked: bool
    cursor: bool


Cells = Callable[[str], Sequence[Cell]]


class Table(LineView, can_focus=True):
    """Rows by key. `show` sets columns and rows, `show_order` a new order, `show_changes` changed rows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Down", show=False, id="table.down"),
        Binding("up,k", "move(-1)", "Up", show=False, id="table.up"),
        Binding("home,g", "first", "First", show=False, id="table.first"),
        Binding("end,G,upper_g,shift+g", "last", "Last", show=False, id="table.last"),
        Binding("pagedown,ctrl+f", "page(1)", "Page down", show=False, id="table.page-down"),
        Binding("pageup,ctrl+b", "page(-1)", "Page up", show=False, id="table.page-up"),
        Binding("ctrl+d", "page(0.5)", "Half a page down", show=False, id="table.half-down"),
        Binding("ctrl+u", "page(-0.5)", "Half a page up", show=False, id="table.half-up"),
        Binding("enter", "open", "Details", show=False, id="table.open"),
    ]

    class CursorMoved(Message):
        """Posted when the cursor is on another key (None: there is no row)."""

        def __init__(self, table: Table, key: str | None) -> None:
            super().__init__()
            self.table = table
            self.key = key

    class Opened(Message):
        """Posted after Enter, or a second click on the cursor's row."""

        def __init__(self, table: Table, key: str) -> None:
            super().__init__()
            self.table = table
            self.key = key

    class VisibleChanged(Message):
        """Posted with the keys on the screen, from top to bottom, when they changed."""

        def __init__(self, table: Table, keys: tuple[str, ...]) -> None:
            super().__init__()
            self.table = table
            self.keys = keys

    class Marked(Message):
        """Posted when the marks changed."""

        def __init__(self, table: Table, marks: frozenset[str]) -> None:
            super().__init__()
            self.table = table
            self.marks = marks

    class HeadingClicked(Message):
        """Posted after a click on the heading with this number."""

        def __init__(self, table: Table, number: int) -> None:
            super().__init__()
            self.table = table
            self.number = number

    def __init__(self, *, headed: bool = True, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._top = 1 if headed else 0  # lines above the rows
        self._gap = 1
        self._headings: tuple[Heading, ...] = ()
        self._widths: tuple[int, ...] = ()
        self._rights: tuple[bool, ...] = ()
        self._cells: Cells = _no_cells
        self._keys: list[str] = []
        self._places: dict[str, int] = {}
        self._cursor: int = 0
        self._marks: frozenset[str] = frozenset()
        self._empty: tuple[Span, ...] = ()
        self._due: set[int] = set()  # lines to be painted by `_paint_due`
        self._shown: dict[int, tuple[str, Row]] = {}  # by line of the widget: the row drawn there last
        self._strips: LRUCache[tuple[Row, int], Strip] = LRUCache(STRIPS_KEPT)
        self._visible: tuple[str, ...] = ()
        self._waiting: list[str] | None = None  # an order that arrived while the cursor moved
        self._rest: Timer | None = None
        self._posted_key: str | None = None  # the key of the last CursorMoved
        self.first_position: Callable[[], tuple[str, int]] | None = None
        """Returns the key of the first cursor and the number of rows above the screen, once the table is laid out."""
        self.edge: Literal["", "first", "last"] = ""
        """Where new rows are added: a cursor on this row stays on the edge row, whatever its key is."""

    # -- display ------------------------------------------------------------------------------------------------------

    def show(
        self, headings: Sequence[Heading], keys: Sequence[str], cells: Cells, *, gap: int = 1, empty: Iterable[Span] = ()
    ) -> None:
        """Show other columns or another set of rows immediately.

        `cells` returns the cells of a key, one per heading; it is called only for rows on the screen, at any time. Columns are
        `gap` cells apart. `empty` is the text shown when there are no rows; it is wrapped.
        """
        self._gap = gap
        self._headings = tuple(headings)
        self._widths = tuple(heading.width for heading in self._headings)
        self._rights = tuple(heading.right for heading in self._headings)
        self._cells = cells
        self._empty = tuple(empty)
        self._strips.clear()
        self._place(list(keys))
        self._start()
        self.refresh()

    def show_order(self, keys: Sequence[str]) -> None:
        """Show the rows in this order. While the cursor moves, rows are added and removed, but the others keep their order."""
        if self._rest is not None:
            self._waiting = list(keys)
            self._place(steady(self._keys, keys))
        else:
            self._place(list(keys))

    def show_changes(self, keys: Collection[str]) -> None:
        """Draw those of these rows again that are visible and have changed."""
        for line in range(self._top, self.size.height):
            key = self._place_at(line)
            # After a resize nobody knows what was drawn there: the line may have been drawn before it was told.
            if key is not None and key in keys and ((drawn := self._shown.get(line)) is None or drawn != (key, self._row(key))):
                self.refresh(Region(0, line, self.size.width, 1))

    # -- cursor and marks ---------------------------------------------------------------------------------------------

    @property
    def keys(self) -> Sequence[str]:
        """Return all keys in order."""
        return self._keys

    @property
    def cursor_key(self) -> str | None:
        """Return the key under the cursor, or None."""
        return self._keys[self._cursor] if self._keys else None

    @property
    def cursor_row(self) -> int:
        """Return the number of the cursor's row, from 0."""
        return self._cursor

    @property
    def at_edge(self) -> bool:
        """Return whether the cursor is on the edge where new rows are added, or there are no rows yet."""
        return bool(self.edge) and (self._cursor == 0 if self.edge == "first" else self._cursor >= len(self._keys) - 1)

    @property
    def visible_keys(self) -> tuple[str, ...]:
        """Return the keys on the screen, from top to bottom."""
        top = self.scroll_offset.y
        return tuple(self._keys[top : top + self._room])

    @property
    def marks(self) -> frozenset[str]:
        """Return the marked keys; a row removed from the list loses its mark."""
        return self._marks

    def move_to(self, key: str) -> bool:
        """Move the cursor to a key. Return False if the key is not in the list."""
        place = self._places.get(key)
        if place is None:
            return False
        self._move(place)
        return True

    def set_marks(self, keys: Iterable[str]) -> None:
        """Mark exactly these keys, as far as they are in the list."""
        marks = frozenset(key for key in keys if key in self._places)
        if marks != self._marks:
            changed = marks ^ self._marks
            self._marks = marks
            self.show_changes(changed)
            self.post_message(self.Marked(self, marks))

    def toggle_mark(self) -> None:
        """Mark or unmark the cursor's row, and move down."""
        if (key := self.cursor_key) is not None:
            self.set_marks(self._marks ^ {key})
            self.action_move(1)

    def action_move(self, rows: int) -> None:
        """Move the cursor by some rows."""
        self._move(self._cursor + rows)

    def action_page(self, pages: float) -> None:
        """Move the cursor and the view by some pages."""
        rows = max(1, int(self._room * abs(pages))) * (1 if pages > 0 else -1)
        self.scroll_to(y=self.scroll_offset.y + rows, animate=False, force=True)
        self._move(self._cursor + rows)

    def action_first(self) -> None:
        """Move to the first row."""
        self._move(0)

    def action_last(self) -> None:
        """Move to the last row."""
        self._move(len(self._keys) - 1)

    def action_open(self) -> None:
        """Open the cursor's row."""
        if (key := self.cursor_key) is not None:
            self.post_message(self.Opened(self, key))

    def _move(self, place: int) -> None:
        place = max(0, min(place, len(self._keys) - 1))
        if not self._keys or place == self._cursor:
            return
        self._hold()
        before, self._cursor = self._cursor, place
        self._reveal()
        self._refresh_row(before)
        self._refresh_row(place)
        self._paint_due()
        self._tell()

    def _reveal(self) -> None:
        """Scroll as little as needed to show the cursor."""
        top = self.scroll_offset.y
        if self._cursor < top:
            top = self._cursor
        elif self._cursor >= top + self._room:
            top = self._cursor - self._room + 1
        else:
            return
        self.scroll_to(y=top, animate=False, force=True)

    def _tell(self) -> None:
        if (key := self.cursor_key) != self._posted_key:
            self._posted_key = key
            self.post_message(self.CursorMoved(self, key))

    # -- order --------------------------------------------------------------------------------------------------------

    def _place(self, keys: list[str]) -> None:
        """Set the order; the cursor's key keeps its line on the screen. Only changed lines are drawn again."""
        if keys != self._keys:
            key, line, held = self.cursor_key, self._cursor - self.scroll_offset.y, self.at_edge
            resized = len(keys) != len(self._keys)
            self._keys = keys
            self._places = {key: place for place, key in enumerate(keys)}
            self._cursor = self._places.get(key, min(self._cursor, max(0, len(keys) - 1))) if key is not None else 0
            if held:
                self._cursor = 0 if self.edge == "first" else max(0, len(keys) - 1)
            if resized:
                self._size_virtual()
                if self._marks:
                    self.set_marks(self._marks)
            if self._cursor - self.scroll_offset.y != line and not held:
                self.scroll_to(y=self._cursor - line, animate=False, force=True)
            self._reveal()
            self._refresh_moved()
        self._tell()
        self._note_visible()

    def _size_virtual(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width or self.size.width, len(self._keys) + self._top)

    def _refresh_moved(self) -> None:
        """Draw the lines again that show another row than before."""
        top = self.scroll_offset.y
        for line in range(self._top, self.size.height):
            place = top + line - self._top
            drawn = self._shown.get(line)
            key = self._keys[place] if place < len(self._keys) else None
            if (drawn is None) != (key is None) or (drawn and (drawn[0] != key or drawn[1].cursor != (place == self._cursor))):
                self.refresh(Region(0, line, self.size.width, 1))
        if not self._keys:
            self.refresh()

    def _hold(self) -> None:
        """Delay new orders until the cursor has rested for `REST` seconds."""
        if self._rest is None:
            self._rest = self.set_timer(REST, self._rested)
        else:
            self._rest.reset()

    def _rested(self) -> None:
        if self._rest is not None:
            self._rest.stop()
            self._rest = None
        if self._waiting is not None:
            keys, self._waiting = self._waiting, None
            self._place(keys)

    # -- lines --------------------------------------------------------------------------------------------------------

    @property
    def _room(self) -> int:
        """Return the number of rows that fit below the headings."""
        return max(1, self.size.height - self._top)

    def _place_at(self, line: int) -> str | None:
        place = self.scroll_offset.y + line - self._top
        return self._keys[place] if 0 <= place < len(self._keys) else None

    def _refresh_row(self, place: int) -> None:
        line = place - self.scroll_offset.y + self._top
        if self._top <= line < self.size.height:
            self.kept_lines.pop(line, None)
            self._due.add(line)

    def _row(self, key: str) -> Row:
        return Row(tuple(self._cells(key)), key in self._marks, key == self.cursor_key)

    def render_line(self, y: int) -> Strip:
        """Return a line of the widget; called by Textual."""
        room = self.scrollable_content_region.width
        if y < self._top:
            return self._heading(room)
        key = self._place_at(y)
        if key is None:
            self._shown.pop(y, None)
            return strip(self._empty_line(y - self._top, room), self.palette, room)
        look = self._row(key)
        self._shown[y] = (key, look)
        cached = self._strips.get((look, room))
        if cached is None:
            words = ("mark " if look.marked else "") + ("cursor" if look.cursor else "")
            cached = row(look.cells, self._widths, self._rights, self.palette, room, words.strip(), self._gap)
            cached = cached.extend_cell_length(self.size.width, self.palette.style())  # below the scrollbar
            self._strips[look, room] = cached
        return cached

    def _empty_line(self, number: int, room: int) -> Line:
        """Return a line of the text shown when there are no rows."""
        wrapped = () if self._keys else wrap(self._empty, room)
        return wrapped[number] if number < len(wrapped) else ()

    def _heading(self, room: int) -> Strip:
        titles = [Cell(heading.title, f"heading {heading.style}") for heading in self._headings]
        return row(titles, self._widths, self._rights, self.palette, room, "heading", self._gap)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips.clear()

    def on_resize(self) -> None:
        # The remaining lines may have been drawn in the new size already; forgetting them would lose their changes.
        self._shown = {line: drawn for line, drawn in self._shown.items() if line < self.size.height}
        self.kept_lines.clear()
        self._size_virtual()
        self._start()
        self._reveal()
        self._note_visible()

    def _start(self) -> None:
        """Begin at `first_position` as soon as there are rows and a size."""
        if self.first_position is not None and self._keys and self.size.height > self._top:
            (key, above), self.first_position = self.first_position(), None
            self.scroll_to(y=above, animate=False, force=True)
            self.move_to(key)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Scroll; Textual's own method would have all lines drawn again."""
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.position = new_value
        if down := round(new_value) - round(old_value):
            self._keep_moved(down)
            self._due.update(range(self.size.height))
            self.call_next(self._paint_due)
            self._note_visible()

    def _keep_moved(self, down: int) -> None:
        """Keep the rows that were drawn, at their new lines after the view moved `down`."""
        lines = range(self._top, self.size.height)
        drawn = [(line, each) for line, each in self.kept_lines.items() if line >= self._top]
        for line, _ in drawn:
            del self.kept_lines[line]
        self.kept_lines.update({line - down: each for line, each in drawn if line - down in lines})
        self._shown = {line - down: each for line, each in self._shown.items() if line - down in lines}

    def _paint_due(self) -> None:
        """Paint the lines that the cursor or the view has moved over, without waiting for Textual."""
        due, self._due = self._due, set()
        if due and self.is_attached:
            paint_lines(self, due)

    def _note_visible(self) -> None:
        visible = self.visible_keys if self.size.height else ()
        if visible != self._visible:
            self._visible = visible
            self.post_message(self.VisibleChanged(self, visible))

    # -- the mouse ----------------------------------------------------------------------------------------------------

    def on_click(self, event: events.Click) -> None:
        event.stop()
        if event.y < self._top:
            self._click_heading(event.x)
        elif (key := self._place_at(event.y)) is not None:
            if key == self.cursor_key and event.chain > 1:
                self.action_open()
            else:
                self.move_to(key)

    def _click_heading(self, x: int) -> None:
        left = 0
        for number, size in enumerate(self._widths):
            if left <= x <= left + size:
                self.post_message(self.HeadingClicked(self, number))
                return
            left += size + self._gap

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._wheel(event, WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._wheel(event, -WHEEL)

    def _wheel(self, event: events.MouseEvent, rows: int) -> None:
        """Scroll the view; the cursor stays on the screen."""
        event.stop()
        event.prevent_default()
        self.scroll_to(y=self.scroll_offset.y + rows, animate=False, force=True)
        top = self.scroll_offset.y
        self._move(max(top, min(self._cursor, top + self._room - 1)))


def steady(shown: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """Return `shown` without removed keys, followed by the new keys: the others keep their order."""
    staying = set(wanted)
    known = set(shown)
    return [key for key in shown if key in staying] + [key for key in wanted if key not in known]


def _no_cells(_key: str) -> Sequence[Cell]:
    return ()
