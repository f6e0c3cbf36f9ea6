"""Reader of a container's log: existing lines first, then new lines on each call."""

from __future__ import annotations

from math import inf, isinf

from tui.demo.chatter import KEPT_SLOTS, invented_output
from tui.demo.objects import Container, Line
from tui.demo.world import World

MICROSECOND = 1e-6
"""Times are sent in whole microseconds, and a client's `since` must include the line that was sent with that time."""


class LogReader:
    """Reader of selected streams of one log; `since` is inclusive, times are in seconds of the world."""

    def __init__(self, world: World, container: Container, streams: set[int], since: float = -inf, until: float = inf) -> None:
        self._world = world
        self._container = container
        self._streams = streams
        self._since = since
        self._until = until
        self._seen = world.now
        self._place = 0

    @property
    def over(self) -> bool:
        """Whether no further lines can follow."""
        alive = self._container.running or self._container.status == "restarting"
        return self._world.now >= self._until or not alive or self._container.id not in self._world.containers

    def now(self, tail: int | None = None) -> list[Line]:
        """Return the existing lines, or the last `tail` of them."""
        container = self._container
        self._seen = self._world.now
        self._place = container.dropped + len(container.written)
        if tail == 0:
            return []
        if container.program.shell:
            lines = self._chosen(container.written)
            return lines if tail is None else lines[-tail:]
        slots = tail
        while True:
            lines = self._chosen(self._invented(self._since - MICROSECOND, slots))
            if slots is None or len(lines) >= (tail or 0) or slots > KEPT_SLOTS:
                return lines if tail is None else lines[-tail:]
            slots *= 4

    def fresh(self) -> list[Line]:
        """Return the lines since the last call."""
        container = self._container
        if container.program.shell:
            lines = container.written[max(0, self._place - container.dropped) :]
            self._place = container.dropped + len(container.written)
            return self._chosen(lines)
        seen, self._seen = self._seen, self._world.now
        return self._chosen(self._invented(seen, None))

    def _invented(self, since: float, slots: int | None) -> list[Line]:
        until = min(self._until + MICROSECOND, self._world.now)
        return invented_output(self._container, self._world.seed, self._world.origin, since, until, slots)

    def _chosen(self, lines: list[Line]) -> list[Line]:
        since, until = self._sent(self._since), self._sent(self._until)
        return [line for line in lines if line.stream in self._streams and since <= self._sent(line.at) <= until]

    def _sent(self, at: float) -> float:
        """Return a time in microseconds since 1970, whole as it is sent."""
        return at if isinf(at) else round((self._world.origin + at) * 1e6)
