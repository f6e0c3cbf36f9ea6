"""The list of docker's registry logins on this machine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tui.engine.errors import EngineError
from tui.live.objects.registry import stored_logins
from tui.resources.images.registry_login import logins
from tui.resources.model.advice import told
from tui.resources.model.document import read_text
from tui.resources.model.text import Line, Span, line
from tui.screens.framework.commands import Command
from tui.screens.framework.document_view import DocumentView
from tui.screens.framework.routes import RouteView


class LoginsView(DocumentView):
    """The registries with a login, the user of each, and where the login is stored."""

    kind = "logins"

    def on_ready(self) -> None:
        super().on_ready()
        self.read()

    def own_commands(self) -> Iterable[Command]:
        yield Command(name="reload", keys=("ctrl+r", "f5"), help="reload", run=self.read, group="text")
        yield from super().own_commands()

    def title_line(self) -> Line:
        return line(Span("logins", "title"))

    def read(self) -> None:
        """Read the logins of docker's configuration."""
        self.renew("logins", self._read)

    async def _read(self) -> None:
        try:
            self.show_document(logins(await stored_logins()))
        except EngineError as error:
            self.show_document(read_text(told(error)))


async def open_logins(view: RouteView, _rows: Sequence[Any]) -> None:
    """Open the list of logins."""
    await view.app.push_screen(LoginsView(view.context))
