"""The filter's expression, and the order in which people count.

A filter is typed letter by letter over thousands of rows, by someone in a hurry: whatever stands there must mean
something, and no expression may freeze the screen. Python's expressions can take exponential time and cannot be
interrupted, so the dangerous ones are recognised before they run, and a clock guards the rest.
"""

import re
import warnings
from functools import lru_cache
from time import perf_counter
from typing import NamedTuple

LONGEST_WORDS = 240  # characters of a row that the filter looks at
LONGEST = 4000  # characters of one line of a text that a search looks at
LONGEST_PATTERN = 200
MOST_STEPS = 3e7  # of the expression engine for one text in the worst case: about half a second
MOST_SECONDS = 0.25  # for one pass over all rows

_ESCAPES_AND_SETS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]")
_REPEATED_GROUP = re.compile(r"\)(?:[*+]|\{[^}]*\})")
_VARIABLE = re.compile(r"(?<!\()(?:[*+]|\{\d*,\d*\})[?+]?")
_OPTIONAL = re.compile(r"(?<![(*+}?])\?")
_SPECIAL = re.compile(r"[][.^$*+?{}\\|()]")
_DIGITS = re.compile(r"([0-9]+)")

FLAGS = re.MULTILINE | re.DOTALL  # a row's words stand on lines of their own: ^ and $ bound one, `.*` goes on to the next


def _reach(pattern: str) -> int:
    """How long a text the expression may look at without needing more than `MOST_STEPS` in the worst case."""
    skeleton = _ESCAPES_AND_SETS.sub("x", pattern)
    repeats = len(_VARIABLE.findall(skeleton))
    options = len(_OPTIONAL.findall(skeleton)) + (skeleton.count("|") if "(" in skeleton else 0)
    groups = len(_REPEATED_GROUP.findall(skeleton))
    if groups and (groups > 1 or repeats > 1 or options):
        return 0  # a repeat within a repeat, or as good as that: nothing bounds it
    return int((MOST_STEPS / 2.0 ** min(options, 100)) ** (1 / (repeats + 1)))


def _linear(pattern: str) -> str:
    """An expression that is only words with `.*` between them, so written that it never goes back; else unchanged."""
    parts = pattern.split(".*")
    if len(parts) < 3 or any(_SPECIAL.search(part) for part in parts):
        return pattern
    return parts[0] + "".join(f"(?>.*?{part})" for part in parts[1:])


class Expression(NamedTuple):
    """What is looked for, in how many characters of a text, and what is wrong with it, if something is."""

    pattern: re.Pattern[str]
    reach: int
    problem: str = ""


def _literal(text: str, why: str = "") -> Expression:
    """What looks for the text itself; capitals matter once one is typed."""
    pattern = re.compile(re.escape(text), re.IGNORECASE if text == text.lower() else re.NOFLAG)
    return Expression(pattern, LONGEST, f"{why}: looking for the text itself" if why else "")


def expression(text: str, least: int) -> Expression:
    """What a person's text looks for: a regular expression, in which capitals matter once one is typed.

    What is no expression, or could freeze the screen over texts of `least` characters, is looked for literally.
    """
    if len(text) > LONGEST_PATTERN:
        return _literal(text, "too long an expression")
    pattern = _linear(text)
    reach = LONGEST if pattern is not text else min(LONGEST, _reach(text))
    if reach < least:
        return _literal(text, "an expression that could take for ever")
    letters = re.sub(r"\\.", "", text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "[[" is odd, not worth a line across the screen
            return Expression(re.compile(pattern, FLAGS | (re.IGNORECASE if letters == letters.lower() else re.NOFLAG)), reach)
    except (re.error, OverflowError, RecursionError) as error:
        return _literal(text, f"not a regular expression ({getattr(error, 'msg', error)})")


class Matcher:
    """What a filter's text means: an `expression`; `!` in front of it inverts it. `problem` says why it was taken literally."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.inverts = text.startswith("!")
        self.gave_up = False  # in this pass: the expression took too long
        self._body = text[1:] if self.inverts else text
        self._pattern, _, self.problem = expression(self._body, LONGEST_WORDS)
        self._left = MOST_SECONDS

    def begin(self) -> None:
        """A pass over all rows begins."""
        self.gave_up = False
        self._left = MOST_SECONDS

    def matches(self, words: str) -> bool:
        """Whether a row of these words is shown."""
        if not self._body:
            return True
        started = perf_counter()
        found = self._pattern.search(words[:LONGEST_WORDS]) is not None
        self._left -= perf_counter() - started
        if self._left < 0 and not self.problem:
            self._give_up()
        return found is not self.inverts

    def _give_up(self) -> None:
        self._pattern, _, self.problem = _literal(self._body, "an expression that takes too long")
        self.gave_up = True


@lru_cache(8192)
def natural(text: str) -> tuple[tuple[int, str], ...]:
    """A sort key by which web-2 stands before web-10, and capitals with their small letters."""
    parts = _DIGITS.split(text[:256].lower())
    return tuple((int(part), "") if index % 2 else (-1, part) for index, part in enumerate(parts))
