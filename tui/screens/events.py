"""The screen of the engine's events, live; of all objects or of some."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from textual import on

from tui.live.event_log import EventLog, LoggedEvent, Wanted
from tui.live.merged_event_log import MergedEventLog
from tui.live.merged_rows import Member, Placed
from tui.live.state.collection import Collection
from tui.resources.events.events import EVENTS, TIME, Subject, subject
from tui.resources.events.formats import SINCE_HELP, TYPES, as_json, filters_of, object_name, read_since, whom
from tui.resources.model.merged import by_member
from tui.resources.model.text import Line, Span, count, line
from tui.screens.framework.commands import Command
from tui.screens.framework.context import ViewContext
from tui.screens.framework.details_view import DetailsView
from tui.screens.framework.group_context import GroupContext
from tui.screens.framework.links import follow_link
from tui.screens.framework.merged_view import MergedView
from tui.screens.framework.resource_view import ResourceView
from tui.screens.framework.routes import RouteView
from tui.screens.framework.view import View
from tui.widgets.bar import Segment
from tui.widgets.dialogs import Confirm, Tick
from tui.widgets.table import Table

Row = TypeVar("Row")


class EventListView(ResourceView[Row]):
    """A list of events. The streams are open only while the view is shown."""

    about: Subject
    event_log: EventLog | MergedEventLog
    types: frozenset[str] = frozenset()
    since: float | None = None

    def logged(self, row: Row) -> LoggedEvent:
        """Return the event of a row."""
        raise NotImplementedError

    def ask(self) -> None:
        """Request the events again, with another period or types."""
        raise NotImplementedError

    def wanted_of(self, about: Subject) -> Wanted:
        """Return the query for the events of some objects."""
        return Wanted(self.since, {**filters_of(self.types), **about.filters}, about.passes)

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

    def _ask(self) -> None:
        self.ask()
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
        self.context.retry_now()
        self.event_log.again()
        self.say("checking the connection")

    # -- display ------------------------------------------------------------------------------------------------------

    def lay_out(self) -> None:
        """Lay out the list; sorted by time, a cursor on the newest event follows new events."""
        by_time = self.listing.column.title == TIME.title
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
        return count(self.searched, "event")

    @property
    def searched(self) -> int:
        log = self.event_log
        return log.amount if self.listing.hiding else log.amount + log.noise  # as they arrive: too many to count each time

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
        logged = map(self.logged, self.rows.rows.values())
        return sorted({object_name(row.event) for row in logged if row.gap is None})

    def go_to(self, wanted: str) -> None:
        """Filter the events by this text."""
        self.listing.filter(wanted)
        if self.is_mounted:
            self._shown_anew()

    # -- commands -----------------------------------------------------------------------------------------------------

    def follow_newest(self) -> None:
        """Sort by time, go to the newest event, and follow."""
        if self.listing.column.title != TIME.title:
            self.listing.sort(next(column for column in self.resource.columns if column.title == TIME.title))
            self._shown_anew()
        if self.listing.reversed:
            self.table.action_first()
        else:
            self.table.action_last()

    def copy_id(self) -> None:
        """Copy the event under the cursor (OSC 52)."""
        if self.current is not None:
            self.put_on_clipboard(as_json(self.logged(self.current)), "the event as JSON")


class EventsView(EventListView[LoggedEvent]):
    """The list of the events of one engine."""

    def __init__(self, context: ViewContext, about: Subject | None = None) -> None:
        self.about = about or Subject()
        self._log = EventLog(context.session.store, self.wanted_of(self.about), history=context.session.history)
        self.event_log = self._log
        super().__init__(context, EVENTS, self._log)
        self.listing.hide_by_default(True)

    def logged(self, row: LoggedEvent) -> LoggedEvent:
        return row

    def ask(self) -> None:
        self._log.ask(self.wanted_of(self.about))

    def details(self, row: LoggedEvent, tab: str = "") -> View:
        """Return the details of an event, which stay when the list drops the event."""
        return kept_details(self.context, row, tab)


class MergedEventsView(EventListView[Placed[LoggedEvent]], MergedView):
    """The list of the events of several engines."""

    def __init__(self, context: GroupContext, abouts: Mapping[Member, Subject] | None = None) -> None:
        """`abouts`: the objects of each engine, if not all; engines that are not in it are left out."""
        self.abouts = abouts or {member: Subject() for member in context.members}
        self.about = next(iter(self.abouts.values()))
        self._log = MergedEventLog(self.abouts, lambda member: self.wanted_of(self.abouts[member]))
        self.event_log = self._log
        MergedView.__init__(self, context, EVENTS, self._log)
        self.listing.hide_by_default(True)

    def logged(self, row: Placed[LoggedEvent]) -> LoggedEvent:
        return row.row

    def ask(self) -> None:
        self._log.ask()

    def details(self, row: Placed[LoggedEvent], tab: str = "") -> View:
        """Return the details of an event, which stay when the list drops the event."""
        return kept_details(self.context.of(row.member), row.row, tab)


def kept_details(context: ViewContext, row: LoggedEvent, tab: str) -> DetailsView[LoggedEvent]:
    """Return the details of an event, in a collection of its own."""
    still: Collection[LoggedEvent] = Collection()
    still.replace({row.id: row})
    return DetailsView(context, EVENTS, still, row, tab)


async def open_events(view: RouteView, rows: Sequence[Any]) -> None:
    """Open the events of these objects."""
    resource = view.resource
    name = resource.title(rows[0]) if len(rows) == 1 else count(len(rows), resource.singular)
    await view.app.push_screen(EventsView(view.context, subject(resource, rows, name)))


async def open_events_of_several(view: RouteView, group: GroupContext, rows: Sequence[Placed[Any]]) -> None:
    """Open the events of these objects of several engines."""
    resource = view.resource
    name = count(len(rows), resource.singular)
    abouts = {member: subject(resource, part, name) for member, part in by_member(rows).items()}
    await view.app.push_screen(MergedEventsView(group, abouts))


async def open_object(view: RouteView, rows: Sequence[LoggedEvent]) -> None:
    """Open the details of the event's object."""
    if (link := whom(rows[0].event)) is not None:
        follow_link(view, link)
