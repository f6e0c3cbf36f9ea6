"""How many columns a character takes, by the rules of xterm and the C libraries: what programs in containers count with."""

import unicodedata
from functools import lru_cache

from wcwidth import wcwidth

#: Characters that change the direction of text or mark invisible places: they would reach the user's own terminal. Dropped.
_DROPPED = frozenset(
    [0x061C, 0x200E, 0x200F, 0x2028, 0x2029, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xFFF9, 0xFFFC)]
)
_REGIONAL_INDICATORS = range(0x1F1E6, 0x1F200)

DROP = -1


@lru_cache(maxsize=8192)
def width_of(char: str) -> int:
    """2, 1, 0 for what joins the cell before it, or DROP."""
    code = ord(char)
    if code in _DROPPED:
        return DROP
    if code in _REGIONAL_INDICATORS:
        return 1  # two of them make a flag, and wcwidth counts the flag
    if unicodedata.category(char) == "Mc":
        # a spacing vowel sign takes room of its own, whatever newer tables say of whole syllables
        return 2 if unicodedata.east_asian_width(char) == "W" else 1
    return max(0, int(wcwidth(char)))
