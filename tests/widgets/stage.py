"""A small application for widgets, with its screen as text and the messages of its widgets."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from textual.message import Message
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget

from tui.resources.model.text import clean
from tui.widgets.textual_internals.paced_app import PacedApp

STYLES = Path(__file__).parents[2] / "styles"
Kind = TypeVar("Kind", bound=Message)


class Stage(PacedApp):
    """An application that shows the given widgets, or a screen."""

    CSS_PATH = [STYLES / "lines.tcss", STYLES / "dialogs.tcss", STYLES / "logs.tcss"]  # noqa: RUF012
    BINDINGS = []  # noqa: RUF012

    def __init__(self, *widgets: Widget, page: Screen[None] | None = None) -> None:
        super().__init__()
        self.widgets = widgets
        self.page = page
        self.said: list[Message] = []

    def compose(self) -> Iterable[Widget]:
        yield from self.widgets

    def on_mount(self) -> None:
        if self.page is not None:
            self.push_screen(self.page)

    def hear(self, message: Message) -> None:
        """Record each message once, even if it bubbles through several widgets."""
        if not any(message is each for each in self.said):
            self.said.append(message)

    def heard(self, kind: type[Kind]) -> list[Kind]:
        """Return the messages of a type so far."""
        return [message for message in self.said if isinstance(message, kind)]

    @property
    def lines(self) -> list[str]:
        """Return the screen's lines."""
        return [strip.text.rstrip() for strip in self.screen._compositor.render_strips()]

    @property
    def text(self) -> str:
        """Return the screen as one text, which must not contain control characters."""
        text = "\n".join(self.lines)
        assert clean(text) == text
        return text


@asynccontextmanager
async def on_stage(
    *widgets: Widget, size: tuple[int, int] = (80, 24), page: Screen[None] | None = None
) -> AsyncIterator[tuple[Stage, Pilot[None]]]:
    """Run the widgets on a stage."""
    stage = Stage(*widgets, page=page)
    async with stage.run_test(size=size, message_hook=stage.hear) as pilot:
        await pilot.pause()
        yield stage, pilot
