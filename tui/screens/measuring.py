"""Measurement of the sizes of images and volumes: on request, in the background; a second request cancels the first."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from tui.live import clock
from tui.live.engine_session import Session
from tui.live.objects import images, volumes
from tui.resources.model import formats
from tui.resources.model.text import count
from tui.screens.framework.action_results import run_long
from tui.screens.framework.routes import RouteView


async def measure_volumes(view: RouteView, _rows: Sequence[Any]) -> None:
    """Measure all volumes, or cancel a running measurement; the list shows the sizes afterwards."""
    _measure(view, "measuring the volumes", _volumes)


async def measure_images(view: RouteView, _rows: Sequence[Any]) -> None:
    """Measure what images share with each other, or cancel a running measurement."""
    _measure(view, "measuring the images", _images)


def _measure(view: RouteView, name: str, work: Callable[[Session], Coroutine[Any, Any, str]]) -> None:
    session = view.context.session
    running = next((job for job in view.context.jobs.running if job.name == name), None)
    if running is not None:
        running.cancel()
    else:
        run_long(view, name, lambda: work(session))


async def _volumes(session: Session) -> str:
    rows = session.store.of(volumes.VOLUMES)
    sizes = await volumes.measure(session.engine)
    rows.put(volumes.measured(rows.rows, sizes, clock.now()))
    known = [size for size in sizes.values() if size >= 0]
    return f"{count(len(known), 'volume')} measured, {formats.size(sum(known))} in total"


async def _images(session: Session) -> str:
    rows = session.store.of(images.IMAGES)
    own = await images.measure(session.engine, rows)
    limit = "at most " if any(row.by_digest for row in rows.rows.values()) else ""
    return f"images measured: {limit}{formats.size(own)} unique to one image"
