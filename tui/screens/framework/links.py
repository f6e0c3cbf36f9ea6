"""Links between objects: the target of a line of a text, and the containers that use an object."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from tui.live.compose.projects import Project
from tui.live.containers.used_by import Used
from tui.live.merged_rows import Placed
from tui.live.state.collection import Collection
from tui.resources.compose.projects import title
from tui.resources.model.document import Link
from tui.resources.model.text import count
from tui.screens.framework.context import ViewContext
from tui.screens.framework.details_view import DetailsView
from tui.screens.framework.group_context import GroupContext
from tui.screens.framework.resource_view import ResourceView, named, no_such
from tui.screens.framework.routes import RouteView, build_view
from tui.screens.framework.service_view import EngineView

if TYPE_CHECKING:
    from textual.app import App

    from tui.live.engine_session import Session

Row = TypeVar("Row")


def follow_link(view: EngineView, link: Link, context: ViewContext | None = None) -> None:
    """Open the details of a linked object over this view, as soon as its type is listed.

    `context`: that of its engine, if another than the view's.
    """
    view.renew("link", _open, view, link, context or view.context)


async def _open(view: EngineView, link: Link, context: ViewContext) -> None:
    resource, rows = context.resource(link.screen), context.rows(link.screen)
    await _listed(rows)
    row = named(resource, rows, link.name)
    if row is None and link.screen == "containers" and (other := _engine_of(context, link.name)) is not None:
        await context.program.open_on(other, link.screen, link.name)
    elif row is None:
        view.warn(no_such(resource, link.name))
    elif view.is_current:  # not if the user went elsewhere since
        await view.app.push_screen(DetailsView(context, resource, rows, row))


def _engine_of(context: ViewContext, container: str) -> Session | None:
    """Return another engine of the program that has the container of this id, such as that of a task of the same swarm."""
    engines = (session for session in context.program.engines if session is not context.session)
    return next((session for session in engines if container in session.store.containers.rows), None)


async def _listed(rows: Collection[Any]) -> None:
    """Wait until the engine's list is there."""
    if rows.loaded:
        return
    known = asyncio.Event()
    unsubscribe = rows.changed.subscribe(lambda _changes: known.set())
    try:
        await known.wait()
    finally:
        unsubscribe()


async def open_by_name(app: App[Any], context: ViewContext, name: str) -> None:
    """Open the details of a container as soon as the engine lists it, with the cursor on it below (`longshore NAME`)."""
    view = context.view("containers")
    view.go_to(name)
    app.call_later(follow_link, view, Link("containers", name))


async def open_users(view: RouteView, rows: Sequence[Used[Any]]) -> None:
    """Open the list of the containers that use these objects."""
    await _show_users(view, rows, {user.id for row in rows for user in row.users})


async def open_users_of_several(view: RouteView, _group: GroupContext, rows: Sequence[Placed[Used[Any]]]) -> None:
    """Open the list of the containers that use these objects of several engines."""
    keys = {placed.member.key(user.id) for placed in rows for user in placed.row.users}
    await _show_users(view, [placed.row for placed in rows], keys)


async def _show_users(view: RouteView, rows: Sequence[Used[Any]], keys: Iterable[str]) -> None:
    if not keys:
        view.warn("not used by any container")
        return
    resource = view.resource
    what = resource.title(rows[0]) if len(rows) == 1 else count(len(rows), resource.singular)
    await show_containers(view, keys, f"of {resource.singular if len(rows) == 1 else 'those'} {what}")


async def open_members(view: RouteView, rows: Sequence[Project]) -> None:
    """Open the list of the containers of these projects."""
    ids = [each.id for row in rows for each in (*row.containers, *row.one_offs)]
    what = f"project {title(rows[0])}" if len(rows) == 1 else count(len(rows), "project")
    await show_containers(view, ids, f"of {what}")


async def open_members_of_several(view: RouteView, _group: GroupContext, rows: Sequence[Placed[Project]]) -> None:
    """Open the list of the containers of these projects of several engines."""
    keys = [placed.member.key(each.id) for placed in rows for each in (*placed.row.containers, *placed.row.one_offs)]
    await show_containers(view, keys, f"of {count(len(rows), 'project')}")


async def show_containers(view: RouteView, keys: Iterable[str], words: str) -> None:
    """Open a list of only these containers over this view; `words` describes the selection in the header."""
    narrowed = build_view(view.context, "containers")
    assert isinstance(narrowed, ResourceView)
    narrowed.show_only(frozenset(keys), words)
    await view.app.push_screen(narrowed)
