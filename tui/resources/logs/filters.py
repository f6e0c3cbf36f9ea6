"""The lines of a log that are shown, and the highlights in them: searches, filters, levels, each limited in time.

A `Search` is a typed expression. A `LineFilter` holds several searches and a minimum level, and knows the lines that pass; the
work is done in short steps, from the newest line back, because the newest lines are on screen.
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

MOST_LIT = 200  # highlighted matches in one line
BLOCK = PIECE  # lines filtered between two checks of the clock
LONGEST_GROUP = 500  # lines of one stack trace


class Search:
    """A search: an `Expression`, inverted by a leading `!`."""

    def __init__(self, text: str, *, invertible: bool = False) -> None:
        self.text = text
        self.inverts = invertible and text.startswith("!")
        self.expression = Expression(text[1:] if self.inverts else text)

    @property
    def problem(self) -> str:
        """Return why the text is taken literally, in one line, or ""."""
        return self.expression.problem

    def __bool__(self) -> bool:
        return bool(self.expression)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return start and end of the matches in a line, in order, without overlaps."""
        return self.expression.spans(text, MOST_LIT) if self else []

    def found(self, text: str) -> bool:
        """Return whether the expression matches a line, ignoring `inverts`."""
        return bool(self) and self.expression.found(text)


@dataclass(frozen=True)
class Filters:
    """The conditions for a line: it matches every search (or does not, if inverted), and has at least this level."""

    searches: tuple[Search, ...] = ()
    level: str = ""

    def __bool__(self) -> bool:
        return bool(self.searches or self.level)

    def adding(self, text: str) -> Filters:
        """Return these filters with a further search."""
        search = Search(text, invertible=True)
        return replace(self, searches=(*self.searches, search)) if search else self

    @property
    def literal(self) -> int:
        """Return the number of searches that exceeded their time limit, and are taken literally."""
        return sum(search.expression.gave_up for search in self.searches)

    def allow(self) -> None:
        """Give each search a new time limit for the next lines."""
        for search in self.searches:
            search.expression.allow()

    def without_last(self) -> Filters:
        """Return these filters without the last search, or without searches without the level."""
        return replace(self, searches=self.searches[:-1]) if self.searches else Filters()

    def pass_group(self, texts: Sequence[str]) -> bool:
        """Return whether a group of lines is shown: each search may match a different line of the group."""
        for search in self.searches:
            if any(search.found(text) for text in texts) is search.inverts:
                return False
        if not self.level:
            return True
        found = level_of(texts[0]) or next(filter(None, map(level_of, texts[1:4])), None)
        return at_least(found.level if found else "", self.level)


class Rows:
    """The lines of a buffer that are shown, in order, by their ids: in this class all lines."""

    def __init__(self, buffer: LogBuffer) -> None:
        self.buffer = buffer

    def __len__(self) -> int:
        return len(self.buffer)

    def after(self, id_: int) -> int | None:
        """Return the first shown line after a line, or None."""
        following = max(id_ + 1, self.buffer.first_id)
        return following if following < self.buffer.end_id else None

    def before(self, id_: int) -> int | None:
        """Return the last shown line before a line, or None."""
        previous = min(id_, self.buffer.end_id) - 1
        return previous if previous >= self.buffer.first_id else None

    def index(self, id_: int) -> int:
        """Return the number of shown lines before a line."""
        return max(0, min(id_, self.buffer.end_id) - self.buffer.first_id)

    def changed(self, start: int | None, everything: bool = False) -> None:
        """Note that the lines from `start` on have changed, or all lines."""

    def work(self, _seconds: float) -> bool:
        """Filter further lines for at most so many seconds; return whether lines are left."""
        return False

    def __contains__(self, id_: int) -> bool:
        return self.after(id_ - 1) == id_


class LineFilter(Rows):
    """The lines that pass filters. Lines not filtered yet are not shown; `work` filters from the newest line back."""

    def __init__(self, buffer: LogBuffer, filters: Filters) -> None:
        super().__init__(buffer)
        self.filters = filters
        self._begin_anew()

    def _begin_anew(self) -> None:
        self._passed: array[int] = array("q")
        self._start = self._end = self.buffer.end_id  # the ids from _start to before _end are filtered
        self._group = self._end  # where the last group begins: more lines may belong to that group
        self._literal = self.filters.literal

    @property
    def _left(self) -> bool:
        return self._start > self.buffer.first_id or self._end < self.buffer.end_id

    def changed(self, start: int | None, everything: bool = False) -> None:
        if everything:
            self._begin_anew()
            return
        start = self.buffer.end_id if start is None else min(start, self.buffer.end_id)
        if self._start < self.buffer.first_id:  # dropped from the buffer: other lines may take their place
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
            if self.filters.literal != self._literal:  # filtered lines were matched by other rules
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
        if start > self.buffer.first_id:  # lines that continue an earlier line are left to the next block
            skip = _headless(lines)
            lines, start = lines[skip:], start + skip
        self._start = start
        return self._sift(lines, start)[0]

    def _sift(self, lines: Sequence[LogLine], start: int) -> tuple[list[int], int]:
        """Return the ids of the lines that pass, and where the last group begins."""
        passed = [line.id for line in lines if line.stream == "note"]  # Longshore's own notes are always shown
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
    """Return the lines grouped by stack trace, in the order of their first lines; per source, without notes."""
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
    """Return how many lines at the beginning seem to continue an earlier line; half of the lines at most."""
    tracker = Continuations()
    most = len(lines) // 2
    return next((n for n, line in enumerate(lines[:most]) if not tracker.goes_on(plain(line.data))), most)


def group_of(buffer: LogBuffer, id_: int) -> list[LogLine]:
    """Return the group of a line, including the line itself: a stack trace with the line that it explains."""
    around = buffer.lines(id_ - LONGEST_GROUP, id_ + LONGEST_GROUP)
    return next((group for group in groups(around) if any(line.id == id_ for line in group)), [buffer.line(id_)])
