"""The filter's expression, and the order in which people count.

A filter is typed letter by letter over thousands of rows, by someone in a hurry: whatever stands there must mean
something, and no expression may freeze the screen. Python's expressions can take exponential time and cannot be
interrupted, so the dangerous ones are recognised before they run, and a clock guards the rest.
"""

import re
import warnings
from collections.abc import Callable
from time import perf_counter

LONGEST_WORDS = 240  # characters of a row that the filter looks at
LONGEST_PATTERN = 200
MOST_STEPS = 3e7  # of the expression engine for one row in the worst case: about half a second
MOST_SECONDS = 0.25  # for one pass over all rows

_ESCAPES_AND_SETS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]")
_REPEATED_GROUP = re.compile(r"\)(?:[*+]|\{[^}]*\})")
_VARIABLE = re.compile(r"(?<!\()(?:[*+]|\{\d*,\d*\})[?+]?")
_OPTIONAL = re.compile(r"(?<![(*+}?])\?")
_SPECIAL = re.compile(r"[][.^$*+?{}\\|()]")
_DIGITS = re.compile(r"([0-9]+)")

_Test = Callable[[str], bool]


def _steps(pattern: str) -> float:
    """The steps that the expression engine may need for one row, in the worst case; infinite when nothing bounds them."""
    skeleton = _ESCAPES_AND_SETS.sub("x", pattern)
    repeats = len(_VARIABLE.findall(skeleton))
    options = len(_OPTIONAL.findall(skeleton)) + (skeleton.count("|") if "(" in skeleton else 0)
    groups = len(_REPEATED_GROUP.findall(skeleton))
    if groups and (groups > 1 or repeats > 1 or options):
        return float("inf")  # a repeat within a repeat, or as good as that
    return float(LONGEST_WORDS ** (repeats + 1)) * 2.0 ** min(options, 1000)


def _linear(pattern: str) -> str:
    """An expression that is only words with `.*` between them, so written that it never goes back; else unchanged."""
    parts = pattern.split(".*")
    if len(parts) < 3 or any(_SPECIAL.search(part) for part in parts):
        return pattern
    return parts[0] + "".join(f"(?>.*?{part})" for part in parts[1:])


def _expression(text: str) -> tuple[_Test | None, str]:
    """The test that an expression makes, or none and why not, in words."""
    if len(text) > LONGEST_PATTERN:
        return None, "too long an expression"
    pattern = _linear(text)
    if pattern is text and _steps(text) > MOST_STEPS:
        return None, "an expression that could take for ever"
    smart_case = re.IGNORECASE if re.sub(r"\\.", "", text) == re.sub(r"\\.", "", text).lower() else re.NOFLAG
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "[[" is odd, not worth a line across the screen
            search = re.compile(pattern, smart_case).search
    except (re.error, OverflowError, RecursionError) as error:
        return None, f"not a regular expression ({getattr(error, 'msg', error)})"
    return lambda words: search(words) is not None, ""


def _literal(text: str) -> _Test:
    """The test for the text itself; capitals matter once one is typed."""
    if text == text.lower():
        return lambda words: text in words.lower()
    return lambda words: text in words


class Matcher:
    """What a filter's text means: a regular expression, `!` in front of it inverts it, capitals matter once one is typed.

    What is no expression, or one that could freeze the screen, is looked for literally; `problem` then says why.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.inverts = text.startswith("!")
        self.problem = ""
        self.gave_up = False  # in this pass: the expression took too long
        self._body = text[1:] if self.inverts else text
        test, why = _expression(self._body)
        self._test = test or _literal(self._body)
        if why:
            self.problem = f"{why}: looking for the text itself"
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
        found = self._test(words[:LONGEST_WORDS])
        self._left -= perf_counter() - started
        if self._left < 0 and not self.problem:
            self._give_up()
        return found is not self.inverts

    def _give_up(self) -> None:
        self._test = _literal(self._body)
        self.problem = "an expression that takes too long: looking for the text itself"
        self.gave_up = True


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """A sort key by which web-2 stands before web-10, and capitals with their small letters."""
    parts = _DIGITS.split(text[:256].lower())
    return tuple((int(part), "") if index % 2 else (-1, part) for index, part in enumerate(parts))
