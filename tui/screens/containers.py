"""The screen of the containers: state and resource usage."""

from __future__ import annotations

from textual import on

from tui.live.containers.container import Container
from tui.resources.containers.containers import CONTAINERS
from tui.screens.framework.context import ViewContext
from tui.screens.framework.resource_view import ResourceView
from tui.widgets.table import Table


class ContainersView(ResourceView[Container]):
    """The list of containers; statistics are requested only for rows on the screen."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__(context, CONTAINERS)

    @on(Table.VisibleChanged)
    def _look(self) -> None:
        """Request statistics of exactly the visible rows."""
        seen = self.table.visible_keys if self.is_current else ()
        moving = self.statistics and any(place.column.statistics for place in self.places)
        self.context.session.sampler.watch(seen if moving else ())
        self.context.session.inspector.watch(seen)

    def lay_out(self) -> None:
        super().lay_out()
        self._look()

    def on_screen_suspend(self) -> None:
        if self.covered_by_dialog():
            return
        self.context.session.sampler.watch(())
        self.context.session.inspector.watch(())

    def on_resume_view(self) -> None:
        super().on_resume_view()
        self._look()
