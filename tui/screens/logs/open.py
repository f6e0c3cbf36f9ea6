"""Functions that open logs from other views and from the command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from tui.engine import errors
from tui.live.cluster.rows import ServiceRow, StackRow, TaskRow
from tui.live.compose.projects import Project
from tui.live.containers.container import Container
from tui.live.logs.reader import Source
from tui.live.merged_rows import Placed
from tui.resources.containers.formats import known_as
from tui.resources.logs.formats import short_names
from tui.resources.model.action import DockerCommand
from tui.resources.model.advice import told
from tui.resources.model.docker_commands import operands
from tui.resources.model.text import count, one_line
from tui.screens.framework.context import ViewContext
from tui.screens.framework.group_context import GroupContext
from tui.screens.framework.routes import RouteView
from tui.screens.framework.service_view import EngineView
from tui.screens.framework.view import View
from tui.screens.logs.logs_view import LogsView
from tui.widgets.dialogs import Entry, Pick

if TYPE_CHECKING:
    from textual.app import App
    from textual.worker import Worker


def _sources(rows: Sequence[Container]) -> list[Source]:
    return [Source(row.id, row.name, short) for row, short in zip(rows, short_names(rows), strict=True)]


async def open_logs(view: RouteView, rows: Sequence[Container]) -> None:
    """Open the log of one container (`l`)."""
    for row in rows[:1]:
        view.context.record_command(("logs", "--follow", *operands(known_as(row))))
        await view.app.push_screen(LogsView(view.context, _sources([row])))


async def open_merged_logs(view: RouteView, rows: Sequence[Container]) -> None:
    """Open the logs of the marked containers, or of the Compose project of a single one (`L`)."""
    if not rows:
        return
    project = rows[0].project if len(rows) == 1 else ""
    if project:
        rows = _members(view.context, project)
    rows = sorted(rows, key=lambda row: row.name)
    await view.app.push_screen(LogsView(view.context, _sources(rows), project))


async def open_logs_of_several(view: RouteView, group: GroupContext, rows: Sequence[Placed[Container]]) -> None:
    """Open the logs of marked containers of several engines, merged (`L`)."""
    placed = sorted(rows, key=lambda each: (each.row.name, each.member.name))
    sources = [
        Source(each.row.id, each.row.name, f"{each.member.name}/{one_line(each.row.name)}", session=each.member.session)
        for each in placed
    ]
    await view.app.push_screen(LogsView(group, sources))


async def open_project_logs(view: RouteView, rows: Sequence[Project]) -> None:
    """Open the logs of a project's containers, merged (`l` on a project)."""
    for project in rows[:1]:
        members = sorted(_members(view.context, project.name), key=lambda row: row.name)
        view.context.record_command(("compose", f"--project-name={project.name}", "logs", "--follow"))
        await view.app.push_screen(LogsView(view.context, _sources(members), project.name))


async def open_project_service_logs(view: RouteView, rows: Sequence[Project]) -> None:
    """Open the logs of the containers of one service of a project, merged; ask which service if there are several."""
    for project in rows[:1]:

        async def picked(name: str | None, project: Project = project) -> None:
            for service in project.services:
                if service.name == name:
                    members = sorted(service.containers, key=lambda row: row.name)
                    command = ("compose", f"--project-name={project.name}", "logs", "--follow", *operands(service.name))
                    view.context.record_command(command)
                    title = f"{project.name}/{service.name}"
                    await view.app.push_screen(LogsView(view.context, _sources(members), title))

        if len(project.services) == 1:
            await picked(project.services[0].name)
        else:
            entries = [
                Entry(service.name, one_line(service.name), help=count(len(service.containers), "container"))
                for service in project.services
            ]
            await view.show(Pick(f"Logs of which service of {one_line(project.name)}?", entries), picked)


async def open_task_logs(view: EngineView, rows: Sequence[TaskRow]) -> None:
    """Open the logs of tasks, merged (`l` on tasks)."""
    for row in rows[:1]:
        view.context.record_command(("service", "logs", "--follow", *operands(row.id)))
    sources = [Source(row.id, row.name, one_line(f"{row.service}.{row.place_name}"), task=True) for row in rows]
    await view.app.push_screen(LogsView(view.context, sources))


async def open_service_logs(view: EngineView, rows: Sequence[ServiceRow]) -> None:
    """Open the logs of the newest task of each slot of a service, merged (`l` on a service)."""
    for service in rows[:1]:
        command = ("service", "logs", "--follow", *operands(service.name))
        await _open_tasks(view, partial(_of_service, view.context, service), service.name, command)


def _of_service(context: ViewContext, service: ServiceRow) -> list[Source]:
    tasks = newest_tasks(context.rows("services").rows.get(service.id, service))
    return [Source(row.id, row.name, one_line(row.place_name), task=True) for row in tasks]


async def open_stack_logs(view: EngineView, rows: Sequence[StackRow]) -> None:
    """Open the logs of all services of a stack, merged (`l` on a stack)."""
    for stack in rows[:1]:
        await _open_tasks(view, partial(_of_stack, view.context, stack), stack.name, ())


def _of_stack(context: ViewContext, stack: StackRow) -> list[Source]:
    services = context.rows("stacks").rows.get(stack.name, stack).services
    tasks = [row for service in services for row in newest_tasks(service)]
    return [
        Source(row.id, row.name, one_line(f"{row.service.removeprefix(f'{stack.name}_')}.{row.place_name}"), task=True)
        for row in tasks
    ]


def newest_tasks(service: ServiceRow) -> list[TaskRow]:
    """Return the newest task of each slot that has not ended; of every slot, where all have."""
    tasks = [next(slot) for _, slot in groupby(service.tasks, key=lambda row: row.place)]
    return [row for row in tasks if not row.ended] or tasks


async def _open_tasks(view: EngineView, tasks: Callable[[], Sequence[Source]], name: str, command: DockerCommand) -> None:
    if not (sources := tasks()):
        view.warn(f"{one_line(name)} has no task, so nothing is logged")
        return
    if command:
        view.context.record_command(command)
    await view.app.push_screen(LogsView(view.context, sources, name, tasks))


def _members(context: ViewContext, project: str) -> list[Container]:
    return [row for row in context.session.store.containers.rows.values() if row.project == project]


def logs_by_name(app: App[Any], context: ViewContext, name: str) -> Worker[None]:
    """Open the log of a container or of a Compose project as soon as the engine answers (`longshore logs NAME`).

    Return the work, which ends when the log is shown.
    """

    async def open_when_known() -> None:
        from tui.screens.terminals.open import connected_engine

        view = app.screen
        try:
            engine = await connected_engine(context)
            found = await engine.containers.inspect(name)
            sources, project = [Source(found.id, found.name.lstrip("/"))], ""
        except errors.NotFound as error:
            members = sorted(_members(context, name), key=lambda row: row.name)
            if not members:
                _say(view, told(error))
                return
            sources, project = _sources(members), name
        except errors.EngineError as error:
            _say(view, told(error))
            return
        await app.push_screen(LogsView(context, sources, project))

    return app.run_worker(open_when_known())


def _say(view: object, text: str) -> None:
    if isinstance(view, View):
        view.warn(text)
