"""Signals that end the program immediately: restore the terminal, then die of the signal.

Standard library only: `tui/first_paint.py` needs this module before the interface is loaded.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

LAST_SIGNALS = (
    signal.SIGQUIT,
    signal.SIGABRT,
    signal.SIGUSR1,
    signal.SIGUSR2,
    signal.SIGALRM,
    signal.SIGVTALRM,
    signal.SIGPROF,
    signal.SIGXCPU,
)
"""Every signal whose default ends the process, except TERM, HUP and INT, which end the interface normally, PIPE, which Python
ignores, and those of a fault in machine code, after which no Python code runs."""


_delayed: list[int] | None = None
"""The signals that came while death is delayed; None while it is not."""


@contextmanager
def delayed_death() -> Iterator[None]:
    """Let such a signal wait for the end of a change of the terminal, which could not be undone half way."""
    global _delayed
    waiting: list[int] = []
    _delayed = waiting
    try:
        yield
    finally:
        _delayed = None
        for number in waiting[:1]:
            os.kill(os.getpid(), number)


def before_death(restore: Callable[[], None]) -> None:
    """Call `restore` on one of these signals before the process dies of it. The last caller's `restore` counts."""

    def die(number: int, _frame: FrameType | None) -> None:
        if _delayed is not None:
            _delayed.append(number)
            return
        try:
            restore()
        finally:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

    for number in LAST_SIGNALS:
        signal.signal(number, die)
