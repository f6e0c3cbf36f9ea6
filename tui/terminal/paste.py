"""A paste as bytes: bracketed where the program asked for it, and never able to end its own brackets."""

from __future__ import annotations

import re

_START, _END = "\x1b[200~", "\x1b[201~"
_NEWLINES = re.compile("\r\n|\n")
# A bare C1 CSI counts too: programs read it like ESC [.
_BRACKETS = re.compile("(?:\x1b\\[|\x9b)20[01]~")


def paste_bytes(text: str, *, bracketed: bool) -> bytes:
    """The bytes that pasting `text` sends: newlines as CR, brackets of mode 2004 if the program set it.

    Brackets inside the text are removed, again and again, because removing one can join the halves of another.
    """
    text = _NEWLINES.sub("\r", text)
    while (fewer := _BRACKETS.sub("", text)) != text:
        text = fewer
    if bracketed:
        text = f"{_START}{text}{_END}"
    return text.encode("utf-8", "ignore")
