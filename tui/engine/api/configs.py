"""Operations on configs, one method each."""

from __future__ import annotations

import builtins
from collections.abc import Mapping

from tui.engine.api.versioned import Spec, Versioned, in_sequence, new_object
from tui.engine.objects.secrets import Config, Stored
from tui.engine.sealed import Sealed
from tui.engine.transport.wire import JSON, Call, Filters, Wire, filters_query, segment


class Configs:
    """`engine.api(Configs)`. A config is given by its id or name. All raise ServerError if the engine is no manager."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def list(self, filters: Filters | None = None) -> builtins.list[Config]:
        """`ConfigList`: list configs; filters are id, label, name and names."""
        return await self._wire.ask_list(Call("ConfigList", "GET", "/configs", {"filters": filters_query(filters)}), Config)

    async def inspect(self, id: str) -> Config:
        """`ConfigInspect`: inspect a config. Raises NotFound."""
        return await self._wire.ask(_inspect(id), Config)

    async def inspect_raw(self, id: str) -> bytes:
        """`ConfigInspect`: the engine's JSON, unparsed. Raises NotFound."""
        return (await self._wire.request(_inspect(id))).content

    async def specification(self, id: str) -> Versioned:
        """`ConfigInspect`: the version and specification, for `update`. Raises NotFound."""
        return await self._wire.ask(_inspect(id), Versioned)

    async def create(self, name: str, data: Sealed, labels: Mapping[str, str]) -> str:
        """`ConfigCreate`: create a config and return its id.

        Raises Conflict if the name is taken, BadRequest for a name or size it refuses.
        """
        content = new_object(name, data, labels)
        call = Call("ConfigCreate", "POST", "/configs/create", content=content, headers=JSON)
        return (await self._wire.ask(call, Stored)).id

    async def update(self, id: str, version: int, spec: Spec) -> None:
        """`ConfigUpdate`: replace the labels of that version; the engine refuses other changes.

        Raises OutOfSequence if it was changed since, BadRequest, NotFound.
        """
        with in_sequence():
            await self._wire.request(Call("ConfigUpdate", "POST", _path(id, "/update"), {"version": version}, spec))

    async def remove(self, id: str) -> None:
        """`ConfigDelete`: remove a config. Raises BadRequest if a service uses it, NotFound."""
        await self._wire.request(Call("ConfigDelete", "DELETE", _path(id)))


def _path(id: str, verb: str = "") -> str:
    return f"/configs/{segment(id)}{verb}"


def _inspect(id: str) -> Call:
    return Call("ConfigInspect", "GET", _path(id))
