"""The screen of the network map: the containers on each network, and the targets of published ports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tui.live.objects.networks import NETWORKS
from tui.resources.model.document import Document
from tui.resources.model.text import Span, count, line
from tui.resources.networks.map import network_map
from tui.screens.framework.commands import Command
from tui.screens.framework.context import ViewContext
from tui.screens.framework.document_view import DocumentView
from tui.widgets.bar import Segment


class MapView(DocumentView):
    """The map, drawn again after each change. Every container is inspected once while the map is shown."""

    kind = "map"

    def __init__(self, context: ViewContext) -> None:
        self.network_inspector = context.session.network_inspector
        self.networks = context.session.store.of(NETWORKS)
        self.wanted = ""  # the name to search for once the map is drawn
        super().__init__(context)

    def on_ready(self) -> None:
        super().on_ready()
        self.follow(self.network_inspector.changed, lambda _changes: self._draw())
        self.follow(self.networks.changed, lambda _changes: self._draw())
        self.follow(self.network_inspector.waiting, lambda _number: self.refresh_header())
        self.network_inspector.watch(lambda _row: True, self)
        self._draw()

    def on_resume_view(self) -> None:
        self.network_inspector.watch(lambda _row: True, self)
        super().on_resume_view()

    def on_screen_suspend(self) -> None:
        self.network_inspector.watch(viewer=self)

    def own_commands(self) -> Iterable[Command]:
        yield from super().own_commands()
        yield Command(name="copy-all", keys=("ctrl+a",), help="copy the whole text", run=self.copy_all, group="text")
        yield Command(name="reload", keys=("ctrl+r", "f5"), help="list again", run=self.reload, group="text")

    def facts(self) -> Sequence[Segment]:
        facts = [Segment(line(Span(count(len(self.networks.rows), "network"))), 2)]
        waiting = self.network_inspector.waiting.value
        return facts + ([Segment(line(Span(f"inspecting {count(waiting, 'container')}", "dim")), 1)] if waiting else [])

    def go_to(self, wanted: str) -> None:
        """Search for a name on the map, networks first."""
        self.wanted = wanted
        if self.is_mounted:
            self._find()

    def _find(self) -> None:
        if self.wanted and self.network_inspector.loaded and self.networks.loaded:
            document = self.reader.reading.document
            begins = f"{self.wanted}  "  # the beginning of a network's heading
            heads = any(document.text(number).startswith(begins) for number in range(len(document)))
            self.reader.search(f"^{re.escape(begins)}" if heads else re.escape(self.wanted))
            self.wanted = ""

    def _draw(self) -> None:
        if not self.network_inspector.loaded or not self.networks.loaded:
            return
        drawn = network_map(self.networks.rows.values(), self.network_inspector.rows.values())
        if not _same(self._document, drawn):
            self.show_document(drawn, again=self._document is not None)
        self.refresh_header()
        self._find()

    def copy_all(self) -> None:
        """Copy the whole map (OSC 52)."""
        self.put_on_clipboard(self.reader.reading.document.plain_text(), "the whole map", self.all_of_it())

    def reload(self) -> None:
        """List networks and containers again."""
        self.context.session.store.reload(NETWORKS)
        self.say("listing again")

    def escape(self) -> None:
        """End the search. Never quit: escape is pressed out of habit."""
        if self.reader.reading.searched:
            self.reader.search("")
        else:
            self.say("q: quit")


def _same(one: Document | None, other: Document) -> bool:
    return (
        one is not None
        and len(one) == len(other)
        and all(
            one.spans(number) == other.spans(number) and one.link(number) == other.link(number) for number in range(len(one))
        )
    )
