"""Measuring what volumes take up: only when somebody asks, in the background; asking again ends it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from tui.live.session import Session
from tui.live.volumes import VOLUMES, measure, measured
from tui.resources import words
from tui.resources.text import count
from tui.screens.base import View
from tui.screens.telling import run_long

MEASURING = "measuring the volumes"


async def measure_volumes(view: View, _rows: Sequence[Any]) -> None:
    """Have the engine measure all volumes; the list shows their sizes when it has. While it does, cancel that."""
    session = view.desk.session
    running = next((job for job in session.jobs.running if job.name == MEASURING), None)
    if running is not None:
        running.cancel()
    else:
        run_long(view, MEASURING, lambda: _measure(session))


async def _measure(session: Session) -> str:
    rows = session.picture.of(VOLUMES)
    sizes = await measure(session.engine)
    rows.put(measured(rows.rows, sizes, time.time()))
    known = [size for size in sizes.values() if size >= 0]
    return f"{count(len(known), 'volume')} measured, {words.size(sum(known))} in all"
