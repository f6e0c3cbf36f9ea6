"""What can be done on every view."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from tui.resources.model.text import count, line
from tui.screens.framework.command_prompt import ask_command, open_menu
from tui.screens.framework.commands import Command
from tui.screens.framework.routes import SCREENS
from tui.widgets.textual_internals.terminal_mode import stop_job, why_not_stop

if TYPE_CHECKING:
    from tui.screens.framework.view import View


def common_commands(view: View, digits: bool = True) -> Iterable[Command]:
    """The commands of every view; `digits`: whether the digits go to the main screens."""
    go = view.context.go
    for name, keys, help, run, footer in (
        ("prompt", ("colon",), "run anything by name, go anywhere", partial(ask_command, view), False),
        ("menu", ("exclamation_mark",), "everything that applies to the selection", partial(open_menu, view), False),
        ("help", ("question_mark", "f1"), "this help", partial(_help, view), True),
        ("back", ("minus",), "the view before", partial(go, "-", ""), False),
        ("commands", ("dollar_sign",), "the docker commands of what was done", partial(_docker_commands, view), False),
        ("leave", ("q",), "back; at the top level quit", view.leave, False),
        ("escape", ("escape",), "clear the filter, then the marks; back", view.escape, False),
        ("quit", ("ctrl+c",), "quit, from anywhere but a terminal", partial(quit, view), False),
    ):
        yield Command(name=name, keys=keys, help=help, run=run, group="anywhere", footer=footer)
    yield Command(
        name="suspend",
        keys=("ctrl+z",),
        help="to the shell; fg comes back",
        run=stop_job,
        refusal=lambda: why_not_stop(view.app),
        group="anywhere",
    )
    for number, name in enumerate(SCREENS, 1):
        digit = (str(number),) if digits and number < 10 else ()
        yield Command(name=f"go-{name}", keys=digit, help=f"the screen {name}", run=partial(go, name, ""), group="screens")


async def _help(view: View) -> None:
    from tui.screens.framework.help import Help

    await view.app.push_screen(Help(view.context, view.commands, view.kind))


async def _docker_commands(view: View) -> None:
    from tui.screens.framework.help import DockerCommands

    await view.app.push_screen(DockerCommands(view.context))


async def quit(view: View) -> None:
    """End the program; with work under way, ask first."""
    running = view.context.session.jobs.running
    sessions = view.context.terminals.running
    if not running and not sessions:
        view.app.exit()
        return
    from tui.widgets.dialogs import Confirm

    what = [count(len(running), "job")] if running else []
    what += [count(len(sessions), "terminal session")] if sessions else []
    await view.show(
        Confirm("Quit?", [line(f"{' and '.join(what)} will be ended.")], confirm_label="quit"),
        lambda answer: view.app.exit() if answer is not None else None,
    )
