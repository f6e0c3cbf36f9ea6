"""Connecting containers to networks and disconnecting them, from containers and from networks."""

from dataclasses import replace
from typing import Any

import pytest

from tests.resources.network_inspector import wired
from tests.resources.performing import command, perform
from tui.engine import errors
from tui.engine.objects.networks import IPAM, EndpointIPAMConfig, EndpointSettings, IPAMConfig
from tui.engine.objects.networks import Network as Found
from tui.live.containers.container import CONTAINERS, Container
from tui.live.containers.network_inspector import End
from tui.live.containers.used_by import Used, User
from tui.live.objects.networks import Network
from tui.live.state.collection import Collection
from tui.live.state.source import Source
from tui.resources.containers.connect import ENDPOINT, JOIN, PART
from tui.resources.model.action import Answers
from tui.resources.networks.members import CONNECT, DISCONNECT

FOUND = Found(name="front", ipam=IPAM(config=[IPAMConfig("172.20.0.0/16"), IPAMConfig("fd00::/64")]))
RUNS, RESTS = User("c1", "web", True), User("c2", "old", False)
WEB = wired("web", End("front", "172.20.0.2")).container


class Session:
    """A session, its engine and its store in one: records requests, and which rows are read again."""

    def __init__(self, api_version: str = "1.51") -> None:
        self.asked: list[tuple[object, ...]] = []
        self.again: list[str] = []
        self.engine = self.networks = self.store = self
        self.containers = Collection[Container]()
        self.containers.put({row.id: row for row in (WEB, replace(WEB, id="id-old", name="old"))})
        self.api_version = api_version

    def read_again(self, kind: Source[Any], id: str) -> None:
        assert kind is CONTAINERS
        self.again.append(id)

    async def inspect(self, id: str) -> Found:
        self.asked.append(("inspect", id))
        return FOUND

    async def connect(self, id: str, container: str, endpoint: EndpointSettings) -> None:
        self.asked.append(("connect", id, container, endpoint))

    async def disconnect(self, id: str, container: str, force: bool) -> None:
        self.asked.append(("disconnect", id, container, force))


def network(name: str = "front", users: tuple[User, ...] = (), **more: Any) -> Used[Network]:
    base: dict[str, Any] = {"driver": "bridge", "scope": "local", "options": {}, "labels": {}}
    return Used(Network(id=f"net-{name}", name=name, **{**base, **more}), users)


def typed(*ticked: str, **given: str) -> Answers:
    fields = {**{field.name: "" for field in ENDPOINT}, **given}
    return Answers(frozenset(ticked), typed=tuple(fields.items()))


async def test_a_container_is_connected_with_all_that_was_asked() -> None:
    given = typed(
        container="web",
        ipv4="172.20.0.9",
        ipv6="fd00::9",
        aliases="www site",
        links="db:database",
        mac="02-42-ac-14-00-09",
        options="a=b",
        priority="7",
    )
    session: Any = Session()
    await perform(CONNECT, session, network(), answers=given)
    endpoint = EndpointSettings(
        ipam_config=EndpointIPAMConfig("172.20.0.9", "fd00::9"),
        aliases=["www", "site"],
        links=["db:database"],
        mac_address="02:42:ac:14:00:09",
        driver_opts={"a": "b"},
        gw_priority=7,
    )
    assert session.asked == [("inspect", "net-front"), ("connect", "net-front", "web", endpoint)]
    assert " ".join(command(CONNECT, network(), answers=given)) == (
        "network connect --ip=172.20.0.9 --ip6=fd00::9 --gw-priority=7 --alias=www --alias=site --link=db:database"
        " --driver-opt=a=b front web"
    )


async def test_nothing_asked_is_nothing_sent() -> None:
    session: Any = Session("1.41")
    await perform(JOIN, session, WEB, answers=typed(network="back"))
    assert session.asked == [("connect", "back", "id-web", EndpointSettings())]


@pytest.mark.parametrize(
    ("api", "given", "why"),
    [
        ("1.43", {"mac": "02:42:ac:14:00:09"}, "does not support MAC address here (since 1.44)"),
        ("1.47", {"priority": "7"}, "does not support gateway priority here (since 1.48)"),
    ],
)
async def test_what_an_older_engine_would_leave_out_in_silence_is_refused(api: str, given: dict[str, str], why: str) -> None:
    session: Any = Session(api)
    with pytest.raises(errors.UnsupportedVersion) as refused:
        await perform(CONNECT, session, network(), answers=typed(container="web", **given))
    assert why in str(refused.value)
    assert session.asked == []


