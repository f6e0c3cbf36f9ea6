"""The prompt after `:`, and the action menu: commands by name."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from tui.keys import sign
from tui.screens.framework.commands import Command
from tui.screens.framework.routes import SCREENS
from tui.widgets.dialogs import Entry, Pick
from tui.widgets.prompt import Completion

if TYPE_CHECKING:
    from tui.screens.framework.view import View


def ask_command(view: View) -> None:
    """Open the prompt for a command."""

    async def accept(text: str) -> None:
        await run_command(view, text)

    view.prompt.ask(":", complete=lambda text: completions(view, text), accept=accept)


def completions(view: View, text: str) -> list[Completion]:
    """Return the completions that begin with `text` or contain it; after a screen or a command, names of objects."""
    name, blank, rest = text.partition(" ")
    if blank:
        known = view.context.names(name) if name in SCREENS else view.names() if view.commands.get(name) else ()
        found = [each for each in known if rest in each]
        return [Completion(f"{name} {each}") for each in sorted(found, key=lambda each: not each.startswith(rest))]
    offered = [Completion(name, "go there") for name in (*SCREENS, "quit")]
    offered += [
        Completion(command.name, command.refusal() or command.help)
        for command in view.commands
        if not command.name.startswith("go-") and command.name != "quit"
    ]
    first = [each for each in offered if each.text.startswith(text)]
    return first + [each for each in offered if text in each.text and each not in first]


async def run_command(view: View, text: str) -> None:
    """Run a typed command: a screen or a command, with an optional object name."""
    name, _, rest = text.strip().partition(" ")
    if name in {"quit", "q", "q!"}:
        await view.action_command("quit")
    elif name in SCREENS:
        view.context.go(name, rest.strip())
    elif (command := view.commands.get(name)) is not None:
        await (_run_named(view, command, rest.strip()) if rest.strip() else view.action_command(name))
    elif name:
        matches = completions(view, name)
        first = [each for each in matches if each.text.startswith(name)]
        if len(matches := first if len(first) == 1 else matches) == 1:
            await run_command(view, f"{matches[0].text} {rest}")
        else:
            view.warn(f"{name!r} is neither a screen nor a command here; press : and tab for a list")


async def _run_named(view: View, command: Command, name: str) -> None:
    """Run a command on a named object; without support for names, show an error instead of using the row under the cursor."""
    if command.run_named is None:
        view.warn(f":{command.name} takes no name here: remove {name!r}")
        return
    done = command.run_named(name)
    if inspect.isawaitable(done):
        await done


async def open_menu(view: View) -> None:
    """Open the menu of commands for the selection, with keys; commands that do not apply are dimmed and give the reason."""
    commands = [command for command in view.commands if command.menu]
    if not commands:
        view.say(f"no actions here; {view.commands.signs('help')} lists the keys")
        return

    async def picked(name: str | None) -> None:
        if name is not None:
            await view.action_command(name)

    commands.sort(key=lambda command: bool(command.refusal()))
    entries = [
        Entry(
            command.name,
            command.name,
            key=sign(keys[0]) if (keys := view.commands.keys(command.name)) else "",
            help=command.help,
            why_not=command.refusal(),
        )
        for command in commands
    ]
    await view.show(Pick(view.menu_title(), entries, keyed=True), picked)
