"""Search expressions typed by the user: regular expressions with a time limit. Pure.

Text without special characters runs in Python's `re`, whose time is then linear. Everything else runs in the `regex` package,
which has a timeout and is imported when the first such expression is typed.
"""

from __future__ import annotations

import re
import warnings
from time import perf_counter, process_time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import regex

LONGEST_PATTERN = 200
LONGEST = 4000
"""Characters of a line that a regular expression looks at: it takes time. A plain text is looked for in all that is kept."""

WHOLE = 2**21
"""More characters than are kept of a line."""

SECONDS = 0.04
"""CPU seconds for one pass over a piece of work, after which keys are processed."""

CHECK_SECONDS = 0.001
"""Seconds between two looks at the CPU time that a pass has taken."""

PIECE = 200
"""Texts per pass."""

ROW_SECONDS = 0.002
"""CPU seconds to find the highlights of one line: a screen has some fifty."""

MOST_REPEATS = 10_000
"""Repetitions allowed in an expression: `regex` expands them in memory."""

SLOW = "Too slow on these lines: searching for the plain text; use fewer * and +"
HUGE = "Too many repetitions: searching for the plain text; use smaller numbers in braces"

BROKEN = "not a regular expression ({}): searching for the plain text"

_PLAIN = re.compile(r"(?:[^][^$*+?{}\\()]|\\[^A-Za-z0-9\s])*")
_ESCAPED = re.compile(r"\\.")
_CHOICE = re.compile(r"[.|]")
_MOST_CHOICES = 8  # dots and bars among plain text: more need the timeout
_ANY = r"(?:[\x00-\x09\x0b-\x7f]|[\xc2-\xf4][\x80-\xbf]{1,3})"  # a dot, for bytes of UTF-8
_DOT = re.compile(r"(\\.)|\.")
_COUNTS = re.compile(r"(\))?\{(\d+)")
_ATOM = r"\\[NpP]\{[^}]*\}|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]"
_LITERAL_BRACE = re.compile(rf"({_ATOM})|\{{(?!\d+(?:,\d*)?\}}|,\d+\}})", re.DOTALL)
_FLAGS = re.MULTILINE | re.DOTALL  # a row's texts stand on lines of their own: ^ and $ match at each


class Expression:
    """A regular expression, case-sensitive if it has capitals. An invalid or slow one is searched for as literal text.

    `problem` says why that is so. `allow` begins a pass; its matches share the pass's time.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.problem = ""
        self.gave_up = False
        self._left = SECONDS
        self._counted = process_time()
        self._check_at = 0.0
        self._quick = re.compile("")
        self._timed: regex.Pattern[str] | None = None
        letters = _ESCAPED.sub("", text)
        self._ignores_case = letters == letters.lower()
        if len(text) > LONGEST_PATTERN:
            self._take_literally("the expression is too long: searching for the plain text")
        elif _PLAIN.fullmatch(text) and len(_CHOICE.findall(_ESCAPED.sub("", text))) <= _MOST_CHOICES:
            self._quick = re.compile(text, _FLAGS | (re.IGNORECASE if self._ignores_case else re.NOFLAG))
        else:
            self._compile()

    def __bool__(self) -> bool:
        return bool(self.text)

    @property
    def longest(self) -> int:
        """Return how many characters of a line are looked at."""
        return WHOLE if self._timed is None else LONGEST

    def again(self) -> Expression:
        """Return the same expression for other work, with its own timeout; literal if this one became literal."""
        other = Expression(self.text)
        if self.gave_up:
            other._take_literally(self.problem)
        return other

    def allow(self, seconds: float = SECONDS) -> None:
        """Begin a pass with a limit in CPU seconds."""
        self._left = seconds
        self._counted = process_time()

    def found(self, text: str) -> bool:
        """Whether the text contains a match."""
        if self._timed is None:
            return self._quick.search(text) is not None
        try:
            found = self._timed.search(text, timeout=max(self._left, 1e-6)) is not None
        except TimeoutError:
            self._give_up()
            return self.found(text)
        if perf_counter() >= self._check_at:
            self._count_time()
        return found

    def _count_time(self) -> None:
        """Take the CPU time since the last call from what is left. Not after each search: it takes as long as a short one."""
        now = process_time()
        self._left -= now - self._counted
        self._counted, self._check_at = now, perf_counter() + CHECK_SECONDS

    def spans(self, text: str, most: int) -> list[tuple[int, int]]:
        """Return the start and end of at most `most` matches, in order, without overlaps and empty ones."""
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
        """Return a pattern for UTF-8 bytes that matches no newline, and whether it needs lower-case text.

        None if not possible.
        """
        if self._timed is not None or self.problem or not self.text.isascii() or "\n" in self.text:
            return None
        text = _DOT.sub(lambda found: found[1] or _ANY, self.text)
        return re.compile(text.encode()), self._ignores_case

    def _compile(self) -> None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a warning such as that for "[[" would be printed across the screen
                re.compile(self.text)  # `re` defines the syntax and the error messages
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
    """Return how often the expression repeats something at most: the numbers of nested groups multiply."""
    groups, single = 1, 1
    for group, number in _COUNTS.findall(text):
        count = int(number[:9])
        if group:
            groups *= max(count, 1)
        else:
            single = max(single, count)
    return groups * single
