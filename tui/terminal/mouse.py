"""Mouse reports: events in the tracking mode and encoding that the program requested.

Source: xterm control sequences, "Mouse Tracking": modes 9, 1000, 1002, 1003 and encodings 1005, 1006, 1015.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Source = Literal["press", "release", "move", "up", "down", "left", "right"]

MouseForm = Literal["", "utf8", "sgr", "urxvt"]

_WHEEL: dict[str, int] = {"up": 64, "down": 65, "left": 66, "right": 67}
MOVES = 1003
"""The tracking mode in which movements without a button are reported."""

_NO_BUTTON = 3
_MOTION = 32
_LIMITS = {"": 223, "utf8": 2015}  # the number of columns that these encodings can express: a byte, two bytes of UTF-8


@dataclass(frozen=True, slots=True)
class MouseAction:
    """One thing that the mouse did. `x` and `y` count cells from 0; `button` is 1 left, 2 middle, 3 right, 0 none."""

    kind: Source
    x: int
    y: int
    button: int = 0
    shift: bool = False
    alt: bool = False
    ctrl: bool = False


def mouse_bytes(action: MouseAction, *, mode: int, form: MouseForm = "") -> bytes:
    """Return the report of `action` in tracking `mode` (0 none, 9, 1000, 1002 or 1003) and its encoding; often empty."""
    if not _wanted(action, mode):
        return b""
    code = _code(action)
    if mode != 9:
        code |= (4 if action.shift else 0) | (8 if action.alt else 0) | (16 if action.ctrl else 0)
    if form == "sgr":
        return f"\x1b[<{code};{action.x + 1};{action.y + 1}{'m' if action.kind == 'release' else 'M'}".encode()
    if action.kind == "release":
        code = (code & ~3) | _NO_BUTTON
    if form == "urxvt":
        return f"\x1b[{32 + code};{action.x + 1};{action.y + 1}M".encode()
    if max(action.x, action.y) >= _LIMITS[form]:
        return b""
    numbers = (32 + code, 33 + action.x, 33 + action.y)
    return b"\x1b[M" + ("".join(map(chr, numbers)).encode() if form == "utf8" else bytes(numbers))


def _wanted(action: MouseAction, mode: int) -> bool:
    if mode == 9:  # X10: only presses
        return action.kind == "press"
    if action.kind == "move":
        return mode == MOVES or (mode == 1002 and action.button > 0)
    return mode in (1000, 1002, MOVES)


def _code(action: MouseAction) -> int:
    if action.kind in _WHEEL:
        return _WHEEL[action.kind]
    code = action.button - 1 if action.button else _NO_BUTTON
    return code | _MOTION if action.kind == "move" else code
