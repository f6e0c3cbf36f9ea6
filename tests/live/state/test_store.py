"""The store follows its engine: events, lists that lag behind, losses."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from tests.live.scripted import LOST, ScriptedEngine, at_work, exited, id_of, running
from tests.waiting import until_async
from tui.engine import errors
from tui.engine.objects.system import Ping
from tui.live.containers.container import CONTAINERS, Container
from tui.live.state.collection import Collection
from tui.live.state.source import Source
from tui.live.state.store import Connected, Connecting, Connection, Lost, Store


def states(store: Store[Container]) -> dict[str, str]:
    return {row.name: row.state for row in store.containers.rows.values()}


def connected(store: Store[Container]) -> bool:
    return isinstance(store.connection.value, Connected)


def lost(store: Store[Container]) -> bool:
    return isinstance(store.connection.value, Lost)


@asynccontextmanager
async def watching(engine: ScriptedEngine) -> AsyncIterator[Store[Container]]:
    """Run a connected store of the engine."""
    store = engine.store()
    async with at_work(store.run):
        await until_async(lambda: connected(store))
        yield store


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten waits: the tests check what follows them, not their length."""
    monkeypatch.setattr("tui.live.state.store.FIRST_DELAY", 0.01)
    monkeypatch.setattr("tui.live.state.informer.SETTLING", 0.005)


async def test_it_lists_and_says_whom_it_is_connected_to() -> None:
    store = ScriptedEngine(running("web"), exited("job", 3)).store()
    assert store.connection.value == Connecting()
    async with at_work(store.run):
        await until_async(lambda: connected(store))
        assert store.connection.value == Connected("1.51", "Docker 28.5.2")
        assert states(store) == {"web": "running", "job": "exited"}
        assert store.containers.rows[id_of("job")].exit_code == 3


async def test_events_change_rows_without_a_list() -> None:
    engine = ScriptedEngine(running("web"))
    async with watching(engine) as store:
        engine.happen("pause", "web")
        await until_async(lambda: states(store) == {"web": "paused"})
        engine.happen("unpause", "web")
        engine.happen("rename", "web", new_name="api")
        await until_async(lambda: states(store) == {"api": "running"})
        engine.happen("health_status: unhealthy", "web")
        await until_async(lambda: store.containers.rows[id_of("web")].health == "unhealthy")
        engine.happen("destroy", "web")
        await until_async(lambda: states(store) == {})
        assert engine.asked == {"connect": 1, "events": 1, "list": 1, "info": 1}


async def test_only_the_events_that_matter_are_asked_for() -> None:
    engine = ScriptedEngine()
    async with watching(engine):
        assert set(engine.filters["type"]) == {"container", "network", "image"}
        assert "die" in engine.filters["event"]
        assert not any(action.startswith("exec") for action in engine.filters["event"])


async def test_an_idle_picture_asks_nothing() -> None:
    engine = ScriptedEngine(*(running(f"c{number}") for number in range(50)))
    async with watching(engine) as store:
        engine.happen("start", "c1")
        await until_async(lambda: engine.asked["list some"] == 1)
        engine.happen("pause", "c2")  # a complete event: the row is not read again
        await until_async(lambda: store.containers.rows[id_of("c2")].state == "paused")
        assert engine.asked == {"connect": 1, "events": 1, "list": 1, "info": 1, "list some": 1}


async def test_what_happens_while_the_list_is_on_its_way_is_newer_than_the_list() -> None:
    engine = ScriptedEngine(running("dies"), running("goes"), exited("starts"))

    def meanwhile() -> None:
        engine.happen("die", "dies", exitCode="9")
        engine.happen("destroy", "goes")
        engine.happen("start", "starts")
        engine.happen("create", "comes")
        engine.listed = {each.id: each for each in (exited("dies", 9), running("starts"), exited("comes"))}

    engine.while_listing.append(meanwhile)
    async with watching(engine) as store:
        assert states(store) == {"dies": "exited", "starts": "running", "comes": "created"}
        assert store.containers.rows[id_of("dies")].exit_code == 9


async def test_the_first_subscription_reaches_back_so_that_nothing_falls_between() -> None:
    engine = ScriptedEngine()
    async with watching(engine):
        assert float(engine.sinces[0]) < time.time() - 1


