"""Informer: keeps the rows of one source current by listing, applying events, and reading rows again after them."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
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
"""Seconds from an event to reading its row again; doubled while the list lags behind the events, up to so many tries."""

RETRIES, FIRST_RETRY = 5, 0.25
"""Tries after an answer that cannot be read, and seconds before the first one, doubled for each. After them the list is read
only on request or after an event, since an engine may always answer so."""

MANY = 50
"""Rows read again by id at most; for more, the whole list is read."""


class Informer(Generic[Row]):
    """The rows of one source.

    `problem` is why they cannot be listed: the engine's refusal (no swarm, a proxy's 403), or an answer that cannot be read;
    else None. Other sources are not concerned.
    """

    def __init__(self, source: Source[Row]) -> None:
        self.source = source
        self.collection: Collection[Row] = Collection()
        self.problem: State[errors.EngineError | None] = State(None)
        self._due_again: dict[str, int] = {}  # id -> reads since its last event
        self._arriving: list[Event] | None = None  # events since the request under way was sent
        self._whole = True
        self._invalidated = False  # an event in `invalidated_by` came; close ones are awaited
        self._work = asyncio.Event()
        self._unread = 0  # answers in a row that could not be read
        self._requested = asyncio.Event()  # ends the pause before the next try
        self._read_at = 0.0  # time of the last reading, in seconds of `time.monotonic()`

    @property
    def idle(self) -> bool:
        """Whether nothing is to be read or emitted."""
        return not self._work.is_set() and self._arriving is None and self.collection.idle

    def apply_event(self, event: Event) -> None:
        """Apply an event if it concerns this source."""
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
        """Schedule reading the whole list now."""
        self._whole = True
        self._unread = 0
        self._requested.set()
        self._work.set()

    def read_again(self, id: str) -> None:
        """Schedule reading one row: it was changed in a way that causes no event."""
        self._due_again[id] = 0
        self._work.set()

    async def run(self, engine: Engine) -> None:
        """Read what is due, until cancelled. Call `reload` first if the rows may be outdated."""
        while True:
            await self._work.wait()
            if self._unread:
                await self._pause(FIRST_RETRY * 2 ** (self._unread - 1))
            elif not self._whole:
                await asyncio.sleep(SETTLING * 2 ** max(self._due_again.values(), default=0))
            await asyncio.sleep(self._read_at + self.source.interval - time.monotonic())
            await self.read(engine)

    async def _pause(self, seconds: float) -> None:
        """Wait, or until the list is requested."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._requested.wait()

    async def read(self, engine: Engine) -> None:
        """Read what is due now."""
        self._requested.clear()
        due, self._due_again = self._due_again, {}
        whole = self._whole or self._invalidated or not self.source.by_id or len(due) > MANY
        self._whole = self._invalidated = False
        self._work.clear()
        self._read_at = time.monotonic()
        if not whole and not due:
            return
        events: list[Event] = []
        self._arriving = events
        try:
            listed = await self.source.read(engine, None if whole else due.keys())
        except (errors.EngineRefusal, errors.BrokenAnswer) as problem:
            self._not_listed(problem)
            return
        finally:
            self._arriving = None
        self._catch_up(listed, due, events)
        if whole:
            self.collection.replace(listed)
        else:
            self.collection.put(listed)
            self.collection.remove(due.keys() - listed.keys())
        self._unread = 0
        self.problem.set(None)

    def _not_listed(self, problem: errors.EngineError) -> None:
        """Keep the rows and the reason; the whole list is read next time, soon if the answer could not be read."""
        self._whole = True
        if isinstance(problem, errors.BrokenAnswer) and self._unread < RETRIES:
            self._unread += 1
            self._work.set()
        self.problem.set(problem)
        if not self.collection.loaded:
            self.collection.replace({})

    def _catch_up(self, listed: dict[str, Row], due: dict[str, int], events: list[Event]) -> None:
        """Update listed rows in place with rows and events that are newer than the answer."""
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
