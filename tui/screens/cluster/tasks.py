"""From services to their tasks, and from a task to its container."""

from __future__ import annotations

from collections.abc import Sequence

from tui.live.cluster.rows import ServiceRow, StackRow, TaskRow
from tui.resources.cluster.service_actions import title
from tui.resources.model.document import Link
from tui.resources.model.text import count, one_line
from tui.screens.framework.links import follow_link
from tui.screens.framework.resource_view import ResourceView
from tui.screens.framework.service_view import EngineView


async def open_tasks(view: EngineView, rows: Sequence[ServiceRow]) -> None:
    """Open the list of the tasks of these services, ended ones hidden as always."""
    target = view.context.view("tasks")
    assert isinstance(target, ResourceView)
    ids = frozenset(task.id for row in rows for task in row.tasks)
    target.show_only(ids, f"of service {title(rows[0])}" if len(rows) == 1 else f"of {count(len(rows), 'service')}")
    view.context.go("tasks", "")


async def open_services(view: EngineView, rows: Sequence[StackRow]) -> None:
    """Open the list of the services of these stacks."""
    target = view.context.view("services")
    assert isinstance(target, ResourceView)
    ids = frozenset(service.id for row in rows for service in row.services)
    words = f"of stack {one_line(rows[0].name)}" if len(rows) == 1 else f"of {count(len(rows), 'stack')}"
    target.show_only(ids, words)
    view.context.go("services", "")


async def open_task(view: EngineView, rows: Sequence[TaskRow]) -> None:
    """Open the container of a task if it is on this engine or on one that is connected too, else the details of the task."""
    row = rows[0]
    status = row.task.status.container_status
    container = status.container_id if status is not None else ""
    if any(container in session.store.containers.rows for session in view.context.program.engines):
        follow_link(view, Link("containers", container))
        return
    target = view.context.view("tasks")
    assert isinstance(target, ResourceView)
    details = target.details(row)
    await view.app.push_screen(details)
    if container and view.app.screen is details:
        where = one_line(row.node) or "another node"
        details.say(f"the container is on {where}: connect to that engine to open it (:contexts)")
