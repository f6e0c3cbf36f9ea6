"""Who reaches whom on real engines: what the tab says is what connections do."""

from __future__ import annotations

import secrets

import pytest

from tests.docker import Docker
from tests.waiting import until
from tui.engine import Engine
from tui.live.objects.reach import of_container
from tui.resources.containers.reach import of_container as words
from tui.resources.containers.reach import rules

pytestmark = pytest.mark.not_on_demo("its containers have no network")

SERVE = ("sh", "-c", "while :; do echo served | nc -l -p 80 >/dev/null; done")


def connects(docker: Docker, container: str, host: str, port: int = 80) -> bool:
    return "served" in docker.exec(container, "sh", "-c", f"echo | timeout 4 nc -w 3 {host} {port}")[1]


def name(docker: Docker, container: str) -> str:
    return docker.inspect(container)["Name"].removeprefix("/")


async def said(engine: Engine, container: str) -> tuple[dict[str, str], list[str]]:
    """Return the section of the document in which each container is named, and the rules of its networks."""
    found = await of_container(engine, container)
    sections: dict[str, str] = {}
    section = ""
    for line in words(found, found.containers[container].container).plain_text().split("\n"):
        section = section if line.startswith(" ") else line
        sections[line.split()[0]] = section
    nets = [found.networks[end.network] for end in found.containers[container].ends]
    return sections, [rule for net in nets for rule in rules(net)]


async def test_connections_are_as_said(engine: Engine, docker: Docker) -> None:
    front, back, shut = (f"reach-{secrets.token_hex(4)}" for _ in range(3))
    docker.network(front, CheckDuplicate=True)
    docker.network(back, CheckDuplicate=True, Internal=True)
    docker.network(shut, CheckDuplicate=True, Options={"com.docker.network.bridge.enable_icc": "false"})
    web = docker.run(*SERVE, name=f"{front}-web", network=front, ports={"80/tcp": 0})  # old engines resolve no generated name
    peer, db = docker.run(*SERVE, network=front), docker.run(*SERVE, network=back)
    one, two = docker.run(*SERVE, network=shut), docker.run(*SERVE, network=shut)
    side = docker.run(host={"NetworkMode": f"container:{web}"})
    port = int(docker.inspect(web)["NetworkSettings"]["Ports"]["80/tcp"][0]["HostPort"])

    def address(container: str, network: str) -> str:
        return docker.inspect(container)["NetworkSettings"]["Networks"][network]["IPAddress"]

    def gateway(network: str) -> str:
        return docker.request("GET", f"/networks/{network}")["IPAM"]["Config"][0]["Gateway"]

    sections, _ = await said(engine, peer)
    assert sections[name(docker, web)].startswith("On network")
    assert sections[name(docker, side)].startswith("On network")
    assert until(lambda: connects(docker, peer, name(docker, web)), "an answer by name")
    assert sections[name(docker, db)] == "Not reached"
    assert not connects(docker, peer, address(db, back))

    sections, _ = await said(engine, side)
    assert sections[name(docker, web)] == "Network stack"
    assert until(lambda: connects(docker, side, "127.0.0.1"), "an answer at localhost")

    sections, limits = await said(engine, one)
    assert any("enable_icc=false" in rule for rule in limits)
    assert not connects(docker, one, address(two, shut))
    assert sections[name(docker, web)] == "Reached at the host's addresses"
    assert until(lambda: connects(docker, one, gateway(shut), port), "an answer at the published port")

    sections, limits = await said(engine, db)
    assert any("Internal" in rule for rule in limits)
    assert sections[name(docker, web)] == "Not reached"
    assert not connects(docker, db, gateway(front), port)
