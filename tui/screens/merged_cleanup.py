"""The clean-up screen of several engines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tui.live.cleanup.merged_plan import MergedPlan
from tui.live.cleanup.unused import Candidate
from tui.live.merged_rows import Placed
from tui.resources.cleanup.cleanup import CLEANUP
from tui.resources.model.merged import hosts_text, members_of
from tui.screens.cleanup import PlanView
from tui.screens.framework.context import ViewContext
from tui.screens.framework.details_view import DetailsView
from tui.screens.framework.group_context import GroupContext
from tui.screens.framework.merged_view import MergedView
from tui.screens.framework.routes import RouteView
from tui.screens.framework.view import View


async def open_clean_up_of_several(view: RouteView, group: GroupContext, _rows: Sequence[Any]) -> None:
    """Open the plan of several engines for the objects of a list."""
    group.go("cleanup", view.kind)


class MergedCleanupView(PlanView[Placed[Candidate]], MergedView):
    """The plan of several engines."""

    def __init__(self, context: GroupContext) -> None:
        self.plan: MergedPlan = MergedPlan(context.members)
        self.prepare()
        MergedView.__init__(self, context, CLEANUP, self.plan.rows)

    def candidate(self, row: Placed[Candidate]) -> Candidate:
        """Return the object as it is now: the merged rows follow a moment later."""
        return self.plan.parts[row.member].rows.rows.get(row.row.id, row.row)

    def context_of(self, row: Placed[Candidate]) -> ViewContext:
        return self.context.of(row.member)

    def host_of(self, rows: Sequence[Placed[Candidate]]) -> str:
        return hosts_text(members_of(rows))

    def why_no_host(self) -> str:
        return "" if self.current is not None else "the plan is empty, so that no host is chosen"

    def details(self, row: Placed[Candidate], tab: str = "") -> View:
        return DetailsView(self.context.of(row.member), CLEANUP, self.plan.parts[row.member].rows, row.row, tab)
