"""Networks: what their list says, how they are made, removed and pruned."""

from typing import Any

import pytest

from tui.engine.objects.networks import (
    IPAM,
    IPAMConfig,
    NetworkContainer,
    NetworkCreate,
    NetworkCreated,
    NetworkPrune,
)
from tui.engine.objects.networks import Network as Found
from tui.live.networks import Network, Range
from tui.live.users import Used, User
from tui.resources.description import Answers
from tui.resources.network_details import overview
from tui.resources.networks import NETWORKS
from tui.resources.text import clean

HOSTILE = "\x1b[31m[/red]\u202e\n한글\x9b2J"
RUNS = User("c1", "web", True, "172.20.0.2")
STOPPED = User("c2", "old", False)


class Networks:
    """Notes what it is asked."""

    def __init__(self, *gone: str) -> None:
        self.asked: list[object] = []
        self.gone = [*gone]

    async def create(self, wanted: NetworkCreate) -> NetworkCreated:
        self.asked.append(wanted)
        return NetworkCreated("n1", "careful")

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
    assert "engine's own" in refusal(network("bridge"))
    assert refusal(network(users=(RUNS, STOPPED))).startswith("web is on it")
    assert refusal(network(users=(STOPPED,))) == ""


async def test_create_reads_the_form() -> None:
    typed = (("name", "back"), ("driver", ""), ("subnet", "172.30.0.0/16"), ("labels", "a=b"))
    engine: Any = Engine()
    action = NETWORKS.by_name["create"]
    assert action.call_all is not None
    assert action.command_all is not None
    answers = Answers(frozenset({"internal"}), typed=typed)
    said = await action.call_all(engine, answers)
    assert said == "network back created; the engine warns: careful"
    ipam = IPAM(config=[IPAMConfig(subnet="172.30.0.0/16")])
    assert engine.networks.asked == [NetworkCreate(name="back", driver="bridge", internal=True, ipam=ipam, labels={"a": "b"})]
    assert action.command_all(answers) == ("network create --driver bridge --internal --subnet 172.30.0.0/16 --label a=b back")


@pytest.mark.parametrize(
    ("field", "text", "right"),
    [("name", " ", False), ("name", "back", True), ("subnet", "", True), ("subnet", "172.30.0.0/16", True),
     ("subnet", "172.30.0.1/16", False), ("subnet", "172.30.0.0", False), ("subnet", "fd00::/64", True),
     ("subnet", "x", False)],
)  # fmt: skip
def test_the_form_is_checked(field: str, text: str, right: bool) -> None:
    check = next(each.check for each in NETWORKS.by_name["create"].fields if each.name == field)
    assert (check(text) == "") is right


@pytest.mark.parametrize(("gone", "said"), [((), "nothing to remove"), (("a", "b"), "2 networks removed: a, b")])
async def test_prune_names_what_went(gone: tuple[str, ...], said: str) -> None:
    engine: Any = Engine(*gone)
    action = NETWORKS.by_name["prune"]
    assert action.call_all is not None
    assert await action.call_all(engine, Answers()) == said


def test_the_overview_has_ranges_and_members_with_addresses() -> None:
    found = Found(
        name="front",
        ipam=IPAM(
            driver="default", config=[IPAMConfig("172.20.0.0/16", "172.20.5.0/24", "172.20.0.1", {"router": "172.20.0.9"})]
        ),
        containers={"c1": NetworkContainer("web", ipv4_address="172.20.0.2/16")},
    )
    text = overview(found, network(users=(RUNS, STOPPED))).plain_text()
    for words in ("172.20.0.0/16", "172.20.5.0/24", "172.20.0.1", "router: 172.20.0.9", "172.20.0.2/16", "old  not running"):
        assert words in text
    assert "no container that runs" in overview(Found(), network()).plain_text()


def test_hostile_words_stay_words() -> None:
    row = network(HOSTILE, users=(User("c", HOSTILE, True, HOSTILE),), driver=HOSTILE, scope=HOSTILE, project=HOSTILE,
                  ranges=(Range(HOSTILE, HOSTILE, HOSTILE),))  # fmt: skip
    for column in NETWORKS.columns:
        text = column.cell(row).text
        assert clean(text).replace("\n", " ") == text
    found = Found(
        name=HOSTILE,
        ipam=IPAM(HOSTILE, [IPAMConfig(HOSTILE, HOSTILE, HOSTILE, {HOSTILE: HOSTILE})]),
        containers={"c": NetworkContainer(HOSTILE, ipv4_address=HOSTILE)},
        options={HOSTILE: HOSTILE},
    )
    assert clean(overview(found, row).plain_text()) == overview(found, row).plain_text()
