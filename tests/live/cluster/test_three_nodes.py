"""Swarms of three nodes on a wire of their own: drain, demotion, a lost node, a lost quorum, a restart with autolock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.conftest import RUN_ID
from tests.engines import restart
from tests.engines.network import cut
from tests.live.cluster.making import becomes, made, runs, spec
from tests.swarms import Member, apart, init, join
from tests.waiting import until, until_async
from tui.engine import errors
from tui.engine.api.nodes import Nodes
from tui.engine.api.services import Services
from tui.engine.api.swarm import Swarms
from tui.engine.sealed import Sealed
from tui.live.cluster.changes import change
from tui.live.cluster.membership import ID, SWARM
from tui.live.engine_session import Session
from tui.resources import registry
from tui.resources.cluster.formats import quorum
from tui.resources.cluster.swarm import overview
from tui.resources.cluster.why import why

pytestmark = [pytest.mark.starts_engine("28"), pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def members() -> Iterator[list[Member]]:
    """Three managers, with a short heartbeat so that a lost node is noticed soon."""
    with apart("28", f"three-{RUN_ID}", 3) as found:
        init(found[0])
        for each in found[1:]:
            join(each, found[0], "Manager")
        docker = found[0].docker
        swarm = docker.request("GET", "/swarm")
        swarm["Spec"]["Dispatcher"]["HeartbeatPeriod"] = 10**9
        docker.request("POST", "/swarm/update", {"version": str(swarm["Version"]["Index"])}, body=swarm["Spec"])
        yield found


@asynccontextmanager
async def watched(member: Member) -> AsyncIterator[Session]:
    """A session whose lists of the swarm are watched."""
    async with Session.open(member.address, events=registry.EVENTS) as opened:
        await until_async(lambda: opened.connected, "the connection")
        await until_async(lambda: len(opened.cluster.nodes.rows) == 3, "the nodes")
        stop = opened.cluster.pulse.watch()
        yield opened
        stop()


@pytest.fixture
async def session(members: list[Member]) -> AsyncIterator[Session]:
    """A watched session on the first manager; services are removed after the test."""
    async with watched(members[0]) as opened:
        yield opened
        for service in await opened.engine.api(Services).list():
            await opened.engine.api(Services).remove(service.id)


def node_of(session: Session, member: Member) -> Any:
    return next(row for row in session.cluster.nodes.rows.values() if row.node.description.hostname == member.name)


async def set_node(session: Session, member: Member, **values: str) -> None:
    row = node_of(session, member)
    await change(session.engine.api(Nodes), row.id, row.node.spec, lambda wanted: wanted.update(values))
    await until_async(
        lambda: (
            {
                "Role": node_of(session, member).node.spec.role,
                "Availability": node_of(session, member).node.spec.availability,
            }.items()
            >= values.items()
        ),
        f"{values}",
    )


async def test_tasks_move_away_from_a_drained_node(session: Session, members: list[Member]) -> None:
    id = await made(session, spec("web", 3))
    await runs(session, id, 3)
    await set_node(session, members[2], Availability="drain")
    await becomes(
        session,
        id,
        lambda row: row.running == 3 and all(task.node != members[2].name for task in row.tasks if task.wanted),
        "the tasks to move",
    )
    await until_async(lambda: node_of(session, members[2]).running == 0, "the drained node to be empty")
    await set_node(session, members[2], Availability="active")


async def test_who_cannot_take_a_task_is_counted(session: Session, members: list[Member]) -> None:
    await set_node(session, members[2], Availability="drain")
    id = await made(session, spec("web", 1, Placement={"Constraints": ["node.labels.disk==ssd"]}))
    row = await becomes(session, id, lambda row: any(task.task.status.err for task in row.tasks), "the refusal")
    found = why(row)
    assert found is not None
    assert found.sentence == f"No suitable node: 2 do not meet node.labels.disk==ssd, {members[2].name} is drained."
    await set_node(session, members[2], Availability="active")


async def test_the_tasks_of_a_lost_node_are_started_elsewhere(session: Session, members: list[Member]) -> None:
    id = await made(session, spec("web", 6))
    await runs(session, id, 6)
    cut(members[2].address)
    try:
        await until_async(lambda: node_of(session, members[2]).node.status.state == "down", "the node to be down", 60)
        await becomes(
            session,
            id,
            lambda row: sum(task.task.status.state == "running" and task.node != members[2].name for task in row.tasks) == 6,
            "six tasks on the other nodes",
        )
    finally:
        cut(members[2].address, off=False)
    await until_async(lambda: node_of(session, members[2]).node.status.state == "ready", "the node to be back", 60)


async def test_without_a_quorum_a_change_fails_in_words_and_with_it_works_again(
    session: Session, members: list[Member]
) -> None:
    id = await made(session, spec("web"))
    await runs(session, id, 1)
    membership = registry.load("swarm").collection(session).rows
    for each in members[1:]:
        cut(each.address)
    try:
        services = session.engine.api(Services)

        async def refused() -> str:
            try:
                await services.create(spec("another"))
            except errors.EngineRefusal as error:
                return str(error)
            return ""

        while "too few managers are online" not in (said := await refused()) and "leader" not in said:
            pass
        assert session.cluster.services.rows[id].name == "web", "what was read stays"
        session.store.refresh(SWARM)
        await until_async(lambda: membership[ID].problem, "the problem", 60)
        assert "changes need more managers" in overview(membership[ID], membership[ID]).plain_text()
    finally:
        for each in members[1:]:
            cut(each.address, off=False)

    async def works() -> bool:
        with_quorum = [
            node for node in await nodes() if node.manager_status and node.manager_status.reachability == "reachable"
        ]
        return len(with_quorum) == 3

    async def nodes() -> list[Any]:
        try:
            return [*await session.engine.api(Nodes).list()]
        except errors.EngineRefusal:
            return []

    while not await works():
        pass
    session.store.refresh(SWARM)
    await until_async(lambda: membership[ID].reachable == 3, "all managers", 60)
    assert quorum(3, 3)[0] == "3 of 3 managers answer; 1 can be lost"


async def test_a_restarted_manager_is_unlocked_with_its_key(session: Session, members: list[Member]) -> None:
    swarms = session.engine.api(Swarms)
    wanted = await swarms.specification()
    wanted.spec["EncryptionConfig"]["AutoLockManagers"] = True
    await swarms.update(wanted.version.index, wanted.spec)
    key = await swarms.unlock_key()
    until(lambda: _locks(members[1]), "the other manager to know of it")
    restart(members[1].engine)
    async with Session.open(members[1].address, events=registry.EVENTS) as locked:
        await until_async(lambda: locked.connected, "the connection")
        rows = registry.load("swarm").collection(locked).rows
        await until_async(lambda: rows[ID].known, "the membership")
        assert rows[ID].state == "locked"
        assert "needs the unlock key" in overview(rows[ID], rows[ID]).plain_text()
        with pytest.raises(errors.EngineRefusal, match="invalid key"):
            await locked.engine.api(Swarms).unlock(Sealed(b"SWMKEY-1-" + b"x" * 43))
        await locked.engine.api(Swarms).unlock(key)
        locked.store.refresh()
        await until_async(lambda: rows[ID].manager, "the manager to be back", 60)


async def test_at_last_a_manager_is_demoted_and_a_worker_asked_for_what_only_managers_know(
    session: Session, members: list[Member]
) -> None:
    await set_node(session, members[2], Role="worker")
    until(lambda: not members[2].docker.request("GET", "/info")["Swarm"]["ControlAvailable"], "the demotion to be done")
    async with Session.open(members[2].address, events=registry.EVENTS) as worker:
        await until_async(lambda: worker.connected, "the connection")
        rows = registry.load("swarm").collection(worker).rows
        await until_async(lambda: rows[ID].known, "the membership")
        text = overview(rows[ID], rows[ID]).plain_text()
        assert "worker" in text
        assert "Services, tasks and nodes are known to managers only" in text
        assert members[0].ip in text
        with pytest.raises(errors.ServerError, match="not a swarm manager"):
            await worker.engine.api(Services).list()


def _locks(member: Member) -> bool:
    locks: bool = member.docker.request("GET", "/swarm")["Spec"]["EncryptionConfig"]["AutoLockManagers"]
    return locks
