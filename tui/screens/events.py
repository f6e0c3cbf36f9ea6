"""The screen of the engine's events, live; of all objects or of some."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from textual import on

from tui.live.event_log import EventLog, LoggedEvent, Wanted
from tui.live.state.collection import Collection
from tui.resources.events.events import EVENTS, TIME, Subject, subject
from tui.resources.events.formats import SINCE_HELP, TYPES, as_json, filters_of, object_name, read_since, whom
from tui.resources.model.text import Line, Span, count, line
from tui.screens.framework.commands import Command
from tui.screens.framework.context import ViewContext
from tui.screens.framework.details_view import DetailsView
from tui.screens.framework.links import follow_link
from tui.screens.framework.resource_view import ResourceView
from tui.screens.framework.routes import RouteView
from tui.screens.framework.view import View
from tui.widgets.bar import Segment
from tui.widgets.dialogs import Confirm, Tick
from tui.widgets.table import Table


class EventsView(ResourceView[LoggedEvent]):
    """The list of events. The stream is open only while the view is shown."""

    def __init__(self, context: ViewContext, about: Subject | None = None) -> None:
        self.about = about or Subject()
        self.types: frozenset[str] = frozenset()
        self.since: float | None = None
        self.event_log = EventLog(context.session.store, self._wanted(), history=context.session.history)
        super().__init__(context, EVENTS, self.event_log)
        self.listing.hide_by_default(True)

    def on_ready(self) -> None:
        self.follow(self.event_log.problem, lambda _problem: self._refused())
        super().on_ready()
        self.event_log.watch()

    def on_unmount(self) -> None:
        self.event_log.pause()

    def on_screen_suspend(self) -> None:
        if not self.covered_by_dialog():
            self.event_log.pause()

    def on_resume_view(self) -> None:
        super().on_resume_view()
        self.event_log.watch()

    def own_commands(self) -> Iterable[Command]:
        for command in super().own_commands():
            if command.name == "copy-id":
                command = replace(command, name="copy", help="copy the event as JSON")
            yield command
        yield Command(
            name="types", keys=("ampersand",), help="choose the types of events", run=self.ask_types, group="event", footer=True
        )
        yield Command(
            name="period",
            keys=("equals_sign",),
            help=f"start of the period: {SINCE_HELP}",
            run=self.ask_since,
            run_named=self.begin_at,
            group="event",
            footer=True,
        )
        yield Command(
            name="follow", keys=("f",), help="go to the newest event and follow", run=self.follow_newest, group="event"
        )

    # -- the request --------------------------------------------------------------------------------------------------

    def _wanted(self) -> Wanted:
        return Wanted(self.since, {**filters_of(self.types), **self.about.filters}, self.about.passes)

    def _ask(self) -> None:
        self.event_log.ask(self._wanted())
        self._shown_anew()

    async def ask_types(self) -> None:
        """Ask for the types of events; no tick means all types."""

        def answered(ticked: frozenset[str] | None) -> None:
            if ticked is not None and ticked != self.types:
                self.types = ticked
                self._ask()

        ticks = [Tick(type, type, type in self.types) for type in TYPES]
        await self.show(
            Confirm("Types of events", ["Show the ticked types; none ticked: all."], ticks, confirm_label="show"), answered
        )

    def ask_since(self) -> None:
        """Ask for the start of the period."""
        self.prompt.ask("=", accept=self.begin_at)
        self.prompt.note(SINCE_HELP)

    def begin_at(self, text: str) -> None:
        """Request the events since then."""
        since, wrong = read_since(text)
        if wrong:
            self.warn(wrong)
        else:
            self.since = since
            self._ask()

    async def reload(self) -> None:
        """Check the connection, and repeat a refused request. Events shown are kept, since the engine may have dropped them."""
        self.context.session.retry_now()
        self.event_log.again()
        self.say("checking the connection")

    # -- display ------------------------------------------------------------------------------------------------------

    def lay_out(self) -> None:
        """Lay out the list; sorted by time, a cursor on the newest event follows new events."""
        by_time = self.listing.column is TIME
        self.table.edge = "" if not by_time else "first" if self.listing.reversed else "last"
        super().lay_out()

    def title_line(self) -> Line:
        parts = [Span("events", "title")]
        return line(*parts, *([Span(" of "), Span(self.about.name, "accent")] if self.about.name else []))

    def facts(self) -> list[Segment]:
        since = "" if self.since is None else f"since {datetime.fromtimestamp(self.since):%m-%d %H:%M:%S}"
        dropped = self.event_log.dropped
        added = [
            (", ".join(type for type in TYPES if type in self.types), "accent", 1),
            (since, "accent", 1),
            ("" if self.following else "f: follow", "warn", 1),
            (f"{count(dropped, 'older event')} dropped" if dropped else "", "dim", 3),
            (self._reach(), "dim", 2),
        ]
        return [*super().facts(), *(Segment(line(Span(text, style)), rank) for text, style, rank in added if text)]

    def _reach(self) -> str:
        """Return the time of the oldest event that is known: engines remember a few hundred."""
        oldest = self.event_log.oldest
        return f"oldest known {datetime.fromtimestamp(oldest / 10**9):%m-%d %H:%M:%S}" if oldest else ""

    def counts(self) -> str:
        return count(self.event_log.amount, "event")  # counted as they arrive: too many to count each time

    @property
    def following(self) -> bool:
        """Return whether a new event is shown immediately."""
        return self.table.at_edge

    @property
    def refused(self) -> str:
        problem = self.event_log.problem.value
        return f"the engine does not send events (ctrl+r: try again): {problem}" if problem else ""

    def empty_words(self) -> str:
        if self.listing.total and not self.listing.matcher.text and self.listing.hiding:
            return "Only commands in containers so far, such as probes: press . to show them"
        return super().empty_words()

    @on(Table.CursorMoved)
    def _moved_away(self) -> None:
        self.refresh_header()

    def names(self) -> Iterable[str]:
        return sorted({object_name(row.event) for row in self.rows.rows.values() if row.gap is None})

    def go_to(self, wanted: str) -> None:
        """Filter the events by this text."""
        self.listing.filter(wanted)
        if self.is_mounted:
            self._shown_anew()

    # -- commands -----------------------------------------------------------------------------------------------------

    def follow_newest(self) -> None:
        """Sort by time, go to the newest event, and follow."""
        if self.listing.column is not TIME:
            self.listing.sort(TIME)
            self._shown_anew()
        if self.listing.reversed:
            self.table.action_first()
        else:
            self.table.action_last()

    def copy_id(self) -> None:
        """Copy the event under the cursor (OSC 52)."""
        if self.current is not None:
            self.put_on_clipboard(as_json(self.current), "the event as JSON")

    def details(self, row: LoggedEvent, tab: str = "") -> View:
        """Return the details of an event, which stay when the list drops the event."""
        still: Collection[LoggedEvent] = Collection()
        still.replace({row.id: row})
        return DetailsView(self.context, EVENTS, still, row, tab)


async def open_events(view: RouteView, rows: Sequence[Any]) -> None:
    """Open the events of these objects."""
    resource = view.resource
    name = resource.title(rows[0]) if len(rows) == 1 else count(len(rows), resource.singular)
    await view.app.push_screen(EventsView(view.context, subject(resource, rows, name)))


async def open_object(view: RouteView, rows: Sequence[LoggedEvent]) -> None:
    """Open the details of the event's object."""
    if (link := whom(rows[0].event)) is not None:
        follow_link(view, link)
