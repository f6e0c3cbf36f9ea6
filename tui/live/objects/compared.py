"""Comparison of containers and images with what their registries have under the same tags, kept in the rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from tui.engine import errors
from tui.engine.auth.references import tagged
from tui.live.containers.container import Container
from tui.live.jobs.jobs import for_each, record
from tui.live.objects.images import IMAGES
from tui.live.objects.registry import Remote, compare
from tui.live.state.collection import Collection
from tui.live.state.store import Store

if TYPE_CHECKING:
    from tui.engine import Engine


class Compared(NamedTuple):
    """Containers by the outcome: behind their tag, current, not comparable; and the errors of registries, by image."""

    behind: tuple[Container, ...] = ()
    current: tuple[Container, ...] = ()
    unknown: tuple[Container, ...] = ()
    failed: tuple[tuple[str, errors.EngineError], ...] = ()


async def compare_image(engine: Engine, store: Store[Container], id: str) -> list[Remote]:
    """Compare all tags of an image with their registries. Raises EngineError, including Denied."""
    remotes = await compare(engine, id)
    _note(store, id, remotes)
    return remotes


async def compare_containers(engine: Engine, store: Store[Container], rows: Sequence[Container]) -> Compared:
    """Compare the images of containers with what registries have under the tags that the containers were created from.

    Each tag is asked for once. Raises the registry's error if nothing could be compared.
    """
    pairs = list(dict.fromkeys((row.image_id, tagged(row.image_name)) for row in rows if row.image_name))

    async def ask(pair: tuple[str, str]) -> Remote:
        id, name = pair
        (remote,) = await compare(engine, id, [name])
        _note(store, id, [remote])
        if remote.there is not None:
            record(("manifest", "inspect", name))
        return remote

    outcomes = await for_each(pairs, ask)
    failed = tuple((outcome.item[1], outcome.error) for outcome in outcomes if outcome.error is not None)
    if failed and len(failed) == len(outcomes):
        raise failed[0][1]
    found = {outcome.item: outcome.result for outcome in outcomes if outcome.error is None}
    remotes = [(row, found.get((row.image_id, tagged(row.image_name)))) for row in rows]
    return Compared(
        tuple(row for row, remote in remotes if remote is not None and remote.behind),
        tuple(row for row, remote in remotes if remote is not None and remote.there is not None and not remote.behind),
        tuple(row for row, remote in remotes if remote is None or remote.there is None),
        failed,
    )


def _note(store: Store[Container], id: str, remotes: Sequence[Remote]) -> None:
    """Put the outcome into the rows of the image and of its containers."""
    known = {tagged(remote.name): remote for remote in remotes if remote.there is not None}
    containers = store.containers
    concerned = [row for row in containers.rows.values() if row.image_id == id and tagged(row.image_name) in known]
    containers.put({row.id: replace(row, behind=known[tagged(row.image_name)].behind) for row in concerned})
    images = store.of(IMAGES)

    def put() -> None:
        if (row := images.rows.get(id)) is not None:
            digests = {**dict(row.remote), **{name: each.there.descriptor.digest for name, each in known.items() if each.there}}
            images.put({id: replace(row, remote=tuple(sorted(digests.items())))})

    _once_loaded(images, put)


def note_pushed(store: Store[Container], name: str, digest: str) -> None:
    """Put the digest of a tag that was pushed into the rows of images that were compared under the tag."""
    images = store.of(IMAGES)
    images.put(
        {
            id: replace(row, remote=tuple(sorted({**dict(row.remote), tagged(name): digest}.items())))
            for id, row in images.rows.items()
            if tagged(name) in dict(row.remote)
        }
    )


def _once_loaded(rows: Collection[Any], call: Callable[[], None]) -> None:
    """Call now, or after the list was read for the first time."""
    if rows.loaded:
        call()
        return

    def read(_changes: object) -> None:
        stop()
        call()

    stop = rows.changed.subscribe(read)
