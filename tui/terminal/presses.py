"""A key press as the user's terminal reported it: which key, with which modifiers, and the text it types.

The source is either the bytes that the user's own terminal sent for the key, where the driver stored them on the event, which
distinguish alt+b from ctrl+left and ctrl+h from backspace; or Textual's name of the key. Terminals send keys in xterm's form,
in that of modifyOtherKeys, or in that of the kitty keyboard protocol. Source: xterm control sequences, "PC-Style Function
Keys" and "XTMODKEYS"; kitty keyboard protocol, "Functional key definitions".
"""

from __future__ import annotations

import re
from typing import NamedTuple

from textual.keys import key_to_character

from tui.engine.digits import whole_number

ESC = "\x1b"

SHIFT, ALT, CTRL, META = 1, 2, 4, 32
LOCKS = 64 | 128
PRESSED, REPEATED, RELEASED = 1, 2, 3

_MODIFIERS = {"shift": SHIFT, "alt": ALT, "meta": ALT, "ctrl": CTRL, "super": 8, "hyper": 16}

#: The named keys, with their number and the end of their sequence in the kitty protocol.
NAMED: dict[str, tuple[int, str]] = {
    "escape": (27, "u"),
    "enter": (13, "u"),
    "tab": (9, "u"),
    "backspace": (127, "u"),
    "space": (32, "u"),
    "insert": (2, "~"),
    "delete": (3, "~"),
    "pageup": (5, "~"),
    "pagedown": (6, "~"),
    "up": (1, "A"),
    "down": (1, "B"),
    "right": (1, "C"),
    "left": (1, "D"),
    "kp_begin": (1, "E"),
    "end": (1, "F"),
    "home": (1, "H"),
    "f1": (1, "P"),
    "f2": (1, "Q"),
    "f3": (13, "~"),
    "f4": (1, "S"),
    "f5": (15, "~"),
    "f6": (17, "~"),
    "f7": (18, "~"),
    "f8": (19, "~"),
    "f9": (20, "~"),
    "f10": (21, "~"),
    "f11": (23, "~"),
    "f12": (24, "~"),
    "menu": (57363, "u"),
} | {f"f{number}": (57363 + number, "u") for number in range(13, 36)}

# Further numbers of these keys: those of the keypad in the kitty protocol, and those of xterm and other terminals.
_CODES = {code: name for name, (code, final) in NAMED.items() if final == "u"}
_KEYPAD_CODES = {
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
}
_LETTERS = {final: name for name, (_, final) in NAMED.items() if final.isupper()} | {"R": "f3"}
_NUMBERS = {code: name for name, (code, final) in NAMED.items() if final == "~"} | {
    1: "home",
    4: "end",
    7: "home",
    8: "end",
    11: "f1",
    12: "f2",
    14: "f4",
    29: "menu",
    57427: "kp_begin",
    25: "f13",
    26: "f14",
    28: "f15",
    31: "f17",
    32: "f18",
    33: "f19",
    34: "f20",
}
_NAMED_SIGNS = {"slash": "/", "at": "@", "minus": "-", "plus": "+", "underscore": "_", "backslash": "\\"}
_PRIVATE = range(57344, 63744)  # keys without a character: modifiers, locks, media keys, the keypad
_CONTROLS = {0: " ", 27: "[", 28: "\\", 29: "]", 30: "^", 31: "_"}

_CSI_U = re.compile(r"\x1b\[(\d+)(?::(\d*))?(?::(\d*))?(?:;(\d*)(?::(\d+))?)?(?:;([\d:]*))?u")
_OTHER = re.compile(r"\x1b\[27;(\d+);(\d+)~")
_CSI_KEY = re.compile(r"\x1b\[(?:(\d+)(?:;(\d+)(?::(\d+))?)?)?([A-HPQRSZ~])")
_SS3_KEY = re.compile(r"\x1bO([A-HPQRS])")


class Press(NamedTuple):
    """A key that was pressed, repeated or released.

    `name` is one of NAMED, or "" for a key with a character. `code` is that character's number, without shift, or the number of
    the kitty protocol; 0 if unknown. `bits` are the modifiers as in the kitty protocol, `text` what the key types, `shifted`
    and `base` the numbers of its characters with shift and on the standard layout (0: unknown). `plain` is what a terminal
    without a protocol sent for the key.
    """

    name: str = ""
    code: int = 0
    bits: int = 0
    text: str = ""
    event: int = PRESSED
    shifted: int = 0
    base: int = 0
    plain: str = ""

    @property
    def types_nothing(self) -> bool:
        """Return whether the key is a modifier, a lock or a media key."""
        return not self.name and (self.code in _PRIVATE or not self.code) and not self.text

    @property
    def held(self) -> int:
        """Return the modifiers without locks."""
        return self.bits & ~LOCKS


def press_of(key: str, character: str | None, raw: str | None) -> Press:
    """Return the press of a key: Textual's `key` and `character`, and what the terminal sent, None if unknown."""
    return (_from_raw(raw) if raw else None) or _from_name(key, character)


