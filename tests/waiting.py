"""Wait for a condition, never for a time."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

SECONDS = 30.0  # generous: a loaded machine is slow, a right program is never wrong for it
PAUSE = 0.02  # between two looks


def until(condition: Callable[[], T | None], what: str = "", seconds: float = SECONDS) -> T:
    """Call `condition` until what it returns is true, and return that; TimeoutError naming `what` after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        if found := condition():
            return found
        if time.monotonic() > end:
            raise TimeoutError(_message(condition, what, seconds))
        time.sleep(PAUSE)


async def until_async(condition: Callable[[], T | None], what: str = "", seconds: float = SECONDS) -> T:
    """As `until`, and the event loop goes on meanwhile."""
    end = time.monotonic() + seconds
    while True:
        if found := condition():
            return found
        if time.monotonic() > end:
            raise TimeoutError(_message(condition, what, seconds))
        await asyncio.sleep(PAUSE)


def _message(condition: Callable[[], object], what: str, seconds: float) -> str:
    return f"waited {seconds:.0f} s for {what or getattr(condition, '__qualname__', repr(condition))}"
