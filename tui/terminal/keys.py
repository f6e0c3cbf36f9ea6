"""Keys as bytes: what a terminal of the xterm family sends to its program.

The source is either the bytes that the user's own terminal sent for the key (`raw`), where the driver stored them on the event,
which distinguish alt+b from ctrl+left and ctrl+h from backspace; or Textual's name of the key. Sequences of the kitty protocol
and of other terminals are converted to xterm's form, since the program has `TERM=xterm-256color`. Source: xterm control
sequences, "PC-Style Function Keys"; kitty keyboard protocol, "Legacy key event encoding".
"""

from __future__ import annotations

import re
from typing import Protocol

from textual.keys import key_to_character

from tui.engine.digits import whole_number

ESC = "\x1b"

_SHIFT, _ALT, _CTRL = 1, 2, 4
_MODIFIERS = {"shift": _SHIFT, "alt": _ALT, "meta": _ALT, "ctrl": _CTRL, "super": 0, "hyper": 0}

# Keys that end in a letter: cursor keys follow the application cursor mode, F1 to F4 always use SS3.
_CURSOR = {"up": "A", "down": "B", "right": "C", "left": "D", "home": "H", "end": "F", "kp_begin": "E"}
_PF = {"f1": "P", "f2": "Q", "f3": "R", "f4": "S"}
_TILDE = {
    "insert": 2,
    "delete": 3,
    "pageup": 5,
    "pagedown": 6,
    "f5": 15,
    "f6": 17,
    "f7": 18,
    "f8": 19,
    "f9": 20,
    "f10": 21,
    "f11": 23,
    "f12": 24,
    "menu": 29,
}

_PLAIN = {"enter": "\r", "tab": "\t", "backspace": "\x7f", "escape": ESC, "space": " ", "newline": "\n"}
# Control with a key that is not a letter, as in xterm since the VT220.
_CONTROL = {
    " ": 0,
    "@": 0,
    "2": 0,
    "3": 27,
    "[": 27,
    "4": 28,
    "\\": 28,
    "|": 28,
    "5": 29,
    "]": 29,
    "}": 29,
    "6": 30,
    "^": 30,
    "~": 30,
    "7": 31,
    "_": 31,
    "/": 31,
    "-": 31,
    "8": 127,
    "?": 127,
    "{": 27,
    "`": 0,
}
_NAMED_SIGNS = {"slash": "/", "at": "@", "minus": "-", "plus": "+", "underscore": "_", "backslash": "\\"}

# The keypad in the kitty protocol: its code to (SS3 letter in application keypad mode, character else).
_KEYPAD = {57399 + digit: (chr(ord("p") + digit), str(digit)) for digit in range(10)} | {
    57409: ("n", "."),
    57410: ("o", "/"),
    57411: ("j", "*"),
    57412: ("m", "-"),
    57413: ("k", "+"),
    57414: ("M", "\r"),
    57415: ("X", "="),
    57416: ("l", ","),
}
_KITTY_NAMES = {
    27: "escape",
    13: "enter",
    9: "tab",
    127: "backspace",
    57363: "menu",
    57417: "left",
    57418: "right",
    57419: "up",
    57420: "down",
    57421: "pageup",
    57422: "pagedown",
    57423: "home",
    57424: "end",
    57425: "insert",
    57426: "delete",
    57427: "kp_begin",
} | {57364 + number: f"f{number + 1}" for number in range(35)}

_LETTERS = {letter: name for name, letter in (_CURSOR | _PF).items()}
_NUMBERS = {number: name for name, number in _TILDE.items()} | {
    1: "home",
    4: "end",
    7: "home",
    8: "end",
    11: "f1",
    12: "f2",
    13: "f3",
    14: "f4",
    57427: "kp_begin",
    25: "f13",
    26: "f14",
    28: "f15",
    29: "f16",
    31: "f17",
    32: "f18",
    33: "f19",
    34: "f20",
}

_CSI_U = re.compile(r"\x1b\[(\d+)(?::[\d:]*)?(?:;(\d*)(?::(\d+))?)?(?:;[\d:]*)?u")
_CSI_KEY = re.compile(r"\x1b\[(?:(\d+)(?:;(\d+)(?::(\d+))?)?)?([A-HPQRS~])")
_SS3_KEY = re.compile(r"\x1bO([A-HPQRS])")
_RELEASED = "3"


class KeyModes(Protocol):
    """The modes of the program that change the bytes of a key (`Emulator.modes` has them)."""

    @property
    def application_cursor(self) -> bool:
        """DECCKM: cursor keys send SS3."""

    @property
    def application_keypad(self) -> bool:
        """DECKPAM: the keypad sends SS3."""


