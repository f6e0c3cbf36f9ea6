"""The lines scrolled off the top of the screen, limited in number and size."""

from collections import deque
from sys import getsizeof

from tui.terminal.packed import Packed, packed_runs, text_of, wrapped_of
from tui.terminal.reflow import rewrapped
from tui.terminal.sgr import Look
from tui.terminal.style import DEFAULT, Run, Style

_PLAIN_COST = 60  # approximate overhead of a str in bytes


class Scrollback:
    """Packed rows, the oldest first. The oldest are dropped beyond `lines` rows or `limit` bytes.

    After a change of `columns` the rows are wrapped again when they are read.
    """

    def __init__(self, lines: int, limit: int) -> None:
        self._lines: deque[Packed] = deque()
        self._most = max(0, lines)
        self._limit = limit
        self._cost = 0
        self._uses: dict[int, int] = {}  # of each style object, by its id: an object costs once, however often it is used
        self._columns = 0
        self._stale = False
        #: How many lines ever came in: a reader that keeps its place counts from here.
        self.total = 0

    def __len__(self) -> int:
        self._rewrap()
        return len(self._lines)

    def append(self, line: Packed) -> None:
        """Add a line at the end; the oldest lines go when the limit is reached."""
        self.total += 1
        if not self._most:
            return
        self._lines.append(line)
        self._cost += self._added(line)
        if len(self._lines) > self._most or self._cost > self._limit:
            self._trim()

    def extend(self, texts: list[str]) -> None:
        """Append many lines of plain text."""
        self.total += len(texts)
        kept = texts[-self._most :] if self._most else []
        self._lines.extend(kept)
        self._cost += sum(map(len, kept)) + _PLAIN_COST * len(kept)
        self._trim()

    def _added(self, line: Packed) -> int:
        """Return what a line costs that comes in, with the styles that no other line uses."""
        if isinstance(line, str):
            return len(line) + _PLAIN_COST
        cost, uses = line.cost, self._uses
        for look in line.styles:
            key = id(look)
            if key in uses:
                uses[key] += 1
            else:
                uses[key] = 1
                cost += _look_cost(look)
        return cost

    def _removed(self, line: Packed) -> int:
        """Return what a line gives back that goes."""
        if isinstance(line, str):
            return len(line) + _PLAIN_COST
        cost, uses = line.cost, self._uses
        for look in line.styles:
            key = id(look)
            uses[key] -= 1
            if not uses[key]:
                del uses[key]
                cost += _look_cost(look)
        return cost

    def _trim(self) -> None:
        lines = self._lines
        while lines and (len(lines) > self._most or self._cost > self._limit):
            self._cost -= self._removed(lines.popleft())

    @property
    def columns(self) -> int:
        """The width that the rows are wrapped for."""
        return self._columns

    @columns.setter
    def columns(self, columns: int) -> None:
        self._stale = self._stale or bool(self._lines)
        self._columns = columns

    def take(self, count: int, columns: int) -> list[Packed]:
        """Remove and return up to `count` of the newest rows, wrapped for `columns` (after the screen has grown)."""
        taken: list[Packed] = []
        while len(taken) < count and self._lines:
            line = self._pop()
            taken = rewrapped([*(self.pop_continued() if wrapped_of(line) else ()), line], columns) + taken
        for line in taken[:-count]:
            self.append(line)
        return taken[-count:]

    def pop_continued(self) -> list[Packed]:
        """Remove and return the newest rows up to one that continues no other: the beginning of a line."""
        popped: list[Packed] = []
        while self._lines:
            popped.append(self._pop())
            if not wrapped_of(popped[-1]):
                break
        return popped[::-1]

    def _pop(self) -> Packed:
        line = self._lines.pop()
        self._cost -= self._removed(line)
        self.total -= 1
        return line

    def _rewrap(self) -> None:
        """Wrap the rows again if the width has changed; more rows than `lines` may result until the next is appended."""
        if self._stale:
            self._stale = False
            self._lines = deque(rewrapped(self._lines, self._columns))
            self._uses.clear()
            self._cost = sum(map(self._added, self._lines))

    def clear(self) -> None:
        """Drop all lines."""
        self._lines.clear()
        self._uses.clear()
        self._cost = 0

    def __getitem__(self, index: int) -> Packed:
        self._rewrap()
        return self._lines[index]

    def runs(self, index: int) -> list[Run]:
        """Return the row at `index` (0 is the oldest) as runs of one style."""
        return packed_runs(self[index])

    def text(self, index: int) -> str:
        """Return the text of a line, 0 being the oldest that is kept."""
        return text_of(self[index])

    def wrapped(self, index: int) -> bool:
        """Return whether a line goes on in the next one."""
        return bool(wrapped_of(self[index]))


_STYLE_COST = getsizeof(DEFAULT) + 116  # with its entry in the table of uses
_UNPARSED_COST = getsizeof((DEFAULT, "")) + getsizeof("") + 116
_COLOUR_COST = getsizeof("ff8700")


def _look_cost(look: Look) -> int:
    """Return the size of a style in bytes, parsed or not; the names of the palette are shared."""
    if not isinstance(look, Style):
        return _UNPARSED_COST + len(look[1])
    style = look
    return _STYLE_COST + _COLOUR_COST * (len(style.fg) == 6) + _COLOUR_COST * (len(style.bg) == 6) + getsizeof(style.link)
