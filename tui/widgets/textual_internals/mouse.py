"""What the user's terminal reports of the mouse: clicks, the wheel and dragging; movements only while a program asks for them.

A mouse that only moves would fill a slow link.
"""

from __future__ import annotations

from collections.abc import Callable

_ON, _OFF = "\x1b[?1000h\x1b[?1002h\x1b[?1006h", "\x1b[?1006l\x1b[?1002l\x1b[?1000l"
_MOVES_ON = "\x1b[?1003h"
_MOVES_OFF = "\x1b[?1003l\x1b[?1000h\x1b[?1002h"  # terminals have one tracking mode: the end of one is the end of all


class Mouse:
    """The reports that the terminal is asked for. `write` sends to the terminal."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._on = False
        self._moves = False

    def turn_on(self) -> None:
        """Have the terminal report the mouse."""
        self._on = True
        self._write(_ON + (_MOVES_ON if self._moves else ""))

    def turn_off(self) -> None:
        """Have the terminal report nothing: it is given back."""
        self._on = False
        self._write(("\x1b[?1003l" if self._moves else "") + _OFF)

    def want_moves(self, wanted: bool) -> None:
        """Have movements without a button reported, or not."""
        if wanted is not self._moves:
            self._moves = wanted
            if self._on:
                self._write(_MOVES_ON if wanted else _MOVES_OFF)
