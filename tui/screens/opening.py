"""Views that an action opens, by the name in its description (`Action.opens`)."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tui.screens.base import View


VIEWS = {"monitor": "tui.screens.monitor:open_monitor"}
"""Openers by name and where they stand; the others are in `tui.screens.entering`."""


async def open_view(view: View, name: str, rows: Sequence[Any]) -> None:
    """Open the view that an action names, for these rows. Loaded only now: the first screen needs none of them."""
    if name in VIEWS:
        module, _, opener = VIEWS[name].partition(":")
        await getattr(import_module(module), opener)(view, rows)
        return
    from tui.screens.entering import OPENERS

    await OPENERS[name](view, rows)
