"""A network with the containers that belong to it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.engine.objects.networks import Network
from tui.live.containers.container import CONTAINERS
from tui.live.containers.network_inspector import ContainerNetworks, look_into
from tui.live.containers.used_by import Used
from tui.live.objects.networks import Network as Listed

if TYPE_CHECKING:
    from tui.engine import Engine

MANY = 100
"""How many members of a network are inspected for its details."""


@dataclass(frozen=True, slots=True)
class Membership:
    """A network in full, and the containers that belong to it, running or not. `more`: so many were not looked into."""

    found: Network
    members: tuple[ContainerNetworks, ...] = ()
    more: int = 0


async def gather(engine: Engine, row: Used[Listed]) -> Membership:
    """`NetworkInspect`, and the containers on it: `ContainerList`, and `ContainerInspect` of each, up to `MANY`."""
    found = await engine.networks.inspect(row.item.id)
    if not row.users:
        return Membership(found)
    ids = [user.id for user in row.users]
    rows, told = await asyncio.gather(CONTAINERS.read(engine, ids), look_into(engine, ids[:MANY]))
    return Membership(
        found, tuple(ContainerNetworks(rows[id], told.get(id)) for id in ids if id in rows), max(0, len(ids) - MANY)
    )
