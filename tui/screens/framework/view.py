"""What every view has: its commands on keys, the header, the footer and the banner of a lost engine.

Keys are bindings with priority and act before the next key is read, so what is typed ahead reaches what it is for:
`/web` in one burst filters, and `jx` stops the row below.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from functools import cached_property
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui.screens.framework.bars import ViewBars
from tui.screens.framework.commands import Command, Commands, textual_names
from tui.screens.framework.common_commands import common_commands
from tui.screens.framework.context import ViewContext
from tui.widgets.bar import Footer
from tui.widgets.prompt import Prompt
from tui.widgets.textual_internals.bindings import LateBindings


class View(LateBindings, ViewBars):
    """A screen of the program. A subclass names itself with `kind` and adds its commands to `own_commands`."""

    BINDINGS: ClassVar[list[BindingType]] = []
    digits_go_to_screens = True

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self.context = context
        self.prompt = Prompt(id="prompt")

    # -- commands -----------------------------------------------------------------------------------------------------

    @cached_property
    def commands(self) -> Commands:
        """What can be done here; made when first asked for, after construction."""
        known = [*self.own_commands(), *common_commands(self, self.digits_go_to_screens)]
        return Commands(self.kind, known, self.context.config)

    def own_commands(self) -> Iterable[Command]:
        """What can be done on this view, besides what can be done on all."""
        return ()

    def make_bindings(self) -> list[Binding]:
        """The keys of the commands."""
        return [
            Binding(name, f"command('{command.name}')", command.help, show=False, priority=True)
            for command in self.commands
            for key in self.commands.keys(command.name)
            for name in textual_names(key)
        ]

    def take_focus(self, widget: Widget) -> None:
        """Give the body's widget the keys, unless the prompt has them: it may have been asked for before the view was up."""
        if not self.prompt.is_open:
            self.set_focus(widget)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While a line is typed, its keys are letters."""
        if action == "command" and self.prompt.is_open:
            return parameters == ("quit",)
        return True

    async def action_command(self, name: str) -> None:
        """Do what a key stands for, or say why not."""
        command = self.commands[name]
        self.context.action_count += 1
        self.clear_message()
        if why := command.refusal():
            self.say(f"{command.name}: {why}", "warn")
            return
        done = command.run()
        if inspect.isawaitable(done):
            await done
        self.refresh_keys()

    @on(Footer.Pressed)
    async def _pressed(self, event: Footer.Pressed) -> None:
        event.stop()
        await self.action_command(event.name)

    def on_ready(self) -> None:
        self.refresh_connection()
        self.follow(self.context.session.jobs.rows.changed, lambda _changes: self.refresh_header() if self.is_current else None)
        if self.commands.unknown:
            self.warn(f"config.toml gives keys to {self.commands.unknown[0]!r}, which is nothing that can be done here")

    def on_resume_view(self) -> None:
        self.refresh_connection()

    @property
    def foreground_view(self) -> View:
        """The view that the user sees now, perhaps behind a dialog: what happened in the background is said there."""
        return next((screen for screen in reversed(self.app.screen_stack) if isinstance(screen, View)), self)

    # -- asking -------------------------------------------------------------------------------------------------------

    def names(self) -> Iterable[str]:
        """The objects here by name, for the prompt."""
        return ()

    def go_to(self, wanted: str) -> None:
        """Show what was asked for by name, of a main screen: an object, a tab, a term."""

    def menu_title(self) -> str:
        """What the menu acts on."""
        return self.kind

    # -- leaving ------------------------------------------------------------------------------------------------------

    def escape(self) -> None:
        """Undo the last narrowing; with none, go back."""
        self.leave()

    def leave(self) -> None:
        """Back one level; the last level is the end."""
        self.context.go("..", "")
