"""Cursor movement: lines, columns, tabs, margins.

Method names are pyte's where pyte has one, since its stream tables use them.
"""

from pyte import modes as mo
from pyte.screens import Margins

from tui.terminal import modes
from tui.terminal.grid import Grid
from tui.terminal.scrollback import Scrollback


class Motion(Grid):
    """A grid with cursor movement."""

    def __init__(self, columns: int, lines: int, scrollback: Scrollback) -> None:
        super().__init__(columns, lines, scrollback)
        self._tabs = bytearray(columns)  # 1 for a column with a tab stop

    def linefeed(self) -> None:
        self.index()
        if mo.LNM in self.mode:
            self.carriage_return()

    def next_line(self) -> None:
        """NEL: move to the start of the next line."""
        self.newline()

    def carriage_return(self) -> None:
        """CR: move to the left margin, or to the first column from left of it."""
        left = self._left
        self.cursor.x = left if self.column >= left or mo.DECOM in self.mode else 0

    def backspace(self) -> None:
        self.cursor_back(1)

    # tabs

    def tab(self) -> None:
        x = self.cursor.x
        if x < self.columns:
            last = self._limit(x) - 1
            stop = self._tabs.find(1, x + 1, last + 1)
            self.cursor.x = stop if stop >= 0 else last

    def forward_tabs(self, count: int = 0) -> None:
        """CHT: move forward by tab stops."""
        for _ in range(min(max(1, count), self.columns)):
            if self.cursor.x >= self.columns - 1:
                break
            self.tab()

    def back_tabs(self, count: int = 0) -> None:
        """CBT: move back by tab stops; a pending wrap stays pending."""
        x = self.column
        left = self._left if mo.DECOM in self.mode else 0
        for _ in range(min(max(1, count), self.columns)):
            if x <= left:
                break
            x = max(left, self._tabs.rfind(1, 0, x))
        if self.cursor.x >= self.columns:
            self.edge = x
        else:
            self.cursor.x = x

    def set_tab_stop(self) -> None:
        self._tabs[self.column] = 1

    def clear_tab_stop(self, how: int | None = 0) -> None:
        if how == 3:
            self._tabs = bytearray(max(self.columns, 1))
        elif not how:
            self._tabs[self.column] = 0

    def reset_tab_stops(self, how: int = 0) -> None:
        """DECST8C: set a tab stop at every eighth column."""
        if how == 5:
            self._tabs = bytearray(int(column > 0 and column % 8 == 0) for column in range(self.columns))

    # relative movement

    def cursor_up(self, count: int | None = None) -> None:
        self._clamp()
        top = self.margins.top if self.margins and self.cursor.y >= self.margins.top else 0
        self.cursor.y = max(self.cursor.y - max(1, count or 1), top)

    def cursor_down(self, count: int | None = None) -> None:
        self._clamp()
        bottom = self.margins.bottom if self.margins and self.cursor.y <= self.margins.bottom else self.lines - 1
        self.cursor.y = min(self.cursor.y + max(1, count or 1), bottom)

    def cursor_forward(self, count: int | None = None) -> None:
        """CUF: move right, up to the right margin."""
        self._clamp()
        self.cursor.x = min(self.cursor.x + max(1, count or 1), self._limit(self.cursor.x) - 1)

    def column_forward(self, count: int | None = None) -> None:
        """HPR: move right, limited by the right margin in origin mode only."""
        self._clamp()
        last = self.sides[1] if self.sides and mo.DECOM in self.mode else self.columns - 1
        self.cursor.x = min(self.cursor.x + max(1, count or 1), last)

    def cursor_back(self, count: int | None = None) -> None:
        """CUB: move left, up to the left margin; in reverse wrap mode, on to the end of the line above."""
        count = max(1, count or 1)
        pending = self.cursor.x >= self.columns
        self._clamp()
        left = self._left if self.cursor.x >= self._left else 0
        if not (modes.REVERSE_WRAP in self.mode and mo.DECAWM in self.mode):
            self.cursor.x = max(self.cursor.x - count, left)
            return
        width = (self.sides[1] + 1 if self.sides else self.columns) - left
        place = width * self.cursor.y + min(self.cursor.x - left, width - 1) - count + pending
        line, column = divmod(place, width)
        self.cursor.x, self.cursor.y = left + column, line % self.lines

    def cursor_up1(self, count: int | None = None) -> None:
        self.cursor_up(count)
        self.carriage_return()

    def cursor_down1(self, count: int | None = None) -> None:
        self.cursor_down(count)
        self.carriage_return()

    def line_forward(self, count: int | None = None) -> None:
        """VPR: move down, limited by the bottom margin in origin mode only."""
        self._clamp()
        bottom = self._region()[1] if mo.DECOM in self.mode else self.lines - 1
        self.cursor.y = min(self.cursor.y + max(1, count or 1), bottom)

    # absolute movement

    @property
    def origin(self) -> tuple[int, int]:
        """The line and column, from 0, that a program counts from: those of the margins in origin mode."""
        return (self._region()[0], self._left) if mo.DECOM in self.mode else (0, 0)

    def cursor_to_column(self, column: int | None = None) -> None:
        self.cursor_position(self.cursor.y - self.origin[0] + 1, column)

    def cursor_to_line(self, line: int | None = None) -> None:
        self.cursor_position(line, self.column - self.origin[1] + 1)

    def cursor_position(self, line: int | None = None, column: int | None = None) -> None:
        cursor = self.cursor
        if mo.DECOM not in self.mode:
            cursor.y = min(line or 1, self.lines) - 1
            cursor.x = min(column or 1, self.columns) - 1
            return
        top, bottom = self._region()
        left, right = self.sides or (0, self.columns - 1)
        cursor.y = min(top + max(1, line or 1) - 1, bottom)
        cursor.x = min(left + max(1, column or 1) - 1, right)

    # margins

    def set_margins(self, top: int | None = None, bottom: int | None = None) -> None:
        """DECSTBM: 0 or no value is the edge of the screen; a region of fewer than two lines is ignored."""
        first = max(1, top or 1) - 1
        last = min(bottom or self.lines, self.lines) - 1
        if first < last:
            self.margins = None if (first, last) == (0, self.lines - 1) else Margins(first, last)
            self.cursor_position()

    def set_sides(self, left: int = 0, right: int = 0) -> None:
        """DECSLRM: like DECSTBM, for columns."""
        first, last = max(1, left) - 1, min(right or self.columns, self.columns) - 1
        if first < last:
            self._clamp()
            self.sides = None if (first, last) == (0, self.columns - 1) else (first, last)
            self.cursor_position()

    def reset_margins(self) -> None:
        """Reset the margins on all sides."""
        self.margins = self.sides = None
