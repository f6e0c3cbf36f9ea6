"""The rows of one kind in a picture, and how they are kept true: read, patched by events, read again once they settle."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar

from tui.engine import errors
from tui.engine.objects.events import Event
from tui.live.state.collection import Collection
from tui.live.state.signals import State
from tui.live.state.source import Source

if TYPE_CHECKING:
    from tui.engine import Engine

Row = TypeVar("Row")

SETTLING, TRIES = 0.1, 4
"""Seconds from an event to reading its row again; doubled while the list lags behind the events, this often at most."""

MANY = 50
"""Up to so many rows are read again by id; beyond, the whole list is."""


class Informer(Generic[Row]):
    """One kind's rows. `problem` is the engine's own refusal to list them (no swarm, a proxy's 403), else None."""

    def __init__(self, source: Source[Row]) -> None:
        self.source = source
        self.collection: Collection[Row] = Collection()
        self.problem: State[errors.EngineRefusal | None] = State(None)
        self._due_again: dict[str, int] = {}  # rows to read again: how often they were already, since their last event
        self._arriving: list[Event] | None = None  # the events since the reading under way was asked for
        self._whole = True
        self._invalidated = False  # something happened to what the rows tell of; what follows it closely is waited for
        self._work = asyncio.Event()

    @property
    def idle(self) -> bool:
        """Whether nothing is to be read or told."""
        return not self._work.is_set() and self._arriving is None and self.collection.idle

    def apply_event(self, event: Event) -> None:
        """Apply an event, if it concerns this kind."""
        action = event.action.partition(":")[0]
        if action in self.source.invalidated_by.get(event.type, ()):
            self._invalidated = True
            self._work.set()
        id = self.source.row_id(event) if action in self.source.events.get(event.type, ()) else ""
        if not id:
            return
        if self._arriving is not None:
            self._arriving.append(event)
        known = self.collection.rows.get(id)
        row = self.source.patch(known, event)
        if self.collection.loaded:
            if row is not None:
                self.collection.put({id: row})
            else:
                self.collection.remove((id,))
        if action not in self.source.complete_events:
            self._due_again[id] = 0
            self._work.set()
        elif row is None:
            self._due_again.pop(id, None)

    def reload(self) -> None:
        """Have the whole list read again."""
        self._whole = True
        self._work.set()

    def read_again(self, id: str) -> None:
        """Have one row read again: something was done to it that no event tells of."""
        self._due_again[id] = 0
        self._work.set()

    async def run(self, engine: Engine) -> None:
        """Read what is due, for ever. `reload` first when the rows may have become old."""
        while True:
            await self._work.wait()
            if not self._whole:
                await asyncio.sleep(SETTLING * 2 ** max(self._due_again.values(), default=0))
            await self.read(engine)

    async def read(self, engine: Engine) -> None:
        """Read what is due, now."""
        due, self._due_again = self._due_again, {}
        whole = self._whole or self._invalidated or not self.source.by_id or len(due) > MANY
        self._whole = self._invalidated = False
        self._work.clear()
        if not whole and not due:
            return
        events: list[Event] = []
        self._arriving = events
        try:
            listed = await self.source.read(engine, None if whole else due.keys())
        except errors.EngineRefusal as refusal:
            self.problem.set(refusal)
            if not self.collection.loaded:
                self.collection.replace({})
            return
        finally:
            self._arriving = None
        self._catch_up(listed, due, events)
        if whole:
            self.collection.replace(listed)
        else:
            self.collection.put(listed)
            self.collection.remove(due.keys() - listed.keys())
        self.problem.set(None)

    def _catch_up(self, listed: dict[str, Row], due: dict[str, int], events: list[Event]) -> None:
        """Bring what was listed up to what is known: from rows and events that are newer than the answer."""
        for id, row in listed.items():
            known = self.collection.rows.get(id)
            if known is None:
                continue
            if id in due and due[id] < TRIES and not self.source.caught_up(known, row):
                listed[id] = known
                self._due_again.setdefault(id, due[id] + 1)
                self._work.set()
            else:
                listed[id] = self.source.merge(known, row)
        for event in events:
            id = self.source.row_id(event)
            patched = self.source.patch(listed.get(id), event)
            if patched is not None:
                listed[id] = patched
            else:
                listed.pop(id, None)
