"""The frozen lines of a review: rows, the lines that they are wrapped from, and searching in those."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from tui.live.expressions import Expression
from tui.terminal.packed import Packed, marks_of, packed_runs, text_of, wrapped_of
from tui.terminal.reflow import rewrapped
from tui.terminal.rows import MARK_BITS, OUTPUT, OUTPUT_END, PROMPT, WRAPPED_EARLY
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

    # marks of a shell

    @cached_property
    def has_prompts(self) -> bool:
        """Return whether a shell has marked its prompts."""
        return any(marks_of(row) & PROMPT for row in self._rows)

    def prompt(self, index: int, step: int) -> int | None:
        """Return the nearest row below (1) or above (-1) a row in which a prompt begins."""
        rows = range(index + 1, len(self._rows)) if step > 0 else range(index - 1, -1, -1)
        return next((row for row in rows if marks_of(self._rows[row]) & PROMPT), None)

    def output(self, index: int) -> tuple[int, int, int] | None:
        """Return the output of the command of a row, or of the last command above with output.

        That is its first and last row, and the column after its end in the last one, -1 if that is the end of the row.
        """
        begins = PROMPT if self.has_prompts else OUTPUT
        below = next((row for row in range(index + 1, len(self._rows)) if marks_of(self._rows[row]) & begins), len(self._rows))
        for start in range(index, -1, -1):
            if marks_of(self._rows[start]) & begins:
                if (first := self._output_begin(start, below)) is not None:
                    end, column = self._output_end(first)
                    if first < end or column:
                        return (first, end, column) if column else (first, end - 1, -1)
                below = start
        return None

    def _output_begin(self, start: int, below: int) -> int | None:
        """Return the row in which output begins, after a prompt in row `start` and before the next one in row `below`."""
        if self._marks_output:
            return next((row for row in range(start, below) if marks_of(self._rows[row]) & OUTPUT), None)
        return min(self.joined(start).last + 1, below)

    @cached_property
    def _marks_output(self) -> bool:
        return any(marks_of(row) & OUTPUT for row in self._rows)

    def _output_end(self, first: int) -> tuple[int, int]:
        """Return the row and the column after output that begins in row `first`; without a mark the last text ends it."""
        for row in range(first, len(self._rows)):
            if marks_of(self._rows[row]) & OUTPUT_END:
                return row, marks_of(self._rows[row]) >> MARK_BITS
        end = len(self._rows)
        while end > first and not self.text(end - 1).strip():
            end -= 1
        return end, 0

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
