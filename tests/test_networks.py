"""Networks, ports and sizes on real engines, by keyboard: the engine has afterwards what was requested."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest

from tests.docker import LABEL, Docker
from tests.program import Program

Run = Callable[..., Program]


@pytest.fixture
def subnet(docker: Docker) -> str:
    """Return the first two numbers of a /16 that no network of the engine uses."""
    taken = {
        pool.get("Subnet", "").rpartition(".")[0].rpartition(".")[0]
        for each in docker.request("GET", "/networks")
        for pool in each["IPAM"]["Config"] or ()
    }
    return next(f"10.{number}" for number in range(200, 250) if f"10.{number}" not in taken)


@pytest.fixture
def lab(docker: Docker, subnet: str) -> str:
    """Create a network with its own subnet; return its name."""
    name = f"lab-{secrets.token_hex(4)}"
    docker.network(name, IPAM={"Config": [{"Subnet": f"{subnet}.0.0/16"}]}, CheckDuplicate=True)
    return name


@pytest.fixture
def port() -> int:
    """Return a free port of the host."""
    return 20000 + secrets.randbelow(10000)


def seen(screen: Program, *words: str) -> str:
    """Wait for a line with all these words; return it."""
    return screen.wait_for(lambda text: any(all(word in line for word in words) for line in text.split("\n")))


def network(docker: Docker, name: str) -> dict[str, Any]:
    return docker.request("GET", f"/networks/{name}")


def end(docker: Docker, container: str, name: str) -> dict[str, Any]:
    """Return a container's endpoint in a network, empty if it has none."""
    return docker.inspect(container)["NetworkSettings"]["Networks"].get(name) or {}


def list_of_networks(program: Run, docker: Docker, name: str = "", columns: int = 100, rows: int = 30) -> Program:
    screen = program("networks", *([name] if name else []), "--host", docker.address, columns=columns, rows=rows)
    screen.wait_for("c create")
    if name:
        screen.type(f"/{name}")
        screen.wait_for(f"\n /{name}")
        screen.press("enter")
        screen.wait_for(lambda text: "1 of " in text and f"\n{name}" in text)
    return screen


@pytest.mark.parametrize(("columns", "rows"), [(120, 40), (80, 24)])
def test_one_is_made_with_subnet_gateway_and_range(program: Run, docker: Docker, subnet: str, columns: int, rows: int) -> None:
    name = f"lab-{secrets.token_hex(4)}"
    docker.others.append(f"/networks/{name}")
    screen = list_of_networks(program, docker, columns=columns, rows=rows)
    screen.press("c")
    screen.wait_for("Create a network on")
    screen.type(name)
    for text in (
        "",
        f"{subnet}.0.0/16",
        "192.0.2.1",
        f"{subnet}.5.0/24",
        f"router={subnet}.0.7",
        "",
        f"{LABEL}={docker.run_id}",
    ):
        screen.press("tab")
        screen.type(text)
    screen.press("ctrl+s")
    screen.wait_for(f"192.0.2.1 is not in {subnet}.0.0/16")
    screen.press(*["backspace"] * len("192.0.2.1"))
    screen.type(f"{subnet}.0.9")
    screen.press("ctrl+s")
    screen.wait_for(f"network {name} created")
    (pool,) = network(docker, name)["IPAM"]["Config"]
    assert (pool["Subnet"], pool["Gateway"], pool["IPRange"]) == (f"{subnet}.0.0/16", f"{subnet}.0.9", f"{subnet}.5.0/24")
    if "AuxiliaryAddresses" in pool:  # the demo engine too keeps what it was sent
        assert pool["AuxiliaryAddresses"] == {"router": f"{subnet}.0.7"}


def test_what_the_engine_refuses_brings_the_form_back(program: Run, docker: Docker, lab: str, subnet: str) -> None:
    screen = list_of_networks(program, docker)
    screen.press("c")
    screen.wait_for("Create a network on")
    screen.type(lab)
    screen.press("ctrl+s")
    screen.wait_for("already exists")
    screen.type("-2")
    screen.press("tab", "tab")
    screen.type(f"{subnet}.0.0/16")
    screen.press("ctrl+s")
    screen.wait_for("ool overlaps with other one")
    assert f"{lab}-2" in screen.screen
    assert f"{subnet}.0.0/16" in screen.screen


def test_a_container_is_connected_with_address_and_alias_and_disconnected(
    program: Run, docker: Docker, lab: str, subnet: str
) -> None:
    user = f"user-{secrets.token_hex(4)}"
    docker.run(name=user)
    screen = list_of_networks(program, docker, lab, columns=120, rows=40)
    screen.press("J")
    screen.wait_for("Connect a container to network")
    screen.type(user)
    screen.press("tab")
    screen.type("192.0.2.9")
    screen.press("tab", "tab")
    screen.type("store cache")
    screen.press("ctrl+s")
    screen.wait_for("192.0.2.9 is not in")
    screen.press("tab", *["backspace"] * len("192.0.2.9"))
    screen.type(f"{subnet}.0.77")
    screen.press("ctrl+s")
    screen.wait_for(f"{lab} connected")
    assert end(docker, user, lab)["IPAddress"] == f"{subnet}.0.77"
    assert {"store", "cache"} <= set(end(docker, user, lab)["Aliases"])
    seen(screen, lab, user)
    screen.press("enter")
    seen(screen, user, f"{subnet}.0.77", "store, cache")
    screen.press("]")
    seen(screen, "└─", user, f"{subnet}.0.77", "store, cache")
    screen.press("q")
    screen.wait_for("USED BY")
    screen.press("X")
    screen.wait_for("Disconnect a container from network")
    screen.wait_for(user)
    screen.press("ctrl+s")
    screen.wait_for(f"{lab} disconnected")
    assert end(docker, user, lab) == {}
    seen(screen, lab, "unused")


