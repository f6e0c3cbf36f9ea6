"""The screen of a terminal after xterm: drawing, cursor, tabs, modes, character sets, saved cursors.

Method names are pyte's where pyte has one, since its stream tables use them.
"""

import re
from collections.abc import Generator, Iterator
from typing import NamedTuple

from pyte import charsets
from pyte import modes as mo

from tui.terminal import modes
from tui.terminal.grid import MAX_CELL
from tui.terminal.motion import Motion
from tui.terminal.scrollback import Scrollback
from tui.terminal.sgr import Pen
from tui.terminal.widths import DROP, width_of

MAX_TITLE = 1024  # in characters
MAX_TITLES = 10  # pushed by CSI 22 t
REPEATED = 64  # cells that REP writes in one step

#: Stretches of one column a character, of two columns a character, or single characters to be looked up.
_PIECES = re.compile(
    "([ -~\xa0-\xac\xae-\u02ff\u0370-\u0482\u048a-\u0590"
    "\u2010-\u2027\u2030-\u205e\u2070-\u20cf\u2100-\u2319\u2400-\u25fc\ufffd]+)"
    "|([\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]+)|.",
    re.S,
)

Table = dict[int, str]

#: DEC Special Graphics, pyte's table; xterm leaves what is below the grave accent alone, and h is the newline sign.
_LINES: Table = {code: charsets.VT100_MAP[code] for code in range(0x60, 0x7F)} | {0x68: "\u2424"}
_CHARSETS: dict[str, Table | None] = {"0": _LINES, "A": {0x23: "£"}}


class Saved(NamedTuple):
    """The state saved by DECSC."""

    x: int
    y: int
    pen: Pen
    tables: tuple[Table | None, ...]
    shift: int
    origin: bool


