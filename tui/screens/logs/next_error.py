"""The next line of a log with the level error or above."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tui.resources.logs.ansi_text import plain
from tui.resources.logs.levels import at_least, level_of

if TYPE_CHECKING:
    from tui.screens.logs.base_view import LogBaseView

LINES_AT_ONCE = 500
"""Lines looked at before keys are processed."""


async def go_to_error(view: LogBaseView, backwards: bool) -> None:
    """Move the cursor to the next shown line with an error, or to the one before; say if no loaded line has one."""
    log = view.log_view
    step = log.rows.before if backwards else log.rows.after
    id_, looked = log.cursor, 0
    while id_ is not None and (id_ := step(id_)) is not None:
        found = level_of(plain(view.reader.buffer.line(id_).data))
        if found is not None and at_least(found.level, "error"):
            log.set_autoscroll(False)
            log.move_to(id_, middle=True)
            return
        looked += 1
        if looked % LINES_AT_ONCE == 0:
            await asyncio.sleep(0)
    where = "above" if backwards else "below"
    view.say(f"no loaded line {where} has the level error", "warn")
