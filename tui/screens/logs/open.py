"""Functions that open logs from other views and from the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tui.engine import errors
from tui.live.compose.projects import Project
from tui.live.containers.container import Container
from tui.live.logs.reader import Source
from tui.resources.containers.formats import known_as
from tui.resources.logs.formats import short_names
from tui.resources.model.advice import told
from tui.resources.model.docker_commands import operands
from tui.screens.framework.context import ViewContext
from tui.screens.framework.view import View
from tui.screens.logs.logs_view import LogsView

if TYPE_CHECKING:
    from textual.app import App


def _sources(rows: Sequence[Container]) -> list[Source]:
    return [Source(row.id, row.name, short) for row, short in zip(rows, short_names(rows), strict=True)]


async def open_logs(view: View, rows: Sequence[Container]) -> None:
    """Open the log of one container (`l`)."""
    for row in rows[:1]:
        view.context.record_command(("logs", "--follow", *operands(known_as(row))))
        await view.app.push_screen(LogsView(view.context, _sources([row])))


async def open_merged_logs(view: View, rows: Sequence[Container]) -> None:
    """Open the logs of the marked containers, or of the Compose project of a single one (`L`)."""
    if not rows:
        return
    project = rows[0].project if len(rows) == 1 else ""
    if project:
        rows = _members(view.context, project)
    rows = sorted(rows, key=lambda row: row.name)
    await view.app.push_screen(LogsView(view.context, _sources(rows), project))


async def open_project_logs(view: View, rows: Sequence[Project]) -> None:
    """Open the logs of a project's containers, merged (`l` on a project)."""
    for project in rows[:1]:
        members = sorted(_members(view.context, project.name), key=lambda row: row.name)
        view.context.record_command(("compose", f"--project-name={project.name}", "logs", "--follow"))
        await view.app.push_screen(LogsView(view.context, _sources(members), project.name))


def _members(context: ViewContext, project: str) -> list[Container]:
    return [row for row in context.session.store.containers.rows.values() if row.project == project]


async def logs_by_name(app: App[Any], context: ViewContext, name: str) -> None:
    """Open the log of a container or of a Compose project as soon as the engine answers (`longshore logs NAME`)."""

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

    app.run_worker(open_when_known())


def _say(view: object, text: str) -> None:
    if isinstance(view, View):
        view.warn(text)
