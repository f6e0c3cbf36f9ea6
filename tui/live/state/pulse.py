"""Reads lists again while something on the screen changes without events."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from tui.live.state.collection import Changes
from tui.live.state.source import Source

if TYPE_CHECKING:
    from tui.live.state.store import Store

FIRST, LAST = 1.0, 32.0
"""Seconds between two readings: the first; doubled while nothing changes, up to the last, after which there are no more."""


class Pulse:
    """Reads `sources` again while somebody watches and `pending` says that they are about to change."""

    def __init__(self, store: Store[Any], sources: Sequence[Source[Any]], pending: Callable[[], bool]) -> None:
        self._store = store
        self._sources = sources
        self._pending = pending
        self._watchers = 0
        self._delay = FIRST
        self._timer: asyncio.TimerHandle | None = None
        for source in sources:
            store.of(source).changed.subscribe(self._changed)

    def watch(self) -> Callable[[], None]:
        """Read while rows are pending, until the returned function is called, which may be called twice."""
        self._watchers += 1
        self._begin()
        watching = True

        def end() -> None:
            nonlocal watching
            if watching:
                watching = False
                self._watchers -= 1
                if not self._watchers:
                    self._stop()

        return end

    def _changed(self, changes: Changes) -> None:
        if changes.added or changes.changed or changes.removed:
            self._begin()

    def _begin(self) -> None:
        """Begin anew with the shortest time."""
        if self._timer is None or self._delay > FIRST:
            self._delay = FIRST
            self._arm()

    def _arm(self) -> None:
        self._stop()
        if self._watchers and self._pending():
            self._timer = asyncio.get_running_loop().call_later(self._delay, self._tick)

    def _tick(self) -> None:
        self._timer = None
        for source in self._sources:
            self._store.refresh(source)
        self._delay *= 2
        if self._delay <= LAST:
            self._arm()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
