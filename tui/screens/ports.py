"""The screen of the host's ports, across running and stopped containers."""

from __future__ import annotations

from tui.live.containers.host_ports import Port, published
from tui.resources.model.document import Link
from tui.resources.model.text import Span, count, line
from tui.resources.networks.ports import PORTS, answer, asked, those_with
from tui.screens.framework.context import ViewContext
from tui.screens.framework.links import follow_link
from tui.screens.framework.resource_view import ResourceView
from tui.widgets.bar import Segment


class PortsView(ResourceView[Port]):
    """The list of ports. Stopped containers are inspected for theirs, once each, while the view is shown."""

    def __init__(self, context: ViewContext) -> None:
        self.network_inspector = context.session.network_inspector
        self.question = ""  # a port to report on
        super().__init__(context, PORTS)

    def on_ready(self) -> None:
        self.follow(self.network_inspector.waiting, lambda _number: self.go_to_wanted())
        self._watch()
        super().on_ready()

    def on_resume_view(self) -> None:
        self._watch()
        super().on_resume_view()

    def on_screen_suspend(self) -> None:
        self.network_inspector.watch()

    def _watch(self) -> None:
        self.network_inspector.watch(lambda row: not row.alive or row.network_mode == "host")

    def facts(self) -> list[Segment]:
        waiting = self.network_inspector.waiting.value
        more = [Segment(line(Span(f"inspecting {count(waiting, 'stopped container')}", "dim")), 1)] if waiting else []
        return [*super().facts(), *more]

    def go_to(self, wanted: str) -> None:
        """Report the container of a port, as soon as every container is inspected."""
        self.question = wanted
        self._watch()
        if self.is_mounted:
            self.go_to_wanted()

    def go_to_wanted(self) -> None:
        self.refresh_header()
        if self.question and self.network_inspector.loaded and not self.network_inspector.waiting.value:
            self._answer(self.question)
            self.question = ""
        if self.wanted in self.rows.rows:  # the rows follow a moment later
            super().go_to_wanted()

    def _answer(self, text: str) -> None:
        question = asked(text)
        if question is None:
            self.warn(f"{text!r} is not a port: write 8080, 53/udp or 127.0.0.1:8080")
            return
        rows = published(self.network_inspector.rows.values()).values()
        self.say(answer(question, rows), "good")
        self.wanted = next((row.id for row in those_with(question, rows)), "")

    async def open_details(self) -> None:
        """Open the details of the container that has the port under the cursor, or would have it."""
        if self.current is not None:
            follow_link(self, Link("containers", self.current.container.id))
