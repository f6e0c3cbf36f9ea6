"""The bars of a view: header, footer, and the banner of a lost connection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.keys import sign
from tui.resources.jobs import under_way
from tui.resources.model.text import Line, Span, cut_middle
from tui.screens.framework.live_page import LivePage
from tui.widgets.bar import KeyHint, Segment

if TYPE_CHECKING:
    from tui.screens.framework.commands import Commands
    from tui.screens.framework.context import ViewContext


HOST = 40
"""Cells of the engine's name and address in the header, at most."""


class ViewBars(LivePage):
    """The bars of a view, built from its context and its commands."""

    kind: str = ""
    context: ViewContext

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
        mode = [Segment((Span("DEMO", "warn"),), 1)] if self.context.demo else []
        unverified = self.context.session.address.unverified
        mode += [Segment((Span("UNVERIFIED TLS", "bad"),), 1)] if unverified else []
        mode += [Segment((Span("READ-ONLY", "warn"),), 1)] if self.context.read_only else []
        mode += [Segment((Span(skew, "warn"),), 2)] if (skew := self.context.skew()) else []
        busy = under_way(self.context.session.jobs.rows.rows.values())
        mode += [Segment((Span(busy, "accent"),), 1)] if busy else []
        self.show_header(
            [Segment(self.title_line()), *self.facts()],
            [*mode, Segment((Span(engine, "dim"),), 4), Segment((Span(cut_middle(self.context.host, HOST), "accent"),), 3)],
        )

    def refresh_keys(self) -> None:
        """Update the footer: the keys of commands that apply now."""
        hints = [
            KeyHint(
                sign(self.commands.keys(command.name)[0]), command.name, command.name, 0 if command.name == "help" else rank
            )
            for rank, command in enumerate(self.commands, 1)
            if command.footer and self.commands.keys(command.name) and not command.refusal()
        ]
        self.show_keys(hints)

    def connection_problem(self) -> str:
        """Return why the data shown may be outdated, or ""."""
        return self.context.connection_problem()

    def refresh_connection(self) -> None:
        """Update the banner, style, header and footer from the state of the connection."""
        lost = self.connection_problem()
        self.set_class(lost not in ("", self.context.not_following()), "-lost")  # rows read on request are current
        if lost:
            self.banner((Span(lost),))
        else:
            self.banner()
        self.refresh_header()
        self.refresh_keys()
