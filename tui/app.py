"""The application: the session of one engine, the views on it, navigation, and the end of the program."""

from __future__ import annotations

import asyncio
import signal
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen, Screen

from tui.engine.transport.ssh import SshDialer
from tui.garbage import FullCollections, freeze
from tui.live.engine_session import Session
from tui.live.state.supervisor import is_late_data
from tui.live.threads import DaemonThreads
from tui.output import say
from tui.resources.model.docker_commands import written
from tui.resources.model.text import one_line
from tui.resources.registry import EVENTS
from tui.screens.framework.common_commands import quit
from tui.screens.framework.context import ViewContext
from tui.screens.framework.list_view import ListView
from tui.screens.framework.login_questions import LoginQuestions
from tui.screens.framework.routes import SCREENS, build_view
from tui.screens.framework.view import View
from tui.stray_errors import keep, take_errors
from tui.widgets.textual_internals.paced_app import PacedApp

if TYPE_CHECKING:
    from textual.timer import Timer

    from tui.config import Config
    from tui.engine.transport.address import Address
    from tui.exit_deadline import Leaving
    from tui.first_paint import FirstPaint
    from tui.options import Start

CRASHED = 70
"""Exit status after an error in the program."""

FIRST = 2
"""Screens on the stack while the first view is shown: Textual's default screen is below it."""

_BESIDE = Path(__file__).with_name("styles")
STYLES = _BESIDE if _BESIDE.is_dir() else Path(__file__).parent.parent / "styles"
"""The styles are inside an installed package, and beside it in a checkout."""


class Longshore(PacedApp, inherit_bindings=False):  # without Textual's ctrl+q, which asks nothing
    """The Textual application. The session is open already."""

    TITLE = "Longshore"
    CSS_PATH: ClassVar[list[Path]] = sorted(STYLES.glob("*.tcss"))  # type: ignore[assignment]  # a list is invariant: Textual takes texts too
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "leave", show=False, priority=True)]  # out of dialogs too
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, session: Session, config: Config, start: Start, address: Address) -> None:
        super().__init__()
        self.start = start
        self.crash: BaseException | None = None
        self.context = ViewContext(
            session=session,
            config=config,
            go=self.go,
            view=self._view,
            prefix=start.prefix,
            demo=start.demo,
        )
        self._loop_of_run = asyncio.get_running_loop()
        self._telling: set[asyncio.Future[None]] = set()
        self._clock: Timer | None = None
        self._views: dict[str, View] = {}
        self._left = ""  # the main screen that was closed last

    # -- navigation ---------------------------------------------------------------------------------------------------

    async def on_mount(self) -> None:
        words = self.start.words
        connection = self.context.session.store.connection
        self.context.session.complaints.subscribe(self.called(self._complain))
        connection.subscribe(self.called(lambda _state: self._connection_changed()))
        self.context.session.store.not_following.subscribe(self.called(lambda _refusal: self._connection_changed()))
        for news in (self.context.session.store.engine_name, self.context.session.store.skew):
            news.subscribe(self.called(lambda _news: self._connection_changed()))
        self.context.session.store.silent_since.subscribe(self.called(self._silence_changed))
        self.context.session.store.replaced.subscribe(self.called(lambda _number: self._engine_replaced()))
        if words and words[0] in SCREENS:
            self.go(words[0], words[1] if len(words) > 1 else "")
        elif words and words[0] in {"exec", "attach"}:
            from tui.screens.terminals.open import enter_by_name

            self.go("containers", "")
            await enter_by_name(self, self.context, words[0], words[1], self.start.command)
        elif words and words[0] == "logs":
            from tui.screens.logs.open import logs_by_name

            self.go("containers", "")
            await logs_by_name(self, self.context, words[1])
        else:
            self.go("containers", "")
            if words:
                from tui.screens.framework.links import open_by_name

                await open_by_name(self, self.context, words[0])
        if isinstance(self.view, ListView) and self.first_keys is not None:
            self.view.table.first_position = self.first_keys.take_over
        if problems := self.context.config.problems:
            more = f" ({len(problems) - 1} more: :config)" if problems[1:] else ""
            self._complain(f"config.toml: {problems[0]}{more}")

    def _connection_changed(self) -> None:
        for view in self.screen_stack:
            if isinstance(view, View) and view.is_mounted:
                view.refresh_connection()

    def _complain(self, words: str) -> None:
        if self.view is not None:
            self.view.warn(words)

    def _silence_changed(self, since: float | None) -> None:
        """Update the time since the engine is silent each second."""
        if self._clock is not None:
            self._clock.stop()
        self._clock = self.set_interval(1.0, self._connection_changed) if since is not None else None
        self._connection_changed()

    def _engine_replaced(self) -> None:
        if self.view is not None:
            self.view.warn(
                f"another engine answers at {one_line(self.context.session.address.url)} now: all lists are loaded again"
            )

    def go(self, name: str, target: str) -> None:
        """Go to a main screen by name, with ".." one level back, with "-" to the previous view. See `GoTo`.

        A main screen opens over the view that it was called from, to which `leave` returns; a main screen that is already
        below is uncovered instead, so that each is on the stack once.
        """
        if name == ".." or (name == "-" and len(self.screen_stack) > FIRST):
            self._back()
            return
        view = self._view((self._left or SCREENS[0]) if name == "-" else name)
        if view in self.screen_stack:
            self._close_down_to(view)
        else:
            self.push_screen(view)
        if target:
            view.go_to(target)

    def _back(self) -> None:
        if len(self.screen_stack) > FIRST:
            self._close_down_to(self.screen_stack[-2])
        else:
            self.run_worker(self.action_leave())

    def _close_down_to(self, view: Screen[Any]) -> None:
        """Close the views above this one; "-" on the first screen returns to the main screen that was on top."""
        above = self.screen_stack[self.screen_stack.index(view) + 1 :]
        names = {id(main): name for name, main in self._views.items()}
        self._left = next((names[id(each)] for each in reversed(above) if id(each) in names), self._left)
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
        return self.context.session.idle and all(view.idle for view in views)

    async def action_leave(self) -> None:
        """End the program; ask first while jobs or sessions are running."""
        if self.view is not None:
            await quit(self.view)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable `leave` except in dialogs: views and terminals have their own commands."""
        return isinstance(self.screen, ModalScreen) if action == "leave" else super().check_action(action, parameters)

    def _view(self, name: str) -> View:
        if name not in self._views:
            self._views[name] = build_view(self.context, name)
            self.install_screen(self._views[name], name)
        return self._views[name]

    # -- the end ------------------------------------------------------------------------------------------------------

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
        """Keep the error for `tui.crash`, since Textual would print a traceback with local variables, which may hold
        credentials."""
        self.crash = self.crash or error


def _words_of(context: dict[str, Any]) -> str:
    """Return an event loop's message with the task that it is about, if any."""
    task = context.get("task")
    return f"{context['message']} {task!r}" if task is not None else str(context["message"])


