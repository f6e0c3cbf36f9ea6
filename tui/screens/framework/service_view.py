"""What services of the screens need of the view that they work for, as protocols: messages, dialogs, the engine."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from textual.app import App
    from textual.screen import ModalScreen
    from textual.worker import Worker

    from tui.resources.model.text import Line
    from tui.screens.framework.context import ViewContext


class ServiceView(Protocol):
    """A view that shows messages and dialogs."""

    @property
    def app(self) -> App[Any]:
        """The program: its `push_screen` opens a view on top, its `run_worker` runs work that outlives this view."""
        ...

    @property
    def is_current(self) -> bool:
        """Whether this view is the one on top."""
        ...

    @property
    def foreground_view(self) -> EngineView:
        """The view that the user sees now; messages of background work are shown there."""
        ...

    def say(self, text: str | Line, style: str = "") -> None:
        """Show one line about what happened."""

    def warn(self, text: str | Line) -> None:
        """Show one line about what went wrong."""

    def clear_message(self) -> None:
        """Remove the message."""

    def put_on_clipboard(self, text: str, what: str, instead: str = "") -> None:
        """Copy a text and show a message: `what` was copied, or, if cut off, how to get the whole text (`instead`)."""

    def offer(self, text: str, words: str, open: Callable[[], Awaitable[None]], style: str = "bad") -> None:
        """Show a message, and which key opens the form or report that belongs to it; `words` say what the key does."""

    async def show(self, dialog: ModalScreen[Any], then: Any) -> None:
        """Ask with a dialog; `then` is called with its answer."""


class EngineView(ServiceView, Protocol):
    """A view on the objects of an engine."""

    @property
    def kind(self) -> str:
        """The name of the view."""
        ...

    @property
    def context(self) -> ViewContext:
        """The session of the engine, the configuration, and where to go."""
        ...

    def renew(self, group: str, call: Callable[..., Awaitable[object]], *args: Any) -> Worker[object]:
        """Run `call` in the background, replacing earlier work of the same group; return the work."""
        ...
