"""Runs of like lines: the same line, or the same few lines, several times in a row."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

LONGEST = 4
"""Lines of a group that is recognised when it repeats, at most."""


class Run(NamedTuple):
    """The last occurrence of a repeated group: the index of its first line, its length, and how often it stands in a row."""

    first: int
    length: int
    times: int


def repeats(lines: Sequence[Hashable]) -> list[Run]:
    """Return the runs that the lines consist of, in order; a line that is not repeated is a run of length and times 1."""
    runs: list[Run] = []
    at = 0
    while at < len(lines):
        length, times = next(
            ((length, times) for length in range(1, LONGEST + 1) if (times := _times(lines, at, length)) > 1), (1, 1)
        )
        runs.append(Run(at + length * (times - 1), length, times))
        at += length * times
    return runs


def _times(lines: Sequence[Hashable], at: int, length: int) -> int:
    """Return how often the group of `length` lines at an index stands there in a row."""
    group = lines[at : at + length]
    times = 1
    while len(group) == length and lines[at + times * length : at + (times + 1) * length] == group:
        times += 1
    return times