async def run(
    address: Address, start: Start, config: Config, first_paint: FirstPaint, leaving: Leaving
) -> tuple[int, BaseException | None]:
    """Run the interface to its end: return the exit status, and the error that ended it, if any.

    From then on `leaving` limits the time.
    """
    loop = asyncio.get_running_loop()
    loop.set_default_executor(DaemonThreads())
    async with AsyncExitStack() as stack:
        login = first_paint.login
        dialer = SshDialer(login.connection) if login is not None else None
        session = await stack.enter_async_context(
            Session.open(address, read_only=start.read_only, events=EVENTS, dialer=dialer)
        )
        if first_paint.rows:
            session.store.containers.replace({row.id: row for row in first_paint.rows})
        app = Longshore(session, config, start, address)
        for number in (signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, app.exit)
        loop.set_exception_handler(app.fault)
        if login is not None:
            LoginQuestions(lambda: app.view, lambda: not session.was_connected).attach(login.questions)
        take_errors(app.stray_error)
        app.first_paint, app.first_keys = first_paint.hand_over, first_paint.keys
        freeze()
        with FullCollections(app.seconds_since_input):
            await app.run_async(mouse=config.mouse)
        status = 0 if session.was_connected or first_paint.answered else 1
        leaving.begin(CRASHED if app.crash else status)
        docker = written(("docker", *start.prefix))
        sessions, jobs = await asyncio.gather(app.context.terminals.close(docker, leaving.allow), session.jobs.close())
        for left in [*sessions, *jobs]:
            say(f"longshore: {left}")
        return status, app.crash
