"""Log of the engine's events, ordered and limited in number; the stream is resumed after a loss."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any, NamedTuple

from tui.engine import errors
from tui.engine.objects.events import Event
from tui.live.clock import now_ns
from tui.live.event_history import EventHistory
from tui.live.state.collection import Collection
from tui.live.state.signals import State
from tui.live.state.store import FIRST_DELAY, LAST_DELAY, Connected, Connection, Lost, Store
from tui.live.state.supervisor import lasting

MOST, MOST_NOISE = 10_000, 2_000
"""Events kept, and how many of them may be about exec: probes cause thousands a day."""

KNOWN = 512
"""Events remembered to drop duplicates; engines remember 256."""

ROUNDED = 1000
"""Nanoseconds by which an engine may have rounded a time."""

_READING_ACTIONS = frozenset({"top", "resize"})


NOTHING = Event()


class Gap(NamedTuple):
    """A time without a stream, in nanoseconds since the epoch; `lost`: the connection was lost, else the log was paused.

    `whole`: no event was missed, since the engine sent an event known from before the gap again.
    """

    begin: int
    end: int
    lost: bool
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedEvent:
    """An event, or a gap in its place. Ids grow in the order of time and of arrival.

    `whom` is the name of the container that a network's or a volume's event is about. All text is as the engine sent it: clean
    it before it is shown.
    """

    id: str
    event: Event = NOTHING
    whom: str = ""
    gap: Gap | None = None

    @property
    def noise(self) -> bool:
        """Whether the event changes nothing: an exec, above all a health check's probe, and the like."""
        return self.event.type == "container" and (
            self.event.action.startswith("exec_") or self.event.action in _READING_ACTIONS
        )

    @property
    def counts(self) -> bool:
        """Whether the row is an event that is not noise."""
        return self.gap is None and not self.noise

    @property
    def time_ns(self) -> int:
        """Time of the event or beginning of the gap, in nanoseconds since the epoch."""
        return self.gap.begin if self.gap else self.event.time_nano


@dataclass(frozen=True, slots=True)
class Wanted:
    """Query: since when, in seconds since the epoch (None: all the engine remembers), and the filters.

    `passes` checks each event, since the engine's filters by name also match prefixes.
    """

    since: float | None = None
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    passes: Callable[[Event], bool] = lambda _event: True