def test_a_stopped_container_joins_and_leaves_from_its_own_side(program: Run, docker: Docker, lab: str) -> None:
    user = f"user-{secrets.token_hex(4)}"
    docker.create(name=user)
    screen = program("containers", user, "--host", docker.address, columns=160, rows=40)
    screen.wait_for(user)
    screen.type(f"/{user}")
    screen.wait_for(f"\n /{user}")
    screen.press("enter")
    screen.wait_for(lambda text: "1 of " in text)
    screen.press("J")
    screen.wait_for(f"Connect container {user}")
    screen.type(lab)
    screen.press("ctrl+s")
    screen.wait_for(f"{user} connected to the network")
    assert end(docker, user, lab)
    screen.type(":networks\r")
    seen(screen, lab, f"{user} (stopped)")
    screen.type(f":disconnect {lab}\r")
    screen.wait_for("Disconnect a container from network")
    screen.press("ctrl+s")
    screen.wait_for(f"{lab} disconnected")
    seen(screen, lab, "unused")
    assert end(docker, user, lab) == {}


def test_who_has_a_port_across_a_running_and_a_stopped_container(program: Run, docker: Docker, port: int) -> None:
    web, old = f"web-{secrets.token_hex(4)}", f"old-{secrets.token_hex(4)}"
    docker.run(name=web, ports={"80/tcp": port})
    docker.create(name=old, ports={"8000/tcp": port})
    docker.create(
        name=f"{old}-udp",
        host={"PortBindings": {"53/udp": [{"HostIp": "127.0.0.1", "HostPort": str(port)}]}},
        config={"ExposedPorts": {"53/udp": {}}},
    )
    screen = program("ports", f"{port}/tcp", "--host", docker.address, columns=120, rows=40)
    screen.wait_for(f"{port}/tcp leads to {web}:80; {old} (created) would conflict")
    seen(screen, str(port), web, "(stopped)")
    seen(screen, str(port), old, "in use by")
    seen(screen, str(port), "udp", "127.0.0.1")
    screen.type(f":port {port + 10000}\r")
    screen.wait_for(f"{port + 10000} is not published")
    docker.stop(web)
    seen(screen, str(port), web, "exit 137")
    docker.start(old)
    seen(screen, str(port), old, "running")
    screen.type(f":port {port}/tcp\r")
    screen.wait_for(f"{port}/tcp leads to {old}:8000; {web} (exited) would conflict")


@pytest.mark.not_on_demo("it lets two containers publish one port")
def test_a_start_that_finds_its_port_taken_names_who_has_it(program: Run, docker: Docker, port: int) -> None:
    web, old = f"web-{secrets.token_hex(4)}", f"old-{secrets.token_hex(4)}"
    docker.run(name=web, ports={"80/tcp": port})
    docker.create(name=old, ports={"80/tcp": port})
    screen = program("containers", old, "--host", docker.address, columns=120, rows=30)
    screen.wait_for("u start")
    screen.press("u")
    screen.wait_for(f"port {port} is used by {web}: stop {web} first")


@pytest.mark.parametrize(("columns", "rows"), [(120, 40), (80, 24)])
def test_the_map_shows_who_talks_where_and_which_port_leads_there(
    program: Run, docker: Docker, lab: str, port: int, columns: int, rows: int
) -> None:
    web = f"web-{secrets.token_hex(4)}"
    alias = {"NetworkingConfig": {"EndpointsConfig": {lab: {"Aliases": ["store"]}}}}
    docker.run(name=web, network=lab, ports={"80/tcp": port}, config=alias)
    docker.request("POST", "/networks/bridge/connect", body={"Container": web})
    screen = program("map", "--host", docker.address, columns=columns, rows=rows)
    screen.wait_for("Published ports")
    screen.type(f"/{port}")
    seen(screen, str(port), f"{web}:80/tcp")
    screen.press("enter")
    screen.type(f":map {lab}\r")
    screen.wait_for(lambda text: any(line.strip("▾ ").startswith(f"{lab}  bridge") for line in text.split("\n")))
    screen.type(":map store\r")
    seen(screen, "─ ", web, "store")
    seen(screen, "also on bridge")


def test_sizes_of_volumes_are_measured_when_asked(program: Run, docker: Docker) -> None:
    name = docker.volume(f"sizes-{secrets.token_hex(4)}")
    docker.wait(docker.run("sh", "-c", "head -c 3000000 /dev/zero > /data/file", volumes=(f"{name}:/data",)))
    screen = program("volumes", name, "--host", docker.address, columns=120, rows=30)
    screen.wait_for("z measure")
    assert "SIZE" not in screen.screen
    screen.press("z")
    screen.wait_for("measured,")
    seen(screen, name, "3.00 MB" if "demo" not in docker.address else "B")
    screen.type(f"/{name}")
    screen.wait_for(f"\n /{name}")
    screen.press("enter", "enter")
    screen.wait_for(lambda text: "Size" in text and "measured at" in text)
    seen(screen, "/data writable")
