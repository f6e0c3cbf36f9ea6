"""The cells of a terminal: rows, margins, scrolling, erasing, the alternate screen and resizing.

`Grid` replaces pyte's buffer, a dictionary of dictionaries with an object per cell: here each row is two lists (`Row`). Erased
and inserted cells get the current background colour, as in xterm (BCE).
"""

from collections.abc import Callable

import pyte
from pyte.screens import Margins

from tui.terminal.packed import packed
from tui.terminal.reflow import rewrap_screen, unpacked
from tui.terminal.rows import Row
from tui.terminal.scrollback import Scrollback
from tui.terminal.sgr import Pens
from tui.terminal.style import DEFAULT


class Grid(pyte.Screen):
    """Two screens of rows, of which one is shown; only lines of the primary screen go to the scrollback.

    `screen_rows` and `dirty` are never replaced by other objects, since the stream holds references to them.
    """

    def __init__(self, columns: int, lines: int, scrollback: Scrollback) -> None:
        # pyte's own constructor would create its buffer; all attributes are set here or by reset()
        self.columns = columns
        self.lines = lines
        self.scrollback = scrollback
        self.pens = Pens()
        self.pen = self.pens.default
        self.cursor = pyte.screens.Cursor(0, 0)
        self.margins: Margins | None = None
        #: The left and the right margin (DECSLRM), while they are enabled (DECLRMM).
        self.sides: tuple[int, int] | None = None
        #: The column of the cursor while a wrap is pending, which `cursor.x == columns` says.
        self.edge = columns - 1
        #: The kind of protected characters in use: "iso" is respected by all erasing, "dec" by selective erasing only.
        self.protection = ""
        self.dirty: set[int] = set()
        self.all_dirty = True
        self.alternate = False
        self.screen_rows = [Row(columns) for _ in range(lines)]
        self._other_rows: list[Row] = []

    # reading

    @property
    def display(self) -> list[str]:
        """The rows as text, each as wide as the screen."""
        return [row.text for row in self.screen_rows]

    def mend(self) -> None:
        """Repair the screen so that it can be drawn, after an error within an operation."""
        for rows in (self.screen_rows, self._other_rows):
            if rows:
                rows[:] = [
                    row if row.sound and row.columns == self.columns else Row(self.columns) for row in rows[: self.lines]
                ]
                rows.extend(Row(self.columns) for _ in range(self.lines - len(rows)))
        self.cursor.x = min(max(0, self.cursor.x), self.columns - 1)
        self.cursor.y = min(max(0, self.cursor.y), self.lines - 1)
        self.all_dirty = True

    def take_dirty(self) -> set[int]:
        """Return the rows changed since the last call."""
        taken = set(range(self.lines)) if self.all_dirty else {y for y in self.dirty if y < self.lines}
        self.all_dirty = False
        self.dirty.clear()
        return taken

    # scrolling

    def _region(self) -> tuple[int, int]:
        return self.margins or (0, self.lines - 1)

    def _limit(self, x: int) -> int:
        """Return the column after the last one that text at column `x` reaches: that of the right margin, or the edge."""
        return self.sides[1] + 1 if self.sides and x <= self.sides[1] else self.columns

    @property
    def _left(self) -> int:
        return self.sides[0] if self.sides else 0

    def _between_sides(self) -> bool:
        return self.sides is None or self.sides[0] <= self.column <= self.sides[1]

    @property
    def column(self) -> int:
        """The column where the cursor is drawn, from 0; also while a wrap is pending."""
        return self.cursor.x if self.cursor.x < self.columns else self.edge

    def scroll_up(self, count: int = 1, keep: bool = True) -> None:
        """Scroll the scrolling region up by `count` lines; lines from the top of the primary screen go to the scrollback."""
        top, bottom = self._region()
        self._remove_rows(top, bottom, count, keep=keep and top == 0 and not self.alternate)

    def scroll_down(self, count: int = 1) -> None:
        """Scroll the scrolling region down by `count` lines."""
        top, bottom = self._region()
        self._insert_rows(top, bottom, count)

    def _remove_rows(self, top: int, bottom: int, count: int, keep: bool = False) -> None:
        count = min(max(1, count), bottom - top + 1)
        if self.sides:
            self._shift_cells(top, bottom, count)
            return
        rows = self.screen_rows
        if keep:
            for row in rows[top : top + count]:
                self.scrollback.append(packed(row))
        rows[top : bottom + 1] = rows[top + count : bottom + 1] + [Row(self.columns, self.pen.blank) for _ in range(count)]
        self._touch(top, bottom)

    def _insert_rows(self, top: int, bottom: int, count: int) -> None:
        count = min(max(1, count), bottom - top + 1)
        if self.sides:
            self._shift_cells(top, bottom, -count)
            return
        rows = self.screen_rows
        fresh = [Row(self.columns, self.pen.blank) for _ in range(count)]
        rows[top : bottom + 1] = fresh + rows[top : bottom + 1 - count]
        self._touch(top, bottom)

    def _shift_cells(self, top: int, bottom: int, count: int) -> None:
        """Shift the cells between the left and the right margin up by `count` lines, or down if negative."""
        assert self.sides
        left, right = self.sides
        rows, blank = self.screen_rows, self.pen.blank
        for y in range(top, bottom + 1) if count > 0 else range(bottom, top - 1, -1):
            if top <= y + count <= bottom:
                rows[y].paste(left, rows[y + count].part(left, right + 1), blank)
            else:
                rows[y].erase(left, right + 1, blank)
        self._touch(top, bottom)

    def _touch(self, top: int, bottom: int) -> None:
        if top == 0 and bottom == self.lines - 1:
            self.all_dirty = True
        else:
            self.dirty.update(range(top, bottom + 1))

    def newline(self) -> None:
        """Process CR and LF together, the end of most lines."""
        cursor = self.cursor
        if self.sides:
            self.carriage_return()
            self.index()
            return
        cursor.x = 0
        if cursor.y != self.lines - 1 or self.margins:
            self.index()
        else:
            self._push_row()

    def _push_row(self) -> None:
        """Scroll the whole screen by one line."""
        row = self.screen_rows.pop(0)
        if not self.alternate:
            self.scrollback.append(packed(row))
        row.clear(self.pen.blank)
        self.screen_rows.append(row)
        self.all_dirty = True

    @property
    def pours(self) -> bool:
        """Return whether whole lines of text would only be written to the last row and scroll."""
        cursor, row = self.cursor, self.screen_rows[-1]
        plain = self.pen is self.pens.default and not self.margins and not self.alternate
        at_the_end = cursor.x == 0 and cursor.y == self.lines - 1
        return plain and at_the_end and row.filled == 0 and not row.styled and not row.wrapped and not row.marks

    def pour(self, texts: list[str]) -> None:
        """Write lines, at least as many as the screen has, if `pours`: most are written directly to the scrollback."""
        for row in self.screen_rows[:-1]:
            self.scrollback.append(packed(row))
        gone = len(texts) - (self.lines - 1)
        self.scrollback.extend([text.rstrip(" ") for text in texts[:gone]])
        for row, text in zip(self.screen_rows, texts[gone:], strict=False):
            row.clear()
            row.write(0, text, DEFAULT)
        self.all_dirty = True

    def index(self) -> None:
        """Move the cursor down; at the bottom of the region, scroll (IND)."""
        cursor = self.cursor
        if cursor.x >= self.columns:
            cursor.x = self.edge
        bottom = self.margins.bottom if self.margins else self.lines - 1
        if cursor.y != bottom:
            cursor.y = min(cursor.y + 1, self.lines - 1)
            self.screen_rows[cursor.y].wrapped = 0
        elif not self._between_sides():
            return
        elif self.margins or self.sides:
            self.scroll_up()
        else:
            self._push_row()

    def reverse_index(self) -> None:
        """Move the cursor up; at the top of the region, scroll (RI)."""
        self._clamp()
        top = self.margins.top if self.margins else 0
        if self.cursor.y == top:
            if self._between_sides():
                self.scroll_down()
        elif self.cursor.y:
            self.cursor.y -= 1

    def _clamp(self) -> None:
        """End a pending wrap: put the cursor back on the last column."""
        if self.cursor.x >= self.columns:
            self.cursor.x = self.edge

    # erasing and editing

    def erase_in_display(self, how: int = 0, *_: object, **__: object) -> None:
        """Erase below (0), above (1), the whole screen (2), or the scrollback (3) (ED)."""
        if how == 3:
            self.scrollback.clear()
        elif how in (0, 1, 2):
            self._erase_screen(how, self.protection == "iso")

    def selective_erase_in_display(self, how: int = 0) -> None:
        """DECSED: like ED, but protected characters stay."""
        if how in (0, 1, 2):
            self._erase_screen(how, bool(self.protection))

    def _erase_screen(self, how: int, keep_protected: bool) -> None:
        y = self.cursor.y
        if how < 2:
            self._erase_line(how, keep_protected)
        gone = {0: range(y + 1, self.lines), 1: range(y), 2: range(self.lines)}[how]
        for at in gone:
            if keep_protected:
                self.screen_rows[at].erase_unprotected(0, self.columns, self.pen.blank)
            else:
                self.screen_rows[at] = Row(self.columns, self.pen.blank)
        self.dirty.update(gone)

    def erase_in_line(self, how: int = 0, *_: object, **__: object) -> None:
        """Erase right of the cursor (0), left of it (1), or the whole line (2) (EL)."""
        self._erase_line(how, self.protection == "iso")

    def selective_erase_in_line(self, how: int = 0) -> None:
        """DECSEL: like EL, but protected characters stay."""
        self._erase_line(how, bool(self.protection))

    def _erase_line(self, how: int, keep_protected: bool) -> None:
        x, row = self.cursor.x, self.screen_rows[self.cursor.y]
        if how not in (0, 1, 2):
            return
        start = 0 if how else self.column + (x >= self.columns)
        end = self.column + 1 if how == 1 else self.columns
        if keep_protected:
            row.erase_unprotected(start, end, self.pen.blank)
        else:
            row.erase(start, end, self.pen.blank)
        if start == 0:
            row.wrapped = 0
        self.dirty.add(self.cursor.y)

    def erase_characters(self, count: int | None = None) -> None:
        """ECH: erase `count` cells from the cursor on."""
        self._clamp()
        x, row = self.cursor.x, self.screen_rows[self.cursor.y]
        erase = row.erase_unprotected if self.protection == "iso" else row.erase
        erase(x, min(x + max(1, count or 1), self.columns), self.pen.blank)
        self.dirty.add(self.cursor.y)

    def insert_characters(self, count: int | None = None) -> None:
        """ICH: shift the rest of the line, up to the right margin, to the right."""
        self._clamp()
        if self._between_sides():
            x = self.cursor.x
            self.screen_rows[self.cursor.y].insert(x, max(1, count or 1), self.pen.blank, self._limit(x))
            self.dirty.add(self.cursor.y)

    def delete_characters(self, count: int | None = None) -> None:
        """DCH: shift the rest of the line, up to the right margin, to the left."""
        self._clamp()
        if self._between_sides():
            x = self.cursor.x
            self.screen_rows[self.cursor.y].delete(x, max(1, count or 1), self.pen.blank, self._limit(x))
            self.dirty.add(self.cursor.y)

    def insert_lines(self, count: int | None = None) -> None:
        """IL: shift the lines from the cursor on down, within the margins only."""
        self._clamp()
        top, bottom = self._region()
        if top <= self.cursor.y <= bottom and self._between_sides():
            self._insert_rows(self.cursor.y, bottom, count or 1)
            self.cursor.x = self._left

    def delete_lines(self, count: int | None = None) -> None:
        """DL: shift the lines below the cursor up, within the margins only."""
        self._clamp()
        top, bottom = self._region()
        if top <= self.cursor.y <= bottom and self._between_sides():
            self._remove_rows(self.cursor.y, bottom, count or 1)
            self.cursor.x = self._left

    # the alternate screen

    def show_alternate(self, shown: bool) -> None:
        """Show the alternate screen, or the primary one again."""
        if shown == self.alternate:
            return
        self._other_rows, self.screen_rows[:] = self.screen_rows[:], self._other_rows or self._blank_rows()
        self.alternate = shown
        self.all_dirty = True

    def clear_alternate(self) -> None:
        """Erase the alternate screen."""
        if self.alternate:
            self.screen_rows[:] = self._blank_rows()
            self.all_dirty = True
        else:
            self._other_rows = []

    def _blank_rows(self) -> list[Row]:
        return [Row(self.columns, self.pen.blank) for _ in range(self.lines)]

    # resizing

    def _resize_rows(self, columns: int, lines: int) -> None:
        """Resize both screens: lines of the primary screen are wrapped again, rows of the alternate screen are cut or extended.

        Fewer rows cut below the cursor first, then push lines into the scrollback; more rows take lines back from the
        scrollback when the cursor is on the last row.
        """
        primary, other = self.screen_rows, self._other_rows
        cursor_y = self.cursor.y
        if self.alternate:
            primary, other = other, primary
            cursor_y = self._primary_cursor_y()
        if primary:
            self._resize_primary(primary, columns, lines, min(max(0, cursor_y), len(primary) - 1))
        if other:
            self._resize_other(other, columns, lines)
        self.all_dirty = True

    def _resize_other(self, rows: list[Row], columns: int, lines: int) -> None:
        """Resize the alternate screen, which the program draws again."""
        shown = rows is self.screen_rows
        gone = max(0, (self.cursor.y if shown else len(rows) - 1) - (lines - 1)) if lines < len(rows) else 0
        rows[:] = rows[gone : gone + lines]
        rows.extend(Row(columns) for _ in range(lines - len(rows)))
        for row in rows:
            row.resize(columns)
        self._moved(True, lambda y: y - gone)

    def _resize_primary(self, rows: list[Row], columns: int, lines: int, cursor_y: int) -> None:
        """Resize the primary screen, and keep the line of the cursor visible."""
        at_end = cursor_y >= len(rows) - 1
        gone = max(0, cursor_y - (lines - 1)) if lines < len(rows) else 0
        self._push(rows[:gone])
        rows[:] = rows[gone : gone + lines] if lines < len(rows) else rows
        cursor_y -= gone
        places = list(range(len(rows)))
        if columns != self.columns:
            self.scrollback.columns = columns
            cursor_first = cursor_y - next((n for n in range(cursor_y + 1) if not rows[cursor_y - n].wrapped), cursor_y)
            above = self.scrollback.pop_continued() if rows[0].wrapped and cursor_first > 0 else []
            rows[:], places = rewrap_screen(rows, above, columns, cursor_y)
        while len(rows) > lines and len(rows) - 1 > places[cursor_y] and rows[-1].blank:
            rows.pop()
        pushed = max(0, len(rows) - lines)
        self._push(rows[:pushed])
        del rows[:pushed]
        if at_end and len(rows) < lines:
            taken = self.scrollback.take(lines - len(rows), columns)
            rows[:0] = [unpacked(line, columns) for line in taken]
            pushed -= len(taken)
        rows.extend(Row(columns) for _ in range(lines - len(rows)))
        self._moved(False, lambda y: (places[min(max(0, y - gone), len(places) - 1)] if y >= gone else y - gone) - pushed)

    def _push(self, rows: list[Row]) -> None:
        for row in rows:
            self.scrollback.append(packed(row))

    def _primary_cursor_y(self) -> int:
        return self.lines - 1

    def _moved(self, alternate: bool, place: Callable[[int], int]) -> None:
        """Follow a resize that moved the rows of a screen: `place` returns the new place of a row."""
