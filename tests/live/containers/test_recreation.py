"""Containers created again are as they were: compared by their inspections, on real engines."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.docker import Docker
from tests.live.containers.inspections import comparable, differences
from tui.engine import Engine
from tui.engine.errors import Conflict, EngineError, Failed
from tui.live.containers.recreation import create, read_specification, recreate
from tui.live.containers.removed import RemovedContainers, put_back

pytestmark = pytest.mark.not_on_demo("it keeps few of the settings")


def elaborate(docker: Docker) -> str:
    """Create and start a container that has most of what can be set, on two networks."""
    one, two = docker.network(f"longshore-one-{docker.run_id}"), docker.network(f"longshore-two-{docker.run_id}")
    made = docker.request(
        "POST",
        f"/containers/create?name=longshore-elaborate-{docker.run_id}",
        body={
            "Image": "busybox:latest",
            "Cmd": ["sleep", "1000"],
            "Env": ["A=1", "B=two words"],
            "User": "0",
            "WorkingDir": "/tmp",
            "Labels": {**docker.labels, "note": 'a\'b "c"'},
            "ExposedPorts": {"80/tcp": {}, "53/udp": {}},
            "Volumes": {"/anonymous": {}},
            "StopSignal": "SIGINT",
            "StopTimeout": 1,
            "Healthcheck": {"Test": ["CMD-SHELL", "true"], "Interval": 30_000_000_000, "Retries": 5},
            "HostConfig": {
                "Binds": ["/srv:/srv:ro"],
                "Tmpfs": {"/scratch": "size=1m"},
                "PortBindings": {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": ""}]},
                "RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 3},
                "CapAdd": ["CAP_NET_ADMIN"],
                "CapDrop": ["CAP_MKNOD"],
                "Dns": ["10.0.0.53"],
                "ExtraHosts": ["db:10.0.0.7"],
                "Memory": 64 << 20,
                "NanoCpus": 500_000_000,
                "Ulimits": [{"Name": "nofile", "Soft": 1024, "Hard": 2048}],
                "Sysctls": {"net.core.somaxconn": "512"},
                "LogConfig": {"Type": "json-file", "Config": {"max-size": "1m"}},
                "ReadonlyRootfs": True,
                "ShmSize": 8 << 20,
                "NetworkMode": one,
            },
            "NetworkingConfig": {"EndpointsConfig": {one: {"Aliases": ["web"]}}},
        },
    )["Id"]
    docker.adopt(made)
    docker.request("POST", f"/networks/{two}/connect", body={"Container": made, "EndpointConfig": {"Aliases": ["other"]}})
    docker.start(made)
    return str(made)


async def inspection(engine: Engine, id: str) -> dict[str, Any]:
    return comparable(json.loads(await engine.containers.inspect_raw(id)))


async def test_another_container_is_like_the_first(engine: Engine, docker: Docker) -> None:
    first = elaborate(docker)
    specification = await read_specification(engine, first)
    second = docker.adopt(await create(engine, specification, f"longshore-another-{docker.run_id}"))
    assert differences(await inspection(engine, second), await inspection(engine, first)) == {}


async def test_a_mac_address_that_was_asked_for_is_kept_and_no_other_is(engine: Engine, docker: Docker) -> None:
    network = f"longshore-mac-{docker.run_id}"
    docker.network(network)
    for asked in ("02:42:0a:00:00:63", ""):
        container = docker.create(network=network, config={"MacAddress": asked})
        docker.start(container)
        specification = await read_specification(engine, container)
        assert specification.mac_address == asked
        new = await recreate(engine, container, specification, specification.name, True, lambda _step: None)
        docker.adopt(new)
        assert (await inspection(engine, new))["Config"].get("MacAddress", "") == asked
        if asked:
            assert docker.inspect(new)["NetworkSettings"]["Networks"][network]["MacAddress"] == asked
        docker.remove(new)


async def test_a_recreated_container_keeps_its_name_settings_and_volumes(engine: Engine, docker: Docker) -> None:
    old = elaborate(docker)
    before, specification = docker.inspect(old), await read_specification(engine, old)
    as_it_was = await inspection(engine, old)
    new = docker.adopt(
        await recreate(engine, old, specification.with_its_volumes(), specification.name, start=True, tell=lambda _step: None)
    )
    after = docker.inspect(new)
    assert (after["Name"], after["State"]["Running"], docker.exists(old)) == (before["Name"], True, False)
    volumes = [
        {each["Destination"]: each["Name"] for each in found["Mounts"] if each["Type"] == "volume"} for found in (before, after)
    ]
    assert volumes[0] == volumes[1]
    found = await inspection(engine, new)
    found["HostConfig"]["Binds"] = [bind for bind in found["HostConfig"]["Binds"] if not bind.endswith(":/anonymous")]
    assert differences(found, as_it_was) == {}


async def test_a_container_that_does_not_run_is_replaced_by_the_old_one(engine: Engine, docker: Docker) -> None:
    old = elaborate(docker)
    specification = await read_specification(engine, old)
    name = docker.inspect(old)["Name"]
    wrong = replace(
        specification,
        config={**specification.config, "Cmd": ["sh", "-c", "exit 7"]},
        host_config={**specification.host_config, "RestartPolicy": {"Name": "no"}},
    )
    with pytest.raises(Failed, match=r"exited with code 7 within 3 s\. The old container was put back and started"):
        await recreate(engine, old, wrong, specification.name, start=True, tell=lambda _step: None)
    found = docker.inspect(old)
    assert (found["Name"], found["State"]["Running"]) == (name, True)
    assert len(docker.ours()) == 1


@pytest.mark.parametrize(
    "changes",
    [{"image": "example/no-such-image:1"}, {"config": {"Cmd": ["/no/such/program"]}}, {"networks": {"no-such-network": None}}],
)
async def test_what_the_engine_refuses_leaves_the_old_container(engine: Engine, docker: Docker, changes: Any) -> None:
    old = docker.run()
    specification = await read_specification(engine, old)
    if "networks" in changes:
        changes = {"networks": {**specification.networks, "no-such-network": next(iter(specification.networks.values()))}}
    with pytest.raises(EngineError, match="The old container was put back"):
        await recreate(engine, old, replace(specification, **changes), specification.name, start=True, tell=lambda _step: None)
    assert docker.inspect(old)["Name"] == f"/{specification.name}"
    assert docker.state(old)["Running"]
    assert len(docker.ours()) == 1


async def test_a_container_that_is_removed_when_stopped_is_not_touched(engine: Engine, docker: Docker) -> None:
    old = docker.run()
    specification = await read_specification(engine, old)
    removing = docker.adopt(
        await create(
            engine,
            replace(specification, host_config={**specification.host_config, "AutoRemove": True}),
            f"longshore-rm-{docker.run_id}",
        )
    )
    docker.start(removing)
    with pytest.raises(Conflict, match="would be removed when stopped"):
        await recreate(engine, removing, specification, "other", start=True, tell=lambda _step: None)
    assert docker.state(removing)["Running"]


async def test_a_removed_container_is_put_back_and_says_which_volumes_are_gone(engine: Engine, docker: Docker) -> None:
    first = elaborate(docker)
    as_it_was, volume = await inspection(engine, first), docker.inspect(first)["Mounts"]
    removed = RemovedContainers()
    removed.add(await read_specification(engine, first))
    await engine.containers.remove(first, force=True)  # the anonymous volume stays
    assert await put_back(engine, removed.all[0]) == []
    name = removed.all[0].specification.name
    second = docker.adopt(docker.inspect(name)["Id"])
    found = await inspection(engine, second)
    found["HostConfig"]["Binds"] = [bind for bind in found["HostConfig"]["Binds"] if not bind.endswith(":/anonymous")]
    assert differences(found, as_it_was) == {}
    assert docker.state(second)["Running"]
    await engine.containers.remove(second, force=True)
    await engine.volumes.remove(next(each["Name"] for each in volume if each["Destination"] == "/anonymous"))
    assert await put_back(engine, removed.all[0]) == ["/anonymous"]
    docker.adopt(docker.inspect(name)["Id"])


async def test_what_comes_from_the_image_is_not_pinned(engine: Engine, docker: Docker, tools_image: str) -> None:
    specification = await read_specification(engine, docker.create(image=tools_image))
    image = json.loads(await engine.images.inspect_raw(tools_image))["Config"]
    assert image["Env"]
    assert not {*specification.config.get("Env", ())} & {*image["Env"]}
    assert {"Entrypoint", "WorkingDir", "Healthcheck"}.isdisjoint(specification.config)
