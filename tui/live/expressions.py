"""What people type to look for: regular expressions, run with a limit of time, so that none holds the program. Pure.

Words without special signs are run by Python's `re`, whose time for them grows with the text's length only. Everything else is
run by the `regex` package, which stops when the time is over; it is imported when the first such expression is typed.
"""

from __future__ import annotations

import re
import warnings
from time import process_time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import regex

LONGEST_PATTERN = 200
LONGEST = 4000
"""Characters of one line of a text that a search looks at."""

SECONDS = 0.04
"""Of the processor that one pass may take: over a piece of work, after which the program looks at the keys."""

PIECE = 200
"""Texts that are looked at in one pass where there are many."""

ROW_SECONDS = 0.002
"""Of the processor that finding what is lit in one line may take: a screen has some fifty."""

MOST_REPEATS = 10_000
"""An expression is spelled out as often as it has to repeat, in memory."""

SLOW = "It takes too long on these lines, so the text itself is looked for; use fewer * and +"
HUGE = "It repeats too often, so the text itself is looked for; use smaller numbers in braces"

BROKEN = "not a regular expression ({}): looking for the text itself"

_PLAIN = re.compile(r"(?:[^][^$*+?{}\\()]|\\[^A-Za-z0-9\s])*")
_ESCAPED = re.compile(r"\\.")
_CHOICE = re.compile(r"[.|]")
_MOST_CHOICES = 8  # dots and bars among plain words: more are slow enough to be timed
_ANY = r"(?:[\x00-\x09\x0b-\x7f]|[\xc2-\xf4][\x80-\xbf]{1,3})"  # what a dot is among bytes of UTF-8
_DOT = re.compile(r"(\\.)|\.")
_COUNTS = re.compile(r"(\))?\{(\d+)")
_ATOM = r"\\[NpP]\{[^}]*\}|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]"
_LITERAL_BRACE = re.compile(rf"({_ATOM})|\{{(?!\d+(?:,\d*)?\}}|,\d+\}})", re.DOTALL)
_FLAGS = re.MULTILINE | re.DOTALL  # a row's words stand on lines of their own: ^ and $ bound one, `.*` goes on to the next


class Expression:
    """A regular expression, in which capitals matter once one is typed. What is none, or takes too long, is looked for
    literally.

    `problem` says why that is so. `allow` begins a pass; what is found in it shares the time of the pass.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.problem = ""
        self.gave_up = False
        self._left = SECONDS
        self._quick = re.compile("")
        self._timed: regex.Pattern[str] | None = None
        letters = _ESCAPED.sub("", text)
        self._ignores_case = letters == letters.lower()
        if len(text) > LONGEST_PATTERN:
            self._take_literally("too long an expression: looking for the text itself")
        elif _PLAIN.fullmatch(text) and len(_CHOICE.findall(_ESCAPED.sub("", text))) <= _MOST_CHOICES:
            self._quick = re.compile(text, _FLAGS | (re.IGNORECASE if self._ignores_case else re.NOFLAG))
        else:
            self._compile()

    def __bool__(self) -> bool:
        return bool(self.text)

    def again(self) -> Expression:
        """The same for other work, which gives up on its own; taken literally if this one is."""
        other = Expression(self.text)
        if self.gave_up:
            other._take_literally(self.problem)
        return other

    def allow(self, seconds: float = SECONDS) -> None:
        """A pass begins, which may take so long."""
        self._left = seconds

    def found(self, text: str) -> bool:
        """Whether it stands in a text."""
        if self._timed is None:
            return self._quick.search(text) is not None
        started = process_time()
        try:
            return self._timed.search(text, timeout=max(self._left, 1e-6)) is not None
        except TimeoutError:
            self._give_up()
        finally:
            self._left -= process_time() - started
        return self.found(text)

    def spans(self, text: str, most: int) -> list[tuple[int, int]]:
        """From where to where it matches in a text, in order, without overlaps and empty ones; at most so many."""
        found: list[tuple[int, int]] = []
        matches = self._timed.finditer(text, timeout=ROW_SECONDS) if self._timed else self._quick.finditer(text)
        try:
            for match in matches:
                if match.end() > match.start():
                    found.append(match.span())
                if len(found) >= most:
                    break
        except TimeoutError:
            self._give_up()
            return self.spans(text, most)
        return found

    def in_bytes(self) -> tuple[re.Pattern[bytes], bool] | None:
        """For lines of UTF-8: a pattern that matches no newline, and whether it wants them in small letters. None: there is
        none that finds the same."""
        if self._timed is not None or self.problem or not self.text.isascii() or "\n" in self.text:
            return None
        text = _DOT.sub(lambda found: found[1] or _ANY, self.text)
        return re.compile(text.encode()), self._ignores_case

    def _compile(self) -> None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # "[[" is odd, not worth a line across the screen
                re.compile(self.text)  # its forms are the ones that count, and its words say what is wrong
        except (re.error, OverflowError, RecursionError) as error:
            self._take_literally(BROKEN.format(getattr(error, "msg", error)))
            return
        if _repeats(self.text) > MOST_REPEATS:
            self._take_literally(HUGE)
            return
        import regex

        flags = regex.V0 | regex.MULTILINE | regex.DOTALL | (regex.IGNORECASE if self._ignores_case else 0)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._timed = regex.compile(_LITERAL_BRACE.sub(lambda found: found[1] or r"\{", self.text), flags)
        except (regex.error, OverflowError, RecursionError) as error:
            self._take_literally(BROKEN.format(getattr(error, "msg", error)))

    def _give_up(self) -> None:
        self.gave_up = True
        self._take_literally(SLOW)

    def _take_literally(self, why: str) -> None:
        self.problem = why
        self._timed = None
        self._quick = re.compile(re.escape(self.text), re.IGNORECASE if self.text == self.text.lower() else re.NOFLAG)


def _repeats(text: str) -> int:
    """How often something in it must be repeated, at most: the numbers after groups multiply."""
    groups, single = 1, 1
    for group, number in _COUNTS.findall(text):
        count = int(number[:9])
        if group:
            groups *= max(count, 1)
        else:
            single = max(single, count)
    return groups * single
