"""The list of docker's registry logins on this machine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from tui.engine.errors import EngineError
from tui.keys import key_name
from tui.live.objects.registry import stored_logins
from tui.resources import registry
from tui.resources.images.registry_login import LOGIN, LOGOUT, logins
from tui.resources.model.action import Route
from tui.resources.model.advice import told
from tui.resources.model.document import read_text
from tui.resources.model.text import Line, Span, line
from tui.screens.framework.action_runner import ActionRunner
from tui.screens.framework.commands import Command
from tui.screens.framework.context import ViewContext
from tui.screens.framework.document_view import DocumentView
from tui.screens.framework.view import View


class LoginsView(DocumentView):
    """The registries with a login, the user of each, and where the login is stored."""

    kind = "logins"

    def __init__(self, context: ViewContext) -> None:
        super().__init__(context)
        self._runner: ActionRunner[Any] = ActionRunner(self, context, registry.load("images"), _open)
        self._over = 0  # jobs that had ended when the logins were read

    def on_ready(self) -> None:
        super().on_ready()
        self.follow(self.context.jobs.rows.changed, lambda _changes: self._read_after_jobs())
        self.read()

    def own_commands(self) -> Iterable[Command]:
        for action in (LOGIN, LOGOUT):
            yield Command(
                name=action.name,
                keys=tuple(map(key_name, action.keys)),
                help=action.help,
                run=partial(self._runner.begin, action, ()),
                refusal=partial(self._runner.refusal, action, ()),
                group="logins",
                menu=True,
            )
        yield Command(name="reload", keys=("ctrl+r", "f5"), help="reload", run=self.read, group="text")
        yield from super().own_commands()

    def title_line(self) -> Line:
        return line(Span("logins", "title"))

    def read(self) -> None:
        """Read the logins of docker's configuration."""
        self._over = self._ended
        self.renew("logins", self._read)

    @property
    def _ended(self) -> int:
        return sum(job.over for job in self.context.jobs.rows.rows.values())

    def _read_after_jobs(self) -> None:
        """Read the logins again after a job has ended, which may have changed them."""
        if self.is_current and self._ended != self._over:
            self.read()

    async def _read(self) -> None:
        try:
            self.show_document(logins(await stored_logins()))
        except EngineError as error:
            self.show_document(read_text(told(error)))


async def _open(route: Route, _rows: Sequence[Any]) -> None:
    """Neither action here opens a view."""
    raise TypeError(route)


async def open_logins(view: View) -> None:
    """Open the list of logins."""
    await view.app.push_screen(LoginsView(view.context))
