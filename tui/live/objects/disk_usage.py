"""The engine's disk usage, measured type by type on request, and cached."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tui.engine.objects.images import ImageSummary
from tui.engine.objects.usage import BuildCache, DiskUsage
from tui.engine.objects.volumes import Volume
from tui.live import clock
from tui.live.jobs.jobs import report

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.engine.objects.containers import ContainerSummary

IMAGES, CONTAINERS, VOLUMES, BUILD_CACHE = "image", "container", "volume", "build-cache"
KINDS = (IMAGES, CONTAINERS, VOLUMES, BUILD_CACHE)
"""The API's type names, in the order of measuring and display."""

WORDS = {IMAGES: "images", CONTAINERS: "containers", VOLUMES: "volumes", BUILD_CACHE: "build cache"}
BY_KIND_SINCE = "1.42"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """The last measurements. `at` has the time of each measured type, in seconds since the epoch."""

    images: Sequence[ImageSummary] = ()
    layers_size: int = 0
    containers: Sequence[ContainerSummary] = ()
    volumes: Sequence[Volume] = ()
    build_cache: Sequence[BuildCache] = ()
    at: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Share:
    """A type's size and its reclaimable part in bytes, as `docker system df` counts them."""

    total: int
    active: int
    size: int
    reclaimable: int


def share(disk: Disk, kind: str) -> Share:
    """Return the share of a measured type."""
    return _SHARES[kind](disk)


def _images(disk: Disk) -> Share:
    """Count shared layers once; layers unique to an image in use are not reclaimable."""
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
    """Shared records are an image's layers too, and counted there."""
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
    """Measure one type after another (`SystemDataUsage`); call `keep` with each answer and the types in it.

    Engines before API 1.42 always measure everything. Reports progress inside a job.
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
    """Return the measurements without a type that has changed since."""
    return replace(disk, at={name: at for name, at in disk.at.items() if name != kind})


def merged(disk: Disk, kinds: Sequence[str], usage: DiskUsage) -> Disk:
    """Return the measurements, updated with these types."""
    now = {kind: clock.now() for kind in kinds}
    return Disk(
        images=usage.images if IMAGES in kinds else disk.images,
        layers_size=usage.layers_size if IMAGES in kinds else disk.layers_size,
        containers=usage.containers if CONTAINERS in kinds else disk.containers,
        volumes=usage.volumes if VOLUMES in kinds else disk.volumes,
        build_cache=usage.build_cache if BUILD_CACHE in kinds else disk.build_cache,
        at={**disk.at, **now},
    )
