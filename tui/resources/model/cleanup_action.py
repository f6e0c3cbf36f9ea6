"""Tidying up: from any list to the plan of what is unused."""

from __future__ import annotations

from typing import Any

from tui.resources.model.action import Action, Open

CLEAN_UP: Action[Any] = Action(
    name="clean-up",
    key="P",
    help="what of these is unused, to remove what you tick",
    do=Open("clean-up", rows=False),
    footer=False,
    changes=False,
)
