"""The base class of all views: commands on keys, header, footer, and the banner of a lost connection.

Key bindings have priority and run before the next key is read, so that keys typed ahead reach their target: `/web` in one burst
filters, and `jx` stops the next row.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable
from functools import cached_property
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui.live import clock
from tui.resources.model.text import Span, one_line
from tui.screens.framework.bars import ViewBars
from tui.screens.framework.commands import Command, Commands, textual_names
from tui.screens.framework.common_commands import common_commands
from tui.screens.framework.context import PENDING, ViewContext
from tui.widgets.bar import Footer
from tui.widgets.prompt import Prompt
from tui.widgets.textual_internals.bindings import LateBindings


class View(LateBindings, ViewBars):
    """A screen of the program. A subclass sets `kind` and adds its commands in `own_commands`."""

    BINDINGS: ClassVar[list[BindingType]] = []
    digits_go_to_screens = True

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self.context = context
        self.set_frame(context.colour)
        self.prompt = Prompt(id="prompt")

    # -- commands -----------------------------------------------------------------------------------------------------

    @cached_property
    def commands(self) -> Commands:
        """Return the commands of the view; built at the first access, after construction."""
        known = [*self.own_commands(), *common_commands(self, self.digits_go_to_screens)]
        return Commands(self.kind, known, self.context.config)

    def own_commands(self) -> Iterable[Command]:
        """Return the commands of this view, besides those of all views."""
        return ()

    def make_bindings(self) -> list[Binding]:
        """Return the key bindings of the commands."""
        return [
            Binding(name, f"command('{command.name}')", command.help, show=False, priority=True)
            for command in self.commands
            for key in self.commands.keys(command.name)
            for name in textual_names(key)
        ]

    def take_focus(self, widget: Widget) -> None:
        """Focus the body's widget, unless the prompt is open, which may happen before the view is mounted."""
        if not self.prompt.is_open:
            self.set_focus(widget)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable all commands but quit while the prompt is open, since its keys are text."""
        if action == "command" and self.prompt.is_open:
            return parameters == ("quit",)
        return True

    async def action_command(self, name: str) -> None:
        """Run a command, or show why not."""
        command = self.commands[name]
        self.context.program.action_count += 1
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
        self.follow(self.context.jobs.rows.changed, lambda _changes: self.refresh_header() if self.is_current else None)
        below = self.app.screen_stack[-2:-1]
        if below and isinstance(below[0], View) and below[0].warning:  # this view opened without a key of the user's
            self.warn(below[0].warning)
        for words in self.commands.keyless[:1] if not self.warning else ():
            self.warn(words)

    def on_resume_view(self) -> None:
        clock.show(self.context.clock)
        self.refresh_connection()

    @property
    def foreground_view(self) -> View:
        """Return the view that the user sees now, possibly behind a dialog; messages of background work are shown there."""
        return next((screen for screen in reversed(self.app.screen_stack) if isinstance(screen, View)), self)

    def offer(self, text: str, words: str, open: Callable[[], Awaitable[None]], style: str = "bad") -> None:
        """Show a message, and which key opens the form or report that belongs to it; `words` say what the key does.

        A dialog that the user did not just ask for would take keys that are meant for the view.
        """
        self.context.program.pending = [*self.context.program.pending[1 - PENDING :], open]
        key = self.commands.signs("pending") or ":pending"
        self._warning = (Span(f"{key} {words}", "key"), Span(f"  {one_line(text)}", style))
        self._message(self._warning)

    # -- prompt and menu ----------------------------------------------------------------------------------------------

    def names(self) -> Iterable[str]:
        """Return the names of the objects on this view, for the prompt."""
        return ()

    def go_to(self, wanted: str) -> None:
        """Show an object, a tab or a search term of a main screen by name."""

    def menu_title(self) -> str:
        """Return the title of the action menu."""
        return self.kind

    # -- leaving ------------------------------------------------------------------------------------------------------

    @property
    def is_first(self) -> bool:
        """Return whether the program was started on this view, so that leaving it ends the program."""
        return self in self.app.screen_stack[:2]

    def escape(self) -> None:
        """Clear the last restriction; without one, go back."""
        self.leave()

    def leave(self) -> None:
        """Go back one level; quit at the last level."""
        self.context.go("..", "")
