"""Which containers reach each other: all containers, all networks, and the inspections of those that share a network."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.live.containers.container import CONTAINERS, Container
from tui.live.containers.namespaces import SHARED
from tui.live.containers.network_inspector import ContainerNetworks, End, inspect_networks
from tui.live.objects import networks
from tui.live.objects.networks import Network

if TYPE_CHECKING:
    from tui.engine import Engine

INSPECTED = 100
"""Containers inspected for one view at most; of the others, aliases and exposed ports are not known."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Containers by id and networks by name. `more`: the number of containers on the same networks that were not inspected."""

    containers: Mapping[str, ContainerNetworks]
    networks: Mapping[str, Network]
    more: int = 0

    def owner(self, each: ContainerNetworks) -> ContainerNetworks | None:
        """Return the container whose network stack a container uses, which may be its own; None if that one is gone."""
        seen: set[str] = set()
        found: ContainerNetworks | None = each
        while found is not None and found.container.network_mode.startswith(SHARED) and found.container.id not in seen:
            seen.add(found.container.id)
            found = self.containers.get(found.container.network_mode.removeprefix(SHARED))
        return found

    def sharers(self, owner: ContainerNetworks) -> list[ContainerNetworks]:
        """Return the other containers that use a container's network stack."""
        mode = f"{SHARED}{owner.container.id}"
        return [each for each in self.containers.values() if each.container.network_mode == mode]

    def ends(self, each: ContainerNetworks) -> tuple[End, ...]:
        """Return the endpoints of a container's network stack, which may be another container's."""
        owner = self.owner(each)
        return owner.ends if owner is not None else ()

    def on(self, network: str) -> list[tuple[ContainerNetworks, End]]:
        """Return the containers on a network, each with the endpoint of its network stack."""
        return [(each, end) for each in self.containers.values() for end in self.ends(each) if end.network == network]


async def of_container(engine: Engine, id: str) -> Reach:
    """Read what a container reaches (`ContainerList`, `NetworkList`, `ContainerInspect`). Raises EngineError."""

    def concerned(rows: Mapping[str, Container]) -> set[str]:
        own = Reach({each: ContainerNetworks(row) for each, row in rows.items()}, {})
        owner = own.owner(own.containers[id]) if id in rows else None
        names = {end.network for end in owner.ends} if owner is not None else set()
        return {each for each, row in rows.items() if each == id or any(end.network in names for end in row.networks)}

    return await _read(engine, concerned)


async def of_network(engine: Engine, name: str) -> Reach:
    """Read what the containers of a network reach, likewise. Raises EngineError."""
    return await _read(
        engine, lambda rows: {id for id, row in rows.items() if any(end.network == name for end in row.networks)}
    )


async def _read(engine: Engine, concerned: Callable[[Mapping[str, Container]], set[str]]) -> Reach:
    listed, nets = await asyncio.gather(CONTAINERS.list(engine, None), networks.read(engine, None))
    rows = {row.id: row for row in listed}
    ids = sorted(concerned(rows))
    known = await inspect_networks(engine, ids[:INSPECTED])
    return Reach(
        {id: ContainerNetworks(row, known.get(id)) for id, row in rows.items()},
        {network.name: network for network in nets},
        max(0, len(ids) - INSPECTED),
    )
