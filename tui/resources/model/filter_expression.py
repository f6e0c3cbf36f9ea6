"""The filter's expression, and the order in which people count.

A filter is typed letter by letter over thousands of rows, by someone in a hurry: whatever stands there must mean
something, and no expression may freeze the screen.
"""

import re
from functools import lru_cache

from tui.live.expressions import Expression

LONGEST_WORDS = 240  # characters of a row that the filter looks at
SECONDS = 0.08  # of the processor, for one pass over all rows

_DIGITS = re.compile(r"([0-9]+)")


class Matcher:
    """What a filter's text means: an `Expression`; `!` in front of it inverts it. `problem` says why it was taken literally."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.inverts = text.startswith("!")
        self._expression = Expression(text[1:] if self.inverts else text)
        self.begin()

    @property
    def problem(self) -> str:
        """Why the text is taken literally, in one line, or nothing."""
        return self._expression.problem

    @property
    def gave_up(self) -> bool:
        """Whether the expression took too long."""
        return self._expression.gave_up

    def begin(self) -> None:
        """A pass over all rows begins."""
        self._expression.allow(SECONDS)

    def matches(self, words: str) -> bool:
        """Whether a row of these words is shown."""
        return not self._expression or self._expression.found(words[:LONGEST_WORDS]) is not self.inverts


@lru_cache(8192)
def natural(text: str) -> tuple[tuple[int, str], ...]:
    """A sort key by which web-2 stands before web-10, and capitals with their small letters."""
    parts = _DIGITS.split(text[:256].lower())
    return tuple((int(part), "") if index % 2 else (-1, part) for index, part in enumerate(parts))
