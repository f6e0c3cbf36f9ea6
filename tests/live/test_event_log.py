"""Events are ordered and limited, and a lost connection neither repeats nor silently drops any."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

import pytest

from tests.live.scripted import ScriptedEngine, at_work, id_of, running
from tests.waiting import until_async
from tui.engine import errors
from tui.engine.objects.events import Actor, Event
from tui.live.event_history import EventHistory, passes
from tui.live.event_log import EventLog, Gap, Wanted
from tui.live.state.store import Connected


class Remembering(ScriptedEngine):
    """Remembers events, as engines do, also while no client is connected."""

    def __init__(self) -> None:
        super().__init__(running("web"))
        self.past: list[Event] = []

    def happen(self, action: str, name: str, type: str = "container", new_name: str = "", **attributes: str) -> None:
        streams, self._streams = self._streams, []
        self._streams = [*streams, queue := Tap()]  # type: ignore[list-item]
        super().happen(action, name, type, new_name, **attributes)
        self._streams = streams
        self.past += queue.told

    async def events(
        self,
        since: str = "",
        filters: Mapping[str, Sequence[str]] | None = None,
        begun: Callable[[], object] | None = None,
    ) -> AsyncGenerator[Event, None]:
        stream = super().events(since, filters, begun)
        begin = int(since.replace(".", "").ljust(19, "0")) if "." in since else 0
        try:
            if filters is None or "event" not in filters:  # not the store's own subscription
                for event in [event for event in self.past if event.time_nano >= begin]:
                    yield event
            async for event in stream:
                yield event
        finally:
            await stream.aclose()


class Tap:
    """Receives what a stream would get."""

    def __init__(self) -> None:
        self.told: list[Event] = []

    def put_nowait(self, event: Event) -> None:
        self.told.append(event)


@asynccontextmanager
async def following(engine: Remembering, wanted: Wanted | None = None, **limits: int) -> AsyncIterator[EventLog]:
    store = engine.store()
    async with at_work(store.run):
        await until_async(lambda: isinstance(store.connection.value, Connected))
        event_log = EventLog(store, wanted, **limits)
        event_log.watch()
        await until_async(lambda: engine.subscribed == 2)
        try:
            yield event_log
        finally:
            event_log.pause()
        await until_async(lambda: engine.subscribed == 1, "the stream to be closed")


def said(event_log: EventLog) -> list[str]:
    """Return the logged rows as a word each; gaps included."""
    return [_gap(row.gap) if row.gap else f"{row.event.action} {_name(row.event)}" for row in event_log.rows.values()]


def _name(event: Event) -> str:
    return event.actor.attributes["name"]


def _gap(gap: Gap) -> str:
    return ("lost" if gap.lost else "paused") + (", whole" if gap.whole else "")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.live.state.store.FIRST_DELAY", 0.01)
    monkeypatch.setattr("tui.live.event_log.FIRST_DELAY", 0.01)


async def test_the_past_comes_first_and_then_what_happens() -> None:
    engine = Remembering()
    engine.happen("start", "web")
    async with following(engine) as event_log:
        engine.happen("die", "web", exitCode="3")
        await until_async(lambda: said(event_log) == ["start web", "die web"])
        assert engine.sinces[-1] == "1"


async def test_nothing_is_asked_before_it_is_watched_nor_after() -> None:
    engine = Remembering()
    store = engine.store()
    async with at_work(store.run):
        await until_async(lambda: engine.subscribed == 1)
        event_log = EventLog(store)
        assert engine.asked["events"] == 1
        event_log.watch()
        event_log.watch()
        await until_async(lambda: engine.subscribed == 2)
        event_log.pause()
        await until_async(lambda: engine.subscribed == 1)
        assert engine.asked["events"] == 2


async def test_a_loss_is_told_and_nothing_comes_twice_or_is_missed() -> None:
    engine = Remembering()
    async with following(engine) as event_log:
        engine.happen("start", "web")
        engine.happen("pause", "web")
        await until_async(lambda: len(event_log.rows) == 2)
        engine.break_down()
        await until_async(lambda: engine.subscribed == 0)
        engine.happen("die", "web", exitCode="1")
        engine.recover()
        await until_async(lambda: len(event_log.rows) == 4)
        engine.happen("start", "web")
        await until_async(lambda: said(event_log) == ["start web", "pause web", "lost, whole", "die web", "start web"])


async def test_a_stream_that_ends_by_itself_is_taken_up_again() -> None:
    engine = Remembering()
    async with following(engine) as event_log:
        engine.happen("start", "web")
        await until_async(lambda: said(event_log) == ["start web"])
        engine.end_streams()
        await until_async(lambda: "lost, whole" in said(event_log) and engine.subscribed == 2)
        engine.happen("die", "web")
        await until_async(lambda: said(event_log)[-1] == "die web")
        assert said(event_log).count("start web") == 1


async def test_a_look_away_leaves_a_gap_only_where_the_engine_has_forgotten() -> None:
    engine = Remembering()
    async with following(engine) as event_log:
        engine.happen("start", "web")
        await until_async(lambda: said(event_log) == ["start web"])
        event_log.pause()
        engine.happen("die", "web")
        event_log.watch()
        await until_async(lambda: said(event_log) == ["start web", "die web"])
        event_log.pause()
        engine.past.clear()
        engine.happen("start", "web")
        event_log.watch()
        await until_async(lambda: said(event_log) == ["start web", "die web", "paused", "start web"])


async def test_an_engine_that_started_anew_has_forgotten_what_happened() -> None:
    engine = Remembering()
    async with following(engine) as event_log:
        engine.happen("start", "web")
        await until_async(lambda: said(event_log) == ["start web"])
        engine.break_down()
        await until_async(lambda: engine.subscribed == 0)
        engine.past.clear()
        engine.recover()
        await until_async(lambda: said(event_log) == ["start web", "lost"])
        await until_async(lambda: engine.subscribed == 2)
        engine.happen("die", "web")
        await until_async(lambda: said(event_log) == ["start web", "lost", "die web"])


async def test_what_is_old_goes_and_noise_takes_no_room_from_the_rest() -> None:
    engine = Remembering()
    async with following(engine, most=3, most_noise=2) as event_log:
        for number in range(5):
            engine.happen("start", f"c{number}")
            engine.happen("exec_create: /bin/true", "web")
        await until_async(lambda: event_log.dropped == 2)
        await until_async(lambda: [each for each in said(event_log) if "start" in each] == ["start c2", "start c3", "start c4"])
        assert sum(row.noise for row in event_log.rows.values()) == 2


async def test_a_network_names_the_container_that_joined_also_when_it_is_gone() -> None:
    engine = Remembering()
    engine.happen("create", "gone")
    async with following(engine) as event_log:
        engine.happen("connect", "back", "network", container=id_of("web"))
        engine.happen("connect", "back", "network", container=id_of("gone"))
        await until_async(lambda: [row.whom for row in event_log.rows.values()] == ["", "web", "gone"])


async def test_another_question_forgets_the_answers_to_the_old_one() -> None:
    engine = Remembering()
    async with following(engine) as event_log:
        engine.happen("start", "web")
        await until_async(lambda: said(event_log) == ["start web"])
        event_log.ask(Wanted(5.0, {"type": ["image"]}, lambda event: event.type == "image"))
        assert said(event_log) == []
        await until_async(lambda: engine.subscribed == 2 and engine.sinces[-1] == "5.000000000")
        assert engine.filters == {"type": ["image"]}
        engine.happen("die", "web")
        engine.happen("tag", "busybox", "image")
        await until_async(lambda: said(event_log) == ["tag busybox"])


async def test_a_refusal_is_told_and_not_tried_again_by_itself() -> None:
    class Refusing(Remembering):
        async def events(
            self,
            since: str = "",
            filters: Mapping[str, Sequence[str]] | None = None,
            begun: Callable[[], object] | None = None,
        ) -> AsyncGenerator[Event, None]:
            if not filters:
                raise errors.Denied("not for you", "SystemEvents", 403)
            async for event in super().events(since, filters, begun):
                yield event

    engine = Refusing()
    store = engine.store()
    async with at_work(store.run):
        await until_async(lambda: isinstance(store.connection.value, Connected))
        event_log = EventLog(store)
        event_log.watch()
        await until_async(lambda: event_log.problem.value is not None)
        assert "not for you" in str(event_log.problem.value)
        assert isinstance(store.connection.value, Connected)
        event_log.pause()


async def test_what_was_seen_is_kept_where_the_engine_has_forgotten_it() -> None:
    engine = Remembering()
    store = engine.store()
    history = EventHistory(store)
    async with at_work(store.run):
        await until_async(lambda: isinstance(store.connection.value, Connected))
        engine.happen("start", "web")
        engine.happen("start", "db")
        await until_async(lambda: len(history.select(None, {})) == 2)
        engine.past.clear()  # what the engine forgets
        engine.happen("die", "web")
        log = EventLog(store, Wanted(filters={"container": [id_of("web")]}), history=history)
        log.watch()
        await until_async(lambda: engine.subscribed == 2)
        await until_async(lambda: said(log)[:2] == ["start web", "die web"])
        begin = next(iter(log.rows.values())).time_ns
        assert log.oldest == begin
        log.ask(Wanted(since=begin / 10**9 + 0.001, filters={"container": [id_of("web")]}))
        await until_async(lambda: said(log)[:1] == ["die web"])
        log.pause()


@pytest.mark.parametrize(
    ("filters", "passing"),
    [
        ({}, True),
        ({"type": ["container", "image"]}, True),
        ({"type": ["image"]}, False),
        ({"container": ["web"]}, True),
        ({"container": [id_of("web")]}, True),
        ({"container": ["we"]}, False),
        ({"network": ["web"]}, False),
        ({"type": ["container"], "container": ["db"]}, False),
    ],
)
def test_seen_events_are_filtered_as_the_engine_filters(filters: Mapping[str, Sequence[str]], passing: bool) -> None:
    event = Event(type="container", action="die", actor=Actor(id_of("web"), {"name": "web"}))
    assert passes(event, filters) is passing