def key_bytes(key: str, character: str | None, raw: bytes | None, modes: KeyModes) -> bytes:
    """Return the bytes that a key press sends to the program.

    `key` and `character` are those of Textual's event. `raw` is what the terminal sent: None if unknown, empty for the second
    event of one sequence, whose bytes were sent with the first. Unknown keys give no bytes.
    """
    if raw is None:
        return encode(key, character, modes).encode("utf-8", "ignore")
    return _from_raw(raw.decode("utf-8", "replace"), key, character, modes).encode("utf-8", "ignore")


def _from_raw(raw: str, key: str, character: str | None, modes: KeyModes) -> str:
    if not raw or len(raw.lstrip(ESC)) <= 1:  # one character, perhaps with alt, or escapes only
        return raw
    if found := _CSI_U.fullmatch(raw):
        code, modifiers, event = found.groups()
        return "" if event == _RELEASED else _from_kitty(int(code), _bits(modifiers), modes)
    if found := _SS3_KEY.fullmatch(raw):
        return _named(_LETTERS[found[1]], 0, modes)
    if found := _CSI_KEY.fullmatch(raw):
        number, modifiers, event, final = found.groups()
        if event == _RELEASED:
            return ""
        name = _NUMBERS.get(int(number or 1)) if final == "~" else _LETTERS.get(final)
        if name:
            return _named(name, _bits(modifiers), modes)
    return encode(key, character, modes)


def _bits(modifiers: str | None) -> int:
    """Return shift, alt and control from a parameter, which is its bits plus one; super, caps lock and others are dropped."""
    value = int(modifiers or 1) - 1
    return (value & (_SHIFT | _ALT | _CTRL)) | (_ALT if value & 32 else 0)


def _from_kitty(code: int, bits: int, modes: KeyModes) -> str:
    if pad := _KEYPAD.get(code):
        return f"{ESC}O{pad[0]}" if modes.application_keypad else _typed(pad[1], bits)
    if name := _KITTY_NAMES.get(code):
        return _named(name, bits, modes)
    if 57344 <= code <= 63743 or not 0 < code < 0x110000:  # a modifier alone, a media key
        return ""
    letter = chr(code)
    return _typed(letter.upper() if bits & _SHIFT and len(letter.upper()) == 1 else letter, bits)


def encode(key: str, character: str | None, modes: KeyModes) -> str:
    """Return what Textual's key `ctrl+shift+left` sends. A key with its own character and no modifier sends that character."""
    *held, name = key.split("+")
    bits = 0
    for modifier in held:
        bits |= _MODIFIERS.get(modifier, 0)
    if name in _CURSOR or name in _PF or name in _TILDE or name in _PLAIN or _function_number(name):
        return _named(name, bits, modes)
    if character and not bits & (_ALT | _CTRL):
        return character
    letter = name if len(name) == 1 else _NAMED_SIGNS.get(name) or key_to_character(name)
    if not letter:
        return character or ""
    return _typed(letter.upper() if bits & _SHIFT else letter, bits)


def _function_number(name: str) -> int:
    return (whole_number(name[1:], 2) or 0) if name[:1] == "f" else 0


def _named(name: str, bits: int, modes: KeyModes) -> str:
    """Return the sequence of a named key with its modifiers."""
    number = _function_number(name)
    if 12 < number <= 24:  # xterm-256color calls shift+F1 F13
        return _named(f"f{number - 12}", bits | _SHIFT, modes)
    if final := _CURSOR.get(name) or _PF.get(name):
        if bits:
            return f"{ESC}[1;{bits + 1}{final}"
        return f"{ESC}O{final}" if name in _PF or modes.application_cursor else f"{ESC}[{final}"
    if tilde := _TILDE.get(name):
        return f"{ESC}[{tilde};{bits + 1}~" if bits else f"{ESC}[{tilde}~"
    if name == "tab" and bits & _SHIFT:
        return (ESC if bits & _ALT else "") + f"{ESC}[Z"
    if name == "backspace" and bits & _CTRL:
        return (ESC if bits & _ALT else "") + "\x08"
    if name == "space":
        return _typed(" ", bits)
    plain = _PLAIN.get(name, "")
    return ESC + plain if plain and bits & _ALT else plain


def _typed(letter: str, bits: int) -> str:
    """Return a character with control and alt applied."""
    if bits & _CTRL:
        if letter.isascii() and letter.isalpha():
            letter = chr(ord(letter.upper()) & 0x1F)
        else:
            letter = chr(_CONTROL[letter]) if letter in _CONTROL else letter
    return ESC + letter if bits & _ALT else letter
