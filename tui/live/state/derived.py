"""Rows made from the rows of other collections; sends no request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from tui.live.state.collection import Changes, Collection

Row = TypeVar("Row")


class Derived(Collection[Row]):
    """The rows that `make` returns by id, made again whenever one of `parts` changes.

    They count as loaded once all parts are. `make` should return the same object for a row that has not changed: comparing
    it is then free.
    """

    def __init__(self, parts: Sequence[Collection[Any]], make: Callable[[], Mapping[str, Row]]) -> None:
        super().__init__()
        self._parts = parts
        self._make = make
        for part in parts:
            part.changed.subscribe(self._take)
        self._take(Changes())

    def _take(self, _changes: Changes) -> None:
        if not all(part.loaded for part in self._parts):
            return
        rows = self._make()
        if not self.loaded:
            self.replace(rows)
        else:
            self.remove([id for id in self.rows if id not in rows])
            self.put(rows)
