"""Filters of the container list and of the events stream."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable

from tui.demo.call import Filters, matches_labels
from tui.demo.errors import ApiError
from tui.demo.objects import Container, Event
from tui.demo.world import World

CONTAINER_FILTERS = frozenset(
    {
        "ancestor",
        "before",
        "expose",
        "exited",
        "health",
        "id",
        "isolation",
        "is-task",
        "label",
        "name",
        "network",
        "publish",
        "since",
        "status",
        "volume",
    }
)
STATES = ("created", "running", "paused", "restarting", "removing", "exited", "dead")
HEALTHS = ("none", "starting", "healthy", "unhealthy")
EVENT_FILTERS = frozenset(
    {
        "config",
        "container",
        "daemon",
        "event",
        "image",
        "label",
        "network",
        "node",
        "plugin",
        "scope",
        "secret",
        "service",
        "type",
        "volume",
    }
)


def check_container_filters(filters: Filters) -> None:
    """Refuse invalid values with the engine's messages."""
    for value in filters.get("status", []):
        if value not in STATES:
            raise ApiError(
                400, f"invalid filter 'status={value}': invalid value for state ({value}): must be one of {', '.join(STATES)}"
            )
    for value in filters.get("health", []):
        if value not in HEALTHS:
            raise ApiError(
                400, f"invalid filter 'health={value}': invalid value for health ({value}): must be one of {', '.join(HEALTHS)}"
            )
    for value in filters.get("exited", []):
        if not re.fullmatch(r"-?\d+", value):
            raise ApiError(400, f"invalid filter 'exited={value}': strconv.Atoi: parsing \"{value}\": invalid syntax")


def _named(container: Container, patterns: list[str]) -> bool:
    return any(_matches(pattern, container.name) or _matches(pattern, f"/{container.name}") for pattern in patterns)


def _matches(pattern: str, text: str) -> bool:
    try:
        return pattern == text or re.search(pattern, text) is not None
    except re.error:
        return False


def _descends(world: World, container: Container, wanted: list[str]) -> bool:
    for reference in wanted:
        try:
            if world.image(reference).id == container.image_id:
                return True
        except ApiError:
            continue
    return False


def _uses_port(container: Container, wanted: list[str], public: bool) -> bool:
    for text in wanted:
        number, _, protocol = text.partition("/")
        low, _, high = number.partition("-")
        for port in container.ports:
            value = port.public if public else port.private
            if value is not None and int(low) <= value <= int(high or low) and port.protocol == (protocol or "tcp"):
                return True
    return False


def container_test(world: World, filters: Filters) -> Callable[[Container], bool]:
    """Return a predicate for containers that match all filters."""
    check_container_filters(filters)
    tests: list[Callable[[Container], bool]] = []
    for name, values in filters.items():
        tests.extend(_test(world, name, values))
    return lambda container: all(test(container) for test in tests)


def _test(world: World, name: str, values: list[str]) -> list[Callable[[Container], bool]]:
    if name in ("before", "since"):
        times = [world.container(value).created for value in values]
        return [lambda one: all(one.created < at if name == "before" else one.created > at for at in times)]
    tests: dict[str, Callable[[Container], bool]] = {
        "status": lambda one: one.status in values,
        "health": lambda one: (one.health.status if one.health and one.running else "none") in values,
        "exited": lambda one: one.status == "exited" and one.exit_code in map(int, values),
        "id": lambda one: any(one.id.startswith(value) for value in values),
        "name": lambda one: _named(one, values),
        "label": lambda one: matches_labels(one.labels, values),
        "ancestor": lambda one: _descends(world, one, values),
        "network": lambda one: any(
            value == key or place.network_id.startswith(value) for key, place in one.endpoints.items() for value in values
        ),
        "volume": lambda one: any(
            value in (mount.name, mount.destination, mount.source) for mount in one.mounts for value in values
        ),
        "publish": lambda one: _uses_port(one, values, True),
        "expose": lambda one: _uses_port(one, values, False),
        "is-task": lambda one: not any(value.lower() in ("1", "true") for value in values),
    }
    return [tests[name]] if name in tests else []


def event_test(filters: Filters) -> Callable[[Event], bool]:
    """Return a predicate for events that match one of the values of each filter."""

    def passes(event: Event) -> bool:
        return all(_event_matches(event, name, values) for name, values in filters.items())

    return passes


def _event_matches(event: Event, name: str, values: list[str]) -> bool:
    if name == "type":
        return event.kind in values
    if name == "event":
        return any(event.action == value or event.action.startswith(f"{value}:") for value in values)
    if name == "scope":
        return event.scope in values
    if name == "label":
        return matches_labels(event.attributes, values)
    if name == "image":
        image = event.actor if event.kind == "image" else event.attributes.get("image", "")
        shown = event.attributes.get("name", "") if event.kind == "image" else image
        return any(value in (image, shown, shown.rsplit(":", 1)[0]) for value in values)
    if name == "daemon":
        return event.kind == "daemon" or not values
    if event.kind != name:
        return False
    shown = event.attributes.get("name", "")
    return any(event.actor.startswith(value) or fnmatch.fnmatchcase(shown, value) for value in values)
