"""The live picture of one engine: subscribe to its events, list, apply what happens; reconnect, list again, compare.

Nothing is polled. A picture in which nothing happens sends nothing: one open stream of events is all there is.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, aclosing, suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, TypeVar

from tui.engine import errors
from tui.engine.objects.events import Event
from tui.live.containers.container import CONTAINERS, Container
from tui.live.state.collection import Collection
from tui.live.state.informer import Informer
from tui.live.state.signals import Signal, State
from tui.live.state.source import Source
from tui.live.state.supervisor import Faults, fault

if TYPE_CHECKING:
    from tui.engine import Engine

Row = TypeVar("Row")

FIRST_DELAY, LAST_DELAY = 0.25, 10.0
"""Seconds before the first attempt to reconnect and, doubled each time, at most between later ones."""

NO_EVENTS: Mapping[str, frozenset[str]] = MappingProxyType({})

UNANSWERED = 1.0
"""Seconds after which a ping counts as not answered yet, which is said."""

JUST_ANSWERED = 2.5
"""Seconds after an answered ping in which no doubt causes another one: doubts of one silence come close together."""

RECOGNISING = 5.0
"""Seconds after a loss for the engine to say which one it is."""

OVERLAP = 2
"""Seconds of the past the first subscription asks for, so that nothing falls between subscribing and listing."""


@dataclass(frozen=True, slots=True)
class Connecting:
    """The first attempt is under way."""


@dataclass(frozen=True, slots=True)
class Connected:
    """Subscribed, which the engine has confirmed, and listed.

    `api` is the version spoken ("1.51"), `version` the engine's own ("Docker 28.5.2").
    """

    api: str
    version: str


@dataclass(frozen=True, slots=True)
class Lost:
    """No connection; rows are as they were last seen. The next attempt is at `next_try`, in seconds of `time.monotonic()`."""

    reason: errors.EngineError
    next_try: float


Connection = Connecting | Connected | Lost


class Identity(NamedTuple):
    """What tells an engine from another one at the same address."""

    id: str
    name: str
    root: str


async def identify(engine: Engine) -> Identity:
    """The engine's identity (`SystemInfo`). Raises EngineError."""
    info = await engine.system.info()
    if engine.ping_info.server.startswith("Libpod"):  # Podman makes up an id for each answer
        return Identity("", info.name, info.docker_root_dir)
    return Identity(info.id, "", "")


