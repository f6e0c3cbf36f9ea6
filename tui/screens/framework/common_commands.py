"""The commands that every view has."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from tui.resources.model.text import count, line
from tui.screens.framework.command_prompt import ask_command, open_menu
from tui.screens.framework.commands import Command
from tui.screens.framework.routes import SCREENS, resolve
from tui.widgets.textual_internals.terminal_mode import stop_job, why_not_stop

if TYPE_CHECKING:
    from tui.screens.framework.view import View


def common_commands(view: View, digits: bool = True) -> Iterable[Command]:
    """Yield the commands of every view; `digits`: whether digits go to the main screens."""
    go = view.context.go
    for name, keys, help, run, footer in (
        ("prompt", ("colon",), "run a command or go to a screen by name", partial(ask_command, view), False),
        ("menu", ("exclamation_mark",), "open the action menu of the selection", partial(open_menu, view), False),
        ("help", ("question_mark", "f1"), "show this help", partial(_help, view), True),
        ("back", ("minus",), "go to the previous view", partial(go, "-", ""), False),
        ("commands", ("dollar_sign",), "show the docker commands of past actions", partial(_docker_commands, view), False),
        ("logins", (), "list the registries with a login", partial(_logins, view), False),
        ("config", (), "show the settings and the problems of config.toml", partial(_config, view), False),
        ("theme", (), "choose the colours, with a preview", partial(_theme, view), False),
        ("leave", ("q",), "go back; quit at the top level", view.leave, False),
        ("escape", ("escape",), "clear the filter, then the marks; then go back", view.escape, False),
        ("quit", ("ctrl+c",), "quit, except in a terminal session", partial(quit, view), False),
    ):
        yield Command(name=name, keys=keys, help=help, run=run, group="anywhere", footer=footer)
    yield Command(
        name="pending",
        keys=("ctrl+e",),
        help="open the form or report that waits",
        run=partial(_open_pending, view),
        refusal=lambda: "" if view.context.program.pending else "no form or report waits",
        group="anywhere",
    )
    yield Command(
        name="grep",
        keys=("ctrl+g",) if view.kind != "files" else (),  # there it goes to a path
        help="search the logs of all containers, or of those marked",
        run=partial(_grep, view),
        refusal=view.context.away,
        group="anywhere",
    )
    yield Command(
        name="suspend",
        keys=("ctrl+z",),
        help="suspend to the shell; fg resumes",
        run=stop_job,
        refusal=lambda: why_not_stop(view.app),
        group="anywhere",
    )
    for number, name in enumerate(SCREENS, 1):
        digit = (str(number % 10),) if digits and number <= 10 else ()
        yield Command(
            name=f"go-{name}", keys=digit, help=f"go to the screen {name}", run=partial(go, name, ""), group="screens"
        )


async def _help(view: View) -> None:
    from tui.screens.framework.help import Help

    await view.app.push_screen(Help(view.context, view.commands, view.kind))


async def _theme(view: View) -> None:
    from tui.screens.framework.theme_choice import choose_theme

    await choose_theme(view)


async def _docker_commands(view: View) -> None:
    from tui.screens.framework.help import DockerCommands

    await view.app.push_screen(DockerCommands(view.context))


async def _grep(view: View) -> None:
    await resolve("logs.grep:ask_grep")(view)


async def _open_pending(view: View) -> None:
    """Open the newest form or report that waits."""
    await view.context.program.pending.pop()()


async def _logins(view: View) -> None:
    await resolve("logins:open_logins")(view)


async def _config(view: View) -> None:
    from tui.screens.framework.help import Configuration

    await view.app.push_screen(Configuration(view.context))


async def quit(view: View) -> None:
    """Quit; ask first while jobs or sessions are running."""
    running = view.context.jobs.running
    sessions = view.context.program.engines.running_terminals
    if not running and not sessions:
        view.app.exit()
        return
    from tui.widgets.dialogs import Confirm

    what = [count(len(running), "job")] if running else []
    what += [count(len(sessions), "terminal session")] if sessions else []
    await view.show(
        Confirm("Quit?", [line(f"{' and '.join(what)} will be stopped.")], confirm_label="quit"),
        lambda answer: view.app.exit() if answer is not None else None,
    )
