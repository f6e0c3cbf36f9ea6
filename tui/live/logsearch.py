"""Looking for an expression in many lines that stand one after another in one piece of memory. Pure."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate

Pattern = re.Pattern[bytes]

LONGEST_LOOKED_AT = 4000
"""So many bytes of a line an expression looks at, unless told otherwise."""

COLOURS = re.compile(rb"\x1b\[[0-9;:]*m")

_TOKEN = re.compile(rb"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?(?:[:>=!]|<[=!]|P[<=])?|.", re.DOTALL)
_WITHOUT_NEWLINE = {rb"\s": rb"[^\S\n]", rb"\W": rb"[^\w\n]", rb"\D": rb"[^\d\n]"}
_HARMLESS = re.compile(rb"\\(?:[dwbBS]|[^A-Za-z0-9\n])|[^\\\[\n]|\(\?.+|\[(?:\\[dw]|\\[^A-Za-z0-9\n]|[^\\\n])+", re.DOTALL)
_ODD_RANGE = re.compile(rb"[^a-z0-9]-|-[^a-z0-9]")


def within_lines(expression: bytes) -> bytes | None:
    """The expression so written that it matches no newline, and may run over many lines at once; None where that is not
    seen at a glance."""
    parts: list[bytes] = []
    for token in _TOKEN.findall(expression):
        if token == b"(?" or not (token in _WITHOUT_NEWLINE or _HARMLESS.fullmatch(token)):
            return None
        if token.startswith(b"[^") and len(token) > 3:
            token = b"[^\\n" + token[2:]
        parts.append(_WITHOUT_NEWLINE.get(token, token))
    return b"".join(parts)


def _in_small_letters(pattern: Pattern) -> bool:
    """Whether small letters are all it needs to see: looking regardless of case is ten times as slow."""
    tokens: list[bytes] = _TOKEN.findall(pattern.pattern)
    return bool(pattern.flags & re.IGNORECASE) and not any(
        token == b"(?"
        or (len(token) == 1 and token.isupper())
        or (token.startswith(b"[") and (token != token.lower() or _ODD_RANGE.search(token[1:-1])))
        for token in tokens
    )


class Finder:
    """One expression made ready; `reach` bytes of a line are looked at."""

    def __init__(self, pattern: Pattern, reach: int) -> None:
        flags = pattern.flags | re.MULTILINE
        self._small = _in_small_letters(pattern)
        if self._small:
            flags &= ~re.IGNORECASE
        self._pattern = re.compile(pattern.pattern, flags)
        self._reach = reach
        inside = None if pattern.flags & (re.DOTALL | re.VERBOSE) else within_lines(pattern.pattern)
        self._over_many = None if inside is None else re.compile(inside, flags)

    def matches(self, line: bytes) -> bool:
        """Whether it is in this line."""
        if b"\x1b" in line:
            line = COLOURS.sub(b"", line)
        line = line[: self._reach]
        return self._pattern.search(line.lower() if self._small else line) is not None

    def lines(self, data: bytes, offsets: array[int], low: int, high: int, longest: int, first_only: bool) -> list[int]:
        """The numbers of the lines with a match among `low` to `high` (exclusive); `longest` is the longest line's length.

        Line n stands in `data` from `offsets[n]` to before the newline at `offsets[n + 1] - 1`.
        """
        if b"\x1b[" in data:
            data = COLOURS.sub(b"", data)
            offsets = array("I", accumulate((len(line) + 1 for line in data.split(b"\n")), initial=0))
        if self._small:
            data = data.lower()
        if self._over_many is not None and longest <= self._reach:
            return _over_many(self._over_many, data, offsets, low, high, first_only)
        found: list[int] = []
        search, reach = self._pattern.search, self._reach
        begin = offsets[low]
        for n in range(low, high):
            end = offsets[n + 1]
            if search(data, begin, min(end - 1, begin + reach)) is not None:
                found.append(n)
                if first_only:
                    break
            begin = end
        return found


def _over_many(pattern: Pattern, data: bytes, offsets: array[int], low: int, high: int, first_only: bool) -> list[int]:
    found: list[int] = []
    begin, end = offsets[low], offsets[high] - 1
    while begin <= end and (match := pattern.search(data, begin, end)):
        n = bisect_right(offsets, match.start(), low, high) - 1
        found.append(n)
        if first_only:
            break
        begin = offsets[n + 1]
    return found


@lru_cache(maxsize=8)
def finder(pattern: Pattern, reach: int) -> Finder:
    """The expression made ready, kept for the next question."""
    return Finder(pattern, reach)