class Store:
    """What an engine has, kept true by its events.

    `connect` gives a fresh, connected client (`Engine.connect(...)`) as a context manager. `events` are the types and actions
    of events that any source may need: one subscription serves them all. A source is listed once somebody asks for it with
    `of`; containers always are.
    """

    def __init__(
        self,
        connect: Callable[[], AbstractAsyncContextManager[Engine]],
        events: Mapping[str, frozenset[str]] = NO_EVENTS,
    ) -> None:
        self._connect = connect
        self._events = events
        self._informers: dict[str, Informer[Any]] = {CONTAINERS.name: Informer(CONTAINERS)}
        self._begin: Callable[[Informer[Any]], object] = lambda _informer: None  # runs an informer while connected
        self._nudge = asyncio.Event()
        self._delay = FIRST_DELAY
        self._connected_at: float | None = None
        self._faults = Faults("the live picture")
        self._last_event = 0  # its time in nanoseconds, by the engine's clock
        self.engine: Engine | None = None  # the client of the present connection; another one after some reconnects
        self.connection: State[Connection] = State(Connecting())
        self.silent_since: State[float | None] = State(None)
        """Since when, in seconds of `time.monotonic()`, the engine has not answered; None while it does."""
        self.events: Signal[Event] = Signal()  # every event that concerns a kind, before it is applied
        self.replaced: Signal[int] = Signal()
        """Told when another engine than before answers at the address, before anything of it is listed: how often by now."""
        self.engines = 1
        """How many different engines have answered at the address, and 1 before one has."""
        self._identity: Identity | None = None
        self._pinging = False
        self._answered = 0.0  # when the last ping was, in seconds of `time.monotonic()`
        self._doubted: float | None = None  # since when it has been silent, where that is why it is pinged

    @property
    def containers(self) -> Collection[Container]:
        """The containers by their full id."""
        return self.of(CONTAINERS)

    @property
    def idle(self) -> bool:
        """Whether the engine is connected, and all that is known of it has been read and told."""
        return isinstance(self.connection.value, Connected) and all(informer.idle for informer in self._informers.values())

    def of(self, source: Source[Row]) -> Collection[Row]:
        """The rows of a source, listed from now on and kept true. ValueError if the store does not hear its events."""
        return self._informer(source).collection

    def _informer(self, source: Source[Row]) -> Informer[Row]:
        if source.name not in self._informers:
            if unheard := [type for type, actions in source.events.items() if not actions <= self._heard().get(type, set())]:
                raise ValueError(f"{source.name} need events of {', '.join(unheard)} that the store does not subscribe to")
            informer = self._informers[source.name] = Informer(source)
            informer.reload()
            self._begin(informer)
        return self._informers[source.name]

    def _heard(self) -> dict[str, set[str]]:
        """The types and actions of events that are subscribed to."""
        heard = {type: set(actions) for type, actions in self._events.items()}
        for table in (CONTAINERS.events, CONTAINERS.invalidated_by):
            for type, actions in table.items():
                heard.setdefault(type, set()).update(actions)
        return heard

    def problem(self, source: Source[Any]) -> State[errors.EngineRefusal | None]:
        """The engine's refusal to list this kind, or None."""
        return self._informer(source).problem

    def reload(self, source: Source[Any]) -> None:
        """List a kind again: somebody asked for it. Finds out, too, whether the engine is still there."""
        self._informer(source).reload()
        self.retry_now()

    def read_again(self, source: Source[Any], id: str) -> None:
        """Read one row again: something was done to it that the engine sends no event about."""
        self._informer(source).read_again(id)

    def retry_now(self) -> None:
        """Reconnect without waiting any longer; while connected, find out whether the engine still answers."""
        self._nudge.set()

    def doubt(self, since: float) -> None:
        """The engine has been silent since a time of `time.monotonic()` though something was expected of it: ping it, once."""
        recently = time.monotonic() - self._answered < JUST_ANSWERED
        if isinstance(self.connection.value, Connected) and not self._pinging and not recently:
            self._doubted = max(since, self._answered)
            self.retry_now()

    async def run(self) -> None:
        """Keep the picture true until cancelled. Never ends by itself, whatever becomes of the engine.

        A mistake in this or in a subscriber counts as a loss: it is told as its reason, and everything is read again.
        """
        while True:
            reason: errors.EngineError | None = None
            try:
                async with self._connect() as engine:
                    self.engine = engine
                    engine.when_slow(self.doubt)
                    await self._recognise(engine)
                    await self._keep(engine)
            except errors.EngineError as error:
                reason = error
            except Exception as error:
                self._faults.tell(error)
                reason = fault("the live picture", error)
            finally:
                self.engine = None
            if reason is not None:
                await self._lose(reason)

    async def _lose(self, reason: errors.EngineError) -> None:
        """As `_pause`, whatever the subscribers make of the news."""
        try:
            await self._pause(reason)
        except Exception as error:
            self._faults.tell(error)
            await asyncio.sleep(self._delay)

    async def _keep(self, engine: Engine) -> None:
        """Follow the engine, over losses too, until it no longer is the one this client was made for."""
        while True:
            await self._pause(await self._follow(engine))
            if (await engine.system.ping()).api_version != engine.ping_info.api_version:
                return
            await self._recognise(engine)

    async def _recognise(self, engine: Engine) -> None:
        """After a loss, find out whether this is the engine that was followed before: another one is followed from the start.

        An engine that does not tell in time counts as the same. Raises EngineError for a lost connection.
        """
        before = self._identity
        if before is None:
            return
        with suppress(errors.EngineRefusal, errors.BrokenAnswer, errors.TimedOut, TimeoutError):
            async with asyncio.timeout(RECOGNISING):
                self._identity = await identify(engine)
        if self._identity != before:
            self._last_event = 0
            self.engines += 1
            self.replaced.emit(self.engines)

    async def _identify(self, engine: Engine) -> None:
        """Learn the engine's identity, for comparison after a loss. One that does not tell is not compared."""
        if self._identity is None:
            with suppress(errors.EngineError):  # a lost connection shows in the stream of events
                self._identity = await identify(engine)

    async def _pause(self, reason: errors.EngineError) -> None:
        """Tell of the loss, and wait for the time of the next attempt or for somebody's impatience."""
        if self._connected_at is not None and time.monotonic() - self._connected_at > LAST_DELAY:
            self._delay = FIRST_DELAY
        self._connected_at = None
        self._nudge.clear()
        if not isinstance(reason, errors.TimedOut):
            self.silent_since.set(None)
        self.connection.set(Lost(reason, time.monotonic() + self._delay))
        with suppress(TimeoutError):
            async with asyncio.timeout(self._delay):
                await self._nudge.wait()
        self._delay = min(self._delay * 2, LAST_DELAY)

    async def _follow(self, engine: Engine) -> errors.EngineError:
        """Subscribe, list, apply what happens; returns why that ended."""
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
        """Apply the engine's events until the stream ends, which is always a loss. `begun` is called when it answers."""
        heard = self._heard()
        filters = {"type": sorted(heard), "event": sorted({action for actions in heard.values() for action in actions})}
        nanoseconds = self._last_event + 1 if self._last_event else time.time_ns() - OVERLAP * 10**9
        since = f"{nanoseconds // 10**9}.{nanoseconds % 10**9:09d}"
        try:
            async with aclosing(engine.system.events(since=since, filters=filters, begun=begun)) as events:
                async for event in events:
                    self._last_event = max(self._last_event, event.time_nano)
                    self._tell(event)
        except errors.BrokenAnswer:
            self._last_event = 0  # the engine would send the broken event again; everything is listed anew
            raise
        raise errors.ConnectionLost("The engine ended its stream of events.", "SystemEvents")

    def _tell(self, event: Event) -> None:
        try:
            self.events.emit(event)
        finally:  # a subscriber's mistake does not keep the rows from being true
            for informer in self._informers.values():
                informer.apply_event(event)

    async def _answer_nudges(self, engine: Engine) -> NoReturn:
        """A silent stream cannot tell whether the engine is still there: ask, but only when somebody wants to know."""
        while True:
            await self._nudge.wait()
            self._nudge.clear()
            await self._ping(engine)

    async def _ping(self, engine: Engine) -> None:
        """Ask whether the engine is there, and say so while it does not answer. Raises EngineError."""
        since, self._doubted = self._doubted or time.monotonic(), None
        self._pinging = True
        late = asyncio.get_running_loop().call_later(UNANSWERED, self.silent_since.set, since)
        try:
            await engine.system.ping()
            self._answered = time.monotonic()
            self.silent_since.set(None)
        finally:
            late.cancel()
            self._pinging = False


def _software(server: str) -> str:
    """ "Docker 28.5.2" from the header "Docker/28.5.2 (linux)"."""
    return server.partition(" ")[0].replace("/", " ", 1)
