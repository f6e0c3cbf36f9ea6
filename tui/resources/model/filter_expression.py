"""The expression of a list's filter, and natural sort order.

The filter is applied at each key, over thousands of rows: an incomplete or invalid expression is taken literally, and the time
of a pass is limited.
"""

import re
from functools import lru_cache

from tui.live.expressions import Expression

LONGEST_WORDS = 240  # characters of a row that the filter looks at
SECONDS = 0.035  # of CPU time, for one pass over all rows

_DIGITS = re.compile(r"([0-9]+)")


class Matcher:
    """A parsed filter text: an `Expression`, inverted by a leading `!`. `problem` says why the text is taken literally."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.inverts = text.startswith("!")
        self._expression = Expression(text[1:] if self.inverts else text)
        self.begin()

    @property
    def problem(self) -> str:
        """Return why the text is taken literally, in one line, or ""."""
        return self._expression.problem

    @property
    def gave_up(self) -> bool:
        """Return whether the expression exceeded its time limit."""
        return self._expression.gave_up

    def begin(self) -> None:
        """Begin a pass over all rows with a new time limit."""
        self._expression.allow(SECONDS)

    def matches(self, words: str) -> bool:
        """Return whether a row with this text is shown."""
        return not self._expression or self._expression.found(words[:LONGEST_WORDS]) is not self.inverts


@lru_cache(8192)
def natural(text: str) -> tuple[tuple[int, str], ...]:
    """Return a sort key by which web-2 comes before web-10, ignoring case."""
    parts = _DIGITS.split(text[:256].lower())
    return tuple((int(part), "") if index % 2 else (-1, part) for index, part in enumerate(parts))
