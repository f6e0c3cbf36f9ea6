"""The action that opens the clean-up plan from any list."""

from __future__ import annotations

from typing import Any

from tui.resources.model.action import Action, Open

CLEAN_UP: Action[Any] = Action(
    name="clean-up",
    key="Z",
    help="review unused objects and remove the ticked ones",
    do=Open("clean-up", rows=False),
    footer=False,
    changes=False,
)
