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
from tui.screens.framework.commands import Verb, Verbs, sign
from tui.screens.framework.context import Desk
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
    """A screen of the program. A subclass names itself with `kind` and adds its verbs to `verbs`."""

    BINDINGS: ClassVar[list[BindingType]] = []
    kind: str = ""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.prompt = Prompt(id="prompt")
        self.known = Verbs(self.kind, [*self.verbs(), *self._common()], desk.config)
        self._following: list[Callable[[], None]] = []
        self._bindings = BindingsMap(self._keys())

    # -- verbs --------------------------------------------------------------------------------------------------------

    def verbs(self) -> Iterable[Verb]:
        """What can be done on this view, besides what can be done on all."""
        return ()

    def _common(self) -> Iterable[Verb]:
        yield Verb(
            name="prompt", keys=("colon",), help="run anything by name, go anywhere", run=self.ask_command, group="anywhere"
        )
        yield Verb(
            name="menu",
            keys=("exclamation_mark",),
            help="everything that applies to the selection",
            run=self.menu,
            group="anywhere",
        )
        yield Verb(name="help", keys=("question_mark", "f1"), help="this help", run=self.help, group="anywhere", footer=True)
        yield Verb(name="back", keys=("minus",), help="the view before", run=lambda: self.desk.go("-", ""), group="anywhere")
        yield Verb(
            name="commands",
            keys=("dollar_sign",),
            help="the docker commands of what was done",
            run=self.show_commands,
            group="anywhere",
        )
        yield Verb(name="leave", keys=("q",), help="back; at the top level quit", run=self.leave, group="anywhere")
        yield Verb(
            name="escape",
            keys=("escape",),
            help="clear the filter, then the marks; back",
            run=self.escape,
            group="anywhere",
        )
        yield Verb(
            name="suspend",
            keys=("ctrl+z",),
            help="to the shell; fg comes back",
            run=stop_job,
            refusal=lambda: why_not_stop(self.app),
            group="anywhere",
        )
        yield Verb(name="quit", keys=("ctrl+c",), help="quit, from anywhere but a terminal", run=self.quit, group="anywhere")
        for number, name in enumerate(self.desk.screens, 1):
            keys = (str(number),) if number < 10 else ()
            yield Verb(
                name=f"go-{name}",
                keys=keys,
                help=f"the screen {name}",
                run=lambda name=name: self.desk.go(name, ""),
                group="screens",
            )

    def _keys(self) -> list[Binding]:
        return [
            Binding(key, f"verb('{verb.name}')", verb.help, show=False, priority=True)
            for verb in self.known
            for key in self.known.keys(verb.name)
        ]

    def take_focus(self, widget: Widget) -> None:
        """Give the body's widget the keys, unless the prompt has them: it may have been asked for before the view was up."""
        if not self.prompt.is_open:
            self.set_focus(widget)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While a line is typed, its keys are letters."""
        if action == "verb" and self.prompt.is_open:
            return parameters == ("quit",)
        return True

    async def action_verb(self, name: str) -> None:
        """Do what a key stands for, or say why not."""
        verb = self.known[name]
        self.desk.acts += 1
        self.hush()
        if why := verb.refusal():
            self.say(f"{verb.name}: {why}", "warn")
            return
        done = verb.run()
        if inspect.isawaitable(done):
            await done
        self.refresh_keys()

    @on(Footer.Pressed)
    async def _pressed(self, event: Footer.Pressed) -> None:
        event.stop()
        await self.action_verb(event.name)

    # -- what stands around the body ----------------------------------------------------------------------------------

    def title_line(self) -> Line:
        """What this view shows, for the header."""
        return (Span(self.kind, "title"),)

    def facts(self) -> Sequence[Segment]:
        """What the header says besides: counts, a filter, an order."""
        return ()

    def refresh_header(self) -> None:
        """Bring the header up to date; nothing is drawn when it says the same."""
        engine = self.desk.engine_words()
        mode = [Segment((Span("DEMO", "warn"),), 1)] if self.desk.demo else []
        mode += [Segment((Span("READ-ONLY", "warn"),), 1)] if self.desk.read_only else []
        busy = under_way(self.desk.session.jobs.rows.rows.values())
        mode += [Segment((Span(busy, "accent"),), 1)] if busy else []
        self.show_header(
            [Segment(self.title_line()), *self.facts()],
            [*mode, Segment((Span(engine, "dim"),), 4), Segment((Span(self.desk.host, "accent"),), 3)],
        )

    def refresh_keys(self) -> None:
        """Bring the footer up to date: the keys that apply now."""
        hints = [
            KeyHint(sign(self.known.keys(verb.name)[0]), verb.name, verb.name, 0 if verb.name == "help" else rank)
            for rank, verb in enumerate(self.known, 1)
            if verb.footer and self.known.keys(verb.name) and not verb.refusal()
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

    def trouble(self) -> str:
        """Why what is shown may be old, or nothing."""
        return self.desk.trouble()

    def refresh_connection(self) -> None:
        """Grey what is shown and say why while the engine is away; what can be done then is less."""
        lost = self.trouble()
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
        self.begin()

    def on_screen_resume(self) -> None:
        self.resumed()

    def begin(self) -> None:
        """The view is up. To be overridden, unlike `on_mount`: Textual calls that of every class in turn."""
        self.refresh_connection()
        self.follow(self.desk.session.jobs.rows.changed, lambda _changes: self.refresh_header() if self.is_current else None)
        if self.known.unknown:
            self.warn(f"config.toml gives keys to {self.known.unknown[0]!r}, which is nothing that can be done here")

    def resumed(self) -> None:
        """The view is looked at again. To be overridden, for the same reason."""
        self.refresh_connection()

    @property
    def speaker(self) -> View:
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
            known = self.desk.names(name) if name in self.desk.screens else self.names() if self.known.get(name) else ()
            found = [one for one in known if rest in one]
            return [Completion(f"{name} {one}") for one in sorted(found, key=lambda one: not one.startswith(rest))]
        offered = [Completion(name, "go there") for name in (*self.desk.screens, "quit")]
        offered += [
            Completion(verb.name, verb.refusal() or verb.help)
            for verb in self.known
            if not verb.name.startswith("go-") and verb.name != "quit"
        ]
        first = [one for one in offered if one.text.startswith(text)]
        return first + [one for one in offered if text in one.text and one not in first]

    async def _run_command(self, text: str) -> None:
        name, _, rest = text.strip().partition(" ")
        if name in {"quit", "q", "q!"}:
            await self.action_verb("quit")
        elif name in self.desk.screens:
            self.desk.go(name, rest.strip())
        elif (verb := self.known.get(name)) is not None:
            await (self.run_named(verb, rest.strip()) if rest.strip() else self.action_verb(name))
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

    async def run_named(self, verb: Verb, name: str) -> None:
        """A command that names an object: never done to another one, such as that under the cursor."""
        self.warn(f":{verb.name} takes no name here; {name!r} is one word too many")

    async def menu(self) -> None:
        """Everything that applies to the selection, with its key; what does not is greyed and says why."""
        verbs = [verb for verb in self.known if verb.menu]
        if not verbs:
            self.say(f"nothing can be done to what is here; {self.known.signs('help')} lists the keys")
            return
        verbs.sort(key=lambda verb: bool(verb.refusal()))
        entries = [Entry(verb.name, verb.name, key=self._sign(verb), help=verb.help, why_not=verb.refusal()) for verb in verbs]
        await self.show(Pick(self.menu_title(), entries, keyed=True), self._picked)

    def menu_title(self) -> str:
        """What the menu acts on."""
        return self.kind

    def _sign(self, verb: Verb) -> str:
        keys = self.known.keys(verb.name)
        return sign(keys[0]) if keys else ""

    async def _picked(self, name: str | None) -> None:
        if name is not None:
            await self.action_verb(name)

    async def help(self) -> None:
        """Every key of this view."""
        from tui.screens.framework.help import Help

        await self.app.push_screen(Help(self.desk, self.known, self.kind))

    async def show_commands(self) -> None:
        """What was done here, as docker commands."""
        from tui.screens.framework.help import Commands

        await self.app.push_screen(Commands(self.desk))

    # -- leaving ------------------------------------------------------------------------------------------------------

    def escape(self) -> None:
        """Undo the last narrowing; with none, go back."""
        self.leave()

    def leave(self) -> None:
        """Back one level; the last level is the end."""
        self.desk.go("..", "")

    async def quit(self) -> None:
        """End the program; with work under way, ask first."""
        running = self.desk.session.jobs.running
        sessions = self.desk.terminals.running
        if not running and not sessions:
            self.app.exit()
            return
        from tui.widgets.dialogs import Confirm

        what = [count(len(running), "job")] if running else []
        what += [count(len(sessions), "terminal session")] if sessions else []
        await self.show(
            Confirm("Quit?", [line(f"{' and '.join(what)} will be ended.")], verb="quit"),
            lambda answer: self.app.exit() if answer is not None else None,
        )
