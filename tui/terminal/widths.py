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
    "\u2010-\u2027\u2030-\u205e\u2070-\u20cf\u2100-\u2319\u2400-\u25fc\u2701-\u2704\u2706-\u2709\u270c-\u2727\u2729-\u274b"
    "\u2756\u2758-\u2794\u2800-\u28ff\ue000-\uf8ff\ufffd]+"
)
_WIDE_TEXT = (
    "[\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u267f\u2693\u26a1\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea"
    "\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55"
    "\u3000-\u3029\u3030-\u303e\u3041-\u3096\u30a0-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60"
    "\U0001f300-\U0001f320\U0001f32d-\U0001f335\U0001f337-\U0001f37c\U0001f37e-\U0001f393\U0001f3a0-\U0001f3ca\U0001f3e0-\U0001f3f0"
    "\U0001f3fb-\U0001f43e\U0001f442-\U0001f4fc\U0001f4ff-\U0001f53d\U0001f550-\U0001f567\U0001f5fb-\U0001f64f\U0001f680-\U0001f6c5"
    "\U0001f6eb\U0001f6ec\U0001f7e0-\U0001f7eb\U0001f90c-\U0001f93a\U0001f93c-\U0001f945\U0001f947-\U0001f9ff\U00020000-\U0002fffd]+"
)
PIECES = re.compile(f"({_NARROW_TEXT})|({_WIDE_TEXT})|.", re.S)
_NARROW_OR_WIDE = re.compile(_NARROW_TEXT[:-2] + _WIDE_TEXT[1:]).fullmatch
_WIDE = re.compile(_WIDE_TEXT)


def padded(text: str, filler: str) -> str | None:
    """Return a text with a filler after each character of two columns; None if it has other than such and narrow ones."""
    return _WIDE.sub(lambda match: filler.join(match[0]) + filler, text) if _NARROW_OR_WIDE(text) else None


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
