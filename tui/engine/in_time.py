"""Calls before the event loop runs that may never return: a file system, a name server or an engine that hangs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import TypeVar

T = TypeVar("T")

ANSWER_SECONDS = 2.0
"""Seconds for a file system to answer at the start."""


def in_time(call: Callable[[], T], seconds: float) -> T:
    """Return or raise what `call` does in a thread, which is abandoned after `seconds`. Raises TimeoutError then."""
    outcome: SimpleQueue[tuple[bool, T | BaseException]] = SimpleQueue()

    def run() -> None:
        try:
            outcome.put((True, call()))
        except BaseException as error:  # passed on to the waiting caller
            outcome.put((False, error))

    threading.Thread(target=run, name="in-time", daemon=True).start()
    try:
        succeeded, value = outcome.get(timeout=seconds)
    except Empty:
        raise TimeoutError from None
    if not succeeded:
        assert isinstance(value, BaseException)
        raise value
    return value  # type: ignore[return-value]
