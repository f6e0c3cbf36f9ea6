"""Waiting for conditions instead of fixed times."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

SECONDS = 30.0  # enough for a loaded machine, so that a correct program never fails
PAUSE = 0.02  # between two checks


def until(condition: Callable[[], T | None], what: str = "", seconds: float = SECONDS) -> T:
    """Call `condition` until its result is true, and return that. Raises TimeoutError with `what` after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        if found := condition():
            return found
        if time.monotonic() > end:
            raise TimeoutError(_message(condition, what, seconds))
        time.sleep(PAUSE)


async def until_async(condition: Callable[[], T | None], what: str = "", seconds: float = SECONDS) -> T:
    """Like `until`, without blocking the event loop."""
    end = time.monotonic() + seconds
    while True:
        if found := condition():
            return found
        if time.monotonic() > end:
            raise TimeoutError(_message(condition, what, seconds))
        await asyncio.sleep(PAUSE)


def _message(condition: Callable[[], object], what: str, seconds: float) -> str:
    return f"waited {seconds:.0f} s for {what or getattr(condition, '__qualname__', repr(condition))}"
