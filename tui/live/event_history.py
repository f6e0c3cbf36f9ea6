"""The events seen since the session began: more than an engine remembers, which is a few hundred."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from tui.engine.objects.events import Event
from tui.live.state.store import Store

KEPT = 10_000
"""Events kept."""


class EventHistory:
    """The events that the store's own subscription has received from the present engine, oldest first."""

    def __init__(self, store: Store[Any]) -> None:
        self._events: deque[Event] = deque(maxlen=KEPT)
        store.events.subscribe(self._events.append)
        store.replaced.subscribe(lambda _number: self._events.clear())

    def select(self, since: float | None, filters: Mapping[str, Sequence[str]]) -> list[Event]:
        """Return the events since then (seconds since the epoch) that pass filters such as those of `SystemEvents`."""
        begin = 0 if since is None else int(since * 10**9)
        return [event for event in self._events if event.time_nano >= begin and passes(event, filters)]


def passes(event: Event, filters: Mapping[str, Sequence[str]]) -> bool:
    """Return whether an event passes: `type` compares types, a type's name compares the ids and names of its objects."""
    names = event.actor.id, event.actor.attributes.get("name", "")
    return all(
        event.type in values if key == "type" else event.type == key and not {*names}.isdisjoint(values)
        for key, values in filters.items()
    )