async def test_a_list_that_still_says_running_does_not_revive_what_died() -> None:
    engine = ScriptedEngine(running("web"))
    seen = []
    async with watching(engine) as store:
        store.containers.changed.subscribe(lambda _: seen.append(states(store)["web"]))
        engine.happen("die", "web", exitCode="1")
        await until_async(lambda: engine.asked["list some"] >= 2)
        engine.listed = {id_of("web"): exited("web", 1)}
        await until_async(lambda: store.containers.rows[id_of("web")].status == "Exited (1) 2 hours ago")
        assert set(seen) == {"exited"}


async def test_a_list_that_never_agrees_is_believed_in_the_end_and_not_asked_for_ever() -> None:
    engine = ScriptedEngine(running("web"))
    async with watching(engine) as store:
        seen: list[str] = []
        store.containers.changed.subscribe(lambda _: seen.append(states(store)["web"]))
        engine.happen("die", "web", exitCode="1")
        await until_async(lambda: seen[-1:] == ["running"])
        assert seen[0] == "exited"
        assert engine.asked["list some"] == 5


async def test_a_new_container_is_there_at_once_and_complete_a_moment_later(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = ScriptedEngine()
    async with watching(engine) as store:
        monkeypatch.setattr("tui.live.state.informer.SETTLING", 0.2)
        engine.listed[id_of("new")] = running("new")
        engine.happen("create", "new", image="nginx")
        await until_async(lambda: states(store) == {"new": "created"})
        engine.happen("start", "new")
        await until_async(lambda: store.containers.rows[id_of("new")].status == "Up 5 minutes")


async def test_a_network_that_a_container_joins_has_its_row_read_again() -> None:
    engine = ScriptedEngine(running("web"))
    async with watching(engine):
        engine.happen("connect", "some-network", type="network", container=id_of("web"))
        await until_async(lambda: engine.asked["list some"] == 1)


async def test_many_changes_together_are_read_with_one_list() -> None:
    names = [f"c{number}" for number in range(200)]
    engine = ScriptedEngine(*(exited(name) for name in names))
    async with watching(engine) as store:
        for name in names:
            engine.listed[id_of(name)] = running(name)
            engine.happen("start", name)
        await until_async(lambda: set(states(store).values()) == {"running"})
        await until_async(lambda: engine.asked["list"] == 2)
        assert engine.asked["list some"] == 0


async def test_a_burst_of_events_is_told_in_two_portions() -> None:
    engine = ScriptedEngine(*(running(f"c{number}") for number in range(100)))
    async with watching(engine) as store:
        await until_async(lambda: store.containers.idle)
        told: list[int] = []
        store.containers.changed.subscribe(lambda changes: told.append(len(changes.changed)))
        for number in range(100):
            engine.happen("pause", f"c{number}")
        await until_async(lambda: sum(told) == 100)
        assert told == [1, 99]


async def test_what_died_while_nobody_looked_is_found_after_reconnecting() -> None:
    engine = ScriptedEngine(running("web"), running("gone"))
    async with watching(engine) as store:
        engine.break_down()
        await until_async(lambda: lost(store))
        assert states(store) == {"web": "running", "gone": "running"}  # outdated, but still shown
        engine.listed = {each.id: each for each in (exited("web", 137), running("new"))}
        engine.recover()
        await until_async(lambda: connected(store))
        assert states(store) == {"web": "exited", "new": "running"}


async def test_after_a_loss_it_subscribes_from_the_last_event_on() -> None:
    engine = ScriptedEngine(running("web"))
    async with watching(engine) as store:
        engine.happen("pause", "web")
        await until_async(lambda: states(store) == {"web": "paused"})
        engine.end_streams()
        await until_async(lambda: len(engine.sinces) == 2)
        assert engine.sinces[1] == "1800000000.001000001"


async def test_a_stream_that_ends_alone_does_not_cost_the_connection() -> None:
    engine = ScriptedEngine()
    async with watching(engine) as store:
        heard: list[Connection] = []
        store.connection.subscribe(heard.append)
        kept = store.engine
        engine.end_streams()
        await until_async(lambda: len(heard) == 2)
        assert isinstance(heard[0], Lost)
        assert isinstance(heard[1], Connected)
        assert store.engine is kept
        assert engine.asked["connect"] == 1


async def test_an_engine_that_comes_back_in_another_version_is_connected_to_anew() -> None:
    engine = ScriptedEngine()
    async with watching(engine) as store:
        engine.answers = Ping(api_version="1.44", server="Docker/25.0.1")
        engine.end_streams()
        await until_async(lambda: store.connection.value == Connected("1.51", "Docker 25.0.1"))
        assert engine.asked["connect"] == 2


async def test_a_loss_tells_its_reason_and_the_time_of_the_next_attempt() -> None:
    engine = ScriptedEngine()
    engine.down = errors.Refused("Nothing listens there.")
    heard: list[Connection] = []
    store = engine.store()
    store.connection.subscribe(heard.append)
    async with at_work(store.run):
        await until_async(lambda: len(heard) >= 3)
        assert all(isinstance(each, Lost) and str(each.reason) == "Nothing listens there." for each in heard)
        assert store.engine is None
        engine.recover()
        await until_async(lambda: connected(store))


async def test_attempts_come_at_growing_distances_up_to_ten_seconds() -> None:
    engine = ScriptedEngine()
    engine.down = LOST
    store = engine.store()
    delays: list[float] = []

    def hurry(_state: Connection) -> None:
        delays.append(store._delay)
        asyncio.get_running_loop().call_soon(store.retry_now)

    store._delay = 0.25
    store.connection.subscribe(hurry)
    async with at_work(store.run):
        await until_async(lambda: len(delays) >= 8)
    assert delays[:8] == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0]


