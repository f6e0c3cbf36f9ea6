"""What every view has: its verbs on keys, the prompt, help, the action menu, the header and the banner of a lost engine.

Keys are bindings with priority and act before the next key is read, so what is typed ahead reaches what it is for:
`/web` in one burst filters, and `jx` stops the row below.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Any, ClassVar, ParamSpec, TypeVar

from textual import on
from textual.binding import Binding, BindingsMap, BindingType
from textual.screen import ModalScreen
from textual.widget import Widget

from tui.live.state.signals import Signal
from tui.resources.jobs import under_way
from tui.resources.model.text import Line, Span, count, line
from tui.screens.framework.commands import Command, Commands, sign, textual_names
from tui.screens.framework.context import ViewContext
from tui.screens.framework.routes import SCREENS
from tui.widgets.bar import Footer, KeyHint, Segment
from tui.widgets.clipboard import copied_words
from tui.widgets.dialogs import Entry, Pick
from tui.widgets.page import Page
from tui.widgets.prompt import Completion, Prompt
from tui.widgets.terminal_mode import stop_job, why_not_stop
from tui.widgets.textual_internals import PacedApp

T = TypeVar("T")
P = ParamSpec("P")


class View(Page):
    """A screen of the program. A subclass names itself with `kind` and adds its verbs to `commands`."""

    BINDINGS: ClassVar[list[BindingType]] = []
    kind: str = ""

    def __init__(self, context: ViewContext) -> None:
        super().__init__()
        self.context = context
        self.prompt = Prompt(id="prompt")
        self.commands = Commands(self.kind, [*self.own_commands(), *self._common()], context.config)
        self._following: list[Callable[[], None]] = []
        self._bindings = BindingsMap(self._keys())

    # -- verbs --------------------------------------------------------------------------------------------------------

    def own_commands(self) -> Iterable[Command]:
        """What can be done on this view, besides what can be done on all."""
        return ()

    def _common(self) -> Iterable[Command]:
        yield Command(
            name="prompt", keys=("colon",), help="run anything by name, go anywhere", run=self.ask_command, group="anywhere"
        )
        yield Command(
            name="menu",
            keys=("exclamation_mark",),
            help="everything that applies to the selection",
            run=self.menu,
            group="anywhere",
        )
        yield Command(name="help", keys=("question_mark", "f1"), help="this help", run=self.help, group="anywhere", footer=True)
        yield Command(
            name="back", keys=("minus",), help="the view before", run=lambda: self.context.go("-", ""), group="anywhere"
        )
        yield Command(
            name="commands",
            keys=("dollar_sign",),
            help="the docker commands of what was done",
            run=self.show_commands,
            group="anywhere",
        )
        yield Command(name="leave", keys=("q",), help="back; at the top level quit", run=self.leave, group="anywhere")
        yield Command(
            name="escape",
            keys=("escape",),
            help="clear the filter, then the marks; back",
            run=self.escape,
            group="anywhere",
        )
        yield Command(
            name="suspend",
            keys=("ctrl+z",),
            help="to the shell; fg comes back",
            run=stop_job,
            refusal=lambda: why_not_stop(self.app),
            group="anywhere",
        )
        yield Command(name="quit", keys=("ctrl+c",), help="quit, from anywhere but a terminal", run=self.quit, group="anywhere")
        for number, name in enumerate(SCREENS, 1):
            keys = (str(number),) if number < 10 else ()
            yield Command(
                name=f"go-{name}",
                keys=keys,
                help=f"the screen {name}",
                run=lambda name=name: self.context.go(name, ""),
                group="screens",
            )

    def _keys(self) -> list[Binding]:
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

    # -- what stands around the body ----------------------------------------------------------------------------------

    def title_line(self) -> Line:
        """What this view shows, for the header."""
        return (Span(self.kind, "title"),)

    def facts(self) -> Sequence[Segment]:
        """What the header says besides: counts, a filter, an order."""
        return ()

    def refresh_header(self) -> None:
        """Bring the header up to date; nothing is drawn when it says the same."""
        engine = self.context.engine_summary()
        mode = [Segment((Span("DEMO", "warn"),), 1)] if self.context.demo else []
        mode += [Segment((Span("READ-ONLY", "warn"),), 1)] if self.context.read_only else []
        busy = under_way(self.context.session.jobs.rows.rows.values())
        mode += [Segment((Span(busy, "accent"),), 1)] if busy else []
        self.show_header(
            [Segment(self.title_line()), *self.facts()],
            [*mode, Segment((Span(engine, "dim"),), 4), Segment((Span(self.context.host, "accent"),), 3)],
        )

    def refresh_keys(self) -> None:
        """Bring the footer up to date: the keys that apply now."""
        hints = [
            KeyHint(
                sign(self.commands.keys(command.name)[0]), command.name, command.name, 0 if command.name == "help" else rank
            )
            for rank, command in enumerate(self.commands, 1)
            if command.footer and self.commands.keys(command.name) and not command.refusal()
        ]
        self.show_keys(hints)

    def follow(self, signal: Signal[T], callback: Callable[[T], object]) -> None:
        """Call `callback` with what the live picture tells, as long as this view is there."""
        assert isinstance(self.app, PacedApp)
        self._following.append(signal.subscribe(self.app.called(callback)))

    def on_unmount(self) -> None:
        for unsubscribe in self._following:
            unsubscribe()

    def renew(self, group: str, call: Callable[P, Awaitable[object]], *args: P.args, **more: P.kwargs) -> None:
        """Do this in the background, in place of what was begun before under the same name."""
        work: Callable[[], Awaitable[object]] = partial(
            call, *args, **more
        )  # dropped before it began, a coroutine would be lost
        self.run_worker(work, group=group, exclusive=True)

    def connection_problem(self) -> str:
        """Why what is shown may be old, or nothing."""
        return self.context.connection_problem()

    def refresh_connection(self) -> None:
        """Grey what is shown and say why while the engine is away; what can be done then is less."""
        lost = self.connection_problem()
        self.set_class(bool(lost), "-lost")
        if lost:
            self.banner((Span(lost),))
        else:
            self.banner()
        self.refresh_header()
        self.refresh_keys()

    @property
    def idle(self) -> bool:
        """Whether the view has shown all that it was told."""
        return True

    def on_mount(self) -> None:
        self.on_ready()

    def on_screen_resume(self) -> None:
        self.on_resume_view()

    def on_ready(self) -> None:
        """The view is up. To be overridden, unlike `on_mount`: Textual calls that of every class in turn."""
        self.refresh_connection()
        self.follow(self.context.session.jobs.rows.changed, lambda _changes: self.refresh_header() if self.is_current else None)
        if self.commands.unknown:
            self.warn(f"config.toml gives keys to {self.commands.unknown[0]!r}, which is nothing that can be done here")

    def on_resume_view(self) -> None:
        """The view is looked at again. To be overridden, for the same reason."""
        self.refresh_connection()

    @property
    def foreground_view(self) -> View:
        """The view that the user sees now, perhaps behind a dialog: what happened in the background is said there."""
        return next((screen for screen in reversed(self.app.screen_stack) if isinstance(screen, View)), self)

    def put_on_clipboard(self, text: str, what: str, instead: str = "") -> None:
        """Copy a text and say so: `what` was copied, or only its beginning, and how to have all of it `instead`."""
        self.app.copy_to_clipboard(text)
        self.say(*copied_words(text, what, instead))

    # -- asking -------------------------------------------------------------------------------------------------------

    def covered_by_dialog(self) -> bool:
        """Whether a dialog stands before it, behind which it is still seen."""
        return isinstance(self.app.screen, ModalScreen)

    async def show(self, dialog: ModalScreen[Any], then: Any) -> None:
        """Put a dialog on the screen; when this returns it takes the keys. `then` is called with its answer."""
        await self.app.push_screen(dialog, then)

    def ask_command(self) -> None:
        """Open the prompt for a command."""
        self.prompt.ask(":", complete=self.completions, accept=self._run_command)

    def completions(self, text: str) -> list[Completion]:
        """What can be typed after `:` that begins with `text` or holds it; after a screen or a verb, names of objects."""
        name, blank, rest = text.partition(" ")
        if blank:
            known = self.context.names(name) if name in SCREENS else self.names() if self.commands.get(name) else ()
            found = [one for one in known if rest in one]
            return [Completion(f"{name} {one}") for one in sorted(found, key=lambda one: not one.startswith(rest))]
        offered = [Completion(name, "go there") for name in (*SCREENS, "quit")]
        offered += [
            Completion(command.name, command.refusal() or command.help)
            for command in self.commands
            if not command.name.startswith("go-") and command.name != "quit"
        ]
        first = [one for one in offered if one.text.startswith(text)]
        return first + [one for one in offered if text in one.text and one not in first]

    async def _run_command(self, text: str) -> None:
        name, _, rest = text.strip().partition(" ")
        if name in {"quit", "q", "q!"}:
            await self.action_command("quit")
        elif name in SCREENS:
            self.context.go(name, rest.strip())
        elif (command := self.commands.get(name)) is not None:
            await (self.run_named(command, rest.strip()) if rest.strip() else self.action_command(name))
        elif name:
            matches = self.completions(name)
            first = [one for one in matches if one.text.startswith(name)]
            if len(matches := first if len(first) == 1 else matches) == 1:
                await self._run_command(f"{matches[0].text} {rest}")
            else:
                self.warn(f"{name!r} is no screen and nothing that can be done here; : and tab lists what is")

    def names(self) -> Iterable[str]:
        """The objects here by name, for the prompt."""
        return ()

    def go_to(self, wanted: str) -> None:
        """Show what was asked for by name, of a main screen: an object, a tab, a term."""

    async def run_named(self, command: Command, name: str) -> None:
        """A command that names an object: never done to another one, such as that under the cursor."""
        self.warn(f":{command.name} takes no name here; {name!r} is one word too many")

    async def menu(self) -> None:
        """Everything that applies to the selection, with its key; what does not is greyed and says why."""
        commands = [command for command in self.commands if command.menu]
        if not commands:
            self.say(f"nothing can be done to what is here; {self.commands.signs('help')} lists the keys")
            return
        commands.sort(key=lambda command: bool(command.refusal()))
        entries = [
            Entry(command.name, command.name, key=self._sign(command), help=command.help, why_not=command.refusal())
            for command in commands
        ]
        await self.show(Pick(self.menu_title(), entries, keyed=True), self._picked)

    def menu_title(self) -> str:
        """What the menu acts on."""
        return self.kind

    def _sign(self, command: Command) -> str:
        keys = self.commands.keys(command.name)
        return sign(keys[0]) if keys else ""

    async def _picked(self, name: str | None) -> None:
        if name is not None:
            await self.action_command(name)

    async def help(self) -> None:
        """Every key of this view."""
        from tui.screens.framework.help import Help

        await self.app.push_screen(Help(self.context, self.commands, self.kind))

    async def show_commands(self) -> None:
        """What was done here, as docker commands."""
        from tui.screens.framework.help import DockerCommands

        await self.app.push_screen(DockerCommands(self.context))

    # -- leaving ------------------------------------------------------------------------------------------------------

    def escape(self) -> None:
        """Undo the last narrowing; with none, go back."""
        self.leave()

    def leave(self) -> None:
        """Back one level; the last level is the end."""
        self.context.go("..", "")

    async def quit(self) -> None:
        """End the program; with work under way, ask first."""
        running = self.context.session.jobs.running
        sessions = self.context.terminals.running
        if not running and not sessions:
            self.app.exit()
            return
        from tui.widgets.dialogs import Confirm

        what = [count(len(running), "job")] if running else []
        what += [count(len(sessions), "terminal session")] if sessions else []
        await self.show(
            Confirm("Quit?", [line(f"{' and '.join(what)} will be ended.")], confirm_label="quit"),
            lambda answer: self.app.exit() if answer is not None else None,
        )
