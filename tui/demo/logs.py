"""Reading a container's log: first what is there, then, as often as one likes, what has come since."""

from __future__ import annotations

from math import inf

from tui.demo.chatter import KEPT_SLOTS, invented_output
from tui.demo.objects import Container, Line
from tui.demo.world import World

ROUNDING = 5e-7
"""Times are sent with microseconds, so a client that asks for the time of a line must get that line."""


class LogReader:
    """One reader of one container's log, of the streams it wants; `since` is inclusive, times are the world's seconds."""

    def __init__(self, world: World, container: Container, streams: set[int], since: float = -inf, until: float = inf) -> None:
        self._world = world
        self._container = container
        self._streams = streams
        self._since = since - ROUNDING
        self._until = until + ROUNDING
        self._seen = world.now
        self._place = 0

    @property
    def over(self) -> bool:
        """Whether nothing can follow that is wanted."""
        alive = self._container.running or self._container.status == "restarting"
        return self._world.now >= self._until or not alive or self._container.id not in self._world.containers

    def now(self, tail: int | None = None) -> list[Line]:
        """What is there, or the last `tail` lines of it."""
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
            lines = self._chosen(self._invented(self._since, slots))
            if slots is None or len(lines) >= (tail or 0) or slots > KEPT_SLOTS:
                return lines if tail is None else lines[-tail:]
            slots *= 4

    def fresh(self) -> list[Line]:
        """What has come since the last look."""
        container = self._container
        if container.program.shell:
            lines = container.written[max(0, self._place - container.dropped) :]
            self._place = container.dropped + len(container.written)
            return self._chosen(lines)
        seen, self._seen = self._seen, self._world.now
        return self._chosen(self._invented(seen, None))

    def _invented(self, since: float, slots: int | None) -> list[Line]:
        until = min(self._until, self._world.now)
        return invented_output(self._container, self._world.seed, self._world.origin, since, until, slots)

    def _chosen(self, lines: list[Line]) -> list[Line]:
        return [line for line in lines if line.stream in self._streams and self._since < line.at <= self._until]
