"""A page that follows live data while mounted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, ParamSpec, TypeVar

from textual.screen import ModalScreen
from textual.worker import Worker

from tui.live.state.pulse import Pulse
from tui.live.state.signals import Signal
from tui.widgets.page import Page
from tui.widgets.textual_internals.paced_app import PacedApp

T = TypeVar("T")
P = ParamSpec("P")


class LivePage(Page):
    """A page with subscriptions and background work until it is unmounted.

    A subclass overrides `on_ready` and `on_resume_view`, not `on_mount`: Textual calls the handlers of every class in turn.
    """

    def __init__(self) -> None:
        super().__init__()
        self._subscriptions: list[Callable[[], None]] = []
        self._pulses: list[Pulse] = []
        self._end_pulses: list[Callable[[], None]] = []

    def on_mount(self) -> None:
        self.on_ready()

    def on_screen_resume(self) -> None:
        self._begin_pulse()
        self.on_resume_view()

    def on_screen_suspend(self) -> None:
        if not self.covered_by_dialog():
            self._stop_pulse()

    def on_unmount(self) -> None:
        self._stop_pulse()
        for unsubscribe in self._subscriptions:
            unsubscribe()

    def on_ready(self) -> None:
        """Prepare the page; called when the page is mounted."""

    def on_resume_view(self) -> None:
        """Continue the page; called when the page becomes the current screen, also for the first time."""

    def follow(self, signal: Signal[T], callback: Callable[[T], object]) -> None:
        """Call `callback` with each value of the signal, until the page is unmounted."""
        assert isinstance(self.app, PacedApp)
        self._subscriptions.append(signal.subscribe(self.app.called(callback)))

    def follow_pulse(self, pulse: Pulse) -> None:
        """Have lists read again while rows change without events, as long as this page is on the screen."""
        self._stop_pulse()
        self._pulses.append(pulse)
        self._begin_pulse()

    def _begin_pulse(self) -> None:
        if not self._end_pulses and self.is_current:
            self._end_pulses = [pulse.watch() for pulse in self._pulses]

    def _stop_pulse(self) -> None:
        ends, self._end_pulses = self._end_pulses, []
        for end in ends:
            end()

    def renew(self, group: str, call: Callable[P, Awaitable[object]], *args: P.args, **more: P.kwargs) -> Worker[object]:
        """Run `call` in the background, replacing earlier work of the same group; return the work."""
        # as a partial: a coroutine that is dropped before its start would be reported as never awaited
        work: Callable[[], Awaitable[object]] = partial(call, *args, **more)
        return self.run_worker(work, group=group, exclusive=True)

    @property
    def idle(self) -> bool:
        """Return whether the page shows all data received."""
        return True

    def covered_by_dialog(self) -> bool:
        """Return whether a dialog is shown over the page."""
        return isinstance(self.app.screen, ModalScreen)

    async def show(self, dialog: ModalScreen[Any], then: Any) -> None:
        """Show a dialog; on return the dialog receives the keys. `then` is called with its answer."""
        await self.app.push_screen(dialog, then)

    def put_on_clipboard(self, text: str, what: str, instead: str = "") -> None:
        """Copy a text and show a message: `what` was copied, or, if cut off, how to get the whole text (`instead`)."""
        self.app.copy_to_clipboard(text)
        self.tell_copied(text, what, instead)
