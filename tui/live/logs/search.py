"""Search in many consecutive lines held in one block of memory. Pure."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from itertools import accumulate

from tui.live.expressions import LONGEST, Expression

COLOURS = re.compile(rb"\x1b\[[0-9;:]*m")
COLOUR_BYTES = 4096  # of a line, read in addition to those of its text


class Finder:
    """An expression prepared for stored lines; created by `finder`."""

    def __init__(self, pattern: re.Pattern[bytes], small: bool) -> None:
        self._pattern = pattern
        self._small = small  # expects lower case: ignoring case in `re` is ten times as slow

    def may_match(self, data: bytes) -> bool:
        """Return whether a line of these bytes, with time stamps or not, may match."""
        if b"\x1b[" in data:
            data = COLOURS.sub(b"", data)
        return self._pattern.search(data.lower() if self._small else data) is not None

    def lines(self, data: bytes, offsets: array[int], low: int, high: int) -> list[int]:
        """Return the numbers of matching lines from `low` to `high` (exclusive).

        Line n is in `data` from `offsets[n]` to before the newline at `offsets[n + 1] - 1`.
        """
        if b"\x1b[" in data:
            data = COLOURS.sub(b"", data)
            offsets = array("I", accumulate((len(line) + 1 for line in data.split(b"\n")), initial=0))
        if self._small:
            data = data.lower()
        found: list[int] = []
        begin, end = offsets[low], offsets[high] - 1
        while begin <= end and (match := self._pattern.search(data, begin, end)):
            n = bisect_right(offsets, match.start(), low, high) - 1
            found.append(n)
            begin = offsets[n + 1]
        return found


def finder(expression: Expression) -> Finder | None:
    """Return a finder for stored lines; None if only the expression itself gives the same result."""
    ready = expression.in_bytes()
    return None if ready is None else Finder(*ready)


def text_of(data: bytes, most: int = LONGEST) -> str:
    """Return the text of a stored line for an expression: its first `most` characters, without colours."""
    data = data[: 4 * most + COLOUR_BYTES]
    if b"\x1b" in data:
        data = COLOURS.sub(b"", data)
    return data.decode("utf-8", "replace")[:most]
