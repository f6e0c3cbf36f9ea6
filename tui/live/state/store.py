"""Live state of one engine: subscribes to events, lists objects, applies events; reconnects and lists again after a loss.

Nothing is polled: on an idle engine, one open stream of events is all the traffic.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, aclosing, suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

from tui.engine import errors
from tui.engine.objects.events import Event
from tui.live import clock
from tui.live.clock import moment, now_ns
from tui.live.state.collection import Collection
from tui.live.state.identity import Identity, identity
from tui.live.state.informer import Informer
from tui.live.state.signals import Signal, State
from tui.live.state.source import Source
from tui.live.state.supervisor import Faults, fault

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.engine.objects.system import SystemInfo

Row = TypeVar("Row")
First = TypeVar("First")

FIRST_DELAY, LAST_DELAY = 0.25, 10.0
"""Seconds before the first reconnection, and the maximum to which that is doubled for later ones."""

NO_EVENTS: Mapping[str, frozenset[str]] = MappingProxyType({})

UNANSWERED = 1.0
"""Seconds after which a ping without an answer is reported."""

JUST_ANSWERED = 2.5
"""Seconds after an answered ping in which no doubt causes another one: several streams doubt the same silence."""

RECOGNISING = 5.0
"""Seconds to wait for the engine's identity after a loss."""

OVERLAP = 2
"""Seconds of the past that the first subscription covers, so that nothing is missed between subscribing and listing."""


@dataclass(frozen=True, slots=True)
class Connecting:
    """The first attempt is under way."""


@dataclass(frozen=True, slots=True)
class Connected:
    """Subscribed (confirmed by the engine) and listed.

    `api` is the negotiated version ("1.51"), `version` the engine's own ("Docker 28.5.2").
    """

    api: str
    version: str


@dataclass(frozen=True, slots=True)
class Lost:
    """No connection; rows keep their last state.

    The next attempt is at `next_try`, in seconds of `time.monotonic()`; None: when the user asks for it.
    """

    reason: errors.EngineError
    next_try: float | None


Connection = Connecting | Connected | Lost


