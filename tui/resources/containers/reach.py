"""Who reaches whom: the tab reach of containers and networks, by docker's rules for networks on one host.

Firewall rules that are not docker's, and what a process listens on, are not known to the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from tui.live.containers.container import Container
from tui.live.containers.namespaces import SHARED
from tui.live.containers.network_inspector import ContainerNetworks, End
from tui.live.objects.networks import Network
from tui.live.objects.reach import Reach
from tui.resources.containers.formats import ports, state, title
from tui.resources.model.document import Document, Link, SheetWriter
from tui.resources.model.filter_expression import natural
from tui.resources.model.sentence import sentence
from tui.resources.model.text import Span, count, one_line

if TYPE_CHECKING:
    from tui.engine.objects.networks import Port

Members = Sequence[tuple[ContainerNetworks, End]]

BRIDGE = "com.docker.network.bridge."
LOOPBACK = ("127.0.0.1", "::1")

ON_OTHER_DRIVERS = {
    "macvlan": "Machines on the parent network reach all ports at the containers' addresses; the host itself does not.",
    "ipvlan": "Machines on the parent network reach all ports at the containers' addresses; the host itself does not.",
    "overlay": "The network spans the nodes of the swarm: containers on other nodes are reached too, but not listed here.",
}
GATEWAY_MODES = {
    "nat-unprotected": "Other machines with a route to the subnet reach all ports (gateway mode nat-unprotected).",
    "routed": "Other machines with a route to the subnet reach published ports at containers' addresses (gateway mode routed).",
    "isolated": "The host does not reach the containers (gateway mode isolated).",
}


def of_container(found: Reach, row: Container, secrets: bool = False) -> Document:
    """Return what a container reaches, and what reaches it."""
    sheet = SheetWriter(secrets)
    own = found.containers.get(row.id)
    owner = found.owner(own) if own is not None else None
    if own is None:
        sheet.text(f"{title(row)} was removed.", "dim")
        return sheet.done()
    _stack(sheet, found, own, owner)
    if owner is None or owner.container.network_mode == "none":
        return sheet.done()
    if owner.container.network_mode == "host":
        _of_host(sheet, found, owner)
    else:
        _of_bridges(sheet, found, owner)
    _limit(sheet, found)
    return sheet.done()


def of_network(found: Reach, network: str, secrets: bool = False) -> Document:
    """Return the rules of a network, and what reaches the containers on it."""
    sheet = SheetWriter(secrets)
    if (net := found.networks.get(network)) is None:
        sheet.text(f"{one_line(network)} was removed.", "dim")
        return sheet.done()
    _network(sheet, found, net, found.on(network))
    _limit(sheet, found)
    return sheet.done()


def _limit(sheet: SheetWriter, found: Reach) -> None:
    if found.more:
        sheet.section("Limit")
        sheet.text(f"Names and exposed ports of {count(found.more, 'container')} are not loaded.", "dim")


# --- a container -----------------------------------------------------------------------------------------------------


def _stack(sheet: SheetWriter, found: Reach, own: ContainerNetworks, owner: ContainerNetworks | None) -> None:
    """Add the container's network stack, and the containers that share it."""
    mode = own.container.network_mode
    sheet.section("Network stack")
    if owner is None:
        sheet.field("Mode", f"that of container {one_line(mode.removeprefix(SHARED)[:12])}, which was removed", "bad")
        sheet.text("Neither reaches nor is reached. Recreate the container.", "bad")
        return
    if owner is not own:
        sheet.field("Mode", f"that of container {title(owner.container)}", link=_link(owner))
    elif mode == "host":
        sheet.field("Mode", "the host's")
    elif mode == "none":
        sheet.field("Mode", "none: neither reaches nor is reached")
    else:
        sheet.field("Mode", f"own, on {count(len(own.ends), 'network')}")
    if not own.container.alive:
        sheet.field("State", f"{state(own.container).text}: what follows holds once the container runs", "warn")
    sharing = [each for each in (owner, *found.sharers(owner)) if each is not own]
    _list(sheet, [(each, "same network stack: at localhost") for each in sharing])


