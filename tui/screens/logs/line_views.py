"""The views beside a log: a line with all its fields, and the matches in the whole log."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from tui.live.logs.reader import Hit, Hits, LogReader
from tui.resources.logs.filters import group_of
from tui.resources.logs.formats import detail, hits_document, hits_title
from tui.resources.model.document import Document
from tui.resources.model.text import Line, Span, line, one_line
from tui.screens.framework.commands import Command
from tui.screens.framework.context import ViewContext
from tui.screens.framework.document_view import DocumentView
from tui.screens.framework.service_view import EngineView


class LogLineView(DocumentView):
    """The details of a line of a log: the whole text, its fields unfolded, the group of the line."""

    kind = "log-line"

    def __init__(self, context: ViewContext, document: Document, name: str) -> None:
        super().__init__(context)
        self.name_of_source = name
        self.show_document(document)

    def title_line(self) -> Line:
        return line(Span("line ", "title"), Span(self.name_of_source, "accent"))


class HitsView(DocumentView):
    """The matches in the log of a period; enter goes to the line in the log."""

    kind = "log-hits"

    def __init__(
        self,
        context: ViewContext,
        searched: str,
        period: str,
        hits: Hits,
        names: tuple[str, ...],
        go_to: Callable[[Hit], None],
    ) -> None:
        """`period`: what was searched, such as "the whole log"."""
        self.searched = searched
        self.period = period
        self.hits = hits
        self._go_to = go_to
        super().__init__(context)
        self.show_document(hits_document(hits, names, period))

    def title_line(self) -> Line:
        return line(
            Span("found ", "title"),
            Span(f"/{self.searched}", "accent"),
            Span(f" in {self.period}"),
            Span(f"  {hits_title(self.hits)}"),
        )

    def on_ready(self) -> None:
        super().on_ready()
        self.reader.action_last()
        self.reader.search(self.searched)

    def own_commands(self) -> Iterable[Command]:
        yield Command(
            name="go-there",
            keys=("enter",),
            help="show this line in the log",
            run=self.go_there,
            refusal=lambda: "" if self.hits.hits else "no matches",
            group="text",
            footer=True,
        )
        for command in super().own_commands():
            if "enter" not in command.keys:
                yield command

    def go_there(self) -> None:
        """Go back to the log, at the line under the cursor."""
        reading = self.reader.reading
        hit = self.hits.hits[reading.number(reading.cursor)]
        self.leave()
        self._go_to(hit)


async def open_line(view: EngineView, reader: LogReader, id_: int) -> None:
    """Open a line of the view's log with all its fields; the part that is not held is read from the engine."""
    shown = reader.buffer.line(id_)
    group = group_of(reader.buffer, id_)
    name = reader.sources[shown.source].name if shown.source < len(reader.sources) else "Longshore"
    data = shown.data
    if shown.left_out:
        view.say("fetching the whole line…")
        data = await reader.whole(shown)
        view.clear_message()
    room = view.app.size.width - 6
    document = await asyncio.to_thread(detail, shown, data, one_line(name), group, room)  # a line may have 16 MiB
    await view.app.push_screen(LogLineView(view.context, document, name))
