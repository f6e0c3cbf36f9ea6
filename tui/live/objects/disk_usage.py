"""What takes up the engine's disk: measured kind by kind when somebody asks for it, and kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tui.engine.objects.images import ImageSummary
from tui.engine.objects.usage import BuildCache, DiskUsage
from tui.engine.objects.volumes import Volume
from tui.live.jobs.jobs import report

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.engine.objects.containers import ContainerSummary

IMAGES, CONTAINERS, VOLUMES, BUILD_CACHE = "image", "container", "volume", "build-cache"
KINDS = (IMAGES, CONTAINERS, VOLUMES, BUILD_CACHE)
"""By the API's names, in the order in which they are measured and shown."""

WORDS = {IMAGES: "images", CONTAINERS: "containers", VOLUMES: "volumes", BUILD_CACHE: "build cache"}
BY_KIND_SINCE = "1.42"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """The last that was measured. `at` has the time of each kind that was, in seconds since the epoch."""

    images: Sequence[ImageSummary] = ()
    layers_size: int = 0
    containers: Sequence[ContainerSummary] = ()
    volumes: Sequence[Volume] = ()
    build_cache: Sequence[BuildCache] = ()
    at: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Share:
    """How much a kind takes, in bytes, and how much of it could be had back; as `docker system df` counts it."""

    total: int
    active: int
    size: int
    reclaimable: int


def share(disk: Disk, kind: str) -> Share:
    """The share of a kind that was measured."""
    return _SHARES[kind](disk)


def _images(disk: Disk) -> Share:
    """Layers that images share count once; what an image in use has of its own is not to be had."""
    used = [image for image in disk.images if image.containers > 0]
    own = sum(image.size - image.shared_size for image in used if image.size >= 0 and image.shared_size >= 0)
    return Share(len(disk.images), len(used), disk.layers_size, disk.layers_size - own)


def _containers(disk: Disk) -> Share:
    alive = [each for each in disk.containers if each.state in ("running", "paused", "restarting")]
    size = sum(each.size_rw or 0 for each in disk.containers)
    return Share(len(disk.containers), len(alive), size, size - sum(each.size_rw or 0 for each in alive))


def _volumes(disk: Disk) -> Share:
    measured = [(each.usage_data.size, each.usage_data.ref_count) for each in disk.volumes if each.usage_data is not None]
    known = [(size, users) for size, users in measured if size >= 0]
    active = sum(users > 0 for _, users in measured)
    return Share(len(disk.volumes), active, sum(size for size, _ in known), sum(size for size, users in known if users == 0))


def _build_cache(disk: Disk) -> Share:
    """Shared records are an image's layers too, and are counted there."""
    own = [record for record in disk.build_cache if not record.shared]
    size = sum(record.size for record in own)
    active = sum(record.in_use for record in disk.build_cache)
    return Share(len(disk.build_cache), active, size, size - sum(record.size for record in own if record.in_use))


_SHARES: Mapping[str, Callable[[Disk], Share]] = {
    IMAGES: _images,
    CONTAINERS: _containers,
    VOLUMES: _volumes,
    BUILD_CACHE: _build_cache,
}


async def measure(engine: Engine, kinds: Sequence[str], keep: Callable[[Sequence[str], DiskUsage], None]) -> None:
    """`SystemDataUsage`, one kind after another; `keep` is handed each answer with the kinds that are in it.

    Engines before API 1.42 measure everything at once, whatever is asked for. Inside a job it says how far it has come.
    """
    if not engine.serves(BY_KIND_SINCE):
        report("the engine measures everything at once")
        keep(KINDS, await engine.system.disk_usage())
        return
    done: list[str] = []
    for kind in kinds:
        report(", ".join([*(f"{WORDS[each]} done" for each in done), f"{WORDS[kind]}…"]))
        keep((kind,), await engine.system.disk_usage([kind]))
        done.append(kind)


def without(disk: Disk, kind: str) -> Disk:
    """What was known, but for a kind that has changed since."""
    return replace(disk, at={name: at for name, at in disk.at.items() if name != kind})


def merged(disk: Disk, kinds: Sequence[str], usage: DiskUsage) -> Disk:
    """What was known, with these kinds as they are now."""
    now = {kind: time.time() for kind in kinds}
    return Disk(
        images=usage.images if IMAGES in kinds else disk.images,
        layers_size=usage.layers_size if IMAGES in kinds else disk.layers_size,
        containers=usage.containers if CONTAINERS in kinds else disk.containers,
        volumes=usage.volumes if VOLUMES in kinds else disk.volumes,
        build_cache=usage.build_cache if BUILD_CACHE in kinds else disk.build_cache,
        at={**disk.at, **now},
    )
