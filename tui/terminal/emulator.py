"""A terminal emulator after xterm: bytes in, a screen out. It does not draw or send by itself."""

import codecs
from collections.abc import Callable, Iterator
from time import perf_counter

from pyte.screens import Cursor

from tui import __version__
from tui.terminal.colours import Colours, ThemeColours
from tui.terminal.key_protocols import Reported
from tui.terminal.modes import Modes, modes_of
from tui.terminal.replies import Replies
from tui.terminal.screen import Screen
from tui.terminal.scrollback import Scrollback
from tui.terminal.stream import Stream
from tui.terminal.style import Run, Style

SCROLLBACK_LINES = 10_000
SCROLLBACK_BYTES = 32 << 20


class Emulator:
    """A terminal of `columns` by `rows` cells.

    `scrollback_lines` and `scrollback_bytes` limit the scrollback. Answers to the program's queries are passed to `reply`, or
    collected for `replies()`.
    """

    def __init__(
        self,
        columns: int,
        rows: int,
        *,
        scrollback_lines: int = SCROLLBACK_LINES,
        scrollback_bytes: int = SCROLLBACK_BYTES,
        reply: Callable[[bytes], None] | None = None,
    ) -> None:
        self.scrollback = Scrollback(scrollback_lines, scrollback_bytes)
        self.screen = Screen(max(1, columns), max(1, rows), self.scrollback)
        self._replies = Replies(self.screen, reply, __version__)
        self._stream = Stream(self.screen, self._replies)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def feed(self, data: bytes, *, answer: bool = True) -> None:
        """Process output of the program, split at any byte.

        Never raises. `answer=False`: old output, whose queries are not answered.
        """
        self._replies.muted = not answer
        self._stream.feed(self._decoder.decode(data))

    def steps(self, data: bytes, seconds: float, *, answer: bool = True) -> Iterator[None]:
        """Process like `feed`, in steps of about `seconds`.

        Between steps the screen may be drawn and resized, but nothing fed.
        """
        self._replies.muted = not answer
        self._stream.deadline = perf_counter() + seconds
        for _ in self._stream.steps(self._decoder.decode(data)):
            yield
            self._stream.deadline = perf_counter() + seconds

    def recover(self) -> None:
        """Recover from an exception in `feed` or `steps`: drop incomplete sequences and repair the screen."""
        self._decoder.reset()
        self._stream.drop()
        self.screen.mend()

    def resize(self, columns: int, rows: int) -> None:
        """Resize the terminal; the caller resizes the program's TTY."""
        self.screen.resize(rows, columns)

    # the screen

    @property
    def columns(self) -> int:
        """Return the width of the screen in cells."""
        return self.screen.columns

    @property
    def rows(self) -> int:
        """Return the height of the screen in rows, without the scrollback."""
        return self.screen.lines

    @property
    def display(self) -> list[str]:
        """The rows as text, blanks included; a wide character is one character."""
        return self.screen.display

    @property
    def cursor(self) -> Cursor:
        """The cursor, `x` and `y` from 0; after a character in the last column `x` equals `columns` (pending wrap)."""
        return self.screen.cursor

    def row(self, y: int) -> list[Run]:
        """Return row `y` of the screen as runs of one style."""
        return self.screen.screen_rows[y].runs

    def cells(self, y: int) -> tuple[list[str], list[Style]]:
        """Return row `y` as a character and a style for each column; "" is the second half of a wide character.

        Not to be modified.
        """
        return self.screen.screen_rows[y].cells()

    def wrapped(self, y: int) -> bool:
        """Return whether row `y` continues the row above."""
        return bool(self.screen.screen_rows[y].wrapped)

    @property
    def dirty(self) -> set[int]:
        """The rows changed since `take_dirty()`."""
        return set(range(self.rows)) if self.screen.all_dirty else {y for y in self.screen.dirty if y < self.rows}

    def take_dirty(self) -> set[int]:
        """Return the rows changed since the last call."""
        return self.screen.take_dirty()

    # the scrollback

    @property
    def scrollback_length(self) -> int:
        """Return the number of lines that have scrolled off the screen and are kept."""
        return len(self.scrollback)

    def line(self, n: int) -> list[Run]:
        """Return line `n` of the scrollback (0 is the oldest) as runs of one style, without default blanks at its end."""
        return self.scrollback.runs(n)

    def line_text(self, n: int) -> str:
        """Return line `n` of the scrollback as text, for searching."""
        return self.scrollback.text(n)

    def line_wrapped(self, n: int) -> bool:
        """Return whether line `n` of the scrollback continues the line above."""
        return self.scrollback.wrapped(n)

    # title, modes, clipboard, answers

    @property
    def title(self) -> str:
        """The window title set by the program, printable and limited in length."""
        return self.screen.title

    @property
    def modes(self) -> Modes:
        """Return the modes that the program has set, as far as input and painting depend on them."""
        screen = self.screen
        return modes_of(screen.mode, screen.alternate, screen.cursor_shape, kitty=screen.kitty, other_keys=screen.other_keys)

    @property
    def clipboard(self) -> str | None:
        """The text of the last OSC 52. It is passed on only if the user enabled that."""
        return self.screen.clipboard

    def take_bell(self) -> bool:
        """Return whether the program rang the bell or sent a notification since the last call."""
        rang, self.screen.rang = self.screen.rang, False
        return rang

    def link(self, x: int, y: int) -> str:
        """Return the target of the link at a cell (OSC 8), or ""."""
        styles = self.cells(y)[1] if y < self.rows else []
        return styles[x].link if x < len(styles) else ""

    def replies(self) -> bytes:
        """Return the pending answers to the program, and clear them."""
        return self._replies.take()

    def set_reported(self, reported: Reported) -> None:
        """Set what the user's terminal reports of keys, which may change later: programs get no more than that."""
        self.screen.reported = reported

    def set_theme(self, theme: ThemeColours | None) -> None:
        """Set the colours that programs are told, and report a change to those that asked for that. None: unknown."""
        before, self.screen.colours.theme = self.screen.colours.theme, theme
        if before is not None and theme != before:
            self._replies.muted = False
            self._replies.theme_changed()

    @property
    def colours(self) -> Colours:
        """The colours of the theme, and those that the program has set."""
        return self.screen.colours
