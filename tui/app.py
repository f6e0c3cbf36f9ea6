"""The application: the engines, the views on them, navigation, and the end of the program."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen, Screen

from tui.attention import Attention
from tui.engine.errors import AddressError
from tui.live.engine_session import Session
from tui.live.engines import Engines
from tui.live.state.supervisor import is_late_data
from tui.resources.model.advice import told
from tui.resources.model.docker_commands import written
from tui.resources.model.text import one_line
from tui.screens.framework.common_commands import quit
from tui.screens.framework.context import Program, ViewContext
from tui.screens.framework.group_context import GroupContext
from tui.screens.framework.key_handover import follow_first_keys
from tui.screens.framework.login_questions import LoginQuestions
from tui.screens.framework.problem_watch import ProblemWatch
from tui.screens.framework.routes import OF_ONE_ENGINE, SCREENS
from tui.screens.framework.view import View
from tui.screens.framework.workspace import Target, Workspace
from tui.stray_errors import keep
from tui.widgets.textual_internals.paced_app import PacedApp

if TYPE_CHECKING:
    from textual.timer import Timer
    from textual.worker import Worker

    from tui.config import Config
    from tui.engine.transport.address import Address
    from tui.engine.transport.dialers import Dialer
    from tui.live.merged_rows import Member
    from tui.live.state.collection import Changes
    from tui.options import Start
    from tui.ssh_login import Login

NO_LOGINS: Mapping[Address, Login] = MappingProxyType({})

FIRST = 2
"""Screens on the stack while the first view is shown: Textual's default screen is below it."""

_BESIDE = Path(__file__).with_name("styles")
STYLES = _BESIDE if _BESIDE.is_dir() else Path(__file__).parent.parent / "styles"
"""The styles are inside an installed package, and beside it in a checkout."""


