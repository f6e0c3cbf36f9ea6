"""Writing text to the screen: wrapping, insertion, character sets, repetition."""

from collections.abc import Generator, Iterator

from pyte import charsets
from pyte import modes as mo

from tui.terminal.areas import Areas
from tui.terminal.rows import FILLER, MAX_CELL, WRAPPED, WRAPPED_EARLY
from tui.terminal.scrollback import Scrollback
from tui.terminal.widths import DROP, PIECES, padded, width_of

REPEATED = 64  # cells that REP writes in one step

Table = dict[int, str]

#: DEC Special Graphics, pyte's table; as in xterm the underscore is a blank, and h is the newline sign.
_LINES: Table = {code: charsets.VT100_MAP[code] for code in range(0x60, 0x7F)} | {0x5F: " ", 0x68: "\u2424"}
_CHARSETS: dict[str, Table | None] = {"0": _LINES, "A": {0x23: "£"}}


class Writing(Areas):
    """A grid that text is written to.

    `quick`: plain ASCII text needs neither translation nor insertion, and ends at the edge of the screen.
    """

    def __init__(self, columns: int, lines: int, scrollback: Scrollback) -> None:
        super().__init__(columns, lines, scrollback)
        self.last = ""  # the text written last, which REP repeats
        self._reset_charsets()

    def _reset_charsets(self) -> None:
        self._tables: list[Table | None] = [None] * 4
        self._shift = 0
        self._single: int | None = None  # the set of the next character only (SS2, SS3)

    def _update(self) -> None:
        self._table = self._tables[self._shift]
        self.quick = self._table is None and self._single is None and self.sides is None and mo.IRM not in self.mode
        self.cursor.hidden = mo.DECTCEM not in self.mode

    # drawing

    def draw(self, data: str) -> None:
        """Write text at the cursor, with wrapping, insertion and translation by the modes."""
        if not data:
            return
        before, self.last = self.last, data
        if self._single is not None:
            first = data[0].translate(self._tables[self._single] or {})
            self._single = None
            self._update()
            data = first + data[1:].translate(self._table or {})
        elif self._table is not None:
            data = data.translate(self._table)
        if data.isascii():
            self._write(data)
            return
        if self.quick and self._appended(data):
            return
        if width_of(data[0]) <= 0:
            self.last = last_cell(before) + self.last  # combines with the character written before, even across chunks
        cursor = self.cursor
        inside = self.columns if self.sides is None and mo.IRM not in self.mode else 0
        for match in PIECES.finditer(data):
            piece, kind = match.group(), match.lastindex
            width = kind if kind is not None else width_of(piece)
            if width > 0 and cursor.x + width * len(piece) < inside:  # most text fits into the row
                row = self.screen_rows[cursor.y]
                (row.write if width == 1 else row.write_wide)(cursor.x, piece, self.pen.style)
                cursor.x += width * len(piece)
                self.dirty.add(cursor.y)
            elif width == 1:
                self._write(piece)
            elif width == 2:
                self._write_wide(piece)
            elif width != DROP:
                self._join(piece)

    def _appended(self, text: str) -> bool:
        """Append text with wide characters to the cursor's row, if it fits and the row ends there; return whether it did."""
        cursor, row = self.cursor, self.screen_rows[self.cursor.y]
        if row.filled != cursor.x or (cells := padded(text, FILLER)) is None or cursor.x + len(cells) >= self.columns:
            return False
        row.append_wide(cells, len(cells), self.pen.style)
        cursor.x = row.filled
        self.dirty.add(cursor.y)
        return True

    def _write(self, text: str) -> None:
        """Write characters of one column each."""
        cursor = self.cursor
        start, length = 0, len(text)
        while start < length:
            x = cursor.x
            if x >= self.columns:
                if mo.DECAWM in self.mode:
                    self._wrap()
                    x = cursor.x
                else:
                    start, x = length - 1, self.edge
            limit = self._limit(x)
            piece = text[start : start + limit - x]
            start += len(piece)
            row = self.screen_rows[cursor.y]
            if mo.IRM in self.mode and self._between_sides():
                row.insert(x, len(piece), self.pen.blank, limit)
            row.write(x, piece, self.pen.style)
            self._advance(x + len(piece), limit)

    def _advance(self, x: int, limit: int) -> None:
        """Move the cursor to `x` after writing; at `limit` the next character wraps."""
        if x < limit:
            self.cursor.x = x
        else:
            self.cursor.x, self.edge = self.columns, limit - 1
        self.dirty.add(self.cursor.y)

    def _write_wide(self, text: str) -> None:
        """Write characters of two columns each; they are never split at the edge."""
        cursor = self.cursor
        start, length = 0, len(text)
        while start < length:
            limit = self._limit(self.column)
            if cursor.x + 2 > limit:
                if mo.DECAWM not in self.mode or self.columns < 2:
                    return
                early = cursor.x < limit
                if early:
                    self.screen_rows[cursor.y].write(cursor.x, " ", self.pen.style)
                    self._advance(limit, limit)
                self._wrap(WRAPPED_EARLY if early else WRAPPED)
                limit = self._limit(cursor.x)
            x, row = cursor.x, self.screen_rows[cursor.y]
            piece = text[start : start + (limit - x) // 2]
            start += len(piece)
            if mo.IRM in self.mode and self._between_sides():
                row.insert(x, 2 * len(piece), self.pen.blank, limit)
            row.write_wide(x, piece, self.pen.style)
            self._advance(x + 2 * len(piece), limit)

    def _join(self, char: str) -> None:
        """Add a zero-width character to the cell left of the cursor."""
        x = self.cursor.x - 1 if self.cursor.x < self.columns else self.edge
        if x >= 0:
            self.screen_rows[self.cursor.y].join(x, char, MAX_CELL)
            self.dirty.add(self.cursor.y)

    def _wrap(self, how: int = WRAPPED) -> None:
        self.screen_rows[self.cursor.y].full = True
        self.index()
        self.cursor.x = self._left
        self.screen_rows[self.cursor.y].wrapped = how

    def repeat(self, count: int = 0) -> Iterator[None]:
        """REP: repeat the last character with its combining marks, up to a screenful. Yields between steps."""
        cell = last_cell(self.last)
        left = min(max(1, count), self.columns * self.lines) if cell else 0
        in_row = 0  # cells of this character in the cursor's row
        while left > 0:
            width = max(1, width_of(cell[0]))
            row = max(1, self.columns // width)
            room = (self.columns - self.cursor.x) // width
            if room <= 0:  # the next character wraps
                room, in_row = row, 0
            step = min(left, room, REPEATED)
            self.draw(cell * step)
            left -= step
            in_row += step
            yield
            if in_row >= row and self.columns % width == 0:
                left = yield from self._repeat_rows(left, row)

    def _repeat_rows(self, left: int, row: int) -> Generator[None, None, int]:
        """Repeat the cursor's full row while `left` cells fill a row of `row` cells. Return the rest."""
        cursor, columns = self.cursor, self.columns
        full = self.screen_rows[cursor.y].copy()
        while left >= row and cursor.x == columns == self.columns and self.quick and mo.DECAWM in self.mode:
            self._wrap()
            self.screen_rows[cursor.y].fill_from(full)
            cursor.x, self.edge = columns, columns - 1
            self.dirty.add(cursor.y)
            left -= row
            yield
        return left

    # character sets

    def define_charset(self, code: str, mode: str) -> None:
        """Designate the set `code` as G0 to G3 (`mode` is one of `()*+-./`)."""
        number = "()*+".index(mode) if mode in "()*+" else "-./".index(mode) + 1
        table = _CHARSETS.get(code)
        if self._tables[number] is table:
            return
        self._tables[number] = table
        self._update()

    def shift(self, number: int) -> None:
        """SI, SO, LS2, LS3: select G0 to G3 for writing."""
        self._shift = number
        self._update()

    def single_shift(self, number: int) -> None:
        """SS2, SS3: select G2 or G3 for the next character."""
        self._single = number
        self._update()

    def shift_in(self) -> None:
        self.shift(0)

    def shift_out(self) -> None:
        self.shift(1)


def last_cell(text: str) -> str:
    """Return the last character of the text that has a width, with its combining marks."""
    start = len(text) - 1
    while start > 0 and width_of(text[start]) <= 0:
        start -= 1
    return text[max(0, start) :][:MAX_CELL]
