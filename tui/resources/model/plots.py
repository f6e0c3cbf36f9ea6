"""Curves as text: braille dots, or ASCII letters where a terminal has none. Numbers in, lines of spans out."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from tui.resources.model.text import Line, Span, cells, cut

Value = float | None

AXIS = 9  # cells of the figures beside a plot, with the axis
DOTS_ACROSS, DOTS_DOWN = 2, 4  # in one cell
_BRAILLE = 0x2800
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))  # by column, from the top
_EIGHTHS = " ▏▎▍▌▋▊▉█"
LETTERS = "*o+x#@%=&$"
STYLES = ("accent", "warn", "good", "bad", "title", "dim")


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A line of a plot: values from left to right, None where unknown."""

    values: Sequence[Value]
    style: str = "accent"
    letter: str = "*"  # the character of the curve without braille


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The shape of a plot.

    Its width and height are in cells; besides there are the format of figures, the smallest maximum of the axis, and a ceiling
    to draw.
    """

    width: int
    height: int
    figure: Callable[[float], str]
    least: float = 1.0
    binary: bool = False  # the axis ends at powers of two, as memory sizes do
    ceiling: float | None = None
    plain: bool = False  # letters instead of dots

    @property
    def points(self) -> int:
        """Return the number of values that a curve of this plot shows."""
        return max(1, self.width - AXIS) * (1 if self.plain else DOTS_ACROSS)


def style_of(number: int) -> str:
    """Return the style of curve `number`."""
    return STYLES[number % len(STYLES)]


def letter_of(number: int) -> str:
    """Return the letter of curve `number`."""
    return LETTERS[number % len(LETTERS)]


def top_of(most: float, binary: bool = False) -> float:
    """Return the end of an axis for values up to `most`.

    It is 1, 2 or 5 times a power of ten, or (`binary`) 1, 1.5 or 2 times a power of two.
    """
    if not math.isfinite(most) or most < sys.float_info.min:  # below this a power of ten would round to 0
        return 1.0
    if binary:
        power = math.ldexp(1.0, math.frexp(most)[1] - 1)
        top = next(step for step in (power, 1.5 * power, 2 * power) if step >= most)
    else:
        power = 10.0 ** math.floor(math.log10(most))
        top = next(step * power for step in (1, 2, 5, 10) if step * power >= most * (1 - 1e-9))
    return min(top, sys.float_info.max)


def plot(curves: Sequence[Curve], frame: Frame) -> list[Line]:
    """Return the curves over one axis, `frame.height` lines of `frame.width` cells.

    A single curve is filled down to the axis.
    """
    known = [value for curve in curves for value in curve.values if value is not None]
    most = max(known, default=0.0)
    near = frame.ceiling if frame.ceiling is not None and most >= frame.ceiling * 0.5 else 0.0
    top = max(top_of(max(most, near), frame.binary), frame.least)
    across = max(1, frame.width - AXIS)
    area = _letters(curves, frame, across, top) if frame.plain else _dots(curves, frame, across, top)
    return [_line(row, _axis(number, frame, top), frame.plain) for number, row in enumerate(area[: frame.height])]


def _axis(number: int, frame: Frame, top: float) -> str:
    """Return the figure beside a line: at the top, the middle and the bottom."""
    last = frame.height - 1
    if number == 0:
        return frame.figure(top)
    if number == last:
        return frame.figure(0)
    return frame.figure(top / 2) if number * 2 == last else ""


def _line(row: Sequence[tuple[str, str]], figure: str, plain: bool) -> Line:
    sign = "|" if plain else "┤" if figure else "│"
    spans = [Span(f"{cut(figure, AXIS - 1):>{AXIS - 1}}{sign}", "dim")]
    for letter, style in row:
        if letter == " ":
            style = spans[-1].style
        if spans[-1].style == style:
            spans[-1] = Span(spans[-1].text + letter, style)
        else:
            spans.append(Span(letter, style))
    return tuple(spans)


def _height(value: float, top: float, steps: int) -> int:
    """Return how many of `steps` a value reaches; any positive value reaches at least one."""
    share = value / top
    return 0 if math.isnan(share) else math.ceil(max(0.0, min(1.0, share)) * steps - 1e-9)


def _dots(curves: Sequence[Curve], frame: Frame, across: int, top: float) -> list[list[tuple[str, str]]]:
    rows = [[0] * across for _ in range(frame.height)]
    styles = [[""] * across for _ in range(frame.height)]
    steps = frame.height * DOTS_DOWN

    def dot(x: int, level: int, style: str) -> None:
        y = steps - 1 - level
        cell = x // DOTS_ACROSS
        rows[y // DOTS_DOWN][cell] |= _DOTS[x % DOTS_ACROSS][y % DOTS_DOWN]
        styles[y // DOTS_DOWN][cell] = style

    if frame.ceiling is not None and frame.ceiling <= top:
        level = max(0, _height(frame.ceiling, top, steps) - 1)
        for x in range(0, across * DOTS_ACROSS, 3):
            dot(x, level, "bad")
    filled = len(curves) == 1
    for curve in curves:
        before: int | None = None
        for x, value in enumerate(curve.values[-across * DOTS_ACROSS :]):
            if value is None:
                before = None
                continue
            level = max(0, _height(value, top, steps) - 1)
            low = 0 if filled else level if before is None else min(level, before + 1 if before < level else before - 1)
            high = level if filled or before is None else max(level, before - 1 if before > level else level)
            for each in range(max(0, min(low, level)), high + 1):
                dot(x, each, curve.style)
            before = level
    return [
        [(chr(_BRAILLE + bits) if bits else " ", style) for bits, style in zip(row, marks, strict=True)]
        for row, marks in zip(rows, styles, strict=True)
    ]


def _letters(curves: Sequence[Curve], frame: Frame, across: int, top: float) -> list[list[tuple[str, str]]]:
    rows = [[(" ", "")] * across for _ in range(frame.height)]
    if frame.ceiling is not None and frame.ceiling <= top:
        line = frame.height - max(1, _height(frame.ceiling, top, frame.height))
        rows[line] = [("-", "bad")] * across
    for curve in curves:
        for x, value in enumerate(curve.values[-across:]):
            if value is not None:
                rows[frame.height - max(1, _height(value, top, frame.height))][x] = (curve.letter, curve.style)
    return rows


def spark(values: Sequence[Value], least: float = 10.0) -> str:
    """Return a curve in one line of braille, two values per cell, scaled to the maximum (at least `least`)."""
    top = max((value for value in values if value is not None), default=0.0)
    top = max(top, least)
    letters: list[str] = []
    for pair in zip_longest(values[::2], values[1::2]):
        bits = 0
        for column, value in enumerate(pair):
            level = 0 if value is None else max(1, _height(value, top, DOTS_DOWN))
            for row in range(level):
                bits |= _DOTS[column][DOTS_DOWN - 1 - row]
        letters.append(chr(_BRAILLE + bits) if bits else " ")
    return "".join(letters)


def bar(part: float, width: int, plain: bool = False) -> str:
    """Return a bar of `width` cells, filled to `part` (0 to 1) in eighths of a cell."""
    part = max(0.0, min(1.0, part)) if math.isfinite(part) else 0.0
    if plain:
        full = round(part * width)
        return "#" * full + "." * (width - full)
    full, rest = divmod(round(part * width * 8), 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(width, "░")


def beside(left: Sequence[Line], right: Sequence[Line], width: int, gap: int = 2) -> list[Line]:
    """Return two blocks of lines side by side; the left block has `width` cells."""
    joined: list[Line] = []
    for one, other in zip_longest(left, right, fillvalue=()):
        used = sum(cells(span.text) for span in one)
        joined.append((*one, Span(" " * (max(0, width - used) + gap)), *other) if other else tuple(one))
    return joined
