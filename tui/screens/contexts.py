"""The screen of docker's contexts: the engines that can be gone to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from tui.live.context_list import ContextRow
from tui.live.jobs.jobs import Job
from tui.resources.contexts import CONTEXTS
from tui.resources.model.text import Line, Span, line
from tui.screens.framework.commands import Command
from tui.screens.framework.context import ViewContext
from tui.screens.framework.resource_view import ResourceView

GO = "show the engine, or the engines of all marked contexts in one list"


class ContextsView(ResourceView[ContextRow]):
    """The list of the contexts. All engines are asked each time that it is shown."""

    def __init__(self, context: ViewContext) -> None:
        self.contexts = context.program.contexts
        super().__init__(context, CONTEXTS, self.contexts.rows)

    def on_ready(self) -> None:
        self.follow(self.context.jobs.changed, self._job_changed)
        super().on_ready()

    def on_resume_view(self) -> None:
        super().on_resume_view()
        self.contexts.refresh()

    @property
    def idle(self) -> bool:
        return self.contexts.idle

    def _job_changed(self, job: Job[Any]) -> None:
        """Read the contexts again after a job, which may have changed them."""
        if job.state != "running":
            self.contexts.refresh(again=False)

    def own_commands(self) -> Iterable[Command]:
        for command in super().own_commands():
            if command.name == "details":
                command = replace(
                    command,
                    name="go",
                    keys=("enter",),
                    help="show the engine, or the engines of all marked contexts in one list",
                )
            yield command

    @property
    def refused(self) -> str:
        return self.contexts.problem

    def outdated(self) -> bool:
        return False

    def title_line(self) -> Line:
        return line(Span("contexts", "title"))

    async def reload(self) -> None:
        self.contexts.refresh()
        self.say("connecting to all engines again")

    async def open_details(self) -> None:
        """Show the engines of the marked contexts, or of the one under the cursor."""
        rows = self.listing.marked or ([self.current] if self.current is not None else [])
        if rows:
            await self.context.program.switch([row.name for row in rows])
