"""Supervision of background work that lasts as long as the session: reports faults and restarts the work."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from tui.engine import errors

FIRST_PAUSE, LAST_PAUSE = 0.25, 10.0
"""Seconds until failed work is restarted, and the maximum to which that is doubled."""


def in_words(what: str, error: BaseException) -> str:
    """Describe the failure of some work in a sentence."""
    return f"Internal error: {what} failed ({type(error).__name__}). Please report the bug with the crash report."


def fault(what: str, error: Exception) -> errors.Fault:
    """Return a defect of the program as an error of the client."""
    return errors.Fault(in_words(what, cause(error)))


def cause(error: BaseException) -> BaseException:
    """Return the first exception of a group."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def is_late_data(context: Mapping[str, Any]) -> bool:
    """Return whether a context of the event loop's exception handler only says that data arrived for a cancelled read.

    anyio lets the socket's event set a future that is cancelled already.
    """
    return isinstance(context.get("exception"), asyncio.InvalidStateError) and "Future.set_result" in context["message"]


class Faults:
    """Reports each fault once to the event loop's exception handler, which writes the crash report."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._told: set[tuple[str, str, int]] = set()  # (type, file, line) of faults reported

    def tell(self, error: Exception) -> None:
        """Report a fault, unless one of the same type and place was reported."""
        first = cause(error)
        places = traceback.extract_tb(first.__traceback__)
        mark = (type(first).__name__, places[-1].filename, places[-1].lineno or 0) if places else (type(first).__name__, "", 0)
        if mark not in self._told:
            self._told.add(mark)
            context = {"message": f"internal error: {self.what} failed", "exception": first}
            asyncio.get_running_loop().call_exception_handler(context)


class Pauses:
    """Seconds to wait before the next attempt: doubled each time, reset after work that lasted long."""

    def __init__(self) -> None:
        self._next = FIRST_PAUSE
        self._began = time.monotonic()

    def begin(self) -> None:
        """Record the start of an attempt."""
        self._began = time.monotonic()

    def next(self) -> float:
        """Return the pause after a failed attempt."""
        if time.monotonic() - self._began > LAST_PAUSE:
            self._next = FIRST_PAUSE
        pause, self._next = self._next, min(self._next * 2, LAST_PAUSE)
        return pause


async def lasting(
    what: str, work: Callable[[], Awaitable[object]], broken: Callable[[errors.Fault], object] = lambda _fault: None
) -> None:
    """Run `work` until it returns or is cancelled. A fault is reported, `broken` called, and the work restarted.

    `what` names the work in a sentence ("the statistics").
    """
    faults, pauses = Faults(what), Pauses()
    while True:
        pauses.begin()
        try:
            await work()
        except Exception as error:
            faults.tell(error)
            broken(fault(what, error))
        else:
            return
        await asyncio.sleep(pauses.next())
