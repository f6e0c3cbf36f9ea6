"""Podman's events in docker's terms: some of its actions have other names, and it filters by yet others."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

import msgspec

from tui.engine.objects.events import Event
from tui.engine.transport.wire import Filters

ACTIONS = {("container", "remove"): "destroy", ("image", "loadfromarchive"): "load", ("container", "exec"): "exec_start"}
"""Types and actions of Podman's events, and docker's action for the same."""

FILTERED_AS = {
    "die": "died",
    "destroy": "remove",
    "delete": "remove",
    "load": "loadfromarchive",
    "exec_start": "exec",
    "exec_die": "exec_died",
}
"""Docker's actions, and Podman's names for them in filters."""


def podman_filters(filters: Filters | None) -> Filters | None:
    """Return filters for events with Podman's names of the actions beside docker's."""
    if not filters or "event" not in filters:
        return filters
    actions = filters["event"]
    return {**filters, "event": sorted({*actions, *(FILTERED_AS[action] for action in actions if action in FILTERED_AS)})}


async def in_docker_terms(events: AsyncGenerator[Event, None]) -> AsyncGenerator[Event, None]:
    """Yield events with docker's names of the actions."""
    async with aclosing(events) as stream:
        async for event in stream:
            action = ACTIONS.get((event.type, event.action))
            yield event if action is None else msgspec.structs.replace(event, action=action)
