"""Clocks of the demo engine: the real time, or a manual one for tests."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import UTC, datetime

DEMO_MORNING = datetime(2026, 1, 15, 9, 30, tzinfo=UTC).timestamp()


class Alarm:
    """A scheduled callback; `cancel` prevents the call."""

    __slots__ = ("_callback", "_timer")

    def __init__(self, callback: Callable[[], None]) -> None:
        self._callback: Callable[[], None] | None = callback
        self._timer: asyncio.TimerHandle | None = None

    def ring(self) -> None:
        """Call the callback once, unless cancelled."""
        callback, self._callback = self._callback, None
        if callback is not None:
            callback()

    def held_by(self, timer: asyncio.TimerHandle) -> Alarm:
        """Let `cancel` also cancel the loop's timer."""
        self._timer = timer
        return self

    def cancel(self) -> None:
        """Cancel the callback."""
        self._callback = None
        if self._timer is not None:
            self._timer.cancel()


class Clock(ABC):
    """Clock in seconds since 1970, with scheduled callbacks."""

    @abstractmethod
    def now(self) -> float:
        """Return the time in seconds since 1970."""

    @abstractmethod
    def call_at(self, when: float, callback: Callable[[], None]) -> Alarm:
        """Call `callback` at the time `when`."""

    async def sleep_until(self, when: float) -> None:
        """Wait until the time `when`; returns at once if it has passed."""
        if when <= self.now():
            return
        rang: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        alarm = self.call_at(when, lambda: None if rang.done() else rang.set_result(None))
        try:
            await rang
        finally:
            alarm.cancel()

    async def sleep(self, seconds: float) -> None:
        """Wait for seconds of this clock."""
        await self.sleep_until(self.now() + seconds)


class RealClock(Clock):
    """The system's clock."""

    def now(self) -> float:
        return time.time()

    def call_at(self, when: float, callback: Callable[[], None]) -> Alarm:
        alarm = Alarm(callback)
        return alarm.held_by(asyncio.get_running_loop().call_later(max(0.0, when - time.time()), alarm.ring))


class ManualClock(Clock):
    """A clock that moves only by `advance`; due callbacks run in order, each at its own time.

    Callbacks run inside `advance`. Sleeping tasks continue when the loop runs next, so a test must await the result.
    """

    def __init__(self, start: float = DEMO_MORNING) -> None:
        self._now = start
        self._due: list[tuple[float, int, Alarm]] = []
        self._counter = itertools.count()

    def now(self) -> float:
        return self._now

    def call_at(self, when: float, callback: Callable[[], None]) -> Alarm:
        alarm = Alarm(callback)
        heapq.heappush(self._due, (when, next(self._counter), alarm))
        return alarm

    def advance(self, seconds: float) -> None:
        """Move the clock forward."""
        if seconds < 0:
            raise ValueError(f"time does not run backwards: {seconds}")
        target = self._now + seconds
        while self._due and self._due[0][0] <= target:
            when, _, alarm = heapq.heappop(self._due)
            self._now = max(self._now, when)
            alarm.ring()
        self._now = target
