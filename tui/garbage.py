"""Python's garbage collector: what lives to the end is left out, and a full collection waits until nobody types.

Python starts a full collection in the middle of anything. It takes 50 ms after the imports, and 150 ms with 3,000 containers:
a key, a frame or a step of the terminal's parser would wait for it. The young generations take 1 to 4 ms and stay automatic.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from typing import Any

QUIET_SECONDS = 1.0
"""Seconds without input before a full collection."""

YOUNG, MIDDLE, NEVER = 700, 10, 1_000_000_000
"""Thresholds of the three generations: Python's own for the young ones."""

DUE = 3
"""Collections of the middle generation after which a full one is due. Python waits for 10: more garbage takes longer."""

OVERDUE = 100
"""Collections of the middle generation after which a full one no longer waits for quiet: about 700,000 objects more."""


def freeze() -> None:
    """Leave all present objects out of collections, and full collections to `FullCollections`.

    They are freed as before when nothing refers to them; only those that refer to each other stay.
    """
    gc.enable()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, NEVER)


class FullCollections:
    """Full collections from the event loop. `quiet_seconds` returns the seconds since the last input."""

    def __init__(self, quiet_seconds: Callable[[], float]) -> None:
        self._quiet_seconds = quiet_seconds
        self._loop = asyncio.get_running_loop()
        self._since = 0  # collections of the middle generation since the last full one
        self._waiting = False

    def __enter__(self) -> None:
        gc.callbacks.append(self._collected)

    def __exit__(self, *_: object) -> None:
        gc.callbacks.remove(self._collected)

    def _collected(self, phase: str, info: dict[str, Any]) -> None:
        """Count a collection. Python calls this before and after each one, in any thread and within any line."""
        if phase != "stop" or info["generation"] == 0:
            return
        self._since = 0 if info["generation"] == 2 else self._since + 1
        if self._since >= DUE and not self._waiting:
            self._waiting = True
            self._loop.call_soon_threadsafe(self._wait)

    def _wait(self) -> None:
        left = QUIET_SECONDS - self._quiet_seconds()
        if left > 0 and self._since < OVERDUE:
            self._loop.call_later(left, self._wait)
        else:
            self._waiting = False
            gc.collect()
