"""The overview of a network."""

from __future__ import annotations

from tui.engine.objects.networks import Network as Found
from tui.live.containers.network_inspector import ContainerNetworks
from tui.live.containers.used_by import Used
from tui.live.objects.network_members import Membership
from tui.live.objects.networks import Network
from tui.resources.containers.formats import state
from tui.resources.model import formats
from tui.resources.model.document import Document, Link, SheetWriter
from tui.resources.model.filter_expression import natural
from tui.resources.model.inspect import named_values
from tui.resources.model.text import Span, one_line
from tui.resources.networks.formats import kind

VXLAN = "com.docker.network.driver.overlay.vxlanid_list"

FULL_ID = 64
"""Length of a container's id; other endpoints of a network (a load balancer) have ids of other lengths."""


def overview(membership: Membership, row: Used[Network], secrets: bool = False) -> Document:
    """Return the overview of a network: properties, addresses, members."""
    found = membership.found
    sheet = SheetWriter(secrets)
    sheet.section("Network")
    sheet.field("Name", found.name, "accent")
    sheet.field("Driver", found.driver)
    sheet.field("Scope", found.scope)
    sheet.field("Kind", kind(row.item))
    sheet.field("Means", _meaning(found))
    sheet.field("VXLAN id", found.options.get(VXLAN, ""))
    sheet.field("Configured by", found.config_from.network, link=Link("networks", found.config_from.network))
    sheet.field("Created", formats.when(row.item.created))
    sheet.field("Project", row.item.project, link=Link("projects", row.item.project))
    sheet.field("Id", found.id)
    sheet.section("Addresses")
    sheet.field("IPAM driver", found.ipam.driver)
    for each in found.ipam.config:
        sheet.field("Subnet", each.subnet)
        sheet.field("Gateway", each.gateway)
        sheet.field("Range", each.ip_range)
        for name, address in sorted(each.auxiliary_addresses.items()):
            sheet.field("Reserved", f"{one_line(name)}: {address}")
    _members(sheet, membership)
    _overlay(sheet, membership)
    named_values(sheet, "Options", found.options, secrets)
    named_values(sheet, "Labels", found.labels, secrets)
    return sheet.done()


def _meaning(found: Found) -> str:
    """Return the purpose of a special network."""
    if found.ingress:
        return "ingress network of the swarm: carries the published ports of services"
    if found.config_only:
        return "configuration only: other networks are created from this configuration"
    if found.driver == "host":
        return "containers use the host's network stack"
    if found.driver == "null":
        return "containers have no network"
    if found.scope == "swarm":
        return "for services on all nodes" + ("" if found.attachable else ", not for standalone containers")
    return "containers reach each other, but no other network" if found.internal else ""


def _members(sheet: SheetWriter, membership: Membership) -> None:
    """Add the containers, running ones first, and other endpoints (a service's load balancer)."""
    network = membership.found.name
    sheet.section("Containers")
    ends = [(each, end) for each in membership.members for end in each.ends if end.network == network]
    rows = [
        (one_line(each.container.name), end.ipv4, end.ipv6, end.mac, _resting(each), ", ".join(end.aliases))
        for each, end in ends
    ]
    links: list[Link | None] = [Link("containers", each.container.id) for each, _ in ends]
    listed = {each.container.id for each, _ in ends}
    for id, other in sorted(membership.found.containers.items(), key=lambda item: natural(item[1].name)):
        if id not in listed:
            rows.append((other.name, _bare(other.ipv4_address), _bare(other.ipv6_address), other.mac_address, "", ""))
            links.append(Link("containers", id) if len(id) == FULL_ID else None)
    if not rows:
        sheet.line(Span("none", "dim"))
        return
    heading = ("CONTAINER", "IPV4", "IPV6", "MAC", "STATE", "ALIASES")
    kept = [number for number in range(len(heading)) if any(row[number] for row in rows)]
    sheet.table([[row[number] for number in kept] for row in rows], [heading[number] for number in kept], links)
    if membership.more:
        sheet.line(Span(f"aliases of {membership.more} containers not loaded", "dim"))


def _overlay(sheet: SheetWriter, membership: Membership) -> None:
    """Add the services and the nodes of an overlay network."""
    overlay, peers = membership.overlay, membership.found.peers or []
    if overlay.services:
        sheet.section("Services")
        rows = [(each.name, each.vip or "none, by DNS", ", ".join(each.tasks)) for each in overlay.services]
        sheet.table(rows, ("SERVICE", "VIP", "TASKS"), [Link("services", each.name) for each in overlay.services])
    if peers:
        sheet.section("Nodes")
        nodes = [overlay.node(peer.ip) for peer in peers]
        links = [Link("nodes", name) if name else None for name in nodes]
        sheet.table([(name or peer.name, peer.ip) for name, peer in zip(nodes, peers, strict=True)], ("NODE", "ADDRESS"), links)


def _resting(each: ContainerNetworks) -> str:
    return "" if each.container.alive else state(each.container).text


def _bare(address: str) -> str:
    return address.partition("/")[0]


def diagram(membership: Membership, row: Used[Network], _secrets: bool = False) -> Document:
    """Return the part of the map that shows this network."""
    from tui.resources.networks.map import network_map

    return network_map([row.item], membership.members, row.item.name)
