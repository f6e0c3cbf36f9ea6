"""The events of the engine as a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tui.engine.objects.events import Event
from tui.live.event_log import LoggedEvent
from tui.resources.events.formats import (
    action_name,
    details,
    done,
    gap_text,
    meaning,
    object_name,
    raw,
    time_text,
    when_text,
    whom,
)
from tui.resources.model import formats
from tui.resources.model.action import Action, Open
from tui.resources.model.filter_expression import natural
from tui.resources.model.resource import Column, Resource, Tab
from tui.resources.model.text import Cell, count, one_line


@dataclass(frozen=True, slots=True)
class Subject:
    """Objects whose events are requested: their name for users, and the filter of the request."""

    name: str = ""
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    passes: Callable[[Event], bool] = lambda _event: True


def subject(resource: Resource[Any], rows: Sequence[Any], name: str) -> Subject:
    """Return the subject for these objects."""
    if resource.event_filter is not None:
        return Subject(name, resource.event_filter(rows))
    ids = frozenset(map(resource.engine_name, rows))
    return Subject(name, {resource.event_type: sorted(ids)}, lambda event: event.actor.id in ids)


def title(row: LoggedEvent) -> str:
    """Return the event's name for users: "die web"."""
    return "a gap" if row.gap else f"{action_name(row.event)} {object_name(row.event)}"


def filter_words(row: LoggedEvent) -> str:
    """Return the text that the filter looks at."""
    if row.gap is not None:
        return gap_text(row)
    event = row.event
    parts = [object_name(event), event.type, event.action[:60], done(row).text, meaning(row).text[:80]]
    parts += [event.actor.attributes.get("image", ""), event.actor.id[:12]]
    return "\n".join(map(one_line, parts))


def why_no_object(row: LoggedEvent) -> str:
    """Return why there is no object to open, or ""."""
    if row.gap is not None:
        return "a gap has no object"
    return "" if whom(row.event) else f"no details for the type {one_line(row.event.type)}"


def counts(rows: Iterable[LoggedEvent]) -> str:
    """Return the number of events, without gaps."""
    return count(sum(row.counts for row in rows), "event")


TIME: Column[LoggedEvent] = Column(
    title=f"TIME {formats.zone()}",
    cell=lambda row: Cell(time_text(row), "dim"),
    key=lambda row: row.id,
    merged_key=lambda row: (row.time_ns, row.id),
    width=12,
)

COLUMNS: tuple[Column[LoggedEvent], ...] = (
    TIME,
    Column(
        title="TYPE",
        cell=lambda row: Cell(one_line(row.event.type), "dim"),
        key=lambda row: row.event.type,
        width=9,
        priority=2,
    ),
    Column(title="WHAT", cell=done, key=lambda row: action_name(row.event), width=13),
    Column(
        title="NAME",
        cell=lambda row: Cell(object_name(row.event), "title"),
        key=lambda row: natural(object_name(row.event)),
        width=24,
        min_width=15,
    ),
    Column(
        title="MEANING", cell=meaning, key=lambda row: meaning(row).text or None, width=34, min_width=24, priority=1, grows=True
    ),
    Column(
        title="ID",
        cell=lambda row: Cell(one_line(row.event.actor.id.removeprefix("sha256:")[:12]), "dim"),
        key=lambda row: row.event.actor.id or None,
        width=12,
        priority=5,
        wide=True,
    ),
    Column(
        title="WHEN", cell=lambda row: Cell(when_text(row), "dim"), key=lambda row: row.time_ns, width=30, priority=6, wide=True
    ),
)

OBJECT: Action[LoggedEvent] = Action(
    name="object",
    key="i",
    help="show the details of the object",
    do=Open("event-object", single=True),
    refusal=why_no_object,
    changes=False,
)

EVENTS: Resource[LoggedEvent] = Resource(
    name="events",
    singular="event",
    id=lambda row: row.id,
    title=title,
    words=filter_words,
    columns=COLUMNS,
    actions=(OBJECT,),
    tabs=(Tab(name="event", document=details), Tab(name="inspect", key="y", document=raw)),
    counts=counts,
    hidden_by_default=lambda row: row.noise,
    hidden_word="noise",
    sorted_by=TIME.title,
    empty="No events in this period. New events appear here.",
)
