"""A row of the screen in its forms: cells, runs of one style, or packed for the scrollback."""

from array import array
from collections.abc import Iterable
from itertools import groupby
from sys import getsizeof

from tui.terminal.style import DEFAULT, Run, Style


class Row:
    """A row, in one of two forms.

    While it is only written from left to right, like most output, the row is a list of `pieces` that end at column `filled`;
    default blanks follow. Any other change converts it to `cells`: two lists with a character and a style for each column, and
    `filled` is -1. A wide character takes two columns, the second holds an empty string.

    `odd` is set once a cell may hold other than one character, `styled` once a cell may have other than the default style: most
    rows have neither, and are faster. `wrapped` says that the row continues the row above.
    """

    __slots__ = ("chars", "columns", "filled", "odd", "pieces", "styled", "styles", "wrapped")

    chars: list[str]
    styles: list[Style]

    def __init__(self, columns: int, style: Style = DEFAULT) -> None:
        self.columns = columns
        self.pieces: list[Run] = []
        self.filled = 0
        self.odd = False
        self.styled = False
        self.wrapped = False
        if style is not DEFAULT:
            self.clear(style)

    def clear(self, style: Style = DEFAULT) -> None:
        """Clear the row to blanks."""
        self.odd = self.wrapped = False
        self.styled = style is not DEFAULT
        self.pieces.clear()
        self.filled = 0
        if self.styled:
            self.pieces.append((" " * self.columns, style))
            self.filled = self.columns

    def copy(self) -> "Row":
        """Return a copy of the row that continues no other row."""
        row = Row(self.columns)
        row.fill_from(self)
        return row

    def fill_from(self, other: "Row") -> None:
        """Copy the cells of a row of the same width."""
        self.odd, self.styled, self.filled = other.odd, other.styled, other.filled
        self.pieces = other.pieces[:]
        if other.filled < 0:
            self.chars, self.styles = other.chars[:], other.styles[:]

    @property
    def sound(self) -> bool:
        """Return whether there is a character and a style for each column."""
        if self.filled >= 0:
            return sum(len(text) for text, _ in self.pieces) == self.filled <= self.columns
        return len(self.chars) == len(self.styles) == self.columns

    def lay_out(self) -> None:
        """Convert pieces to cells."""
        if self.filled < 0:
            return
        missing = self.columns - self.filled
        self.chars = [*"".join(text for text, _ in self.pieces), *(" " * missing)]
        if self.styled:
            self.styles = [style for text, style in self.pieces for _ in text]
            self.styles += [DEFAULT] * missing
        else:
            self.styles = [DEFAULT] * self.columns
        self.filled = -1
        self.pieces.clear()

    def cells(self) -> tuple[list[str], list[Style]]:
        """Return the characters and the styles, column by column."""
        self.lay_out()
        return self.chars, self.styles

    def write(self, x: int, text: str, style: Style) -> None:
        """Write `text`, one column per character, at column `x`; the text must fit."""
        end = x + len(text)
        if style is not DEFAULT:
            self.styled = True
        filled = self.filled
        if filled >= 0:
            if filled <= x:
                if filled < x:
                    self.pieces.append((" " * (x - filled), DEFAULT))
                self.pieces.append((text, style))
                self.filled = end
                return
            self.lay_out()
        if self.odd:
            self.mend(x, end, style)
        self.chars[x:end] = text
        self.styles[x:end] = [style] * (end - x)

    def write_wide(self, x: int, text: str, style: Style) -> None:
        """Write `text`, two columns per character, at column `x`; the text must fit."""
        self.lay_out()
        end = x + 2 * len(text)
        self.mend(x, end, style)
        self.odd = True
        self.styled = self.styled or style is not DEFAULT
        cells = [""] * (end - x)
        cells[::2] = text
        self.chars[x:end] = cells
        self.styles[x:end] = [style] * (end - x)

    def join(self, x: int, char: str, most: int) -> None:
        """Add a zero-width character to the cell at column `x`, up to `most` characters."""
        self.lay_out()
        if x > 0 and not self.chars[x]:
            x -= 1
        if len(self.chars[x]) < most:
            self.chars[x] += char
            self.odd = True

    def erase(self, start: int, end: int, style: Style) -> None:
        """Clear the columns `start` to before `end` to `style`; wide characters cut at the edges are cleared too."""
        if end <= start:
            return
        if style is DEFAULT and start >= self.filled >= 0:
            return
        if start == 0 and end == self.columns:
            wrapped = self.wrapped
            self.clear(style)
            self.wrapped = wrapped
            return
        self.lay_out()
        if self.odd:
            self.mend(start, end, style)
        self.chars[start:end] = [" "] * (end - start)
        self.styles[start:end] = [style] * (end - start)
        if style is not DEFAULT:
            self.styled = True

    def mend(self, start: int, end: int, style: Style) -> None:
        """Clear the remaining halves of wide characters that are cut by overwriting `start` to before `end` in `style`."""
        chars = self.chars
        if start < len(chars) and not chars[start]:
            chars[start - 1] = chars[start] = " "
            self.styles[start - 1] = style
        if end < len(chars) and not chars[end]:
            chars[end - 1] = chars[end] = " "
            self.styles[end] = style

    def insert(self, x: int, count: int, style: Style, end: int) -> None:
        """Shift the cells from `x` to before `end` by `count` columns to the right; cells shifted beyond `end` are lost."""
        self.lay_out()
        count = min(count, end - x)
        if self.odd:
            self.mend(x, x, style)
            self.mend(end - count, end, style)
        self.chars[x:end] = [" "] * count + self.chars[x : end - count]
        self.styles[x:end] = [style] * count + self.styles[x : end - count]
        if style is not DEFAULT:
            self.styled = True

    def delete(self, x: int, count: int, style: Style, end: int) -> None:
        """Remove `count` columns at `x`; the cells up to before `end` move left, followed by blanks in `style`."""
        self.lay_out()
        count = min(count, end - x)
        if self.odd:
            self.mend(x, x + count, style)
            self.mend(end, end, style)
        self.chars[x:end] = self.chars[x + count : end] + [" "] * count
        self.styles[x:end] = self.styles[x + count : end] + [style] * count
        if style is not DEFAULT:
            self.styled = True

    def erase_unprotected(self, start: int, end: int, style: Style) -> None:
        """Clear the columns `start` to before `end` to `style`, except protected cells."""
        self.lay_out()
        x = start
        while x < end:
            if self.styles[x].protected:
                x += 1
                continue
            stop = x + 1
            while stop < end and not self.styles[stop].protected:
                stop += 1
            if self.odd:
                self.mend(x, stop, style)
            self.chars[x:stop] = [" "] * (stop - x)
            self.styles[x:stop] = [style] * (stop - x)
            x = stop
        self.styled = self.styled or style is not DEFAULT

    def part(self, start: int, end: int) -> tuple[list[str], list[Style]]:
        """Return the columns `start` to before `end`; halves of wide characters at the edges are blanks."""
        chars, styles = self.cells()
        chars, styles = chars[start:end], styles[start:end]
        if chars and not chars[0]:
            chars[0] = " "
        if chars and end < self.columns and not self.chars[end]:
            chars[-1] = " "
        return chars, styles

    def paste(self, x: int, part: tuple[list[str], list[Style]], style: Style) -> None:
        """Write the cells of another row's `part` at column `x`; the part must fit. Cut characters are blanks in `style`."""
        self.lay_out()
        chars, styles = part
        end = x + len(chars)
        if self.odd:
            self.mend(x, end, style)
        self.chars[x:end] = chars
        self.styles[x:end] = styles
        self.odd = self.styled = True

    def resize(self, columns: int) -> None:
        """Cut the row to `columns`, or extend it with blanks."""
        if columns == self.columns:
            return
        self.lay_out()
        missing = columns - self.columns
        if missing > 0:
            self.chars += [" "] * missing
            self.styles += [DEFAULT] * missing
        else:
            if self.odd:
                self.mend(columns, columns, DEFAULT)
            del self.chars[columns:]
            del self.styles[columns:]
        self.columns = columns

    @property
    def text(self) -> str:
        """The whole row, blanks included."""
        if self.filled < 0:
            return "".join(self.chars)
        return "".join([text for text, _ in self.pieces]).ljust(self.columns)

    @property
    def runs(self) -> list[Run]:
        """The row as runs of one style, from left to right, blanks at the end included."""
        if not self.styled:
            return [(self.text, DEFAULT)]
        if self.filled >= 0:
            blanks = [(" " * (self.columns - self.filled), DEFAULT)] if self.filled < self.columns else []
            return list(_joined(self.pieces + blanks))
        found = []
        start = 0
        for style, group in groupby(self.styles):
            end = start + len(list(group))
            found.append(("".join(self.chars[start:end]), style))
            start = end
        return found


