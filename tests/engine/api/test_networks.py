"""Every operation on networks, on real engines."""

from __future__ import annotations

import pytest

from tests.docker import LABEL, Docker
from tui.engine import Engine, errors
from tui.engine.objects.networks import IPAM, EndpointIPAMConfig, EndpointSettings, IPAMConfig, NetworkCreate

SUBNET, GATEWAY, RANGE = "172.31.201.0/24", "172.31.201.1", "172.31.201.128/25"


def a_network(docker: Docker, suffix: str = "", **options: object) -> NetworkCreate:
    return NetworkCreate(name=f"net-{docker.run_id}{suffix}", labels={LABEL: docker.run_id}, **options)  # type: ignore[arg-type]


async def test_a_network_is_made_as_asked_for(engine: Engine, docker: Docker) -> None:
    made = await engine.networks.create(a_network(docker, attachable=True, internal=True))
    docker.others.append(f"/networks/{made.id}")
    found = await engine.networks.inspect(made.id)
    assert (found.id, found.name, found.driver, found.scope) == (made.id, f"net-{docker.run_id}", "bridge", "local")
    assert found.internal
    assert found.attachable
    assert found.enable_ipv4
    assert found.labels == {LABEL: docker.run_id}
    assert found.created.startswith("20")
    assert made.id.encode() in await engine.networks.inspect_raw(made.id)


@pytest.mark.not_on_demo("its networks have addresses of its own choice")
async def test_a_network_has_the_addresses_asked_for(engine: Engine, docker: Docker) -> None:
    addresses = IPAM(config=[IPAMConfig(SUBNET, RANGE, GATEWAY, {"printer": "172.31.201.7"})])
    made = await engine.networks.create(a_network(docker, ipam=addresses))
    docker.others.append(f"/networks/{made.id}")
    assert (await engine.networks.inspect(made.id)).ipam.config == addresses.config
    with pytest.raises(errors.EngineRefusal, match=r"(?i)subnet|address|gateway|pool"):
        await engine.networks.create(a_network(docker, "-bad", ipam=IPAM(config=[IPAMConfig(SUBNET, gateway="10.9.8.7")])))


async def test_the_list_has_the_engines_own_and_those_asked_for(engine: Engine, docker: Docker) -> None:
    mine = docker.network(f"net-{docker.run_id}")
    assert {"bridge", "host", "none"} <= {each.name for each in await engine.networks.list()}
    (found,) = await engine.networks.list({"label": [f"{LABEL}={docker.run_id}"]})
    assert (found.id, found.containers) == (mine, {})


async def test_a_container_is_connected_with_address_and_alias_and_disconnected(engine: Engine, docker: Docker) -> None:
    config = {"IPAM": {"Config": [{"Subnet": SUBNET, "Gateway": GATEWAY}]}}
    network, container = docker.network(f"net-{docker.run_id}", **config), docker.run()
    endpoint = EndpointSettings(aliases=["db"], ipam_config=EndpointIPAMConfig("172.31.201.77"))
    await engine.networks.connect(network, container, endpoint)
    member = (await engine.networks.inspect(network)).containers[container]
    assert member.ipv4_address.startswith("172.31.201.77/")
    assert member.mac_address
    end = (await engine.containers.inspect(container)).network_settings.networks[f"net-{docker.run_id}"]
    assert "db" in (end.aliases or ())
    await engine.networks.disconnect(network, container)
    assert (await engine.networks.inspect(network)).containers == {}
    with pytest.raises(errors.EngineRefusal, match="not connected"):
        await engine.networks.disconnect(network, container)


async def test_a_network_with_containers_and_the_engines_own_stay(engine: Engine, docker: Docker) -> None:
    network = docker.network(f"net-{docker.run_id}")
    docker.run(network=f"net-{docker.run_id}")
    for name in (network, "bridge"):
        with pytest.raises(errors.Forbidden):
            await engine.networks.remove(name)


async def test_a_network_is_removed(engine: Engine, docker: Docker) -> None:
    network = docker.network(f"net-{docker.run_id}")
    await engine.networks.remove(network)
    with pytest.raises(errors.NotFound):
        await engine.networks.inspect(network)


async def test_prune_removes_what_nobody_is_on_and_says_what(engine: Engine, docker: Docker) -> None:
    docker.network(f"net-{docker.run_id}-unused")
    used = docker.network(f"net-{docker.run_id}-used")
    docker.run(network=f"net-{docker.run_id}-used")
    pruned = await engine.networks.prune({"label": [f"{LABEL}={docker.run_id}"]})
    assert pruned.networks_deleted == [f"net-{docker.run_id}-unused"]
    assert (await engine.networks.inspect(used)).id == used


async def test_a_name_is_taken_only_once(engine: Engine, docker: Docker) -> None:
    docker.network(f"net-{docker.run_id}")
    with pytest.raises(errors.Conflict):
        await engine.networks.create(a_network(docker))