def _from_raw(raw: str) -> Press | None:
    if len(raw.lstrip(ESC)) <= 1:  # one character, perhaps with alt, or escapes only
        return _plain(raw)
    if found := _CSI_U.fullmatch(raw):
        code, shifted, base, modifiers, event, text = found.groups()
        typed = "".join(chr(point) for part in (text or "").split(":") if (point := _character(part)))
        return _coded(whole_number(code, 7) or 0, _bits(modifiers), typed, _event(event), _character(shifted), _character(base))
    if found := _OTHER.fullmatch(raw):
        return _other(_character(found[2]), _bits(found[1]))
    if found := _SS3_KEY.fullmatch(raw):
        return Press(_LETTERS[found[1]]) if found[1] in _LETTERS else None
    if found := _CSI_KEY.fullmatch(raw):
        number, modifiers, event, final = found.groups()
        if final == "Z":
            return Press("tab", 9, SHIFT)
        name = _NUMBERS.get(_character(number or "1")) if final == "~" else _LETTERS.get(final)
        return Press(name, 0, _bits(modifiers), event=_event(event)) if name else None
    return None


def _character(digits: str | None) -> int:
    """Return the number of a character, or 0."""
    value = whole_number(digits, 7) if digits else None
    return value if value is not None and value < 0x110000 and not 0xD800 <= value < 0xE000 else 0


def _event(digits: str | None) -> int:
    return {"2": REPEATED, "3": RELEASED}.get(digits or "", PRESSED)


def _bits(modifiers: str | None) -> int:
    """Return the modifiers from a parameter, which is their bits plus one."""
    return max(0, (whole_number(modifiers, 3) or 1) - 1) & 0xFF if modifiers else 0


def _coded(code: int, bits: int, text: str, event: int, shifted: int, base: int) -> Press:
    """Return a press of the kitty protocol."""
    name = _CODES.get(code) or _KEYPAD_CODES.get(code, "")
    text = text if text.isprintable() else ""
    if not text and not name and code not in _PRIVATE and not bits & ~(LOCKS | SHIFT) and event != RELEASED:
        text = _letter(code, bits, shifted)
    return Press(name, code if code < 0x110000 else 0, bits, text, event, shifted, base)


def _letter(code: int, bits: int, shifted: int) -> str:
    """Return the character of a key with shift applied; that of other layouts is known only if the terminal reported it."""
    letter = chr(code) if 0 < code < 0x110000 else ""
    if not bits & SHIFT:
        return letter
    return chr(shifted) if shifted else letter.upper() if len(letter.upper()) == 1 else letter


def _other(code: int, bits: int) -> Press | None:
    """Return a press of modifyOtherKeys, which has the character with shift applied."""
    if not code:
        return None
    if name := _CODES.get(code) or {8: "backspace"}.get(code):
        return Press(name, code, bits)
    letter = chr(code)
    if not bits & SHIFT:
        return Press("", code, bits)
    lower = ord(letter.lower()) if len(letter.lower()) == 1 else code
    return Press("", lower, bits, letter if bits == SHIFT else "", shifted=code)


def _plain(raw: str) -> Press:
    """Return the press of a character, perhaps after ESC for alt."""
    bits = ALT if len(raw) > 1 else 0
    char = raw[-1]
    names = {"\r": "enter", "\t": "tab", "\x7f": "backspace", ESC: "escape", " ": "space"}
    if char in names:
        return Press(names[char], NAMED[names[char]][0], bits, " " if raw == " " else "", plain=raw)
    if ord(char) < 32:
        letter = _CONTROLS.get(ord(char)) or chr(ord(char) + 96)
        return Press("space" if letter == " " else "", ord(letter), bits | CTRL, plain=raw)
    lower = char.lower() if len(char.lower()) == 1 else char
    shift = SHIFT if lower != char else 0
    return Press("", ord(lower), bits | shift, "" if bits else char, shifted=ord(char) if shift else 0, plain=raw)


def _from_name(key: str, character: str | None) -> Press:
    """Return the press of Textual's key `ctrl+shift+left`; a key with a character and no modifier types that character."""
    *held, name = key.split("+")
    bits = 0
    for modifier in held:
        bits |= _MODIFIERS.get(modifier, 0)
    if name in NAMED:
        return Press(name, NAMED[name][0], bits, " " if name == "space" and not bits & (ALT | CTRL) else "")
    letter = name if len(name) == 1 else _NAMED_SIGNS.get(name) or key_to_character(name) or ""
    if character and not bits & (ALT | CTRL):
        return _typing(character, bits)
    if not letter:
        return Press(text=character or "")
    lower = letter.lower() if len(letter.lower()) == 1 else letter
    if lower != letter:
        bits |= SHIFT
    shifted = ord(lower.upper()) if bits & SHIFT and len(lower.upper()) == 1 else 0
    return Press("", ord(lower), bits, "" if bits & (ALT | CTRL) else _letter(ord(lower), bits, shifted), shifted=shifted)


def _typing(text: str, bits: int) -> Press:
    """Return a press that types `text`."""
    if len(text) > 1 or not text.isprintable():
        return Press(code=0, bits=bits, text=text)
    lower = text.lower() if len(text.lower()) == 1 else text
    shift = SHIFT if lower != text else 0
    return Press("", ord(lower), bits | shift, text, shifted=ord(text) if shift else 0)
