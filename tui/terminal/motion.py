"""Cursor movement: lines, columns, tabs, margins.

Method names are pyte's where pyte has one, since its stream tables use them.
"""

from pyte import modes as mo
from pyte.screens import Margins

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
            self.cursor.x = 0

    def next_line(self) -> None:
        """NEL: move to the start of the next line."""
        self.newline()

    def backspace(self) -> None:
        self._clamp()
        if self.cursor.x:
            self.cursor.x -= 1

    def tab(self) -> None:
        x = self.cursor.x
        if x < self.columns:
            stop = self._tabs.find(1, x + 1, self.columns)
            self.cursor.x = stop if stop >= 0 else self.columns - 1

    def forward_tabs(self, count: int = 0) -> None:
        """CHT: move forward by tab stops."""
        for _ in range(min(max(1, count), self.columns)):
            if self.cursor.x >= self.columns - 1:
                break
            self.tab()

    def back_tabs(self, count: int = 0) -> None:
        """CBT: move back by tab stops."""
        self._clamp()
        for _ in range(min(max(1, count), self.columns)):
            if not self.cursor.x:
                break
            self.cursor.x = max(0, self._tabs.rfind(1, 0, self.cursor.x))

    def set_tab_stop(self) -> None:
        self._tabs[min(self.cursor.x, self.columns - 1)] = 1

    def clear_tab_stop(self, how: int | None = 0) -> None:
        if how == 3:
            self._tabs = bytearray(max(self.columns, 1))
        elif not how:
            self._tabs[min(self.cursor.x, self.columns - 1)] = 0

    def cursor_up(self, count: int | None = None) -> None:
        self._clamp()
        top = self.margins.top if self.margins and self.cursor.y >= self.margins.top else 0
        self.cursor.y = max(self.cursor.y - max(1, count or 1), top)

    def cursor_down(self, count: int | None = None) -> None:
        self._clamp()
        bottom = self.margins.bottom if self.margins and self.cursor.y <= self.margins.bottom else self.lines - 1
        self.cursor.y = min(self.cursor.y + max(1, count or 1), bottom)

    def cursor_forward(self, count: int | None = None) -> None:
        self.cursor.x = min(self.cursor.x + max(1, count or 1), self.columns - 1)

    def cursor_back(self, count: int | None = None) -> None:
        self._clamp()
        self.cursor.x = max(self.cursor.x - max(1, count or 1), 0)

    def cursor_up1(self, count: int | None = None) -> None:
        self.cursor_up(count)
        self.cursor.x = 0

    def cursor_down1(self, count: int | None = None) -> None:
        self.cursor_down(count)
        self.cursor.x = 0

    def cursor_to_column(self, column: int | None = None) -> None:
        self.cursor.x = min(max(1, column or 1), self.columns) - 1

    def cursor_to_line(self, line: int | None = None) -> None:
        self.cursor_position(line, min(self.cursor.x, self.columns - 1) + 1)

    def line_forward(self, count: int | None = None) -> None:
        """VPR: move down, not limited by the margins."""
        self._clamp()
        self.cursor.y = min(self.cursor.y + max(1, count or 1), self.lines - 1)

    def cursor_position(self, line: int | None = None, column: int | None = None) -> None:
        top, bottom = self._region() if mo.DECOM in self.mode else (0, self.lines - 1)
        self.cursor.y = min(top + max(1, line or 1) - 1, bottom)
        self.cursor.x = min(max(1, column or 1), self.columns) - 1

    def set_margins(self, top: int | None = None, bottom: int | None = None) -> None:
        """DECSTBM: 0 or no value is the edge of the screen; a region of fewer than two lines is ignored."""
        first = max(1, top or 1) - 1
        last = min(bottom or self.lines, self.lines) - 1
        if first < last:
            self.margins = None if (first, last) == (0, self.lines - 1) else Margins(first, last)
            self.cursor_position()
