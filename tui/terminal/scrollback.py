"""The lines scrolled off the top of the screen, limited in number and size."""

from collections import deque

from tui.terminal.rows import Line, Packed, packed_runs
from tui.terminal.style import Run

_PLAIN_COST = 60  # approximate overhead of a str in bytes


class Scrollback:
    """Packed lines, the oldest first. The oldest are dropped beyond `lines` lines or `limit` bytes."""

    def __init__(self, lines: int, limit: int) -> None:
        self._lines: deque[Packed] = deque()
        self._most = max(0, lines)
        self._limit = limit
        self._cost = 0
        #: How many lines ever came in: a reader that keeps its place counts from here.
        self.total = 0

    def __len__(self) -> int:
        return len(self._lines)

    def append(self, line: Packed) -> None:
        self.total += 1
        if not self._most:
            return
        self._lines.append(line)
        self._cost += _cost(line)
        if len(self._lines) > self._most or self._cost > self._limit:
            self._trim()

    def extend(self, texts: list[str]) -> None:
        """Append many lines of plain text."""
        self.total += len(texts)
        kept = texts[-self._most :] if self._most else []
        self._lines.extend(kept)
        self._cost += sum(map(len, kept)) + _PLAIN_COST * len(kept)
        self._trim()

    def _trim(self) -> None:
        lines = self._lines
        while lines and (len(lines) > self._most or self._cost > self._limit):
            self._cost -= _cost(lines.popleft())

    def pop(self) -> Packed:
        """Remove and return the newest line (after the screen has grown)."""
        line = self._lines.pop()
        self._cost -= _cost(line)
        self.total -= 1
        return line

    def clear(self) -> None:
        self._lines.clear()
        self._cost = 0

    def __getitem__(self, index: int) -> Packed:
        return self._lines[index]

    def runs(self, index: int) -> list[Run]:
        """Return the line at `index` (0 is the oldest) as runs of one style."""
        return packed_runs(self._lines[index])

    def text(self, index: int) -> str:
        line = self._lines[index]
        return line if isinstance(line, str) else line.text

    def wrapped(self, index: int) -> bool:
        line = self._lines[index]
        return isinstance(line, Line) and line.wrapped


def _cost(line: Packed) -> int:
    return len(line) + _PLAIN_COST if isinstance(line, str) else line.cost
