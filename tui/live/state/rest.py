"""Waiting until something that changes again and again, such as the rows on the screen, comes to rest."""

from __future__ import annotations

import asyncio


class Rest:
    """`moved` at each change; `wait` until none has come for the seconds given with the last one."""

    def __init__(self) -> None:
        self.moves = 0  # the number of changes so far
        self._resting = asyncio.Event()
        self._resting.set()
        self._timer: asyncio.TimerHandle | None = None

    def moved(self, seconds: float) -> None:
        """Record a change, after which `seconds` without another one are rest."""
        self.moves += 1
        self._resting.clear()
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._resting.set)

    async def wait(self) -> None:
        """Return at rest."""
        await self._resting.wait()
