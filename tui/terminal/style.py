"""The look of a cell: `Style`, and its colour names (pyte's tables).

A colour is "default", one of the sixteen palette names ("red", "brightblue", and "brown" for yellow, as in pyte and the VGA
palette), or six hexadecimal digits ("ff8700").
"""

from typing import NamedTuple

from pyte import graphics

#: The sixteen palette names, by number: 0 "black" .. 15 "brightwhite".
PALETTE: tuple[str, ...] = (
    *(graphics.FG_ANSI[code] for code in range(30, 38)),
    *(graphics.FG_AIXTERM[code] for code in range(90, 98)),
)


def indexed_colour(number: int) -> str | None:
    """Return the colour of `38;5;number`, or None outside 0..255.

    The first sixteen stay names, since the theme defines them.
    """
    if not 0 <= number <= 255:
        return None
    return PALETTE[number] if number < 16 else graphics.FG_BG_256[number]


def direct_colour(red: int, green: int, blue: int) -> str:
    """Return the colour of `38;2;red;green;blue`; values over 255 count as 255."""
    return f"{min(red, 255):02x}{min(green, 255):02x}{min(blue, 255):02x}"


class Style(NamedTuple):
    """The attributes of a cell, after ECMA-48 SGR and xterm's extensions."""

    fg: str = "default"
    bg: str = "default"
    bold: bool = False
    dim: bool = False
    italic: bool = False
    underline: str = ""  # "", "single", "double", "curly", "dotted", "dashed"
    underline_colour: str = "default"
    blink: bool = False
    reverse: bool = False
    conceal: bool = False
    strike: bool = False
    overline: bool = False
    protected: bool = False  # DECSCA, SPA: kept by selective erasing; not visible
    link: str = ""  # OSC 8: the target, printable ASCII


DEFAULT = Style()

#: What a cell looks like: a stretch of text in one style.
Run = tuple[str, Style]
