"""Calls that a file system may never answer, in threads: an unreachable network share must not stop the event loop."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import TypeVar

import anyio
import anyio.to_thread

T = TypeVar("T")

FILE_SECONDS = 5.0
"""Seconds for a file system to answer."""


async def in_thread(call: Callable[[], T], seconds: float | None = None) -> T:
    """Return or raise what `call` does in a thread, which is abandoned after `seconds`. Raises OSError then."""
    try:
        with anyio.fail_after(FILE_SECONDS if seconds is None else seconds):
            return await anyio.to_thread.run_sync(call, abandon_on_cancel=True)
    except TimeoutError as error:
        if error.errno is not None:  # raised by the call itself
            raise
        raise TimeoutError(errno.ETIMEDOUT, "its file system does not answer") from None
