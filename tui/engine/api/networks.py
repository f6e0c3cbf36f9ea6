"""Operations on networks: one method each."""

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
    """`engine.networks`. A network is named by its id, its name, or the beginning of its id. All raise NotFound."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def list(self, filters: Filters | None = None) -> builtins.list[Network]:
        """`NetworkList`: the networks, without the containers on them."""
        return await self._wire.ask_list(Call("NetworkList", "GET", "/networks", {"filters": filters_query(filters)}), Network)

    async def inspect(self, id: str, verbose: bool = False, scope: str = "") -> Network:
        """`NetworkInspect`: one network with the containers that run on it; `scope` is local, swarm or global."""
        return await self._wire.ask(_inspect(id, verbose, scope), Network)

    async def inspect_raw(self, id: str, verbose: bool = False, scope: str = "") -> bytes:
        """`NetworkInspect`: the engine's JSON as it came."""
        return (await self._wire.request(_inspect(id, verbose, scope))).content

    async def create(self, network: NetworkCreate) -> NetworkCreated:
        """`NetworkCreate`. Raises Conflict when the name is taken, Forbidden or BadRequest for addresses it cannot have."""
        if not self._wire.serves(UNIQUE_NAMES_SINCE):  # without it they would make a second one of that name
            network = msgspec.structs.replace(network, check_duplicate=True)
        call = Call("NetworkCreate", "POST", "/networks/create", body=network, patience=UNLIMITED)
        return await self._wire.ask(call, NetworkCreated)

    async def connect(self, id: str, container: str, endpoint: EndpointSettings | None = None) -> None:
        """`NetworkConnect`: `endpoint` has the addresses and aliases it wants. Raises Forbidden when it is there already."""
        body = NetworkConnect(container, endpoint)
        await self._wire.request(Call("NetworkConnect", "POST", _path(id, "/connect"), body=body, patience=UNLIMITED))

    async def disconnect(self, id: str, container: str, force: bool = False) -> None:
        """`NetworkDisconnect`: with `force` also a container that is gone. Raises Forbidden or ServerError if not on it."""
        body = NetworkDisconnect(container, force)
        await self._wire.request(Call("NetworkDisconnect", "POST", _path(id, "/disconnect"), body=body, patience=UNLIMITED))

    async def remove(self, id: str) -> None:
        """`NetworkDelete`. Raises Forbidden for the engine's own and while containers are on it."""
        await self._wire.request(Call("NetworkDelete", "DELETE", _path(id), patience=UNLIMITED))

    async def prune(self, filters: Filters | None = None) -> NetworkPrune:
        """`NetworkPrune`: removes all that no container is on."""
        call = Call("NetworkPrune", "POST", "/networks/prune", {"filters": filters_query(filters)}, patience=UNLIMITED)
        return await self._wire.ask(call, NetworkPrune)


def _path(id: str, verb: str = "") -> str:
    return f"/networks/{segment(id)}{verb}"


def _inspect(id: str, verbose: bool, scope: str) -> Call:
    return Call("NetworkInspect", "GET", _path(id), {"verbose": verbose or None, "scope": scope or None})
