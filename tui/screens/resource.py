"""The list of one resource type: ties its description to its live rows, the table and the actions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Generic, TypeVar

from textual import on
from textual.widget import Widget

from tui.live.collection import Changes, Collection
from tui.live.kind import Kind
from tui.resources.description import Action, Column, Resource
from tui.resources.layout import Place, lay_out
from tui.resources.listing import Listing
from tui.resources.text import Cell, Line, Span, count, line, one_line
from tui.screens.acting import Actor
from tui.screens.base import View
from tui.screens.desk import Desk
from tui.screens.verbs import Verb, moving
from tui.widgets.bar import Segment
from tui.widgets.prompt import Prompt
from tui.widgets.table import Heading, Table

Row = TypeVar("Row")

RESORT = 2.0
"""Seconds between two new orders while the list is sorted by statistics."""


class ResourceView(View, Generic[Row]):
    """The list of `resource`, following `rows`."""

    def __init__(self, desk: Desk, resource: Resource[Row], rows: Collection[Row], listed: Kind[Any] | None = None) -> None:
        """`listed`: what the engine lists for these rows, if it does."""
        self.resource = resource
        self.listed = listed
        self.kind = resource.name
        self.rows = rows
        self.listing: Listing[Row] = Listing(resource)
        self.table = Table(id="table")
        self.actor: Actor[Row] = Actor(self, desk, resource)
        self.places: Sequence[Place[Row]] = ()
        self._offered: Sequence[Column[Row]] = ()
        self.wide = desk.config.wide
        self.statistics = True
        self.wanted = ""  # an object asked for before it was listed
        self.narrowed = ""  # which rows are the only ones shown, in words
        self._without_rows = ""  # what stands in for rows when there are none
        super().__init__(desk)

    def body(self) -> Iterable[Widget]:
        yield self.table
        yield self.prompt

    def begin(self) -> None:
        self.listing.replace(self.rows.rows.values())
        self.follow(self.rows.changed, self._follow)
        if self.listed is not None:
            self.follow(self.desk.session.picture.problem(self.listed), lambda _problem: self._refused())
        self.set_interval(RESORT, self._resort)
        self.take_focus(self.table)
        self.lay_out()
        super().begin()
        self._go_to_wanted()

    # -- what can be done ---------------------------------------------------------------------------------------------

    def verbs(self) -> Iterable[Verb]:
        for action in self.resource.actions:
            yield Verb(
                name=action.name,
                keys=(action.key, *action.also) if action.key else action.also,
                help=action.help,
                run=lambda action=action: self.actor.begin(action, self.rows_for(action)),
                refusal=lambda action=action: self.refusal(action),
                group=self.resource.singular,
                footer=action.footer,
                menu=True,
            )
        yield Verb(
            name="details",
            keys=("enter",),
            help="everything about it",
            run=self.open_details,
            refusal=self._nothing,
            footer=True,
        )
        yield Verb(
            name="filter",
            keys=("slash",),
            help="show only what matches an expression; ! first inverts",
            run=self.ask_filter,
            footer=True,
        )
        yield Verb(name="mark", keys=("space",), help="mark, to act on several at once", run=self.mark, refusal=self._nothing)
        yield Verb(
            name="mark-all", keys=("ctrl+a",), help="mark all that are shown, or none", run=self.mark_all, refusal=self._nothing
        )
        yield Verb(name="sort", keys=("o",), help="sort by the next column", run=self.sort, footer=True)
        yield Verb(name="reverse", keys=("O",), help="turn the order round", run=self.reverse)
        yield Verb(name="wide", keys=("w",), help="more columns, or fewer", run=self.widen)
        yield Verb(
            name=f"hide-{self.resource.resting_word.replace(' ', '-')}",  # one word, to be typed
            keys=("full_stop",),
            help=f"hide what is {self.resource.resting_word}",
            run=self.hide,
        )
        if any(column.statistics for column in self.resource.columns):
            yield Verb(
                name="statistics", keys=("percent_sign",), help="hide or show the figures that move", run=self.toggle_statistics
            )
        yield Verb(name="copy-id", keys=("ctrl+y",), help="copy the id", run=self.copy_id, refusal=self._nothing)
        yield Verb(name="save", keys=("ctrl+s",), help="save the table to a file", run=self.save)
        yield Verb(name="reload", keys=("ctrl+r", "f5"), help="list again", run=self.reload)
        table = self.table
        yield from moving(table.action_move, table.action_page, table.action_first, table.action_last)

    def _nothing(self) -> str:
        return "" if self.table.cursor_key else "the list is empty"

    def rows_for(self, action: Action[Row]) -> list[Row]:
        """What an action would act on now: the marked rows, else the one under the cursor; nothing in particular for "all"."""
        if action.scope == "all":
            return []
        if action.scope == "each" and self.listing.marks:
            return self.listing.marked
        current = self.current
        return [] if current is None else [current]

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        key = self.table.cursor_key
        return None if key is None else self.listing.row(key)

    def refusal(self, action: Action[Row]) -> str:
        """Why an action does not apply to the selection now, or nothing. It applies to several if it does to one of them."""
        return self.actor.refusal(action, self.rows_for(action))

    def menu_title(self) -> str:
        rows = self.listing.marked if self.listing.marks else [self.current] if self.current is not None else []
        if len(rows) == 1:
            return self.resource.title(rows[0])
        return count(len(rows), self.resource.singular) if rows else self.resource.name

    # -- the rows -----------------------------------------------------------------------------------------------------

    def _follow(self, changes: Changes) -> None:
        """Take news from the live picture."""
        before = self.listing.order[:] if changes.added or changes.removed or changes.everything else None
        if changes.everything:
            self.listing.replace(self.rows.rows.values())
        else:
            for key in changes.removed:
                self.listing.remove(key)
            for key in (*changes.added, *changes.changed):
                row = self.rows.rows.get(key)
                if row is not None:
                    self.listing.put(row)
        if self._columns() != self._offered:
            self.lay_out()
        elif before != self.listing.order:
            self.table.show_order(self.listing.order)
        self.table.show_changes(changes.changed | changes.added)
        if not self.listing.order and self.empty_words() != self._without_rows:
            self.lay_out()
        self._go_to_wanted()
        if self.is_current:
            self.refresh_header()
            self.refresh_keys()

    def trouble(self) -> str:
        return super().trouble() or self.refused

    @property
    def refused(self) -> str:
        """Why the engine does not list these, or nothing."""
        problem = self.desk.session.picture.problem(self.listed).value if self.listed is not None else None
        return f"{self.resource.name} are not listed (ctrl+r asks again): {problem}" if problem else ""

    def _refused(self) -> None:
        self.lay_out()
        self.refresh_connection()

    def _resort(self) -> None:
        if self.listing.column.statistics and self.statistics:
            self.listing.resort()
            self.table.show_order(self.listing.order)

    def show_only(self, ids: frozenset[str], words: str) -> None:
        """Show only the rows with these ids, whatever is hidden; `words` says for people which they are. Escape shows all."""
        self.listing.hide_resting(False)
        self.listing.filter("")
        self.listing.narrow(ids)
        self.narrowed = words
        if self.is_mounted:
            self._shown_anew()

    def go_to(self, wanted: str) -> None:
        """Put the cursor on the object of this name or id, as soon as it is listed."""
        self.wanted = wanted
        if self.is_mounted:
            self._go_to_wanted()

    def _go_to_wanted(self) -> None:
        if not self.wanted:
            return
        if (row := self.named(self.wanted)) is not None:
            self.wanted = ""
            key = self.resource.id(row)
            if self.listing.line_of(key) < 0:  # asked for by name it is shown, whatever is hidden
                self.listing.filter("")
                self.listing.hide_resting(False)
                self.listing.narrow(None)
                self.narrowed = ""
                self._shown_anew()
            self.table.move_to(key)
        elif self.rows.loaded:
            self.warn(self.no_such(self.wanted))
            self.wanted = ""

    def no_such(self, name: str) -> str:
        """What to say when no object has this name."""
        return f"there is no {self.resource.singular} {name!r} here"

    def names(self) -> Iterable[str]:
        return sorted({name for row in self.rows.rows.values() for name in self._called(row)})

    def _called(self, row: Row) -> tuple[str, ...]:
        return self.resource.title(row), *self.resource.called(row)

    def named(self, name: str) -> Row | None:
        """The object of this name, else the one whose id begins with it, shown or hidden."""
        rows = self.rows.rows
        by_name = next((row for row in rows.values() if name in self._called(row)), None)
        return by_name if by_name is not None else next((row for key, row in rows.items() if key.startswith(name)), None)

    async def run_named(self, verb: Verb, name: str) -> None:
        action = self.resource.by_name.get(verb.name)
        row = self.named(name)
        if action is None or action.scope == "all":
            await super().run_named(verb, name)
        elif row is None:
            self.warn(self.no_such(name))
        elif why := self.actor.refusal(action, [row]):
            self.warn(f"{verb.name} {name}: {why}")
        else:
            await self.actor.begin(action, [row])

    # -- how they are shown -------------------------------------------------------------------------------------------

    def lay_out(self) -> None:
        """Choose the columns for the present width and show the rows."""
        room = self.table.scrollable_content_region.width or self.app.size.width - 1
        self._offered = self._columns()
        self.places = lay_out(self._offered, room, wide=self.wide, statistics=self.statistics)
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

    def _columns(self) -> list[Column[Row]]:
        """The columns that there are: without those that nobody asked for yet."""
        rows = self.rows.rows.values()
        return [
            column for column in self.resource.columns if not column.asked or any(column.key(row) is not None for row in rows)
        ]

    def cells(self, key: str) -> list[Cell]:
        """One row's cells, for the columns shown now."""
        row = self.listing.row(key)
        if row is None:
            return [Cell("")] * len(self.places)
        return [place.column.cell(row) for place in self.places]

    def empty_words(self) -> str:
        """What stands where no rows are."""
        if self.refused:
            return self.refused
        if not self.rows.loaded:
            return "Waiting for the engine…"
        if self.listing.total and not len(self.listing):
            hidden = " and those that are hidden" if self.listing.hiding else ""
            return f"None of {count(self.listing.total, self.resource.singular)} match{hidden}: esc clears the filter"
        return self.resource.empty

    def on_resize(self) -> None:
        if self.table.is_mounted:
            self.call_after_refresh(self.lay_out)

    def facts(self) -> list[Segment]:
        listing = self.listing
        facts = [Segment(line(Span(self.counts(), "")), 2)]
        if self.narrowed:
            facts.append(Segment(line(Span(self.narrowed, "accent"), Span(f" {len(listing)} of {listing.total}", "dim")), 1))
        if listing.marks:
            facts.append(Segment(line(Span(f"{len(listing.marks)} marked", "warn")), 1))
        if listing.matcher.text:
            style = "warn" if listing.filter_problem else "accent"
            facts.append(
                Segment(line(Span(f"/{listing.matcher.text}", style), Span(f" {len(listing)} of {listing.total}", "dim")), 1)
            )
        if listing.hiding:
            facts.append(Segment(line(Span(f"{self.resource.resting_word} hidden", "dim")), 2))
        return facts

    def counts(self) -> str:
        """How many there are, in words."""
        return self.resource.counts(self.rows.rows.values())

    def title_line(self) -> Line:
        return line(Span(self.resource.name, "title"))

    def _shown_anew(self) -> None:
        self.lay_out()
        self.refresh_header()

    # -- the verbs of every list --------------------------------------------------------------------------------------

    def ask_filter(self) -> None:
        """Filter while the expression is typed."""
        self.prompt.ask("/", self.listing.matcher.text, accept=self._filtered)

    @on(Prompt.Changed)
    def _filter(self, event: Prompt.Changed) -> None:
        if event.kind == "/":
            self.listing.filter(event.text)
            self.prompt.note(self.listing.filter_problem)
            self._shown_anew()

    @on(Prompt.Cancelled)
    def _unfilter(self, event: Prompt.Cancelled) -> None:
        if event.kind == "/":
            self.listing.filter("")
            self._shown_anew()

    def _filtered(self, text: str) -> None:
        self.listing.filter(text)
        self._shown_anew()
        if self.listing.filter_problem:
            self.warn(self.listing.filter_problem)

    def mark(self) -> None:
        """Mark the row under the cursor, or take its mark away, and go down."""
        key = self.table.cursor_key
        if key is not None:
            self.listing.toggle_mark(key)
            self._show_marks()
            self.table.action_move(1)

    def mark_all(self) -> None:
        """Mark all rows shown; if they all are, none."""
        self.listing.mark_shown()
        self._show_marks()

    def _show_marks(self) -> None:
        self.table.set_marks(self.listing.marks)
        self.refresh_header()

    def escape(self) -> None:
        """Clear the filter, then the narrowing, then the marks. A list is the top level: a habit does not end the program."""
        if self.listing.matcher.text:
            self.listing.filter("")
            self._shown_anew()
        elif self.narrowed:
            self.narrowed = ""
            self.listing.narrow(None)
            self._shown_anew()
        elif self.listing.marks:
            self.listing.clear_marks()
            self._show_marks()
        else:
            self.say("q quits")

    def sort(self) -> None:
        """Sort by the next column that is on the screen."""
        self.listing.sort_next([place.column for place in self.places])
        self._shown_anew()

    @on(Table.HeadingClicked)
    def _sort_by(self, event: Table.HeadingClicked) -> None:
        column = self.places[event.number].column
        self.listing.sort(column, reverse=column is self.listing.column and not self.listing.reversed)
        self._shown_anew()

    def reverse(self) -> None:
        """Turn the order round."""
        self.listing.reverse()
        self._shown_anew()

    def widen(self) -> None:
        """Show the wide columns, or put them away."""
        self.wide = not self.wide
        self._shown_anew()

    def hide(self) -> None:
        """Hide resting rows, or show them again."""
        self.listing.hide_resting(not self.listing.hiding)
        self._shown_anew()

    def toggle_statistics(self) -> None:
        """Hide the columns that move with every frame, or show them again; hidden, nothing is asked for."""
        self.statistics = not self.statistics
        self.lay_out()

    def copy_id(self) -> None:
        """Copy the id under the cursor to the clipboard (OSC 52)."""
        if self.current is not None:
            known_by = self.resource.known_by(self.current)
            self.app.copy_to_clipboard(known_by)
            self.say(f"copied {one_line(known_by)}")

    async def save(self) -> None:
        """Ask for a file and write the table into it."""
        from tui.screens.saving import ask_and_save

        await ask_and_save(self)

    async def reload(self) -> None:
        """List again, now."""
        if self.listed is not None:
            self.desk.session.picture.reload(self.listed)
        else:
            self.desk.session.retry_now()
        self.say("listing again")

    async def open_details(self) -> None:
        """Open the details of the row under the cursor."""
        if self.current is not None and self.resource.tabs:
            await self.app.push_screen(self.details(self.current))

    def details(self, row: Row) -> View:
        """The view of everything about an object."""
        from tui.screens.details import Details

        return Details(self.desk, self.resource, self.rows, row)

    @on(Table.Opened)
    async def _opened(self) -> None:
        await self.action_verb("details")

    @on(Table.CursorMoved)
    def _moved(self) -> None:
        self.refresh_keys()
