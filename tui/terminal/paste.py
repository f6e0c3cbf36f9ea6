"""Pastes as bytes: bracketed if the program enabled that, and without a way to end the brackets from inside."""

from __future__ import annotations

import re

_START, _END = "\x1b[200~", "\x1b[201~"
_NEWLINES = re.compile("\r\n|\n")
# A bare C1 CSI too: programs read it like ESC [.
_BRACKETS = re.compile("(?:\x1b\\[|\x9b)20[01]~")


def paste_bytes(text: str, *, bracketed: bool) -> bytes:
    """Return the bytes of a paste of `text`: newlines as CR, brackets of mode 2004 if set by the program.

    Brackets inside the text are removed repeatedly, since removing one can join the halves of another.
    """
    text = _NEWLINES.sub("\r", text)
    while (fewer := _BRACKETS.sub("", text)) != text:
        text = fewer
    if bracketed:
        text = f"{_START}{text}{_END}"
    return text.encode("utf-8", "ignore")
