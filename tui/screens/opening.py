"""Views that an action opens, by the name in its description (`Action.opens`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tui.screens.base import View


async def open_view(view: View, name: str, rows: Sequence[Any]) -> None:
    """Open the view that an action names, for these rows. Loaded only now: the first screen needs none of them."""
    if name in ("logs", "merged-logs"):
        from tui.screens.logopening import OPENERS as LOGS

        await LOGS[name](view, rows)
        return
    from tui.screens.entering import OPENERS

    await OPENERS[name](view, rows)
