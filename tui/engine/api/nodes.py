"""Operations on the nodes of a swarm, one method each."""

from __future__ import annotations

import builtins

from tui.engine.api.versioned import Spec, Versioned, in_sequence
from tui.engine.objects.nodes import Node
from tui.engine.transport.wire import Call, Filters, Wire, filters_query, segment


class Nodes:
    """`engine.api(Nodes)`. A node is given by its id or its host name. All raise ServerError if the engine is no manager."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def list(self, filters: Filters | None = None) -> builtins.list[Node]:
        """`NodeList`: list nodes; filters are id, label, membership, name, node.label and role."""
        return await self._wire.ask_list(Call("NodeList", "GET", "/nodes", {"filters": filters_query(filters)}), Node)

    async def inspect(self, id: str) -> Node:
        """`NodeInspect`: inspect a node. Raises NotFound."""
        return await self._wire.ask(_inspect(id), Node)

    async def inspect_raw(self, id: str) -> bytes:
        """`NodeInspect`: the engine's JSON, unparsed. Raises NotFound."""
        return (await self._wire.request(_inspect(id))).content

    async def specification(self, id: str) -> Versioned:
        """`NodeInspect`: the version and specification, for `update`. Raises NotFound."""
        return await self._wire.ask(_inspect(id), Versioned)

    async def update(self, id: str, version: int, spec: Spec) -> None:
        """`NodeUpdate`: replace the specification of that version: role, availability, labels.

        Raises OutOfSequence if it was changed since, BadRequest for the demotion of the last manager.
        """
        with in_sequence():
            await self._wire.request(Call("NodeUpdate", "POST", _path(id, "/update"), {"version": version}, spec))

    async def remove(self, id: str, force: bool = False) -> None:
        """`NodeDelete`: remove a node that is down; with `force` also a manager or one that is up. Raises BadRequest."""
        await self._wire.request(Call("NodeDelete", "DELETE", _path(id), {"force": force or None}))


def _path(id: str, verb: str = "") -> str:
    return f"/nodes/{segment(id)}{verb}"


def _inspect(id: str) -> Call:
    return Call("NodeInspect", "GET", _path(id))
