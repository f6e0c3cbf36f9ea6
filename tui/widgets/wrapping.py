"""Wrapping of lines longer than the screen, and a widget for short wrapped texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.geometry import Size
from textual.strip import Strip

from tui.resources.model.text import Line, Span, cells, clusters, plain
from tui.widgets.lines import Lines, strip


def wrap(line: Line, room: int, hanging: int = 0) -> list[Line]:
    """Return a line in pieces of at most `room` cells, broken at a blank, which is dropped, or within a word if there is none.

    All pieces but the first begin with `hanging` blanks.
    """
    room = max(room, 2)
    text = "".join(span.text for span in line)
    if cells(text) <= room:
        return [line]
    pieces: list[Line] = []
    start = 0
    indent: Line = ()
    while start < len(text):
        end = start + _breakpoint(text[start : start + room * 8], room, start + room * 8 >= len(text))
        pieces.append((*indent, *part(line, start, end)))
        start = end + (text[end : end + 1] == " ")
        if not indent and hanging:
            indent, room = (Span(" " * hanging),), max(room - hanging, 2)
    return pieces


def hanging_indent(line: Line, room: int) -> int:
    """Return the blanks that the pieces of a document's line begin with after the first.

    They are below the value of a label, else below the text. `line` begins with its indentation; a label ends with a blank.
    """
    indent = cells(line[0].text) if line else 0
    label = cells(line[1].text) if len(line) > 2 and line[1].text.endswith(" ") else 0
    return next((wanted for wanted in (indent + label, indent) if wanted <= room // 3), 0)


def _breakpoint(text: str, room: int, last: bool) -> int:
    """Return how many characters of `text` fit on one line; `last`: the end of the text."""
    if text.isascii():
        end = min(room, len(text))
    else:
        end = used = 0
        for cluster in clusters(text):
            used += cells(cluster)
            if used > room:
                break
            end += len(cluster)
        end = max(end, 1)
    if end >= len(text) and last:
        return end
    blank = text.rfind(" ", 0, end + 1)
    return blank if blank > room // 3 else end


def part(line: Line, start: int, end: int) -> Line:
    """Return the characters from `start` to before `end` of a line, in their styles."""
    kept: list[Span] = []
    for text, style in line:
        if end <= 0:
            break
        piece = text[max(0, start) : end]
        if piece:
            kept.append(Span(piece, style))
        start -= len(text)
        end -= len(text)
    return tuple(kept)


class Text(Lines):
    """A few lines, wrapped, as high as needed."""

    def __init__(self, lines: Iterable[Line] = (), *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: tuple[Line, ...] = tuple(lines)
        self._wrapped: dict[int, list[Line]] = {}

    def show(self, lines: Iterable[Line]) -> None:
        """Replace the lines."""
        lines = tuple(lines)
        if lines != self._lines:
            self._lines = lines
            self._wrapped.clear()
            self.refresh(layout=True)

    def _pieces(self, room: int) -> Sequence[Line]:
        pieces = self._wrapped.get(room)
        if pieces is None:
            pieces = [piece for line in self._lines for piece in wrap(line, room)]
            self._wrapped = {room: pieces}
        return pieces

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return container.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._pieces(width))

    def render_line(self, y: int) -> Strip:
        room = self.size.width
        pieces = self._pieces(room)
        return strip(pieces[y] if y < len(pieces) else (), self.palette, room)


def from_cell(line: Line, first: int) -> Line:
    """Return a line without its first cells, for scrolling to the side."""
    text = plain(line)
    if text.isascii():
        return part(line, first, len(text))
    used = 0
    for position, letter in enumerate(text):
        if used >= first:
            return part(line, position, len(text))
        used += cells(letter)
    return ()
