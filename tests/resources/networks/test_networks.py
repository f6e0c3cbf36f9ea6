"""Networks: their list, creating, removing and pruning."""

from typing import Any

import pytest

from tests.resources.network_inspector import wired
from tests.resources.performing import of_engine, perform
from tui.engine.objects.networks import (
    IPAM,
    IPAMConfig,
    NetworkContainer,
    NetworkPrune,
    PeerInfo,
)
from tui.engine.objects.networks import Network as Found
from tui.live.containers.network_inspector import ContainerNetworks, End
from tui.live.containers.used_by import Used, User
from tui.live.objects.network_members import Membership
from tui.live.objects.networks import Network, Range
from tui.live.objects.overlay import OnNetwork, Overlay
from tui.resources.model.action import Answers
from tui.resources.model.document import Link
from tui.resources.model.text import clean
from tui.resources.networks.details import overview
from tui.resources.networks.networks import NETWORKS

HOSTILE = "\x1b[31m[/red]\u202e\n한글\x9b2J"
RUNS = User("c1", "web", True, "172.20.0.2")
STOPPED = User("c2", "old", False)


class Networks:
    """A substitute for `engine.networks` that prunes these."""

    def __init__(self, *gone: str) -> None:
        self.gone = [*gone]

    async def prune(self) -> NetworkPrune:
        return NetworkPrune(self.gone)


class Engine:
    def __init__(self, *gone: str) -> None:
        self.networks = Networks(*gone)


def network(name: str = "front", users: tuple[User, ...] = (), **more: Any) -> Used[Network]:
    base: dict[str, Any] = {"id": "n1", "name": name, "driver": "bridge", "scope": "local", "options": {}, "labels": {}}
    return Used(Network(**{**base, **more}), users)


def shown(title: str, row: Used[Network]) -> tuple[str, str]:
    return next(column for column in NETWORKS.columns if column.title == title).cell(row)


def test_the_list_says_addresses_and_members() -> None:
    row = network(users=(RUNS, STOPPED), ranges=(Range("172.20.0.0/16", "", ""), Range("fd00::/64", "", "")), internal=True)
    assert shown("SUBNET", row)[0] == "172.20.0.0/16 fd00::/64"
    assert shown("USED BY", row)[0] == "web, old (stopped)"
    assert shown("KIND", row) == ("internal", "warn")


def test_what_cannot_be_removed_says_why() -> None:
    refusal = NETWORKS.by_name["remove"].refusal
    assert "predefined network" in refusal(network("bridge"))
    assert refusal(network(users=(RUNS, STOPPED))).startswith("web is connected")
    assert refusal(network(users=(STOPPED,))) == ""


def test_an_overlay_network_shows_its_services_and_nodes() -> None:
    peers = [PeerInfo("bc4c5691a22d", "10.0.0.1"), PeerInfo("13c0a6b9f7d8", "10.0.0.2")]
    found = Found(name="mesh", scope="swarm", peers=peers)
    services = (OnNetwork("api", "10.0.1.2", ("10.0.1.3", "10.0.1.4")), OnNetwork("db"))
    overlay = Overlay(services, (("10.0.0.1", "node-1"),))
    document = overview(Membership(found, overlay=overlay), network(scope="swarm"))
    shown = document.plain_text().split("\n")
    cells = [line.split() for line in shown]
    assert ["api", "10.0.1.2", "10.0.1.3,", "10.0.1.4"] in cells
    assert ["db", "none,", "by", "DNS"] in cells
    assert ["node-1", "10.0.0.1"] in cells
    assert ["13c0a6b9f7d8", "10.0.0.2"] in cells
    assert document.link(cells.index(["api", "10.0.1.2", "10.0.1.3,", "10.0.1.4"])) == Link("services", "api")
    assert document.link(cells.index(["node-1", "10.0.0.1"])) == Link("nodes", "node-1")


@pytest.mark.parametrize(("gone", "said"), [((), "nothing to remove"), (("a", "b"), "2 networks removed: a, b")])
async def test_prune_names_what_went(gone: tuple[str, ...], said: str) -> None:
    engine: Any = Engine(*gone)
    action = NETWORKS.by_name["prune"]
    assert await perform(action, of_engine(engine), answers=Answers()) == said


