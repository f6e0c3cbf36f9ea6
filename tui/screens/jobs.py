"""The jobs: what is done in the background, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tui.live.jobs.jobs import Job, JobRow
from tui.resources.jobs import JOBS
from tui.screens.framework.context import ViewContext
from tui.screens.framework.resource_view import ResourceView
from tui.screens.framework.view import View


class JobsView(ResourceView[JobRow]):
    """The list of jobs."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__(context, JOBS, context.session.jobs.rows)


def _jobs(view: View, rows: Sequence[JobRow]) -> Iterator[Job[Any]]:
    for row in rows:
        if (job := view.context.session.jobs.get(row.id)) is not None:
            yield job


async def cancel_jobs(view: View, rows: Sequence[JobRow]) -> None:
    """Stop jobs; each says so once it has."""
    for job in _jobs(view, rows):
        job.cancel()


async def repeat_job(view: View, rows: Sequence[JobRow]) -> None:
    """Do the same once more."""
    for job in _jobs(view, rows):
        if job.again is not None:
            job.again()


async def forget_jobs(view: View, rows: Sequence[JobRow]) -> None:
    """Take jobs that are over off the list."""
    for row in rows:
        view.context.session.jobs.forget(row.id)
