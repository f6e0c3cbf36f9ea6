"""Widths of characters in columns by the rules of xterm and the C libraries, which programs in containers use."""

import re
import unicodedata
from functools import lru_cache

from wcwidth import wcwidth

#: Characters that change the direction of text or mark invisible places: they would reach the user's own terminal. Dropped.
_DROPPED = frozenset(
    [0x061C, 0x200E, 0x200F, 0x2028, 0x2029, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xFFF9, 0xFFFC)]
)
_REGIONAL_INDICATORS = range(0x1F1E6, 0x1F200)
#: Trigrams, hexagrams and tally marks, which are wide since Unicode 16 only: to the C libraries of most images (glibc up to
#: 2.40, musl) and to xterm they are narrow. Menus of programs use the first (☰).
_NARROW = frozenset(
    [*range(0x2630, 0x2638), *range(0x268A, 0x2690), *range(0x4DC0, 0x4E00), *range(0x1D300, 0x1D357), *range(0x1D360, 0x1D379)]
)

DROP = -1


def has_disputed_width(char: str) -> bool:
    """Return whether a character has one column in the emulator, and two in Unicode 16."""
    return ord(char) in _NARROW


#: Stretches of one column a character, of two columns a character, or single characters to be looked up.
_NARROW_TEXT = (
    "[ -~\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u0590"
    "\u2010-\u2027\u2030-\u205e\u2070-\u20cf\u2100-\u2319\u2400-\u25fc\ufffd]+"
)
PIECES = re.compile(
    f"({_NARROW_TEXT})|([\u3000-\u3029\u3030-\u303e\u3041-\u3096\u30a0-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]+)|.",
    re.S,
)
#: Whether a text is a stretch of one column a character.
NARROW = re.compile(_NARROW_TEXT).fullmatch


@lru_cache(maxsize=8192)
def width_of(char: str) -> int:
    """Return 2, 1, 0 for a combining character, or DROP."""
    code = ord(char)
    if code in _DROPPED:
        return DROP
    if code in _REGIONAL_INDICATORS:
        return 1  # two of them form a flag, and wcwidth gives the flag's width
    if code in _NARROW:
        return 1
    if unicodedata.category(char) == "Mc":
        # a spacing vowel sign takes its own column, regardless of newer tables for whole syllables
        return 2 if unicodedata.east_asian_width(char) == "W" else 1
    return max(0, int(wcwidth(char)))


def columns_of(text: str) -> int:
    """Return the columns that `text` takes."""
    if text.isascii():
        return len(text)
    return sum(len(match[0]) * (match.lastindex or max(0, width_of(match[0]))) for match in PIECES.finditer(text))


def index_after(text: str, column: int) -> int:
    """Return the index after the character at a column, and after what is joined to it."""
    index = min(index_at(text, column) + 1, len(text))
    while index < len(text) and width_of(text[index]) <= 0:
        index += 1
    return index


def index_at(text: str, column: int) -> int:
    """Return the index of the character that covers a column; the length of the text beyond its end."""
    if text.isascii():
        return min(column, len(text))
    used = 0
    for index, char in enumerate(text):
        width = max(0, width_of(char))
        if width and used + width > column:
            return index
        used += width
    return len(text)