def lines(found: Found, *members: ContainerNetworks, more: int = 0, **of_row: Any) -> list[str]:
    return overview(Membership(found, members, more), network(**of_row)).plain_text().split("\n")


def test_the_overview_has_ranges_and_members_with_addresses_and_aliases() -> None:
    found = Found(
        name="front",
        ipam=IPAM(
            driver="default", config=[IPAMConfig("172.20.0.0/16", "172.20.5.0/24", "172.20.0.1", {"router": "172.20.0.9"})]
        ),
    )
    web = wired("web", End("back", "172.21.0.9"), End("front", "172.20.0.2", "", "02:42:ac:14:00:02", ("www", "site")))
    shown = lines(found, web, wired("old", End("front"), state="exited"), more=3)
    for words in ("172.20.0.0/16", "172.20.5.0/24", "172.20.0.1", "router: 172.20.0.9", "aliases of 3 containers not loaded"):
        assert any(words in line for line in shown)
    at = shown.index("Containers")
    assert [line.split() for line in shown[at + 1 : at + 4]] == [
        ["CONTAINER", "IPV4", "MAC", "STATE", "ALIASES"],
        ["web", "172.20.0.2", "02:42:ac:14:00:02", "www,", "site"],
        ["old", "exited"],
    ]
    assert "  none" in lines(Found())


def test_members_lead_to_their_containers_and_a_load_balancer_leads_nowhere() -> None:
    balancer = {"lb-front": NetworkContainer("front-endpoint", ipv4_address="10.0.1.3/24")}
    found = Found(name="front", containers={**balancer, "f" * 64: NetworkContainer("late", ipv4_address="10.0.1.4/24")})
    document = overview(Membership(found, (wired("web", End("front", "10.0.1.2")),)), network())
    leads = {line.split()[0]: document.link(number) for number, line in enumerate(document.plain_text().split("\n"))}
    assert leads["web"] == Link("containers", "id-web")
    assert leads["late"] == Link("containers", "f" * 64)
    assert leads["front-endpoint"] is None


@pytest.mark.parametrize(
    ("found", "means"),
    [
        (Found(ingress=True, scope="swarm", driver="overlay"), "the published ports of services"),
        (Found(config_only=True), "other networks are created from this configuration"),
        (Found(scope="swarm", driver="overlay"), "not for standalone containers"),
        (Found(driver="host"), "the host's network stack"),
        (Found(internal=True), "no other network"),
    ],
)
def test_a_special_network_says_what_it_is_for(found: Found, means: str) -> None:
    assert any(means in line for line in lines(found))


def test_hostile_words_stay_words() -> None:
    row = network(
        HOSTILE,
        users=(User("c", HOSTILE, True, HOSTILE),),
        driver=HOSTILE,
        scope=HOSTILE,
        project=HOSTILE,
        ranges=(Range(HOSTILE, HOSTILE, HOSTILE),),
    )
    for column in NETWORKS.columns:
        text = column.cell(row).text
        assert clean(text).replace("\n", " ") == text
    found = Found(
        name=HOSTILE,
        ipam=IPAM(HOSTILE, [IPAMConfig(HOSTILE, HOSTILE, HOSTILE, {HOSTILE: HOSTILE})]),
        containers={"c": NetworkContainer(HOSTILE, ipv4_address=HOSTILE)},
        options={HOSTILE: HOSTILE},
    )
    member = wired(HOSTILE, End(HOSTILE, HOSTILE, HOSTILE, HOSTILE, (HOSTILE,)))
    text = overview(Membership(found, (member,)), row).plain_text()
    assert clean(text) == text


def test_the_question_before_a_removal_names_the_stopped_containers_that_need_the_network() -> None:
    def asked(*names: str, networks: int = 1) -> str:
        users = tuple(User(name, name, False) for name in names)
        question = NETWORKS.by_name["remove"].question
        assert question is not None
        return question([network(users=users)] * networks, "prod-1")

    assert asked() == asked().partition("?")[0] + "?"
    assert asked("web").endswith("web does not start without the network.")
    assert asked("a", "b", "c", "d", networks=2).endswith("a, b, c and 1 more will not start without the networks.")
