"""A terminal emulator after xterm, in a box: bytes in, a screen out. It draws nothing and sends nothing by itself."""

import codecs
from collections.abc import Callable, Iterator
from time import perf_counter

from pyte.screens import Cursor

from tui import __version__
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

    `scrollback_lines` and `scrollback_bytes` bound what is kept of lines that left at the top. Answers to the program's
    questions go to `reply` at once, or wait until `replies()` takes them.
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
        """Obey what a program wrote, cut anywhere. Never raises. `answer=False`: old output, its questions stay unanswered."""
        self._replies.muted = not answer
        self._stream.feed(self._decoder.decode(data))

    def steps(self, data: bytes, seconds: float, *, answer: bool = True) -> Iterator[None]:
        """Like `feed`, in steps of about `seconds`. Between two steps the screen may be drawn and resized, and nothing fed."""
        self._replies.muted = not answer
        self._stream.deadline = perf_counter() + seconds
        for _ in self._stream.steps(self._decoder.decode(data)):
            yield
            self._stream.deadline = perf_counter() + seconds

    def recover(self) -> None:
        """After an exception out of `feed` or `steps`: drop what is incomplete, and make the screen a sound one."""
        self._decoder.reset()
        self._stream.drop()
        self.screen.mend()

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal a new size; the program is told by somebody else."""
        self.screen.resize(rows, columns)

    # the screen

    @property
    def columns(self) -> int:
        return self.screen.columns

    @property
    def rows(self) -> int:
        return self.screen.lines

    @property
    def display(self) -> list[str]:
        """The rows as text, blanks included; a wide character is one character."""
        return self.screen.display

    @property
    def cursor(self) -> Cursor:
        """`x` and `y` from 0; after a character in the last column `x` is `columns`, until something moves it."""
        return self.screen.cursor

    def row(self, y: int) -> list[Run]:
        """Row `y` of the screen as stretches of text in one style."""
        return self.screen.screen_rows[y].runs

    def cells(self, y: int) -> tuple[list[str], list[Style]]:
        """Row `y` as a character and a style for each column; "" is the second half of a wide character. Not to be changed."""
        return self.screen.screen_rows[y].cells()

    def wrapped(self, y: int) -> bool:
        """Whether row `y` continues the one above it."""
        return self.screen.screen_rows[y].wrapped

    @property
    def dirty(self) -> set[int]:
        """The rows that changed since `take_dirty()`."""
        return set(range(self.rows)) if self.screen.all_dirty else {y for y in self.screen.dirty if y < self.rows}

    def take_dirty(self) -> set[int]:
        """The rows that changed since the last call."""
        return self.screen.take_dirty()

    # the scrollback

    @property
    def scrollback_length(self) -> int:
        return len(self.scrollback)

    def line(self, n: int) -> list[Run]:
        """Line `n` of the scrollback (0 is the oldest) as stretches of text in one style, without default blanks at its end."""
        return self.scrollback.runs(n)

    def line_text(self, n: int) -> str:
        """Line `n` of the scrollback as text, for searching."""
        return self.scrollback.text(n)

    def line_wrapped(self, n: int) -> bool:
        """Whether line `n` of the scrollback continues the one above it."""
        return self.scrollback.wrapped(n)

    # the rest

    @property
    def title(self) -> str:
        """What the program calls its window, printable and bounded."""
        return self.screen.title

    @property
    def modes(self) -> Modes:
        screen = self.screen
        return modes_of(screen.mode, screen.alternate, screen.cursor_shape)

    @property
    def clipboard(self) -> str | None:
        """The text of the last OSC 52. It goes nowhere unless the user turned that on."""
        return self.screen.clipboard

    def replies(self) -> bytes:
        """What must be sent to the program, once."""
        return self._replies.take()

    def report_colours(self, foreground: str, background: str) -> None:
        """Answer OSC 10 and 11 with these from now on ("rrggbb")."""
        self._replies.colours = (foreground, background)
