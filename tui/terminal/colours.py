"""The colours of a terminal: those of the theme, and those that the program has set over them.

Source: xterm control sequences, "Operating System Commands" 4, 10 to 12, 104 and 110 to 112; XParseColor for the forms of a
colour.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tui.terminal.style import DEFAULT, PALETTE, Run, Style, indexed_colour

FOREGROUND, BACKGROUND, CURSOR = 10, 11, 12

_RGB = re.compile("rgb:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})")
_HASH = re.compile("#((?:[0-9a-fA-F]{3}){1,4})")
_NAMES = {
    "black": "000000",
    "red": "ff0000",
    "green": "00ff00",
    "yellow": "ffff00",
    "blue": "0000ff",
    "magenta": "ff00ff",
    "cyan": "00ffff",
    "white": "ffffff",
    "gray": "bebebe",
    "grey": "bebebe",
}


@dataclass(frozen=True, slots=True)
class ThemeColours:
    """The colours of the theme as "rrggbb": `palette` are the sixteen named ones."""

    foreground: str
    background: str
    palette: tuple[str, ...]
    dark: bool = True


class Colours:
    """The colours of one terminal.

    Numbers: 0 to 255 for the palette; the defaults have the numbers of their commands, plus 256.
    """

    def __init__(self) -> None:
        self.theme: ThemeColours | None = None
        self._set: dict[int, str] = {}

    def palette(self, number: int) -> str | None:
        """Return a colour of the palette as "rrggbb", or None if it is unknown."""
        if number in self._set:
            return self._set[number]
        if not 0 <= number < 16:
            return indexed_colour(number)
        return self.theme.palette[number] if self.theme else None

    def default(self, which: int) -> str | None:
        """Return the FOREGROUND, BACKGROUND or CURSOR colour as "rrggbb", or None if it is unknown."""
        if which + 256 in self._set:
            return self._set[which + 256]
        if self.theme is None:
            return None
        return self.theme.background if which == BACKGROUND else self.theme.foreground

    def set_palette(self, number: int, text: str) -> bool:
        """Set a colour of the palette from a program's text. Return whether that changed it."""
        return 0 <= number < 256 and self._put(number, text)

    def set_default(self, which: int, text: str) -> bool:
        """Set a default colour from a program's text. Return whether that changed it."""
        return self._put(which + 256, text)

    def _put(self, key: int, text: str) -> bool:
        colour = parsed(text)
        if colour is None or self._set.get(key) == colour:
            return False
        self._set[key] = colour
        return True

    def reset_palette(self, numbers: Iterable[int] = ()) -> None:
        """Give colours of the palette back to the theme; without numbers all of them."""
        for number in list(numbers) or range(256):
            self._set.pop(number, None)

    def reset_default(self, which: int) -> None:
        """Give a default colour back to the theme."""
        self._set.pop(which + 256, None)

    def reset(self) -> None:
        """Give all colours back to the theme."""
        self._set.clear()

    @property
    def own_foreground(self) -> str | None:
        """The foreground that the program has set."""
        return self._set.get(FOREGROUND + 256)

    @property
    def own_background(self) -> str | None:
        """The background that the program has set."""
        return self._set.get(BACKGROUND + 256)

    def shown(self, runs: list[Run]) -> list[Run]:
        """Return runs in the colours that the program has set."""
        names = {number: PALETTE[number] if number < 16 else indexed_colour(number) for number in self._set if number < 256}
        changed = {name: self._set[number] for number, name in names.items()}
        return [(text, _recoloured(style, changed)) for text, style in runs] if changed else runs


def _recoloured(style: Style, changed: dict[str | None, str]) -> Style:
    if style is DEFAULT:
        return style
    return style._replace(fg=changed.get(style.fg, style.fg), bg=changed.get(style.bg, style.bg))


def parsed(text: str) -> str | None:
    """Return a colour (`rgb:r/g/b`, `#rgb` with up to four digits each, a basic name) as "rrggbb", or None."""
    if match := _RGB.fullmatch(text):
        return "".join(f"{int(part, 16) * 255 // (16 ** len(part) - 1):02x}" for part in match.groups())
    if match := _HASH.fullmatch(text):
        size = len(match[1]) // 3
        parts = (match[1][at : at + size] for at in range(0, 3 * size, size))
        return "".join(f"{part[:2]:0<2}" for part in parts).lower()
    return _NAMES.get(text.lower())


def written(colour: str) -> str:
    """Return "rrggbb" as programs are told a colour."""
    return "rgb:" + "/".join(colour[at : at + 2] * 2 for at in (0, 2, 4))
