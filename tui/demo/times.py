"""Parsing of times in requests."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from tui.demo.errors import ApiError
from tui.demo.world import World

UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}


def moment(world: World, text: str) -> float:
    """Parse `1700000000.5`, a date of RFC 3339 or a Go duration before now into seconds of the world."""
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text) - world.origin
    duration = go_duration(text)
    if duration is not None:
        return world.now - duration
    try:
        date = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))
    except ValueError:
        raise ApiError(400, f'failed to parse value as time or duration: "{text}"') from None
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - world.origin


def go_duration(text: str) -> float | None:
    """Parse `1h30m` into seconds; None if invalid."""
    if not re.fullmatch(r"(\d+(\.\d+)?(ns|us|µs|ms|h|m|s))+", text):
        return None
    return sum(float(number) * UNITS[unit] for number, _, unit in re.findall(r"(\d+(\.\d+)?)(ns|us|µs|ms|h|m|s)", text))


def seconds_ago(world: World, text: str) -> float:
    """Return the seconds between a time and now."""
    return world.now - moment(world, text)
