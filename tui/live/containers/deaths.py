"""How containers ended while an action stopped them: by themselves, or by SIGKILL after the stop time-out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from tui.engine.digits import signed_number
from tui.engine.objects.events import Event

if TYPE_CHECKING:
    from tui.live.state.store import Store

KILLED = 137
"""The exit code after SIGKILL."""

EVENT_SECONDS = 0.5
"""Seconds to wait for the event of an exit after the engine has confirmed the stop."""


class Deaths(dict[str, int]):
    """Exit codes of containers by id, from their `die` events."""

    def __init__(self) -> None:
        super().__init__()
        self.news = asyncio.Event()

    @property
    def killed(self) -> list[str]:
        """The ids of the containers that SIGKILL ended."""
        return [id for id, code in self.items() if code == KILLED]


@contextmanager
def watched(store: Store[Any]) -> Iterator[Deaths]:
    """Collect the exits of containers for as long as the context lasts."""
    deaths = Deaths()

    def on_event(event: Event) -> None:
        code = signed_number(event.actor.attributes.get("exitCode", ""))
        if event.type == "container" and event.action == "die" and code is not None:
            deaths[event.actor.id] = code
            deaths.news.set()

    unsubscribe = store.events.subscribe(on_event)
    try:
        yield deaths
    finally:
        unsubscribe()


async def ended_by_kill(store: Store[Any], id: str, stop: Callable[[], Awaitable[object]]) -> bool:
    """Stop a container with `stop`; return whether SIGKILL ended it. Without events the answer is False."""
    with watched(store) as deaths:
        await stop()
        if store.not_following.value is None:
            with suppress(TimeoutError):
                async with asyncio.timeout(EVENT_SECONDS):
                    while id not in deaths:
                        deaths.news.clear()
                        await deaths.news.wait()
        return id in deaths.killed
