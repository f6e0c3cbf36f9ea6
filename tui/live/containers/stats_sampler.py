"""Statistics of watched containers: one stream for each, and none for others; single samples while nobody watches."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Hashable, Iterable
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from tui.engine import errors
from tui.engine.objects.stats import Stats
from tui.live.clock import moment
from tui.live.containers.container import Container
from tui.live.containers.stats_history import History
from tui.live.containers.stats_math import Usage, is_empty, usage
from tui.live.state.rest import Rest
from tui.live.state.signals import State
from tui.live.state.store import Connected, Connection, Store
from tui.live.state.supervisor import Pauses

if TYPE_CHECKING:
    from tui.engine import Engine

GATHER = 1.0
"""Seconds between two batches: the engine samples all containers once a second, and the screen repaints once."""

FIRST_GATHER = 0.1
"""Seconds during which frames are gathered after a pause, or for rows that have no values yet."""

SETTLE = 0.15
"""Seconds that rows must stay in view before their streams are opened or closed: scrolling opens none."""

SLOW = 5.0
"""Seconds between two samples while nobody watches: then they cost an engine a third of what streams do."""

SHORTEST = 0.5
"""Seconds between two samples at least for their difference to tell the CPU: the kernel counts in hundredths of a second."""

ONE_SHOT_SINCE = "1.41"

BEGINNING = 2.0
"""Seconds after which a stream without a frame is no longer waited for."""

STALE = 5.0
"""Seconds after which values without an update are stale and no longer shown."""

LATE = 1.6
"""Factor on the usual interval between frames, which extends `STALE` for slow engines: Podman sends one in 5 s."""


class Arrival(NamedTuple):
    """Arrival of a stream's last frame, in seconds of `time.monotonic()`, and the interval to the one before."""

    at: float
    distance: float

    @property
    def old_at(self) -> float:
        """When the values of that frame become stale, in seconds of `time.monotonic()`."""
        return self.at + max(STALE, LATE * self.distance)


