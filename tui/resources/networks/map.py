"""A map of the networks as text: the containers on each network, and the targets of published ports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tui.live.containers.host_ports import Port, published
from tui.live.containers.network_inspector import ContainerNetworks, End
from tui.live.objects.networks import Network
from tui.resources.containers.formats import state, title
from tui.resources.model.document import Document, Link, SheetWriter
from tui.resources.model.filter_expression import natural
from tui.resources.model.text import Span, cells, one_line, pad
from tui.resources.networks.formats import kind
from tui.resources.networks.ports import place

ADDRESS = 15  # cells of an IPv4 address
NAMES = 24  # maximum cells of a container's name

Members = Sequence[tuple[ContainerNetworks, End]]


def network_map(networks: Iterable[Network], wired: Iterable[ContainerNetworks], only: str = "") -> Document:
    """Return the map of all networks, or of network `only`: containers, addresses, aliases, ports."""
    known = sorted(wired, key=lambda each: natural(each.container.name))
    ports = _by_container(known)
    chosen = sorted((net for net in networks if only in ("", net.name)), key=lambda net: (net.built_in, natural(net.name)))
    sheet = SheetWriter()
    if not only:
        _host_ports(sheet, known, ports)
        _joins(sheet, known)
    for net in chosen:
        if net.driver not in ("host", "null"):
            _network(sheet, net, [(each, end) for each in known for end in each.ends if end.network == net.name], ports)
        elif users := [each for each in known if _on(each, net.name)]:
            _without_addresses(sheet, net, users)
    if not only:
        _sharing(sheet, known)
    return sheet.done()


def _on(each: ContainerNetworks, network: str) -> bool:
    return any(end.network == network for end in each.ends)


def _by_container(known: Iterable[ContainerNetworks]) -> dict[str, list[Port]]:
    found: dict[str, list[Port]] = {}
    for port in published(known).values():
        if not port.on_host:
            found.setdefault(port.container.id, []).append(port)
    return found


def _link(each: ContainerNetworks) -> Link:
    return Link("containers", each.container.id)


def _resting(each: ContainerNetworks) -> Span:
    return Span("" if each.container.alive else f"  {state(each.container).text}", "dim")


def _style(each: ContainerNetworks) -> str:
    return "accent" if each.container.alive else "dim"


def _host_ports(sheet: SheetWriter, known: Sequence[ContainerNetworks], ports: dict[str, list[Port]]) -> None:
    """Add the published ports of the host in order, with their targets."""
    sheet.section("Published ports")
    bound = [(port, each) for each in known for port in ports.get(each.container.id, ())]
    if not bound:
        sheet.line(Span("none", "dim"))
    bound.sort(key=lambda pair: (pair[0].first == 0, pair[0].first, pair[0].kind, not pair[1].container.alive))
    shown = [(*place(port), port, each) for port, each in bound]
    width = max((cells(outside) for outside, *_ in shown), default=0)
    for outside, inside, port, each in shown:
        style = "title" if each.container.alive else "dim"
        clash = Span("  conflict" if port.rivals else "", "warn")
        target = Span(f"{title(each.container)}:{inside}", _style(each))
        sheet.line(Span(pad(outside, width), style), Span(" ─→ ", "dim"), target, _resting(each), clash, link=_link(each))


def _joins(sheet: SheetWriter, known: Sequence[ContainerNetworks]) -> None:
    """Add the containers that are on several networks."""
    joining = [each for each in known if len(each.ends) > 1]
    if joining:
        sheet.section("Containers on several networks")
    for each in joining:
        nets = " ═ ".join(one_line(end.network) for end in each.ends)
        sheet.line(
            Span(title(each.container), _style(each)), Span("  connects  ", "dim"), nets, _resting(each), link=_link(each)
        )


def _network(sheet: SheetWriter, net: Network, members: Members, ports: dict[str, list[Port]]) -> None:
    sheet.section(f"{one_line(net.name)}  {_facts(net)}")
    sheet.line(Span(_addresses(net) or "no subnet", "dim"), link=Link("networks", net.id))
    if not members:
        sheet.line(Span("no containers", "dim"))
    width = min(max((cells(title(each.container)) for each, _ in members), default=0), NAMES)
    for number, (each, end) in enumerate(sorted(members, key=lambda member: not member[0].container.alive)):
        last = number == len(members) - 1
        _member(sheet, each, end, ports.get(each.container.id, ()), last, width)


def _member(sheet: SheetWriter, each: ContainerNetworks, end: End, ports: Sequence[Port], last: bool, width: int) -> None:
    """Add a container on a network: its address and aliases; below, its published ports and other networks."""
    address = end.ipv4 or ("" if end.ipv6 else "no address")
    aliases = f"  {', '.join(map(one_line, end.aliases))}" if end.aliases else ""
    address = pad(one_line(address), ADDRESS) if address and aliases else one_line(address)
    sheet.line(
        Span("└─ " if last else "├─ ", "dim"),
        Span(pad(title(each.container), width), _style(each)),
        "  ",
        Span(address, "" if end.ipv4 else "dim"),
        aliases,
        _resting(each),
        copy=end.ipv4 or end.ipv6,
        link=_link(each),
    )
    stem = "      " if last else "│     "
    if end.ipv6:
        sheet.line(Span(stem, "dim"), one_line(end.ipv6), copy=end.ipv6)
    for port in ports:
        outside, inside = place(port)
        sheet.line(Span(stem, "dim"), Span("host ", "dim"), Span(outside, _style(each)), Span(" ─→ ", "dim"), inside)
    for other in each.ends:
        if other.network != end.network:
            address = other.ipv4 or other.ipv6
            there = f" as {one_line(address)}" if address else ""
            sheet.line(Span(stem, "dim"), Span("═ also on ", "dim"), one_line(other.network), Span(there, "dim"))


def _facts(net: Network) -> str:
    scope = "" if net.scope in ("", "local") else net.scope
    return " ".join(one_line(word) for word in (net.driver, scope, kind(net)) if word)


def _addresses(net: Network) -> str:
    return one_line(
        "; ".join(f"{each.subnet}" + (f" gateway {each.gateway}" if each.gateway else "") for each in net.ranges if each.subnet)
    )


def _without_addresses(sheet: SheetWriter, net: Network, users: Sequence[ContainerNetworks]) -> None:
    on_host = net.driver == "host"
    sheet.section("Network mode host" if on_host else "Network mode none")
    for each in users:
        exposed = each.inside.exposed if each.inside else ()
        says = f"exposes {' '.join(map(one_line, exposed))}" if exposed else "ports open directly on the host"
        more = f"  {says}" if on_host else ""
        sheet.line(Span(title(each.container), _style(each)), Span(more, "dim"), _resting(each), link=_link(each))


def _sharing(sheet: SheetWriter, known: Sequence[ContainerNetworks]) -> None:
    """Add the containers that share another container's network."""
    sharing = [each for each in known if each.container.network_mode.startswith("container:")]
    names = {each.container.id: title(each.container) for each in known}
    if sharing:
        sheet.section("Network mode container")
    for each in sharing:
        target = each.container.network_mode.partition(":")[2]
        name = names.get(target) or next((name for id, name in names.items() if id.startswith(target)), one_line(target[:12]))
        words = Span("  uses the network of  ", "dim")
        sheet.line(Span(title(each.container), _style(each)), words, name, _resting(each), link=_link(each))
