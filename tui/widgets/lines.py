"""The mapping from style names to colours, and from lines of spans to strips of the screen.

Descriptions use "good", "bad", "dim"; `styles/lines.tcss` defines them for the theme, without colours (NO_COLOR) and with 16
colours. A style may be several names: "cursor bad" is bad on the cursor's row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Region
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.widget import Widget

from tui.resources.model.text import Cell, Span, cells, cut, pad
from tui.widgets.textual_internals.component_styles import LazyComponents
from tui.widgets.textual_internals.drawing import KeptLines

WORDS = (
    "good",
    "bad",
    "warn",
    "dim",
    "accent",
    "title",
    "mark",
    "cursor",
    "match",
    "key",
    "heading",
    "sorted",
    "current",
    "grey",
    "red",
    "yellow",
    "green",
    "cyan",
    "blue",
    "magenta",
)
"""All style names. "grey" is for data of a lost connection, "current" for the current tab, colours are those of docker
contexts."""

COMPONENTS = frozenset(f"line--{word}" for word in WORDS)
"""The component classes of a widget that shows lines, `line--good` and so on."""


class Palette:
    """The styles of one widget by name, computed once and cached until the widget's style changes."""

    def __init__(self, widget: LazyComponents) -> None:
        self._widget = widget
        self._styles: dict[str, Style] = {}
        self._known: dict[Style, Style] = {}  # equal styles are one object, so that neighbours can be compared by `is`

    def forget(self) -> None:
        """Clear the cache after a change of the theme or of the widget's classes."""
        self._styles.clear()

    def style(self, words: str = "") -> Style:
        """Return the style for some names; later names win. An unknown name is ignored."""
        style = self._styles.get(words)
        if style is None:
            style = self._resolve(words)
            style = self._styles[words] = self._known.setdefault(style, style)
        return style

    def _resolve(self, words: str) -> Style:
        _, _, background, color = self._widget.colors
        text = self._widget.styles.text_style
        for word in words.split():
            component = f"line--{word}"
            if component not in COMPONENTS:
                continue
            rules = self._widget.component_rules(component)
            if rules.has_rule("background"):
                background += rules.background
            if rules.has_rule("color"):
                color = rules.color
                if rules.has_rule("auto_color") and rules.auto_color:
                    color = background.get_contrast_text(rules.color.a)
            text += rules.text_style
        return text + Style.from_color(_solid(color, background).rich_color, background.rich_color)


def _solid(color: Color, background: Color) -> Color:
    """Return a colour blended with its background: terminals have no transparency."""
    return color if color.ansi is not None or color.a >= 1 else background + color


class Lines(LazyComponents):
    """A widget that shows lines of spans."""

    @property
    def palette(self) -> Palette:
        """Return the widget's styles by name."""
        palette = self.__dict__.get("_palette")
        if palette is None:
            palette = self.__dict__["_palette"] = Palette(self)
        return palette

    def notify_style_update(self) -> None:
        """Clear the cache; called by Textual after a change of rules or of the theme."""
        self.palette.forget()
        super().notify_style_update()


class Thumb(ScrollBar):
    """A scrollbar one cell wide, of whole cells: two strips, regardless of its height."""

    def render_lines(self, crop: Region) -> list[Strip]:
        styles = self.parent.styles if isinstance(self.parent, Widget) else self.styles
        track = Strip.blank(crop.width, Style.from_color(bgcolor=styles.scrollbar_background.rich_color))
        thumb = Strip.blank(crop.width, Style.from_color(bgcolor=styles.scrollbar_color.rich_color))
        if self.app.no_color:
            thumb = Strip.blank(crop.width, Style(reverse=True))
        top, bottom = thumb_of(self.size.height, self.window_virtual_size, self.position)
        return [thumb if top <= y < bottom else track for y in crop.line_range]


def thumb_of(room: int, lines: float, position: float) -> tuple[int, int]:
    """Return the first cell of a scrollbar's thumb and the one after. The thumb touches an end only where the text does."""
    if lines <= room or room <= 0:
        return 0, room
    size = min(max(1, round(room * room / lines)), max(1, room - 1))
    last = lines - room
    top = round((room - size) * position / last)
    if 0 < position < last and room - size > 1:
        top = min(max(top, 1), room - size - 1)
    return top, top + size


class LineView(KeptLines, Lines):
    """A scrolling view that draws its lines itself: `render_line(y)` returns one line of the widget, without border or padding.

    Textual requests all lines of a widget when one has changed, and styles each. Here the strip of a line that was not
    refreshed is cached, with its style.
    """

    BLANK = False
    ALLOW_SELECT = False
    auto_links = False
    SCROLLBAR = Thumb

    def render_lines(self, crop: Region) -> list[Strip]:
        drawn = self.kept_lines
        strips = []
        for y in crop.line_range:
            line = drawn.get(y)
            if line is None:
                line = drawn[y] = self.render_line(y).extend_cell_length(self.size.width, self.palette.style())
            strips.append(line.crop(crop.x, crop.right) if crop.x or crop.right < line.cell_length else line)
        return strips

    def notify_style_update(self) -> None:
        self.kept_lines.clear()
        super().notify_style_update()


def width(line: Iterable[Span]) -> int:
    """Return the cells that a line takes."""
    return sum(cells(span.text) for span in line)


def clip(line: Iterable[Span], room: int) -> tuple[Span, ...]:
    """Return a line in at most `room` cells, with an ellipsis if cut."""
    kept: list[Span] = []
    for span in line:
        size = cells(span.text)
        if size > room:
            kept.append(Span(cut(span.text, room), span.style))
            break
        kept.append(span)
        room -= size
    return tuple(kept)


def strip(line: Iterable[Span], palette: Palette, room: int, base: str = "", *, fill: bool = True) -> Strip:
    """Return a line as a strip of exactly `room` cells (at most, without `fill`).

    It is cut with an ellipsis, or padded in the base style.

    Neighbours of equal style become one segment, since a segment costs 40 bytes of output.
    """
    parts: list[tuple[str, Style]] = []
    used = 0
    prefix = f"{base} " if base else ""
    for text, words in line:
        if not text:
            continue
        size = cells(text)
        if used + size > room:
            text = cut(text, room - used)
            size = cells(text)
        style = palette.style(prefix + words)
        if parts and parts[-1][1] is style:
            parts[-1] = (parts[-1][0] + text, style)
        else:
            parts.append((text, style))
        used += size
        if used >= room:
            break
    if fill and used < room:
        style = palette.style(base)
        blank = " " * (room - used)
        if parts and parts[-1][1] is style:
            parts[-1] = (parts[-1][0] + blank, style)
        else:
            parts.append((blank, style))
        used = room
    return Strip([Segment(text, style) for text, style in parts], used)


def row(
    contents: Sequence[Cell],
    widths: Sequence[int],
    rights: Sequence[bool],
    palette: Palette,
    room: int,
    base: str = "",
    gap: int = 1,
) -> Strip:
    """Return a row of a table: each cell in its width, `gap` cells between them, the rest of `room` blank."""
    spans: list[Span] = []
    space = " " * gap
    last = len(widths) - 1
    for number, (text, words) in enumerate(contents):
        text = pad(text, widths[number], right=rights[number])
        if number < last:
            text += space
        # Blanks look the same in every style: the base style saves a change of style.
        spans.append(Span(text, words if not text.isspace() else ""))
    return strip(spans, palette, room, base)
