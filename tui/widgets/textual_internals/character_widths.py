"""How many columns the user's terminal takes for characters on which terminals disagree.

The terminal is asked once: a sample of each kind is written, and the position of the cursor after it is requested.
The samples are written over the first row of the screen, which is painted again right after. A terminal that does not answer
leaves all widths unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Widths(NamedTuple):
    """The columns of a sample of each kind; 0: unknown."""

    joined: int = 0  # two emoji with a joiner
    toned: int = 0  # an emoji with a skin tone
    flag: int = 0
    emoji: int = 0  # a character of one column with variation selector 16
    indic: int = 0  # a letter with a vowel sign that has a column of its own
    trigram: int = 0  # a character that became wide in Unicode 16


#: A sample for each of the fields of `Widths`.
SAMPLES = (
    "\U0001f469\u200d\U0001f4bb",
    "\U0001f44d\U0001f3fd",
    "\U0001f1e9\U0001f1ea",
    "\u2764\ufe0f",
    "\u0915\u093f",
    "\u2630",
)
UNKNOWN = Widths()


class CharacterWidths:
    """The widths, once the terminal has answered. `changed` is called then, in the thread that reads the terminal."""

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        self.known = UNKNOWN
        self._changed = changed
        self._asked = False
        self._answers: list[int] = []

    def question(self) -> str:
        """Return what to write to the terminal; "" after the first time."""
        if self._asked:
            return ""
        self._asked = True
        return "".join(f"\x1b[H{sample}\x1b[6n" for sample in SAMPLES)

    def is_answer(self, column: int, row: int) -> bool:
        """Take a reported position, from 0; return whether it answers the question."""
        if not self._asked or row or len(self._answers) == len(SAMPLES):
            return False
        self._answers.append(column)
        if len(self._answers) == len(SAMPLES):
            self.known = Widths(*self._answers)
            self._changed()
        return True
