"""The screen of the containers, of one engine or of several: state and resource usage."""

from __future__ import annotations

from typing import TypeVar

from textual import on

from tui.live.containers.container import Container
from tui.live.containers.stats_sampler import SLOW
from tui.live.merged_rows import Placed
from tui.resources.containers.containers import CONTAINERS
from tui.resources.model.text import Span, line
from tui.screens.framework.context import ViewContext
from tui.screens.framework.group_context import GroupContext
from tui.screens.framework.list_view import ListView
from tui.screens.framework.merged_view import MergedView
from tui.screens.framework.resource_view import ResourceView
from tui.widgets.bar import Segment
from tui.widgets.table import Table

Row = TypeVar("Row")


class WatchingView(ListView[Row]):
    """A list of containers; statistics are requested only for rows on the screen."""

    @on(Table.VisibleChanged)
    def _look(self) -> None:
        """Request statistics of exactly the visible rows."""
        seen = self.table.visible_keys if self.is_current else ()
        sorted_by = self.statistics and self.listing.column.statistics
        self.context.watch_containers(seen, self, statistics=self._sampled, steady=sorted_by)

    @property
    def _sampled(self) -> bool:
        """Return whether statistics are on the screen."""
        return self.statistics and any(place.column.statistics for place in self.places)

    def on_ready(self) -> None:
        super().on_ready()
        for session in self.context.sessions:
            self.follow(session.sampler.slow, lambda _slow: self.refresh_header())

    def facts(self) -> list[Segment]:
        slow = any(session.sampler.slow.value for session in self.context.sessions)
        if not slow or not self._sampled or self.listing.column.statistics:
            return [*super().facts()]
        return [*super().facts(), Segment(line(Span(f"statistics every {SLOW:g} s", "dim")), 1)]

    def lay_out(self) -> None:
        super().lay_out()
        self._look()

    def on_screen_suspend(self) -> None:
        if self.covered_by_dialog():
            return
        self.context.watch_containers((), self)

    def on_resume_view(self) -> None:
        super().on_resume_view()
        self._look()


class ContainersView(WatchingView[Container], ResourceView[Container]):
    """The list of the containers of one engine."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__(context, CONTAINERS)


class MergedContainersView(WatchingView[Placed[Container]], MergedView):
    """The list of the containers of several engines."""

    def __init__(self, context: GroupContext) -> None:
        super().__init__(context, CONTAINERS)
