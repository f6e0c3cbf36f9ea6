"""Drawing of a terminal's row as a strip: colours, and characters whose width Textual and the emulator agree on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from rich.cells import cell_len
from rich.color import Color, ColorType
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.strip import Strip

from tui.resources.model.text import clusters
from tui.terminal.review import Shade
from tui.terminal.style import DEFAULT, PALETTE, Run, Style
from tui.terminal.widths import NARROW, has_disputed_width, width_of
from tui.widgets.frame_diff import Letters
from tui.widgets.textual_internals.character_widths import UNKNOWN, Widths

_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), "�")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_JOINER = "\N{ZERO WIDTH JOINER}"
_SKIN_TONES = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_FLAG_LETTERS = frozenset(map(chr, range(0x1F1E6, 0x1F200)))
_EMOJI = "\N{VARIATION SELECTOR-16}"
_LOOKALIKES = {"☰": "≡"}
_NUMBERS = {name: number for number, name in enumerate(PALETTE)}
_NO_ATTRIBUTES = DEFAULT[2:]
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
    if number is not None:
        return Color.from_ansi(number)
    return Color(f"#{name}", ColorType.TRUECOLOR, triplet=ColorTriplet(*bytes.fromhex(name)))


@lru_cache(maxsize=4096)
def rich_style(style: Style, base: RichStyle) -> RichStyle:
    """Return a cell's style on the widget's own colours."""
    if style[2:] == _NO_ATTRIBUTES:
        return base + RichStyle.from_color(_colour(style.fg), _colour(style.bg))
    return base + RichStyle(
        color=_colour(style.fg),
        bgcolor=_colour(style.bg),
        bold=style.bold or None,
        dim=style.dim or None,
        italic=style.italic or None,
        underline=style.underline in ("single", "curly", "dotted", "dashed") or bool(style.link) or None,
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
def safe(text: str, widths: Widths = UNKNOWN) -> tuple[Sequence[str], int]:
    """Return `text` in pieces that are as wide on the screen as in the emulator, and that width.

    A cell that Textual would measure in another width, by itself or joined to the cell before, is replaced by its base
    character or by a sign of the same width, so that a row never shifts. Where the user's terminal is known to draw the
    characters in no more than their columns, they are sent to it nevertheless.
    """
    if NARROW(text):
        return (text,), len(text)
    pieces: list[str] = []
    plain: list[str] = []
    total = 0
    before = ("", 0)
    for cluster in clusters(text.translate(_CONTROLS)):
        shown, columns, before = _measured_alike(cluster, before)
        total += columns
        if shown == cluster or not 0 < _columns_drawn(cluster, widths) <= columns:
            plain.append(shown)
            continue
        if plain:
            pieces.append("".join(plain))
            plain.clear()
        pieces.append(Letters(shown, [cluster, *[""] * (columns - 1)]))
    if plain:
        pieces.append("".join(plain))
    return pieces, total


def _measured_alike(cluster: str, before: tuple[str, int]) -> tuple[str, int, tuple[str, int]]:
    """Return a cluster with substitutes, its width, and its last cell with the width of that.

    `before` is the cell before, with its width.
    """
    drawn: list[str] = []
    total = 0
    last, last_width = before
    for cell, width in _cells(cluster):
        cell = cell.rstrip(_JOINER)  # it would join the next cell to this one
        for shown in (cell, cell[0], _substitute(cell, width)):
            if cell_len(last + shown) == last_width + width and cell_len(shown) == width:
                break
        drawn.append(shown)
        last, last_width = shown, width
        total += width
    return "".join(drawn), total, (last, last_width)


def _columns_drawn(cluster: str, widths: Widths) -> int:
    """Return how many columns the user's terminal takes for a cluster; 0 if unknown."""
    base = cluster[0]
    if _JOINER in cluster:
        parts = [_columns_drawn(part, widths) if part else 0 for part in cluster.split(_JOINER)]
        if not widths.joined or not all(parts):
            return 0
        return 2 if widths.joined == 2 else sum(parts) + (len(parts) - 1) * (widths.joined - 4)
    if len(cluster) == 1:
        return widths.trigram if has_disputed_width(base) else max(0, width_of(base))
    if not _SKIN_TONES.isdisjoint(cluster):
        return widths.toned and (2 if widths.toned == 2 else max(0, width_of(base)) + 2)
    if base in _FLAG_LETTERS:
        return widths.flag
    if _EMOJI in cluster:
        return widths.emoji and max(widths.emoji, width_of(base))
    return widths.indic and max(0, width_of(base)) + sum(width_of(char) > 0 for char in cluster[1:]) * (widths.indic - 1)


def _cells(text: str) -> Iterator[tuple[str, int]]:
    """Yield the characters of each cell with its width."""
    cell, width = "", 0
    for char in text.translate(_CONTROLS):
        size = width_of(char)
        if size <= 0 and cell:
            cell += char
            continue
        if cell:
            yield cell, width
        cell, width = (char, size) if size > 0 else (_REPLACEMENT, 1)
    if cell:
        yield cell, width


def _substitute(cell: str, width: int) -> str:
    if cell[0] in _SKIN_TONES:  # it would colour the cell before
        return " " * width
    return _LOOKALIKES.get(cell[0], _REPLACEMENT) + " " * (width - 1)


def draw(runs: Iterable[Run], columns: int, base: RichStyle, reverse: bool = False, widths: Widths = UNKNOWN) -> Strip:
    """Return runs as a strip of exactly `columns` cells.

    `reverse`: the whole screen is reversed (DECSCNM). `widths`: those of the user's terminal.
    """
    if reverse:
        base = base + RichStyle(reverse=True)
    segments: list[Segment] = []
    used = 0
    for text, style in runs:
        look = rich_style(style, base)
        if text.isascii() and text.isprintable():
            segments.append(Segment(text, look))
            used += len(text)
            continue
        pieces, width = safe(text, widths)
        segments += [Segment(piece, look) for piece in pieces]
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
