"""Watching objects: what containers use, what happens to anything."""

from __future__ import annotations

from typing import Any

from tui.live.containers.container import Container
from tui.resources.model.action import Action, Open


def why_not_watch(row: Container) -> str:
    """Why there are no figures of a container."""
    return "" if row.alive else "it does not run, so it uses nothing"


MONITOR: Action[Container] = Action(
    name="monitor",
    key="m",
    help="what it uses, with history; of the marked ones together",
    do=Open("monitor"),
    refusal=why_not_watch,
    footer=False,
    changes=False,
)
EVENTS_OF: Action[Any] = Action(
    name="events",
    key="e",
    help="what happened and happens to it",
    do=Open("events"),
    footer=False,
    changes=False,
)
"""Of any type of object; `tui.resources.events.events.subject` says how the engine is asked for it."""

WATCH: tuple[Action[Container], ...] = (MONITOR, EVENTS_OF)
