"""The action create of networks: the form, its checks by the engine's rules, and the request."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from tui.engine.objects.networks import IPAM, IPAMConfig, NetworkCreate
from tui.live.containers.used_by import Used
from tui.live.objects.networks import BUILT_IN, Network
from tui.resources.model.action import Action, Answers, Choice, DockerCommand, Field, Whole
from tui.resources.model.docker_commands import operands
from tui.resources.model.form_values import check_pairs, pair_flags, pairs, typed
from tui.resources.model.text import one_line
from tui.resources.model.validators import address_of, subnet_of

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.live.engine_session import Session

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Subnet = ipaddress.IPv4Network | ipaddress.IPv6Network
Wrong = tuple[str, str]
"""A field's name and its error; two empty texts for no error."""

PREDEFINED = frozenset({"host", "null"})
"""Drivers with one predefined network each."""

RIGHT: Wrong = ("", "")


async def drivers(engine: Engine) -> list[str]:
    """Return the drivers of which the engine can create networks (`SystemInfo`). Raises EngineError."""
    info = await engine.system.info()
    in_swarm = info.swarm.local_node_state == "active"
    return [name for name in info.plugins.network if name not in PREDEFINED and (in_swarm or name != "overlay")]


# --- checks of single fields -----------------------------------------------------------------------------------------


def check_name(text: str) -> str:
    """Check a network's name."""
    name = text.strip()
    if not name:
        return "enter a name"
    return f"{name} is a predefined network" if name in {*BUILT_IN, "default"} else ""


def check_subnets(text: str) -> str:
    """Check a list of subnets."""
    for word in text.split():
        address, slash, _ = word.partition("/")
        if not slash:
            return f"{one_line(word)} has no prefix length: write 172.30.0.0/16"
        loose = subnet_of(word)
        if loose is None:
            return f"{word!r} is not a subnet such as 172.30.0.0/16"
        if loose.network_address != address_of(address):
            return f"{one_line(word)} has host bits set: write {loose}"
    return ""


def _check_addresses(text: str) -> str:
    wrong = next((word for word in text.split() if address_of(word) is None), "")
    return f"{wrong!r} is not an address such as 172.30.0.1" if wrong else ""


def _check_kept(text: str) -> str:
    if problem := check_pairs(text):
        return problem
    wrong = next((value for value in pairs(text).values() if address_of(value) is None), None)
    return "" if wrong is None else f"{wrong!r} is not an address: write router=172.30.0.2"


# --- checks of all fields together -----------------------------------------------------------------------------------


def check_whole(answers: Answers) -> Wrong:
    """Return the error in addresses that are valid one by one."""
    subnets, ranges = _networks(answers, "subnet"), _networks(answers, "range")
    gateways = [ipaddress.ip_address(word) for word in typed(answers, "gateway").split()]
    kept = {name: ipaddress.ip_address(value) for name, value in pairs(answers.text("kept")).items()}
    driver = typed(answers, "driver") or "bridge"
    wrongs = (
        _check_driver(driver),
        _check_apart(subnets, driver),
        _check_each("range", "a range", ranges, subnets),
        _check_each("gateway", "a gateway", gateways, subnets),
        _check_edges(gateways, subnets),
        _check_kept_apart(kept, gateways, subnets),
    )
    return next((wrong for wrong in wrongs if wrong[1]), RIGHT)


def _networks(answers: Answers, name: str) -> list[Subnet]:
    return [ipaddress.ip_network(word) for word in typed(answers, name).split()]


def _check_apart(subnets: list[Subnet], driver: str) -> Wrong:
    for one, other in combinations(subnets, 2):
        if one.version == other.version and one.overlaps(other):
            return "subnet", f"{one} and {other} overlap"
        if one.version == other.version and driver == "bridge":
            return "subnet", f"a bridge has one IPv{one.version} subnet, not {one} and {other}"
    return RIGHT


def _home(inner: Address | Subnet, subnets: Iterable[Subnet]) -> Subnet | None:
    """Return the subnet that contains an address or a range, or None."""
    first = inner if isinstance(inner, Address) else inner.network_address
    last = inner if isinstance(inner, Address) else inner.broadcast_address
    return next((subnet for subnet in subnets if first in subnet and last in subnet), None)


def _check_inside(field: str, what: str, inner: Address | Subnet, subnets: list[Subnet]) -> Wrong:
    if not subnets:
        return field, f"{what} needs a subnet: fill in the subnet"
    if _home(inner, subnets) is None:
        return field, f"{inner} is not in {' or '.join(map(str, subnets))}"
    return RIGHT


def _check_each(field: str, what: str, inner: Sequence[Address | Subnet], subnets: list[Subnet]) -> Wrong:
    for each in inner:
        wrong = _check_inside(field, what, each, subnets)
        if wrong[1]:
            return wrong
    for one, other in combinations(inner, 2):
        if _home(one, subnets) == _home(other, subnets):
            return field, f"{one} and {other} are both in {_home(one, subnets)}"
    return RIGHT


