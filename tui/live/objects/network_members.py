"""A network with the containers that belong to it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.engine.objects.networks import Network
from tui.live.containers.container import CONTAINERS
from tui.live.containers.network_inspector import ContainerNetworks, inspect_networks
from tui.live.containers.used_by import Used
from tui.live.objects.networks import Network as Listed
from tui.live.objects.overlay import NO_OVERLAY, Overlay, read_overlay

if TYPE_CHECKING:
    from tui.engine import Engine

MEMBERS_INSPECTED = 100
"""Members of a network inspected for its details, at most."""


@dataclass(frozen=True, slots=True)
class Membership:
    """A network's inspection and its containers, running or not. `more`: the number of members that were not inspected.

    `overlay` is what a swarm knows of it.
    """

    found: Network
    members: tuple[ContainerNetworks, ...] = ()
    more: int = 0
    overlay: Overlay = NO_OVERLAY


async def gather(engine: Engine, row: Used[Listed]) -> Membership:
    """Inspect a network and its containers, up to a limit (`NetworkInspect`, `ContainerList`, `ContainerInspect`)."""
    of_swarm = row.item.scope == "swarm"
    found = await engine.networks.inspect(row.item.id, verbose=of_swarm)
    overlay = await read_overlay(engine, found) if of_swarm else NO_OVERLAY
    if not row.users:
        return Membership(found, overlay=overlay)
    ids = [user.id for user in row.users]
    rows, told = await asyncio.gather(CONTAINERS.read(engine, ids), inspect_networks(engine, ids[:MEMBERS_INSPECTED]))
    return Membership(
        found,
        tuple(ContainerNetworks(rows[id], told.get(id)) for id in ids if id in rows),
        max(0, len(ids) - MEMBERS_INSPECTED),
        overlay,
    )