class Store(Generic[First]):
    """Objects of an engine, kept current by its events.

    `connect` returns a new, connected client (`Engine.connect(...)`) as a context manager. `events` are the types and actions
    of events that any source may need: one subscription serves them all. A source is listed from its first use in `of` on;
    that of the containers always is.
    """

    def __init__(
        self,
        connect: Callable[[], AbstractAsyncContextManager[Engine]],
        containers: Source[First],
        events: Mapping[str, frozenset[str]] = NO_EVENTS,
    ) -> None:
        self._connect = connect
        self._events = events
        self._first = containers
        self._informers: dict[str, Informer[Any]] = {containers.name: Informer(containers)}
        self._begin: Callable[[Informer[Any]], object] = lambda _informer: None  # runs an informer while connected
        self._nudge = asyncio.Event()
        self._resubscribe = asyncio.Event()
        self._delay = FIRST_DELAY
        self._connected_at: float | None = None
        self.clock = clock.EngineClock()
        self._faults = Faults("the live lists")
        self._last_event = 0  # time of the newest event in nanoseconds, by the engine's clock
        self.engine: Engine | None = None  # client of the current connection; changes on some reconnections
        self.connection: State[Connection] = State(Connecting())
        self.silent_since: State[float | None] = State(None)
        """Since when, in seconds of `time.monotonic()`, the engine has not answered; None while it does."""
        self.not_following: State[errors.EngineRefusal | None] = State(None)
        """The refusal of the events, by a proxy for instance: lists are read then, and read again on request only."""
        self.events: Signal[Event] = Signal()  # every subscribed event, before it is applied
        self.replaced: Signal[int] = Signal()
        """Emits the value of `engines` when another engine answers at the address, before its objects are listed."""
        self.engines = 1
        """Number of different engines that have answered at the address; 1 before the first."""
        self.engine_name: State[str] = State("")
        """The engine's own name, as it sent it; empty before it is known."""
        self.info: State[SystemInfo | None] = State(None)
        """What the engine said of itself at the connection; None before."""
        self.skew: State[float] = State(0.0)
        """Seconds by which the engine's clock is ahead of this machine's, from `NOTABLE` on; else 0."""
        self._identity: Identity | None = None
        self._pinging = False
        self._answered = 0.0  # time of the last answered ping, in seconds of `time.monotonic()`
        self._doubted: float | None = None  # beginning of the silence that causes the next ping

    @property
    def containers(self) -> Collection[First]:
        """The containers by full id."""
        return self.of(self._first)

    @property
    def idle(self) -> bool:
        """Whether the engine is connected, and everything is read and emitted."""
        return isinstance(self.connection.value, Connected) and all(informer.idle for informer in self._informers.values())

    def of(self, source: Source[Row]) -> Collection[Row]:
        """Return the rows of a source, kept current from now on. Raises ValueError if its events are not subscribed."""
        return self._informer(source).collection

    def _informer(self, source: Source[Row]) -> Informer[Row]:
        if source.name not in self._informers:
            if missing := [
                type for type, actions in source.events.items() if not actions <= self._subscribed().get(type, set())
            ]:
                raise ValueError(f"{source.name} need events of {', '.join(missing)} that the store does not subscribe to")
            informer = self._informers[source.name] = Informer(source)
            informer.reload()
            self._begin(informer)
        return self._informers[source.name]

    def _subscribed(self) -> dict[str, set[str]]:
        """Return the subscribed actions by event type."""
        subscribed = {type: set(actions) for type, actions in self._events.items()}
        for table in (self._first.events, self._first.invalidated_by):
            for type, actions in table.items():
                subscribed.setdefault(type, set()).update(actions)
        return subscribed

    def problem(self, source: Source[Any]) -> State[errors.EngineError | None]:
        """Return why this source cannot be listed, or None."""
        return self._informer(source).problem

    def reload(self, source: Source[Any]) -> None:
        """Read a source's list again, on the user's request, and check the connection."""
        self._informer(source).reload()
        self._resubscribe.set()
        self.retry_now()

    def refresh(self, source: Source[Any] | None = None) -> None:
        """Read a source's list again, or all lists in use, where no event tells of a change."""
        for informer in self._informers.values() if source is None else (self._informer(source),):
            informer.reload()

    def read_again(self, source: Source[Any], id: str) -> None:
        """Read one row again after a change that causes no event."""
        self._informer(source).read_again(id)

    def retry_now(self) -> None:
        """Reconnect without further delay; while connected, check whether the engine still answers."""
        self._nudge.set()

    def doubt(self, since: float) -> None:
        """Ping once because an expected answer is missing since `since`, in seconds of `time.monotonic()`."""
        recently = time.monotonic() - self._answered < JUST_ANSWERED
        if isinstance(self.connection.value, Connected) and not self._pinging and not recently:
            self._doubted = max(since, self._answered)
            self.retry_now()

    async def run(self) -> None:
        """Keep the rows current until cancelled; never ends by itself.

        A fault in this code or in a subscriber counts as a loss with that reason, and everything is read again.
        """
        while True:
            reason: errors.EngineError | None = None
            try:
                async with self._connect() as engine:
                    self.engine = engine
                    engine.when_slow(self.doubt)
                    self.clock.read_date(engine.ping_info.date)
                    self._tell_skew()
                    await self._recognise(engine)
                    await self._follow_across_losses(engine)
            except errors.EngineError as error:
                reason = error
            except Exception as error:
                self._faults.tell(error)
                reason = fault("the live lists", error)
            finally:
                self.engine = None
            if reason is not None:
                await self._lose(reason)

    async def _lose(self, reason: errors.EngineError) -> None:
        """As `_pause`, but survives faults in subscribers."""
        try:
            await self._pause(reason)
        except Exception as error:
            self._faults.tell(error)
            await asyncio.sleep(self._delay)

    async def _follow_across_losses(self, engine: Engine) -> None:
        """Follow the engine across losses until its API version changes, which requires a new client."""
        while True:
            await self._pause(await engine.explain(await self._follow(engine)))
            await engine.prepare()
            ping = await engine.system.ping()
            self.clock.read_date(ping.date)
            if ping.api_version != engine.ping_info.api_version:
                return
            await self._recognise(engine)

    async def _recognise(self, engine: Engine) -> None:
        """After a loss, check whether the same engine answers; if not, emit `replaced`.

        An engine without a timely answer counts as the same. Raises EngineError for a lost connection.
        """
        before = self._identity
        if before is None:
            return
        with suppress(errors.EngineRefusal, errors.BrokenAnswer, errors.TimedOut, TimeoutError):
            async with asyncio.timeout(RECOGNISING):
                self._identity = await self._read_info(engine)
        if self._identity != before:
            self._last_event = 0
            self.engines += 1
            self.replaced.emit(self.engines)

    async def _identify(self, engine: Engine) -> None:
        """Record the engine's identity for later comparison; left out if the engine does not answer."""
        if self._identity is None:
            with suppress(errors.EngineError):  # the event stream reports a lost connection
                self._identity = await self._read_info(engine)

    async def _read_info(self, engine: Engine) -> Identity:
        """Read the engine's identity, name and clock (`SystemInfo`). Raises EngineError."""
        asked = time.time()
        info = await engine.system.info()
        if (seconds := moment(info.system_time)) > 0:
            self.clock.set(seconds, asked, time.time())
            self._tell_skew()
        self.engine_name.set(info.name)
        self.info.set(info)
        return identity(engine, info)

    def _tell_skew(self) -> None:
        skew = self.clock.skew
        self.skew.set(round(skew) if abs(skew) >= clock.NOTABLE else 0.0)

    async def _pause(self, reason: errors.EngineError) -> None:
        """Set the connection to lost, and wait until the next attempt is due or requested."""
        if self._connected_at is not None and time.monotonic() - self._connected_at > LAST_DELAY:
            self._delay = FIRST_DELAY
        self._connected_at = None
        self._nudge.clear()
        if not isinstance(reason, errors.TimedOut):
            self.silent_since.set(None)
        delay = None if isinstance(reason, errors.SshLoginFailed) else self._delay  # a person said no, or must say yes first
        self.connection.set(Lost(reason, None if delay is None else time.monotonic() + delay))
        with suppress(TimeoutError):
            async with asyncio.timeout(delay):
                await self._nudge.wait()
        self._delay = min(self._delay * 2, LAST_DELAY)

    async def _follow(self, engine: Engine) -> errors.EngineError:
        """Subscribe, list and apply events; returns the error that ended this."""
        self._nudge.clear()
        failures: list[errors.EngineError] = []
        try:
            async with asyncio.TaskGroup() as group:
                subscribed = asyncio.Event()
                group.create_task(self._subscribe(engine, subscribed.set))
                group.create_task(self._answer_nudges(engine))
                for informer in (informers := [*self._informers.values()]):
                    informer.reload()
                for informer in informers:
                    await informer.read(engine)
                await subscribed.wait()
                self._connected_at = time.monotonic()
                self.silent_since.set(None)
                self.connection.set(Connected(engine.api_version, _software(engine.ping_info.server)))
                self._begin = lambda informer: group.create_task(informer.run(engine))
                for informer in self._informers.values():
                    self._begin(informer)
                group.create_task(self._identify(engine))
        except* errors.EngineError as lost:
            failures += [each for each in lost.exceptions if isinstance(each, errors.EngineError)]
        finally:
            self._begin = lambda _informer: None
        return failures[0]

    async def _subscribe(self, engine: Engine, begun: Callable[[], None]) -> NoReturn:
        """Apply events until the stream ends, which is always a loss. `begun` is called when the engine answers.

        A refusal of the events is no loss: the subscription is tried again on request.
        """

        def follows() -> None:
            self.not_following.set(None)
            begun()

        while True:
            self._resubscribe.clear()
            try:
                await self._apply_events(engine, follows)
            except errors.ServerError:  # may pass, as any loss
                raise
            except errors.EngineRefusal as refusal:
                self.not_following.set(refusal)
                begun()
            await self._resubscribe.wait()

    async def _apply_events(self, engine: Engine, begun: Callable[[], None]) -> NoReturn:
        subscribed = self._subscribed()
        filters = {
            "type": sorted(subscribed),
            "event": sorted({action for actions in subscribed.values() for action in actions}),
        }
        nanoseconds = self._last_event + 1 if self._last_event else now_ns() - OVERLAP * 10**9
        since = f"{nanoseconds // 10**9}.{nanoseconds % 10**9:09d}"
        try:
            async with aclosing(engine.system.events(since=since, filters=filters, begun=begun)) as events:
                async for event in events:
                    self._last_event = max(self._last_event, event.time_nano)
                    self._emit(event)
        except errors.BrokenAnswer:
            self._last_event = 0  # do not ask for the unreadable event again: everything is listed anew
            raise
        raise errors.ConnectionLost("The engine ended its stream of events.", "SystemEvents")

    def _emit(self, event: Event) -> None:
        try:
            self.events.emit(event)
        finally:  # apply events even if a subscriber raises
            for informer in self._informers.values():
                informer.apply_event(event)

    async def _answer_nudges(self, engine: Engine) -> NoReturn:
        """Ping on each nudge: a silent stream does not show a loss, so the check is made only on request."""
        while True:
            await self._nudge.wait()
            self._nudge.clear()
            await self._ping(engine)

    async def _ping(self, engine: Engine) -> None:
        """Ping the engine, and set `silent_since` while there is no answer. Raises EngineError."""
        since, self._doubted = self._doubted or time.monotonic(), None
        self._pinging = True
        late = asyncio.get_running_loop().call_later(UNANSWERED, self.silent_since.set, since)
        try:
            self.clock.read_date((await engine.system.ping()).date)
            self._tell_skew()
            self._answered = time.monotonic()
            self.silent_since.set(None)
        finally:
            late.cancel()
            self._pinging = False


def _software(server: str) -> str:
    """Return "Docker 28.5.2" for the header "Docker/28.5.2 (linux)"."""
    return server.partition(" ")[0].replace("/", " ", 1)
