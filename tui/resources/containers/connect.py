"""The actions that connect containers to networks and disconnect them, with their forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from tui.engine.digits import signed_number
from tui.live.containers.container import CONTAINERS, Container
from tui.resources.containers.formats import gone, known_as, title
from tui.resources.model.action import Action, Answers, Choice, DockerCommand, Each, Field
from tui.resources.model.docker_commands import operands
from tui.resources.model.form_values import check_pairs, pair_flags, pairs, typed
from tui.resources.model.text import one_line

if TYPE_CHECKING:
    from tui.engine.objects.networks import EndpointSettings
    from tui.engine.objects.networks import Network as Found
    from tui.live.engine_session import Session

# This module is loaded with the first screen: imports that only connecting needs are late.

MAC_SINCE, PRIORITY_SINCE = "1.44", "1.48"

_MAC = re.compile(r"(?:[0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}")


# --- checks of the form ----------------------------------------------------------------------------------------------


def check_named(what: str) -> Callable[[str], str]:
    """Return a check that a name was typed."""
    return lambda text: "" if text.strip() else f"the {what}'s name, or its id"


def _check_ip(version: int) -> Callable[[str], str]:
    example = "172.20.0.10" if version == 4 else "fd00::10"

    def check(text: str) -> str:
        from tui.resources.model.validators import address_of

        address = address_of(text.strip())
        right = not text.strip() or (address is not None and address.version == version)
        return "" if right else f"an IPv{version} address such as {example}"

    return check


def _check_links(text: str) -> str:
    wrong = [word for word in text.split() if not all(word.partition(":")[::2]) and ":" in word]
    return f"{wrong[0]!r} lacks a name on one side of the :" if wrong else ""


def _check_mac(text: str) -> str:
    return "" if not text.strip() or _MAC.fullmatch(text.strip()) else "six pairs of hexadecimal digits: 02:42:ac:14:00:0a"


def _check_priority(text: str) -> str:
    return "" if re.fullmatch(r"(-?[0-9]{1,9})?", text.strip()) else "a whole number"


# --- requests --------------------------------------------------------------------------------------------------------


def _endpoint(answers: Answers) -> EndpointSettings:
    from tui.engine.objects.networks import EndpointIPAMConfig, EndpointSettings

    ipv4, ipv6 = typed(answers, "ipv4"), typed(answers, "ipv6")
    return EndpointSettings(
        ipam_config=EndpointIPAMConfig(ipv4, ipv6) if ipv4 or ipv6 else None,
        aliases=typed(answers, "aliases").split() or None,
        links=typed(answers, "links").split() or None,
        mac_address=typed(answers, "mac").replace("-", ":"),
        driver_opts=pairs(answers.text("options")) or None,
        gw_priority=signed_number(typed(answers, "priority")) or 0,
    )


def _too_new(answers: Answers, api: str) -> str:
    """Return an error for a field that an engine with this version of the API would ignore, or ""."""
    from tui.engine.version import ApiVersion

    for name, what, since in (("mac", "MAC address", MAC_SINCE), ("priority", "gateway priority", PRIORITY_SINCE)):
        if typed(answers, name) not in ("", "0") and ApiVersion.parse(api) < ApiVersion.parse(since):
            return f"this engine speaks API {api} and does not support {what} here (since {since}): leave the field empty"
    return ""


def _outside(found: Found, answers: Answers) -> str:
    """Return an error for an address outside the network's subnets, or "". Old engines report that only at the start."""
    from tui.resources.model.validators import address_of, subnet_of

    subnets = [subnet for each in found.ipam.config if (subnet := subnet_of(each.subnet)) is not None]
    for name in ("ipv4", "ipv6"):
        wanted = typed(answers, name)
        if (address := address_of(wanted)) is not None:
            family = [subnet for subnet in subnets if subnet.version == address.version]
            if family and not any(address in subnet for subnet in family):
                return f"{wanted} is not in {one_line(found.name)}'s {' or '.join(map(str, family))}"
    return ""


async def connect(session: Session, network: str, container: str, answers: Answers) -> None:
    """Connect a container (`NetworkConnect`). Raises EngineError, before the request for what the engine would not report."""
    from tui.engine import errors

    engine = session.engine
    if why := _too_new(answers, engine.api_version):
        raise errors.UnsupportedVersion(why)
    addressed = typed(answers, "ipv4") or typed(answers, "ipv6")
    if addressed and (why := _outside(await engine.networks.inspect(network), answers)):
        raise errors.BadRequest(why)
    await engine.networks.connect(network, container, _endpoint(answers))
    _look_again(session, container)


