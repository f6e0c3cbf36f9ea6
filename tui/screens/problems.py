"""What the list of problems opens: the details of the object, its logs."""

from __future__ import annotations

from collections.abc import Sequence

from tui.live.containers.container import Container
from tui.live.problem import Problem
from tui.resources.problems.problems import PROBLEMS, problems_of
from tui.screens.framework.details_view import DetailsView
from tui.screens.framework.merged_view import MemberView
from tui.screens.framework.resource_view import no_such
from tui.screens.framework.routes import RouteView, open_route


def _container(view: RouteView, row: Problem) -> Container | None:
    """Return the container that a problem is about, or None."""
    if row.screen != "containers":
        return None
    return view.context.session.store.containers.rows.get(row.object_id)


async def open_problem(view: RouteView, rows: Sequence[Problem]) -> None:
    """Open the details of the problem's object, which begin with the cause; of the problem itself if there are none."""
    context, row = view.context, rows[0]
    container = _container(view, row)
    if container is not None:
        details = DetailsView(context, context.resource("containers"), context.rows("containers"), container, "why")
        await view.app.push_screen(details)
    else:
        await view.app.push_screen(DetailsView(context, PROBLEMS, problems_of(context.session), row))


async def open_problem_logs(view: RouteView, rows: Sequence[Problem]) -> None:
    """Open the logs of the problem's container."""
    container = _container(view, rows[0])
    if container is None:
        view.warn(no_such(view.context.resource("containers"), rows[0].name))
        return
    side = MemberView(view.foreground_view, view.context, view.context.resource("containers"))
    await open_route(side, "logs", [container])