async def test_somebody_in_a_hurry_does_not_wait_for_the_next_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.live.state.store.FIRST_DELAY", 3600)
    engine = ScriptedEngine()
    engine.down = LOST
    store = engine.store()
    async with at_work(store.run):
        await until_async(lambda: lost(store))
        engine.recover()
        store.retry_now()
        await until_async(lambda: connected(store))


async def test_a_silent_engine_is_pinged_only_when_somebody_wants_to_know() -> None:
    engine = ScriptedEngine()
    async with watching(engine) as store:
        assert engine.asked["ping"] == 0
        store.retry_now()
        await until_async(lambda: engine.asked["ping"] == 1)
        assert connected(store)
        engine.down = errors.TimedOut("No answer.")
        store.retry_now()
        await until_async(lambda: lost(store))
        assert engine.subscribed == 0


async def test_reload_lists_again() -> None:
    engine = ScriptedEngine(running("web"))
    async with watching(engine) as store:
        engine.listed[id_of("silent")] = running("silent")
        store.reload(CONTAINERS)
        await until_async(lambda: states(store) == {"web": "running", "silent": "running"})


async def test_a_list_that_the_engine_refuses_is_a_problem_of_that_list_and_not_of_the_connection() -> None:
    engine = ScriptedEngine(running("web"))
    engine.refusal = errors.Forbidden("A proxy says no.", "ContainerList", 403)
    async with watching(engine) as store:
        assert store.problem(CONTAINERS).value is engine.refusal
        assert store.containers.loaded
        engine.refusal = None
        store.reload(CONTAINERS)
        await until_async(lambda: store.problem(CONTAINERS).value is None)
        assert states(store) == {"web": "running"}


@dataclass(frozen=True)
class Thing:
    name: str


async def test_another_kind_is_subscribed_to_from_the_start_but_listed_only_when_wanted() -> None:
    engine = ScriptedEngine()
    asked: list[object] = []

    async def read(_engine: object, ids: object) -> list[Thing]:
        asked.append(ids)
        return [Thing(f"read {len(asked)} times")]

    events = {"thing": frozenset({"made"})}
    things: Source[Thing] = Source(name="things", events=events, list=read, by_id=False, id=lambda _: "a")
    store = Store(engine.connect, CONTAINERS, events)  # type: ignore[arg-type]
    async with at_work(store.run):
        await until_async(lambda: connected(store))
        assert "thing" in engine.filters["type"]
        engine.happen("made", "a", type="thing")
        engine.listed[id_of("barrier")] = exited("barrier")
        engine.happen("create", "barrier")
        await until_async(lambda: "barrier" in states(store))
        assert asked == []
        rows: Collection[Thing] = store.of(things)
        await until_async(lambda: rows.rows == {"a": Thing("read 1 times")})
        engine.happen("made", "a", type="thing")
        await until_async(lambda: rows.rows == {"a": Thing("read 2 times")})
        assert asked == [None, None]


async def test_a_fault_of_the_program_itself_is_told_and_is_no_lost_connection(told: list[BaseException]) -> None:
    def broken(_container: Container | None, _event: object) -> None:
        raise ZeroDivisionError

    engine = ScriptedEngine()
    store = Store(engine.connect, CONTAINERS)  # type: ignore[arg-type]
    store.of(replace(CONTAINERS, name="broken", patch=broken))
    reasons: list[errors.EngineError] = []
    store.connection.subscribe(lambda state: reasons.append(state.reason) if isinstance(state, Lost) else None)
    async with at_work(store.run):
        await until_async(lambda: connected(store))
        engine.happen("start", "web")
        await until_async(lambda: reasons and connected(store))
    assert [type(error) for error in told] == [ZeroDivisionError]
    assert isinstance(reasons[0], errors.Fault)


