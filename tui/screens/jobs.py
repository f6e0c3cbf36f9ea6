"""The views' functions for actions on jobs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tui.live.jobs.jobs import Job, JobRow
from tui.screens.framework.routes import RouteView


def _jobs(view: RouteView, rows: Sequence[JobRow]) -> Iterator[Job[Any]]:
    for row in rows:
        if (job := view.context.jobs.get(row.id)) is not None:
            yield job


async def cancel_jobs(view: RouteView, rows: Sequence[JobRow]) -> None:
    """Cancel jobs; each reports its end."""
    for job in _jobs(view, rows):
        job.cancel()


async def repeat_job(view: RouteView, rows: Sequence[JobRow]) -> None:
    """Run a job again."""
    for job in _jobs(view, rows):
        if job.again is not None:
            job.again()


async def forget_jobs(view: RouteView, rows: Sequence[JobRow]) -> None:
    """Remove finished jobs from the list."""
    for row in rows:
        view.context.jobs.forget(row.id)