async def test_an_address_of_another_subnet_is_refused_before_it_is_sent() -> None:
    session: Any = Session("1.41")
    with pytest.raises(errors.BadRequest, match=r"10\.0\.0\.9 is not in front's 172\.20\.0\.0/16"):
        await perform(JOIN, session, WEB, answers=typed(network="front", ipv4="10.0.0.9"))
    assert [what for what, *_ in session.asked] == ["inspect"]


@pytest.mark.parametrize("force", [False, True])
async def test_disconnecting_from_either_side(force: bool) -> None:
    session: Any = Session()
    ticked = ("force",) if force else ()
    await perform(DISCONNECT, session, network(), answers=typed(*ticked, container="old"))
    await perform(PART, session, WEB, answers=typed(*ticked, network="front"))
    assert session.asked == [("disconnect", "net-front", "old", force), ("disconnect", "front", "id-web", force)]
    assert session.again == ["id-old", "id-web"]  # the engine sends no event for a stopped container
    flag = "--force " if force else ""
    assert (
        " ".join(command(DISCONNECT, network(), answers=typed(*ticked, container="old")))
        == f"network disconnect {flag}front old"
    )


def test_who_is_there_is_offered_stopped_ones_too_and_the_only_one_stands_there() -> None:
    (field,) = DISCONNECT.fields
    assert callable(field.offers)
    assert field.offers(network(users=(RUNS, RESTS))) == ["web", "old"]
    assert field.initial(network(users=(RUNS, RESTS))) == ""
    assert field.initial(network(users=(RESTS,))) == "old"
    assert PART.fields[0].initial(WEB) == "front"


@pytest.mark.parametrize(
    ("field", "text", "right"),
    [
        ("ipv4", "172.20.0.9", True),
        ("ipv4", "fd00::9", False),
        ("ipv4", "172.20.0.9/16", False),
        ("ipv6", "fd00::9", True),
        ("ipv6", "172.20.0.9", False),
        ("ipv6", "", True),
        ("mac", "02:42:ac:14:00:09", True),
        ("mac", "02:42", False),
        ("links", "db", True),
        ("links", "db:", False),
        ("priority", "-3", True),
        ("priority", "x", False),
    ],
)
def test_each_field_is_checked(field: str, text: str, right: bool) -> None:
    check = next(each.check for each in ENDPOINT if each.name == field)
    assert (check(text) == "") is right


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"driver": "host"}, "only at creation"),
        ({"driver": "null"}, "only at creation"),
        ({"ingress": True}, "ingress network of the swarm"),
        ({"config_only": True}, "configuration only"),
        ({"scope": "swarm"}, "not attachable"),
        ({"scope": "swarm", "attachable": True}, ""),
        ({}, ""),
    ],
)
def test_a_network_that_takes_no_container_says_why(more: dict[str, Any], why: str) -> None:
    said = CONNECT.refusal(network(**more))
    assert why in said
    assert bool(said) is bool(why)


def test_a_network_without_containers_has_none_to_disconnect() -> None:
    assert DISCONNECT.refusal(network()) == "no container is connected"
    assert DISCONNECT.refusal(network(users=(RESTS,))) == ""
    assert "fixed at creation" in DISCONNECT.refusal(network(driver="host", users=(RUNS,)))


@pytest.mark.parametrize(
    ("mode", "joins", "parts"),
    [
        ("bridge", "", ""),
        ("host", "no other network is possible", "fixed at creation"),
        ("container:abc", "shares the network", ""),
        ("none", "disconnect from none first", ""),
    ],
)
def test_a_container_whose_network_is_special_says_why(mode: str, joins: str, parts: str) -> None:
    row = replace(WEB, network_mode=mode)
    for action, why in ((JOIN, joins), (PART, parts)):
        assert why in action.refusal(row)
        assert bool(action.refusal(row)) is bool(why)


def test_a_container_on_no_network_can_be_connected_and_not_disconnected() -> None:
    row = replace(WEB, network_mode="none", networks=())
    assert JOIN.refusal(row) == ""
    assert PART.refusal(row) == "not connected to any network"
