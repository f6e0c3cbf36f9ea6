"""The time that a container is given to end before SIGKILL, counted down in its row while an action stops it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from tui.engine.errors import EngineError
from tui.live.containers.container import Container

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.live.state.store import Store

USUAL_SECONDS = 10
"""The engine's time-out for a container that has none of its own."""

NO_LIMIT = -1
"""The value of a time-out, and of `Container.stopping`, where no SIGKILL follows."""


async def _own_seconds(engine: Engine, id: str) -> int:
    """Return a container's own time-out, NO_LIMIT if it cannot be read: the stop does not depend on it."""
    try:
        own = (await engine.containers.inspect(id)).config.stop_timeout
    except EngineError:
        return NO_LIMIT
    return USUAL_SECONDS if own is None else own


@asynccontextmanager
async def grace(
    engine: Engine,
    store: Store[Container],
    id: str,
    seconds: int | None = None,
    tell: Callable[[int], object] = lambda _left: None,
) -> AsyncIterator[None]:
    """Count the seconds until SIGKILL down in the row of a container that is stopped inside the context.

    `seconds`: the time-out, None for the container's own (`ContainerInspect`). `tell` is called with the seconds left, once a
    second.
    """
    if seconds is None:
        seconds = await _own_seconds(engine, id)

    def show(left: int | None) -> None:
        if (row := store.containers.rows.get(id)) is not None:
            store.containers.put({id: replace(row, stopping=left)})

    async def count(seconds: int) -> None:
        show(NO_LIMIT if seconds < 0 else seconds)
        for left in range(seconds, -1, -1):
            show(left)
            tell(left)
            await asyncio.sleep(1)

    counting = asyncio.ensure_future(count(seconds))
    try:
        yield
    finally:
        counting.cancel()
        show(None)
