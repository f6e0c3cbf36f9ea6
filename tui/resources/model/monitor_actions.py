"""The actions that open the monitor and the events of objects."""

from __future__ import annotations

from typing import Any

from tui.live.containers.container import Container
from tui.resources.model.action import Action, Open


def why_not_watch(row: Container) -> str:
    """Return why a container has no statistics, or ""."""
    return "" if row.alive else "not running"


MONITOR: Action[Container] = Action(
    name="monitor",
    key="m",
    help="monitor resource usage of the marked containers",
    do=Open("monitor"),
    refusal=why_not_watch,
    footer=False,
    changes=False,
)
EVENTS_OF: Action[Any] = Action(
    name="events",
    key="e",
    help="show past and new events",
    do=Open("events"),
    footer=False,
    changes=False,
)
"""For any resource type; `tui.resources.events.events.subject` gives the filter of the request."""

WATCH: tuple[Action[Container], ...] = (MONITOR, EVENTS_OF)
