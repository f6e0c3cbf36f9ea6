"""Removal of one unused object after a check that it is still unused. Never forced."""

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
    """The object is in use by now, or the engine refuses to remove it; it is kept. The message is the reason, one line."""


@dataclass(frozen=True, slots=True)
class Removed:
    """Result of a removal. `freed` is in bytes, None if the engine does not report it; `also` are ids removed along with it."""

    freed: int | None = None
    also: frozenset[str] = frozenset()
    said: str = ""


async def remove(engine: Engine, row: Candidate) -> Removed:
    """Check that the object is still unused, then remove it. Raises InUse, NotFound if it no longer exists, EngineError."""
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
    """Remove a container (`ContainerDelete`) but not its anonymous volumes: they are candidates of their own."""
    state = (await engine.containers.inspect(container.id)).state
    if state.running or state.restarting or state.paused:
        raise InUse("running")
    await engine.containers.remove(container.id)
    return Removed()


async def _image(engine: Engine, row: Candidate) -> Removed:
    """Remove an image by each of its current names, so that a name moved to another image is kept (`ImageDelete`)."""
    image = row.item
    assert isinstance(image, Image)
    now = await engine.images.inspect(image.id)
    names = {name for name in now.repo_tags if not name.startswith("<none>")}
    if more := sorted(names - set(image.names)):
        raise InUse(f"tagged {more[0]} since the plan was made")
    await _look_for_users(engine, row, "ancestor")
    digests = [name for name in now.repo_digests if not name.startswith("<none>")]
    repositories = {name.partition("@")[0] for name in digests}
    targets = sorted(names) or (digests if len(repositories) > 1 else [image.id])
    deleted = frozenset(await _in_turn(engine, targets))
    if image.id not in deleted:
        return Removed(said="only the tag; the layers stay: other images are built on them")
    return Removed(row.size if row.shared is not None else None, deleted - {image.id})


async def _in_turn(engine: Engine, targets: list[str]) -> list[str]:
    """Remove these names in turn and return the deleted ids. An error says what was removed before it."""
    deleted: list[str] = []
    for number, target in enumerate(targets):
        try:
            done = await engine.images.remove(target)
        except errors.EngineRefusal as error:
            if number == 0:
                raise
            gone = f"{number} of {len(targets)} tags were removed; {target}: "
            raise type(error)(gone + error.message, error.operation, error.status) from error
        deleted += [each.deleted for each in done if each.deleted]
    return deleted


async def _volume(engine: Engine, row: Candidate) -> Removed:
    """Remove a volume (`VolumeDelete`)."""
    await _look_for_users(engine, row, "volume")
    await engine.volumes.remove(row.item.id)
    return Removed(row.size)


async def _network(engine: Engine, row: Candidate) -> Removed:
    """Remove a network (`NetworkDelete`). The engine does not check for stopped containers that need the network to start."""
    await _look_for_users(engine, row, "network")
    try:
        await engine.networks.remove(row.item.id)
    except errors.Forbidden as error:  # the engine's answer while a container is connected
        raise InUse(error.message) from error
    return Removed(0)


async def _record(engine: Engine, record: BuildCache) -> Removed:
    """Remove exactly this build record (`BuildPrune`); the engine skips records in use."""
    everything = record.shared or record.type in KEPT_UNASKED
    done = await engine.images.build_prune(all=everything, filters={"id": [record.id]})
    if record.id not in done.caches_deleted:
        raise InUse("in use by an image or another record, or already removed")
    return Removed(done.space_reclaimed, frozenset(done.caches_deleted) - {record.id})


async def _look_for_users(engine: Engine, row: Candidate, filter: str) -> None:
    """Raise InUse if any container, running or not, uses the object (`ContainerList`)."""
    listed = await engine.containers.list(filters={filter: [use_name(row.sort, row.item)]})
    for container in map(from_summary, listed):  # the filters also match descendants and paths
        if any(name == use_name(row.sort, row.item) for name, _ in USES[row.sort](container)):
            raise InUse(f"used by {container.name}" + (" (running)" if container.alive else ""))
