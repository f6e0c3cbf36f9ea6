"""Forwarded ports: ports of this machine that lead to containers, over the SSH connection of their engine."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from tui.engine.errors import EngineError
from tui.live.state.collection import Collection

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.engine.transport.tunnel import Tunnel
    from tui.live.containers.container import Container

GATHER = 0.5
"""Seconds during which traffic is gathered before it is emitted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardRow:
    """A forwarded port.

    `address` is that on this machine, `target` that on the engine's side. `received` and `sent` are bytes from and to the
    container, `connections` those open now, of `opened` in all.
    """

    id: str
    host: str
    container: str
    port: int
    address: str
    target: str
    received: int = 0
    sent: int = 0
    connections: int = 0
    opened: int = 0


class Forwards:
    """The forwarded ports of the program, until they are ended or the program is."""

    def __init__(self) -> None:
        self.rows: Collection[ForwardRow] = Collection(GATHER)
        self.rows.loaded = True
        self._tunnels: dict[str, Tunnel] = {}
        self._numbers = itertools.count(1)

    async def open(self, engine: Engine, host: str, row: Container, port: int, local_port: int = 0) -> ForwardRow:
        """Forward a port of this machine, 0 for a free one, to a port of a container. `host` is the engine's name.

        API: `ContainerInspect`, unless the port is published. Raises EngineError; for an engine that is not reached over SSH
        too.
        """
        address, target = await _target(engine, row, port)
        tunnel = await engine.forward(address, target, local_port)
        id = str(next(self._numbers))
        self._tunnels[id] = tunnel
        opened = ForwardRow(
            id=id, host=host, container=row.name, port=port, address=tunnel.address, target=f"{address}:{target}"
        )
        tunnel.changed = partial(self._changed, opened, tunnel)
        self.rows.put({id: opened})
        return opened

    def _changed(self, opened: ForwardRow, tunnel: Tunnel) -> None:
        if opened.id in self._tunnels:
            counted = ForwardRow(
                id=opened.id,
                host=opened.host,
                container=opened.container,
                port=opened.port,
                address=opened.address,
                target=opened.target,
                received=tunnel.received,
                sent=tunnel.sent,
                connections=tunnel.connections,
                opened=tunnel.opened,
            )
            self.rows.put({opened.id: counted})

    async def end(self, id: str) -> None:
        """End a forward and its connections. Does nothing for one that ended."""
        if (tunnel := self._tunnels.pop(id, None)) is not None:
            await tunnel.aclose()
            self.rows.remove((id,))

    async def close(self) -> None:
        """End all."""
        await asyncio.gather(*(self.end(id) for id in [*self._tunnels]))
        self.rows.close()


def published(row: Container, port: int) -> tuple[str, int] | None:
    """Return the address of the engine's host that a TCP port of a container is published at, or None."""
    for each in row.ports:
        if each.private_port == port and each.type == "tcp" and each.public_port:
            return "127.0.0.1" if each.ip in ("", "0.0.0.0", "::") else each.ip, each.public_port
    return ("127.0.0.1", port) if row.network_mode == "host" else None


async def _target(engine: Engine, row: Container, port: int) -> tuple[str, int]:
    """Return the address and port that lead to a port of a container, as seen from the engine's host. Raises EngineError."""
    if (found := published(row, port)) is not None:
        return found
    settings = (await engine.containers.inspect(row.id)).network_settings
    for end in settings.networks.values():
        if end.ip_address:
            return end.ip_address, port
    raise EngineError(f"{row.name} has no network address, and port {port} is not published. Connect a network to forward it.")


async def direct(engine: Engine, row: Container, port: int) -> str:
    """Return the address by which this machine reaches a port of a container without a forward, or ""."""
    scheme, host = engine.address.scheme, engine.address.host
    if scheme == "ssh":
        return ""
    if scheme == "unix":
        address, target = await _target(engine, row, port)
        return f"{address}:{target}"
    found = published(row, port)
    return f"{host}:{found[1]}" if found is not None and found[0] in ("127.0.0.1", host) else ""