def _of_bridges(sheet: SheetWriter, found: Reach, owner: ContainerNetworks) -> None:
    """Add what a container reaches over its networks and through the host, what reaches it, and what it does not reach."""
    mine = [net for end in owner.ends if (net := found.networks.get(end.network)) is not None]
    for net in mine:
        _network(sheet, found, net, [(each, end) for each, end in found.on(net.name) if found.owner(each) is not owner])
    leaves = any(not net.internal for net in mine)
    names = {net.name for net in mine}
    apart = [each for each in _others(found, owner) if names.isdisjoint(end.network for end in found.ends(each))]
    published = {each.container.id: where for each in apart if (where := _at_the_host(found, each))} if leaves else {}
    if published:
        sheet.section("Reached at the host's addresses")
        _list(sheet, [(each, published[each.container.id]) for each in apart if each.container.id in published])
    _reached_by(sheet, owner, mine)
    hidden = [each for each in apart if each.container.id not in published]
    if hidden:
        sheet.section("Not reached")
        _list(sheet, [(each, _where(found, each)) for each in hidden])


def _others(found: Reach, owner: ContainerNetworks) -> list[ContainerNetworks]:
    """Return the containers with another network stack, of stopped ones too, by name."""
    return _by_name(each for each in found.containers.values() if found.owner(each) is not owner)


def _outside(each: ContainerNetworks) -> list[Port]:
    """Return the published ports that containers and other machines reach: not those of the loopback address only."""
    return [port for port in each.container.ports if port.public_port and port.ip not in LOOPBACK]


def _at_the_host(found: Reach, each: ContainerNetworks) -> str:
    """Return where containers of other networks reach a container at the host's addresses, or ""."""
    owner = found.owner(each)
    if owner is None or not each.container.alive:
        return ""
    if owner.container.network_mode == "host":
        return "on the host's network, at the ports that its processes listen on"
    return ports(_outside(owner))


def _where(found: Reach, each: ContainerNetworks) -> str:
    """Return the networks of a container that is not reached."""
    owner = found.owner(each)
    if owner is None:
        return "shares the network stack of a container that was removed"
    through = "" if owner is each else f", through {title(owner.container)}"
    names = ", ".join(one_line(end.network) for end in owner.ends)
    rests = "" if each.container.alive else f"  {state(each.container).text}"
    mode = owner.container.network_mode
    where = "has no network" if mode == "none" or not names else "on the host's network" if mode == "host" else f"on {names}"
    return f"{where}{through}{rests}"


def _reached_by(sheet: SheetWriter, owner: ContainerNetworks, mine: Sequence[Network]) -> None:
    """Add the ways to the container from outside of its networks."""
    sheet.section("Reached by")
    drivers = {net.name: net.driver for net in mine}
    isolated = {net.name for net in mine if "isolated" in _gateway_modes(net)}
    addresses = [
        end.ipv4 or end.ipv6 for end in owner.ends if drivers.get(end.network) == "bridge" and end.network not in isolated
    ]
    known = ", ".join(filter(None, addresses))
    sheet.field("The host", f"all ports, at {known}" if known else "", copy=known)
    outside, everything = _outside(owner), [port for port in owner.container.ports if port.public_port]
    if any(net.internal for net in mine) and all(net.internal for net in mine):
        sheet.field("Other machines", "no: all networks are internal")
        return
    sheet.field("Other machines", ports(outside) if outside else "no: no published port")
    if len(everything) > len(outside):
        sheet.field("Only the host", ports(port for port in everything if port not in outside))


def _of_host(sheet: SheetWriter, found: Reach, owner: ContainerNetworks) -> None:
    """Add what a container on the host's network reaches, and what reaches it."""
    sheet.section("Reaches")
    sentence(sheet, "Services of the host and published ports at localhost; containers on bridge networks at their addresses.")
    on_bridges = {net.name for net in found.networks.values() if net.driver == "bridge"}
    others = [each for each in _others(found, owner) if each.container.alive]
    _table(sheet, found, [(each, end) for each in others for end in found.ends(each) if end.network in on_bridges])
    sheet.section("Reached by")
    exposed = f": the image exposes {_exposed(owner)}" if _exposed(owner) else ""
    sentence(sheet, f"Everything that reaches the host, at the ports that its processes listen on{exposed}.")


