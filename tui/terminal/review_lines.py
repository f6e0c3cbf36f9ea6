"""The frozen lines of a review: rows, the lines that they are wrapped from, and searching in those."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui.live.expressions import Expression
from tui.terminal.packed import Packed, packed_runs, text_of, wrapped_of
from tui.terminal.reflow import rewrapped
from tui.terminal.rows import WRAPPED_EARLY
from tui.terminal.style import Run

_MATCHES_A_LINE = 200

Span = tuple[int, int]


@dataclass(slots=True)
class Joined:
    """The line that the rows `first` to `last` are wrapped from: its text, and where each row starts in it."""

    first: int
    last: int
    text: str
    starts: list[int]
    spans: list[Span] | None = None  # the matches of the search, once they are known

    def row(self, index: int) -> Span:
        """Return where row `index` starts and ends in the text."""
        at = index - self.first
        return self.starts[at], self.starts[at + 1] if at + 1 < len(self.starts) else len(self.text)


class ReviewLines:
    """Packed rows, the oldest first, and `search`, the expression that is looked for in their lines."""

    def __init__(self, rows: Sequence[Packed]) -> None:
        self._rows = rows
        self._joined: Joined | None = None
        self._literal = False
        self.search = Expression("")

    def __len__(self) -> int:
        return len(self._rows)

    def runs(self, index: int) -> list[Run]:
        """Return a row as runs of one style."""
        return packed_runs(self._rows[index])

    def text(self, index: int) -> str:
        """Return the text of a row."""
        return text_of(self._rows[index])

    def continues(self, index: int) -> bool:
        """Return whether a row continues the row above."""
        return bool(wrapped_of(self._rows[index])) and index > 0

    def fills(self, index: int) -> bool:
        """Return whether the last blank of a row is not text, but fills it before a wide character of the next row."""
        return index + 1 < len(self._rows) and wrapped_of(self._rows[index + 1]) == WRAPPED_EARLY

    def rewrapped(self, columns: int) -> ReviewLines:
        """Return the same lines for another width."""
        lines = ReviewLines(rewrapped(self._rows, columns))
        lines.search = self.search
        return lines

    def number(self, index: int) -> int:
        """Return how many lines begin above a row."""
        return sum(not self.continues(row) for row in range(1, index + 1))

    def beginning(self, number: int) -> int:
        """Return the row at which line `number` begins."""
        index = 0
        while number and index + 1 < len(self._rows):
            index += 1
            number -= not self.continues(index)
        return index

    def joined(self, index: int) -> Joined:
        """Return the whole line of a row."""
        if self._joined is None or not self._joined.first <= index <= self._joined.last:
            first = last = index
            while self.continues(first):
                first -= 1
            while last + 1 < len(self._rows) and self.continues(last + 1):
                last += 1
            self._joined = self._join(first, last)
        return self._joined

    def _join(self, first: int, last: int) -> Joined:
        texts: list[str] = []
        for index in range(first, last + 1):
            text = self.text(index)
            texts.append(text.removesuffix(" ") if index < last and self.fills(index) else text)
        starts = [0]
        for text in texts[:-1]:
            starts.append(starts[-1] + len(text))
        return Joined(first, last, "".join(texts), starts)

    # searching

    def look_for(self, search: Expression) -> None:
        """Search for another expression."""
        self.search = search
        self._joined = None

    def matches(self, index: int) -> list[Span]:
        """Return the matches in a row as parts of its text; one that goes on in the next row is a part of both."""
        joined = self.joined(index)
        start, end = joined.row(index)
        return [(max(a, start) - start, min(b, end) - start) for a, b in self._spans(joined) if a < end and b > start]

    def found(self, index: int) -> bool:
        """Return whether a match begins in a row."""
        joined = self.joined(index)
        start, end = joined.row(index)
        return any(start <= a < end or a == start == end for a, _ in self._spans(joined))

    def _spans(self, joined: Joined) -> list[Span]:
        if joined.spans is None or self._literal is not self.search.gave_up:
            self._literal = self.search.gave_up
            found = bool(self.search) and self.search.found(joined.text)
            joined.spans = self.search.spans(joined.text, _MATCHES_A_LINE) if found else []
        return joined.spans
