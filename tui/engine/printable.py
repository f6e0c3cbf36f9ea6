"""Foreign text made safe for a terminal: the one definition of what is not printed as it is.

Everything an engine, a registry or a program says is data from strangers. Nothing of it may move the cursor, change a colour,
turn the reading direction or stand there unseen.
"""

from __future__ import annotations

import re

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
LONGEST_LINE = 2000
"""Characters of `sentence`."""

UNSAFE = (
    "\x00-\x1f\x7f-\x9f"  # C0, DEL and C1: what terminals obey
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks, embeddings, overrides and isolates of the reading direction
    "\u2028\u2029"  # separators of lines and paragraphs
    "\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb"  # invisible: two names would look the same
    "\ud800-\udfff"  # lone surrogates, which no encoding can write
)
"""The unsafe characters, as the inside of a character class. U+200C and U+200D are safe: scripts and emoji need them."""

_UNSAFE = re.compile(f"[{UNSAFE}]")
_RUNS = re.compile(f"[{UNSAFE}]+")
_BREAKS = re.compile("[\n\t]")


def _picture(found: re.Match[str]) -> str:
    """Return what stands for an unsafe character: a control picture for C0 and DEL, a replacement character for the others."""
    code = ord(found[0])
    if code in (0x09, 0x0A):
        return found[0]
    return chr(0x2400 + code) if code < 0x20 else "\u2421" if code == 0x7F else REPLACEMENT


def clean(text: str) -> str:
    """`text` with every unsafe character made visible and harmless. Newlines and tabs stay."""
    return text if text.isprintable() else _UNSAFE.sub(_picture, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """`text`, clean, with newlines and tabs as spaces: what may stand in a table's cell, a title or a message."""
    return text if text.isprintable() else _BREAKS.sub(" ", clean(text))


def sentence(text: str) -> str:
    """Return what an engine or a program said, as a part of a message.

    It is one line of at most `LONGEST_LINE` characters; unsafe characters and runs of white space become one space each.
    """
    line = " ".join(_RUNS.sub(" ", text[: LONGEST_LINE * 2]).split())
    return line if len(line) <= LONGEST_LINE else line[:LONGEST_LINE] + "…"
