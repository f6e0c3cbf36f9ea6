"""Select Graphic Rendition: from the parameters of `CSI ... m` to a `Style`, with a cache.

Source: ECMA-48 8.3.117, ITU-T T.416 for the colon forms, xterm control sequences ("Character Attributes").
"""

from collections.abc import Callable
from functools import lru_cache

from pyte import graphics

from tui.terminal.style import DEFAULT, Style, direct_colour, indexed_colour

MAX_PENS = 2048  # one pen for each style in use; limited, since true-colour images use any number of styles
MAX_TURNS = 256  # cached parameter strings for each pen
MAX_REMEMBERED_LENGTH = 64
MAX_PARAMETERS = 64

_UNDERLINES = {"0": "", "1": "single", "2": "double", "3": "curly", "4": "dotted", "5": "dashed"}

_BACKGROUNDS = {**graphics.BG_ANSI, **{code + 10: name for code, name in graphics.FG_AIXTERM.items()}}
_FOREGROUNDS = {**graphics.FG_ANSI, **graphics.FG_AIXTERM}

_SIMPLE: dict[int, dict[str, str | bool]] = {
    1: {"bold": True},
    2: {"dim": True},
    3: {"italic": True},
    4: {"underline": "single"},
    5: {"blink": True},
    6: {"blink": True},
    7: {"reverse": True},
    8: {"conceal": True},
    9: {"strike": True},
    21: {"underline": "double"},
    22: {"bold": False, "dim": False},
    23: {"italic": False},
    24: {"underline": ""},
    25: {"blink": False},
    27: {"reverse": False},
    28: {"conceal": False},
    29: {"strike": False},
    53: {"overline": True},
    55: {"overline": False},
    59: {"underline_colour": "default"},
    **{code: {"fg": name} for code, name in _FOREGROUNDS.items()},
    **{code: {"bg": name} for code, name in _BACKGROUNDS.items()},
}
_COLOUR_FIELDS = {38: "fg", 48: "bg", 58: "underline_colour"}


_HEX = {str(value): f"{value:02x}" for value in range(256)}

#: A style, and valid sequences that set colours over it. They are parsed when they are drawn: most output of images never is.
Unparsed = tuple[Style, str]
#: What a piece of text looks like.
Look = Style | Unparsed


def style_of(look: Look) -> Style:
    """Return the style of a look."""
    return look if isinstance(look, Style) else _parsed(look)


@lru_cache(maxsize=1024)
def _parsed(look: Unparsed) -> Style:
    style, sequences = look
    values = iter(sequences[2:-1].replace("m\x1b[", ";").split(";"))
    fg, bg = style.fg, style.bg
    for which in values:
        colour = _direct(next(values), next(values), next(values)) if next(values) == "2" else _indexed(next(values))
        fg, bg = (colour, bg) if which == "38" else (fg, colour)
    return style._replace(fg=fg, bg=bg)


def _direct(red: str, green: str, blue: str) -> str:
    try:
        return _HEX[red] + _HEX[green] + _HEX[blue]
    except KeyError:  # over 255, or with zeros in front
        return direct_colour(number(red), number(green), number(blue))


def _indexed(digits: str) -> str:
    return indexed_colour(number(digits)) or "default"


class Pen:
    """A style in use, and a cache of the pens that follow it."""

    __slots__ = ("_blank", "next", "style")

    def __init__(self, style: Style) -> None:
        self.style = style
        self._blank: Style | None = None
        self.next: dict[str, Pen] = {}

    @property
    def blank(self) -> Style:
        """The style of erased cells: the background only."""
        if self._blank is None:
            plain = DEFAULT if self.style.bg == "default" else Style(bg=self.style.bg)
            self._blank = self.style if self.style == plain else plain
        return self._blank


