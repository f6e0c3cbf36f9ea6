"""Network connections: each container is inspected once while watched, and again when its networks change."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.live.scripted import ScriptedEngine, at_work, exited, id_of, running
from tests.waiting import until_async
from tui.engine import errors
from tui.engine.objects.containers import ContainerConfig, ContainerInspect
from tui.engine.objects.hostconfig import HostConfig
from tui.engine.objects.networks import EndpointSettings, NetworkSettings, PortBinding
from tui.live.containers.container import Container
from tui.live.containers.host_ports import Ports
from tui.live.containers.network_inspector import Binding, End, NetworkInspector, inside
from tui.live.state.store import Connected, Store

FOUND = ContainerInspect(
    id="f" * 64,
    name="/web",
    config=ContainerConfig(exposed_ports={"80/tcp": {}}),
    host_config=HostConfig(port_bindings={"80/tcp": [PortBinding("127.0.0.1", "8080")], "90/tcp": None}),
    network_settings=NetworkSettings(
        networks={
            "front": EndpointSettings(
                ip_address="172.20.0.2", mac_address="02:42", aliases=["www", "f" * 12], dns_names=["web", "www", "site"]
            )
        }
    ),
)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.live.state.store.FIRST_DELAY", 0.01)
    monkeypatch.setattr("tui.live.state.informer.SETTLING", 0.005)
    monkeypatch.setattr("tui.live.containers.network_inspector.SETTLE", 0.005)


@asynccontextmanager
async def looking(engine: ScriptedEngine) -> AsyncIterator[tuple[Store[Container], NetworkInspector]]:
    store = engine.store()
    network_inspector = NetworkInspector(store)
    async with at_work(store.run, network_inspector.run):
        await until_async(lambda: isinstance(store.connection.value, Connected) and network_inspector.loaded)
        yield store, network_inspector


def known(network_inspector: NetworkInspector) -> set[str]:
    return {row.container.name for row in network_inspector.rows.values() if row.inside is not None}


def test_an_inspection_tells_ends_and_wishes_without_the_container_s_own_names() -> None:
    told = inside(FOUND)
    assert told.ends == (End("front", "172.20.0.2", "", "02:42", ("www", "site")),)
    assert told.bindings == (Binding("80/tcp", "127.0.0.1", "8080"),)
    assert told.exposed == ("80/tcp",)


async def test_nobody_watches_and_nothing_is_asked() -> None:
    engine = ScriptedEngine(running("web"), exited("old"))
    async with looking(engine) as (store, network_inspector):
        engine.happen("connect", "front", type="network", container=id_of("web"))
        engine.happen("pause", "web")
        await until_async(lambda: store.containers.rows[id_of("web")].state == "paused")
        assert engine.asked["inspect"] == 0
        assert network_inspector.waiting.value == 0


async def test_whom_somebody_watches_is_inspected_once() -> None:
    engine = ScriptedEngine(running("web"), exited("old"), exited("older"))
    async with looking(engine) as (store, network_inspector):
        network_inspector.watch(lambda row: not row.alive)
        assert network_inspector.waiting.value == 2
        await until_async(lambda: known(network_inspector) == {"old", "older"} and not network_inspector.waiting.value)
        network_inspector.watch()
        network_inspector.watch(lambda row: not row.alive)
        engine.happen("pause", "web")
        await until_async(lambda: store.containers.rows[id_of("web")].state == "paused")
        assert engine.asked["inspect"] == 2
        network_inspector.watch(lambda _row: True)
        await until_async(lambda: known(network_inspector) == {"old", "older", "web"})
        assert engine.asked["inspect"] == 3


async def test_who_joins_a_network_is_inspected_again_and_nobody_else() -> None:
    engine = ScriptedEngine(running("web"), running("db"))
    async with looking(engine) as (_store, network_inspector):
        network_inspector.watch(lambda _row: True)
        await until_async(lambda: not network_inspector.waiting.value)
        engine.happen("connect", "front", type="network", container=id_of("web"))
        await until_async(lambda: engine.asked["inspect"] == 3 and not network_inspector.waiting.value)
        assert known(network_inspector) == {"web", "db"}


async def test_one_that_is_gone_when_it_is_asked_for_keeps_nobody_waiting() -> None:
    engine = ScriptedEngine(exited("old"))
    async with looking(engine) as (_store, network_inspector):
        del engine.listed[id_of("old")]
        network_inspector.watch(lambda _row: True)
        await until_async(lambda: engine.asked["inspect"] == 1 and not network_inspector.waiting.value)
        engine.happen("destroy", "old")
        await until_async(lambda: not network_inspector.rows)


async def test_after_a_lost_connection_everybody_watched_is_inspected_anew() -> None:
    engine = ScriptedEngine(exited("old"))
    async with looking(engine) as (store, network_inspector):
        network_inspector.watch(lambda _row: True)
        await until_async(lambda: engine.asked["inspect"] == 1)
        engine.break_down(errors.ConnectionLost("gone"))
        await until_async(lambda: not isinstance(store.connection.value, Connected))
        engine.recover()
        await until_async(lambda: engine.asked["inspect"] == 2 and known(network_inspector) == {"old"})


async def test_ports_follow_what_becomes_known() -> None:
    engine = ScriptedEngine(exited("old"))
    found = FOUND
    engine.inspect = lambda _id: _answer(found)  # type: ignore[method-assign, assignment]
    async with looking(engine) as (_store, network_inspector):
        ports = Ports(network_inspector)
        assert ports.loaded
        assert not ports.rows
        network_inspector.watch(lambda _row: True)
        await until_async(lambda: [(row.ip, row.first, row.inside) for row in ports.rows.values()] == [("127.0.0.1", 8080, 80)])
        engine.happen("destroy", "old")
        await until_async(lambda: not ports.rows)


async def _answer(found: ContainerInspect) -> ContainerInspect:
    return found
