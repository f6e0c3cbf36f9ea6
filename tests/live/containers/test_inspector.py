"""Restart counts: one inspection for each change of a watched row, and no other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.live.scripted import LOST, ScriptedEngine, at_work, id_of, running
from tests.waiting import until_async
from tui.engine.objects.containers import ContainerInspect, ContainerSummary
from tui.live.containers.container import Container
from tui.live.containers.inspector import Inspector
from tui.live.state.store import Connected, Store


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.live.state.store.FIRST_DELAY", 0.01)
    monkeypatch.setattr("tui.live.state.informer.SETTLING", 0.005)
    monkeypatch.setattr("tui.live.containers.inspector.SETTLE", 0.005)
    monkeypatch.setattr("tui.live.containers.inspector.REST", 0.005)


@asynccontextmanager
async def looking(engine: ScriptedEngine) -> AsyncIterator[tuple[Store[Container], Inspector]]:
    store = engine.store()
    details = Inspector(store)
    async with at_work(store.run, details.run):
        await until_async(lambda: isinstance(store.connection.value, Connected))
        yield store, details


def restarts(store: Store[Container], name: str) -> int | None:
    return store.containers.rows[id_of(name)].restarts


def restarting(name: str) -> ContainerSummary:
    return ContainerSummary(id=id_of(name), names=[f"/{name}"], state="restarting", status="Restarting (1) 5 seconds ago")


async def test_what_is_on_the_screen_is_inspected_once() -> None:
    engine = ScriptedEngine(restarting("web"), restarting("unseen"), running("quiet"))
    engine.restart_counts[id_of("web")] = 3
    async with looking(engine) as (store, details):
        details.watch([id_of("web"), id_of("quiet")])
        await until_async(lambda: restarts(store, "web") == 3 and restarts(store, "quiet") == 0)
        details.watch([id_of("quiet"), id_of("web")])
        engine.happen("pause", "quiet")
        await until_async(lambda: store.containers.rows[id_of("quiet")].state == "paused")
        assert engine.asked["inspect"] == 2
        details.watch([id_of("unseen")])
        await until_async(lambda: restarts(store, "unseen") == 0)
        assert engine.asked["inspect"] == 3


async def test_rows_that_pass_by_are_not_inspected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.live.containers.inspector.REST", 0.5)
    names = [f"c{number}" for number in range(20)]
    engine = ScriptedEngine(*(running(name) for name in names))
    async with looking(engine) as (store, details):
        for name in names:
            details.watch([id_of(name)])
            await asyncio.sleep(0)  # the inspector may act between
        await until_async(lambda: restarts(store, "c19") == 0)
    assert engine.asked["inspect"] == 1


async def test_what_is_more_urgent_comes_first() -> None:
    engine, free = ScriptedEngine(running("web")), asyncio.Event()
    store, waits = engine.store(), 0

    async def more_urgent() -> None:
        nonlocal waits
        waits += 1
        await free.wait()

    details = Inspector(store, more_urgent=more_urgent)
    async with at_work(store.run, details.run):
        await until_async(lambda: isinstance(store.connection.value, Connected))
        details.watch([id_of("web")])
        await until_async(lambda: waits)
        assert engine.asked["inspect"] == 0
        free.set()
        await until_async(lambda: restarts(store, "web") == 0)


async def test_a_container_that_dies_and_starts_is_inspected_when_it_is_on_the_screen() -> None:
    engine = ScriptedEngine(running("web", "Up Less than a second"))
    async with looking(engine) as (store, details):
        engine.restart_counts[id_of("web")] = 1
        engine.happen("die", "web", exitCode="1")
        engine.happen("start", "web")
        await until_async(lambda: engine.asked["list some"])
        assert engine.asked["inspect"] == 0
        details.watch([id_of("web")])
        await until_async(lambda: restarts(store, "web") == 1)
        assert engine.asked["inspect"] == 1


async def test_a_start_that_follows_no_death_is_nothing_to_inspect_again() -> None:
    engine = ScriptedEngine(running("web", "Up Less than a second"))
    async with looking(engine) as (store, details):
        details.watch([id_of("web")])
        await until_async(lambda: restarts(store, "web") == 0)
        engine.happen("start", "web")
        await until_async(lambda: engine.asked["list some"])
        assert engine.asked["inspect"] == 1


async def test_a_container_that_is_gone_is_passed_over() -> None:
    engine = ScriptedEngine(restarting("web"), restarting("other"))
    async with looking(engine) as (store, details):
        del engine.listed[id_of("web")]
        details.watch([id_of("web"), id_of("other")])
        await until_async(lambda: restarts(store, "other") == 0)


async def test_a_known_count_is_looked_up_again_after_a_reconnection() -> None:
    engine = ScriptedEngine(restarting("web"))
    async with looking(engine) as (store, details):
        details.watch([id_of("web")])
        await until_async(lambda: restarts(store, "web") == 0)
        engine.restart_counts[id_of("web")] = 8
        engine.end_streams()
        await until_async(lambda: restarts(store, "web") == 8)


class SlowEngine(ScriptedEngine):
    """Answers an inspection when `answering` is set; while it `loses`, the connection is lost instead."""

    def __init__(self, *listed: ContainerSummary) -> None:
        super().__init__(*listed)
        self.answering = asyncio.Event()
        self.loses = False

    async def inspect(self, id: str) -> ContainerInspect:
        found = await super().inspect(id)
        await self.answering.wait()
        if self.loses:
            self.asked["lost"] += 1
            raise LOST
        return found


async def test_what_is_being_asked_for_is_not_asked_for_again_when_the_screen_changes() -> None:
    engine = SlowEngine(restarting("other"), restarting("web"))
    async with looking(engine) as (store, details):
        details.watch([id_of("web")])
        await until_async(lambda: engine.asked["inspect"])
        details.watch([id_of("web"), id_of("other")])  # one more row is visible
        engine.answering.set()
        await until_async(lambda: restarts(store, "web") == 0 and restarts(store, "other") == 0)
        assert not details._due, "nothing more is going to be asked"
        assert engine.asked["inspect"] == 2


async def test_what_was_asked_for_when_the_connection_was_lost_is_asked_for_after_it() -> None:
    engine = SlowEngine(restarting("web"))
    engine.loses = True
    async with looking(engine) as (store, details):
        details.watch([id_of("web")])
        await until_async(lambda: engine.asked["inspect"])
        engine.answering.set()
        await until_async(lambda: engine.asked["lost"])
        engine.loses = False
        engine.end_streams()
        await until_async(lambda: restarts(store, "web") == 0)


async def test_what_left_the_screen_before_its_turn_is_not_asked_for_until_it_is_seen_again() -> None:
    engine = SlowEngine(restarting("first"), restarting("second"))
    async with looking(engine) as (store, details):
        details.watch([id_of("first"), id_of("second")])
        await until_async(lambda: engine.asked["inspect"])
        details.watch([])
        engine.answering.set()
        await until_async(lambda: restarts(store, "first") == 0)
        details.watch([id_of("first")])
        assert engine.asked["inspect"] == 1
        details.watch([id_of("second")])
        await until_async(lambda: restarts(store, "second") == 0)
        assert engine.asked["inspect"] == 2
