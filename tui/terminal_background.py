"""Whether the user's terminal is dark or light: asked by OSC 11 (xterm control sequences, "Operating System Commands").

The question goes out with the first list, and the answer usually arrives while the interface is still imported, so that its
first frame has the right colours. A terminal that does not answer is taken for a dark one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

QUESTION = "\x1b]11;?\x1b\\"

_BEGINNING = b"\x1b]11;"
_ANSWER = re.compile(rb"\x1b\]11;rgba?:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})[^\x07\x1b]{0,8}(?:\x07|\x1b\\)")
_LONGEST = 48  # bytes of an answer
_SILENT = ("linux", "vt", "dumb", "ansi", "cons", "sun", "unknown")
"""The beginnings of TERM of terminals without such an answer, some of which would print the question."""


class TerminalBackground:
    """The brightness of the terminal, as far as it is known. `told` is called in the thread that reads the terminal."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.dark: bool | None = _of_colorfgbg(environ.get("COLORFGBG", ""))
        """None if it is not known."""
        self.told: Callable[[], object] = lambda: None
        self._silent = environ.get("TERM", "").startswith(_SILENT) or bool(environ.get("NO_COLOR"))
        self._waiting = False
        self._held = b""

    def question(self) -> str:
        """Return what to write to the terminal; "" after the first time, and for terminals that do not answer."""
        if self._silent:
            return ""
        self._silent = self._waiting = True
        return QUESTION

    def without_answer(self, data: bytes) -> bytes:
        """Return what was read from the terminal without the answer, whose beginning is held back until it is whole."""
        if not self._waiting:
            return data
        data, self._held = self._held + data, b""
        if found := _ANSWER.search(data):
            self._waiting = False
            red, green, blue = (int(part, 16) / (16 ** len(part) - 1) for part in found.groups())
            self.dark = 0.299 * red + 0.587 * green + 0.114 * blue < 0.5  # ITU-R BT.601
            self.told()
            return data[: found.start()] + data[found.end() :]
        start = data.find(_BEGINNING)
        if start < 0:  # an ESC alone is not held back: that may be the key
            begun = next((n for n in range(len(_BEGINNING) - 1, 1, -1) if data.endswith(_BEGINNING[:n])), 0)
            start = len(data) - begun if begun else -1
        if start >= 0 and len(data) - start < _LONGEST:
            data, self._held = data[:start], data[start:]
        return data


def _of_colorfgbg(value: str) -> bool | None:
    """Return what COLORFGBG says, which rxvt and konsole set: the number of the background's colour comes last."""
    last = value.rpartition(";")[2]
    return last not in ("7", "15") if last in map(str, range(16)) and value else None
