"""Rows packed for the scrollback: their text, and the ends of their styles."""

from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate
from sys import getsizeof

from tui.terminal.rows import FILLER, Row, with_mark
from tui.terminal.sgr import Look, style_of
from tui.terminal.style import DEFAULT, Run


class Line:
    """A row that left the screen, packed: its text, and the ends of its styles. `wrapped` and `marks` as in `Row`."""

    __slots__ = ("ends", "marks", "styles", "text", "wrapped")

    def __init__(self, text: str, ends: Iterable[int], styles: Iterable[Look], wrapped: int, marks: int = 0) -> None:
        self.text = text
        self.ends = array("I", ends)  # indices in the text, not columns
        self.styles = tuple(styles)
        self.wrapped = wrapped
        self.marks = marks

    @property
    def runs(self) -> list[Run]:
        """Return the text in pieces of one style each."""
        starts = [0, *self.ends]
        looks = zip(self.ends, self.styles, strict=True)
        return [(self.text[starts[i] : end], style_of(look)) for i, (end, look) in enumerate(looks)]

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
        if row.odd:
            text = text.replace(FILLER, "")
        if not row.full:
            text = text.rstrip(" ")
        if row.wrapped or row.marks:
            return Line(text, [len(text)], [DEFAULT], row.wrapped, row.marks)
        return text
    pieces: Sequence[tuple[str, Look]] = row.pieces if row.filled >= 0 else row.runs
    if row.filled >= 0 and row.filled < row.columns and row.rest is not DEFAULT:
        pieces = [*row.pieces, (" " * (row.columns - row.filled), row.rest)]
    texts: Sequence[str]
    styles: Sequence[Look]
    texts, styles = zip(*pieces, strict=True)
    if len(set(map(id, styles))) < len(styles):
        texts, styles = _merged(pieces)
    if row.odd:
        texts = [text.replace(FILLER, "") for text in texts]
    whole, ends = "".join(texts), [*accumulate(map(len, texts))]
    if styles[-1] is DEFAULT and not row.full:
        start = ends[-2] if len(ends) > 1 else 0
        whole = whole[:start] + whole[start:].rstrip(" ")
        ends[-1] = len(whole)
        if len(whole) == start:
            ends.pop()
            styles = styles[:-1]
    return Line(whole, ends, styles, row.wrapped, row.marks)


def _merged(pieces: Iterable[tuple[str, Look]]) -> tuple[Sequence[str], Sequence[Look]]:
    """Return the texts and the looks of pieces, with neighbours of one look joined."""
    texts: list[str] = []
    looks: list[Look] = []
    for text, look in pieces:
        if looks and look is looks[-1]:
            texts[-1] += text
        else:
            texts.append(text)
            looks.append(look)
    return texts, looks


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
