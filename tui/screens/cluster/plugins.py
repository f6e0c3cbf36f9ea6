"""Installing and upgrading a plugin: its privileges are shown, and agreed to, before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from tui.engine.errors import Denied, EngineError
from tui.engine.objects.plugins import Plugin, PluginPrivilege
from tui.live.objects import plugins
from tui.live.state.store import Store
from tui.resources.model.advice import told
from tui.resources.model.text import Line, Span, line, one_line
from tui.resources.model.validators import check_reference
from tui.resources.plugins import install_command, needs, upgrade_command
from tui.screens.framework.action_results import run_long
from tui.screens.framework.resource_view import ResourceView
from tui.widgets.dialogs import Confirm
from tui.widgets.form import Filled, Form
from tui.widgets.form_field import FormField

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.resources.model.action import DockerCommand

Work = Callable[["Engine", Sequence[PluginPrivilege]], Awaitable[None]]

__all__ = ["install", "upgrade"]


async def install(view: ResourceView[Plugin], _rows: Sequence[Plugin], known: str = "") -> None:
    """Ask for a name, then for consent to its privileges, and install."""

    def named(filled: Filled | None) -> None:
        if filled is None:
            return
        name = dict(filled.typed)["name"].strip()
        work: Work = lambda engine, agreed: plugins.install(engine, name, agreed)  # noqa: E731
        _consent(view, name, "install", install_command(name), work)

    field = FormField("name", "Name", known, check_reference, "registry.example.com/folders:1")
    await view.show(Form("Install a plugin from a registry", [field], submit="privileges"), named)


async def upgrade(view: ResourceView[Plugin], rows: Sequence[Plugin]) -> None:
    """Ask for consent to the privileges that the registry's version needs, and upgrade."""
    row = rows[0]
    work: Work = lambda engine, agreed: plugins.upgrade(engine, row.name, row.plugin_reference, agreed)  # noqa: E731
    _consent(view, row.plugin_reference, "upgrade", upgrade_command(row), work)


def _consent(view: ResourceView[Plugin], name: str, verb: str, command: DockerCommand, work: Work) -> None:
    """Read the privileges in the background, then show them."""
    view.say(f"asking {one_line(name.partition('/')[0])} what {one_line(name)} needs…")
    view.renew("privileges", _ask, view, name, verb, command, work)


async def _ask(view: ResourceView[Plugin], name: str, verb: str, command: DockerCommand, work: Work) -> None:
    engine = view.context.session.engine
    try:
        found = await plugins.privileges(engine, name)
    except EngineError as error:
        view.warn(f"{one_line(name)}: {told(error)}")
        if isinstance(error, Denied) and view.is_current:
            await view.runner.offer_login(error, lambda: _consent(view, name, verb, command, work))
        return
    lines: list[Line] = [line(Span(f"{verb.capitalize()} plugin {one_line(name)} on {view.context.host}? It may use:"))]
    lines += [line(Span("  "), Span(text, "warn")) for text in needs(found)]
    words = " ".join(view.context.whole(command))
    dialog = Confirm(
        f"{verb} {one_line(name)}", lines, danger=True, confirm_label=f"agree and {verb}", command=lambda _ticked: words
    )
    await view.show(dialog, partial(_agreed, view, name, verb, command, work, found))


def _agreed(
    view: ResourceView[Plugin],
    name: str,
    verb: str,
    command: DockerCommand,
    work: Work,
    found: Sequence[PluginPrivilege],
    answer: frozenset[str] | None,
) -> None:
    if answer is None:
        view.say("its privileges were not agreed to: nothing was changed")
        return

    async def run() -> str:
        await work(view.context.session.engine, found)
        view.context.record_command(command)
        _list_again(view.context.session.store)
        return (
            f"plugin {one_line(name)}: {'installed, disabled; :enable enables the plugin' if verb == 'install' else 'upgraded'}"
        )

    doing = "installing" if verb == "install" else "upgrading"
    run_long(view, f"{doing} {one_line(name)}", run)


def _list_again(store: Store[Any]) -> None:
    from tui.live.cluster.sources import PLUGINS

    store.refresh(PLUGINS)
