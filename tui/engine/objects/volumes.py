"""Volumes, those of one engine and those of a cluster."""
# ruff: noqa: RUF012 - msgspec copies the mutable defaults of a struct

from __future__ import annotations

from typing import Any

from msgspec import field

from tui.engine.objects.base import Object


class UsageData(Object, frozen=True):
    """Bytes and how many containers use it; -1 when nobody counted (`VolumeUsageData`)."""

    size: int = -1
    ref_count: int = -1


class ObjectVersion(Object, frozen=True):
    """How often a cluster's object was changed: an update names the one it is based on (`ObjectVersion`)."""

    index: int = 0


class Topology(Object, frozen=True):
    """A place in a cluster (`Topology`)."""

    segments: dict[str, str] = {}


class VolumeSecret(Object, frozen=True):
    """A secret that a driver is handed (`ClusterVolumeSpec`)."""

    key: str = ""
    secret: str = ""


class AccessibilityRequirements(Object, frozen=True):
    """Where a cluster volume must be reachable."""

    requisite: list[Topology] = []
    preferred: list[Topology] = []


class CapacityRange(Object, frozen=True):
    """Bytes a cluster volume has at least and at most; 0 for no limit."""

    required_bytes: int = 0
    limit_bytes: int = 0


class AccessMode(Object, frozen=True):
    """How a cluster volume is used: scope single or multi; sharing none, readonly, onewriter or all."""

    scope: str = ""
    sharing: str = ""
    mount_volume: dict[str, Any] | None = None


class ClusterVolumeSpec(Object, frozen=True):
    """What is wanted of a cluster volume (`ClusterVolumeSpec`); `availability` is active, pause or drain.

    The specification puts all but the group into the access mode; the engine reads and writes it as it stands here, and
    passes over what it does not find.
    """

    group: str = ""
    access_mode: AccessMode = AccessMode()
    accessibility_requirements: AccessibilityRequirements | None = None
    capacity_range: CapacityRange | None = None
    secrets: list[VolumeSecret] = []
    availability: str = ""


class ClusterVolumeInfo(Object, frozen=True):
    """What the driver made of it."""

    capacity_bytes: int = 0
    volume_context: dict[str, str] = {}
    volume_id: str = field(default="", name="VolumeID")
    accessible_topology: list[Topology] = []


class PublishStatus(Object, frozen=True):
    """What a node has of it: pending-publish, published, pending-node-unpublish or pending-controller-unpublish."""

    node_id: str = field(default="", name="NodeID")
    state: str = ""
    publish_context: dict[str, str] = {}


class ClusterVolume(Object, frozen=True):
    """The cluster's side of a volume (`ClusterVolume`)."""

    id: str = field(default="", name="ID")
    version: ObjectVersion = ObjectVersion()
    created_at: str = ""
    updated_at: str = ""
    spec: ClusterVolumeSpec = ClusterVolumeSpec()
    info: ClusterVolumeInfo | None = None
    publish_status: list[PublishStatus] = []


class Volume(Object, frozen=True):
    """A volume (`Volume`). `scope` is local or global; `usage_data` is only there when disk usage was asked for."""

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
    """The volumes, and what the engine has to say about drivers that did not answer (`VolumeListResponse`)."""

    volumes: list[Volume] = []
    warnings: list[str] = []


class VolumeCreate(Object, frozen=True):
    """A volume to be made (`VolumeCreateOptions`); without a name the engine finds one."""

    name: str = ""
    driver: str = ""
    driver_opts: dict[str, str] = {}
    labels: dict[str, str] = {}
    cluster_volume_spec: ClusterVolumeSpec | None = None


class VolumeUpdate(Object, frozen=True):
    """The new specification of a cluster volume (the body of `VolumeUpdate`)."""

    spec: ClusterVolumeSpec = ClusterVolumeSpec()


class VolumePrune(Object, frozen=True):
    """The names of the volumes a prune removed; the space is in bytes (`VolumePrune`)."""

    volumes_deleted: list[str] = []
    space_reclaimed: int = 0