class Longshore(PacedApp, inherit_bindings=False):  # without Textual's ctrl+q, which asks nothing
    """The Textual application: a workspace for each choice of engines that was shown, one of them on the screen."""

    TITLE = "Longshore"
    CSS_PATH: ClassVar[list[Path]] = sorted(STYLES.glob("*.tcss"))  # type: ignore[assignment]  # a list is invariant: Textual takes texts too
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "leave", show=False, priority=True)]  # out of dialogs too
    ENABLE_COMMAND_PALETTE = False
    DEFAULT_MODE = "workspace-0"
    MODES: ClassVar[dict[str, Any]] = {DEFAULT_MODE: Screen}  # each workspace has a stack of screens of its own

    def __init__(
        self,
        engines: Engines,
        targets: Sequence[Target],
        config: Config,
        start: Start,
        logins: Mapping[Address, Login] = NO_LOGINS,
    ) -> None:
        """`targets`: the engines shown first; `logins`: the SSH logins to them, which may be under way. Raises AddressError."""
        super().__init__()
        self.start = start
        self.crash: BaseException | None = None
        self._loop_of_run = asyncio.get_running_loop()
        self._telling: set[asyncio.Future[None]] = set()
        self.engines = engines
        self.program = Program(config, self.go, self.switch, engines, self.open_on, demo=start.demo)
        self.problem_watch = ProblemWatch(self.called(self._problems_changed))
        self._clock: Timer | None = None
        self.attention = Attention(self.called(self._attention_changed))
        self._numbers = itertools.count()
        self._logins = dict(logins)
        engines.opened, engines.dialer = self._follow, self._dialer
        self.workspace = self._workspace(self.DEFAULT_MODE, targets)
        self._workspaces = {_key(targets): self.workspace}
        self._trail: list[Workspace] = []  # those that were left for another, to which `leave` returns

    # -- navigation ---------------------------------------------------------------------------------------------------

    async def on_mount(self) -> None:
        words = self.start.words
        opening: Worker[None] | None = None
        if words and words[0] in SCREENS:
            self.go(words[0], words[1] if len(words) > 1 else "")
        elif words and words[0] in {"exec", "attach"}:
            from tui.screens.terminals.open import enter_by_name

            self.go("containers", "")
            opening = enter_by_name(self, self.context, words[0], words[1], self.start.command)
        elif words and words[0] == "logs":
            from tui.screens.logs.open import logs_by_name

            self.go("containers", "")
            opening = logs_by_name(self, self.context, words[1])
        else:
            self.go("containers", "")
            if words:
                from tui.screens.framework.links import open_by_name

                await open_by_name(self, self.context, words[0])
        if self.first_keys is not None:
            follow_first_keys(self, self.first_keys, self.view, self.context, opening)
        for session in self.workspace.sessions:
            if session.address.warning:
                self._complain(session, session.address.warning)
        if problems := self.context.config.problems:
            more = f" ({len(problems) - 1} more: :config)" if problems[1:] else ""
            self._warn(f"config.toml: {problems[0]}{more}")

    def _connection_changed(self) -> None:
        for view in self.screen_stack:
            if isinstance(view, View) and view.is_mounted:
                view.refresh_connection()

    def _follow(self, session: Session) -> None:
        """Show what is said of the connection to an engine."""
        store = session.store
        session.complaints.subscribe(self.called(partial(self._complain, session)))
        store.connection.subscribe(self.called(lambda _state: self._connection_changed()))
        store.connection.subscribe(self.called(lambda _state: self.problem_watch.begin(session)))
        store.not_following.subscribe(self.called(lambda _refusal: self._connection_changed()))
        for news in (store.engine_name, store.skew):
            news.subscribe(self.called(lambda _news: self._connection_changed()))
        store.silent_since.subscribe(self.called(lambda _since: self._silence_changed()))
        store.replaced.subscribe(self.called(lambda _number: self._engine_replaced(session)))

    def _attention_changed(self, watched: bool) -> None:
        """Have statistics sampled more rarely while nobody uses the program."""
        for session in self.engines:
            session.sampler.slow.set(not watched)

    def note_input(self) -> None:
        self.attention.typed()

    def _problems_changed(self, _changes: Changes) -> None:
        if self.view is not None and self.view.is_mounted:
            self.view.refresh_header()

    def _warn(self, words: str) -> None:
        if self.view is not None:
            self.view.warn(words)

    def _complain(self, session: Session, words: str) -> None:
        others = len(self.workspace.sessions) > 1 or session not in self.workspace.sessions
        self._warn(f"{one_line(session.label)}: {words}" if others else words)

    def _silence_changed(self) -> None:
        """Update the time since an engine is silent each second."""
        if self._clock is not None:
            self._clock.stop()
        silent = any(session.store.silent_since.value is not None for session in self.engines)
        self._clock = self.set_interval(1.0, self._connection_changed) if silent else None
        self._connection_changed()

    def _engine_replaced(self, session: Session) -> None:
        self._warn(f"another engine answers at {one_line(session.address.url)} now: all lists are loaded again")

    @property
    def context(self) -> ViewContext:
        """The context of the views shown."""
        return self.workspace.context

    async def switch(self, contexts: Sequence[str]) -> None:
        """Show the engines of these docker contexts; the views of the others stay as they are."""
        from tui.engine.threads import in_thread
        from tui.engine.transport.address import find_address

        try:
            addresses = [await in_thread(partial(find_address, context=name)) for name in contexts]
            options = [("--context", name) for name in contexts]
            await self.show_targets([Target(*each) for each in zip(addresses, options, strict=True)])
        except AddressError as error:
            self._warn(told(error))
        except TimeoutError:
            self._warn("docker's contexts cannot be read: the file system does not answer")

    def _workspace(self, mode: str, targets: Sequence[Target]) -> Workspace:
        return Workspace(mode, self.engines, targets, self.program, self._go_on, self._install)

    async def show_targets(self, targets: Sequence[Target]) -> None:
        """Show these engines, as they were left if they were shown before. Raises AddressError."""
        key = _key(targets)
        if key not in self._workspaces:
            workspace = self._workspace(f"workspace-{len(self._workspaces)}", targets)
            self._workspaces[key] = workspace
            self.add_mode(workspace.mode, Screen)
        workspace = self._workspaces[key]
        if self.view is not None and self.view.kind == "contexts" and len(self.screen_stack) > FIRST:
            self._back()  # to what is found on return
        if workspace is not self.workspace:
            await self._change_to(workspace)
        if len(self.screen_stack) < FIRST:
            self.go("containers", "")

    async def open_on(self, session: Session, screen: str, name: str) -> None:
        """Open the details of an object on an engine, in a workspace that shows the engine: the present one if that does."""
        from tui.resources.model.document import Link
        from tui.screens.framework.links import follow_link

        shown = (self.workspace, *self._workspaces.values())
        workspace = next(each for each in shown if session in each.sessions)
        if workspace is not self.workspace:
            await self._change_to(workspace)
        if self.view is not None:
            follow_link(self.view, Link(screen, name), workspace.sessions[session])

    async def _change_to(self, workspace: Workspace) -> None:
        """Show another workspace; `leave` returns to the present one."""
        self._trail = [each for each in self._trail if each is not workspace] + [self.workspace]
        await self._show_workspace(workspace)

    async def _show_workspace(self, workspace: Workspace) -> None:
        self.workspace = workspace
        await self.switch_mode(workspace.mode)

    def _dialer(self, address: Address) -> Dialer | None:
        """Return a dialer whose questions are asked in dialogs, for an engine that is reached over SSH."""
        if address.scheme != "ssh":
            return None
        from tui.engine.transport.questions import Questions
        from tui.engine.transport.ssh import SshDialer
        from tui.engine.transport.ssh_connection import SshConnection

        login = self._logins.pop(address, None)
        questions = login.questions if login is not None else Questions()
        connection = login.connection if login is not None else SshConnection(address, questions)

        def waited_for() -> bool:
            session = self.engines.opened_at(address)
            return session is None or not session.was_connected

        LoginQuestions(lambda: self.view, waited_for).attach(questions)
        return SshDialer(connection)

    def go(self, name: str, target: str) -> None:
        """Go to a main screen by name, with ".." one level back, with "-" to the previous view. See `GoTo`.

        A main screen opens over the view that it was called from, to which `leave` returns; a main screen that is already
        below is uncovered instead, so that each is on the stack once.
        """
        if name == ".." or (name == "-" and len(self.screen_stack) > FIRST):
            self._back()
            return
        if name == "-":
            name = self.workspace.left or SCREENS[0]
        if isinstance(self.context, GroupContext) and name in OF_ONE_ENGINE:
            self._choose_engine(self.context, name, target)
        else:
            self._show(self.workspace.view(name), target)

    def _show(self, view: View, target: str) -> None:
        """Show a main screen over this view, or uncover it."""
        if view in self.screen_stack:
            self._close_down_to(view)
        else:
            self.push_screen(view)
        if target:
            view.go_to(target)

    def _install(self, view: View) -> None:
        """Keep a main screen when another one is shown."""
        self.install_screen(view, f"{view.kind}-{next(self._numbers)}")

    def _choose_engine(self, group: GroupContext, name: str, target: str) -> None:
        """Ask on which engine a screen that shows one is wanted, and open it."""
        from tui.screens.framework.merged_view import choose_member

        if (view := self.view) is not None:

            async def open(member: Member) -> None:
                self._go_on(group.of(member), name, target)

            self.run_worker(choose_member(view, group, name, open))

    def _go_on(self, context: ViewContext, name: str, target: str) -> None:
        """Go to a screen from a view of one of several engines: those that show one engine show that."""
        if name not in OF_ONE_ENGINE:
            self.go(name, target)
            return
        self._show(self.workspace.view(name, context), target)

    def _back(self) -> None:
        if len(self.screen_stack) > FIRST:
            self._close_down_to(self.screen_stack[-2])
        elif self._trail:
            self.run_worker(self._show_workspace(self._trail.pop()))
        else:
            self.run_worker(self.action_leave())

    def _close_down_to(self, view: Screen[Any]) -> None:
        """Close the views above this one; "-" on the first screen returns to the main screen that was on top."""
        above = self.screen_stack[self.screen_stack.index(view) + 1 :]
        names = {id(main): name for name, main in self.workspace.main_views.items()}
        self.workspace.left = next((names[id(each)] for each in reversed(above) if id(each) in names), self.workspace.left)
        for _ in above:
            self.pop_screen()

    @property
    def view(self) -> View | None:
        """Return the view on the screen, possibly behind a dialog; None if there is none."""
        return next((screen for screen in reversed(self.screen_stack) if isinstance(screen, View)), None)

    @property
    def idle(self) -> bool:
        """Return whether nothing is pending: everything received is shown."""
        views = (screen for screen in self.screen_stack if isinstance(screen, View))
        sessions = all(session.idle for session in self.workspace.sessions) and self.problem_watch.idle
        return sessions and all(view.idle for view in views)

    async def action_leave(self) -> None:
        """End the program; ask first while jobs or sessions are running."""
        if self.view is not None:
            await quit(self.view)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable `leave` except in dialogs: views and terminals have their own commands."""
        return isinstance(self.screen, ModalScreen) if action == "leave" else super().check_action(action, parameters)

    # -- the end ------------------------------------------------------------------------------------------------------

    def close_terminals(self, allow: Callable[[float], object]) -> list[Coroutine[Any, Any, list[str]]]:
        """End the terminal sessions on all engines; see `Sessions.close`."""
        options = {session: context.prefix for each in self._workspaces.values() for session, context in each.sessions.items()}
        return [session.terminals.close(written(("docker", *options[session])), allow) for session in self.engines]

    def fault(self, _loop: object, context: dict[str, Any]) -> None:
        """Handle an exception of the event loop: report the error of a background task and continue."""
        if is_late_data(context):
            return
        error = context.get("exception") or RuntimeError(_words_of(context))
        if self.view is None or not self.is_running:
            self.crash = self.crash or error
            return
        telling = asyncio.ensure_future(self._tell_fault(error))
        self._telling.add(telling)
        telling.add_done_callback(self._telling.discard)

    async def _tell_fault(self, error: BaseException) -> None:
        from tui.crash import reported

        said = await reported(error, "failed in the background")
        if self.view is not None:
            self.view.warn(said)

    def stray_error(self, error: BaseException) -> None:
        """Handle an error that Python would print, in any thread."""
        try:
            self._loop_of_run.call_soon_threadsafe(self.fault, None, {"message": "", "exception": error})
        except RuntimeError:  # the loop is closed: the program is ending
            keep(error)

    def failed(self, error: BaseException) -> None:
        """Keep the error for `tui.crash`.

        Textual would print a traceback with local variables, which may hold credentials.
        """
        self.crash = self.crash or error


def _words_of(context: dict[str, Any]) -> str:
    """Return an event loop's message with the task that it is about, if any."""
    task = context.get("task")
    return f"{context['message']} {task!r}" if task is not None else str(context["message"])


def _key(targets: Sequence[Target]) -> frozenset[Address]:
    """Return what distinguishes workspaces: the engines by address and name, wherever these were given."""
    return frozenset(replace(target.address, origin="") for target in targets)
