"""Host configuration of a container: limits, mounts, privileges (`HostConfig`, `Resources`)."""
# ruff: noqa: RUF012 - msgspec copies the mutable defaults of a struct

from __future__ import annotations

from msgspec import field

from tui.engine.objects.base import Object
from tui.engine.objects.networks import PortBinding


class RestartPolicy(Object, frozen=True):
    """`name` is "", "no", "always", "unless-stopped" or "on-failure"; the count is for on-failure, 0 = no limit."""

    name: str = ""
    maximum_retry_count: int = 0


class LogConfig(Object, frozen=True):
    """The logging driver and its options."""

    type: str = ""
    config: dict[str, str] = {}


class DeviceMapping(Object, frozen=True):
    """A device of the host mapped into the container (`DeviceMapping`)."""

    path_on_host: str = ""
    path_in_container: str = ""
    cgroup_permissions: str = ""


class DeviceRequest(Object, frozen=True):
    """A request for devices such as GPUs; `count` -1 means all (`DeviceRequest`)."""

    driver: str = ""
    count: int = 0
    device_ids: list[str] = field(default_factory=list, name="DeviceIDs")
    capabilities: list[list[str]] = []
    options: dict[str, str] = {}


class ThrottleDevice(Object, frozen=True):
    """A limit in bytes or operations a second for one device (`ThrottleDevice`)."""

    path: str = ""
    rate: int = 0


class WeightDevice(Object, frozen=True):
    """A relative weight of block I/O for one device."""

    path: str = ""
    weight: int = 0


class Ulimit(Object, frozen=True):
    """A resource limit of processes; -1 is unlimited."""

    name: str = ""
    soft: int = 0
    hard: int = 0


class BindOptions(Object, frozen=True):
    """Options of a bind mount."""

    propagation: str = ""
    non_recursive: bool = False
    create_mountpoint: bool = False
    read_only_non_recursive: bool = False
    read_only_force_recursive: bool = False


class DriverConfig(Object, frozen=True):
    """A volume driver and its options."""

    name: str = ""
    options: dict[str, str] = {}


class VolumeOptions(Object, frozen=True):
    """Options of a volume mount."""

    no_copy: bool = False
    labels: dict[str, str] = {}
    driver_config: DriverConfig | None = None
    subpath: str = ""


class TmpfsOptions(Object, frozen=True):
    """Options of a tmpfs mount; the size is in bytes, the mode numeric as for chmod."""

    size_bytes: int = 0
    mode: int = 0


class ImageOptions(Object, frozen=True):
    """Options of an image mount (API 1.48)."""

    subpath: str = ""


class Mount(Object, frozen=True):
    """A requested mount (`Mount`); `MountPoint` is an existing one."""

    target: str = ""
    source: str = ""
    type: str = ""
    read_only: bool = False
    consistency: str = ""
    bind_options: BindOptions | None = None
    volume_options: VolumeOptions | None = None
    image_options: ImageOptions | None = None
    tmpfs_options: TmpfsOptions | None = None


class MountPoint(Object, frozen=True):
    """A mount of a container (`MountPoint`): `type` is bind, volume, image, tmpfs, npipe or cluster."""

    type: str = ""
    name: str = ""
    source: str = ""
    destination: str = ""
    driver: str = ""
    mode: str = ""
    rw: bool = field(default=False, name="RW")
    propagation: str = ""


class Resources(Object, frozen=True):
    """Limits of a container: memory in bytes, `nano_cpus` in 10^-9 CPUs, 0 = no limit (`Resources`)."""

    cpu_shares: int = 0
    memory: int = 0
    nano_cpus: int = 0
    cgroup_parent: str = ""
    blkio_weight: int = 0
    blkio_weight_device: list[WeightDevice] = []
    blkio_device_read_bps: list[ThrottleDevice] = []
    blkio_device_write_bps: list[ThrottleDevice] = []
    blkio_device_read_iops: list[ThrottleDevice] = field(default_factory=list, name="BlkioDeviceReadIOps")
    blkio_device_write_iops: list[ThrottleDevice] = field(default_factory=list, name="BlkioDeviceWriteIOps")
    cpu_period: int = 0
    cpu_quota: int = 0
    cpu_realtime_period: int = 0
    cpu_realtime_runtime: int = 0
    cpuset_cpus: str = ""
    cpuset_mems: str = ""
    devices: list[DeviceMapping] = []
    device_cgroup_rules: list[str] = []
    device_requests: list[DeviceRequest] = []
    memory_reservation: int = 0
    memory_swap: int = 0
    memory_swappiness: int | None = None
    oom_kill_disable: bool | None = None
    init: bool | None = None
    pids_limit: int | None = None
    ulimits: list[Ulimit] = []


class HostConfig(Resources, frozen=True):
    """The host-dependent configuration of a container (`HostConfig`).

    `masked_paths` and `readonly_paths`: None is the engine's default, an empty list masks nothing.
    """

    binds: list[str] = []
    container_id_file: str = field(default="", name="ContainerIDFile")
    log_config: LogConfig = LogConfig()
    network_mode: str = ""
    port_bindings: dict[str, list[PortBinding] | None] = {}
    restart_policy: RestartPolicy = RestartPolicy()
    auto_remove: bool = False
    volume_driver: str = ""
    volumes_from: list[str] = []
    mounts: list[Mount] = []
    console_size: list[int] | None = None
    annotations: dict[str, str] = {}
    cap_add: list[str] = []
    cap_drop: list[str] = []
    cgroupns_mode: str = ""
    dns: list[str] = []
    dns_options: list[str] = []
    dns_search: list[str] = []
    extra_hosts: list[str] = []
    group_add: list[str] = []
    ipc_mode: str = ""
    cgroup: str = ""
    links: list[str] = []
    oom_score_adj: int = 0
    pid_mode: str = ""
    privileged: bool = False
    publish_all_ports: bool = False
    readonly_rootfs: bool = False
    security_opt: list[str] = []
    storage_opt: dict[str, str] = {}
    tmpfs: dict[str, str] = {}
    uts_mode: str = field(default="", name="UTSMode")
    userns_mode: str = ""
    shm_size: int = 0
    sysctls: dict[str, str] | None = None
    runtime: str | None = None
    isolation: str = ""
    masked_paths: list[str] | None = None
    readonly_paths: list[str] | None = None