class Screen(Motion):
    """The screen that a `Stream` writes to. `quick`: plain ASCII text needs neither translation nor insertion."""

    def __init__(self, columns: int, lines: int, scrollback: Scrollback) -> None:
        super().__init__(columns, lines, scrollback)
        self.clipboard: str | None = None
        self.reset()

    def reset(self) -> None:
        """RIS: reset everything, the scrollback too."""
        self.alternate = False
        self._other_rows = []
        self.pen = self.pens.default
        self.screen_rows[:] = self._blank_rows()
        self.scrollback.clear()
        self.title = ""
        self._titles: list[str] = []
        self.last = ""
        self.cursor.x = self.cursor.y = 0
        self.clear_tab_stop(3)
        for column in range(8, self.columns, 8):
            self._tabs[column] = 1
        self.soft_reset()
        self.mode = set(modes.INITIAL)
        self._update()
        self.all_dirty = True

    def soft_reset(self) -> None:
        """DECSTR: reset modes, margins, character sets and colours; screen and cursor position stay."""
        self.mode = (getattr(self, "mode", set()) - {mo.IRM, mo.DECOM, modes.DECCKM, modes.KEYPAD}) | {mo.DECAWM, mo.DECTCEM}
        self.margins = None
        self.pen = self.pens.default
        self._tables: list[Table | None] = [None] * 4
        self._shift = 0
        self._saved: dict[bool, Saved] = {}
        self.cursor_shape = 0
        self._update()

    def _update(self) -> None:
        self._table = self._tables[self._shift]
        self.quick = self._table is None and mo.IRM not in self.mode
        self.cursor.hidden = mo.DECTCEM not in self.mode

    # drawing

    def draw(self, data: str) -> None:
        """Write text at the cursor, with wrapping, insertion and translation by the modes."""
        if not data:
            return
        before, self.last = self.last, data
        if self._table is not None:
            data = data.translate(self._table)
        if data.isascii():
            self._write(data)
            return
        if width_of(data[0]) <= 0:
            self.last = last_cell(before) + self.last  # combines with the character written before, even across chunks
        for match in _PIECES.finditer(data):
            piece, kind = match.group(), match.lastindex
            width = kind if kind is not None else width_of(piece)
            if width == 1:
                self._write(piece)
            elif width == 2:
                self._write_wide(piece)
            elif width != DROP:
                self._join(piece)

    def _write(self, text: str) -> None:
        """Write characters of one column each."""
        cursor, columns = self.cursor, self.columns
        start, length = 0, len(text)
        while start < length:
            x = cursor.x
            if x >= columns:
                if mo.DECAWM in self.mode:
                    self._wrap()
                    x = 0
                else:
                    start, x = length - 1, columns - 1
            piece = text[start : start + columns - x]
            start += len(piece)
            row = self.screen_rows[cursor.y]
            if mo.IRM in self.mode:
                row.insert(x, len(piece), self.pen.blank)
            row.write(x, piece, self.pen.style)
            cursor.x = x + len(piece)
            self.dirty.add(cursor.y)

    def _write_wide(self, text: str) -> None:
        """Write characters of two columns each; they are never split at the edge."""
        cursor, columns = self.cursor, self.columns
        start, length = 0, len(text)
        while start < length:
            if cursor.x + 2 > columns:
                if mo.DECAWM not in self.mode or columns < 2:
                    return
                if cursor.x < columns:
                    self.screen_rows[cursor.y].write(cursor.x, " ", self.pen.style)
                    self.dirty.add(cursor.y)
                self._wrap()
            x, row = cursor.x, self.screen_rows[cursor.y]
            piece = text[start : start + (columns - x) // 2]
            start += len(piece)
            if mo.IRM in self.mode:
                row.insert(x, 2 * len(piece), self.pen.blank)
            row.write_wide(x, piece, self.pen.style)
            cursor.x = x + 2 * len(piece)
            self.dirty.add(cursor.y)

    def _join(self, char: str) -> None:
        """Add a zero-width character to the cell left of the cursor."""
        x = min(self.cursor.x, self.columns) - 1
        if x >= 0:
            self.screen_rows[self.cursor.y].join(x, char, MAX_CELL)
            self.dirty.add(self.cursor.y)

    def _wrap(self) -> None:
        self.index()
        self.cursor.x = 0
        self.screen_rows[self.cursor.y].wrapped = True

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
        while left >= row and cursor.x == columns == self.columns and mo.DECAWM in self.mode and mo.IRM not in self.mode:
            self._wrap()
            self.screen_rows[cursor.y].fill_from(full)
            cursor.x = columns
            self.dirty.add(cursor.y)
            left -= row
            yield
        return left

    # the saved cursor

    def save_cursor(self) -> None:
        """DECSC: save the cursor, separately for each of the two screens."""
        cursor = self.cursor
        origin = mo.DECOM in self.mode
        self._saved[self.alternate] = Saved(cursor.x, cursor.y, self.pen, tuple(self._tables), self._shift, origin)

    def restore_cursor(self) -> None:
        """DECRC: restore the saved cursor, or the home position and default attributes."""
        saved = self._saved.get(self.alternate) or Saved(0, 0, self.pens.default, (None,) * 4, 0, False)
        self.cursor.x, self.cursor.y = min(saved.x, self.columns), min(saved.y, self.lines - 1)
        self.pen, self._tables, self._shift = saved.pen, list(saved.tables), saved.shift
        (self.mode.add if saved.origin else self.mode.discard)(mo.DECOM)
        self._update()

    # modes

    def set_mode(self, *codes: int, private: bool = False, **_: object) -> None:
        for code in codes:
            self._switch(code << modes.PRIVATE_SHIFT if private else code, True)

    def reset_mode(self, *codes: int, private: bool = False, **_: object) -> None:
        for code in codes:
            self._switch(code << modes.PRIVATE_SHIFT if private else code, False)

    def _switch(self, code: int, on: bool) -> None:
        if code in modes.ALTERNATES or code == modes.SAVED_CURSOR_1048:
            self._switch_screen(code, on)
            return
        if code not in modes.SETTABLE:
            return
        if code in modes.MOUSE_MODES:
            self.mode.difference_update(modes.MOUSE_MODES)
        if code in modes.MOUSE_FORMATS:
            self.mode.difference_update(modes.MOUSE_FORMATS)
        (self.mode.add if on else self.mode.discard)(code)
        if code == mo.DECOM:
            self.cursor_position()
        elif code == mo.DECSCNM:
            self.all_dirty = True
        self._update()

    def _switch_screen(self, code: int, on: bool) -> None:
        if on and code in (modes.SAVED_CURSOR_1048, modes.ALTERNATE_1049):
            self.save_cursor()
        if code == modes.ALTERNATE_1047 and not on and self.alternate:
            self.clear_alternate()
        if code != modes.SAVED_CURSOR_1048:
            self.show_alternate(on, clear=on and code == modes.ALTERNATE_1049)
        if not on and code in (modes.SAVED_CURSOR_1048, modes.ALTERNATE_1049):
            self.restore_cursor()

    def set_keypad(self, on: bool) -> None:
        """DECKPAM and DECKPNM: set the keypad mode."""
        self._switch(modes.KEYPAD, on)

    def set_cursor_shape(self, shape: int = 0) -> None:
        """DECSCUSR: set the cursor shape."""
        if 0 <= shape <= 6:
            self.cursor_shape = shape

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

    def shift_in(self) -> None:
        self.shift(0)

    def shift_out(self) -> None:
        self.shift(1)

    # titles

    def set_title(self, param: str) -> None:
        self.title = printable(param)[:MAX_TITLE]

    def push_title(self) -> None:
        self._titles = [*self._titles[-MAX_TITLES + 1 :], self.title]

    def pop_title(self) -> None:
        if self._titles:
            self.title = self._titles.pop()

    def bell(self, *_: object) -> None:
        """Do nothing: the bell is not supported."""

    # resizing

    def resize(self, lines: int | None = None, columns: int | None = None) -> None:
        """Set a new size; margins are reset, the cursor stays inside."""
        lines, columns = max(1, lines or self.lines), max(1, columns or self.columns)
        if (lines, columns) == (self.lines, self.columns):
            return
        self._resize_rows(columns, lines)
        known = len(self._tabs)
        self._tabs += bytearray(int(column % 8 == 0) for column in range(known, columns))
        self.lines, self.columns = lines, columns
        self.margins = None
        self.cursor.x = min(self.cursor.x, columns - 1)
        self.cursor.y = min(max(0, self.cursor.y), lines - 1)

    def _primary_cursor_y(self) -> int:
        return self._saved[False].y if False in self._saved else 0

    def _shifted(self, shown: bool, rows: int) -> None:
        if shown:
            self.cursor.y += rows
        elif self.alternate and False in self._saved:
            saved = self._saved[False]
            self._saved[False] = saved._replace(y=max(0, saved.y + rows))


def last_cell(text: str) -> str:
    """Return the last character of the text that has a width, with its combining marks."""
    start = len(text) - 1
    while start > 0 and width_of(text[start]) <= 0:
        start -= 1
    return text[max(0, start) :][:MAX_CELL]


def printable(text: str) -> str:
    """Return the text without unprintable and bidirectional characters, limited in length, for a title."""
    return "".join(char for char in text[: 4 * MAX_TITLE] if char.isprintable() and width_of(char) != DROP)
