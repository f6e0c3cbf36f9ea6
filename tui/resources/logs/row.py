"""A line of a log on the screen: time, source, stream, and text with highlights."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from tui.live.logs.buffer import LogLine
from tui.resources.logs.ansi_text import LONGEST, spans
from tui.resources.logs.filters import Search
from tui.resources.logs.formats import note_style, source_style, stamp
from tui.resources.logs.levels import STYLES, keys_of, level_of
from tui.resources.logs.structured import structured
from tui.resources.model.formats import size
from tui.resources.model.text import Line, Span, cells, cut, one_line, pad, plain

WIDEST_NAME = 20  # cells
STDERR = "│"


@dataclass(frozen=True)
class Look:
    """The display options of lines: time format, names of sources, highlighted search.

    `raw`: JSON and logfmt lines are shown as they were written.
    """

    names: tuple[str, ...] = ()
    times: str = "off"
    search: Search | None = None
    widest: int = WIDEST_NAME
    raw: bool = False
    name_width: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        width = max((cells(name) for name in self.names), default=0) if len(self.names) > 1 else 0
        object.__setattr__(self, "name_width", min(width, self.widest))

    def lit(self, search: Search | None) -> Look:
        """Return this look with another search."""
        return replace(self, search=search)

    def timed(self, times: str) -> Look:
        """Return this look with another time format."""
        return replace(self, times=times)

    def as_written(self, raw: bool) -> Look:
        """Return this look with structured lines as they were written, or by their fields."""
        return replace(self, raw=raw)

    def on_screen(self, width: int) -> Look:
        """Return this look for a screen of `width` cells: narrow screens cut the names."""
        return replace(self, widest=max(8, min(WIDEST_NAME, width // 6)))


class Row(NamedTuple):
    """A line for the screen: the prefix of its text, and the text."""

    prefix: Line
    text: Line

    @property
    def whole(self) -> Line:
        """Return prefix and text."""
        return self.prefix + self.text


def row_of(shown: LogLine, look: Look) -> Row:
    """Return a line as shown on the screen."""
    prefix = []
    if look.times != "off":
        prefix.append(Span(stamp(shown.time_ns, look.times) + " ", "dim"))
    if shown.stream == "note":
        return Row(tuple(prefix), _note(shown, look))
    if look.name_width:
        name = look.names[shown.source] if shown.source < len(look.names) else ""
        prefix.append(Span(pad(one_line(name), look.name_width) + " ", source_style(shown.source)))
    prefix.append(Span(STDERR, "warn") if shown.stream == "stderr" else Span(" "))
    text = spans(shown.data)
    words = plain(text)
    if not any(style for _, style in text):  # colours of the program are kept
        found = None if look.raw or shown.left_out else _structured(words, look.search)
        text = found or _highlighted(words)
        words = plain(found) if found else words
    if look.search is not None:
        text = restyled(text, [(start, end, "match") for start, end in look.search.spans(words)])
    if shown.left_out or len(words) >= LONGEST:
        more = shown.left_out + max(0, len(shown.data) - LONGEST)
        text = (*text, Span(f"… {size(more)} more, enter shows all", "dim")) if more > 0 else text
    return Row(tuple(prefix), text)


def _note(shown: LogLine, look: Look) -> Line:
    """Return one of Longshore's own notes between the lines of the log."""
    words = one_line(shown.data.decode("utf-8", "replace"))
    name = look.names[shown.source] if len(look.names) > 1 and shown.source < len(look.names) else ""
    text = cut(f"{one_line(name)} {words}".strip(), LONGEST)
    return (Span("── ", "dim"), Span(text, note_style(words)), Span(" ──", "dim"))


def _structured(words: str, search: Search | None) -> Line | None:
    """Return a JSON or logfmt line with its level and message first.

    Return None for others, and where only the line as it was written matches the search.
    """
    found = structured(words)
    if found and search is not None and search.spans(words) and not search.spans(plain(found)):
        return None
    return found


def _highlighted(words: str) -> Line:
    """Return a text with its level coloured and its field names dimmed."""
    parts = [(start, end, "dim") for start, end in keys_of(words)]
    level = level_of(words)
    if level is not None:
        parts = [one for one in parts if one[1] <= level.start or one[0] >= level.end]
        parts.append((level.start, level.end, STYLES[level.level]))
        parts.sort()
    return restyled((Span(words),), parts)


def restyled(text: Line, parts: Sequence[tuple[int, int, str]]) -> Line:
    """Return a line with an additional style in some ranges, which are in order and do not overlap."""
    if not parts:
        return text
    made: list[Span] = []
    begin = 0
    waiting = iter(parts)
    current = next(waiting, None)
    for piece, style in text:
        at = 0
        while at < len(piece):
            while current is not None and current[1] <= begin + at:
                current = next(waiting, None)
            stop, words = len(piece), style
            if current is not None and current[0] <= begin + at:
                stop, words = min(current[1] - begin, stop), f"{style} {current[2]}".strip()
            elif current is not None:
                stop = min(current[0] - begin, stop)
            made.append(Span(piece[at:stop], words))
            at = stop
        begin += len(piece)
    return _joined(made)


def _joined(parts: Iterable[Span]) -> Line:
    """Return the spans with neighbours of equal style joined."""
    made: list[Span] = []
    for text, style in parts:
        if made and made[-1].style == style:
            made[-1] = Span(made[-1].text + text, style)
        elif text:
            made.append(Span(text, style))
    return tuple(made)
