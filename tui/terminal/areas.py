"""Operations on columns and rectangles of the screen, and protected characters.

Source: xterm control sequences (SL, SR, DECIC, DECDC, DECBI, DECFI, DECERA, DECSERA, DECFRA, DECCRA, DECCARA, DECRARA, DECSCA,
SPA, EPA), VT420 and VT510 reference manuals.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from pyte import modes as mo

from tui.terminal.motion import Motion
from tui.terminal.rows import Row
from tui.terminal.sgr import styled
from tui.terminal.style import DEFAULT, Style
from tui.terminal.widths import width_of

#: Attributes that DECRARA toggles.
_TOGGLED = {1: "bold", 4: "underline", 5: "blink", 7: "reverse", 8: "conceal"}
#: Attributes that DECCARA sets and resets, besides 0 for all of them.
_CHANGED = frozenset((1, 4, 5, 7, 8, 22, 24, 25, 27, 28))


class Area(NamedTuple):
    """A rectangle of cells, from 0, `bottom` and `right` included."""

    top: int
    left: int
    bottom: int
    right: int


class Areas(Motion):
    """A grid with operations on columns and rectangles."""

    stream_extent = True  # DECSACE: DECCARA and DECRARA change all cells between two places, not a rectangle

    # columns; as in xterm these leave a pending wrap pending

    def _shift_columns(self, x: int, count: int, shift: Callable[[Row, int, int, Style, int], None]) -> None:
        """Shift the columns from `x` to the right margin, within the scrolling region, if the cursor is inside the margins."""
        top, bottom = self._region()
        if not (top <= self.cursor.y <= bottom and self._between_sides()):
            return
        for row in self.screen_rows[top : bottom + 1]:
            shift(row, x, max(1, count), self.pen.blank, self._limit(x))
        self._touch(top, bottom)

    def scroll_left(self, count: int = 0) -> None:
        """SL: shift the columns between the margins to the left."""
        self._shift_columns(self._left, count, Row.delete)

    def scroll_right(self, count: int = 0) -> None:
        """SR: shift the columns between the margins to the right."""
        self._shift_columns(self._left, count, Row.insert)

    def insert_columns(self, count: int = 0) -> None:
        """DECIC: insert columns at the cursor."""
        self._shift_columns(self.column, count, Row.insert)

    def delete_columns(self, count: int = 0) -> None:
        """DECDC: delete columns at the cursor."""
        self._shift_columns(self.column, count, Row.delete)

    def back_index(self) -> None:
        """DECBI: move left; at the left margin, scroll right."""
        self._clamp()
        if self.cursor.x == self._left:
            self._shift_columns(self._left, 1, Row.insert)
        elif self.cursor.x:
            self.cursor.x -= 1

    def forward_index(self) -> None:
        """DECFI: move right; at the right margin, scroll left."""
        self._clamp()
        if self.cursor.x == self._limit(self.cursor.x) - 1:
            self._shift_columns(self._left, 1, Row.delete)
        else:
            self.cursor.x += 1

    # rectangles

    def _area(self, top: int, left: int, bottom: int, right: int) -> Area | None:
        """Return the rectangle of a program's numbers, which count from the origin; None if it is empty."""
        first_line, first_column = self.origin
        inside = mo.DECOM in self.mode
        last_line = self._region()[1] if inside else self.lines - 1
        last_column = self.sides[1] if inside and self.sides else self.columns - 1
        area = Area(
            first_line + max(1, top) - 1,
            first_column + max(1, left) - 1,
            min(first_line + bottom - 1, last_line) if bottom else last_line,
            min(first_column + right - 1, last_column) if right else last_column,
        )
        return area if area.top <= area.bottom and area.left <= area.right else None

    def erase_area(self, top: int = 0, left: int = 0, bottom: int = 0, right: int = 0) -> None:
        """DECERA: erase a rectangle, protected characters too."""
        self._in_area(self._area(top, left, bottom, right), Row.erase)

    def selective_erase_area(self, top: int = 0, left: int = 0, bottom: int = 0, right: int = 0) -> None:
        """DECSERA: erase a rectangle except protected characters."""
        erase = Row.erase_unprotected if self.protection == "dec" else Row.erase
        self._in_area(self._area(top, left, bottom, right), erase)

    def _in_area(self, area: Area | None, erase: Callable[[Row, int, int, Style], None]) -> None:
        if area is not None:
            for row in self.screen_rows[area.top : area.bottom + 1]:
                erase(row, area.left, area.right + 1, self.pen.blank)
            self._touch(area.top, area.bottom)

    def fill_area(self, code: int = 0, top: int = 0, left: int = 0, bottom: int = 0, right: int = 0) -> None:
        """DECFRA: fill a rectangle with a printable Latin-1 character in the current style."""
        area = self._area(top, left, bottom, right)
        if area is None or not (32 <= code <= 126 or 160 <= code <= 255) or width_of(chr(code)) != 1:
            return
        for row in self.screen_rows[area.top : area.bottom + 1]:
            row.lay_out()
            row.write(area.left, chr(code) * (area.right + 1 - area.left), self.pen.style)
        self._touch(area.top, area.bottom)

    def copy_area(
        self,
        top: int = 0,
        left: int = 0,
        bottom: int = 0,
        right: int = 0,
        _page: int = 0,
        to_top: int = 0,
        to_left: int = 0,
    ) -> None:
        """DECCRA: copy a rectangle; there is one page."""
        source, target = self._area(top, left, bottom, right), self._area(to_top, to_left, 0, 0)
        if source is None or target is None:
            return
        width = min(source.right - source.left, target.right - target.left) + 1
        height = min(source.bottom - source.top, target.bottom - target.top) + 1
        rows = self.screen_rows
        parts = [rows[source.top + y].part(source.left, source.left + width) for y in range(height)]
        for y, part in enumerate(parts):
            rows[target.top + y].paste(target.left, part, self.pen.blank)
        self._touch(target.top, target.top + height - 1)

    # attributes of rectangles

    def set_extent(self, extent: int = 0) -> None:
        """DECSACE: 2 is a rectangle, 0 and 1 all cells from the first place to the last."""
        if extent in (0, 1, 2):
            self.stream_extent = extent != 2

    def change_attributes(self, top: int = 0, left: int = 0, bottom: int = 0, right: int = 0, *attributes: int) -> None:
        """DECCARA: set or reset attributes in a rectangle."""

        def changed(style: Style) -> Style:
            for code in attributes or (0,):
                if code == 0:
                    style = style._replace(bold=False, underline="", blink=False, reverse=False, conceal=False)
                elif code in _CHANGED:
                    style = styled(style, str(code))
            return style

        self._restyle(self._area(top, left, bottom, right), changed)

    def reverse_attributes(self, top: int = 0, left: int = 0, bottom: int = 0, right: int = 0, *attributes: int) -> None:
        """DECRARA: toggle attributes in a rectangle; 0 is all of them."""
        names = [_TOGGLED[code] for code in attributes if code in _TOGGLED]
        if 0 in attributes or not attributes:
            names = list(_TOGGLED.values())

        def toggled(style: Style) -> Style:
            for name in names:
                on = not getattr(style, name)
                change: dict[str, Any] = {name: ("single" if on else "") if name == "underline" else on}
                style = style._replace(**change)
            return style

        self._restyle(self._area(top, left, bottom, right), toggled)

    def _restyle(self, area: Area | None, change: Callable[[Style], Style]) -> None:
        if area is None:
            return
        changed: dict[int, tuple[Style, Style]] = {}  # by identity, since most cells share few styles
        for y in range(area.top, area.bottom + 1):
            start = area.left if not self.stream_extent or y == area.top else 0
            end = area.right + 1 if not self.stream_extent or y == area.bottom else self.columns
            row = self.screen_rows[y]
            row.lay_out()
            for style in row.styles[start:end]:
                if id(style) not in changed:
                    changed[id(style)] = (style, self.pens.known(change(style)))
            row.styles[start:end] = [changed[id(style)][1] for style in row.styles[start:end]]
            row.styled = True
        self._touch(area.top, area.bottom)

    # protected characters

    def set_protection(self, kind: int = 0) -> None:
        """DECSCA: 1 protects the characters that follow from selective erasing, 0 and 2 do not."""
        if kind in (0, 1, 2):
            self.protection = "dec"
            self.pen = self.pens.protect(self.pen, kind == 1)

    def start_protection(self) -> None:
        """SPA: protect the characters that follow from all erasing."""
        self.protection = "iso"
        self.pen = self.pens.protect(self.pen, True)

    def end_protection(self) -> None:
        """EPA: end SPA."""
        self.pen = self.pens.protect(self.pen, False)

    # the screen as a whole

    def alignment_display(self) -> None:
        """DECALN: fill the screen with E; margins and origin mode are reset."""
        self.reset_margins()
        self.mode.discard(mo.DECOM)
        self.cursor.x = self.cursor.y = 0
        for y in range(self.lines):
            row = self.screen_rows[y] = Row(self.columns)
            row.write(0, "E" * self.columns, DEFAULT)
        self.all_dirty = True
