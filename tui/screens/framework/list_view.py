"""A list with filter, sort order, marks, wide columns and export. Independent of the engine; a subclass provides the rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

from textual import on
from textual.widget import Widget

from tui.resources.model.column_layout import MEASURED, Place, Widths, lay_out, measured
from tui.resources.model.list_model import ListModel
from tui.resources.model.resource import Column, Resource
from tui.resources.model.text import Cell, Line, Span, count, line, one_line
from tui.screens.framework.commands import Command, moving
from tui.screens.framework.context import ViewContext
from tui.screens.framework.view import View
from tui.widgets.table import Heading, Table

Row = TypeVar("Row")


class ListView(View, Generic[Row]):
    """The list of `resource`: `listing` holds the order and the filter, `table` shows the rows."""

    def __init__(self, context: ViewContext, resource: Resource[Row]) -> None:
        self.resource = resource
        self.kind = resource.name
        self.listing: ListModel[Row] = ListModel(resource)
        self.table = Table(id="table")
        self.places: Sequence[Place[Row]] = ()
        self.wide = context.config.wide
        self.skipped = 0  # columns after the first that are left out, to show those further right
        self.text_widths: Widths = {}
        self.statistics = True
        self.narrowed = ""  # description of the rows, if the list shows only some
        self._offered: Sequence[Column[Row]] = ()
        self._without_rows = ""  # the text shown when there are no rows
        super().__init__(context)

    def body(self) -> Iterable[Widget]:
        yield self.table
        yield self.prompt

    def own_commands(self) -> Iterable[Command]:
        yield Command(
            name="filter",
            keys=("slash",),
            help="show only rows that match an expression, or fields such as state:exited label:app=web; a leading ! inverts",
            run=self.ask_filter,
            footer=True,
        )
        yield Command(
            name="mark", keys=("space",), help="mark, for actions on several rows", run=self.mark, refusal=self._nothing
        )
        yield Command(
            name="mark-all", keys=("ctrl+a",), help="mark or unmark all shown", run=self.mark_all, refusal=self._nothing
        )
        yield Command(name="sort", keys=("o",), help="sort by the next column", run=self.sort, footer=True)
        yield Command(name="reverse", keys=("O",), help="reverse the order", run=self.reverse)
        yield Command(name="wide", keys=("w",), help="show all columns, or the usual ones", run=self.widen)
        yield Command(
            name="columns-right",
            keys=("right",),
            help="show the columns further right",
            run=lambda: self.shift(1),
            refusal=lambda: self._why_not_shift() or ("" if self.further_columns > 0 else "there are no further columns"),
        )
        yield Command(
            name="columns-left",
            keys=("left",),
            help="show the columns further left",
            run=lambda: self.shift(-1),
            refusal=lambda: self._why_not_shift() or ("" if self.skipped else "these are the first columns"),
        )
        yield Command(
            name=f"hide-{self.resource.hidden_word.replace(' ', '-')}",  # one word, so that the name can be typed
            keys=("full_stop",),
            help=f"hide or show rows: {self.resource.hidden_word}",
            run=self.hide,
        )
        if any(column.statistics for column in self.resource.columns):
            yield Command(name="statistics", keys=("percent_sign",), help="hide or show statistics", run=self.toggle_statistics)
        yield Command(name="copy-id", keys=("ctrl+y",), help="copy the id", run=self.copy_id, refusal=self._nothing)
        yield Command(name="save", keys=("ctrl+s",), help="save the table to a file", run=self.save)
        table = self.table
        yield from moving(table.action_move, table.action_page, table.action_first, table.action_last)

    def _nothing(self) -> str:
        return "" if self.table.cursor_key else self.context.away() or "the list is empty"

    @property
    def current(self) -> Row | None:
        """Return the row under the cursor, or None."""
        key = self.table.cursor_key
        return None if key is None else self.listing.row(key)

    def empty_words(self) -> str:
        """Return the text shown when there are no rows."""
        return self.resource.empty

    # -- display ------------------------------------------------------------------------------------------------------

    def lay_out(self) -> None:
        """Choose the columns for the current width and show the rows."""
        room = self.table.scrollable_content_region.width or self.app.size.width - 1
        self._offered = self._columns()
        self.text_widths = measured(self.measurable, self.listing.sample(MEASURED), self.listing.cell)
        self.places = lay_out(
            self._offered,
            room,
            widths=self.text_widths,
            wide=self.wide,
            skip=self.skipped,
            statistics=self.statistics,
        )
        headings = []
        for number, place in enumerate(self.places):
            end = self.places[number + 1].x if number + 1 < len(self.places) else place.x + place.width + 1
            sorted_here = place.column is self.listing.column
            mark = ("▲" if self.listing.reversed else "▼") if sorted_here else ""
            headings.append(
                Heading(place.column.title + mark, end - place.x - 1, place.column.right, "sorted" if sorted_here else "")
            )
        self._without_rows = self.empty_words()
        self.table.show(headings, self.listing.order, self.cells, empty=line(Span(self._without_rows, "dim")))

    @property
    def measurable(self) -> list[Column[Row]]:
        """Return the columns that may be shown now, whose widths depend on their texts."""
        return [column for column in self._offered if self.wide or not column.wide]

    def _columns(self) -> list[Column[Row]]:
        """Return the columns of the list, without on-demand columns that have no value yet."""
        rows = self.listing.rows
        return [
            column
            for column in self.resource.columns
            if not column.on_demand or any(column.key(row) is not None for row in rows)
        ]

    def cells(self, key: str) -> list[Cell]:
        """Return a row's cells, for the columns shown now."""
        row = self.listing.row(key)
        if row is None:
            return [Cell("")] * len(self.places)
        return [place.shown(self.listing.cell(place.column, row)) for place in self.places]

    def on_resize(self) -> None:
        if self.table.is_mounted:
            self.call_after_refresh(self.lay_out)

    def title_line(self) -> Line:
        return line(Span(self.resource.name, "title"))

    def _shown_anew(self) -> None:
        self.lay_out()
        self.refresh_header()

    # -- filter, order, marks -----------------------------------------------------------------------------------------

    def ask_filter(self) -> None:
        """Filter while the expression is typed."""
        before = self.listing.matcher.text
        self.prompt.ask("/", before, accept=self._filtered, typed=self._filter, cancelled=self._unfilter)
        if self.resource.filter_fields and not before:
            self.prompt.note(f"text, or {': '.join(self.resource.filter_fields)}:")

    def _filter(self, text: str) -> None:
        self.listing.filter(text)
        self.prompt.note(self.listing.filter_problem)
        self._shown_anew()

    def _unfilter(self) -> None:
        self.listing.filter("")
        self._shown_anew()

    def _filtered(self, text: str) -> None:
        self.listing.filter(text)
        self._shown_anew()
        if self.listing.filter_problem:
            self.warn(self.listing.filter_problem)

    def mark(self) -> None:
        """Mark or unmark the row under the cursor, and move down."""
        key = self.table.cursor_key
        if key is not None:
            self.listing.toggle_mark(key)
            self._show_marks()
            self.table.action_move(1)

    def mark_all(self) -> None:
        """Mark all rows shown; if all are marked, unmark them."""
        self.listing.mark_shown()
        self._show_marks()

    def _show_marks(self) -> None:
        self.table.set_marks(self.listing.marks)
        self.refresh_header()

    def escape(self) -> None:
        """Clear the filter, then the marks; then go back. Never quit: escape is pressed out of habit."""
        if self.listing.matcher.text:
            self.listing.filter("")
            self._shown_anew()
        elif self.listing.marks:
            self.listing.clear_marks()
            self._show_marks()
        elif self.is_first:
            self.say("q: quit")
        else:
            self.leave()

    def sort(self) -> None:
        """Sort by the next column on the screen."""
        self.listing.sort_next([place.column for place in self.places])
        self._shown_anew()

    @on(Table.HeadingClicked)
    def _sort_by(self, event: Table.HeadingClicked) -> None:
        column = self.places[event.number].column
        self.listing.sort(column, reverse=column is self.listing.column and not self.listing.reversed)
        self._shown_anew()

    def reverse(self) -> None:
        """Reverse the sort order."""
        self.listing.reverse()
        self._shown_anew()

    def widen(self) -> None:
        """Show all columns behind the usual ones, or only the usual ones."""
        self.wide, self.skipped = not self.wide, 0
        self._shown_anew()
        if self.wide and (further := self.further_columns):
            self.say(f"{count(further, 'further column')}: right and left move to them")

    @property
    def further_columns(self) -> int:
        """Return the number of columns that do not fit beside those shown."""
        offered = [column for column in self._offered if self.statistics or not column.statistics]
        return len(offered) - len(self.places) - self.skipped

    def shift(self, by: int) -> None:
        """Show the columns further right, or further left; the first one stays."""
        self.skipped = max(0, self.skipped + by)
        self._shown_anew()

    def _why_not_shift(self) -> str:
        return "" if self.wide else f"{self.commands.signs('wide')} shows more columns"

    def hide(self) -> None:
        """Hide or show the rows that are hidden by default."""
        self.listing.hide_by_default(not self.listing.hiding)
        self._shown_anew()

    def toggle_statistics(self) -> None:
        """Hide or show the statistics columns; while hidden, no statistics are requested."""
        self.statistics = not self.statistics
        self.lay_out()

    def copy_id(self) -> None:
        """Copy the id of the row under the cursor (OSC 52)."""
        if self.current is not None:
            engine_name = self.resource.engine_name(self.current)
            self.put_on_clipboard(engine_name, one_line(engine_name))

    async def save(self) -> None:
        """Ask for a file and write the table to it."""
        from tui.screens.framework.table_export import ask_and_save

        await ask_and_save(self)

    @on(Table.CursorMoved)
    def _moved(self) -> None:
        self.refresh_keys()
