"""The deadline of the process's end, for threads, file systems or engines that block."""

from __future__ import annotations

import os
import sys
import threading
import time
from contextlib import suppress
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

SECONDS = 1.5
"""Seconds that the process may live after the terminal was given back: two seconds after the user's command, in total."""


class Leaving:
    """The time limit of the process's end. `status` is the exit status when the limit is reached.

    `begin` starts the limit. `message` is printed when the limit ends the process; empty for nothing.
    """

    def __init__(self) -> None:
        self.status = 0
        self.message = ""
        self._deadline = 0.0

    def begin(self, status: int, seconds: float = SECONDS) -> None:
        """End the process in `seconds` unless it has ended by itself."""
        self.status = status
        self._deadline = time.monotonic() + seconds
        threading.Thread(target=self._end, name="longshore-exit", daemon=True).start()

    def allow(self, seconds: float) -> None:
        """Extend the limit by so many seconds, for work that is known to make progress."""
        self._deadline += seconds

    def _end(self) -> None:
        while (left := self._deadline - time.monotonic()) > 0:
            time.sleep(left)
        with suppress(OSError, ValueError):
            if self.message:
                os.write(2, f"{self.message}\n".encode(errors="replace"))
            sys.stdout.flush()
        os._exit(self.status)