def _check_edges(gateways: list[Address], subnets: list[Subnet]) -> Wrong:
    for gateway in gateways:
        home = _home(gateway, subnets)
        if home is None or home.version == 6 or home.prefixlen > 30:
            continue
        if gateway in (home.network_address, home.broadcast_address):
            end = "first" if gateway == home.network_address else "last"
            return "gateway", f"{gateway} is the {end} address of {home}: not usable"
    return RIGHT


def _check_kept_apart(kept: dict[str, Address], gateways: list[Address], subnets: list[Subnet]) -> Wrong:
    for name, address in kept.items():
        wrong = _check_inside("kept", "a reserved address", address, subnets)
        if wrong[1]:
            return wrong
        if address in gateways:
            return "kept", f"{name}: {address} is the gateway"
    return RIGHT


def _check_driver(driver: str) -> Wrong:
    if driver in ("host", "null", "none"):
        return "driver", f"the engine has one network of the driver {driver} and creates no other"
    return RIGHT


# --- the request -----------------------------------------------------------------------------------------------------


def made(answers: Answers) -> NetworkCreate:
    """Return the body of `NetworkCreate`. IPv6 is enabled by the first IPv6 subnet."""
    subnets = _networks(answers, "subnet")
    return NetworkCreate(
        name=typed(answers, "name"),
        driver=typed(answers, "driver") or "bridge",
        internal="internal" in answers.ticked,
        attachable="attachable" in answers.ticked,
        ipam=IPAM(config=[_pool(answers, subnet) for subnet in subnets]) if subnets else None,
        enable_ipv6=True if "ipv6" in answers.ticked or any(subnet.version == 6 for subnet in subnets) else None,
        options=pairs(answers.text("options")),
        labels=pairs(answers.text("labels")),
    )


def _pool(answers: Answers, subnet: Subnet) -> IPAMConfig:
    """Return a subnet with the gateway, range and reserved addresses inside it."""
    gateways = [word for word in typed(answers, "gateway").split() if ipaddress.ip_address(word) in subnet]
    ranges = [str(each) for each in _networks(answers, "range") if _home(each, [subnet])]
    kept = {name: value for name, value in pairs(answers.text("kept")).items() if ipaddress.ip_address(value) in subnet}
    return IPAMConfig(str(subnet), "".join(ranges[:1]), "".join(gateways[:1]), kept)


async def _create(session: Session, answers: Answers) -> str:
    wanted = made(answers)
    done = await session.engine.networks.create(wanted)
    said = f"; the engine warns: {one_line(done.warning)}" if done.warning else ""
    return f"network {one_line(wanted.name)} created{said}"


def _create_command(answers: Answers) -> DockerCommand:
    wanted = made(answers)
    pools = wanted.ipam.config if wanted.ipam else []
    flags = [f"--driver={wanted.driver}", *(["--internal"] if wanted.internal else [])]
    flags += [*(["--attachable"] if wanted.attachable else []), *(["--ipv6"] if wanted.enable_ipv6 else [])]
    parts: tuple[tuple[str, Callable[[IPAMConfig], str]], ...] = (
        ("--subnet", lambda pool: pool.subnet),
        ("--gateway", lambda pool: pool.gateway),
        ("--ip-range", lambda pool: pool.ip_range),
    )
    flags += [f"{flag}={part(pool)}" for pool in pools for flag, part in parts if part(pool)]
    flags += [flag for pool in pools for flag in pair_flags("--aux-address", pool.auxiliary_addresses)]
    flags += [*pair_flags("--opt", wanted.options), *pair_flags("--label", wanted.labels)]
    return ("network", "create", *flags, *operands(wanted.name))


CREATE: Action[Used[Network]] = Action(
    name="create",
    key="c",
    help="create a network",
    do=Whole(call=_create, command=_create_command),
    question=lambda _rows, host: f"Create a network on {one_line(host)}.",
    doing="creating",
    done="created",
    check=check_whole,
    fields=(
        Field("name", "Name", check=check_name),
        Field("driver", "Driver", hint="bridge", asks=drivers),
        Field(
            "subnet",
            "Subnet",
            check=check_subnets,
            hint="empty: chosen by the engine; 172.30.0.0/16 fd00:30::/64",
            lines="values",
        ),
        Field("gateway", "Gateway", check=_check_addresses, hint="empty: the subnet's first address", lines="values"),
        Field("range", "IP range for containers", check=check_subnets, hint="empty: the whole subnet", lines="values"),
        Field("kept", "Reserved addresses", check=_check_kept, hint="router=172.30.0.2 printer=172.30.0.3", lines="values"),
        Field("options", "Driver options", check=check_pairs, hint="com.docker.network.driver.mtu=1400", lines="values"),
        Field("labels", "Labels", check=check_pairs, hint="name=value name=value", lines="values"),
    ),
    choices=(
        Choice("ipv6", "enable IPv6; the engine chooses a subnet if none is given"),
        Choice("internal", "internal: no access to other networks"),
        Choice("attachable", "attachable: allow standalone containers on a swarm network"),
    ),
)
