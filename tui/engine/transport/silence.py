"""Detection of an engine that has not answered for some time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Self

FIRST, LONGEST = 3.0, 60.0
"""Seconds of silence until the first notice, doubled for each further one, and their maximum."""

Slow = Callable[[float], object]
"""Callback with the time of `time.monotonic()` since which the engine has been silent."""


class SilenceWatch:
    """Context manager that calls `slow` after some seconds without data, and again at growing intervals."""

    def __init__(self, slow: Slow) -> None:
        self._slow = slow
        self._last_data = 0.0
        self._limit = FIRST
        self._timer: asyncio.TimerHandle | None = None

    def heard(self) -> None:
        """Record that data arrived. Cheap: the timer checks the time when it fires."""
        self._last_data = time.monotonic()

    def __enter__(self) -> Self:
        self.heard()
        self._start(FIRST)
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _start(self, seconds: float) -> None:
        self._timer = asyncio.get_running_loop().call_later(seconds, self._check)

    def _check(self) -> None:
        silent = time.monotonic() - self._last_data
        if silent < FIRST:
            self._limit = FIRST
        elif silent >= self._limit - 0.01:
            self._slow(self._last_data)
            self._limit = min(self._limit * 2, self._limit + LONGEST)
        self._start(max(self._limit - silent, 0.05))
