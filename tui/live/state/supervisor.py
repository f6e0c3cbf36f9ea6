"""Work of the live data that lasts as long as the session: a mistake that breaks it is told, and the work begins again."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import Awaitable, Callable

from tui.engine import errors

FIRST_PAUSE, LAST_PAUSE = 0.25, 10.0
"""Seconds until broken work begins again and, doubled each time, at most."""


def in_words(what: str, error: BaseException) -> str:
    """What became of some work, as a sentence."""
    return f"A mistake in Longshore broke {what} ({type(error).__name__}); please report it with the crash report."


def fault(what: str, error: Exception) -> errors.Fault:
    """A mistake of the program's as one of the client's errors."""
    return errors.Fault(in_words(what, cause(error)))


def cause(error: BaseException) -> BaseException:
    """The first failure in a group of them."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


class Faults:
    """Tells the event loop's exception handler, which writes the crash report, of each mistake in some work once."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._told: set[tuple[str, str, int]] = set()  # kind and place: no more than the program has lines

    def tell(self, error: Exception) -> None:
        """Tell of a mistake, unless one of its kind was told from the same place."""
        first = cause(error)
        places = traceback.extract_tb(first.__traceback__)
        mark = (type(first).__name__, places[-1].filename, places[-1].lineno or 0) if places else (type(first).__name__, "", 0)
        if mark not in self._told:
            self._told.add(mark)
            context = {"message": f"a mistake broke {self.what}", "exception": first}
            asyncio.get_running_loop().call_exception_handler(context)


class Pauses:
    """How long to wait before the next attempt, in seconds: twice as long each time, anew after work that went well long."""

    def __init__(self) -> None:
        self._next = FIRST_PAUSE
        self._began = time.monotonic()

    def begin(self) -> None:
        """An attempt begins."""
        self._began = time.monotonic()

    def next(self) -> float:
        """The pause after an attempt that failed."""
        if time.monotonic() - self._began > LAST_PAUSE:
            self._next = FIRST_PAUSE
        pause, self._next = self._next, min(self._next * 2, LAST_PAUSE)
        return pause


async def lasting(
    what: str, work: Callable[[], Awaitable[object]], broken: Callable[[errors.Fault], object] = lambda _fault: None
) -> None:
    """Do `work` until it ends by itself or is cancelled. A mistake in it is told, `broken` called, and the work begins again.

    `what` names it in a sentence ("the statistics").
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
