"""Text from outside as a number.

`str.isdigit` takes digits of every script and signs such as "²", which `int` then refuses; `int` takes blanks, underscores and
as many digits as there are, up to a limit at which it raises. Here only ASCII digits count, and only so many of them.
"""

from __future__ import annotations

import re

LONGEST = 18
"""Digits of a number at most: all such numbers fit into 64 bits."""

_HEXADECIMAL = re.compile(rb"[0-9a-fA-F]{1,15}")


def whole_number(text: str | bytes, longest: int = LONGEST) -> int | None:
    """The number that ASCII digits say, at most `longest` of them; None for any other text."""
    return int(text) if len(text) <= longest and text.isascii() and text.isdigit() else None


def signed_number(text: str, longest: int = LONGEST) -> int | None:
    """As `whole_number`, perhaps with a minus before it."""
    found = whole_number(text.removeprefix("-"), longest)
    return -found if found is not None and text.startswith("-") else found


def hexadecimal(text: bytes) -> int | None:
    """The number that up to 15 hexadecimal digits say; None for any other text."""
    return int(text, 16) if _HEXADECIMAL.fullmatch(text) else None