class Pens:
    """The pens of one terminal, one per style, so that equal styles are the same object. Limited in number."""

    def __init__(self) -> None:
        self.default = Pen(DEFAULT)
        self._pens: dict[Style, Pen] = {DEFAULT: self.default}

    def _pen(self, style: Style) -> Pen:
        pen = self._pens.get(style)
        if pen is None:
            if len(self._pens) >= MAX_PENS:
                self._forget()
            pen = self._pens[style] = Pen(style)
        return pen

    def _forget(self) -> None:
        for pen in self._pens.values():
            pen.next.clear()
        self._pens = {DEFAULT: self.default}

    def protect(self, pen: Pen, on: bool) -> Pen:
        """Return the pen that writes protected characters, or unprotected ones."""
        return self._pen(pen.style._replace(protected=on))

    def linked(self, pen: Pen, target: str) -> Pen:
        """Return the pen that writes text with a link; "" ends the link."""
        return self._pen(pen.style._replace(link=target))

    def known(self, style: Style) -> Style:
        """Return the object that stands for all equal styles."""
        return self._pen(style).style

    def pen_of(self, look: Look) -> Pen:
        """Return the pen of a look."""
        return self._pen(style_of(look))

    def turn(self, pen: Pen, sequence: str, parameters: str) -> Pen:
        """Return the pen after `sequence`, a `CSI parameters m`, and cache it in `pen`."""
        style = styled(pen.style, parameters)
        turned = self._pen(style)
        if sequence and len(sequence) <= MAX_REMEMBERED_LENGTH:
            if len(pen.next) >= MAX_TURNS:
                pen.next.clear()
            pen.next[sequence] = turned
        return turned


def number(digits: str) -> int:
    """Return a parameter's value: 0 if empty, at most 99999 (a parameter can have thousands of digits)."""
    return int(digits) if 0 < len(digits) < 6 else int(digits.lstrip("0")[:5] or 0)


def reset(style: Style) -> Style:
    """Return `style` after SGR 0, which ends neither protection nor a link."""
    if not style.protected and not style.link:
        return DEFAULT
    return Style(protected=style.protected, link=style.link)


def styled(style: Style, parameters: str) -> Style:
    """Return `style` after `CSI parameters m`; unknown and incomplete codes are ignored."""
    changes: dict[str, str | bool] = {}
    pending = parameters.split(";", MAX_PARAMETERS)[:MAX_PARAMETERS]
    pending.reverse()  # the next one is popped
    while pending:
        parameter = pending.pop()
        if ":" in parameter:
            _apply_colons(changes, parameter.split(":"))
            continue
        code = number(parameter)
        if code == 0:
            style, changes = reset(style), {}
        elif code in _SIMPLE:
            changes.update(_SIMPLE[code])
        elif code in _COLOUR_FIELDS:
            colour = _colour_after(pending)
            if colour is not None:
                changes[_COLOUR_FIELDS[code]] = colour
    if not changes:
        return style
    change: Callable[..., Style] = style._replace
    return change(**changes)


def _colour_after(pending: list[str]) -> str | None:
    """Return the colour that follows `38;`, removed from the end of `pending`.

    As in xterm: with sub-parameters (`38;5:1`), these are the values; otherwise the values are the next numbers, parameters or
    sub-parameters, and remaining sub-parameters are parameters (the 4 in `38;2;1;2;3:4`).
    """
    kind, *values = pending.pop().split(":") if pending else [""]
    if values:
        return _colon_colour([kind, *values])
    wanted = {5: 1, 2: 3}.get(number(kind), 0)
    while len(values) < wanted and pending:
        value, *rest = pending.pop().split(":")
        values.append(value)
        pending += reversed(rest)
    values += [""] * (wanted - len(values))
    return _colon_colour([kind, *values])


def _apply_colons(changes: dict[str, str | bool], parts: list[str]) -> None:
    code = number(parts[0])
    if code == 4 and parts[1] in _UNDERLINES:
        changes["underline"] = _UNDERLINES[parts[1]]
    elif code in _COLOUR_FIELDS:
        colour = _colon_colour(parts[1:])
        if colour is not None:
            changes[_COLOUR_FIELDS[code]] = colour


def _colon_colour(parts: list[str]) -> str | None:
    kind, values = number(parts[0]), parts[1:]
    if kind == 5 and values:
        return indexed_colour(number(values[0]))
    if kind == 2 and len(values) >= 3:
        # T.416 has a colour space before the values; many programs leave it out
        red, green, blue = values[:3] if len(values) == 3 else values[1:4]
        return direct_colour(number(red), number(green), number(blue))
    return None
