"""The kitty keyboard protocol and modifyOtherKeys: what programs ask for, and the sequences of keys.

A program gets only what the user's terminal reports (`Reported`): flags that it does not are not set, whatever is asked for.
Source: kitty keyboard protocol, "Progressive enhancement"; xterm control sequences, "XTMODKEYS", and xterm's input.c.
"""

from __future__ import annotations

from typing import Protocol

from tui.terminal.presses import ALT, CTRL, ESC, NAMED, PRESSED, RELEASED, SHIFT, Press

DISAMBIGUATE, EVENTS, ALTERNATES, ALL_KEYS, TEXT = 1, 2, 4, 8, 16

MAX_PUSHED = 16

_USUAL = {"enter": "\r", "tab": "\t", "backspace": "\x7f"}
_NAMED_OTHERS = ("enter", "tab", "backspace", "escape", "space")


class Reported(Protocol):
    """What the user's terminal reports of keys."""

    @property
    def flags(self) -> int:
        """The flags of the kitty protocol that a program can have."""

    @property
    def modifiers(self) -> bool:
        """Whether modifiers of all keys are reported."""


class Nothing:
    """A terminal that reports no more than characters."""

    flags = 0
    modifiers = False


class Keyboard:
    """What the program on one of the two screens has asked for."""

    def __init__(self) -> None:
        self.flags = 0
        self._pushed: list[int] = []

    def push(self, flags: int) -> None:
        """Set the flags until the next `pop`."""
        self._pushed = [*self._pushed[-MAX_PUSHED + 1 :], self.flags]
        self.flags = flags

    def pop(self, count: int) -> None:
        """Undo `count` pushes; beyond the first push no flag is set."""
        for _ in range(min(count, MAX_PUSHED + 1)):
            self.flags = self._pushed.pop() if self._pushed else 0

    def set(self, flags: int, how: int) -> None:
        """Replace the flags (1), add some (2), or remove some (3)."""
        self.flags = {1: flags, 2: self.flags | flags, 3: self.flags & ~flags}.get(how, self.flags)


def kitty_sequence(press: Press, flags: int) -> str | None:
    """Return the sequence of a press in the kitty protocol; None if the protocol leaves it as it is."""
    usual = _USUAL.get(press.name)
    everything = flags & ALL_KEYS
    if press.event == RELEASED and (not flags & EVENTS or (usual and not everything)):
        return ""
    if press.types_nothing and not everything:
        return ""
    if not everything and press.event != RELEASED:
        if press.text and not press.held & ~SHIFT:
            return press.text
        if usual and not press.held:
            return usual
        if not flags & DISAMBIGUATE and (press.event == PRESSED or not flags & EVENTS):
            return None
    return _sequence(press, flags)


def _sequence(press: Press, flags: int) -> str:
    code, final = (press.code, "u") if press.code in range(57344, 63744) or not press.name else NAMED[press.name]
    first, last, text = str(code), "", ""
    if flags & ALTERNATES and final == "u":
        shifted = str(press.shifted) if press.shifted and press.bits & SHIFT else ""
        base = f":{press.base}" if press.base else ""
        first += f":{shifted}{base}" if shifted or base else ""
    bits = press.bits if flags & ALL_KEYS or not press.text else press.held
    if bits or (press.event != PRESSED and flags & EVENTS):
        last = f";{bits + 1}" + (f":{press.event}" if press.event != PRESSED and flags & EVENTS else "")
    if flags & TEXT and flags & ALL_KEYS and press.text and press.event != RELEASED:
        text = ";" + ":".join(str(ord(char)) for char in press.text)
        last = last or ";"
    if first == "1" and not last:
        first = ""
    return f"{ESC}[{first}{last}{text}{final}"


def other_keys_sequence(press: Press, level: int) -> str:
    """Return the sequence of a press in modifyOtherKeys, or "" for keys that stay as they are.

    As xterm, but letters with shift stay as they are also at level 2, as in other terminals.
    """
    bits = press.bits & (SHIFT | ALT | CTRL)
    if not bits or press.event == RELEASED or press.types_nothing or (press.name and press.name not in _NAMED_OTHERS):
        return ""
    code = NAMED[press.name][0] if press.name else press.code
    if not press.name:
        if bits == SHIFT:
            return ""
        if bits & SHIFT:
            upper = chr(code).upper()
            code = press.shifted or (ord(upper) if len(upper) == 1 else code)
    if (bits, press.name) in ((SHIFT, "tab"), (CTRL, "backspace")) or (level == 1 and _well_known(press.name, code, bits)):
        return ""
    return f"{ESC}[27;{bits + 1};{code}~"


def _well_known(name: str, code: int, bits: int) -> bool:
    """Return whether a key has a form of its own without modifyOtherKeys, which level 1 keeps."""
    if name:
        return name not in ("enter", "tab") or (name == "tab" and bool(bits & SHIFT)) or bool(bits & ALT)
    return not bits & CTRL or bool(bits & ALT) or 64 <= code < 128 or chr(code) in "2345678/"
