"""The base class of every screen: header, banner, body, message line, footer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.app import ComposeResult
from textual.containers import Container
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget

from tui.resources.model.column_layout import SHORT
from tui.resources.model.text import Line, Span, one_line
from tui.widgets.bar import Bar, Footer, KeyHint, Segment
from tui.widgets.clipboard import tell_copied
from tui.widgets.notice import Notice

FRAMES = {
    "red": "-red",
    "yellow": "-yellow",
    "green": "-green",
    "cyan": "-cyan",
    "blue": "-blue",
    "magenta": "-magenta",
}
"""The classes of bars that have a colour."""
MESSAGE_STAYS = 8.0  # seconds; an error stays until the next message


class Body(Container):
    """The container of the body. The body covers it, so nothing of its own is drawn."""

    BLANK = True


class Page(Screen[None]):
    """A screen with its bars. A subclass provides the body; messages are shown by `say`, `warn` and `banner`.

    On a short screen the message replaces the footer.
    """

    BLANK = True

    def __init__(self, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self.header = Bar(id="header")
        self.banner_line = Notice(id="banner")
        self.message_line = Notice(id="message")
        self.footer = Footer(id="footer")
        self._silence: Timer | None = None
        self._warning: Line = ()
        self._saying = False

    def set_frame(self, colour: str) -> None:
        """Give the bars above and below the body a colour; "" is the usual one."""
        if colour:
            for bar in (self.header, self.footer):
                bar.add_class("-framed", FRAMES[colour])

    def body(self) -> Iterable[Widget]:
        """Return the widgets between the bars, from top to bottom."""
        return ()

    def compose(self) -> ComposeResult:
        yield self.header
        yield self.banner_line
        with Body(id="body"):
            yield from self.body()
        yield self.message_line
        yield self.footer

    def show_header(self, left: Sequence[Segment], right: Sequence[Segment] = ()) -> None:
        """Show these segments above the body."""
        self.header.show(left, right)

    def show_keys(self, hints: Sequence[KeyHint]) -> None:
        """Show these keys below the body."""
        self.footer.show(hints)

    def banner(self, *parts: Line) -> None:
        """Show a permanent line under the header: why the connection is lost, and when the next try is.

        Without parts it is hidden.
        """
        self.banner_line.show([Segment(part, number) for number, part in enumerate(parts)])
        self.banner_line.display = bool(parts)

    def say(self, text: str | Line, style: str = "") -> None:
        """Show a message for `MESSAGE_STAYS` seconds or until the next one. A warning stays before it."""
        news = (Span(one_line(text), style),) if isinstance(text, str) else text
        self._message(*([self._warning] if self._warning else []), news)
        self._silence = self.set_timer(MESSAGE_STAYS, self._said)

    def warn(self, text: str | Line) -> None:
        """Show a warning: what, why, what to do. It stays until the next warning or `clear_message`."""
        self._warning = (Span(one_line(text), "bad"),) if isinstance(text, str) else text
        self._message(self._warning)

    @property
    def warning(self) -> Line:
        """Return the warning that is shown, or an empty line."""
        return self._warning

    def clear_message(self) -> None:
        """Remove the message and the warning."""
        self._warning = ()
        self._message()

    def tell_copied(self, text: str, what: str, instead: str = "") -> None:
        """Show a message about a text that was copied: `what`, and if cut off, how to get the whole text (`instead`)."""
        tell_copied(self.say, self.run_worker, text, what, instead)

    def _said(self) -> None:
        """Remove the message after its time."""
        self._message(*([self._warning] if self._warning else []))

    def _message(self, *lines: Line) -> None:
        if self._silence is not None:
            self._silence.stop()
            self._silence = None
        self.message_line.show([Segment(line, rank) for rank, line in enumerate(lines)])
        self._saying = bool(lines)
        self.place_message(self._saying)

    def on_resize(self) -> None:
        self._fit()

    def on_screen_resume(self) -> None:
        self._fit()  # the terminal may have another size since

    def _fit(self) -> None:
        self.banner_line.fit()
        self.message_line.fit()
        self.place_message(self._saying)

    def place_message(self, saying: bool) -> None:
        """Show the bars that the page has room for; `saying`: there is a message.

        Not by a class on the page, since a class change restyles every widget of the page at each message.
        """
        short = self.app.size.height < SHORT
        self.message_line.display = saying or not short
        self.footer.display = not (saying and short)