def _look_again(session: Session, container: str) -> None:
    """Read a container, by name or id, again: the engine sends no event for a stopped container."""
    for each in session.store.containers.rows.values():
        if container in (each.id, each.name) or each.id.startswith(container):
            session.store.read_again(CONTAINERS, each.id)


def connect_command(network: str, container: str, answers: Answers) -> DockerCommand:
    """Return the docker command that connects them."""
    known = {"--ip": typed(answers, "ipv4"), "--ip6": typed(answers, "ipv6"), "--gw-priority": typed(answers, "priority")}
    flags = [f"{flag}={value}" for flag, value in known.items() if value]
    flags += [f"--alias={each}" for each in typed(answers, "aliases").split()]
    flags += [f"--link={each}" for each in typed(answers, "links").split()]
    flags += pair_flags("--driver-opt", pairs(answers.text("options")))
    return ("network", "connect", *flags, *operands(network, container))


async def disconnect(session: Session, network: str, container: str, answers: Answers) -> None:
    """Disconnect a container (`NetworkDisconnect`). Raises EngineError."""
    await session.engine.networks.disconnect(network, container, force="force" in answers.ticked)
    _look_again(session, container)


def disconnect_command(network: str, container: str, answers: Answers) -> DockerCommand:
    """Return the docker command that disconnects them."""
    force = ["--force"] if "force" in answers.ticked else []
    return ("network", "disconnect", *force, *operands(network, container))


def the_only(values: Sequence[str]) -> str:
    """Return the value if there is exactly one to choose, else ""."""
    return values[0] if len(values) == 1 else ""


ENDPOINT: tuple[Field[Any], ...] = (
    Field("ipv4", "IPv4 address", check=_check_ip(4), hint="empty: assigned by the engine"),
    Field("ipv6", "IPv6 address", check=_check_ip(6), hint="empty: assigned by the engine, if the network has IPv6"),
    Field("aliases", "Aliases on this network", hint="db database", lines="values"),
    Field("links", "Links", check=_check_links, hint="container:alias", lines="values"),
    Field("mac", "MAC address", check=_check_mac, hint="empty: assigned by the engine"),
    Field("options", "Driver options", check=check_pairs, hint="name=value name=value", lines="values"),
    Field("priority", "Gateway priority", check=_check_priority, hint="0; the highest is the default gateway"),
)
FORCE = Choice("force", "force: disconnect even if the engine no longer has the container")


# --- actions of containers -------------------------------------------------------------------------------------------


def why_not_join(row: Container) -> str:
    """Return why a container cannot be connected to a network, or ""."""
    if why := gone(row):
        return why
    mode = row.network_mode
    if mode == "host":
        return "network mode is host: no other network is possible"
    if mode.startswith("container:"):
        return "shares the network of another container: connect that container"
    if mode == "none" and row.networks:
        return "connected to network none: disconnect from none first"
    return ""


def why_not_part(row: Container) -> str:
    """Return why a container cannot be disconnected from a network, or ""."""
    if why := gone(row):
        return why
    if row.network_mode == "host":
        return "network mode is host, which is fixed at creation"
    return "" if row.networks else "not connected to any network"


def joined(row: Container) -> Sequence[str]:
    """Return the names of the networks that a container is connected to."""
    return [one_line(end.network) for end in row.networks]


JOIN: Action[Container] = Action(
    name="connect",
    key="J",
    help="connect the container to a network",
    do=Each(
        call=lambda session, row, answers: connect(session, typed(answers, "network"), row.id, answers),
        command=lambda row, answers: connect_command(typed(answers, "network"), known_as(row), answers),
        single=True,
    ),
    refusal=why_not_join,
    fields=(Field("network", "Network", check=check_named("network"), offers="networks"), *ENDPOINT),
    question=lambda rows, host: f"Connect container {title(rows[0])} on {one_line(host)} to a network.",
    doing="connecting",
    done="connected to the network",
    footer=False,
)
PART: Action[Container] = Action(
    name="disconnect",
    key="X",
    help="disconnect the container from a network",
    do=Each(
        call=lambda session, row, answers: disconnect(session, typed(answers, "network"), row.id, answers),
        command=lambda row, answers: disconnect_command(typed(answers, "network"), known_as(row), answers),
        single=True,
    ),
    refusal=why_not_part,
    fields=(Field("network", "Network", lambda row: the_only(joined(row)), check_named("network"), offers=joined),),
    question=lambda rows, host: f"Disconnect container {title(rows[0])} on {one_line(host)} from a network.",
    choices=(FORCE,),
    doing="disconnecting",
    done="disconnected from the network",
    footer=False,
)