# an engine that does not answer


async def test_it_is_connected_only_once_the_engine_has_answered_the_subscription() -> None:
    engine = ScriptedEngine(running("web"))
    engine.lets_subscribe.clear()
    store = engine.store()
    async with at_work(store.run):
        await until_async(lambda: states(store) == {"web": "running"})  # the list may appear earlier
        assert store.connection.value == Connecting()
        engine.lets_subscribe.set()
        await until_async(lambda: connected(store))


async def test_a_doubt_causes_one_ping_and_while_that_is_not_answered_it_is_said_since_when(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tui.live.state.store.UNANSWERED", 0.01)
    engine = ScriptedEngine()
    async with watching(engine) as store:
        engine.lets_ping.clear()
        since = time.monotonic() - 5
        for _ in range(3):
            store.doubt(since)
        await until_async(lambda: store.silent_since.value == since)
        store.doubt(time.monotonic())
        engine.lets_ping.set()
        await until_async(lambda: store.silent_since.value is None)
        assert connected(store)
        store.doubt(time.monotonic())  # just after an answer
        assert engine.asked["ping"] == 1


async def test_an_unanswered_ping_is_a_loss_and_the_silence_is_told_until_it_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.live.state.store.UNANSWERED", 0.01)
    engine = ScriptedEngine()
    async with watching(engine) as store:
        engine.lets_ping.clear()
        store.doubt(since := time.monotonic())
        await until_async(lambda: store.silent_since.value == since)
        engine.down = errors.TimedOut("The engine did not answer within 5 s.")
        engine.end_streams()
        await until_async(lambda: lost(store))
        assert store.silent_since.value == since
        engine.lets_ping.set()
        engine.recover()
        await until_async(lambda: connected(store))
        assert store.silent_since.value is None


async def test_a_refused_connection_is_no_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.live.state.store.UNANSWERED", 0.01)
    engine = ScriptedEngine()
    async with watching(engine) as store:
        engine.lets_ping.clear()
        store.doubt(time.monotonic())
        await until_async(lambda: store.silent_since.value is not None)
        engine.break_down(errors.Refused("Nothing listens there."))
        await until_async(lambda: lost(store))
        assert store.silent_since.value is None


async def test_a_request_that_waits_for_its_answer_is_a_doubt() -> None:
    engine = ScriptedEngine()
    async with watching(engine) as store:
        engine.notify_slow(time.monotonic())
        await until_async(lambda: engine.asked["ping"] == 1)
        assert connected(store)


async def test_another_engine_of_the_same_version_is_noticed_after_a_loss_and_subscribed_to_from_the_start() -> None:
    engine = ScriptedEngine(running("web"))
    async with watching(engine) as store:
        told: list[int] = []
        store.replaced.subscribe(told.append)
        engine.happen("pause", "web")
        await until_async(lambda: states(store) == {"web": "paused"} and engine.asked["info"] == 1)
        engine.end_streams()
        await until_async(lambda: len(engine.sinces) == 2 and connected(store))
        assert told == []  # the same engine
        engine.identity = "two"
        engine.listed = {id_of("other"): running("other")}
        engine.end_streams()
        await until_async(lambda: states(store) == {"other": "running"})
        assert told == [2]
        assert engine.sinces[1] == "1800000000.001000001"
        assert engine.sinces[2] != engine.sinces[1]
        assert engine.asked["info"] == 3  # at the start, and after each loss


async def test_podman_makes_up_ids_and_is_known_by_its_name_and_folder() -> None:
    engine = ScriptedEngine()
    engine.answers = Ping(api_version="1.51", server="Libpod/4.3.1 (linux)")
    async with watching(engine) as store:
        await until_async(lambda: engine.asked["info"] == 1)
        engine.identity = "made up anew"
        engine.end_streams()
        await until_async(lambda: len(engine.sinces) == 2 and connected(store))
        assert store.engines == 1


async def test_an_engine_that_does_not_tell_its_id_is_followed_all_the_same() -> None:
    engine = ScriptedEngine(running("web"))
    engine.info_refusal = errors.Forbidden("A proxy says no.", "SystemInfo", 403)
    async with watching(engine) as store:
        await until_async(lambda: engine.asked["info"] == 1)
        engine.end_streams()
        await until_async(lambda: len(engine.sinces) == 2 and connected(store))
        assert store.engines == 1
