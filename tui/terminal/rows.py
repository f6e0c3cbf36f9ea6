"""A row of the screen: cells, or runs of one style."""

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from tui.terminal.sgr import Look, style_of
from tui.terminal.style import DEFAULT, Run, Style

MAX_CELL = 12  # maximum characters in one cell: a base and combining characters

FILLER = "\0"

#: How a row continues the row above: because it was full, or one column earlier, since a wide character did not fit.
WRAPPED, WRAPPED_EARLY = 1, 2

#: Marks of a shell (OSC 133): a prompt begins, a command's output begins, and ends. The column of the end follows.
PROMPT, OUTPUT, OUTPUT_END = 1, 2, 4
MARK_BITS = 3

Cells = tuple[list[str], list[Style]]


class Hidden(NamedTuple):
    """Cells right of the screen. `early`: they begin one column earlier, with a wide character; a blank is shown for it."""

    chars: list[str]
    styles: list[Style]
    early: int

    @property
    def blank(self) -> bool:
        """Return whether the cells hold only blanks."""
        return not "".join(self.chars).strip(" ")


class Row:
    """A row, in one of two forms.

    While it is only written from left to right, like most output, the row is a list of `pieces` that end at column `filled`;
    blanks in the style `rest` follow. In the pieces a FILLER stands for the second column of a wide character. Any other change
    converts the row to `cells`: two lists with a character and a style for each column, and `filled` is -1. A wide character
    takes two columns, the second holds an empty string.

    `odd` is set once a cell may hold other than one character, `styled` once a cell may have other than the default style: most
    rows have neither, and are faster. `wrapped` says that the row continues the row above, and how; `full` that a row below
    continued it, so that its blanks at the end are text. `hidden` are cells that a narrower screen cut off, until the row is
    changed. `marks` are those of a shell.
    """

    __slots__ = (
        "chars",
        "columns",
        "filled",
        "full",
        "hidden",
        "marks",
        "odd",
        "pieces",
        "rest",
        "styled",
        "styles",
        "wrapped",
    )

    chars: list[str]
    styles: list[Style]

    def __init__(self, columns: int, style: Style = DEFAULT) -> None:
        self.columns = columns
        self.pieces: list[tuple[str, Look]] = []
        self.filled = 0
        self.rest = DEFAULT
        self.odd = False
        self.styled = False
        self.wrapped = 0
        self.full = False
        self.marks = 0
        self.hidden: Hidden | None = None
        if style is not DEFAULT:
            self.clear(style)

    def clear(self, style: Style = DEFAULT) -> None:
        """Clear the row to blanks."""
        self.odd = self.full = False
        self.wrapped = self.marks = 0
        self.hidden = None
        self.styled = style is not DEFAULT
        self.pieces.clear()
        self.filled = 0
        self.rest = style

    def copy(self) -> "Row":
        """Return a copy of the row that continues no other row."""
        row = Row(self.columns)
        row.fill_from(self)
        return row

    def fill_from(self, other: "Row") -> None:
        """Copy the cells of a row of the same width."""
        self.odd, self.styled, self.filled, self.rest = other.odd, other.styled, other.filled, other.rest
        self.pieces = other.pieces[:]
        if other.filled < 0:
            self.chars, self.styles = other.chars[:], other.styles[:]

    def whole(self) -> "Row":
        """Return the row with its hidden cells, as wide as it was."""
        row = self.copy()
        row.wrapped, row.full, row.marks = self.wrapped, self.full, self.marks
        row.hidden = self.hidden
        if self.hidden:
            row.resize(self.columns - self.hidden.early + len(self.hidden.chars))
        return row

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
        if self.odd:
            self.chars = ["" if char == FILLER else char for char in self.chars]
        if self.styled:
            self.styles = []
            for text, look in self.pieces:
                self.styles += [style_of(look)] * len(text)
            self.styles += [self.rest] * missing
        else:
            self.styles = [DEFAULT] * self.columns
        self.filled = -1
        self.pieces.clear()

    def cells(self) -> tuple[list[str], list[Style]]:
        """Return the characters and the styles, column by column."""
        self.lay_out()
        return self.chars, self.styles

    def write(self, x: int, text: str, look: Look) -> None:
        """Write `text`, one column per character, at column `x`; the text must fit."""
        end = x + len(text)
        if look is not DEFAULT:
            self.styled = True
        filled = self.filled
        if filled >= 0:
            if filled <= x:
                if filled < x:
                    self.pieces.append((" " * (x - filled), self.rest))
                self.pieces.append((text, look))
                self.filled = end
                return
            self.lay_out()
        style = style_of(look)
        self.hidden = None
        if self.odd:
            self.mend(x, end, style)
        self.chars[x:end] = text
        self.styles[x:end] = [style] * (end - x)

    def write_wide(self, x: int, text: str, style: Style) -> None:
        """Write `text`, two columns per character, at column `x`; the text must fit."""
        self.lay_out()
        end = x + 2 * len(text)
        self.hidden = None
        self.mend(x, end, style)
        self.odd = True
        self.styled = self.styled or style is not DEFAULT
        cells = [""] * (end - x)
        cells[::2] = text
        self.chars[x:end] = cells
        self.styles[x:end] = [style] * (end - x)

    def append_wide(self, text: str, columns: int, look: Look) -> None:
        """Append `text` of `columns` columns, with fillers; the row must consist of pieces, and the text must fit."""
        self.pieces.append((text, look))
        self.filled += columns
        self.odd = True
        if look is not DEFAULT:
            self.styled = True

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
        if start >= self.filled >= 0 and (style is self.rest or end == self.columns):
            self._blank_rest(start, end, style)
            return
        if start == 0 and end == self.columns:
            wrapped, marks = self.wrapped, self.marks
            self.clear(style)
            self.wrapped, self.marks = wrapped, marks
            return
        self.lay_out()
        self.hidden = None
        if end == self.columns:
            self.full = False
        if self.odd:
            self.mend(start, end, style)
        self.chars[start:end] = [" "] * (end - start)
        self.styles[start:end] = [style] * (end - start)
        if style is not DEFAULT:
            self.styled = True

    def _blank_rest(self, start: int, end: int, style: Style) -> None:
        """Clear columns after the pieces, all of them unless the style is that of the rest."""
        if style is not self.rest:
            if start > self.filled:
                self.pieces.append((" " * (start - self.filled), self.rest))
                self.filled = start
            self.rest = style
            self.styled = True
        if end == self.columns:
            self.full = False

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
        self.hidden = None
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
        self.hidden = None
        self.full = False
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
        self.hidden = None
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

    def part(self, start: int, end: int) -> Cells:
        """Return the columns `start` to before `end`; halves of wide characters at the edges are blanks."""
        chars, styles = self.cells()
        chars, styles = chars[start:end], styles[start:end]
        if chars and not chars[0]:
            chars[0] = " "
        if chars and end < self.columns and not self.chars[end]:
            chars[-1] = " "
        return chars, styles

    def paste(self, x: int, part: Cells, style: Style) -> None:
        """Write the cells of another row's `part` at column `x`; the part must fit. Cut characters are blanks in `style`."""
        self.lay_out()
        self.hidden = None
        chars, styles = part
        end = x + len(chars)
        if self.odd:
            self.mend(x, end, style)
        self.chars[x:end] = chars
        self.styles[x:end] = styles
        self.odd = self.styled = True

    @property
    def blank(self) -> bool:
        """Return whether the row has no text and no background."""
        return not self.styled and not self.text.strip(" ")

    def fits(self, columns: int) -> bool:
        """Return whether a screen of `columns` would cut off nothing but blanks."""
        if 0 <= self.filled <= columns:
            return True
        self.lay_out()
        return (self.hidden is None or self.hidden.blank) and not "".join(self.chars[columns:]).strip(" ")

    def resize(self, columns: int, keep: bool = False) -> None:
        """Cut the row to `columns`, or extend it with hidden cells and blanks. `keep`: hide what is cut off."""
        if columns == self.columns:
            return
        self.lay_out()
        if self.hidden:
            kept = self.columns - self.hidden.early
            self.chars[kept:], self.styles[kept:] = self.hidden.chars, self.hidden.styles
            self.hidden = None
        missing = columns - len(self.chars)
        if missing < 0:
            early = int(keep and not self.chars[columns])
            if keep:
                cut = columns - early
                self.hidden = Hidden(self.chars[cut:], self.styles[cut:], early)
            if self.odd:
                self.mend(columns, columns, DEFAULT)
            del self.chars[columns:]
            del self.styles[columns:]
        else:
            self.chars += [" "] * missing
            self.styles += [DEFAULT] * missing
        self.columns = columns

    @property
    def text(self) -> str:
        """The whole row, blanks included."""
        if self.filled < 0:
            return "".join(self.chars)
        text = "".join([text for text, _ in self.pieces]).ljust(self.columns)
        return text.replace(FILLER, "") if self.odd else text

    @property
    def runs(self) -> list[Run]:
        """The row as runs of one style, from left to right, blanks at the end included."""
        if not self.styled:
            return [(self.text, DEFAULT)]
        if self.filled >= 0:
            runs = list(_joined([*self.pieces, (" " * (self.columns - self.filled), self.rest)]))
            return [(text.replace(FILLER, ""), style) for text, style in runs] if self.odd else runs
        found = []
        start = 0
        for style, group in groupby(self.styles):
            end = start + len(list(group))
            found.append(("".join(self.chars[start:end]), style))
            start = end
        return found


def with_mark(marks: int, mark: int, column: int) -> int:
    """Return the marks of a row with one more; only the first end has a column."""
    if mark != OUTPUT_END:
        return marks | mark
    return marks if marks & OUTPUT_END else marks | OUTPUT_END | column << MARK_BITS


def _joined(pieces: Iterable[tuple[str, Look]]) -> Iterable[Run]:
    """Yield the pieces with neighbours of one style joined."""
    text, style = "", DEFAULT
    for piece, look in pieces:
        after = style_of(look)
        if after == style:
            text += piece
            continue
        if text:
            yield text, style
        text, style = piece, after
    if text:
        yield text, style
