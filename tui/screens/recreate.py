"""Creating containers again: in the place of the old one, another one like it, or one that was removed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from tui.live.containers.container import Container
from tui.live.containers.recreation import Specification, read_specification
from tui.live.containers.removed import Removed, put_back
from tui.resources.containers.compose_file import compose_file, why_not_complete
from tui.resources.containers.containers import CONTAINERS
from tui.resources.containers.recreate import another_action, recreate_action
from tui.resources.containers.run_line import run_lines, why_not_exact
from tui.resources.model import formats
from tui.resources.model.action import Action
from tui.resources.model.docker_commands import written
from tui.resources.model.text import one_line
from tui.screens.framework.action_results import run_long
from tui.screens.framework.action_runner import ActionRunner
from tui.screens.framework.routes import RouteView, open_route
from tui.screens.framework.waiting import ask_first
from tui.widgets.dialogs import Entry, Pick


async def ask_recreate(view: RouteView, rows: Sequence[Container]) -> None:
    """Show the form that recreates a container with changes."""
    await _ask(view, rows[0], recreate_action)


async def ask_another(view: RouteView, rows: Sequence[Container]) -> None:
    """Show the form that creates another container like this."""
    await _ask(view, rows[0], another_action)


async def _ask(view: RouteView, row: Container, action_of: Callable[[Specification], Action[Container]]) -> None:
    async def show(specification: Specification) -> None:
        runner = ActionRunner(view.foreground_view, view.context, CONTAINERS, partial(open_route, view))
        await runner.begin(action_of(specification), [row])

    await ask_first(view, one_line(row.name), read_specification(view.context.session.engine, row.id), show)


async def copy_run_line(view: RouteView, rows: Sequence[Container]) -> None:
    """Copy the docker command that creates a container like this; several where the engine needs them."""
    read = read_specification(view.context.session.engine, rows[0].id)
    await ask_first(view, one_line(rows[0].name), read, partial(_copy, view, rows[0]), opens=lambda _read: False)


async def _copy(view: RouteView, row: Container, specification: Specification) -> None:
    lines = run_lines(specification, networks_at_once=view.context.session.engine.serves("1.44"))
    text = "\n".join(written(view.context.whole(words), secrets=True) for words in lines)
    missing = why_not_exact(specification)
    what = f"docker run line of {one_line(row.name)}" + (f", {missing}" if missing else "")
    view.foreground_view.put_on_clipboard(text, what)


async def copy_compose_file(view: RouteView, rows: Sequence[Container]) -> None:
    """Copy a Compose file with one service that makes a container like this."""
    read = read_specification(view.context.session.engine, rows[0].id)
    await ask_first(view, one_line(rows[0].name), read, partial(_copy_compose, view, rows[0]), opens=lambda _read: False)


async def _copy_compose(view: RouteView, row: Container, specification: Specification) -> None:
    missing = why_not_complete(specification)
    what = f"Compose file of {one_line(row.name)}" + (f", {missing}" if missing else "")
    view.foreground_view.put_on_clipboard(compose_file(specification), what)


async def ask_put_back(view: RouteView, _rows: Sequence[Container]) -> None:
    """Ask which removed container is created again; the newest comes first."""
    removed = [*reversed(view.context.session.removed.all)]
    if not removed:
        view.say("no container was removed since the start of the program", "warn")
        return
    entries = [
        Entry(
            str(number),
            one_line(each.specification.name),
            help=f"{one_line(each.specification.image)}, removed {formats.clock(each.at)}",
        )
        for number, each in enumerate(removed)
    ]

    def picked(answer: str | None) -> None:
        if answer is not None:
            _put_back(view, removed[int(answer)])

    await view.show(Pick(f"Create which container again on {view.context.host}?", entries), picked)


def _put_back(view: RouteView, removed: Removed) -> None:
    specification = removed.specification
    name = one_line(specification.name)
    session = view.context.session

    async def work() -> str:
        gone = await put_back(session.engine, removed)
        session.removed.forget(removed)
        for words in run_lines(specification, networks_at_once=session.engine.serves("1.44")):
            view.context.record_command(words)
        said = f"container {name} created again" + (" and started" if specification.running else "")
        volumes = f"; the anonymous volume at {', '.join(map(one_line, gone))} is new: the old data is lost" if gone else ""
        return said + volumes

    run_long(view, f"creating {name} again", work)
