"""The side of an overlay network that the swarm knows: its services with their addresses, and its nodes."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.engine import errors
from tui.engine.api.nodes import Nodes
from tui.engine.api.services import Services

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.engine.objects.networks import Network


@dataclass(frozen=True, slots=True)
class OnNetwork:
    """A service on a network: its virtual IP address, and the addresses of its tasks that this node knows."""

    name: str
    vip: str = ""
    tasks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Overlay:
    """The services on a network by name, and the names of nodes by address. A worker knows only what is on its node."""

    services: tuple[OnNetwork, ...] = ()
    nodes: tuple[tuple[str, str], ...] = ()

    def node(self, address: str) -> str:
        """Return the name of the node at an address, "" if it is not known."""
        return dict(self.nodes).get(address, "")


NO_OVERLAY = Overlay()


async def read_overlay(engine: Engine, found: Network) -> Overlay:
    """Return what the swarm knows of a network (`ServiceList`, `NodeList`): managers only, else what its inspection says."""
    vips, nodes = await asyncio.gather(_vips(engine, found.id), _nodes(engine))
    names = sorted({*vips, *found.services} - {""})  # tasks of no service are containers
    services = []
    for name in names:
        known = found.services.get(name)
        tasks = tuple(sorted(task.endpoint_ip for task in known.tasks)) if known is not None else ()
        services.append(OnNetwork(name, vips.get(name) or (known.vip if known is not None else ""), tasks))
    return Overlay(tuple(services), nodes)


async def _vips(engine: Engine, id: str) -> dict[str, str]:
    """Return the services on a network with their virtual IP addresses, none from a worker."""
    with suppress(errors.EngineRefusal):
        return {
            service.spec.name: each.addr.partition("/")[0]
            for service in await engine.api(Services).list()
            if service.endpoint is not None
            for each in service.endpoint.virtual_ips
            if each.network_id == id
        }
    return {}


async def _nodes(engine: Engine) -> tuple[tuple[str, str], ...]:
    """Return the addresses of the nodes with their names, none from a worker."""
    with suppress(errors.EngineRefusal):
        return tuple((node.status.addr, node.description.hostname) for node in await engine.api(Nodes).list())
    return ()
