"""Safe parsing of numbers in untrusted text.

`str.isdigit` accepts digits of every script and characters such as "²", which `int` then refuses; `int` accepts blanks,
underscores and any number of digits, up to a limit at which it raises. Here only a limited number of ASCII digits is accepted.
"""

from __future__ import annotations

import re

LONGEST = 18
"""Maximum number of digits: all such numbers fit into 64 bits."""

_HEXADECIMAL = re.compile(rb"[0-9a-fA-F]{1,15}")


def whole_number(text: str | bytes, longest: int = LONGEST) -> int | None:
    """Parse at most `longest` ASCII digits; None for any other text."""
    return int(text) if len(text) <= longest and text.isascii() and text.isdigit() else None


def signed_number(text: str, longest: int = LONGEST) -> int | None:
    """Parse as `whole_number` does, with an optional minus."""
    found = whole_number(text.removeprefix("-"), longest)
    return -found if found is not None and text.startswith("-") else found


def hexadecimal(text: bytes) -> int | None:
    """Parse up to 15 hexadecimal digits; None for any other text."""
    return int(text, 16) if _HEXADECIMAL.fullmatch(text) else None
