"""Signals that end the program at once: what must be undone is undone first, then the program dies of the signal.

Standard library only: `tui/first_paint.py` needs it before the interface is loaded.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
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
"""Every signal whose default is the end of the process, but for TERM, HUP and INT, which end the interface in good order,
PIPE, which Python ignores, and those of a fault in the machine code, after which no Python runs."""


def before_death(restore: Callable[[], None]) -> None:
    """Call `restore` when one of these signals comes; then the process dies of it. The last caller's `restore` counts."""

    def die(number: int, _frame: FrameType | None) -> None:
        try:
            restore()
        finally:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

    for number in LAST_SIGNALS:
        signal.signal(number, die)
