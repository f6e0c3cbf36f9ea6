"""Navigation between the matches in the loaded part of a log, and their count, in short steps."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from time import perf_counter

from tui.live.expressions import PIECE, WHOLE
from tui.live.logs.search import finder
from tui.resources.logs.ansi_text import plain
from tui.resources.logs.filters import Rows, Search

MOST = 65_536
"""Characters of a line that are searched for a plain text that the fast search cannot find."""

FAST_BLOCK = 2000  # stored lines searched between two checks of the clock


class Finding:
    """The matches of a search in the shown lines. `work` counts; `next` does not depend on the count."""

    def __init__(self, rows: Rows, text: str) -> None:
        self.rows = rows
        self.search = Search(text)
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._finder = finder(self.search.expression)
        self._literal = self.search.expression.gave_up
        self._ids: array[int] = array("q")
        self._start = self._end = self.rows.buffer.end_id  # the ids from _start to before _end are searched

    @property
    def looks_at(self) -> int:
        """Return how many characters of a line are searched."""
        return WHOLE if self._finder is not None else min(self.search.expression.longest, MOST)

    @property
    def counted(self) -> bool:
        """Return whether all loaded lines are searched."""
        buffer = self.rows.buffer
        return self._start <= buffer.first_id and self._end >= buffer.end_id

    def __len__(self) -> int:
        return len(self._ids) - bisect_left(self._ids, self.rows.buffer.first_id)

    def place(self, id_: int) -> int:
        """Return the number of a match among all, from 1; 0 if the line does not match or is not searched yet."""
        at = bisect_left(self._ids, id_)
        if at >= len(self._ids) or self._ids[at] != id_:
            return 0
        return at + 1 - bisect_left(self._ids, self.rows.buffer.first_id)

    def changed(self, start: int | None, everything: bool = False) -> None:
        """Note that the lines from `start` on have changed, or all lines."""
        buffer = self.rows.buffer
        end = buffer.end_id if start is None else min(start, buffer.end_id)
        if self._start < buffer.first_id:  # dropped from the buffer: other lines may take their place
            self._start = buffer.first_id
            self._ids = self._ids[bisect_left(self._ids, self._start) :]
        if everything or end <= self._start:
            self._begin_anew()
        elif end < self._end:
            self._end = end
            del self._ids[bisect_left(self._ids, end) :]

    def work(self, seconds: float) -> bool:
        """Count for at most so many seconds; return whether lines are left."""
        until = perf_counter() + seconds
        older: list[list[int]] = []
        buffer = self.rows.buffer
        while not self.counted:
            block = FAST_BLOCK if self._finder else PIECE
            if self._end < buffer.end_id:
                stop = min(max(self._end, buffer.first_id) + block, buffer.end_id)
                self._ids.extend(self._matching(max(self._end, buffer.first_id), stop))
                self._end = stop
            else:
                start = max(buffer.first_id, self._start - block)
                older.append(self._matching(start, self._start))
                self._start = start
            if self._judged_otherwise():
                self._begin_anew()
                older.clear()
            if perf_counter() >= until:
                break
        if older:
            self._ids = array("q", [id_ for block in reversed(older) for id_ in block]) + self._ids
        return not self.counted

    def _judged_otherwise(self) -> bool:
        """Return whether the expression exceeded its time limit since, so that the count is invalid."""
        return self.search.expression.gave_up is not self._literal

    def _matching(self, start: int, stop: int) -> list[int]:
        buffer = self.rows.buffer
        if self._finder is not None:
            found = buffer.matches(self._finder, start, stop, budget=60.0).ids
        else:
            self.search.expression.allow()
            most = self.looks_at
            found = [line.id for line in buffer.lines(start, stop) if self.search.found(plain(line.data, most=most))]
        if type(self.rows) is not Rows:
            found = [id_ for id_ in found if id_ in self.rows]
        return found

    def next(self, id_: int, backwards: bool = False, seconds: float = 0.1) -> tuple[int | None, int | None]:
        """Return the next match after a line (or before), else None and the line to continue at if the time was up.

        Lines that are counted are not searched again.
        """
        if self._start <= id_ < self._end and not self._judged_otherwise():
            at = bisect_left(self._ids, id_) - 1 if backwards else bisect_right(self._ids, id_)
            if 0 <= at < len(self._ids) and self._ids[at] >= self.rows.buffer.first_id:
                return self._ids[at], None
            if backwards:
                id_ = self._start
            elif self._end >= self.rows.buffer.end_id:
                return None, None
            else:
                id_ = self._end - 1
        until = perf_counter() + seconds
        buffer = self.rows.buffer
        block = FAST_BLOCK if self._finder else PIECE
        while buffer.first_id < id_ if backwards else id_ + 1 < buffer.end_id:
            if backwards:
                start, stop = max(buffer.first_id, id_ - block), min(id_, buffer.end_id)
            else:
                start, stop = max(id_ + 1, buffer.first_id), min(id_ + 1 + block, buffer.end_id)
            if found := self._matching(start, stop):
                return found[-1 if backwards else 0], None
            id_ = start if backwards else stop - 1
            if perf_counter() >= until:
                return None, id_
        return None, None
