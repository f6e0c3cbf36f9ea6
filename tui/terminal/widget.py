"""The terminal widget: draws a console's emulator row by row, and passes on keys, pastes, the mouse and its size.

Over 400 lines: keys, pastes, mouse and painting of one widget; the emulator, the encoding of keys and the scrollback are
modules of their own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual import events
from textual.app import App
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from tui.live.terminals.sessions import TerminalSession
from tui.live.terminals.stream import Size
from tui.resources.model.text import cut, cut_left, one_line
from tui.terminal.console import Console
from tui.terminal.drawing import draw, safe, with_cursor, with_shades
from tui.terminal.keys import key_bytes
from tui.terminal.modes import Modes
from tui.terminal.packed import packed
from tui.terminal.paste import paste_bytes
from tui.terminal.pointing import Pointing
from tui.terminal.review import CARET, Review
from tui.widgets.textual_internals.drawing import paint_now
from tui.widgets.textual_internals.keys import raw_bytes

FRAME = 1 / 30
"""Seconds between two paints of a busy screen."""

SYNCHRONIZED = 0.15
"""Maximum seconds that a program may delay painting (mode 2026)."""

COMMANDS = {
    "d": "leave",
    "x": "end",
    "n": "next",
    "p": "previous",
    "z": "zoom",
    "left_square_bracket": "review",
    "question_mark": "help",
    "vertical_line": "beside",
    "o": "other",
    "m": "mouse",
    "r": "reopen",
}
"""The commands on the key after the prefix."""


class TerminalView(Pointing, can_focus=True):
    """A session on the screen. `prefix` is Textual's name of the key before commands.

    Every key goes to the program, except the prefix and the key after it, which become `Command` messages.
    """

    ALLOW_SELECT = False
    BINDING_GROUP_TITLE = "terminal"

    class Command(Message):
        """Posted after the prefix and a key; `name` is one of COMMANDS' values, or "" for an unknown key."""

        def __init__(self, view: TerminalView, name: str) -> None:
            super().__init__()
            self.view = view
            self.name = name

    class Prefixed(Message):
        """Posted after the prefix (`waiting`) and after the key that follows."""

        def __init__(self, view: TerminalView, waiting: bool) -> None:
            super().__init__()
            self.view = view
            self.waiting = waiting

    class Copied(Message):
        """Posted with a text that the user selected to copy."""

        def __init__(self, view: TerminalView, text: str) -> None:
            super().__init__()
            self.view = view
            self.text = text

    class ProgramCopied(Message):
        """Posted with a text that the program wrote to the clipboard."""

        def __init__(self, view: TerminalView, text: str) -> None:
            super().__init__()
            self.view = view
            self.text = text

    class Stuffed(Message):
        """Posted when input was refused because the program does not read its input."""

    class KeyWhenOver(Message):
        """Posted after a key in an ended session."""

        def __init__(self, view: TerminalView, key: str) -> None:
            super().__init__()
            self.view = view
            self.key = key

    def __init__(
        self, session: TerminalSession, *, prefix: str = "ctrl+backslash", clipboard: bool = False, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self.session = session
        self.prefix = prefix
        self._clipboard = clipboard
        self._shown: Console | None = None
        self._unsubscribe: Callable[[], None] = lambda: None
        self._strips: list[Strip | None] = []
        self._cursor: tuple[int, int] | None = None
        self._painted = 0.0
        self._due: asyncio.TimerHandle | None = None
        self._echo = False
        self._waiting = False

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
            self.review.resize(self._review_rows())
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
        if self._clipboard:
            self._shown.clipboard = partial(self._program_copied, self.app)
        self._report_colours()
        self._unsubscribe = self._shown.changed.subscribe(self._changed)
        self.session.look(True)
        self.repaint()

    def _report_colours(self) -> None:
        """Set the colours that a program is told when it asks; those of the user's own terminal are not known."""
        style = self.rich_style
        known = [colour.triplet.hex.removeprefix("#") for colour in (style.color, style.bgcolor) if colour and colour.triplet]
        if self._shown is not None:
            self._shown.emulator.report_colours((known[0], known[1]) if len(known) == 2 else None)

    def _let_go(self) -> None:
        self._unsubscribe()
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
            self.refresh(*_regions(changed, self.size.width))
            paint_now(self)

    def repaint(self) -> None:
        """Draw everything again."""
        self._strips = [None] * self.size.height
        self._cursor = self._cursor_place()
        self.refresh()

    def notify_style_update(self) -> None:
        """Clear the cache after a change of the theme."""
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

    def render_line(self, y: int) -> Strip:
        """Return row `y`, from the cache if unchanged."""
        if y >= len(self._strips):
            return Strip.blank(self.size.width, self.rich_style)
        strip = self._strips[y]
        if strip is None:
            strip = self._strips[y] = self._draw(y)
        return strip

    def _draw(self, y: int) -> Strip:
        base, width = self.rich_style, self.size.width
        if self.review is not None:
            if y == self.size.height - 1:
                return _line(self.review.status(), width, base + RichStyle(reverse=True))
            return with_shades(draw(self.review.runs(y), width, base), self.review.shades(y))
        if self._shown is None:
            return Strip.blank(width, base)
        emulator = self._shown.emulator
        if y >= emulator.rows:
            line = self._shown.input_line
            return _line(f"> {line.text}{CARET}", width, base + RichStyle(bold=True)) if line else Strip.blank(width, base)
        modes = emulator.modes
        strip = draw(emulator.row(y), width, base, modes.reverse_screen)
        if self._cursor is not None and self._cursor[1] == y:
            strip = with_cursor(strip, self._cursor[0], modes.cursor_shape)
        return strip

    # --- keys ---

    @property
    def typeable(self) -> bool:
        """Return whether the session accepts input."""
        return not self.session.row.over and self.session.accepts_input

    @property
    def modes(self) -> Modes:
        """Return the modes set by the program."""
        return self._shown.emulator.modes if self._shown else Modes()

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Return True: every key is for the program, so that bindings of the screen and the app are disabled."""
        return True

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        if self._waiting:
            self._after_prefix(event)
        elif event.key == self.prefix:
            self._wait(True)
        elif self.review is not None:
            self._review_key(event)
        elif self.session.row.over:
            self.post_message(self.KeyWhenOver(self, event.key))
        else:
            self._type(event)

    def _wait(self, waiting: bool) -> None:
        self._waiting = waiting
        self.post_message(self.Prefixed(self, waiting))

    def _after_prefix(self, event: events.Key) -> None:
        self._wait(False)
        if event.key == self.prefix:
            self._type(event)
        elif (name := COMMANDS.get(event.key, "")) == "review":
            self.look_back()
            if self.review is not None:
                self.review.move(0)  # the last row makes room for the status
        else:
            self.post_message(self.Command(self, name))

    def _type(self, event: events.Key) -> None:
        console = self._shown
        if console is None or not self.typeable:
            return
        self._echo = True
        if console.input_line is not None:
            self._type_line(event)
            return
        raw = raw_bytes(event)
        self.send(key_bytes(event.key, event.character, raw, console.emulator.modes))

    def _type_line(self, event: events.Key) -> None:
        assert self._shown is not None
        assert self._shown.input_line is not None
        data = self._shown.input_line.key(event.key, event.character)
        if data is None:
            self._shown.end_input()
        else:
            self.send(data)
        self._paint()

    def send(self, data: bytes) -> None:
        """Send input to the program; post `Stuffed` if it was refused."""
        if self._shown is not None and not self._shown.send(data):
            self.post_message(self.Stuffed())

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        console = self._shown
        if console is None or not self.typeable or self.review is not None:
            return
        if console.input_line is not None:
            self.send(console.input_line.paste(event.text))
            self._paint()
        else:
            self.send(paste_bytes(event.text, bracketed=self.modes.bracketed_paste))

    def on_focus(self) -> None:
        if self.modes.focus_reports:
            self.send(b"\x1b[I")
        self._paint()

    def on_blur(self) -> None:
        if self.modes.focus_reports:
            self.send(b"\x1b[O")
        self._paint()

    # --- scrolling back ---

    def look_back(self) -> None:
        """Freeze the screen, for scrolling, searching and copying."""
        if self._shown is None or self.review is not None:
            return
        emulator = self._shown.emulator
        back = emulator.scrollback
        lines = [back[n] for n in range(len(back))] + [packed(row) for row in emulator.screen.screen_rows]
        self.review = Review(lines, self._review_rows(), len(back), len(back) + emulator.cursor.y)
        self.repaint()

    def look_ahead(self) -> None:
        """Return to the live screen."""
        self.review = None
        self.repaint()

    def _review_rows(self) -> int:
        return max(1, self.size.height - 1)

    def _review_key(self, event: events.Key) -> None:
        assert self.review is not None
        outcome = self.review.key(event.key, event.character)
        if outcome == "copy":
            self.copy_selection()
        elif outcome == "leave":
            self.look_ahead()
        else:
            self.repaint()

    def _program_copied(self, app: App[object], text: str) -> None:
        """Copy a text of the program, which the user enabled; possibly while another view is shown."""
        app.copy_to_clipboard(text)
        self.post_message(self.ProgramCopied(self, text))

    def copy_selection(self) -> None:
        """Post the selected text of the frozen screen, and return to the live screen."""
        assert self.review is not None
        text = self.review.selected()
        self.look_ahead()
        self.post_message(self.Copied(self, text))


def _line(text: str, width: int, style: RichStyle) -> Strip:
    """Return one line of Longshore's own; a line being typed is cut at the beginning, any other at the end."""
    shown, used = safe((cut_left if text.endswith(CARET) else cut)(one_line(text), width))
    return Strip([Segment(shown, style)], used).adjust_cell_length(width, style)


def _regions(rows: set[int], width: int) -> list[Region]:
    """Return the rows as few regions: adjacent rows are merged."""
    regions: list[Region] = []
    for y in sorted(rows):
        if regions and regions[-1].bottom == y:
            last = regions[-1]
            regions[-1] = Region(0, last.y, width, last.height + 1)
        else:
            regions.append(Region(0, y, width, 1))
    return regions
