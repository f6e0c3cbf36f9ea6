"""Volume row. Users come from the containers' rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tui.engine.objects.events import Event
from tui.engine.objects.volumes import ClusterVolume
from tui.engine.objects.volumes import Volume as Listed
from tui.live.clock import moment
from tui.live.containers.container import PROJECT
from tui.live.state.source import Source

if TYPE_CHECKING:
    from tui.engine import Engine

ANONYMOUS = "com.docker.volume.anonymous"


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """One volume. `created` is in seconds since the epoch, 0 if unknown.

    `cluster` is set for a volume of the swarm; `size` in bytes once measured, at time `measured`. All text is as the engine
    sent it: clean it before it is shown.
    """

    name: str
    driver: str = ""
    scope: str = ""
    mountpoint: str = ""
    created: float = 0.0
    options: Mapping[str, str]
    labels: Mapping[str, str]
    project: str = ""  # Compose project
    cluster: ClusterVolume | None = None
    size: int | None = None  # -1: not reported by its driver
    measured: float = 0.0  # in seconds since the epoch, by this machine's clock

    @property
    def id(self) -> str:
        """The name, which identifies a volume."""
        return self.name

    @property
    def anonymous(self) -> bool:
        """Whether the engine generated the name."""
        return ANONYMOUS in self.labels or (len(self.name) == 64 and not set(self.name) - set("0123456789abcdef"))


def from_listed(listed: Listed) -> Volume:
    """Build a row from an entry of the list."""
    cluster = listed.cluster_volume
    return Volume(
        name=listed.name,
        driver=listed.driver,
        scope=listed.scope,
        mountpoint=listed.mountpoint,
        created=moment(cluster.created_at if cluster else listed.created_at),  # a cluster volume's time is in Go's format
        options=listed.options,
        labels=listed.labels,
        project=listed.labels.get(PROJECT, ""),
        cluster=cluster,
    )


async def measure(engine: Engine) -> dict[str, int]:
    """Measure the volumes' sizes in bytes, -1 if not reported by the driver (`SystemDataUsage`). May take minutes."""
    usage = await engine.system.disk_usage(["volume"])
    return {each.name: each.usage_data.size if each.usage_data else -1 for each in usage.volumes}


def measured(rows: Mapping[str, Volume], sizes: Mapping[str, int], at: float) -> dict[str, Volume]:
    """Return the rows with these sizes."""
    return {name: replace(row, size=sizes[name], measured=at) for name, row in rows.items() if name in sizes}


async def read(engine: Engine, ids: Collection[str] | None) -> list[Volume]:
    """List all volumes, or those with these names (`VolumeList`)."""
    listed = (await engine.volumes.list(None if ids is None else {"name": sorted(ids)})).volumes
    rows = [from_listed(each) for each in sorted(listed, key=lambda volume: volume.name)]
    return rows if ids is None else [row for row in rows if row.name in ids]  # the filter also matches parts of names


def patch(row: Volume | None, event: Event) -> Volume | None:
    """Return the row after the event; a new one has only what its event says."""
    if event.action in ("destroy", "remove"):
        return None
    if row is None and event.action == "create":
        said = event.actor.attributes
        at = event.time_nano / 1e9
        return Volume(name=event.actor.id, driver=said.get("driver", ""), created=at, options={}, labels={})
    return row


VOLUMES: Source[Volume] = Source(
    name="volumes",
    events={"volume": frozenset({"create", "destroy", "remove", "update"})},
    list=read,
    patch=patch,
    complete_events=frozenset({"destroy", "remove"}),
    merge=lambda row, listed: replace(listed, size=row.size, measured=row.measured),
)
