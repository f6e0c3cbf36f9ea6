"""The screen of the swarm: one object, so its details are the screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from tui.engine.api.swarm import Swarms
from tui.engine.objects.swarm import Swarm
from tui.engine.sealed import Sealed
from tui.live.cluster.membership import ID, SWARM, Membership
from tui.resources import registry
from tui.resources.model.text import Line, Span, line, one_line
from tui.screens.framework.commands import Command
from tui.screens.framework.context import ViewContext
from tui.screens.framework.details_view import DetailsView
from tui.screens.framework.service_view import EngineView
from tui.screens.framework.waiting import ask_first
from tui.widgets.dialogs import Report


class SwarmView(DetailsView[Membership]):
    """The engine's membership in a swarm, as a main screen."""

    def __init__(self, context: ViewContext) -> None:
        rows = context.rows("swarm")
        super().__init__(context, registry.load("swarm"), rows, rows.rows[ID])

    def own_commands(self) -> Iterable[Command]:
        return (command for command in super().own_commands() if command.name != "copy-id")

    def title_line(self) -> Line:
        return line(Span("swarm ", "title"), Span(self.resource.title(self.row), "accent"))

    def reload(self) -> None:
        self.context.session.store.reload(SWARM)
        super().reload()

    def names(self) -> Iterable[str]:
        return [tab.name for tab in self.resource.tabs]

    def escape(self) -> None:
        """End a search. Never quit: escape is pressed out of habit."""
        if self.reader.reading.searched:
            self.reader.search("")
        else:
            self.say("q quits")

    def document_key(self, row: Membership) -> object:
        return row


async def show_tokens(view: EngineView, rows: Sequence[Membership]) -> None:
    """Show the commands with which nodes join, and the unlock key, until the dialog is closed."""
    await ask_first(view, "tokens", _read(view.context.session.engine.api(Swarms)), partial(_show, view, rows[0]), "shows them")


async def _read(swarms: Swarms) -> tuple[Swarm, Sealed]:
    return await swarms.inspect(), await swarms.unlock_key()


async def _show(view: EngineView, row: Membership, found: tuple[Swarm, Sealed]) -> None:
    swarm, key = found
    address = f"{row.info.node_addr}:2377"
    lines = []
    for role, token in (("worker", swarm.join_tokens.worker), ("manager", swarm.join_tokens.manager)):
        lines += [line(Span(f"To join as a {role}:", "dim"))]
        lines += [line(Span(one_line(f"docker swarm join --token {token} {address}"), "accent")), line(Span(""))]
    if unlock := key.reveal().decode():
        lines += [line(Span("To unlock a restarted manager:", "dim")), line(Span(one_line(unlock), "accent"))]
    await view.show(Report("Tokens: keep them secret, each lets a node join the swarm", lines), lambda _answer: None)
