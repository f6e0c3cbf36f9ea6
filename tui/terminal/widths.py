"""How many columns a character takes."""

from functools import lru_cache

from wcwidth import wcwidth

#: Characters that change the direction of text or mark invisible places: they would reach the user's own terminal. Dropped.
_DROPPED = frozenset(
    [0x061C, 0x200E, 0x200F, 0x2028, 0x2029, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xFFF9, 0xFFFC)]
)

DROP = -1


@lru_cache(maxsize=8192)
def width_of(char: str) -> int:
    """2, 1, 0 for what joins the cell before it, or DROP."""
    if ord(char) in _DROPPED:
        return DROP
    return max(0, int(wcwidth(char)))
