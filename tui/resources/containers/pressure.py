"""Findings in statistics: the limits a container is close to. Each rule is pure: readings in, a finding or None out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tui.live.containers.stats_history import Track
from tui.live.containers.stats_math import Interface, Usage
from tui.resources.model import formats
from tui.resources.model.text import count, one_line

WINDOW = 60.0
"""Seconds of measurements that the rules evaluate."""

TREND_WINDOW, TREND_LEAST = 300.0, 30.0
"""Seconds over which growth is measured, and the minimum needed to measure growth."""

Point = tuple[float, float]  # seconds, value


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding and its severity: "bad" needs action, "warn" attention."""

    text: str
    style: str = "warn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """The input of the rules: the latest statistics and the measurements before."""

    now: Usage
    throttled: Sequence[Point] = ()  # percent of periods, in the last minute
    memory: Sequence[Point] = ()  # bytes, in the last minutes
    errors: Sequence[Point] = ()  # cumulative packets with errors, in the last minute
    dropped: Sequence[Point] = ()
    machine_memory: int | None = None  # bytes; a limit of this size means no limit of the container's own


Rule = Callable[[Readings], Finding | None]


def readings(track: Track, machine_memory: int | None = None) -> Readings | None:
    """Return the input of the rules from a container's track, or None without statistics."""
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
    """Find throttling by the CPU limit."""
    if not seen.throttled:
        return None
    mean = sum(value for _, value in seen.throttled) / len(seen.throttled)
    if mean < 1:
        return None
    text = f"CPU: throttled in {mean:.0f} % of periods in the last minute: the CPU limit is too low"
    return Finding(text, "bad" if mean >= 25 else "warn")


def processors(seen: Readings) -> Finding | None:
    """Find usage of all CPUs of the machine."""
    now = seen.now
    if not now.cpus or now.cpu_percent is None or now.cpu_percent < 90 * now.cpus:
        return None
    return Finding(f"CPU: {now.cpu_percent:.0f} % of the machine's {100 * now.cpus} %: all CPUs are busy")


def memory(seen: Readings) -> Finding | None:
    """Find memory close to its limit, or growing towards the limit."""
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
    """Return whether the limit is the machine's memory and not the container's own limit."""
    return bool(seen.machine_memory and seen.now.memory_limit and seen.now.memory_limit >= seen.machine_memory * 0.99)


def processes(seen: Readings) -> Finding | None:
    """Find a number of processes and threads close to the limit."""
    now = seen.now
    if not now.pids_limit or now.pids < now.pids_limit * 0.8:
        return None
    percent = now.pids / now.pids_limit * 100
    text = f"PIDs at {percent:.0f} % of the limit: {now.pids} of {now.pids_limit}; at the limit no process can start"
    return Finding(text, "bad" if percent >= 95 else "warn")


def drops(seen: Readings) -> Finding | None:
    """Find dropped packets."""
    lost = grown(seen.dropped)
    if not lost:
        return None
    where = _where(seen.now.interfaces, lambda each: each.dropped)
    return Finding(f"Network: {count(lost, 'packet')} dropped{where} in the last minute", "bad" if lost > 100 else "warn")


def errors(seen: Readings) -> Finding | None:
    """Find packets with errors."""
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
    """Return all findings, the worst first."""
    found = [finding for rule in RULES if (finding := rule(seen)) is not None]
    return sorted(found, key=lambda finding: finding.style != "bad")


# --- measuring -------------------------------------------------------------------------------------------------------


def grown(points: Sequence[Point]) -> int:
    """Return the growth of a counter; after a reset, counting starts again at the new value."""
    return round(sum(max(0.0, later - earlier) for (_, earlier), (_, later) in pairwise(points)))


def slope(points: Sequence[Point]) -> float:
    """Return the growth of a value per second, by linear regression, if the last third is above the first.

    0 for values that are constant, shrink, vary by less than 1 %, or were measured for too short a time.
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
