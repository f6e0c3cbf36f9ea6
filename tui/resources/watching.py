"""Watching containers: what they use."""

from __future__ import annotations

from tui.live.container import Container
from tui.resources.description import Action


def why_not_watch(row: Container) -> str:
    """Why there are no figures of a container."""
    return "" if row.alive else "it does not run, so it uses nothing"


MONITOR: Action[Container] = Action(
    name="monitor", key="m", help="what it uses, with history; of the marked ones together", refusal=why_not_watch,
    opens="monitor", footer=False, changes=False,
)  # fmt: skip
