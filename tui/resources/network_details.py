"""The overview of a network, in words."""

from __future__ import annotations

from tui.engine.objects.networks import Network as Found
from tui.live.networks import Network
from tui.live.users import Used
from tui.resources import words
from tui.resources.container_details import named_values
from tui.resources.document import Document, Link, SheetWriter
from tui.resources.matching import natural
from tui.resources.shelves import users_section
from tui.resources.text import Span, one_line


def kind(network: Network) -> str:
    """What is special about a network: internal, IPv6, ..."""
    kinds = (("internal", network.internal), ("attachable", network.attachable), ("ingress", network.ingress))
    return " ".join(word for word, so in (*kinds, ("IPv6", network.ipv6), ("only a configuration", network.config_only)) if so)


def overview(found: Found, row: Used[Network], secrets: bool = False) -> Document:
    """What a network is, its addresses, who is on it (`NetworkInspect`)."""
    sheet = SheetWriter()
    sheet.section("Network")
    sheet.field("Name", found.name, "accent")
    sheet.field("Driver", found.driver)
    sheet.field("Scope", found.scope)
    sheet.field("Kind", kind(row.item))
    sheet.field("Created", words.when(row.item.created))
    sheet.field("Project", row.item.project, link=Link("projects", row.item.project))
    sheet.field("Id", found.id)
    sheet.section("Addresses")
    sheet.field("Given out by", found.ipam.driver)
    for each in found.ipam.config:
        sheet.field("Subnet", each.subnet)
        sheet.field("Gateway", each.gateway)
        sheet.field("Range", each.ip_range)
        for name, address in sorted(each.auxiliary_addresses.items()):
            sheet.field("Kept for", f"{one_line(name)}: {address}")
    sheet.section("Members")
    members = sorted(found.containers.items(), key=lambda member: natural(member[1].name))
    if not members:
        sheet.line(Span("no container that runs", "dim"))
    heading = ("CONTAINER", "IPV4", "IPV6", "MAC")
    shown = [(each.name, each.ipv4_address, each.ipv6_address, each.mac_address) for _, each in members]
    sheet.table(shown, heading if shown else (), [Link("containers", id) for id, _ in members])
    resting = [user for user in row.users if not user.alive]
    if resting:
        users_section(sheet, resting, "Members once they run")
    named_values(sheet, "Options", found.options, secrets)
    named_values(sheet, "Labels", found.labels, secrets)
    return sheet.done()
