"""Rows packed for the scrollback: their text, and the ends of their styles."""

from array import array
from collections.abc import Iterable
from sys import getsizeof

from tui.terminal.rows import Row, with_mark
from tui.terminal.style import DEFAULT, Run, Style


class Line:
    """A row that left the screen, packed: its text, and the ends of its styles. `wrapped` and `marks` as in `Row`."""

    __slots__ = ("ends", "marks", "styles", "text", "wrapped")

    def __init__(self, text: str, ends: Iterable[int], styles: Iterable[Style], wrapped: int, marks: int = 0) -> None:
        self.text = text
        self.ends = array("I", ends)  # indices in the text, not columns
        self.styles = tuple(styles)
        self.wrapped = wrapped
        self.marks = marks

    @property
    def runs(self) -> list[Run]:
        """Return the text in pieces of one style each."""
        starts = [0, *self.ends]
        return [(self.text[starts[i] : end], style) for i, (end, style) in enumerate(zip(self.ends, self.styles, strict=True))]

    @property
    def cost(self) -> int:
        """Return the approximate size of the line in bytes, without the styles themselves, which lines share."""
        return 200 + getsizeof(self.text) + 12 * len(self.styles)


#: A packed line: most are plain text, and then nothing but that.
Packed = str | Line


def packed(row: Row) -> Packed:
    """Return the row in packed form; default blanks at its end are dropped, hidden cells are not."""
    if row.hidden is not None:
        row = row.whole()
    if not row.styled:
        text = "".join(row.chars) if row.filled < 0 else "".join([text for text, _ in row.pieces])
        if not row.full:
            text = text.rstrip(" ")
        if row.wrapped or row.marks:
            return Line(text, [len(text)], [DEFAULT], row.wrapped, row.marks)
        return text
    texts: list[str] = []
    styles: list[Style] = []
    ends: list[int] = []
    end = 0
    last: Style | None = None
    for text, style in row.pieces if row.filled >= 0 else row.runs:
        end += len(text)
        texts.append(text)
        if style is last:
            ends[-1] = end
        else:
            ends.append(end)
            styles.append(style)
            last = style
    whole = "".join(texts)
    if last is DEFAULT and not row.full:
        start = ends[-2] if len(ends) > 1 else 0
        whole = whole[:start] + whole[start:].rstrip(" ")
        ends[-1] = len(whole)
        if len(whole) == start:
            ends.pop()
            styles.pop()
    return Line(whole, ends, styles, row.wrapped, row.marks)


def text_of(line: Packed) -> str:
    """Return the text of a packed line."""
    return line if isinstance(line, str) else line.text


def wrapped_of(line: Packed) -> int:
    """Return how a packed line continues the line above; 0 if it does not."""
    return 0 if isinstance(line, str) else line.wrapped


def marks_of(line: Packed) -> int:
    """Return the marks of a shell on a packed line, as in `Row`."""
    return 0 if isinstance(line, str) else line.marks


def marked(line: Packed, mark: int, column: int) -> Packed:
    """Return a packed line with one more mark, at a column."""
    if isinstance(line, str):
        line = Line(line, [len(line)], [DEFAULT], 0)
    line.marks = with_mark(line.marks, mark, column)
    return line


def packed_runs(line: Packed) -> list[Run]:
    """Return a packed line as runs of one style."""
    if isinstance(line, str):
        return [(line, DEFAULT)] if line else []
    return line.runs
