"""A session on the screen: a title with the prefix commands, the terminal, and a notice."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Vertical

from tui.keys import sign
from tui.live.terminals.sessions import TerminalSession
from tui.resources.model.text import Line, Span, cut, line, one_line
from tui.resources.sessions import command, state, story
from tui.screens.framework.context import ViewContext
from tui.terminal.widget import TerminalView
from tui.widgets.bar import Bar, Segment
from tui.widgets.notice import Notice
from tui.widgets.page import FRAMES

HINTS = (
    ("d", "leave", 0),
    ("x", "end", 2),
    ("n/p", "next/previous", 4),
    ("[", "scroll back", 3),
    ("z", "zoom", 6),
    ("?", "all", 1),
)
"""The hints in the title: a key after the prefix, its effect, and the order in which a narrow title drops it."""

MAX_TITLE = 40
"""Maximum cells of a program's title."""

HELP: tuple[tuple[str, str], ...] = (
    ("d", "leave; the session keeps running in the background"),
    ("x", "end the shell and the processes it started"),
    ("n / p", "next or previous session"),
    ("|", "show one session or two side by side"),
    ("o", "go to the other side"),
    ("z", "zoom: hide this title"),
    ("[", "scroll back: / searches, n N, v selects, y copies, l shows a link, q returns"),
    ("[ ]", "scrolled back: previous and next prompt, o selects output*"),
    ("y", "copy the output of the last command*"),
    ("m", "switch the mouse between text selection and the program"),
    ("r", "reopen an ended session, as enter does there"),
)


def over_hint(session: TerminalSession) -> Line:
    """Return the keys for an ended session."""
    words = "attach again" if session.row.request is None else "run again"
    return (Span("enter", "key"), Span(f" {words}  ", "dim"), Span("esc", "key"), Span(" back", "dim"))


class SessionNotice(Notice):
    """What is said about a session, below it: all of it, in as many lines as it takes."""

    most = 8

    def on_resize(self) -> None:
        """Wrap for the width of the pane."""
        self.fit()

    @property
    def room(self) -> int:
        return self.size.width or super().room


class TerminalPane(Vertical):
    """A session between its title and its notice."""

    def __init__(self, context: ViewContext, session: TerminalSession) -> None:
        super().__init__()
        self.context = context
        self.title_bar = Bar(classes="terminal-title")
        if context.colour:
            self.title_bar.add_class("-framed", FRAMES[context.colour])
        config = context.config
        self.view = TerminalView(session, prefix=config.prefix, clipboard=config.clipboard, bell=config.bell)
        self.notice = SessionNotice(classes="terminal-notice")
        self._prefixed = False
        self._unsubscribe: Callable[[], None] = lambda: None

    @property
    def session(self) -> TerminalSession:
        """Return the session shown."""
        return self.view.session

    def compose(self) -> ComposeResult:
        yield self.title_bar
        yield self.view
        yield self.notice

    def on_mount(self) -> None:
        self._unsubscribe = self.context.terminals.rows.changed.subscribe(lambda _changes: self.refresh_words())
        self.refresh_words()

    def on_descendant_focus(self) -> None:
        """Highlight the title of the focused pane. Textual does not restyle the children of a `:focus-within` widget."""
        self.add_class("-typed-into")

    def on_descendant_blur(self) -> None:
        self.remove_class("-typed-into")

    def on_terminal_view_title_changed(self) -> None:
        """Show the title that the program has set."""
        self.refresh_words()

    def on_unmount(self) -> None:
        self._unsubscribe()

    def show(self, session: TerminalSession) -> None:
        """Show another session in this pane."""
        self.view.show(session)
        self.refresh_words()

    def prefixed(self, waiting: bool) -> None:
        """Show in the title that the prefix was pressed and the next key is awaited."""
        self._prefixed = waiting
        self.refresh_words()

    def refresh_words(self) -> None:
        """Update title and notice; unchanged parts are not drawn."""
        row = self.session.row
        self.set_class(row.over, "-over")
        current = state(row)
        left = [
            Segment(line(Span(f"#{row.id}", "dim")), 2),
            Segment(line(Span(one_line(row.name), "accent"))),
            Segment(line(Span(command(row.request), "title")), 3),
            Segment(line(Span(current.text, current.style)), 2),
        ]
        if self.view.title and not row.over:
            left.append(Segment(line(Span(cut(one_line(self.view.title), MAX_TITLE), "dim")), 7))
        if row.dropped:
            left.append(Segment(line(Span("output dropped", "bad")), 1))
        self.title_bar.show(left, self._hints())
        said = story(row)
        self.notice.display = bool(said)
        if said:
            self.notice.show([Segment(said)], [Segment(over_hint(self.session), 0)] if row.over else ())

    def _hints(self) -> list[Segment]:
        prefix = sign(self.context.config.prefix)
        lead = Segment(line(Span(f"{prefix} …" if self._prefixed else prefix, "warn" if self._prefixed else "key")))
        return [lead, *(Segment(line(Span(key, "key"), Span(f" {words}", "dim")), rank) for key, words, rank in HINTS)]
