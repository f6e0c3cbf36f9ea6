"""The screen of the host's ports, across running and stopped containers."""

from __future__ import annotations

from tui.live.containers.container import Container
from tui.live.containers.host_ports import Port, published
from tui.resources.model.document import Link
from tui.resources.model.text import Span, count, line
from tui.resources.networks.ports import PORTS, answer, asked, those_with
from tui.screens.framework.context import ViewContext
from tui.screens.framework.group_context import GroupContext
from tui.screens.framework.links import follow_link
from tui.screens.framework.merged_view import MemberView, MergedView
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
        self.network_inspector.watch(viewer=self)

    def _watch(self) -> None:
        self.network_inspector.watch(_concerned, self)

    def facts(self) -> list[Segment]:
        return [*super().facts(), *_waiting(self.network_inspector.waiting.value)]

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
            self.warn(no_port(text))
            return
        rows = published(self.network_inspector.rows.values()).values()
        self.say(answer(question, rows), "good")
        self.wanted = next((row.id for row in those_with(question, rows)), "")

    async def open_details(self) -> None:
        """Open the details of the container that has the port under the cursor, or would have it."""
        if self.current is not None:
            follow_link(self, Link("containers", self.current.container.id))


class MergedPortsView(MergedView):
    """The list of the ports of several hosts."""

    def __init__(self, context: GroupContext) -> None:
        self.inspectors = {member.name: member.session.network_inspector for member in context.members}
        super().__init__(context, PORTS)

    def on_ready(self) -> None:
        for inspector in self.inspectors.values():
            self.follow(inspector.waiting, lambda _number: self.refresh_header())
        super().on_ready()

    def on_resume_view(self) -> None:
        for inspector in self.inspectors.values():
            inspector.watch(_concerned, self)
        super().on_resume_view()

    def on_screen_suspend(self) -> None:
        for inspector in self.inspectors.values():
            inspector.watch(viewer=self)

    def facts(self) -> list[Segment]:
        return [*super().facts(), *_waiting(sum(inspector.waiting.value for inspector in self.inspectors.values()))]

    def go_to(self, wanted: str) -> None:
        """Report on each host the container of a port, of the containers inspected so far."""
        question = asked(wanted)
        if question is None:
            self.warn(no_port(wanted))
            return
        found = {name: published(inspector.rows.values()).values() for name, inspector in self.inspectors.items()}
        self.say("; ".join(f"{name}: {answer(question, rows)}" for name, rows in found.items()), "good")

    async def open_details(self) -> None:
        if self.current is not None:
            context = self.context.of(self.current.member)
            follow_link(MemberView(self, context, PORTS), Link("containers", self.current.row.container.id))


def _concerned(row: Container) -> bool:
    """Return whether a container's ports are known only from inspecting it."""
    return not row.alive or row.network_mode == "host"


def _waiting(number: int) -> list[Segment]:
    """Return the part of the header about containers that are not inspected yet."""
    return [Segment(line(Span(f"inspecting {count(number, 'stopped container')}", "dim")), 1)] if number else []


def no_port(text: str) -> str:
    """Return the message for a text that is no port."""
    return f"{text!r} is not a port: write 8080, 53/udp or 127.0.0.1:8080"
