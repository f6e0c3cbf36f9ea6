"""The screen of a terminal after xterm: drawing, cursor, tabs, modes, character sets, saved cursors.

Method names are pyte's where pyte has one, since its stream tables use them.
"""

from collections.abc import Callable
from typing import NamedTuple

from pyte import modes as mo

from tui.terminal import modes
from tui.terminal.colours import Colours
from tui.terminal.key_protocols import Keyboard, Nothing, Reported
from tui.terminal.rows import with_mark
from tui.terminal.scrollback import Scrollback
from tui.terminal.sgr import Pen
from tui.terminal.widths import DROP, width_of
from tui.terminal.writing import Table, Writing

MAX_TITLE = 1024  # in characters
MAX_LINK = 2083  # characters of a link's target; a longer one is no link
MAX_TITLES = 10  # pushed by CSI 22 t
OTHER_KEYS = 4  # the number of modifyOtherKeys


class Saved(NamedTuple):
    """The state saved by DECSC."""

    x: int
    y: int
    pen: Pen
    tables: tuple[Table | None, ...]
    shift: int
    origin: bool
    edge: int = 0


class Screen(Writing):
    """The screen that a `Stream` writes to."""

    def __init__(self, columns: int, lines: int, scrollback: Scrollback) -> None:
        super().__init__(columns, lines, scrollback)
        self._saved: dict[bool, Saved] = {}
        self._saved_modes: dict[int, bool] = {}
        self.clipboard: str | None = None
        self.colours = Colours()
        self.reported: Reported = Nothing()
        self.reset()

    def reset(self) -> None:
        """RIS: reset everything, the scrollback too."""
        self.alternate = False
        self._other_rows = []
        self.pen = self.pens.default
        self.screen_rows[:] = self._blank_rows()
        self.scrollback.clear()
        self.title = ""
        self.rang = False
        self._titles: list[str] = []
        self.last = ""
        self.cursor.x = self.cursor.y = 0
        self.reset_tab_stops(5)
        self._saved.clear()
        self._saved_modes.clear()
        self.colours.reset()
        self.stream_extent = True
        self._keyboards = (Keyboard(), Keyboard())
        self.soft_reset()
        self.mode = set(modes.INITIAL)
        self._update()
        self.all_dirty = True

    def soft_reset(self) -> None:
        """DECSTR: reset modes, margins, character sets, colours and the saved cursor; screen and cursor position stay."""
        self.mode = (getattr(self, "mode", set()) - modes.SOFT_RESET) | {mo.DECAWM, mo.DECTCEM}
        self.reset_margins()
        self.pen = self.pens.default
        self.protection = ""
        self._reset_charsets()
        self._saved.pop(self.alternate, None)
        self.cursor_shape = 0
        self._other_keys = 0
        self._update()

    # the saved cursor

    def save_cursor(self) -> None:
        """DECSC: save the cursor, separately for each of the two screens."""
        cursor = self.cursor
        origin = mo.DECOM in self.mode
        tables = tuple(self._tables)
        self._saved[self.alternate] = Saved(cursor.x, cursor.y, self.pen, tables, self._shift, origin, self.edge)

    def save_cursor_or_set_sides(self, left: int = 0, right: int = 0) -> None:
        """CSI s: DECSLRM while the left and right margins are enabled, else save the cursor."""
        if modes.SIDE_MARGINS in self.mode:
            self.set_sides(left, right)
            self._update()
        else:
            self.save_cursor()

    def restore_cursor(self) -> None:
        """DECRC: restore the saved cursor, or the home position and default attributes."""
        saved = self._saved.get(self.alternate) or Saved(0, 0, self.pens.default, (None,) * 4, 0, False)
        self.cursor.x, self.cursor.y = min(saved.x, self.columns), min(saved.y, self.lines - 1)
        self.edge = min(saved.edge, self.columns - 1) if saved.x >= self.columns else self.columns - 1
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
        if code in modes.MOUSE_FORMS:
            self.mode.difference_update(modes.MOUSE_FORMS)
        (self.mode.add if on else self.mode.discard)(code)
        if code == mo.DECOM:
            self.cursor_position()
        elif code == mo.DECSCNM:
            self.all_dirty = True
        elif code == modes.SIDE_MARGINS:
            self._clamp()
            self.sides = None
        self._update()

    def _switch_screen(self, code: int, on: bool) -> None:
        if on and code in (modes.SAVED_CURSOR_1048, modes.ALTERNATE_1049):
            self.save_cursor()
        if code == modes.ALTERNATE_1047 and not on and self.alternate:
            self.clear_alternate()
        if code != modes.SAVED_CURSOR_1048:
            self.show_alternate(on)
        if on and code == modes.ALTERNATE_1049:
            self.clear_alternate()
        if not on and code in (modes.SAVED_CURSOR_1048, modes.ALTERNATE_1049):
            self.restore_cursor()

    def is_set(self, code: int) -> bool:
        """Return whether a mode is set; that of the saved cursor says whether one was saved."""
        if code == modes.SAVED_CURSOR_1048:
            return self.alternate in self._saved
        return self.alternate if code in modes.ALTERNATES else code in self.mode

    def save_modes(self, *codes: int) -> None:
        """XTSAVE: save private modes, one value each."""
        for code in (number << modes.PRIVATE_SHIFT for number in codes):
            if code in modes.SETTABLE or code in modes.ALTERNATES:
                self._saved_modes[code] = self.is_set(code)

    def restore_modes(self, *codes: int) -> None:
        """XTRESTORE: restore private modes; as in xterm those that were not saved are reset."""
        for code in (number << modes.PRIVATE_SHIFT for number in codes):
            self._switch(code, self._saved_modes.get(code, False))

    def set_keypad(self, on: bool) -> None:
        """DECKPAM and DECKPNM: set the keypad mode."""
        self._switch(modes.KEYPAD, on)

    def set_cursor_shape(self, shape: int = 0) -> None:
        """DECSCUSR: set the cursor shape."""
        if 0 <= shape <= 6:
            self.cursor_shape = shape

    # keys

    @property
    def kitty(self) -> int:
        """The flags of the kitty keyboard protocol that the program has set, without those that the user's terminal lacks."""
        return self._keyboards[self.alternate].flags & self.reported.flags

    @property
    def other_keys(self) -> int:
        """The level of modifyOtherKeys, if the user's terminal reports modifiers."""
        return self._other_keys if self.reported.modifiers else 0

    def push_keyboard(self, flags: int = 0) -> None:
        """CSI > u: set flags of the kitty protocol, and keep those before."""
        self._keyboards[self.alternate].push(flags)

    def pop_keyboard(self, count: int = 0) -> None:
        """CSI < u: restore flags of the kitty protocol."""
        self._keyboards[self.alternate].pop(max(1, count))

    def set_keyboard(self, flags: int = 0, how: int = 0) -> None:
        """CSI = u: replace, add or remove flags of the kitty protocol."""
        self._keyboards[self.alternate].set(flags, how or 1)

    def set_key_format(self, which: int = 0, level: int = 0) -> None:
        """XTMODKEYS: of its resources only modifyOtherKeys is known; without one all are reset."""
        if which == OTHER_KEYS:
            self._other_keys = min(level, 2)
        elif not which:
            self._other_keys = 0

    def reset_key_format(self, which: int = 0) -> None:
        """CSI > n: disable modifyOtherKeys."""
        if which == OTHER_KEYS:
            self._other_keys = 0

    # colours

    def set_palette_colour(self, number: int, text: str) -> None:
        """OSC 4: set a colour of the palette."""
        self.all_dirty = self.colours.set_palette(number, text) or self.all_dirty

    def set_default_colour(self, which: int, text: str) -> None:
        """OSC 10, 11, 12: set the colour of text, of the background or of the cursor."""
        self.all_dirty = self.colours.set_default(which, text) or self.all_dirty

    def reset_palette_colours(self, numbers: list[int]) -> None:
        """OSC 104: reset colours of the palette, or all of them."""
        self.colours.reset_palette(numbers)
        self.all_dirty = True

    def reset_default_colour(self, which: int) -> None:
        """OSC 110, 111, 112: reset a default colour."""
        self.colours.reset_default(which)
        self.all_dirty = True

    # titles

    def set_title(self, param: str) -> None:
        self.title = printable(param)[:MAX_TITLE]

    def push_title(self) -> None:
        """Keep the title for `pop_title`; of many, the newest `MAX_TITLES`."""
        self._titles = [*self._titles[-MAX_TITLES + 1 :], self.title]

    def pop_title(self) -> None:
        """Set the title that was kept last, if any."""
        if self._titles:
            self.title = self._titles.pop()

    def bell(self, *_: object) -> None:
        """BEL, or a notification: keep that for the console."""
        self.rang = True

    def mark(self, mark: int) -> None:
        """OSC 133: mark the row of the cursor, on the primary screen."""
        row = self.screen_rows[self.cursor.y]
        if not self.alternate:
            row.marks = with_mark(row.marks, mark, self.column)

    def set_link(self, target: str) -> None:
        """OSC 8: text that follows links to `target`; "" ends the link. What is not printable ASCII is no target."""
        known = len(target) <= MAX_LINK and target.isascii() and target.isprintable()
        self.pen = self.pens.linked(self.pen, target if known else "")

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
        self.reset_margins()
        self.edge = columns - 1
        self._update()
        self.cursor.x = min(self.cursor.x, columns - 1)
        self.cursor.y = min(max(0, self.cursor.y), lines - 1)

    def _primary_cursor_y(self) -> int:
        return self._saved[False].y if False in self._saved else 0

    def _moved(self, alternate: bool, place: Callable[[int], int]) -> None:
        if alternate == self.alternate:
            self.cursor.y = place(self.cursor.y)
        if saved := self._saved.get(alternate):
            self._saved[alternate] = saved._replace(y=max(0, place(saved.y)))


def printable(text: str) -> str:
    """Return the text without unprintable and bidirectional characters, limited in length, for a title."""
    return "".join(char for char in text[: 4 * MAX_TITLE] if char.isprintable() and width_of(char) != DROP)
