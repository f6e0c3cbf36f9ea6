"""Image row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tui.engine.objects.events import Event
from tui.engine.objects.images import ImageSummary, ManifestSummary, Platform
from tui.live.state.collection import Collection as Rows
from tui.live.state.source import Source

if TYPE_CHECKING:
    from tui.engine import Engine

NAMELESS = "<none>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """One image. `created` is in seconds since the epoch, `size` in bytes.

    `names` are its tags, `digests` the digests by which registries know it; `platforms` and `manifests` are only set by API
    1.47 with the containerd store. All text is as the engine sent it: clean it before it is shown.
    """

    id: str
    names: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()
    created: float = 0.0
    size: int = 0
    shared: int | None = None  # bytes shared with other images, once measured
    parent: str = ""
    children: tuple[str, ...] = ()  # names, or short ids, of images that were built on it, as far as the engine says
    by_digest: bool = False  # in containerd's store: the id is the digest of registries, `shared` does not count content
    remote: tuple[tuple[str, str], ...] = ()  # once compared: the digest that the registry has under each tag
    labels: Mapping[str, str]
    platforms: tuple[str, ...] = ()
    manifests: tuple[ManifestSummary, ...] = ()

    @property
    def references(self) -> tuple[str, ...]:
        """Its names for a user and for removal: its tags, else the digests that it was pulled by."""
        return self.names or self.digests

    @property
    def dangling(self) -> bool:
        """Whether it has neither a tag nor a digest of a repository: left behind by a newer build."""
        return not self.references

    @property
    def behind(self) -> tuple[str, ...] | None:
        """Its tags under which the registry has another image, None before they were compared."""
        known = {name: digest for name, digest in self.remote if name in self.names}
        own = {self.id, *(digest.rpartition("@")[2] for digest in self.digests)}
        return tuple(name for name, digest in known.items() if digest not in own) if known else None


def from_summary(summary: ImageSummary) -> Image:
    """Build a row from an entry of the list."""
    manifests = tuple(summary.manifests or ())
    digests = _names(name for name in (*summary.repo_digests, *summary.repo_tags) if "@" in name)
    return Image(
        id=summary.id,
        names=_names(name for name in summary.repo_tags if "@" not in name),
        digests=digests,
        by_digest=summary.descriptor is not None or bool(manifests) or any(each.endswith(f"@{summary.id}") for each in digests),
        created=float(summary.created),
        size=summary.size,
        shared=summary.shared_size if summary.shared_size >= 0 else None,
        parent=summary.parent_id,
        labels=summary.labels,
        platforms=tuple(str(platform) for platform in _platforms(manifests)),
        manifests=manifests,
    )


def _names(listed: Iterable[str]) -> tuple[str, ...]:
    """Return names in order, without those of nameless images; containerd's store may list one twice, and digests as tags."""
    return tuple(sorted({name for name in listed if not name.startswith(NAMELESS)}))


def _platforms(manifests: Collection[ManifestSummary]) -> list[Platform]:
    """Return the platforms that are available locally."""
    return [each.image_data.platform for each in manifests if each.image_data is not None and each.available]


async def read(engine: Engine, ids: Collection[str] | None) -> list[Image]:
    """List all images (`ImageList`). Never by id: events use any of an image's names."""
    rows = [from_summary(summary) for summary in await engine.images.list(manifests=True)]
    children: dict[str, list[str]] = {}
    for row in rows:
        children.setdefault(row.parent, []).append(row.references[0] if row.references else row.id[7:19])
    return [replace(row, children=tuple(sorted(children[row.id]))) if row.id in children else row for row in rows]


def merge(known: Image, listed: Image) -> Image:
    """Return the listed row with what was measured and compared kept."""
    return replace(listed, shared=known.shared if listed.shared is None else listed.shared, remote=known.remote)


async def measure(engine: Engine, rows: Rows[Image]) -> int:
    """Have the engine measure shared sizes (`ImageList`); returns the total bytes not shared. Raises EngineError.

    May take long. Engines before API 1.42 cannot; their disk usage has the sizes.
    """
    listed = await engine.images.list(manifests=True, shared_size=True)
    if any(summary.shared_size < 0 for summary in listed):
        usage = await engine.system.disk_usage(["image"])
        shared = {image.id: image.shared_size for image in usage.images}
        measured = {id: replace(row, shared=shared[id]) for id, row in rows.rows.items() if shared.get(id, -1) >= 0}
    else:
        measured = {summary.id: from_summary(summary) for summary in listed if summary.id in rows.rows}
    rows.put(measured)
    return sum(row.size - (row.shared or 0) for row in measured.values())


def patch(row: Image | None, event: Event) -> Image | None:
    """Return the row after the event. A deleted image is removed at once; other changes show only in the list."""
    return None if event.action == "delete" else row


IMAGES: Source[Image] = Source(
    name="images",
    events={"image": frozenset({"create", "delete", "import", "load", "pull", "push", "tag", "untag"})},
    list=read,
    by_id=False,
    patch=patch,
    merge=merge,
)
