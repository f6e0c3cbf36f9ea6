"""What figures mean, in words: what a container presses against. Each rule is pure: readings in, a finding or nothing out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tui.live.containers.stats_history import Track
from tui.live.containers.stats_math import Interface, Usage
from tui.resources.model import formats
from tui.resources.model.text import count, one_line

WINDOW = 60.0
"""Seconds that the rules look back."""

TREND_WINDOW, TREND_LEAST = 300.0, 30.0
"""Seconds that growth is measured over, and the least that are needed to speak of growth."""

Point = tuple[float, float]  # seconds, value


@dataclass(frozen=True, slots=True)
class Finding:
    """What presses, and how badly: "bad" needs somebody, "warn" somebody's eye."""

    text: str
    style: str = "warn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """What the rules look at: the newest reading, and what was measured before it."""

    now: Usage
    throttled: Sequence[Point] = ()  # percent of periods, in the last minute
    memory: Sequence[Point] = ()  # bytes, in the last minutes
    errors: Sequence[Point] = ()  # broken packets so far, in the last minute
    dropped: Sequence[Point] = ()
    machine_memory: int | None = None  # bytes; a limit as great as that is none


Rule = Callable[[Readings], Finding | None]


def readings(track: Track, machine_memory: int | None = None) -> Readings | None:
    """What the rules look at of a container's track."""
    if track.last is None:
        return None
    return Readings(
        now=track.last,
        throttled=track.since("throttled", WINDOW),
        memory=track.since("memory", TREND_WINDOW),
        errors=track.since("errors", WINDOW),
        dropped=track.since("dropped", WINDOW),
        machine_memory=machine_memory,
    )


# --- the rules -------------------------------------------------------------------------------------------------------


def throttling(seen: Readings) -> Finding | None:
    """Held back by its CPU limit."""
    if not seen.throttled:
        return None
    mean = sum(value for _, value in seen.throttled) / len(seen.throttled)
    if mean < 1:
        return None
    text = f"CPU: throttled for {mean:.0f} % of periods: it wants more than its limit allows"
    return Finding(text, "bad" if mean >= 25 else "warn")


def processors(seen: Readings) -> Finding | None:
    """Uses what the machine has."""
    now = seen.now
    if not now.cpus or now.cpu_percent < 90 * now.cpus:
        return None
    return Finding(f"CPU: {now.cpu_percent:.0f} % of the machine's {100 * now.cpus} %: it uses all there is")


def memory(seen: Readings) -> Finding | None:
    """Near its limit, or on the way there."""
    now = seen.now
    if not now.memory_limit or now.memory <= 0:
        return None
    left = max(0, now.memory_limit - now.memory)
    growth = slope(seen.memory)
    near = left < now.memory_limit * 0.1
    soon = growth > 0 and left / growth < 15 * formats.MINUTE
    if not near and not soon:
        return None
    whose = "the machine's memory" if _machines(seen) else "the memory limit"
    text = f"Memory: {formats.memory(left).replace('iB', 'B')} below {whose}"
    if growth > 0:
        text += f" and growing by {formats.memory(growth * formats.MINUTE).replace('iB', 'B')} a minute"
        text += f": full in {formats.duration(left / growth)}" if soon else ""
    return Finding(text, "bad" if left < now.memory_limit * 0.05 or growth > 0 else "warn")


def _machines(seen: Readings) -> bool:
    """Whether the limit is the machine's, not one of the container's own."""
    return bool(seen.machine_memory and seen.now.memory_limit and seen.now.memory_limit >= seen.machine_memory * 0.99)


def processes(seen: Readings) -> Finding | None:
    """Near its limit of processes and threads."""
    now = seen.now
    if not now.pids_limit or now.pids < now.pids_limit * 0.8:
        return None
    percent = now.pids / now.pids_limit * 100
    text = f"PIDs at {percent:.0f} % of the limit: {now.pids} of {now.pids_limit}; beyond it nothing more can be started"
    return Finding(text, "bad" if percent >= 95 else "warn")


def drops(seen: Readings) -> Finding | None:
    """Packets were dropped."""
    lost = grown(seen.dropped)
    if not lost:
        return None
    where = _where(seen.now.interfaces, lambda each: each.dropped)
    return Finding(f"Network: {count(lost, 'packet')} dropped{where} in the last minute", "bad" if lost > 100 else "warn")


def errors(seen: Readings) -> Finding | None:
    """Packets were broken."""
    broken = grown(seen.errors)
    if not broken:
        return None
    where = _where(seen.now.interfaces, lambda each: each.errors)
    return Finding(f"Network: {count(broken, 'packet')} with errors{where} in the last minute", "bad")


def _where(interfaces: Sequence[Interface], number: Callable[[Interface], int]) -> str:
    concerned = [one_line(each.name) for each in interfaces if number(each)]
    return f" on {', '.join(concerned)}" if concerned else ""


RULES: tuple[Rule, ...] = (memory, throttling, processes, errors, drops, processors)


def findings(seen: Readings) -> list[Finding]:
    """All that presses, the worst first."""
    found = [finding for rule in RULES if (finding := rule(seen)) is not None]
    return sorted(found, key=lambda finding: finding.style != "bad")


# --- measuring -------------------------------------------------------------------------------------------------------


def grown(points: Sequence[Point]) -> int:
    """How much a counter grew; where it began again, what it counted since."""
    return round(sum(max(0.0, later - earlier) for (_, earlier), (_, later) in pairwise(points)))


def slope(points: Sequence[Point]) -> float:
    """How much a value grows a second, if it grows: the line of least squares, and the last third above the first.

    0 for what stands still, shrinks, jumps to and fro by less than a hundredth, or was seen too shortly.
    """
    if len(points) < 5 or points[-1][0] - points[0][0] < TREND_LEAST:
        return 0.0
    third = len(points) // 3
    first, last = points[:third], points[-third:]
    before = sum(value for _, value in first) / third
    after = sum(value for _, value in last) / third
    if after <= before * 1.01 or min(value for _, value in last) < max(value for _, value in first):
        return 0.0
    middle = sum(at for at, _ in points) / len(points)
    mean = sum(value for _, value in points) / len(points)
    spread = sum((at - middle) ** 2 for at, _ in points)
    return sum((at - middle) * (value - mean) for at, value in points) / spread if spread else 0.0
