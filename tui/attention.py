"""Whether somebody uses the program: what only a watching user needs is done more rarely while nobody does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

AWAY_SECONDS = 30.0
"""Seconds without a key, paste or mouse event after which nobody is taken to watch."""


class Attention:
    """Calls `changed` with False when nobody has typed for `AWAY_SECONDS`, and with True at the next input."""

    def __init__(self, changed: Callable[[bool], object]) -> None:
        self._changed = changed
        self._last = time.monotonic()
        self._away = False
        self._timer: asyncio.TimerHandle | None = None

    def __enter__(self) -> Attention:
        self._check()
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def typed(self) -> None:
        """Record an input."""
        self._last = time.monotonic()
        if self._away:
            self._away = False
            self._changed(True)
            self._check()

    def _check(self) -> None:
        left = self._last + AWAY_SECONDS - time.monotonic()
        if left > 0:
            self._timer = asyncio.get_running_loop().call_later(left, self._check)
        else:
            self._away = True
            self._changed(False)
