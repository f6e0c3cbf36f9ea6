"""Compact history of the statistics of containers that are or were watched: the last twenty minutes."""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping, Sequence

from tui.live.containers.stats_math import Usage

LENGTH = 1200
"""Samples kept for each container, one a second: twenty minutes. About 60 kB."""

MOST = 400
"""Containers in the history, removed ones included; those sampled longest ago are dropped first."""

MEASURES = (
    "cpu",
    "throttled",
    "memory",
    "cache",
    "received",
    "sent",
    "read",
    "written",
    "pids",
    "errors",
    "dropped",
)
"""CPU and throttled periods in percent, memory in bytes, rates in bytes a second, counts; errors and drops are totals."""

TREND, TREND_STEP = 20, 5.0
"""Points of the trend in a row, and the seconds of each, which is also how often the trend changes."""

UNKNOWN = math.nan


def measured(usage: Usage) -> tuple[float, ...]:
    """Return a sample's values in the order of `MEASURES`; NaN for unknown ones."""
    rates = (usage.network_rx_rate, usage.network_tx_rate, usage.block_read_rate, usage.block_write_rate)
    received, sent, read, written = (UNKNOWN if rate is None else rate for rate in rates)
    return (
        UNKNOWN if usage.cpu_percent is None else usage.cpu_percent,
        UNKNOWN if usage.throttled_percent is None else usage.throttled_percent,
        float(usage.memory),
        float(usage.cache),
        received,
        sent,
        read,
        written,
        float(usage.pids),
        float(sum(each.errors for each in usage.interfaces)),
        float(sum(each.dropped for each in usage.interfaces)),
    )


class Track:
    """One container's samples, oldest first. `last` is the newest one in full."""

    def __init__(self, length: int = LENGTH) -> None:
        self._length = length
        self._times = array("d")
        self._values = {name: array("d" if name in ("memory", "cache") else "f") for name in MEASURES}
        self.last: Usage | None = None

    def __len__(self) -> int:
        return len(self._times)

    @property
    def end(self) -> float:
        """Time of the newest sample in seconds by the engine's clock; 0 before the first."""
        return self._times[-1] if self._times else 0.0

    def add(self, usage: Usage) -> None:
        """Append a sample; one that is not newer than the newest is ignored."""
        if usage.read <= self.end:
            return
        self._times.append(usage.read)
        for name, value in zip(MEASURES, measured(usage), strict=True):
            self._values[name].append(value)
        self.last = usage
        if len(self._times) >= self._length + self._length // 4:  # in blocks, since deleting from the front moves all values
            surplus = len(self._times) - self._length
            del self._times[:surplus]
            for values in self._values.values():
                del values[:surplus]

    def since(self, name: str, seconds: float) -> list[tuple[float, float]]:
        """Return the known values of a measure in the last `seconds` before the newest sample: (time, value), oldest first."""
        begin, values = self.end - seconds, self._values[name]
        found: list[tuple[float, float]] = []
        for number in range(len(self._times) - 1, -1, -1):
            if self._times[number] < begin:
                break
            if not math.isnan(values[number]):
                found.append((self._times[number], values[number]))
        found.reverse()
        return found

    def points(self, name: str, end: float, step: float, count: int) -> list[float | None]:
        """Return the means of `count` spans of `step` seconds up to `end`; None without a sample.

        Spans begin at multiples of `step`, and one unfinished at `end` is left out, so that a plot changes only when a span
        ends.
        """
        last = math.floor(end / step)
        sums, counts = [0.0] * count, [0] * count
        times, values = self._times, self._values[name]
        for number in range(len(times) - 1, -1, -1):
            place = math.floor(times[number] / step) - last + count
            if place < 0:
                break
            if place < count and not math.isnan(values[number]):
                sums[place] += values[number]
                counts[place] += 1
        return [sums[place] / counts[place] if counts[place] else None for place in range(count)]


class History:
    """The tracks of recently sampled containers by id. The sampler adds its batches."""

    def __init__(self, length: int = LENGTH, most: int = MOST) -> None:
        self._length = length
        self._most = most
        self._tracks: dict[str, Track] = {}  # ordered by the time of their last sample

    def __len__(self) -> int:
        return len(self._tracks)

    def track(self, id: str) -> Track | None:
        """Return the samples of a container, or None if it has none or they were dropped."""
        return self._tracks.get(id)

    def clear(self) -> None:
        """Drop all samples."""
        self._tracks.clear()

    def add(self, batch: Mapping[str, Usage]) -> None:
        """Append a batch of samples."""
        for id, usage in batch.items():
            track = self._tracks.pop(id, None) or Track(self._length)
            self._tracks[id] = track
            track.add(usage)
        while len(self._tracks) > self._most:
            del self._tracks[next(iter(self._tracks))]

    def trend(self, id: str) -> tuple[float | None, ...]:
        """Return the recent CPU of a container for its row: percent of one CPU, None where unknown."""
        track = self._tracks.get(id)
        return tuple(filled(track.points("cpu", track.end, TREND_STEP, TREND))) if track else ()


def filled(points: Sequence[float | None]) -> list[float | None]:
    """Return the points with single gaps filled by the value before: a sample may be late."""
    closed = list(points)
    for number in range(1, len(closed) - 1):
        if closed[number] is None and closed[number + 1] is not None:
            closed[number] = points[number - 1]
    return closed
