"""Functions that open terminals: for the actions of containers and sessions, and from the command line."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tui.engine import errors
from tui.live.containers.container import Container
from tui.live.merged_rows import Placed
from tui.live.state.store import Connected, Lost
from tui.live.terminals.exec import ExecRequest
from tui.live.terminals.session_row import SessionRow
from tui.live.terminals.sessions import TerminalSession
from tui.resources.containers.exec_attach import CHOICES, FIELDS, exec_command, request_of
from tui.resources.containers.formats import title
from tui.resources.model.action import Answers
from tui.resources.model.advice import told
from tui.resources.model.docker_commands import operands
from tui.resources.model.merged import by_member
from tui.resources.model.text import one_line
from tui.screens.framework.context import ViewContext
from tui.screens.framework.form_fields import form_fields, ticks
from tui.screens.framework.group_context import GroupContext
from tui.screens.framework.routes import RouteView
from tui.screens.framework.view import View
from tui.screens.terminals.screen import TerminalScreen
from tui.widgets.form import Filled, Form

if TYPE_CHECKING:
    from textual.app import App
    from textual.worker import Worker


async def show(app: App[Any], context: ViewContext, session: TerminalSession, beside: TerminalSession | None = None) -> None:
    """Show a session."""
    await app.push_screen(TerminalScreen(context, session, beside))


async def run_in(view: RouteView, row: Container, request: ExecRequest) -> None:
    """Open a terminal on a command in a container; without a command, on the best shell available."""
    session = view.context.terminals.open_exec(row.id, row.name, request)
    _note_when_open(view, session)
    await show(view.app, view.context, session)


def _note_when_open(view: RouteView, session: TerminalSession) -> None:
    """Record the docker command of a session once the session is open."""

    async def note() -> None:
        if await session.opened():
            row = session.row
            name = row.name or row.container
            view.context.record_command(("attach", *operands(name)) if row.request is None else exec_command(name, row.request))

    view.app.run_worker(note())


async def open_shell(view: RouteView, rows: Sequence[Container]) -> None:
    """Open a shell (`s`)."""
    for row in rows[:1]:
        await run_in(view, row, ExecRequest())


async def open_exec_form(view: RouteView, rows: Sequence[Container]) -> None:
    """Ask for command, user, directory and environment, and run the command (`S`)."""
    for row in rows[:1]:

        async def answered(filled: Filled | None, row: Container = row) -> None:
            if filled is not None:
                await run_in(view, row, request_of(Answers(filled.ticked, typed=filled.typed)))

        fields = form_fields(view.context, FIELDS, row)
        await view.show(Form(f"Run a command in {title(row)}", fields, ticks(CHOICES), submit="run"), answered)


async def open_attach(view: RouteView, rows: Sequence[Container]) -> None:
    """Attach to the main process (`a`)."""
    for row in rows[:1]:
        session = view.context.terminals.open_attach(row.id, row.name)
        _note_when_open(view, session)
        await show(view.app, view.context, session)


# --- sessions --------------------------------------------------------------------------------------------------------


def _sessions(context: ViewContext, rows: Sequence[SessionRow]) -> list[TerminalSession]:
    found = (context.terminals.get(row.id) for row in rows)
    return [session for session in found if session is not None]


async def open_session(view: RouteView, rows: Sequence[SessionRow]) -> None:
    """Show a session again."""
    for session in _sessions(view.context, rows)[:1]:
        await show(view.app, view.context, session)


async def open_beside(view: RouteView, rows: Sequence[SessionRow]) -> None:
    """Show a session and the next one, side by side."""
    for session in _sessions(view.context, rows)[:1]:
        other = view.context.terminals.neighbour(session, 1, running=True)
        if other is session:
            view.warn("no other running session to show side by side")
        else:
            await show(view.app, view.context, session, other)


async def end_sessions(view: RouteView, rows: Sequence[SessionRow]) -> None:
    """End sessions; show which could not be ended."""
    _end(view, view.context, rows)


def _end(view: RouteView, context: ViewContext, rows: Sequence[SessionRow]) -> None:
    async def end() -> None:
        for session in _sessions(context, rows):
            if left := await session.end():
                view.warn(left)
            else:
                context.terminals.put_away(session)

    view.app.run_worker(end())


async def end_sessions_of_several(view: RouteView, group: GroupContext, rows: Sequence[Placed[SessionRow]]) -> None:
    """End sessions on several engines."""
    for member, part in by_member(rows).items():
        _end(view, group.of(member), part)


async def reopen_session(view: RouteView, rows: Sequence[SessionRow]) -> None:
    """Open the same session again."""
    for session in _sessions(view.context, rows)[:1]:
        again = view.context.terminals.reopen(session)
        view.context.terminals.put_away(session)
        _note_when_open(view, again)
        await show(view.app, view.context, again)


async def forget_sessions(view: RouteView, rows: Sequence[SessionRow]) -> None:
    """Remove ended sessions from the list."""
    _forget(view.context, rows)


def _forget(context: ViewContext, rows: Sequence[SessionRow]) -> None:
    for session in _sessions(context, rows):
        context.terminals.put_away(session)


async def forget_sessions_of_several(view: RouteView, group: GroupContext, rows: Sequence[Placed[SessionRow]]) -> None:
    """Remove ended sessions on several engines from the list."""
    for member, part in by_member(rows).items():
        _forget(group.of(member), part)


# --- from the command line -------------------------------------------------------------------------------------------


def enter_by_name(app: App[Any], context: ViewContext, how: str, name: str, command: Sequence[str]) -> Worker[None]:
    """Open a terminal as soon as the engine answers (`longshore exec NAME [CMD...]`, `longshore attach NAME`).

    Errors are shown on the view below. Return the work, which ends when the terminal is shown.
    """

    async def enter() -> None:
        view = app.screen
        if why := context.why_read_only():
            _say(view, f"{how} {one_line(name)}: {why}, and input could change the container")
            return
        try:
            found = await (await connected_engine(context)).containers.inspect(name)
        except errors.EngineError as error:
            _say(view, told(error))
            return
        called = found.name.lstrip("/")
        if how == "attach":
            session = context.terminals.open_attach(found.id, called)
        else:
            session = context.terminals.open_exec(found.id, called, ExecRequest(command=tuple(command)))
        await show(app, context, session)

    return app.run_worker(enter())


def _say(view: Any, text: str) -> None:
    if isinstance(view, View):
        view.warn(text)


async def connected_engine(context: ViewContext) -> Any:
    """Return the client once connected. Raises EngineError if the engine cannot be reached."""
    connection = context.session.store.connection
    known: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def tell(state: object) -> None:
        if isinstance(state, Connected | Lost) and not known.done():
            known.set_result(None)

    unsubscribe = connection.subscribe(tell)
    try:
        tell(connection.value)
        await known
    finally:
        unsubscribe()
    return context.session.engine
