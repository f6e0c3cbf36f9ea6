"""What the live picture must know about a type of object. One `Source` each; the picture itself knows none of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from tui.engine.objects.events import Event

if TYPE_CHECKING:
    from tui.engine import Engine

Row = TypeVar("Row")


def actor(event: Event) -> str:
    """The id of whom the event is about."""
    return event.actor.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Generic[Row]):
    """A type of object: which events concern it, how to read it, how an event changes a row.

    `events` maps event types to their actions, without what follows a colon. `list` asks the engine for the rows with
    these ids, or for all (None), in the order they are shown; where `by_id` is false it is only ever asked for all.
    `row_id` gives the id of the row an event is about, empty for none. `patch` gives the row after an event (None:
    gone, or never known); it must bear to be given an event twice. Unless an action `complete_events`, the row is read again a
    moment later; `caught_up` says whether that answer has caught up with the row patched by events, `merge` keeps what the
    list does not tell. What happens to objects of other types and shows in these rows is in `invalidated_by`, as in `events`:
    the whole list is read again after it.
    """

    name: str
    events: Mapping[str, frozenset[str]]
    list: Callable[[Engine, Collection[str] | None], Awaitable[Iterable[Row]]]
    by_id: bool = True
    invalidated_by: Mapping[str, frozenset[str]] = field(default_factory=dict)
    id: Callable[[Row], str] = lambda row: row.id  # type: ignore[attr-defined]  # most rows have it
    row_id: Callable[[Event], str] = actor
    patch: Callable[[Row | None, Event], Row | None] = lambda row, _event: row
    complete_events: frozenset[str] = frozenset()
    caught_up: Callable[[Row, Row], bool] = lambda _row, _listed: True
    merge: Callable[[Row, Row], Row] = lambda _row, listed: listed

    async def read(self, engine: Engine, ids: Collection[str] | None) -> dict[str, Row]:
        """The rows by their ids: all, or those with these ids. Raises EngineError."""
        return {self.id(row): row for row in await self.list(engine, ids)}
