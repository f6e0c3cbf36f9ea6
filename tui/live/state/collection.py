"""Rows of one object type, and notifications of their changes."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Generic, TypeVar

from tui.live.state.signals import Signal

if TYPE_CHECKING:
    import asyncio

Row = TypeVar("Row")

GATHER = 0.05
"""Seconds during which changes are gathered into one notification while they keep coming."""

STEPS = (0.0, 0.1, 0.2, 0.5, 1.0)
"""Parts of that time for the first notifications of a burst: a container that is removed dies and is gone 20 ms later."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids of added, changed and removed rows. `everything`: the whole list was read (first or again)."""

    added: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    everything: bool = False

    def __bool__(self) -> bool:
        return bool(self.everything or self.added or self.changed or self.removed)


class Collection(Generic[Row]):
    """Rows by id, in the engine's order, new ones last.

    The first change is emitted at once, the next ones after ever longer pauses, of up to `gather` seconds, so that a burst is
    painted rarely. `rows` is always the present state.
    """

    def __init__(self, gather: float = GATHER) -> None:
        self._rows: dict[str, Row] = {}
        self._before: dict[str, Row | None] = {}  # rows changed since the last notification, as subscribers know them
        self._everything = False
        self._gather = gather
        self._timer: asyncio.TimerHandle | None = None  # while a notification is due
        self._emitted_at = 0.0  # time of the last notification, in seconds of `time.monotonic()`
        self._step = 0  # the pause until the next one, as a number in `STEPS`
        self.rows: Mapping[str, Row] = MappingProxyType(self._rows)
        self.changed: Signal[Changes] = Signal()
        self.loaded = False  # whether the engine's list was read

    @property
    def complete(self) -> bool:
        """Whether every list that the rows come from was read."""
        return self.loaded

    @property
    def idle(self) -> bool:
        """Whether every change has been emitted."""
        return self._timer is None

    def put(self, rows: Mapping[str, Row]) -> None:
        """Add these rows, or replace those with the same ids."""
        for id, row in rows.items():
            present = self._rows.get(id)
            if present != row:
                self._before.setdefault(id, present)
                self._rows[id] = row
        self._rows_changed()

    def remove(self, ids: Iterable[str]) -> None:
        """Remove these rows; unknown ids are ignored."""
        for id in ids:
            if id in self._rows:
                self._before.setdefault(id, self._rows.pop(id))
        self._rows_changed()

    def replace(self, rows: Mapping[str, Row]) -> None:
        """Replace all rows, in this order, after the whole list was read."""
        for id in self._rows.keys() | rows.keys():
            present = self._rows.get(id)
            if present != rows.get(id):
                self._before.setdefault(id, present)
        self._rows.clear()
        self._rows.update(rows)
        self.loaded = self._everything = True
        self._rows_changed()

    def close(self) -> None:
        """Emit pending changes and cancel the timer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._emit()

    def _rows_changed(self) -> None:
        if self._timer is not None or not (self._before or self._everything):
            return
        passed = time.monotonic() - self._emitted_at
        if passed >= self._gather:
            self._step = 0
        if (left := STEPS[self._step] * self._gather - passed) <= 0:
            self._emit()
            return
        from asyncio import get_running_loop  # the first paint knows the module, and has no loop yet

        self._timer = get_running_loop().call_later(left, self._gathered)

    def _gathered(self) -> None:
        self._timer = None
        self._emit()

    def _emit(self) -> None:
        self._emitted_at = time.monotonic()
        self._step = min(self._step + 1, len(STEPS) - 1)
        before, self._before = self._before, {}
        everything, self._everything = self._everything, False
        changes = Changes(
            added=frozenset(id for id, row in before.items() if row is None and id in self._rows),
            changed=frozenset(
                id for id, row in before.items() if row is not None and id in self._rows and self._rows[id] != row
            ),
            removed=frozenset(id for id, row in before.items() if row is not None and id not in self._rows),
            everything=everything,
        )
        if changes:
            self.changed.emit(changes)
