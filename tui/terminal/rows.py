"""A row of the screen, and how it is read: as runs of text in one style, or packed for the scrollback."""

from array import array
from collections.abc import Iterable
from itertools import groupby
from sys import getsizeof

from tui.terminal.style import DEFAULT, Run, Style


class Row:
    """One row: for each column a character and a style, in two lists of equal length.

    A wide character takes two columns, the second holds the empty string. `odd` is set once the row may hold anything but one
    character a cell, `styled` once it may hold anything but the default style: most rows never do, and are quick for it.
    `wrapped` says that the row continues the one above.
    """

    __slots__ = ("chars", "odd", "styled", "styles", "wrapped")

    def __init__(self, columns: int, style: Style = DEFAULT) -> None:
        self.chars = [" "] * columns
        self.styles = [style] * columns
        self.odd = False
        self.styled = style is not DEFAULT
        self.wrapped = False

    def erase(self, start: int, end: int, style: Style) -> None:
        """Blank the columns `start` to before `end` in `style`; halves of wide characters at the edges go too."""
        if end <= start:
            return
        if self.odd:
            self.mend(start, end)
        self.chars[start:end] = [" "] * (end - start)
        self.styles[start:end] = [style] * (end - start)
        if style is not DEFAULT:
            self.styled = True

    def mend(self, start: int, end: int) -> None:
        """Blank the halves of wide characters that overwriting `start` to before `end` would leave behind."""
        chars = self.chars
        if start < len(chars) and not chars[start]:
            chars[start - 1] = chars[start] = " "
        if end < len(chars) and not chars[end]:
            chars[end - 1] = chars[end] = " "

    def insert(self, x: int, count: int, style: Style) -> None:
        """Push what is at `x` and right of it `count` columns to the right; what leaves the row is lost."""
        columns = len(self.chars)
        count = min(count, columns - x)
        if self.odd:
            self.mend(x, x)
            self.mend(columns - count, columns)
        self.chars[x:] = [" "] * count + self.chars[x : columns - count]
        self.styles[x:] = [style] * count + self.styles[x : columns - count]
        if style is not DEFAULT:
            self.styled = True

    def delete(self, x: int, count: int, style: Style) -> None:
        """Remove `count` columns at `x`; what is right of them moves left, blanks in `style` follow."""
        columns = len(self.chars)
        count = min(count, columns - x)
        if self.odd:
            self.mend(x, x + count)
        self.chars[x:] = self.chars[x + count :] + [" "] * count
        self.styles[x:] = self.styles[x + count :] + [style] * count
        if style is not DEFAULT:
            self.styled = True

    def resize(self, columns: int) -> None:
        """Cut the row at `columns`, or lengthen it with blanks."""
        missing = columns - len(self.chars)
        if missing >= 0:
            self.chars += [" "] * missing
            self.styles += [DEFAULT] * missing
        else:
            if self.odd:
                self.mend(columns, columns)
            del self.chars[columns:]
            del self.styles[columns:]

    @property
    def text(self) -> str:
        return "".join(self.chars)


def runs(row: Row) -> list[Run]:
    """The row as stretches of text in one style, from left to right, blanks at the end included."""
    if not row.styled:
        return [("".join(row.chars), DEFAULT)]
    found = []
    start = 0
    for style, group in groupby(row.styles):
        end = start + sum(1 for _ in group)
        found.append(("".join(row.chars[start:end]), style))
        start = end
    return found


class Line:
    """A row that left the screen, packed: its text, and where its styles end. `wrapped` as in `Row`."""

    __slots__ = ("ends", "styles", "text", "wrapped")

    def __init__(self, text: str, ends: Iterable[int], styles: Iterable[Style], wrapped: bool) -> None:
        self.text = text
        self.ends = array("I", ends)  # places in the text, not columns
        self.styles = tuple(styles)
        self.wrapped = wrapped

    @property
    def runs(self) -> list[Run]:
        starts = [0, *self.ends]
        return [(self.text[starts[i] : end], style) for i, (end, style) in enumerate(zip(self.ends, self.styles, strict=True))]

    @property
    def cost(self) -> int:
        """About how many bytes the line takes."""
        return 120 + getsizeof(self.text) + 12 * len(self.ends)


#: A packed line: most are plain text, and then nothing but that.
Packed = str | Line


def packed(row: Row) -> Packed:
    """The row as it is kept: default blanks at its end are dropped."""
    text = "".join(row.chars)
    if not row.styled:
        text = text.rstrip(" ")
        return Line(text, [len(text)], [DEFAULT], True) if row.wrapped else text
    found = runs(row)
    while found and found[-1][1] == DEFAULT and not (text := found[-1][0].rstrip(" ")):
        found.pop()
    if found and found[-1][1] == DEFAULT:
        found[-1] = (found[-1][0].rstrip(" "), DEFAULT)
    ends = []
    end = 0
    for text, _ in found:
        end += len(text)
        ends.append(end)
    return Line("".join(text for text, _ in found), ends, [style for _, style in found], row.wrapped)


def packed_runs(line: Packed) -> list[Run]:
    """A packed line as stretches of text in one style."""
    if isinstance(line, str):
        return [(line, DEFAULT)] if line else []
    return line.runs
