"""The difference between two configs."""

from __future__ import annotations

from collections.abc import Sequence

from tui.engine.objects.secrets import Config
from tui.live.cluster.rows import StoredRow
from tui.resources.cluster.configs import difference
from tui.resources.cluster.stored import title
from tui.resources.model.text import Line, Span, line
from tui.screens.framework.context import ViewContext
from tui.screens.framework.document_view import DocumentView
from tui.screens.framework.service_view import EngineView


class DifferenceView(DocumentView):
    """The difference between two configs, as a text."""

    kind = "difference"

    def __init__(self, context: ViewContext, one: StoredRow[Config], other: StoredRow[Config]) -> None:
        super().__init__(context)
        self.names_of_both = f"{title(one)} and {title(other)}"
        self.show_document(difference(one, other))

    def title_line(self) -> Line:
        return line(Span("difference ", "title"), Span(self.names_of_both, "accent"))


async def compare(view: EngineView, rows: Sequence[StoredRow[Config]]) -> None:
    """Open the difference between two marked configs, the older one first."""
    if len(rows) != 2:
        view.warn("mark two configs with space to compare them")
        return
    one, other = sorted(rows, key=lambda row: row.item.created_at)
    await view.app.push_screen(DifferenceView(view.context, one, other))
