"""Answers match the schemas of the specification (API 1.51). Go encodes empty lists and maps as null, so null counts as
empty."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.demo.asking import Reply, ask, connected
from tui.demo import DemoEngine, ManualClock
from tui.demo.scenarios.swarm import compose_swarm


@cache
def specification() -> dict[str, Any]:
    return json.loads((Path(__file__).parent / "spec" / "replies-1.51.json").read_text())


def type_or_null(validator: Any, kind: Any, value: Any, schema: Any) -> Any:
    """JSON schema's `type`, with null allowed for every type."""
    return () if value is None else jsonschema.Draft4Validator.VALIDATORS["type"](validator, kind, value, schema)


Validator = jsonschema.validators.extend(jsonschema.Draft4Validator, {"type": type_or_null})


def check(operation: str, data: Any, status: int = 200) -> None:
    """Fail if the data does not match the operation's schema."""
    schema = {**specification()["replies"][operation][str(status)], "definitions": specification()["definitions"]}
    Validator(schema).validate(data)


READS = {
    "ContainerList": "/containers/json?all=1&size=1",
    "ContainerTop": "/containers/shop-api-1/top",
    "ImageList": "/images/json",
    "NetworkList": "/networks",
    "NetworkInspect": "/networks/shop_front",
    "VolumeList": "/volumes",
    "VolumeInspect": "/volumes/scratch",
    "SystemVersion": "/version",
    "SystemInfo": "/info",
    "SystemDataUsage": "/system/df",
    "ImageInspect": "/images/postgres:17/json",
    "ImageHistory": "/images/shop/api:4.2.0/history",
    "ContainerChanges": "/containers/shop-web-1/changes",
    "PluginList": "/plugins",
    "ImageSearch": "/images/search?term=redis",
    "DistributionInspect": "/distribution/redis/json",
}


@pytest.mark.parametrize("operation", READS)
async def test_what_is_read_has_the_specified_shape(demo: DemoEngine, operation: str) -> None:
    reply = await ask(demo.address, "GET", READS[operation])
    assert reply.status == 200
    check(operation, reply.json)


async def test_every_container_can_be_inspected(demo: DemoEngine) -> None:
    for entry in (await ask(demo.address, "GET", "/containers/json?all=1")).json:
        found = (await ask(demo.address, "GET", f"/containers/{entry['Id']}/json?size=1")).json
        check("ContainerInspect", found)
        assert (found["Id"], found["Name"], found["State"]["Status"]) == (entry["Id"], entry["Names"][0], entry["State"])


async def test_every_image_and_network_can_be_inspected(demo: DemoEngine) -> None:
    for entry in (await ask(demo.address, "GET", "/images/json")).json:
        check("ImageInspect", (await ask(demo.address, "GET", f"/images/{entry['Id']}/json")).json)
    for entry in (await ask(demo.address, "GET", "/networks")).json:
        check("NetworkInspect", (await ask(demo.address, "GET", f"/networks/{entry['Id']}")).json)


async def test_what_is_made_and_pruned_has_the_specified_shape(demo: DemoEngine) -> None:
    async def post(operation: str, path: str, body: object, status: int) -> Reply:
        reply = await ask(demo.address, "POST", path, body)
        assert reply.status == status, reply
        check(operation, reply.json, status)
        return reply

    made = await post("ContainerCreate", "/containers/create?name=fresh", {"Image": "busybox", "Cmd": ["true"]}, 201)
    await post("ContainerUpdate", f"/containers/{made.json['Id']}/update", {"Memory": 67108864}, 200)
    run = await post("ContainerExec", "/containers/shop-api-1/exec", {"Cmd": ["ls"]}, 201)
    check("ExecInspect", (await ask(demo.address, "GET", f"/exec/{run.json['Id']}/json")).json)
    await post("NetworkCreate", "/networks/create", {"Name": "fresh"}, 201)
    await post("VolumeCreate", "/volumes/create", {"Name": "fresh"}, 201)
    await post("ImageCommit", "/commit?container=fresh&repo=me/fresh", {}, 201)
    for operation, path in (
        ("ContainerPrune", "/containers/prune"),
        ("ImagePrune", "/images/prune"),
        ("VolumePrune", "/volumes/prune"),
        ("NetworkPrune", "/networks/prune"),
        ("BuildPrune", "/build/prune"),
    ):
        await post(operation, path, None, 200)
    check("ImageDelete", (await ask(demo.address, "DELETE", "/images/me/fresh")).json)


async def test_events_and_stats_have_the_specified_shape(demo: DemoEngine, clock: ManualClock) -> None:
    await ask(demo.address, "POST", "/containers/shop-web-1/stop?t=1")
    clock.advance(1)
    reply = await ask(demo.address, "GET", f"/events?since=0&until={clock.now()}")
    told = [json.loads(line) for line in reply.body.splitlines()]
    assert {event["Type"] for event in told} == {"container", "network"}
    for event in told:
        check("SystemEvents", event)
    async with connected(demo.address) as client:
        await client.send("GET", "/containers/shop-api-1/stats")
        await client.head()
        frames = client.lines()
        check("ContainerStats", await anext(frames))
        clock.advance(1)
        check("ContainerStats", await anext(frames))


async def test_a_wait_has_the_specified_shape(demo: DemoEngine) -> None:
    check("ContainerWait", (await ask(demo.address, "POST", "/containers/mirror/wait")).json)


OF_THE_SWARM = {
    "SwarmInspect": "/swarm",
    "SwarmUnlockkey": "/swarm/unlockkey",
    "NodeList": "/nodes",
    "NodeInspect": "/nodes/node-2",
    "ServiceList": "/services?status=1",
    "ServiceInspect": "/services/market_api",
    "TaskList": "/tasks",
    "SecretList": "/secrets",
    "SecretInspect": "/secrets/market-key",
    "ConfigList": "/configs",
    "ConfigInspect": "/configs/market-site",
}


@pytest.mark.parametrize("operation", OF_THE_SWARM)
async def test_what_is_read_of_the_swarm_has_the_specified_shape(operation: str) -> None:
    async with DemoEngine(compose_swarm(lively=False), ManualClock()).serve() as address:
        reply = await ask(address, "GET", OF_THE_SWARM[operation])
        assert reply.status == 200
        check(operation, reply.json)
        if operation == "TaskList":
            check("TaskInspect", (await ask(address, "GET", f"/tasks/{reply.json[0]['ID']}")).json)