# --- a network -------------------------------------------------------------------------------------------------------


def _network(sheet: SheetWriter, found: Reach, net: Network, members: Members) -> None:
    """Add a network's rules, and the containers on it."""
    subnets = " ".join(each.subnet for each in net.ranges if each.subnet)
    sheet.section("  ".join(filter(None, (f"On network {net.name}", net.driver, subnets))))
    for rule in rules(net):
        sentence(sheet, rule, "dim")
    if members:
        _table(sheet, found, members)
    else:
        sheet.line(Span("no other container", "dim"), link=Link("networks", net.id))


def rules(net: Network) -> list[str]:
    """Return what docker allows on a network, as sentences."""
    if net.driver == "host":
        return ["Containers use the host's network stack: they are reached at the host's addresses."]
    if net.driver == "null":
        return ["Containers on this network neither reach nor are reached."]
    said = [_among(net)]
    if net.internal:
        said.append("Internal: no way to other networks, to published ports of the host, or to other machines.")
    said += [words for mode, words in GATEWAY_MODES.items() if mode in _gateway_modes(net)]
    if net.options.get(f"{BRIDGE}enable_ip_masquerade") == "false":
        said.append("No masquerading: other machines see the containers' own addresses.")
    return [*said, *([ON_OTHER_DRIVERS[net.driver]] if net.driver in ON_OTHER_DRIVERS else [])]


def _among(net: Network) -> str:
    if net.options.get(f"{BRIDGE}enable_icc") == "false":
        return "Containers on this network do not reach each other (option enable_icc=false), except at published ports."
    if net.driver == "bridge" and net.built_in:
        return "Containers on this network reach each other at all ports, by address: the predefined bridge has no names."
    return "Containers on this network reach each other at all ports, by name or address."


def _gateway_modes(net: Network) -> set[str]:
    return {net.options.get(f"{BRIDGE}gateway_mode_{family}", "") for family in ("ipv4", "ipv6")}


def _table(sheet: SheetWriter, found: Reach, members: Members) -> None:
    """Add containers with their names and addresses on a network, their exposed and published ports, and other networks."""
    ordered = sorted(members, key=lambda member: (not member[0].container.alive, natural(member[0].container.name)))
    columns: dict[str, Callable[[ContainerNetworks, End], str]] = {
        "CONTAINER": lambda each, _: title(each.container),
        "OTHER NAMES": lambda each, end: " ".join(filter(None, (_stack_of(found, each), *end.aliases))),
        "ADDRESS": lambda _, end: end.ipv4 or end.ipv6,
        "EXPOSED": lambda each, _: _exposed(each),
        "PUBLISHED": lambda each, _: ports(port for port in each.container.ports if port.public_port),
        "ALSO ON": lambda each, end: " ".join(other.network for other in found.ends(each) if other.network != end.network),
        "NETWORK STACK OF": lambda each, _: _stack_of(found, each),
        "STATE": lambda each, _: "" if each.container.alive else state(each.container).text,
    }
    rows = [[text(each, end) for text in columns.values()] for each, end in ordered]
    kept = [number for number in range(len(columns)) if any(row[number] for row in rows)]
    heading = [*columns]
    shown = [[row[number] for number in kept] for row in rows]
    sheet.table(shown, [heading[number] for number in kept], [_link(each) for each, _ in ordered])


def _stack_of(found: Reach, each: ContainerNetworks) -> str:
    owner = found.owner(each)
    return "" if owner is None or owner is each else title(owner.container)


def _exposed(each: ContainerNetworks) -> str:
    return " ".join(each.inside.exposed) if each.inside is not None else ""


def _list(sheet: SheetWriter, rows: Sequence[tuple[ContainerNetworks, str]]) -> None:
    """Add containers, each with a text about it."""
    if rows:
        sheet.table([(title(each.container), text) for each, text in rows], (), [_link(each) for each, _ in rows])


def _by_name(rows: Iterable[ContainerNetworks]) -> list[ContainerNetworks]:
    return sorted(rows, key=lambda each: (not each.container.alive, natural(each.container.name)))


def _link(each: ContainerNetworks) -> Link:
    return Link("containers", each.container.id)
