"""What the user's terminal reports of keys: asked for at the start, and turned on while a program needs that.

Textual turns on a part of the kitty keyboard protocol itself. Releases and the other characters of a key are reported only
while a program in a session asks for them; xterm's modifyOtherKeys likewise, on terminals without the protocol.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable

from textual import constants

from tui.engine.digits import whole_number

TEXTUAL_FLAGS = 1 | 8 | 16  # what Textual's driver turns on
ALL_FLAGS = 31
XTERMS = ("xterm", "xterm-color", "xterm-256color", "xterm-direct")
"""The values of TERM with which modifyOtherKeys is asked for: other terminals do not know the question, or misread it."""

_FLAGS = re.compile(r"\x1b\[\?(\d{1,3})u")
_FORMAT = re.compile(r"\x1b\[>4;\d?m")


class Keyboard:
    """The protocols of keys that the user's terminal has. `write` sends to the terminal."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._terminal_flags = 0
        self._has_format = False
        self._wanted = 0

    @property
    def flags(self) -> int:
        """Return the flags of the kitty protocol that a program can have.

        They are those of the terminal, or the first one if the terminal has modifyOtherKeys instead.
        """
        return self._terminal_flags or (1 if self._has_format else 0)

    @property
    def modifiers(self) -> bool:
        """Return whether modifiers of all keys can be reported."""
        return bool(self.flags & 1)

    def ask(self) -> None:
        """Ask the terminal which protocols it has, after Textual has turned on its flags."""
        if constants.DISABLE_KITTY_KEY:
            return
        self._write(f"\x1b[={ALL_FLAGS};1u\x1b[?u\x1b[={TEXTUAL_FLAGS};1u")
        if os.environ.get("TERM") in XTERMS:
            self._write("\x1b[?4m\x1b[m")  # a terminal that takes the question for attributes has none after it
        self._turn_on()

    def is_answer(self, sequence: str) -> bool:
        """Take an answer of the terminal; return whether `sequence` is one."""
        if found := _FLAGS.fullmatch(sequence):
            self._terminal_flags = (whole_number(found[1]) or 0) & ALL_FLAGS
        elif _FORMAT.fullmatch(sequence):
            self._has_format = True
        else:
            return False
        return True

    def want(self, flags: int) -> None:
        """Have the terminal report what a program with these flags needs; 0: what Textual needs."""
        if flags != self._wanted:
            self._wanted = flags
            self._turn_on(anew=True)

    def _turn_on(self, *, anew: bool = False) -> None:
        """Send the flags wanted; `anew`: others may be in force."""
        if not (self._wanted or anew):
            return
        if self._terminal_flags:
            self._write(f"\x1b[={TEXTUAL_FLAGS | self._wanted & self._terminal_flags};1u")
        elif self._has_format:
            self._write("\x1b[>4;2m" if self._wanted else "\x1b[>4m")

    def leave(self) -> None:
        """Turn off what Textual does not: the terminal is given back."""
        if self._wanted and self._has_format and not self._terminal_flags:
            self._write("\x1b[>4m")
