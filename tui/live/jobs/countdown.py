"""The seconds until something that an engine does later, as the progress of a job."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tui.live.jobs.jobs import alone, report


@asynccontextmanager
async def countdown(what: str, seconds: int) -> AsyncIterator[None]:
    """Report the seconds until `what`, if the job is for one object; without a limit (0 or less) nothing is reported."""

    async def count() -> None:
        for left in range(seconds, -1, -1):
            report(f"{what} in {left} s" if left else what)
            await asyncio.sleep(1)

    counting = asyncio.ensure_future(count()) if alone() and seconds > 0 else None
    try:
        yield
    finally:
        if counting is not None:
            counting.cancel()