class EventLog(Collection[LoggedEvent]):
    """The engine's events, newest last. Sends no request before `watch` or after `pause`.

    `amount` counts events without noise and gaps; `dropped` those of them that were pushed out by newer ones. `oldest` is the
    time of the first row, in nanoseconds since the epoch, or 0. `problem` is the engine's refusal, else None.
    """

    def __init__(
        self,
        store: Store[Any],
        wanted: Wanted | None = None,
        most: int = MOST,
        most_noise: int = MOST_NOISE,
        history: EventHistory | None = None,
    ) -> None:
        """`history`: events seen before, which the log begins with."""
        super().__init__()
        self._history = history
        self._begun = False  # whether the events of the history are in the log
        self._past: list[tuple[int, str]] = []  # the times and ids of these
        self.wanted = wanted or Wanted()
        self.amount = self.dropped = self.oldest = 0
        self.problem: State[errors.EngineRefusal | None] = State(None)
        self._store = store
        self._engines = store.engines  # value of `store.engines` when the events were received
        self._most = {False: most, True: most_noise}
        self._rings: dict[bool, deque[str]] = {False: deque(), True: deque()}  # ids of rows, by noise or not
        self._number = 0
        self._last = 0  # time of the newest event, in nanoseconds
        self._known: deque[Event] = deque(maxlen=KNOWN)
        self._names: dict[str, str] = {}  # of containers, removed ones included
        self._gap_start: tuple[int, bool] | None = None  # beginning of the gap, and whether the connection was lost
        self._task: asyncio.Task[None] | None = None
        self._unsubscribe: Callable[[], None] = lambda: None
        self._watching = False

    def watch(self) -> None:
        """Open the stream and resume where it ended. Does nothing while watched already."""
        if not self._watching:
            self._watching = True
            self._unsubscribe = self._store.connection.subscribe(self._connection)
            self._begin()

    def pause(self) -> None:
        """Close the stream."""
        if self._watching:
            self._watching = False
            self._unsubscribe()
            self._end(lost=False)

    def again(self) -> None:
        """Retry after a refusal and resume where the stream ended."""
        if self._watching:
            self._begin()

    def ask(self, wanted: Wanted) -> None:
        """Drop all events and start with this query."""
        self._end(lost=False)
        self.wanted = wanted
        self._forget()
        if self._watching:
            self._begin()

    def _forget(self) -> None:
        self._engines = self._store.engines
        self.amount = self.dropped = self.oldest = self._last = 0
        self._gap_start = None
        self._begun = False
        self._past = []
        self._known.clear()
        for ring in self._rings.values():
            ring.clear()
        self.replace({})

    # -- the stream ---------------------------------------------------------------------------------------------------

    def _connection(self, state: Connection) -> None:
        if isinstance(state, Lost):
            self._end(lost=True)
        elif isinstance(state, Connected):
            self._begin()

    def _begin(self) -> None:
        if self._task is None and isinstance(self._store.connection.value, Connected):
            if self._engines != self._store.engines:  # another engine's events are not part of this log
                self._forget()
            self._task = asyncio.get_running_loop().create_task(
                lasting("the events", self._read, lambda _fault: self._leave(lost=True))
            )
            self._task.add_done_callback(self._ended)

    def _end(self, lost: bool) -> None:
        if self._task is not None:
            self._leave(lost)
            task, self._task = self._task, None
            task.cancel()

    def _ended(self, task: asyncio.Task[None]) -> None:
        if self._task is task:
            self._task = None

    def _leave(self, lost: bool) -> None:
        if self._gap_start is None or (lost and not self._gap_start[1]):
            self._gap_start = (self._gap_start[0] if self._gap_start else now_ns(), lost)

    async def _read(self) -> None:
        """Follow the stream, resuming after its losses; ends when the connection is lost."""
        delay = FIRST_DELAY
        while (engine := self._store.engine) is not None:
            if not self.loaded:
                self.replace({})
            self._begin_with_history()
            gap = self._gap()
            known = frozenset(map(_mark, self._known))
            try:
                async with aclosing(engine.system.events(since=self._since(), filters=self.wanted.filters or None)) as events:
                    self.problem.set(None)
                    async for event in events:
                        delay = FIRST_DELAY
                        self._judge(gap, _mark(event) in known)
                        gap = None
                        if _mark(event) not in known and self.wanted.passes(event):
                            self._last = max(self._last, event.time_nano)
                            self._take(event)
            except errors.EngineRefusal as refusal:
                self.problem.set(refusal)
                return
            except errors.BrokenAnswer:
                # do not ask for the unreadable event again; the engine's clock may be ahead of this machine's
                self._last = max(self._last + ROUNDED + 1, now_ns())
            except errors.EngineError:
                pass  # the gap shows the loss; the store checks the connection
            self._leave(lost=True)
            self._store.retry_now()
            await asyncio.sleep(delay)
            delay = min(delay * 2, LAST_DELAY)

    def _begin_with_history(self) -> None:
        """Add the events seen before, once for each query. The engine sends those again that it remembers too."""
        if self._history is not None and not self._begun:
            for event in self._history.select(self.wanted.since, self.wanted.filters):
                if self.wanted.passes(event):
                    self._take(event)
                    self._past.append((event.time_nano, f"{self._number:012d}"))
        self._begun = True

    def _since(self) -> str:
        """Return the time of the newest event, which is sent again, else the query's start."""
        if self._last:
            begin = self._last - ROUNDED
            return f"{begin // 10**9}.{begin % 10**9:09d}"
        return "1" if self.wanted.since is None else f"{self.wanted.since:.9f}"

    # -- gaps ---------------------------------------------------------------------------------------------------------

    def _gap(self) -> LoggedEvent | None:
        """Return the gap that ends now, to be judged by the next event; a lost connection's gap is added at once."""
        away, self._gap_start = self._gap_start, None
        if away is None or not self._number:
            return None
        self._number += 1
        row = LoggedEvent(id=f"{self._number:012d}", gap=Gap(away[0], now_ns(), away[1]))
        if away[1]:
            self._keep(row)
        return row

    def _judge(self, row: LoggedEvent | None, whole: bool) -> None:
        """Complete a gap by the first event after it: if that was known before (`whole`), no event was missed."""
        if row is None or row.gap is None:
            return
        if not whole and not row.gap.lost:
            self._keep(row)
        elif whole and row.id in self.rows:
            self.put({row.id: replace(row, gap=row.gap._replace(whole=True))})

    def _take(self, event: Event) -> None:
        self._known.append(event)
        whom = ""
        if event.type == "container":
            self._name(event)
        elif container := event.actor.attributes.get("container", ""):
            row = self._store.containers.rows.get(container)
            whom = row.name if row else self._names.get(container, container[:12])
        self._keep(LoggedEvent(id=self._new_id(event.time_nano), event=event, whom=whom))

    def _new_id(self, time_ns: int) -> str:
        """Return the id of a new event.

        It is behind all others, but for one that the engine remembers from before the history's last one, which comes between
        that event and its successor.
        """
        self._number += 1
        number = f"{self._number:012d}"
        if not self._past or time_ns >= self._past[-1][0]:
            return number
        before = bisect_right(self._past, time_ns, key=itemgetter(0))
        return f"{self._past[before - 1][1] if before else '0' * 12}.{number}"

    def _name(self, event: Event) -> None:
        if name := event.actor.attributes.get("name", ""):
            self._names.pop(event.actor.id, None)
            self._names[event.actor.id] = name
        if len(self._names) > MOST:
            for id in [*self._names][: MOST // 2]:
                del self._names[id]

    @property
    def noise(self) -> int:
        """The number of events that are noise."""
        return len(self._rings[True])

    def _keep(self, row: LoggedEvent) -> None:
        ring = self._rings[row.noise]
        ring.append(row.id)
        self.amount += row.counts
        self.oldest = min(self.oldest or row.time_ns, row.time_ns)
        self.put({row.id: row})
        if len(ring) > self._most[row.noise]:
            oldest = self.rows[ring.popleft()]
            self.amount -= oldest.counts
            self.dropped += oldest.counts
            self.oldest = self.rows[ring[0]].time_ns
            self.remove((oldest.id,))


def _mark(event: Event) -> tuple[int, str, str, str]:
    return event.time_nano, event.type, event.action, event.actor.id
