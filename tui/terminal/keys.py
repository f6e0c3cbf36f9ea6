"""Keys as bytes: what a terminal of the xterm family sends to its program.

Without a protocol that the program asked for, keys have xterm's form, since the program has `TERM=xterm-256color`. Source:
xterm control sequences, "PC-Style Function Keys"; kitty keyboard protocol, "Legacy key event encoding".
"""

from __future__ import annotations

from typing import Protocol

from tui.engine.digits import whole_number
from tui.terminal.key_protocols import kitty_sequence, other_keys_sequence
from tui.terminal.presses import ALT, CTRL, ESC, META, RELEASED, SHIFT, Press, press_of

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

_PLAIN = {"enter": "\r", "tab": "\t", "escape": ESC}
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


class KeyModes(Protocol):
    """The modes of the program that change the bytes of a key (`Emulator.modes` has them)."""

    @property
    def application_cursor(self) -> bool:
        """DECCKM: cursor keys send SS3."""

    @property
    def application_keypad(self) -> bool:
        """DECKPAM: the keypad sends SS3."""

    @property
    def newline(self) -> bool:
        """LNM: the Enter key sends CR LF."""

    @property
    def backarrow(self) -> bool:
        """DECBKM: the Backspace key sends BS, and DEL with control."""

    @property
    def kitty(self) -> int:
        """The flags of the kitty keyboard protocol."""

    @property
    def other_keys(self) -> int:
        """The level of modifyOtherKeys: 0, 1 or 2."""


def key_bytes(key: str, character: str | None, raw: bytes | None, modes: KeyModes) -> bytes:
    """Return the bytes that a key press sends to the program.

    `key` and `character` are those of Textual's event. `raw` is what the terminal sent: None if unknown, empty for the second
    event of one sequence, whose bytes were sent with the first. Unknown keys give no bytes.
    """
    if raw == b"":
        return b""
    press = press_of(key, character, None if raw is None else raw.decode("utf-8", "replace"))
    return encode(press, modes).encode("utf-8", "ignore")


def encode(press: Press, modes: KeyModes) -> str:
    """Return what a press sends by the protocol that the program has asked for."""
    if modes.kitty and (sequence := kitty_sequence(press, modes.kitty)) is not None:
        return sequence
    if modes.other_keys and (sequence := other_keys_sequence(press, modes.other_keys)):
        return sequence
    return _usual(press, modes)


def _usual(press: Press, modes: KeyModes) -> str:
    """Return what a press sends without a protocol."""
    if press.event == RELEASED:
        return ""
    if press.name == "enter" and modes.newline:
        return "\r\n"
    if press.plain and not (press.name == "backspace" and modes.backarrow):
        return press.plain
    bits = (press.bits & (SHIFT | ALT | CTRL)) | (ALT if press.bits & META else 0)
    if pad := _KEYPAD.get(press.code):
        return f"{ESC}O{pad[0]}" if modes.application_keypad else _typed(pad[1], bits)
    if press.name:
        return _named(press.name, bits, modes)
    if press.types_nothing:
        return ""
    if press.text and not bits & (ALT | CTRL):
        return press.text
    letter = chr(press.code)
    upper = chr(press.shifted) if press.shifted else letter.upper()
    return _typed(upper if bits & SHIFT and len(upper) == 1 else letter, bits)


def _function_number(name: str) -> int:
    return (whole_number(name[1:], 2) or 0) if name[:1] == "f" else 0


def _named(name: str, bits: int, modes: KeyModes) -> str:
    """Return the sequence of a named key with its modifiers."""
    number = _function_number(name)
    if 12 < number <= 24:  # xterm-256color calls shift+F1 F13
        return _named(f"f{number - 12}", bits | SHIFT, modes)
    if final := _CURSOR.get(name) or _PF.get(name):
        if bits:
            return f"{ESC}[1;{bits + 1}{final}"
        return f"{ESC}O{final}" if name in _PF or modes.application_cursor else f"{ESC}[{final}"
    if tilde := _TILDE.get(name):
        return f"{ESC}[{tilde};{bits + 1}~" if bits else f"{ESC}[{tilde}~"
    if name == "tab" and bits & SHIFT:
        return (ESC if bits & ALT else "") + f"{ESC}[Z"
    if name == "backspace":
        return (ESC if bits & ALT else "") + ("\x08" if bool(bits & CTRL) is not modes.backarrow else "\x7f")
    if name == "space":
        return _typed(" ", bits)
    plain = _PLAIN.get(name, "")
    return ESC + plain if plain and bits & ALT else plain


def _typed(letter: str, bits: int) -> str:
    """Return a character with control and alt applied."""
    if bits & CTRL:
        if letter.isascii() and letter.isalpha():
            letter = chr(ord(letter.upper()) & 0x1F)
        else:
            letter = chr(_CONTROL[letter]) if letter in _CONTROL else letter
    return ESC + letter if bits & ALT else letter