class StatsSampler:
    """Statistics of watched, running containers, written into their rows (`Container.usage`).

    Every stream costs the engine CPU and slows the others, so `watch` only what is visible or sorted by. While `slow`, those
    that no viewer watches steadily have no streams but are sampled every five seconds, all at once. A row loses its usage
    when it is no longer watched, stops, its stream becomes silent (then the connection is checked once) or sends an answer that
    cannot be read (then `complain` is called once per container).
    """

    def __init__(self, store: Store[Container], complain: Callable[[str], object] = lambda _words: None) -> None:
        self._store = store
        self._complain = complain
        self._unread: set[str] = set()  # watched containers with an unreadable answer
        self._watched: dict[Hashable, frozenset[str]] = {}
        self._steady: set[Hashable] = set()  # the viewers whose containers are sampled each second in any case
        self.slow: State[bool] = State(False)
        """Whether nobody watches; set by the program."""
        self._streams: dict[str, asyncio.Task[None]] = {}  # finished tasks stay, so that they are not restarted
        self._fresh: dict[str, Usage] = {}
        self._frames: dict[str, Stats] = {}  # the last frame of each watched container
        self._arrivals: dict[str, Arrival] = {}  # by container, for those with usage in their row
        self._connected_at = 0.0  # in seconds of `time.monotonic()`
        self._ageing = asyncio.Event()  # set while there are values that can become stale
        self.history = History()
        self._check_due = asyncio.Event()
        self._rest = Rest()  # of the watched containers
        self._fresh_arrived = asyncio.Event()
        self._slowly = asyncio.Event()  # set while `slow`
        self._hurry = asyncio.Event()  # set when a fresh value is the first one of its row
        self._first_frame = asyncio.Event()  # set when a stream's first frame arrives

    @property
    def watched(self) -> frozenset[str]:
        """The ids watched by any viewer."""
        return frozenset().union(*self._watched.values())

    @property
    def streamed(self) -> frozenset[str]:
        """The containers whose statistics are streamed."""
        return frozenset(self._streams)

    @property
    def idle(self) -> bool:
        """Whether exactly the wanted streams are open."""
        return self._wanted() == self._streams.keys()

    def watch(self, ids: Iterable[str], viewer: Hashable = None, *, steady: bool = False) -> None:
        """Set the containers sampled for this viewer, as far as they run; `steady`: also while nobody types."""
        wanted = frozenset(ids)
        (self._steady.add if steady and wanted else self._steady.discard)(viewer)
        if wanted != self._watched.get(viewer, frozenset()):
            self._rest.moved(SETTLE)
        if wanted:
            self._watched[viewer] = wanted
        else:
            self._watched.pop(viewer, None)
        self._check()

    async def begun(self) -> None:
        """Wait until every open stream has sent its first frame, two seconds at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(BEGINNING):
                while any(id not in self._arrivals for id, stream in self._streams.items() if not stream.done()):
                    self._first_frame.clear()
                    await self._first_frame.wait()

    async def run(self) -> None:
        """Maintain the streams and write their values until cancelled; closes all streams at the end."""
        containers, connection = self._store.containers, self._store.connection
        unsubscribe = [
            containers.changed.subscribe(self._check),
            connection.subscribe(self._connection_changed),
            self._store.replaced.subscribe(lambda _number: self.history.clear()),
            self.slow.subscribe(self._pace_changed),
        ]
        self._check()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._write())
                group.create_task(self._drop_old())
                group.create_task(self._sample_slowly())
                while True:
                    await self._check_due.wait()
                    if self._streams:
                        await self._rest.wait()
                    self._check_due.clear()
                    self._open_and_close(group)
        except Exception:
            self._forget(self._streams)
            raise
        finally:
            self._streams.clear()
            self._fresh.clear()
            self._arrivals.clear()
            self._frames.clear()
            for each in unsubscribe:
                each()

    def _wanted(self) -> set[str]:
        """Return the containers whose statistics are to be streamed."""
        if self.slow.value:
            return self._running(frozenset().union(*(self._watched[viewer] for viewer in self._steady)))
        return self._running(self.watched)

    def _running(self, ids: Iterable[str]) -> set[str]:
        """Return those that run, none without a connection."""
        if not self._connected:
            return set()
        rows = self._store.containers.rows
        return {id for id in ids if id in rows and rows[id].alive}

    def _pace_changed(self, slow: bool) -> None:
        (self._slowly.set if slow else self._slowly.clear)()
        self._check()

    def _check(self, _fresh_arrived: object = None) -> None:
        if self._wanted() != self._streams.keys():
            self._check_due.set()

    def _open_and_close(self, group: asyncio.TaskGroup) -> None:
        wanted, watched, engine = self._wanted(), self.watched, self._store.engine
        closed = self._streams.keys() - wanted
        sampled = self._running(watched) if self.slow.value else set()
        self._unread &= watched
        for id in closed:
            self._streams.pop(id).cancel()
            self._fresh.pop(id, None)
            if self._connected and id not in sampled:  # while disconnected the values stay, and are checked afterwards
                self._arrivals.pop(id, None)
        self._forget(closed - watched)
        for id in self._frames.keys() - watched:
            del self._frames[id]
        if engine is not None:
            opened = wanted - self._streams.keys()
            for id in opened:
                self._streams[id] = group.create_task(self._sample(engine, id))
            if engine.serves(ONE_SHOT_SINCE):  # a stream's first frame may take a second
                for id in opened - self._frames.keys():
                    group.create_task(self._sample_once(engine, id))

    async def _sample(self, engine: Engine, id: str) -> None:
        pauses = Pauses()
        while True:
            pauses.begin()
            try:
                await self._read(engine, id)
                return
            except errors.BrokenAnswer as error:
                self._drop_usage((id,))
                self._report_unreadable(id, error)
            except errors.EngineError:
                # The container is gone or the connection lost; the store reports both.
                return
            await asyncio.sleep(pauses.next())

    async def _read(self, engine: Engine, id: str) -> None:
        before = time.monotonic()
        async with aclosing(engine.containers.stats(id)) as frames:
            async for frame in frames:
                now = time.monotonic()
                self._take_frame(id, frame, now - before)
                before = now

    async def _sample_slowly(self) -> None:
        """While nobody watches, sample the containers without a stream every `SLOW` seconds, all at once."""
        while True:
            await self._slowly.wait()
            engine = self._store.engine
            if engine is not None:
                waiting = self._running(self.watched) - self._streams.keys()
                for id in self._arrivals.keys() - waiting - self._streams.keys():
                    del self._arrivals[id]
                await asyncio.gather(*(self._sample_once(engine, id) for id in waiting))
            await asyncio.sleep(SLOW)

    async def _sample_once(self, engine: Engine, id: str) -> None:
        try:
            async with asyncio.timeout(SLOW):
                self._take_frame(id, await engine.containers.stats_once(id), SLOW)
        except errors.BrokenAnswer as error:
            self._drop_usage((id,))
            self._report_unreadable(id, error)
        except (errors.EngineError, TimeoutError):
            # The container is gone, the engine slow or the connection lost; the store reports the last.
            return

    def _take_frame(self, id: str, frame: Stats, distance: float) -> None:
        """Take a frame that came `distance` seconds after the one before."""
        previous = self._frames.pop(id, None)
        if is_empty(frame):
            return
        apart = moment(frame.read) - moment(previous.read) if previous is not None else 0.0
        self._frames[id] = frame if previous is None or apart > 0 else previous
        if apart < 0:  # a single sample that came later than the stream's frame
            return
        fresh = usage(frame, previous if apart >= SHORTEST else None)
        self._take(id, fresh, Arrival(time.monotonic(), STALE if fresh.cpu_percent is None else distance))

    def _take(self, id: str, fresh: Usage, arrival: Arrival) -> None:
        """Have a value written into its row, soon if the row has none, or no CPU; one without CPU replaces no other."""
        row = self._store.containers.rows.get(id)
        shown = None if row is None else row.usage
        if id not in self._arrivals:
            self._first_frame.set()
        self._arrivals[id] = arrival
        self._ageing.set()
        if fresh.cpu_percent is None and shown is not None:
            return
        if shown is None or shown.cpu_percent is None:
            self._hurry.set()
        self._fresh[id] = fresh
        self._fresh_arrived.set()

    def _forget(self, ids: Iterable[str]) -> None:
        """Remove the usage from these rows."""
        rows = self._store.containers.rows
        self._store.containers.put({id: replace(rows[id], usage=None, trend=()) for id in ids if id in rows and rows[id].usage})

    def _report_unreadable(self, id: str, error: errors.BrokenAnswer) -> None:
        if id not in self._unread:
            self._unread.add(id)
            row = self._store.containers.rows.get(id)
            self._complain(f"The statistics of {row.name if row else id[:12]} cannot be read (retrying): {error}")

    async def _drop_old(self) -> None:
        """Remove stale values and check the connection. Sleeps while no value can become stale."""
        while True:
            await self._ageing.wait()
            if not self._arrivals or not self._connected:
                self._ageing.clear()
                continue
            await asyncio.sleep(min(each.old_at for each in self._arrivals.values()) - time.monotonic())
            now = time.monotonic()
            old = [id for id, heard in self._arrivals.items() if heard.old_at <= now]
            if old and self._connected:
                if (since := max(heard.at for heard in self._arrivals.values())) >= self._connected_at:
                    self._store.doubt(since)
                self._drop_usage(old)

    @property
    def _connected(self) -> bool:
        return isinstance(self._store.connection.value, Connected)

    def _connection_changed(self, connection: Connection) -> None:
        if isinstance(connection, Connected):
            self._connected_at = time.monotonic()
            self._ageing.set()
        self._check()

    def _drop_usage(self, ids: Iterable[str]) -> None:
        for id in (ids := [*ids]):
            self._arrivals.pop(id, None)
            self._fresh.pop(id, None)
        self._forget(ids)

    async def _write(self) -> None:
        """Write fresh values into the rows, in one batch at most once a second, sooner into rows without values."""
        clock = asyncio.get_running_loop().time
        last = clock() - GATHER
        while True:
            await self._fresh_arrived.wait()
            with suppress(TimeoutError):
                async with asyncio.timeout_at(last + GATHER - FIRST_GATHER):
                    await self._hurry.wait()
            await asyncio.sleep(FIRST_GATHER)
            last = clock()
            self._hurry.clear()
            self._fresh_arrived.clear()
            fresh, self._fresh = self._fresh, {}
            rows = self._store.containers.rows
            fresh = {id: read for id, read in fresh.items() if id in rows and rows[id].alive}
            self.history.add(fresh)
            self._store.containers.put(
                {id: replace(rows[id], usage=read, trend=self.history.trend(id)) for id, read in fresh.items()}
            )
