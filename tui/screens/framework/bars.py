"""What stands around the body of a view: the header, the footer, the banner of a lost engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.resources.jobs import under_way
from tui.resources.model.text import Line, Span
from tui.screens.framework.commands import sign
from tui.screens.framework.live_page import LivePage
from tui.widgets.bar import KeyHint, Segment

if TYPE_CHECKING:
    from tui.screens.framework.commands import Commands
    from tui.screens.framework.context import ViewContext


class ViewBars(LivePage):
    """The bars of a view, made from its context and its commands."""

    kind: str = ""
    context: ViewContext

    @property
    def commands(self) -> Commands:
        """What can be done here."""
        raise NotImplementedError

    def title_line(self) -> Line:
        """What this view shows, for the header."""
        return (Span(self.kind, "title"),)

    def facts(self) -> Sequence[Segment]:
        """What the header says besides: counts, a filter, an order."""
        return ()

    def refresh_header(self) -> None:
        """Bring the header up to date; nothing is drawn when it says the same."""
        engine = self.context.engine_summary()
        mode = [Segment((Span("DEMO", "warn"),), 1)] if self.context.demo else []
        mode += [Segment((Span("READ-ONLY", "warn"),), 1)] if self.context.read_only else []
        busy = under_way(self.context.session.jobs.rows.rows.values())
        mode += [Segment((Span(busy, "accent"),), 1)] if busy else []
        self.show_header(
            [Segment(self.title_line()), *self.facts()],
            [*mode, Segment((Span(engine, "dim"),), 4), Segment((Span(self.context.host, "accent"),), 3)],
        )

    def refresh_keys(self) -> None:
        """Bring the footer up to date: the keys that apply now."""
        hints = [
            KeyHint(
                sign(self.commands.keys(command.name)[0]), command.name, command.name, 0 if command.name == "help" else rank
            )
            for rank, command in enumerate(self.commands, 1)
            if command.footer and self.commands.keys(command.name) and not command.refusal()
        ]
        self.show_keys(hints)

    def connection_problem(self) -> str:
        """Why what is shown may be old, or nothing."""
        return self.context.connection_problem()

    def refresh_connection(self) -> None:
        """Grey what is shown and say why while the engine is away; what can be done then is less."""
        lost = self.connection_problem()
        self.set_class(bool(lost), "-lost")
        if lost:
            self.banner((Span(lost),))
        else:
            self.banner()
        self.refresh_header()
        self.refresh_keys()
