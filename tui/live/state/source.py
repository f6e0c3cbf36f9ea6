"""Source: what the store must know about an object type. The store itself contains nothing type-specific."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from tui.engine.objects.events import Event

if TYPE_CHECKING:
    from tui.engine import Engine

Row = TypeVar("Row")


def actor(event: Event) -> str:
    """Return the id of the event's actor."""
    return event.actor.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Generic[Row]):
    """An object type: its events, how to list it, how an event changes a row.

    `events` maps event types to their actions, without the part after a colon. `list` requests the rows with these ids, or all
    (None), in the order shown; only all where `by_id` is false. `row_id` returns the id of an event's row, empty for none.
    `patch` returns the row after an event (None: removed or unknown) and must be idempotent. Unless the action is in
    `complete_events`, the row is read again shortly after; `caught_up` says whether that answer reflects the patched row,
    `merge` keeps fields missing in the list. Events of other types that change these rows are in `invalidated_by`, in the form
    of `events`: each causes the whole list to be read again. Two readings are at least `interval` seconds apart.
    """

    name: str
    events: Mapping[str, frozenset[str]]
    list: Callable[[Engine, Collection[str] | None], Awaitable[Iterable[Row]]]
    by_id: bool = True
    invalidated_by: Mapping[str, frozenset[str]] = field(default_factory=dict)
    interval: float = 0.0
    id: Callable[[Row], str] = lambda row: row.id  # type: ignore[attr-defined]  # most rows have an id
    row_id: Callable[[Event], str] = actor
    patch: Callable[[Row | None, Event], Row | None] = lambda row, _event: row
    complete_events: frozenset[str] = frozenset()
    caught_up: Callable[[Row, Row], bool] = lambda _row, _listed: True
    merge: Callable[[Row, Row], Row] = lambda _row, listed: listed

    async def read(self, engine: Engine, ids: Collection[str] | None) -> dict[str, Row]:
        """Read all rows, or those with these ids; returns them by id. Raises EngineError."""
        return {self.id(row): row for row in await self.list(engine, ids)}
