"""What the containers that somebody looks at are using: one stream of statistics for each, and for no other."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable, Iterable
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from tui.engine import errors
from tui.engine.objects.stats import Stats
from tui.live.history import History
from tui.live.numbers import Usage, is_empty, is_first, usage
from tui.live.picture import Connected, Picture

if TYPE_CHECKING:
    from tui.engine import Engine

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
        self._watched: dict[Hashable, frozenset[str]] = {}
        self._streams: dict[str, asyncio.Task[None]] = {}  # one that ended by itself stays, and is not opened again
        self._fresh: dict[str, Usage] = {}
        self.history = History()
        self._look = asyncio.Event()
        self._news = asyncio.Event()

    @property
    def watched(self) -> frozenset[str]:
        """What somebody watches."""
        return frozenset().union(*self._watched.values())

    @property
    def streamed(self) -> frozenset[str]:
        """The containers whose statistics are streamed."""
        return frozenset(self._streams)

    @property
    def idle(self) -> bool:
        """Whether all streams that are wanted are open, and no others."""
        return self._wanted() == self._streams.keys()

    def watch(self, ids: Iterable[str], viewer: Hashable = None) -> None:
        """Sample these containers for this viewer from now on, as far as they run, and no others for it."""
        wanted = frozenset(ids)
        if wanted:
            self._watched[viewer] = wanted
        else:
            self._watched.pop(viewer, None)
        self._check()

    async def run(self) -> None:
        """Keep the streams and write what they say until cancelled; no stream outlives this."""
        containers, connection = self._picture.containers, self._picture.connection
        unsubscribe = [containers.changed.subscribe(self._check), connection.subscribe(self._check)]
        self._check()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._write())
                while True:
                    await self._look.wait()
                    if self._streams:
                        await asyncio.sleep(SETTLE)
                    self._look.clear()
                    self._open_and_close(group)
        finally:
            self._streams.clear()
            for each in unsubscribe:
                each()

    def _wanted(self) -> set[str]:
        if not isinstance(self._picture.connection.value, Connected):
            return set()
        rows = self._picture.containers.rows
        return {id for id in self.watched if id in rows and rows[id].alive}

    def _check(self, _news: object = None) -> None:
        if self._wanted() != self._streams.keys():
            self._look.set()

    def _open_and_close(self, group: asyncio.TaskGroup) -> None:
        wanted, watched, engine, rows = self._wanted(), self.watched, self._picture.engine, self._picture.containers.rows
        closed = self._streams.keys() - wanted
        for id in closed:
            self._streams.pop(id).cancel()
            self._fresh.pop(id, None)
        self._picture.containers.put(
            {id: replace(rows[id], usage=None, trend=()) for id in closed - watched if id in rows and rows[id].usage}
        )
        if engine is not None:
            for id in wanted - self._streams.keys():
                self._streams[id] = group.create_task(self._sample(engine, id))

    async def _sample(self, engine: Engine, id: str) -> None:
        previous: Stats | None = None
        try:
            async with aclosing(engine.containers.stats(id)) as frames:
                async for frame in frames:
                    if is_empty(frame):
                        previous = None
                        continue
                    if not is_first(frame):
                        self._fresh[id] = usage(frame, previous)
                        self._news.set()
                    previous = frame
        except errors.EngineError:
            # The container is gone or the connection lost: the picture hears of either by itself, and says so.
            return

    async def _write(self) -> None:
        """Put what is fresh into the rows, all together and once a second at most."""
        clock = asyncio.get_running_loop().time
        last = clock() - GATHER
        while True:
            await self._news.wait()
            await asyncio.sleep(max(FIRST_GATHER, last + GATHER - clock()))
            last = clock()
            self._news.clear()
            fresh, self._fresh = self._fresh, {}
            rows = self._picture.containers.rows
            fresh = {id: read for id, read in fresh.items() if id in rows and rows[id].alive}
            self.history.add(fresh)
            self._picture.containers.put(
                {id: replace(rows[id], usage=read, trend=self.history.trend(id)) for id, read in fresh.items()}
            )
