"""Volumes and cluster volumes."""
# ruff: noqa: RUF012 - msgspec copies the mutable defaults of a struct

from __future__ import annotations

from typing import Any

from msgspec import field

from tui.engine.objects.base import Object


class UsageData(Object, frozen=True):
    """Bytes and the number of containers that use it; -1 if not computed (`VolumeUsageData`)."""

    size: int = -1
    ref_count: int = -1


class ObjectVersion(Object, frozen=True):
    """Version of a cluster object: an update names the version it is based on (`ObjectVersion`)."""

    index: int = 0


class Topology(Object, frozen=True):
    """A topology of a cluster (`Topology`)."""

    segments: dict[str, str] = {}


class VolumeSecret(Object, frozen=True):
    """A secret for a driver (`ClusterVolumeSpec`)."""

    key: str = ""
    secret: str = ""


class AccessibilityRequirements(Object, frozen=True):
    """Where a cluster volume must be reachable."""

    requisite: list[Topology] = []
    preferred: list[Topology] = []


class CapacityRange(Object, frozen=True):
    """Minimum and maximum bytes of a cluster volume; 0 for no limit."""

    required_bytes: int = 0
    limit_bytes: int = 0


class AccessMode(Object, frozen=True):
    """Access mode of a cluster volume: scope single or multi; sharing none, readonly, onewriter or all."""

    scope: str = ""
    sharing: str = ""
    mount_volume: dict[str, Any] | None = None


class ClusterVolumeSpec(Object, frozen=True):
    """Specification of a cluster volume (`ClusterVolumeSpec`); `availability` is active, pause or drain.

    The API specification has all but the group inside the access mode; engines use the form here, and ignore unknown fields.
    """

    group: str = ""
    access_mode: AccessMode = AccessMode()
    accessibility_requirements: AccessibilityRequirements | None = None
    capacity_range: CapacityRange | None = None
    secrets: list[VolumeSecret] = []
    availability: str = ""


class ClusterVolumeInfo(Object, frozen=True):
    """State of the volume at its driver."""

    capacity_bytes: int = 0
    volume_context: dict[str, str] = {}
    volume_id: str = field(default="", name="VolumeID")
    accessible_topology: list[Topology] = []


class PublishStatus(Object, frozen=True):
    """State on a node: pending-publish, published, pending-node-unpublish or pending-controller-unpublish."""

    node_id: str = field(default="", name="NodeID")
    state: str = ""
    publish_context: dict[str, str] = {}


class ClusterVolume(Object, frozen=True):
    """Cluster data of a volume (`ClusterVolume`)."""

    id: str = field(default="", name="ID")
    version: ObjectVersion = ObjectVersion()
    created_at: str = ""
    updated_at: str = ""
    spec: ClusterVolumeSpec = ClusterVolumeSpec()
    info: ClusterVolumeInfo | None = None
    publish_status: list[PublishStatus] = []


class Volume(Object, frozen=True):
    """A volume (`Volume`). `scope` is local or global; `usage_data` is only set in disk usage."""

    name: str = ""
    driver: str = ""
    mountpoint: str = ""
    created_at: str = ""
    status: dict[str, Any] = {}
    labels: dict[str, str] = {}
    scope: str = ""
    cluster_volume: ClusterVolume | None = None
    options: dict[str, str] = {}
    usage_data: UsageData | None = None


class VolumeList(Object, frozen=True):
    """The volumes, and warnings about drivers that did not answer (`VolumeListResponse`)."""

    volumes: list[Volume] = []
    warnings: list[str] = []


class VolumeCreate(Object, frozen=True):
    """A volume to create (`VolumeCreateOptions`); without a name the engine generates one."""

    name: str = ""
    driver: str = ""
    driver_opts: dict[str, str] = {}
    labels: dict[str, str] = {}
    cluster_volume_spec: ClusterVolumeSpec | None = None


class VolumeUpdate(Object, frozen=True):
    """The new specification of a cluster volume (body of `VolumeUpdate`)."""

    spec: ClusterVolumeSpec = ClusterVolumeSpec()


class VolumePrune(Object, frozen=True):
    """Names of removed volumes; the space is in bytes (`VolumePrune`)."""

    volumes_deleted: list[str] = []
    space_reclaimed: int = 0
