"""The list of a resource type: connects the description with the live rows, the table and the actions."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Iterable
from functools import partial
from typing import Any, TypeVar

from textual import on

from tui.engine.errors import EngineError
from tui.keys import key_name
from tui.live.state.collection import Changes, Collection
from tui.live.state.signals import State
from tui.resources.model import formats
from tui.resources.model.action import Action
from tui.resources.model.column_layout import measured
from tui.resources.model.resource import Resource, Tab
from tui.resources.model.text import Span, count, line
from tui.screens.framework.action_runner import ActionRunner
from tui.screens.framework.commands import Command
from tui.screens.framework.context import ViewContext
from tui.screens.framework.list_view import ListView
from tui.screens.framework.routes import SCREENS, open_route
from tui.screens.framework.view import View
from tui.widgets.bar import Segment
from tui.widgets.table import Table

Row = TypeVar("Row")

RESORT = 2.0
"""Seconds between two sorts while the list is sorted by statistics."""


class ResourceView(ListView[Row]):
    """The list of `resource`, following its live rows."""

    def __init__(self, context: ViewContext, resource: Resource[Row], rows: Collection[Row] | None = None) -> None:
        """`rows`: the rows, if other than those of the resource."""
        self.rows: Collection[Row] = context.rows(resource.name) if rows is None else rows
        self.runner: ActionRunner[Row] = ActionRunner(self, context, resource, partial(open_route, self))
        self.wanted = ""  # an object asked for before it was listed
        super().__init__(context, resource)

    def on_ready(self) -> None:
        self.listing.replace(self.rows.rows.values())
        self.follow(self.rows.changed, self.apply_changes)
        for session in self.context.sessions:
            self.follow(session.store.skew, lambda _skew: self.lay_out())  # ages are by the engine's clock
            if self.resource.pulse is not None:
                self.follow_pulse(self.resource.pulse(session))
        for _, problem in self._problems():
            self.follow(problem, lambda _problem: self._refused())
        self.set_interval(RESORT, self._resort)
        self.set_interval(formats.MINUTE, self._age)
        self.take_focus(self.table)
        self.lay_out()
        super().on_ready()
        self.go_to_wanted()

    # -- commands -----------------------------------------------------------------------------------------------------

    def own_commands(self) -> Iterable[Command]:
        for action in self.resource.actions:
            yield Command(
                name=action.name,
                keys=tuple(map(key_name, action.keys)),
                help=action.help,
                run=partial(self._run_here, action),
                refusal=partial(self.refusal, action),
                group=self.resource.singular,
                footer=action.footer,
                menu=True,
                run_named=None if action.whole else partial(self.run_on, action),
            )
        yield Command(
            name="details",
            keys=("d", "enter"),
            help="show the details",
            run=self.open_details,
            refusal=self._nothing,
            footer=True,
        )
        for tab in self.resource.tabs:
            if not tab.key and tab.name in SCREENS:
                continue  # in the prompt, the name is the screen's
            yield Command(
                name=tab.name,
                keys=(tab.key,) if tab.key else (),
                help=f"show the details, tab {tab.name}",
                run=partial(self.open_tab, tab),
                refusal=partial(self._no_tab, tab),
            )
        yield from super().own_commands()
        yield Command(name="reload", keys=("ctrl+r", "f5"), help="list again", run=self.reload)

    def _no_tab(self, tab: Tab[Row]) -> str:
        return self.context.away() or "the list is empty" if self.current is None else tab.refusal(self.current)

    def rows_for(self, action: Action[Row]) -> list[Row]:
        """Return the rows of an action: the marked rows, else the row under the cursor; none for an action on the list."""
        if action.whole:
            return []
        if not action.single and self.listing.marks:
            return self.listing.marked
        current = self.current
        return [] if current is None else [current]

    def _run_here(self, action: Action[Row]) -> Awaitable[None]:
        return self.runner.begin(action, self.rows_for(action))

    def refusal(self, action: Action[Row]) -> str:
        """Return why an action does not apply to the selection now, or "". An action applies if it does for one row."""
        return self.runner.refusal(action, self.rows_for(action))

    def menu_title(self) -> str:
        rows = self.listing.marked if self.listing.marks else [self.current] if self.current is not None else []
        if len(rows) == 1:
            return self.resource.title(rows[0])
        return count(len(rows), self.resource.singular) if rows else self.resource.name

    # -- rows ---------------------------------------------------------------------------------------------------------

    @property
    def idle(self) -> bool:
        return self.rows.idle

    def apply_changes(self, changes: Changes) -> None:
        """Apply changes of the live rows to the list."""
        names = self.listing.ambiguous
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
        if changes.everything or self._columns() != self._offered or self._outgrown(changes):
            self.lay_out()
        elif before != self.listing.order:
            self.table.show_order(self.listing.order)
        renamed = names != self.listing.ambiguous  # rows that did not change show other names
        self.table.show_changes(self.listing.order if renamed else changes.changed | changes.added)
        if not self.listing.order and self.empty_words() != self._without_rows:
            self.lay_out()
        self.go_to_wanted()
        if self.is_current:
            self.refresh_header()
            self.refresh_keys()

    def _outgrown(self, changes: Changes) -> bool:
        """Return whether a changed row has a wider text than its column was measured for, also one left out as empty."""
        rows = [row for key in (changes.added | changes.changed) if (row := self.listing.row(key)) is not None]
        now = measured(self.measurable, rows, self.listing.cell)
        return any(now[title] > self.text_widths.get(title, 0) for title in now)

    def connection_problem(self) -> str:
        return super().connection_problem() or (self.refused if self.listing.total else "")

    @property
    def refused(self) -> str:
        """Return why the engine does not list these objects, or ""."""
        problems = [(host, problem.value) for host, problem in self._problems() if problem.value is not None]
        if not problems:
            return ""
        said = " ".join(f"{host}: {problem}" if host else f"{problem}" for host, problem in problems)
        operation = problems[0][1].operation or "list"
        stop = "" if said.endswith(".") else "."  # the words are the engine's
        return f"{self.resource.name} cannot be listed ({operation}): {said}{stop} Press ctrl+r to try again."

    def _problems(self) -> list[tuple[str, State[EngineError | None]]]:
        """Return for each engine its name, "" for the only one, and why these objects are not listed."""
        return self.context.problems(self.resource.source) if self.resource.source is not None else []

    def _refused(self) -> None:
        self.lay_out()
        self.refresh_connection()

    def _age(self) -> None:
        """Draw the ages that have changed."""
        if self.is_current:
            self.table.show_changes(self.table.visible_keys)

    def _resort(self) -> None:
        if self.listing.column.statistics and self.statistics:
            self.listing.resort()
            self.table.show_order(self.listing.order)

    def show_only(self, ids: frozenset[str], words: str) -> None:
        """Show only the rows with these ids, hidden ones too; `words` describes them in the header.

        To be called before the list is shown.
        """
        self.listing.hide_by_default(False)
        self.listing.narrow(ids)
        self.narrowed = words

    def go_to(self, wanted: str) -> None:
        """Move the cursor to the object of this name or id, as soon as it is listed."""
        self.wanted = wanted
        if self.is_mounted:
            self.go_to_wanted()

    def go_to_wanted(self) -> None:
        """Put the cursor on `wanted` once it is listed; say so when it is not in the list."""
        if not self.wanted:
            return
        if (row := self.named(self.wanted)) is not None:
            self.wanted = ""
            key = self.resource.id(row)
            if self.listing.line_of(key) < 0:  # an object asked for by name is shown even if hidden
                self.listing.filter("")
                self.listing.hide_by_default(False)
                self._shown_anew()
            self.table.move_to(key)
        elif self.rows.complete:
            self.warn(self.no_such(self.wanted))
            self.wanted = ""

    def no_such(self, name: str) -> str:
        """Return the message for an unknown object name."""
        return no_such(self.resource, name)

    def names(self) -> Iterable[str]:
        return self.resource.names(self.rows.rows.values())

    def named(self, name: str) -> Row | None:
        """Return the object of this name, else the one whose id begins with it, shown or hidden; or None."""
        return named(self.resource, self.rows, name)

    async def run_on(self, action: Action[Row], name: str) -> None:
        """Start an action on the object of this name, or show why not."""
        row = self.named(name)
        if row is None:
            self.warn(self.no_such(name))
        elif why := self.runner.refusal(action, [row]):
            self.warn(f"{action.name} {name}: {why}")
        else:
            await self.runner.begin(action, [row])

    def empty_words(self) -> str:
        """Return the text shown when there are no rows."""
        if self.refused and not self.listing.total:
            return self.refused
        if not self.rows.loaded:
            return "Waiting for the engine…"
        if self.listing.total and not len(self.listing):
            hidden = ", hidden rows included" if self.listing.hiding else ""
            return f"No match in {count(self.listing.total, self.resource.singular)}{hidden}: press esc to clear the filter"
        return self.resource.empty

    def facts(self) -> list[Segment]:
        listing = self.listing
        counts = self.counts()
        facts = [Segment(line(Span(counts, "")), 2, line(Span(first_part(counts), "")), 3)]
        if self.narrowed:
            facts.append(Segment(line(Span(self.narrowed, "accent"), Span(f" {len(listing)} of {self.searched}", "dim")), 1))
        if listing.marks:
            facts.append(Segment(line(Span(f"{len(listing.marks)} marked", "warn")), 1))
        if listing.matcher.text:
            style = "warn" if listing.filter_problem else "accent"
            facts.append(
                Segment(line(Span(f"/{listing.matcher.text}", style), Span(f" {len(listing)} of {self.searched}", "dim")), 1)
            )
        if listing.hiding:
            facts.append(Segment(line(Span(f"{self.resource.hidden_word} hidden", "dim")), 2))
        return facts

    @property
    def searched(self) -> int:
        """Return the number of rows that the filter looks at."""
        return self.listing.total

    def counts(self) -> str:
        """Return the counts of the rows as text."""
        return self.resource.summary(self.rows.rows.values())

    # -- reload and details -------------------------------------------------------------------------------------------

    async def reload(self) -> None:
        """List again now; for rows without a list request, check the connection."""
        if self.resource.source is not None:
            self.context.reload(self.resource.source)
            self.say("listing again")
        else:
            self.context.retry_now()
            self.say("the list is always current; checking the connection")

    async def open_details(self) -> None:
        """Open the details of the row under the cursor, or the view that the resource names."""
        if self.current is None:
            return
        if self.resource.enter is not None:
            await open_route(self, self.resource.enter, [self.current])
        elif self.resource.tabs:
            await self.app.push_screen(self.details(self.current))

    async def open_tab(self, tab: Tab[Row]) -> None:
        """Open the details of the row under the cursor at a tab."""
        if self.current is not None:
            await self.app.push_screen(self.details(self.current, tab.name))

    def details(self, row: Row, tab: str = "") -> View:
        """Return the details of an object, at the tab of this name."""
        from tui.screens.framework.details_view import DetailsView

        return DetailsView(self.context, self.resource, self.rows, row, tab)

    @on(Table.Opened)
    async def _opened(self) -> None:
        await self.action_command("details")


def first_part(counts: str) -> str:
    """Return the total of the header's counts: "12 containers" of "12 containers: 8 running"."""
    return re.split(r"[:,≤]", counts, maxsplit=1)[0].rstrip()


def named(resource: Resource[Row], rows: Collection[Row], name: str) -> Row | None:
    """Return the object of this name, else the one whose id begins with it; or None."""
    by_name = next((row for row in rows.rows.values() if name in (resource.title(row), *resource.aliases(row))), None)
    return by_name if by_name is not None else next((row for key, row in rows.rows.items() if key.startswith(name)), None)


def no_such(resource: Resource[Any], name: str) -> str:
    """Return the message for an unknown object name."""
    return f"there is no {resource.singular} {name!r} here"
