"""Which lines of a log are shown, and what is lit in them: searches, filters, levels. No expression may freeze the screen.

A `Search` is what was typed. A `LineFilter` holds several of them and a least level, and knows the lines that pass; it works
in small pieces of time, from the newest line back, because the newest are looked at.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import perf_counter

from tui.live.expressions import PIECE, Expression
from tui.live.logs.buffer import LogBuffer, LogLine
from tui.resources.logs.ansi_text import plain
from tui.resources.logs.levels import Continuations, at_least, level_of

MOST_LIT = 200  # matches of one line that are lit
BLOCK = PIECE  # lines that are sifted between two looks at the clock
LONGEST_GROUP = 500  # lines of one stack trace


class Search:
    """What is looked for: an `Expression`; `!` in front of it inverts it."""

    def __init__(self, text: str, *, invertible: bool = False) -> None:
        self.text = text
        self.inverts = invertible and text.startswith("!")
        self.expression = Expression(text[1:] if self.inverts else text)

    @property
    def problem(self) -> str:
        """Why the text is taken literally, in one line, or nothing."""
        return self.expression.problem

    def __bool__(self) -> bool:
        return bool(self.expression)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """From where to where it matches in a line, in order, without overlaps."""
        return self.expression.spans(text, MOST_LIT) if self else []

    def found(self, text: str) -> bool:
        """Whether it stands in a line, whatever `inverts` says."""
        return bool(self) and self.expression.found(text)


@dataclass(frozen=True)
class Filters:
    """What a line must be to be shown: every search in it (or not, where it is inverted), and at least this level."""

    searches: tuple[Search, ...] = ()
    level: str = ""

    def __bool__(self) -> bool:
        return bool(self.searches or self.level)

    def adding(self, text: str) -> Filters:
        """With one more search."""
        search = Search(text, invertible=True)
        return replace(self, searches=(*self.searches, search)) if search else self

    @property
    def literal(self) -> int:
        """How many searches took too long, and are taken literally."""
        return sum(search.expression.gave_up for search in self.searches)

    def allow(self) -> None:
        """Some lines are going to be looked at, for which each search has its time."""
        for search in self.searches:
            search.expression.allow()

    def without_last(self) -> Filters:
        """Without what was added last: a search, or with none left the level."""
        return replace(self, searches=self.searches[:-1]) if self.searches else Filters()

    def pass_group(self, texts: Sequence[str]) -> bool:
        """Whether a line with those that belong to it is shown: each search may be satisfied by another line of them."""
        for search in self.searches:
            if any(search.found(text) for text in texts) is search.inverts:
                return False
        if not self.level:
            return True
        found = level_of(texts[0]) or next(filter(None, map(level_of, texts[1:4])), None)
        return at_least(found.level if found else "", self.level)


class Rows:
    """The lines of a buffer that are shown, in order, by their ids: here all of them."""

    def __init__(self, buffer: LogBuffer) -> None:
        self.buffer = buffer

    def __len__(self) -> int:
        return len(self.buffer)

    def after(self, id_: int) -> int | None:
        """The first shown line after one; None if there is none."""
        following = max(id_ + 1, self.buffer.first_id)
        return following if following < self.buffer.end_id else None

    def before(self, id_: int) -> int | None:
        """The last shown line before one; None if there is none."""
        previous = min(id_, self.buffer.end_id) - 1
        return previous if previous >= self.buffer.first_id else None

    def index(self, id_: int) -> int:
        """How many shown lines stand before a line."""
        return max(0, min(id_, self.buffer.end_id) - self.buffer.first_id)

    def changed(self, start: int | None, everything: bool = False) -> None:
        """Lines from `start` on are others than before, or all are."""

    def work(self, _seconds: float) -> bool:
        """Find out what is shown, for so long; whether anything is left to do."""
        return False

    def __contains__(self, id_: int) -> bool:
        return self.after(id_ - 1) == id_


class LineFilter(Rows):
    """The lines that pass filters. What was not sifted yet is not shown yet; `work` sifts, from the newest line back."""

    def __init__(self, buffer: LogBuffer, filters: Filters) -> None:
        super().__init__(buffer)
        self.filters = filters
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._passed: array[int] = array("q")
        self._start = self._end = self.buffer.end_id  # sifted are the ids from _start to before _end
        self._group = self._end  # where the last group begins: more lines may belong to it
        self._literal = self.filters.literal

    @property
    def _left(self) -> bool:
        return self._start > self.buffer.first_id or self._end < self.buffer.end_id

    def changed(self, start: int | None, everything: bool = False) -> None:
        if everything:
            self._begin_anew()
            return
        start = self.buffer.end_id if start is None else min(start, self.buffer.end_id)
        if self._start < self.buffer.first_id:  # pushed out: other lines may come in their place
            self._start = self.buffer.first_id
            self._passed = self._passed[bisect_left(self._passed, self._start) :]
        if start <= self._start:
            self._begin_anew()
        elif start < self._end:
            self._end = start
            self._group = min(self._group, start)
            del self._passed[bisect_left(self._passed, start) :]

    def work(self, seconds: float) -> bool:
        until = perf_counter() + seconds
        older: list[list[int]] = []
        while self._left:
            if self._end < self.buffer.end_id:
                self._sift_newer()
            else:
                older.append(self._sift_older())
            if self.filters.literal != self._literal:  # what was sifted was judged in another way
                self._begin_anew()
                older.clear()
            if perf_counter() >= until:
                break
        gone = bisect_left(self._passed, self.buffer.first_id)
        if older or gone:
            self._passed = array("q", [id_ for block in reversed(older) for id_ in block]) + self._passed[gone:]
        return self._left

    def _sift_newer(self) -> None:
        start = max(self._group, self.buffer.first_id)
        if self._end - start > LONGEST_GROUP:
            start = max(self._end, self.buffer.first_id)
        stop = min(max(self._end, start) + BLOCK, self.buffer.end_id)
        del self._passed[bisect_left(self._passed, start) :]
        passed, self._group = self._sift(self.buffer.lines(start, stop), start)
        self._passed.extend(passed)
        self._end = stop

    def _sift_older(self) -> list[int]:
        stop = self._start
        start = max(self.buffer.first_id, stop - BLOCK)
        lines = self.buffer.lines(start, stop)
        if start > self.buffer.first_id:  # lines that go on something before are left to the next block
            skip = _headless(lines)
            lines, start = lines[skip:], start + skip
        self._start = start
        return self._sift(lines, start)[0]

    def _sift(self, lines: Sequence[LogLine], start: int) -> tuple[list[int], int]:
        """The ids of the lines that pass, and where the last group begins."""
        passed = [line.id for line in lines if line.stream == "note"]  # Longshore's own words are always shown
        last: dict[int, int] = {}
        self.filters.allow()
        for group in groups(lines):
            last[group[0].source] = group[0].id
            if self.filters.pass_group([plain(line.data) for line in group]):
                passed += [line.id for line in group]
        passed.sort()
        return passed, min(last.values(), default=start)

    def __len__(self) -> int:
        return len(self._passed) - bisect_left(self._passed, self.buffer.first_id)

    def after(self, id_: int) -> int | None:
        at = bisect_right(self._passed, max(id_, self.buffer.first_id - 1))
        return self._passed[at] if at < len(self._passed) and self._passed[at] < self.buffer.end_id else None

    def before(self, id_: int) -> int | None:
        at = bisect_left(self._passed, min(id_, self.buffer.end_id)) - 1
        return self._passed[at] if at >= 0 and self._passed[at] >= self.buffer.first_id else None

    def index(self, id_: int) -> int:
        return max(0, bisect_left(self._passed, id_) - bisect_left(self._passed, self.buffer.first_id))


def groups(lines: Sequence[LogLine]) -> list[list[LogLine]]:
    """The lines that belong together, in the order of their first ones; each source for itself, notes left out."""
    found: list[list[LogLine]] = []
    latest: dict[int, list[LogLine]] = {}
    trackers: dict[int, Continuations] = {}
    for line in lines:
        if line.stream == "note":
            continue
        tracker = trackers.get(line.source)
        if tracker is None:
            tracker = trackers[line.source] = Continuations()
        group = latest.get(line.source)
        if tracker.goes_on(plain(line.data)) and group is not None and len(group) < LONGEST_GROUP:
            group.append(line)
        else:
            group = latest[line.source] = [line]
            found.append(group)
    return found


def _headless(lines: Sequence[LogLine]) -> int:
    """How many lines at the beginning seem to go on what stands before them; half of the lines at most."""
    tracker = Continuations()
    most = len(lines) // 2
    return next((n for n, line in enumerate(lines[:most]) if not tracker.goes_on(plain(line.data))), most)


def group_of(buffer: LogBuffer, id_: int) -> list[LogLine]:
    """The lines that belong together with one, itself among them: a stack trace with the line that it explains."""
    around = buffer.lines(id_ - LONGEST_GROUP, id_ + LONGEST_GROUP)
    return next((group for group in groups(around) if any(line.id == id_ for line in group)), [buffer.line(id_)])
