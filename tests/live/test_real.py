"""The store on real engines."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.docker import Docker
from tests.live.relay import Relay
from tests.waiting import until_async
from tui.live.containers.container import CONTAINERS, Container
from tui.live.engine_session import Session
from tui.live.jobs.jobs import for_each
from tui.live.state.store import Lost


@pytest.fixture
async def session(engine_address: str) -> AsyncIterator[Session]:
    async with Session.open(engine_address) as opened:
        await until_async(lambda: opened.connected)
        yield opened


def row(session: Session, id: str) -> Container | None:
    return session.store.containers.rows.get(id)


async def seen(session: Session, id: str, state: str) -> Container:
    """Return the container's row once it has this state."""
    await until_async(lambda: (found := row(session, id)) is not None and found.state == state, f"{id[:12]} to be {state}")
    return session.store.containers.rows[id]


async def test_a_containers_whole_life_is_followed(session: Session, docker: Docker) -> None:
    id = await asyncio.to_thread(
        docker.create, "sleep", "3600", ports={"80/tcp": 0}, labels={"com.docker.compose.project": "shop"}
    )
    made = await seen(session, id, "created")
    assert made.project == "shop"
    await asyncio.to_thread(docker.start, id)
    started = await seen(session, id, "running")
    assert started.started is not None
    await until_async(lambda: (found := row(session, id)) is not None and found.ports and found.networks[0].address)
    await asyncio.to_thread(docker.pause, id)
    await seen(session, id, "paused")
    await asyncio.to_thread(docker.unpause, id)
    await seen(session, id, "running")
    await asyncio.to_thread(docker.rename, id, f"live-{id[:12]}")
    await until_async(lambda: (found := row(session, id)) is not None and found.name == f"live-{id[:12]}")
    await asyncio.to_thread(docker.kill, id)
    ended = await seen(session, id, "exited")
    assert (ended.exit_code, ended.started, ended.ports) == (137, None, ())
    await asyncio.to_thread(docker.remove, id)
    await until_async(lambda: row(session, id) is None)


async def test_what_died_is_never_shown_running_again(session: Session, docker: Docker) -> None:
    id = await asyncio.to_thread(docker.run)
    await seen(session, id, "running")
    states: list[str] = []
    session.store.containers.changed.subscribe(lambda changes: id in changes.changed and states.append(row(session, id).state))  # type: ignore[union-attr]
    await asyncio.to_thread(docker.kill, id)
    await until_async(lambda: (found := row(session, id)) is not None and found.status.endswith("ago"))
    await until_async(lambda: "exited" in states)  # rows change before the notification
    assert set(states[states.index("exited") :]) == {"exited"}


@pytest.mark.not_on_demo("its probes follow the story it tells")
async def test_health_is_followed(session: Session, docker: Docker) -> None:
    check = {"Test": ["CMD-SHELL", "test -e /well"], "Interval": 500_000_000, "Retries": 1}
    id = await asyncio.to_thread(docker.run, healthcheck=check)
    await until_async(lambda: (found := row(session, id)) is not None and found.health == "unhealthy")
    await asyncio.to_thread(docker.exec, id, "touch", "/well")
    await until_async(lambda: (found := row(session, id)) is not None and found.health == "healthy")


async def test_restarts_are_counted_for_a_row_on_the_screen(session: Session, docker: Docker) -> None:
    id = await asyncio.to_thread(docker.run, "sh", "-c", "exit 3", restart="on-failure", restarts=2)
    await until_async(lambda: row(session, id) is not None)
    session.inspector.watch([id])
    await until_async(lambda: (found := row(session, id)) is not None and (found.restarts or 0) >= 1)


async def test_a_row_says_what_inspecting_says(session: Session, docker: Docker) -> None:
    id = await asyncio.to_thread(docker.run, labels={"[/]": "[red]\x1b[31m"}, volumes=["/tmp:/host:ro"])
    await seen(session, id, "running")
    await until_async(lambda: (found := row(session, id)) is not None and found.networks and found.networks[0].address)
    found = session.store.containers.rows[id]
    truth = await asyncio.to_thread(docker.inspect, id)
    assert found.name == truth["Name"].removeprefix("/")
    assert found.labels["[/]"] == "[red]\x1b[31m"
    assert [(mount.source, mount.destination, mount.rw) for mount in found.mounts] == [("/tmp", "/host", False)]
    assert found.networks[0].address == truth["NetworkSettings"]["Networks"]["bridge"]["IPAddress"]


async def test_what_dies_while_the_connection_is_down_is_found_afterwards(
    engine_address: str, docker: Docker, tmp_path: Path
) -> None:
    dies, goes = docker.run(), docker.run()
    async with Relay(engine_address, tmp_path) as relay, Session.open(relay.url) as session:
        await seen(session, dies, "running")
        await seen(session, goes, "running")
        await relay.cut()
        await until_async(lambda: isinstance(session.store.connection.value, Lost))
        assert await seen(session, dies, "running")  # still shown
        await asyncio.to_thread(docker.kill, dies)
        await asyncio.to_thread(docker.remove, goes)
        await relay.restore()
        session.retry_now()
        await until_async(lambda: session.connected)
        assert (await seen(session, dies, "exited")).exit_code == 137
        assert row(session, goes) is None


async def test_an_idle_picture_asks_a_real_engine_nothing(engine_address: str, docker: Docker, tmp_path: Path) -> None:
    id = docker.run()
    async with Relay(engine_address, tmp_path) as relay, Session.open(relay.url) as session:
        await seen(session, id, "running")
        await until_async(lambda: session.connected and relay.asked["info"] == 1)  # the engine's identity, read once
        before = relay.asked.copy()
        await asyncio.to_thread(docker.pause, id)
        await seen(session, id, "paused")
        await asyncio.to_thread(docker.unpause, id)
        await seen(session, id, "running")
        assert before["events"] == 1
        assert relay.asked["events"] == 1
        # other tests' containers may be read again; no other requests may be sent
        assert {what: count for what, count in relay.asked.items() if what != "json"} == {
            what: count for what, count in before.items() if what != "json"
        }


async def test_no_engine_is_a_state_and_not_an_exception(tmp_path: Path) -> None:
    async with Session.open(f"unix://{tmp_path}/none.sock") as session:
        await until_async(lambda: isinstance(session.store.connection.value, Lost))
        assert not session.was_connected
        with pytest.raises(Exception, match=r"none\.sock"):
            _ = session.engine


async def test_actions_run_as_jobs_on_several_containers(session: Session, docker: Docker) -> None:
    ids = [await asyncio.to_thread(docker.run) for _ in range(3)]
    job = session.jobs.run(
        "kill 3 containers", for_each([*ids, "no-such-container"], lambda id: session.engine.containers.kill(id))
    )
    outcomes = (await job.wait()).result
    assert outcomes is not None
    assert [outcome.error is None for outcome in outcomes] == [True, True, True, False]
    for id in ids:
        await seen(session, id, "exited")


async def test_reload_of_a_real_list_changes_nothing(session: Session, docker: Docker) -> None:
    id = await asyncio.to_thread(docker.run)
    await seen(session, id, "running")
    told: list[bool] = []
    session.store.containers.changed.subscribe(lambda changes: told.append(changes.everything))
    session.store.reload(CONTAINERS)
    await until_async(lambda: True in told)
    assert (await seen(session, id, "running")).started is not None
