"""The names of keys: as users write them in `config.toml`, and as Textual calls them."""

from __future__ import annotations

import re

SIGNS = {
    "exclamation_mark": "!",
    "question_mark": "?",
    "slash": "/",
    "colon": ":",
    "minus": "-",
    "full_stop": ".",
    "percent_sign": "%",
    "dollar_sign": "$",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_curly_bracket": "{",
    "right_curly_bracket": "}",
    "space": "space",
    "escape": "esc",
    "delete": "del",
    "pagedown": "pgdn",
    "pageup": "pgup",
    "backslash": "\\",
    "ampersand": "&",
    "comma": ",",
    "equals_sign": "=",
    "plus": "+",
    "circumflex_accent": "^",
    "underscore": "_",
    "at": "@",
    "tilde": "~",
    "asterisk": "*",
    "vertical_line": "|",
    "less_than_sign": "<",
    "greater_than_sign": ">",
}
"""Labels of keys for users, by Textual's names."""

_BY_SIGN = {sign: name for name, sign in SIGNS.items() if len(sign) == 1}
_ALSO = {"esc": "escape", "del": "delete", "pgdn": "pagedown", "pgup": "pageup", "return": "enter", "ins": "insert"}
_NAMED = frozenset(
    {"enter", "tab", "space", "escape", "backspace", "delete", "insert", "home", "end", "pageup", "pagedown"}
    | {"up", "down", "left", "right"}
    | {f"f{number}" for number in range(1, 25)}
)
_MODIFIERS = {"ctrl": "ctrl", "control": "ctrl", "c": "ctrl", "alt": "alt", "meta": "alt", "shift": "shift"}
_MODIFIED = re.compile(rf"({'|'.join(_MODIFIERS)})[-+](.+)", re.IGNORECASE | re.DOTALL)
_SENT_AS = {"i": "tab", "m": "enter", "j": "enter", "h": "backspace", "left_square_bracket": "escape"}
"""Keys that terminals send as others when pressed with ctrl."""
_WITH_CTRL = re.compile(r"[a-z]|backslash|right_square_bracket|circumflex_accent|underscore|at")


class NotAKey(ValueError):
    """The text names no key that a terminal sends; `str()` is why, as the end of a sentence."""


def sign(key: str) -> str:
    """Return a key's label for users from Textual's name: `exclamation_mark` is `!`, `upper_k` is `K`."""
    *modifiers, last = key.split("+")
    last = last.removeprefix("upper_").upper() if last.startswith("upper_") else SIGNS.get(last, last)
    return "+".join([*modifiers, last])


def key_name(key: str) -> str:
    """Return Textual's name of a key from its label: `!` is `exclamation_mark`."""
    return _BY_SIGN.get(key, key)


def read_key(text: str) -> str:
    """Return Textual's name of a key as users write it: `ctrl-g`, `^G`, `Ctrl+G`, `esc`, `!`, `K`. Raises NotAKey."""
    modifiers, last = _split(text.strip())
    if len(last) == 1 and last.isprintable():
        if modifiers == {"shift"} and last.isalpha():
            return last.upper()
        name = key_name(last.lower() if modifiers else last)
    else:
        name = last.lower()
        name = last[-1].upper() if name.startswith("upper_") and len(name) == 7 else _ALSO.get(name, name)
        if name not in _NAMED and name not in SIGNS and len(name) != 1:
            raise NotAKey(f"{text!r} is not a key")
    if "ctrl" in modifiers and name in _SENT_AS:
        raise NotAKey(f"terminals send {text} as {_SENT_AS[name]}")
    if "ctrl" in modifiers and name not in _NAMED and (modifiers != {"ctrl"} or not _WITH_CTRL.fullmatch(name)):
        raise NotAKey(f"terminals do not send {text}")
    return "+".join([*sorted(modifiers), name])


def _split(text: str) -> tuple[set[str], str]:
    """Split the modifiers from a key."""
    modifiers: set[str] = set()
    if len(text) == 2 and text[0] == "^":
        return {"ctrl"}, text[1]
    while found := _MODIFIED.fullmatch(text):
        modifiers.add(_MODIFIERS[found[1].lower()])
        text = found[2]
    return modifiers, text


def read_prefix(text: str) -> str:
    """Return Textual's name of the key before the commands of a terminal session. Raises NotAKey for keys that are typed."""
    name = read_key(text)
    if not name.startswith(("ctrl+", "alt+")) and not re.fullmatch(r"f[0-9]+", name):
        raise NotAKey(f"{text!r} is a key that programs need")
    return name
