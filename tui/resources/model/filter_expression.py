"""The expression of a list's filter, and natural sort order.

The filter is applied at each key, over thousands of rows: an incomplete or invalid expression is taken literally, and the time
of a pass is limited.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from tui.live.expressions import Expression

LONGEST_WORDS = 65_536
"""Characters of a row that the filter looks at: more than any row has, so that a hostile one cannot hold the program up."""

SECONDS = 0.035  # of CPU time, for one pass over all rows

_DIGITS = re.compile(r"([0-9]+)")


Values = Mapping[str, Sequence[str]]
"""What a row has in each field that terms can name: "label" to ("app=web",)."""


class Term(NamedTuple):
    """A term of a filter, such as `state:exited,created` or `!label:app=web`: one of the values must be in the field."""

    field: str
    values: tuple[str, ...]
    inverted: bool

    def matches(self, found: Sequence[str]) -> bool:
        """Return whether one of the wanted values is found: a label as a whole or by its name, any other text as a part."""
        return any(self._has(wanted, found) for wanted in self.values) is not self.inverted

    def _has(self, wanted: str, found: Sequence[str]) -> bool:
        if self.field == "label":
            return any(wanted in (label, label.partition("=")[0]) for label in found)
        return any(wanted.lower() in text.lower() for text in found)


def read_terms(text: str, fields: Collection[str]) -> tuple[tuple[Term, ...], str]:
    """Return the terms in a filter text that name one of these fields, and the rest of the text."""
    terms, rest = [], []
    for word in text.split(" "):
        field, colon, values = word.removeprefix("!").partition(":")
        if colon and field in fields and values:
            terms.append(Term(field, tuple(filter(None, values.split(","))), word.startswith("!")))
        elif not (colon and field in fields):  # a term that is still being typed matches everything
            rest.append(word)
    return tuple(terms), " ".join(rest)


class Matcher:
    """A parsed filter text: terms of the given `fields`, and an `Expression`, inverted by a leading `!`.

    `problem` says why the expression is taken literally.
    """

    def __init__(self, text: str, fields: Collection[str] = ()) -> None:
        self.text = text
        self.terms, rest = read_terms(text, fields)
        rest = rest.strip() if self.terms else rest
        self.inverts = rest.startswith("!")
        self._expression = Expression(rest[1:] if self.inverts else rest)
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

    def matches(self, words: str, values: Callable[[], Values] = dict) -> bool:
        """Return whether a row with this text, and these values in its fields, is shown."""
        if self.terms:
            found = values()
            if not all(term.matches(found.get(term.field, ())) for term in self.terms):
                return False
        return not self._expression or self._expression.found(words[:LONGEST_WORDS]) is not self.inverts


@lru_cache(8192)
def natural(text: str) -> tuple[tuple[int, str], ...]:
    """Return a sort key by which web-2 comes before web-10, ignoring case."""
    parts = _DIGITS.split(text[:256].lower())
    return tuple((int(part), "") if index % 2 else (-1, part) for index, part in enumerate(parts))
