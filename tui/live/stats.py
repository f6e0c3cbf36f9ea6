"""What the containers that somebody looks at are using: one stream of statistics for each, and for no other."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import aclosing
from dataclasses import replace

from tui.engine import Engine, errors
from tui.engine.objects.stats import Stats
from tui.live.collection import Changes
from tui.live.container import Container
from tui.live.numbers import Usage, is_empty, is_first, usage
from tui.live.picture import Picture

GATHER = 1.0
"""Seconds between two batches: the engine reads all containers in turn each second, and the screen repaints once."""

FIRST_GATHER = 0.2
"""Seconds for which the first frames after a pause are gathered."""

SETTLE = 0.15
"""Seconds for which rows must stay in view before streams are opened and closed for them: scrolling opens none."""


class StatsSampler:
    """Statistics of watched, running containers, written into their rows (`Container.usage`).

    Every stream costs the engine CPU and slows the others, so `watch` only what is seen or sorted by. A row that is no
    longer watched, or no longer runs, loses its usage: old numbers are not shown as new ones.
    """

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._watched: frozenset[str] = frozenset()
        self._streams: dict[str, asyncio.Task[None]] = {}
        self._fresh: dict[str, Usage] = {}
        self._last_batch = 0.0

    def watch(self, ids: Iterable[str]) -> None:
        """Sample these containers from now on, as far as they run, and no others."""

    async def run(self) -> None:
        """Keep the streams and write their batches until cancelled; no stream outlives this."""
