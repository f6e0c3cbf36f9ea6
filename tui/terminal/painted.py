"""The drawing of a session: a console's emulator, row by row, at most thirty times a second."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual import events
from textual.geometry import Region
from textual.strip import Strip

from tui.live.terminals.sessions import TerminalSession
from tui.live.terminals.stream import Size
from tui.resources.model.text import cut, cut_left, one_line
from tui.terminal.colours import ThemeColours
from tui.terminal.console import Console
from tui.terminal.drawing import default_style, draw, safe, with_cursor, with_shades
from tui.terminal.modes import Modes
from tui.terminal.pointing import Pointing
from tui.terminal.review import CARET
from tui.terminal.style import Run
from tui.widgets.textual_internals.character_widths import UNKNOWN
from tui.widgets.textual_internals.drawing import paint_lines
from tui.widgets.textual_internals.paced_app import PacedApp, character_widths

FRAME = 1 / 30
"""Seconds between two paints of a busy screen."""

SYNCHRONIZED = 0.15
"""Maximum seconds that a program may delay painting (mode 2026)."""


class Painted(Pointing):
    """The part of `TerminalView` that shows a session and draws it."""

    def __init__(self, session: TerminalSession, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.session = session
        self._shown: Console | None = None
        self._unsubscribe: Callable[[], None] = lambda: None
        self._unsubscribe_widths: Callable[[], None] = lambda: None
        self._strips: list[Strip | None] = []
        self._style: RichStyle | None = None  # the default colours, until they change
        self._cursor: tuple[int, int] | None = None
        self._painted = 0.0
        self._due: asyncio.TimerHandle | None = None
        self._widths = UNKNOWN
        self._echo = False

    @property
    def shown(self) -> Console | None:
        """Return the console shown; None before the widget has a size."""
        return self._shown

    # --- lifecycle ---

    def show(self, session: TerminalSession) -> None:
        """Show another session."""
        self._let_go()
        self.session = session
        if self.size.width and self.size.height:
            self._take_up()

    def on_resize(self, event: events.Resize) -> None:
        if not event.size.width or not event.size.height:
            return
        if self._shown is None:
            self._take_up()
        else:
            self._fit()
        if self.review is not None:
            self.review.resize(self._review_rows(), self.size.width)
        self.repaint()

    def on_unmount(self) -> None:
        self._let_go()

    def _take_up(self) -> None:
        console = self.session.view
        if isinstance(console, Console):
            self._shown = console
            self._fit()
        else:
            self._shown = self.session.view = Console(self.session, Size(self.size.width, self.size.height))
        self._report_colours()
        self._widths = character_widths(self.app)
        self._unsubscribe = self._shown.changed.subscribe(self._changed)
        if isinstance(self.app, PacedApp):
            self._unsubscribe_widths = self.app.widths_told.subscribe(self._widths_told)
        self.session.look(True)
        self.repaint()

    def _report_colours(self) -> None:
        """Set the colours that a program is told when it asks; those of the user's own terminal are not known."""
        if self._shown is None:
            return
        style, app = self.rich_style, self.app
        known = [colour.triplet.hex.removeprefix("#") for colour in (style.color, style.bgcolor) if colour and colour.triplet]
        theme = None
        if len(known) == 2:
            palette = tuple("{:02x}{:02x}{:02x}".format(*app.ansi_theme.ansi_colors[number]) for number in range(16))
            theme = ThemeColours(known[0], known[1], palette, app.current_theme.dark)
        self._shown.set_theme(theme)

    def _widths_told(self, _news: None) -> None:
        self._widths = character_widths(self.app)
        self.repaint()

    def _let_go(self) -> None:
        self._unsubscribe()
        self._unsubscribe_widths()
        self.review = None
        if self._due is not None:
            self._due.cancel()
            self._due = None
        if self._shown is not None:
            self._shown = None
            self.session.look(False)

    def _fit(self) -> None:
        assert self._shown is not None
        rows = self.size.height - (1 if self._shown.input_line is not None else 0)
        size = Size(self.size.width, max(1, rows))
        if (size.columns, size.rows) != (self._shown.emulator.columns, self._shown.emulator.rows):
            self._shown.resize(size)

    # --- painting ---

    def _changed(self, _news: None) -> None:
        """Schedule painting after a change: now if the change may be the echo of a key, else with the next frame."""
        console = self._shown
        if console is None:
            return
        self._fit()
        loop = asyncio.get_running_loop()
        wait = self._painted + FRAME - loop.time()
        if console.emulator.modes.synchronized:
            wait = SYNCHRONIZED
        elif self._due is not None and self._echo:
            self._due.cancel()
            self._due = None
        if wait <= 0 or (self._echo and wait < SYNCHRONIZED):
            self._echo = False
            self._paint()
        elif self._due is None:
            self._due = loop.call_later(wait, self._paint)

    def _paint(self) -> None:
        """Paint the changed rows immediately."""
        if self._due is not None:
            self._due.cancel()
            self._due = None
        if self._shown is None or not self.is_attached:
            return
        self._painted = asyncio.get_running_loop().time()
        emulator = self._shown.emulator
        changed = emulator.take_dirty()
        if self.review is not None:
            return  # the screen is frozen; everything is drawn again afterwards
        cursor = self._cursor_place()
        if cursor != self._cursor:
            changed |= {place[1] for place in (self._cursor, cursor) if place}
            self._cursor = cursor
        if self._shown.input_line is not None:
            changed.add(self.size.height - 1)
        if len(self._strips) != self.size.height:
            self.repaint()
        elif changed:
            for y in changed:
                if y < len(self._strips):
                    self._strips[y] = None
            paint_lines(self, changed)

    def repaint(self) -> None:
        """Draw everything again."""
        self._strips = [None] * self.size.height
        self._cursor = self._cursor_place()
        self.refresh()

    def notify_style_update(self) -> None:
        """Clear the caches after a change of the theme."""
        self._style = None
        self._report_colours()
        self._strips = [None] * self.size.height
        super().notify_style_update()

    def _cursor_place(self) -> tuple[int, int] | None:
        """Return the position where the cursor is drawn, or None."""
        if self._shown is None or self.review is not None or not self.has_focus or not self.typeable:
            return None
        emulator = self._shown.emulator
        if not emulator.modes.cursor_visible or self._shown.input_line is not None:
            return None
        return emulator.screen.column, emulator.cursor.y

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return lines; Textual would style each, and keep those that were not refreshed through it."""
        return [self.render_line(y).crop(crop.x, crop.right) for y in crop.line_range]

    def render_line(self, y: int) -> Strip:
        """Return row `y`, from the cache if unchanged."""
        if y >= len(self._strips):
            return Strip.blank(self.size.width, self._plain)
        strip = self._strips[y]
        if strip is None:
            strip = self._strips[y] = self._draw(y)
        return strip

    def _draw(self, y: int) -> Strip:
        base, width = self._plain, self.size.width
        if self.review is not None:
            if y == self.size.height - 1:
                return _line(self.review.status(), width, base + RichStyle(reverse=True))
            strip = draw(self._coloured(self.review.runs(y)), width, self._base, widths=self._widths)
            return with_shades(strip, self.review.shades(y))
        if self._shown is None:
            return Strip.blank(width, base)
        emulator = self._shown.emulator
        if y >= emulator.rows:
            line = self._shown.input_line
            return _line(f"> {line.text}{CARET}", width, base + RichStyle(bold=True)) if line else Strip.blank(width, base)
        modes = emulator.modes
        strip = draw(self._coloured(emulator.row(y)), width, self._base, modes.reverse_screen, self._widths)
        if self._cursor is not None and self._cursor[1] == y:
            strip = with_cursor(strip, self._cursor[0], modes.cursor_shape)
        return strip

    def _coloured(self, runs: list[Run]) -> list[Run]:
        """Return runs in the colours that the program has set."""
        return self._shown.emulator.colours.shown(runs) if self._shown else runs

    @property
    def _plain(self) -> RichStyle:
        """The theme's default colours; Textual computes them each time."""
        if self._style is None:
            self._style = self.rich_style
        return self._style

    @property
    def _base(self) -> RichStyle:
        """The default colours: the theme's, or those that the program has set."""
        colours = self._shown.emulator.colours if self._shown else None
        if colours is None or not (colours.own_foreground or colours.own_background):
            return self._plain
        return self._plain + default_style(colours.own_foreground, colours.own_background)

    @property
    def typeable(self) -> bool:
        """Return whether the session accepts input."""
        return not self.session.row.over and self.session.accepts_input

    @property
    def modes(self) -> Modes:
        """Return the modes set by the program."""
        return self._shown.emulator.modes if self._shown else Modes()

    def _review_rows(self) -> int:
        return max(1, self.size.height - 1)


def _line(text: str, width: int, style: RichStyle) -> Strip:
    """Return one line of Longshore's own; a line being typed is cut at the beginning, any other at the end."""
    pieces, used = safe((cut_left if text.endswith(CARET) else cut)(one_line(text), width))
    return Strip([Segment(piece, style) for piece in pieces], used).adjust_cell_length(width, style)
