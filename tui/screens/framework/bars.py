"""The bars of a view: header, footer, and the banner of a lost connection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import events

from tui.keys import sign
from tui.resources.jobs import under_way
from tui.resources.model.text import Line, Span, count, cut_middle
from tui.screens.framework.live_page import LivePage
from tui.widgets.bar import KeyHint, Segment

if TYPE_CHECKING:
    from tui.screens.framework.commands import Commands
    from tui.screens.framework.context import ViewContext


HOST = 40
"""Cells of the engine's name and address in the header, at most."""

SHORT_HOST = 20
"""Cells of the engine's name in a narrow header, at most."""


class ViewBars(LivePage):
    """The bars of a view, built from its context and its commands."""

    kind: str = ""
    context: ViewContext

    def __init__(self) -> None:
        super().__init__()
        self._unbound: set[str] = set()  # the unbound keys that were pressed
        self._keys_due = False  # whether the footer is about to be updated

    @property
    def commands(self) -> Commands:
        """Return the commands of the view."""
        raise NotImplementedError

    def title_line(self) -> Line:
        """Return the title of the view, for the header."""
        return (Span(self.kind, "title"),)

    def facts(self) -> Sequence[Segment]:
        """Return further parts of the header: counts, filter, sort order."""
        return ()

    def refresh_header(self) -> None:
        """Update the header; unchanged parts are not drawn."""
        engine = self.context.engine_summary()
        mode = [Segment((Span("DEMO", "warn"),), 1)] if self.context.program.demo else []
        mode += [Segment((Span("UNVERIFIED TLS", "bad"),), 1)] if self.context.unverified else []
        mode += [Segment((Span("READ-ONLY", "warn"),), 1)] if self.context.read_only else []
        mode += [Segment((Span(skew, "warn"),), 2)] if (skew := self.context.skew()) else []
        if wrong := self.context.problem_count():
            mode += [Segment((Span(count(wrong, "problem"), "bad"),), 1)]
        busy = under_way(self.context.jobs.rows.rows.values())
        mode += [Segment((Span(busy, "accent"),), 1)] if busy else []
        colour = self.context.colour or "accent"
        short = cut_middle(self.context.short_host, SHORT_HOST)
        host = Segment((Span(cut_middle(self.context.host, HOST), colour),), short=(Span(short, colour),), short_rank=4)
        self.show_header(
            [Segment(self.title_line()), *self.facts()],
            [*mode, Segment((Span(engine, "dim"),), self.context.summary_rank), host],
        )

    def refresh_keys(self) -> None:
        """Update the footer, once for all that is under way: a key often moves the cursor as well, and both concern it."""
        if not self._keys_due:
            self._keys_due = self.call_after_refresh(self._show_keys)

    def _show_keys(self) -> None:
        """Show the keys of commands that apply now; actions that are not important enough where there is room."""
        self._keys_due = False
        hints: list[KeyHint] = []
        more: list[KeyHint] = []
        for rank, command in enumerate(self.commands, 1):
            keys = self.commands.keys(command.name)
            if not keys or not (command.footer or command.menu) or command.refusal():
                continue
            least = 0 if command.name == "help" else rank if command.footer else rank + len(self.commands)
            (hints if command.footer else more).append(KeyHint(sign(keys[0]), command.name, command.name, least))
        self.show_keys([*hints[:-1], *more, *hints[-1:]])

    def on_key(self, event: events.Key) -> None:
        """Say once for each key that it is not bound, and where the keys are listed."""
        if event.key not in self._unbound:
            self._unbound.add(event.key)
            self.say(f"{sign(event.key)} does nothing here; ? shows the keys")

    def connection_problem(self) -> str:
        """Return why the data shown may be outdated, or ""."""
        return self.context.connection_problem()

    def outdated(self) -> bool:
        """Return whether all the data shown may be outdated."""
        return self.connection_problem() not in ("", self.context.not_following())  # rows read on request are current

    def refresh_connection(self) -> None:
        """Update the banner, style, header and footer from the state of the connection."""
        lost = self.connection_problem()
        self.set_class(self.outdated(), "-lost")
        if lost:
            self.banner((Span(lost),))
        else:
            self.banner()
        self.refresh_header()
        self.refresh_keys()
