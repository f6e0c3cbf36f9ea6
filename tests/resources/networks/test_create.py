"""Creating a network: accepted input, and the request."""

from typing import Any

import pytest

from tests.resources.performing import command, of_engine, perform
from tui.engine.objects.networks import IPAM, IPAMConfig, NetworkCreate, NetworkCreated
from tui.resources.model.action import Answers
from tui.resources.networks.create import CREATE, check_whole

NOTHING = {"name": "", "driver": "", "subnet": "", "gateway": "", "range": "", "kept": "", "options": "", "labels": ""}


class Engine:
    """An engine that records requests."""

    def __init__(self) -> None:
        self.asked: list[NetworkCreate] = []
        self.networks = self

    async def create(self, wanted: NetworkCreate) -> NetworkCreated:
        self.asked.append(wanted)
        return NetworkCreated("n1", "careful")


def answers(*ticked: str, **typed: str) -> Answers:
    return Answers(frozenset(ticked), typed=tuple({**NOTHING, **typed}.items()))


async def created(given: Answers) -> tuple[NetworkCreate, str]:
    engine: Any = Engine()
    said = await perform(CREATE, of_engine(engine), answers=given)
    return engine.asked[0], said


async def test_the_form_becomes_a_request_and_a_command() -> None:
    given = answers(
        "internal",
        "attachable",
        name=" back ",
        subnet="172.30.0.0/16 fd00:30::/64",
        gateway="172.30.0.1",
        range="172.30.5.0/24",
        kept="router=172.30.0.9 six=fd00:30::9",
        options="a=b",
        labels="c=d",
    )
    wanted, said = await created(given)
    assert said == "network back created; the engine warns: careful"
    four = IPAMConfig("172.30.0.0/16", "172.30.5.0/24", "172.30.0.1", {"router": "172.30.0.9"})
    assert wanted == NetworkCreate(
        name="back",
        driver="bridge",
        internal=True,
        attachable=True,
        enable_ipv6=True,
        options={"a": "b"},
        labels={"c": "d"},
        ipam=IPAM(config=[four, IPAMConfig("fd00:30::/64", auxiliary_addresses={"six": "fd00:30::9"})]),
    )
    assert " ".join(command(CREATE, answers=given)) == (
        "network create --driver=bridge --internal --attachable --ipv6 --subnet=172.30.0.0/16 --gateway=172.30.0.1"
        " --ip-range=172.30.5.0/24 --subnet=fd00:30::/64 --aux-address=router=172.30.0.9 --aux-address=six=fd00:30::9"
        " --opt=a=b --label=c=d back"
    )


async def test_what_was_not_typed_is_left_to_the_engine() -> None:
    wanted, _ = await created(answers(name="back"))
    assert wanted == NetworkCreate(name="back", driver="bridge")
    assert (await created(answers("ipv6", name="back")))[0].enable_ipv6 is True


@pytest.mark.parametrize(
    ("field", "text", "wrong"),
    [
        ("name", " ", "enter a name"),
        ("name", "host", "predefined network"),
        ("name", "a b/c", ""),
        ("subnet", "", ""),
        ("subnet", "172.30.0.0/16 fd00::/64", ""),
        ("subnet", "172.30.0.1/16", "write 172.30.0.0/16"),
        ("subnet", "172.30.0.0", "172.30.0.0 has no prefix length"),
        ("subnet", "x/8", "not a subnet"),
        ("subnet", "172.30.0.0/99", "not a subnet"),
        ("gateway", "172.30.0.1", ""),
        ("gateway", "172.30.0.1/16", "not an address"),
        ("kept", "router=172.30.0.2", ""),
        ("kept", "router", "not an address"),
        ("kept", "'x", "quotation mark"),
    ],
)
def test_each_field_says_what_is_wrong_with_it(field: str, text: str, wrong: str) -> None:
    said = next(each.check for each in CREATE.fields if each.name == field)(text)
    assert wrong in said
    assert bool(said) is bool(wrong)


SUBNET = "172.30.0.0/16"


@pytest.mark.parametrize(
    ("typed", "field", "why"),
    [
        ({"gateway": "172.30.0.1"}, "gateway", "a gateway needs a subnet"),
        ({"range": "172.30.0.0/24"}, "range", "a range needs a subnet"),
        ({"kept": "a=172.30.0.1"}, "kept", "a reserved address needs a subnet"),
        ({"subnet": SUBNET, "gateway": "10.0.0.1"}, "gateway", "10.0.0.1 is not in 172.30.0.0/16"),
        ({"subnet": SUBNET, "gateway": "172.30.0.1 172.30.0.2"}, "gateway", "are both in 172.30.0.0/16"),
        ({"subnet": SUBNET, "gateway": "172.30.0.0"}, "gateway", "is the first address"),
        ({"subnet": SUBNET, "gateway": "172.30.255.255"}, "gateway", "is the last address"),
        ({"subnet": "172.30.0.0/24", "range": "172.30.0.0/16"}, "range", "is not in 172.30.0.0/24"),
        ({"subnet": SUBNET, "kept": "a=10.0.0.1"}, "kept", "10.0.0.1 is not in"),
        ({"subnet": SUBNET, "gateway": "172.30.0.1", "kept": "a=172.30.0.1"}, "kept", "a: 172.30.0.1 is the gateway"),
        ({"subnet": f"{SUBNET} 172.30.5.0/24"}, "subnet", "overlap"),
        ({"subnet": "172.30.0.0/24 172.31.0.0/24"}, "subnet", "a bridge has one IPv4 subnet"),
        ({"driver": "host"}, "driver", "creates no other"),
    ],
)
def test_what_does_not_fit_together_is_said_beside_its_field(typed: dict[str, str], field: str, why: str) -> None:
    assert check_whole(answers(**typed))[0] == field
    assert why in check_whole(answers(**typed))[1]


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"subnet": SUBNET, "gateway": "172.30.0.1", "range": "172.30.5.0/24", "kept": "a=172.30.0.2"},
        {"subnet": f"{SUBNET} fd00::/64", "gateway": "fd00::1 172.30.0.1"},
        {"driver": "macvlan", "subnet": "172.30.0.0/24 172.31.0.0/24", "gateway": "172.31.0.1 172.30.0.1"},
        {"subnet": "172.30.0.0/31", "gateway": "172.30.0.0"},
    ],
)
def test_what_fits_is_right(typed: dict[str, str]) -> None:
    assert check_whole(answers(**typed)) == ("", "")
