"""Who reaches whom, by docker's rules, in words."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.resources.network_inspector import on_all, wired
from tui.engine.objects.networks import Port
from tui.live.containers.network_inspector import ContainerNetworks, End
from tui.live.objects.networks import Network, Range
from tui.live.objects.reach import Reach
from tui.resources.containers.reach import of_container, of_network, rules
from tui.resources.model.document import Link
from tui.resources.model.sentence import on_screen

BRIDGE = "com.docker.network.bridge."


def network(
    name: str, driver: str = "bridge", subnet: str = "", internal: bool = False, options: Mapping[str, str] | None = None
) -> Network:
    ranges = (Range(subnet, "", ""),) if subnet else ()
    return Network(
        id=f"net-{name}",
        name=name,
        driver=driver,
        scope="local",
        ranges=ranges,
        internal=internal,
        options=options or {},
        labels={},
    )


NETWORKS = (
    network("front", subnet="172.20.0.0/16"),
    network("back", subnet="172.21.0.0/16", internal=True),
    network("host", "host"),
    network("none", "null"),
)
WEB = wired("web", End("front", "172.20.0.2", "", "", ("www",)), ports=on_all(80, 8080), exposed=("80/tcp", "443/tcp"))
API = wired("api", End("front", "172.20.0.3"), End("back", "172.21.0.3"), ports=(Port("127.0.0.1", 90, 9090, "tcp"),))
DB = wired("db", End("back", "172.21.0.2"), exposed=("5432/tcp",))
SIDE = wired("side", mode="container:id-web")
AGENT = wired("agent", End("host"), mode="host", exposed=("9100/tcp",))
JOB = wired("job", End("none"), mode="none")
OLD = wired("old", End("front"), state="exited")
LOST = wired("lost", mode="container:0123456789abcdef")


def reach(*containers: ContainerNetworks, more: int = 0) -> Reach:
    return Reach({each.container.id: each for each in containers}, {each.name: each for each in NETWORKS}, more)


ALL = reach(WEB, API, DB, SIDE, AGENT, JOB, OLD, LOST)


def lines(of: ContainerNetworks, found: Reach = ALL) -> list[str]:
    with on_screen(120):
        return [line.rstrip() for line in of_container(found, of.container).plain_text().split("\n")]


def test_what_a_container_on_a_bridge_reaches_and_what_reaches_it() -> None:
    assert lines(WEB) == [
        "Network stack",
        "  Mode            own, on 1 network",
        "  side  same network stack: at localhost",
        "On network front  bridge  172.20.0.0/16",
        "  Containers on this network reach each other at all ports, by name or address.",
        "  CONTAINER  ADDRESS     PUBLISHED   ALSO ON  STATE",
        "  api        172.20.0.3  lo:9090→90  back",
        "  old                                         exited",
        "Reached at the host's addresses",
        "  agent  on the host's network, at the ports that its processes listen on",
        "Reached by",
        "  The host        all ports, at 172.20.0.2",
        "  Other machines  8080→80",
        "Not reached",
        "  db    on back",
        "  job   has no network",
        "  lost  shares the network stack of a container that was removed",
    ]


def test_a_shared_stack_reaches_what_its_owner_does() -> None:
    shown = lines(SIDE)
    assert shown[:3] == [
        "Network stack",
        "  Mode            that of container web",
        "  web  same network stack: at localhost",
    ]
    assert shown[3:] == lines(WEB)[3:]


def test_a_container_on_internal_networks_only_reaches_nothing_else() -> None:
    shown = lines(DB)
    assert "Reached at the host's addresses" not in shown
    assert "  Other machines  no: all networks are internal" in shown
    assert "  web    on front" in shown
    assert "  side   on front, through web" in shown
    assert "  agent  on the host's network" in shown
    assert "  old    on front  exited" in shown


def test_ports_of_the_loopback_address_are_for_the_host_only() -> None:
    shown = lines(API)
    assert "  Other machines  no: no published port" in shown
    assert "  Only the host   lo:9090→90" in shown


def test_the_hosts_network_no_network_and_a_lost_stack() -> None:
    shown = lines(AGENT)
    assert "  Mode            the host's" in shown
    assert any(line.split()[:3] == ["side", "web", "www"] for line in shown)
    assert any(line.split()[:2] == ["db", "172.21.0.2"] for line in shown)
    assert shown[-1].endswith("at the ports that its processes listen on: the image exposes 9100/tcp.")
    assert lines(JOB) == ["Network stack", "  Mode            none: neither reaches nor is reached"]
    assert lines(LOST)[1:] == [
        "  Mode            that of container 0123456789ab, which was removed",
        "  Neither reaches nor is reached. Recreate the container.",
    ]
    assert lines(OLD)[2] == "  State           exited: what follows holds once the container runs"


def test_the_containers_of_a_network_with_names_ports_and_links() -> None:
    with on_screen(120):
        document = of_network(ALL, "front")
    shown = [line.rstrip() for line in document.plain_text().split("\n")]
    assert shown[2:] == [
        "  CONTAINER  OTHER NAMES  ADDRESS     EXPOSED         PUBLISHED   ALSO ON  NETWORK STACK OF  STATE",
        "  api                     172.20.0.3                  lo:9090→90  back",
        "  side       web www      172.20.0.2                                       web",
        "  web        www          172.20.0.2  80/tcp 443/tcp  8080→80",
        "  old                                                                                        exited",
    ]
    assert document.link(3) == Link("containers", "id-api")
    assert of_network(ALL, "gone").plain_text() == "gone was removed."
    assert "Names and exposed ports of 7 containers are not loaded." in of_network(reach(WEB, more=7), "front").plain_text()


@pytest.mark.parametrize(
    ("net", "said"),
    [
        (NETWORKS[0], "reach each other at all ports, by name or address"),
        (network("bridge"), "the predefined bridge has no names"),
        (network("a", options={f"{BRIDGE}enable_icc": "false"}), "do not reach each other"),
        (NETWORKS[1], "Internal: no way to"),
        (network("a", options={f"{BRIDGE}gateway_mode_ipv4": "nat-unprotected"}), "reach all ports"),
        (network("a", options={f"{BRIDGE}gateway_mode_ipv6": "isolated"}), "The host does not reach"),
        (network("a", options={f"{BRIDGE}enable_ip_masquerade": "false"}), "No masquerading"),
        (network("a", "macvlan"), "the host itself does not"),
        (network("a", "overlay"), "spans the nodes"),
        (NETWORKS[2], "use the host's network stack"),
        (NETWORKS[3], "neither reach nor are reached"),
    ],
)
def test_the_rules_of_a_network(net: Network, said: str) -> None:
    assert any(said in rule for rule in rules(net))
