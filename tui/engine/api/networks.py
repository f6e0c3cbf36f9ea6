"""Operations on networks, one method each."""

from __future__ import annotations

import builtins

import msgspec

from tui.engine.objects.networks import (
    EndpointSettings,
    Network,
    NetworkConnect,
    NetworkCreate,
    NetworkCreated,
    NetworkDisconnect,
    NetworkPrune,
)
from tui.engine.transport.wire import UNLIMITED, Call, Filters, Wire, filters_query, segment

UNIQUE_NAMES_SINCE = "1.44"


class Networks:
    """`engine.networks`. A network is given by its id, its name, or the beginning of its id. All raise NotFound."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def list(self, filters: Filters | None = None) -> builtins.list[Network]:
        """`NetworkList`: list networks, without their containers."""
        return await self._wire.ask_list(Call("NetworkList", "GET", "/networks", {"filters": filters_query(filters)}), Network)

    async def inspect(self, id: str, verbose: bool = False, scope: str = "") -> Network:
        """`NetworkInspect`: inspect a network with its running containers; `scope` is local, swarm or global."""
        return await self._wire.ask(_inspect(id, verbose, scope), Network)

    async def inspect_raw(self, id: str, verbose: bool = False, scope: str = "") -> bytes:
        """`NetworkInspect`: the engine's JSON, unparsed."""
        return (await self._wire.request(_inspect(id, verbose, scope))).content

    async def create(self, network: NetworkCreate) -> NetworkCreated:
        """`NetworkCreate`. Raises Conflict if the name is taken, Forbidden or BadRequest for addresses it cannot have."""
        if not self._wire.serves(UNIQUE_NAMES_SINCE):  # without it they would create a second one of that name
            network = msgspec.structs.replace(network, check_duplicate=True)
        call = Call("NetworkCreate", "POST", "/networks/create", body=network, patience=UNLIMITED)
        return await self._wire.ask(call, NetworkCreated)

    async def connect(self, id: str, container: str, endpoint: EndpointSettings | None = None) -> None:
        """`NetworkConnect`: `endpoint` has the requested addresses and aliases. Raises Forbidden if already connected."""
        body = NetworkConnect(container, endpoint)
        await self._wire.request(Call("NetworkConnect", "POST", _path(id, "/connect"), body=body, patience=UNLIMITED))

    async def disconnect(self, id: str, container: str, force: bool = False) -> None:
        """`NetworkDisconnect`: `force` also a removed container. Raises Forbidden or ServerError if not connected."""
        body = NetworkDisconnect(container, force)
        await self._wire.request(Call("NetworkDisconnect", "POST", _path(id, "/disconnect"), body=body, patience=UNLIMITED))

    async def remove(self, id: str) -> None:
        """`NetworkDelete`. Raises Forbidden for predefined networks and while containers are connected."""
        await self._wire.request(Call("NetworkDelete", "DELETE", _path(id), patience=UNLIMITED))

    async def prune(self, filters: Filters | None = None) -> NetworkPrune:
        """`NetworkPrune`: remove all unused networks."""
        call = Call("NetworkPrune", "POST", "/networks/prune", {"filters": filters_query(filters)}, patience=UNLIMITED)
        return await self._wire.ask(call, NetworkPrune)


def _path(id: str, verb: str = "") -> str:
    return f"/networks/{segment(id)}{verb}"


def _inspect(id: str, verbose: bool, scope: str) -> Call:
    return Call("NetworkInspect", "GET", _path(id), {"verbose": verbose or None, "scope": scope or None})
