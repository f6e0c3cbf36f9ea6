"""Removing one unused object, if nobody uses it by now. Never by force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.engine import errors
from tui.engine.objects.usage import BuildCache
from tui.live.cleanup.unused import KEPT_UNASKED, USES, Candidate, use_name
from tui.live.containers.container import Container, from_summary
from tui.live.objects.images import Image
from tui.live.objects.networks import Network
from tui.live.objects.volumes import Volume

if TYPE_CHECKING:
    from tui.engine import Engine


class InUse(Exception):
    """It is used by now, or the engine will not let go of it: kept. The message says why, one line."""


@dataclass(frozen=True, slots=True)
class Removed:
    """It is gone. `freed` is in bytes, None when the engine does not tell; `also` are ids of its sort that went with it."""

    freed: int | None = None
    also: frozenset[str] = frozenset()
    said: str = ""


async def remove(engine: Engine, row: Candidate) -> Removed:
    """Look whether it is used by now, and remove it if not. Raises InUse, NotFound when it was gone, EngineError."""
    try:
        match row.item:
            case Container():
                return await _container(engine, row.item)
            case Image():
                return await _image(engine, row)
            case Volume():
                return await _volume(engine, row)
            case Network():
                return await _network(engine, row)
            case BuildCache():
                return await _record(engine, row.item)
    except errors.Conflict as error:
        raise InUse(error.message) from error


async def _container(engine: Engine, container: Container) -> Removed:
    """`ContainerDelete`; its anonymous volumes stay: they are in the plan themselves."""
    state = (await engine.containers.inspect(container.id)).state
    if state.running or state.restarting or state.paused:
        raise InUse("it runs")
    await engine.containers.remove(container.id)
    return Removed()


async def _image(engine: Engine, row: Candidate) -> Removed:
    """`ImageDelete` of each of its names: by those that it has, lest a name that went to another image takes that along."""
    image = row.item
    assert isinstance(image, Image)
    now = await engine.images.inspect(image.id)
    names = {name for name in now.repo_tags if not name.startswith("<none>")}
    if more := sorted(names - set(image.names)):
        raise InUse(f"it is called {more[0]} since the plan was made")
    await _look_for_users(engine, row, "ancestor")
    digests = [name for name in now.repo_digests if not name.startswith("<none>")]
    repositories = {name.partition("@")[0] for name in digests}
    targets = sorted(names) or (digests if len(repositories) > 1 else [image.id])
    deleted = frozenset(await _in_turn(engine, targets))
    if image.id not in deleted:
        return Removed(said="only its name; its layers stay: other images are built on them")
    return Removed(row.size if row.shared is not None else None, deleted - {image.id})


async def _in_turn(engine: Engine, targets: list[str]) -> list[str]:
    """Remove these names; ids that were deleted. A failure tells what was done before it."""
    deleted: list[str] = []
    for number, target in enumerate(targets):
        try:
            done = await engine.images.remove(target)
        except errors.EngineRefusal as error:
            if number == 0:
                raise
            gone = f"{number} of {len(targets)} names are gone; {target}: "
            raise type(error)(gone + error.message, error.operation, error.status) from error
        deleted += [each.deleted for each in done if each.deleted]
    return deleted


async def _volume(engine: Engine, row: Candidate) -> Removed:
    """`VolumeDelete`."""
    await _look_for_users(engine, row, "volume")
    await engine.volumes.remove(row.item.id)
    return Removed(row.size)


async def _network(engine: Engine, row: Candidate) -> Removed:
    """`NetworkDelete`. The engine itself would not mind a stopped container that needs it to start."""
    await _look_for_users(engine, row, "network")
    try:
        await engine.networks.remove(row.item.id)
    except errors.Forbidden as error:  # that is what the engine says while somebody is on it
        raise InUse(error.message) from error
    return Removed(0)


async def _record(engine: Engine, record: BuildCache) -> Removed:
    """`BuildPrune` of exactly this record; the engine passes over what is in use."""
    everything = record.shared or record.type in KEPT_UNASKED
    done = await engine.images.build_prune(all=everything, filters={"id": [record.id]})
    if record.id not in done.caches_deleted:
        raise InUse("an image or another record needs it, or it is gone already")
    return Removed(done.space_reclaimed, frozenset(done.caches_deleted) - {record.id})


async def _look_for_users(engine: Engine, row: Candidate, filter: str) -> None:
    """`ContainerList` of those that have it, whether they run or not; raises InUse if there is one."""
    listed = await engine.containers.list(filters={filter: [use_name(row.sort, row.item)]})
    for container in map(from_summary, listed):  # the engine's filters let more through: descendants, paths
        if any(name == use_name(row.sort, row.item) for name, _ in USES[row.sort](container)):
            raise InUse(f"{container.name} " + ("runs and has it" if container.alive else "has it"))