def _joined(pieces: list[Run]) -> Iterable[Run]:
    """Yield the pieces with neighbours of one style joined."""
    text, look = "", DEFAULT
    for piece, style in pieces:
        if style is look:
            text += piece
            continue
        if text:
            yield text, look
        text, look = piece, style
    if text:
        yield text, look


class Line:
    """A row that left the screen, packed: its text, and the ends of its styles. `wrapped` as in `Row`."""

    __slots__ = ("ends", "styles", "text", "wrapped")

    def __init__(self, text: str, ends: Iterable[int], styles: Iterable[Style], wrapped: bool) -> None:
        self.text = text
        self.ends = array("I", ends)  # indices in the text, not columns
        self.styles = tuple(styles)
        self.wrapped = wrapped

    @property
    def runs(self) -> list[Run]:
        starts = [0, *self.ends]
        return [(self.text[starts[i] : end], style) for i, (end, style) in enumerate(zip(self.ends, self.styles, strict=True))]

    @property
    def cost(self) -> int:
        """Return the approximate size of the line in bytes."""
        return 250 + getsizeof(self.text) + 60 * len(self.styles)


#: A packed line: most are plain text, and then nothing but that.
Packed = str | Line


def packed(row: Row) -> Packed:
    """Return the row in packed form; default blanks at its end are dropped."""
    if not row.styled:
        text = ("".join(row.chars) if row.filled < 0 else "".join([text for text, _ in row.pieces])).rstrip(" ")
        return Line(text, [len(text)], [DEFAULT], True) if row.wrapped else text
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
    if last is DEFAULT:
        start = ends[-2] if len(ends) > 1 else 0
        whole = whole[:start] + whole[start:].rstrip(" ")
        ends[-1] = len(whole)
        if len(whole) == start:
            ends.pop()
            styles.pop()
    return Line(whole, ends, styles, row.wrapped)


def packed_runs(line: Packed) -> list[Run]:
    """Return a packed line as runs of one style."""
    if isinstance(line, str):
        return [(line, DEFAULT)] if line else []
    return line.runs
