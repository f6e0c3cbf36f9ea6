"""Drawing of a terminal's row as a strip: colours, and characters whose width Textual and the emulator agree on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from rich.cells import cell_len
from rich.color import Color
from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.strip import Strip

from tui.terminal.review import Shade
from tui.terminal.style import PALETTE, Run, Style
from tui.terminal.widths import width_of

_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), "�")
_SUBSTITUTES = {1: "\N{REPLACEMENT CHARACTER}", 2: "\N{REPLACEMENT CHARACTER} "}
_NUMBERS = {name: number for number, name in enumerate(PALETTE)}
_SHADES = {
    "match": RichStyle(underline=True, bold=True),
    "current": RichStyle(reverse=True, bold=True),
    "selection": RichStyle(reverse=True),
}


@lru_cache(maxsize=1024)
def _colour(name: str) -> Color | None:
    if name == "default":
        return None
    number = _NUMBERS.get(name)
    return Color.from_ansi(number) if number is not None else Color.parse(f"#{name}")


@lru_cache(maxsize=4096)
def rich_style(style: Style, base: RichStyle) -> RichStyle:
    """Return a cell's style on the widget's own colours."""
    return base + RichStyle(
        color=_colour(style.fg),
        bgcolor=_colour(style.bg),
        bold=style.bold or None,
        dim=style.dim or None,
        italic=style.italic or None,
        underline=style.underline in ("single", "curly", "dotted", "dashed") or None,
        underline2=style.underline == "double" or None,
        reverse=style.reverse or None,
        conceal=style.conceal or None,
        strike=style.strike or None,
        overline=style.overline or None,
    )  # blinking is not supported


@lru_cache(maxsize=64)
def default_style(foreground: str | None, background: str | None) -> RichStyle:
    """Return the style of default colours ("rrggbb"); None leaves one as it is."""
    return RichStyle(color=_colour(foreground or "default"), bgcolor=_colour(background or "default"))


@lru_cache(maxsize=4096)
def safe(text: str) -> tuple[str, int]:
    """Return `text` with substitutes for characters whose widths differ on the screen, and the width in the emulator.

    Where the widths of a cell differ, its base character or a sign of the same width is used, so that a row never shifts.
    """
    cells: list[list[str]] = []
    widths: list[int] = []
    for char in text.translate(_CONTROLS):
        width = width_of(char)
        if width > 0 or not cells:
            cells.append([char if width > 0 else _SUBSTITUTES[1]])
            widths.append(max(width, 1))
        else:
            cells[-1].append(char)
    drawn = "".join(_agreed(cell, width) for cell, width in zip(cells, widths, strict=True))
    total = sum(widths)
    if cell_len(drawn) != total:  # adjacent cells that the screen would join
        drawn = "".join(
            cell[0] if cell[0].isascii() else _SUBSTITUTES[width] for cell, width in zip(cells, widths, strict=True)
        )
    return drawn, total


def _agreed(cell: Sequence[str], width: int) -> str:
    for text in ("".join(cell), cell[0]):
        if cell_len(text) == width:
            return text
    return _SUBSTITUTES[width]


def draw(runs: Iterable[Run], columns: int, base: RichStyle, reverse: bool = False) -> Strip:
    """Return runs as a strip of exactly `columns` cells. `reverse`: the whole screen is reversed (DECSCNM)."""
    if reverse:
        base = base + RichStyle(reverse=True)
    segments: list[Segment] = []
    used = 0
    for text, style in runs:
        if text.isascii() and text.isprintable():
            width = len(text)
        else:
            text, width = safe(text)
        segments.append(Segment(text, rich_style(style, base)))
        used += width
    strip = Strip(segments, used)
    return strip if used == columns else strip.adjust_cell_length(columns, base)


def with_cursor(strip: Strip, x: int, shape: int) -> Strip:
    """Return the strip with a cursor at column `x`; `shape` as in DECSCUSR."""
    width = strip.cell_length
    x = min(x, width - 1)
    if x < 0:
        return strip
    under = strip.crop(x, min(x + 2, width))
    first = next((segment.text for segment in under if segment.text), " ")
    size = 2 if cell_len(first[0]) == 2 else 1
    look = RichStyle(underline=True, bold=True) if shape in (3, 4) else RichStyle(reverse=True)
    at = [
        Segment(text, RichStyle.combine((style, _toggled(style, look))) if style else look)
        for text, style, _ in strip.crop(x, min(x + size, width))
    ]
    return Strip([*strip.crop(0, x), *at, *strip.crop(min(x + size, width), width)], width)


def _toggled(style: RichStyle, look: RichStyle) -> RichStyle:
    """Return the cursor's style: on a reversed cell the cursor removes the reversal."""
    return RichStyle(reverse=False) if look.reverse and style.reverse else look


def with_shades(strip: Strip, shades: Sequence[Shade]) -> Strip:
    """Return the strip with other styles in some columns."""
    width = strip.cell_length
    for shade in shades:
        start, end = min(shade.start, width), min(shade.end, width)
        if start < end:
            middle = strip.crop(start, end).apply_style(_SHADES[shade.word])
            strip = Strip([*strip.crop(0, start), *middle, *strip.crop(end, width)], width)
    return strip
