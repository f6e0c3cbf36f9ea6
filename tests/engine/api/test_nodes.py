"""Every operation on nodes, on a swarm of one node."""

from __future__ import annotations

import pytest

from tests.docker import Docker
from tests.waiting import until_async
from tui.engine import Engine, errors
from tui.engine.api.nodes import Nodes
from tui.live.engine_session import Session
from tui.resources import registry


def this_node(swarm: str) -> str:
    """The id of the only node."""
    id: str = Docker(swarm, "").request("GET", "/info")["Swarm"]["NodeID"]
    return id


async def test_the_list_has_the_node_and_finds_it_by_what_it_is(swarm: str) -> None:
    async with Engine.connect(swarm) as engine:
        nodes = engine.api(Nodes)
        (node,) = await nodes.list()
        assert node.id == this_node(swarm)
        assert (node.spec.role, node.spec.availability, node.status.state) == ("manager", "active", "ready")
        assert node.manager_status is not None
        assert (node.manager_status.leader, node.manager_status.reachability) == (True, "reachable")
        assert node.description.hostname == (await engine.system.info()).name
        assert node.description.engine.engine_version == (await engine.system.version()).version
        assert node.description.resources.memory_bytes > 2**20
        assert [each.id for each in await nodes.list({"id": [node.id], "role": ["manager"]})] == [node.id]
        assert await nodes.list({"role": ["worker"]}) == []


async def test_a_node_is_found_by_its_id_and_by_its_host_name(swarm: str) -> None:
    async with Engine.connect(swarm) as engine:
        nodes = engine.api(Nodes)
        node = await nodes.inspect(this_node(swarm))
        assert node.id == (await nodes.inspect(node.description.hostname)).id
        assert node.id.encode() in await nodes.inspect_raw(node.id)
        with pytest.raises(errors.NotFound):
            await nodes.inspect("nobody")


async def test_an_update_changes_labels_and_refuses_an_old_version(swarm: str) -> None:
    async with Engine.connect(swarm) as engine:
        nodes, id = engine.api(Nodes), this_node(swarm)
        before = await nodes.specification(id)
        await nodes.update(id, before.version.index, {**before.spec, "Labels": {"disk": "ssd"}})
        assert (await nodes.inspect(id)).spec.labels == {"disk": "ssd"}
        with pytest.raises(errors.OutOfSequence):
            await nodes.update(id, before.version.index, before.spec)
        await nodes.update(id, (await nodes.specification(id)).version.index, before.spec)
        with pytest.raises(errors.BadRequest, match="last manager"):
            await nodes.update(id, (await nodes.specification(id)).version.index, {**before.spec, "Role": "worker"})


async def test_a_manager_is_not_removed(swarm: str) -> None:
    async with Engine.connect(swarm) as engine:
        with pytest.raises(errors.BadRequest, match="must be demoted"):
            await engine.api(Nodes).remove(this_node(swarm))


async def test_the_rows_follow_what_happens_to_the_node(swarm: str) -> None:
    resource = registry.load("nodes")
    async with Session.open(swarm, events=registry.EVENTS) as session:
        await until_async(lambda: session.connected, "the connection")
        rows = resource.collection(session).rows
        id = this_node(swarm)
        await until_async(lambda: id in rows, "the node to be listed")
        assert rows[id].node.spec.availability == "active"
        docker = Docker(swarm, "")
        for availability in ("pause", "active"):
            node = docker.request("GET", f"/nodes/{id}")
            body = {**node["Spec"], "Availability": availability}
            docker.request("POST", f"/nodes/{id}/update", {"version": str(node["Version"]["Index"])}, body=body)
            await until_async(
                lambda wanted=availability: rows[id].node.spec.availability == wanted, f"the node to be {availability}"
            )


@pytest.mark.not_on_demo("it serves no operation on nodes")
async def test_an_engine_that_is_in_no_swarm_says_so(engine: Engine) -> None:
    with pytest.raises(errors.ServerError, match="swarm"):
        await engine.api(Nodes).list()
