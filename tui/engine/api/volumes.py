"""Operations on volumes, one method each."""

from __future__ import annotations

from tui.engine.objects.volumes import ClusterVolumeSpec, Volume, VolumeCreate, VolumeList, VolumePrune, VolumeUpdate
from tui.engine.transport.wire import UNLIMITED, Call, Filters, Wire, filters_query, segment

CLUSTER_VOLUMES_SINCE = "1.42"


class Volumes:
    """`engine.volumes`. A volume is given by its name, a cluster volume also by its id. All raise NotFound."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def list(self, filters: Filters | None = None) -> VolumeList:
        """`VolumeList`: list volumes, with warnings about drivers that did not answer. No sizes: see `SystemDataUsage`."""
        return await self._wire.ask(Call("VolumeList", "GET", "/volumes", {"filters": filters_query(filters)}), VolumeList)

    async def inspect(self, name: str) -> Volume:
        """`VolumeInspect`: inspect a volume, with its driver's status."""
        return await self._wire.ask(_inspect(name), Volume)

    async def inspect_raw(self, name: str) -> bytes:
        """`VolumeInspect`: the engine's JSON, unparsed."""
        return (await self._wire.request(_inspect(name))).content

    async def create(self, volume: VolumeCreate) -> Volume:
        """`VolumeCreate`: create a volume, or return the existing one of that name and driver."""
        if volume.cluster_volume_spec is not None:
            self._wire.require(CLUSTER_VOLUMES_SINCE, "A cluster volume")
        return await self._wire.ask(Call("VolumeCreate", "POST", "/volumes/create", body=volume, patience=UNLIMITED), Volume)

    async def update(self, name: str, version: int, spec: ClusterVolumeSpec) -> None:
        """`VolumeUpdate`: change a cluster volume's availability; `version` is its `cluster_volume.version.index`.

        Raises ServerError if the engine is no manager of a swarm, BadRequest if the volume is not a cluster volume.
        """
        self._wire.require(CLUSTER_VOLUMES_SINCE, "Updating a cluster volume")
        body = VolumeUpdate(spec)
        await self._wire.request(Call("VolumeUpdate", "PUT", f"/volumes/{segment(name)}", {"version": version}, body))

    async def remove(self, name: str, force: bool = False) -> None:
        """`VolumeDelete`. Raises Conflict while a container, running or not, uses it; `force` ignores a missing volume."""
        path = f"/volumes/{segment(name)}"
        await self._wire.request(Call("VolumeDelete", "DELETE", path, {"force": force or None}, patience=UNLIMITED))

    async def prune(self, filters: Filters | None = None) -> VolumePrune:
        """`VolumePrune`: remove unused anonymous volumes; with the filter `all=true` named ones too.

        Before API 1.42 named ones are always removed.
        """
        call = Call("VolumePrune", "POST", "/volumes/prune", {"filters": filters_query(filters)}, patience=UNLIMITED)
        return await self._wire.ask(call, VolumePrune)


def _inspect(name: str) -> Call:
    return Call("VolumeInspect", "GET", f"/volumes/{segment(name)}")
