"""Containers: summary, inspection, request bodies and answers."""
# ruff: noqa: RUF012 - msgspec copies the mutable defaults of a struct

from __future__ import annotations

from msgspec import field

from tui.engine.objects.base import Object
from tui.engine.objects.hostconfig import HostConfig, MountPoint, Resources, RestartPolicy
from tui.engine.objects.networks import EndpointSettings, NetworkingConfig, NetworkSettings, Port


class SummaryHostConfig(Object, frozen=True):
    """Host configuration in the list."""

    network_mode: str = ""
    annotations: dict[str, str] | None = None


class SummaryNetworkSettings(Object, frozen=True):
    """Networks of a container in the list, by name."""

    networks: dict[str, EndpointSettings] = {}


class SummaryHealth(Object, frozen=True):
    """Health of a container in the list, separate from `status` (API 1.52)."""

    status: str = ""
    failing_streak: int = 0


class ContainerSummary(Object, frozen=True):
    """A container in the list (`ContainerSummary`).

    `created` is in seconds since the epoch; `state` is one of created, running, paused, restarting, exited, removing and dead;
    `status` is the engine's sentence about it; the sizes are in bytes and None unless requested.
    """

    id: str = ""
    names: list[str] = []
    image: str = ""
    image_id: str = field(default="", name="ImageID")
    command: str = ""
    created: int = 0
    ports: list[Port] = []
    size_rw: int | None = None
    size_root_fs: int | None = None
    labels: dict[str, str] = {}
    state: str = ""
    status: str = ""
    health: SummaryHealth | None = None
    host_config: SummaryHostConfig = SummaryHostConfig()
    network_settings: SummaryNetworkSettings = SummaryNetworkSettings()
    mounts: list[MountPoint] = []


class HealthcheckResult(Object, frozen=True):
    """A probe: time (RFC 3339), exit code and output (`HealthcheckResult`)."""

    start: str = ""
    end: str = ""
    exit_code: int = 0
    output: str = ""


class Health(Object, frozen=True):
    """`status` is none, starting, healthy or unhealthy; `log` has the last probes, oldest first (`Health`)."""

    status: str = ""
    failing_streak: int = 0
    log: list[HealthcheckResult] = []


class ContainerState(Object, frozen=True):
    """State of a container (`ContainerState`); times are RFC 3339, year 1 if it never happened."""

    status: str = ""
    running: bool = False
    paused: bool = False
    restarting: bool = False
    oom_killed: bool = field(default=False, name="OOMKilled")
    dead: bool = False
    pid: int = 0
    exit_code: int = 0
    error: str = ""
    started_at: str = ""
    finished_at: str = ""
    health: Health | None = None


class HealthConfig(Object, frozen=True):
    """Configuration of the health check; durations are in nanoseconds, 0 = the default (`HealthConfig`)."""

    test: list[str] = []
    interval: int = 0
    timeout: int = 0
    retries: int = 0
    start_period: int = 0
    start_interval: int = 0


class ContainerConfig(Object, frozen=True):
    """Portable configuration of a container (`ContainerConfig`).

    The keys of `exposed_ports` ("80/tcp") and `volumes` (paths) have no values.
    """

    hostname: str = ""
    domainname: str = ""
    user: str = ""
    attach_stdin: bool = False
    attach_stdout: bool = False
    attach_stderr: bool = False
    exposed_ports: dict[str, dict[str, str]] = {}
    tty: bool = False
    open_stdin: bool = False
    stdin_once: bool = False
    env: list[str] = []
    cmd: list[str] = []
    healthcheck: HealthConfig | None = None
    args_escaped: bool = False
    image: str = ""
    volumes: dict[str, dict[str, str]] = {}
    working_dir: str = ""
    entrypoint: list[str] = []
    network_disabled: bool = False
    mac_address: str = ""
    on_build: list[str] = []
    labels: dict[str, str] = {}
    stop_signal: str = ""
    stop_timeout: int | None = None
    shell: list[str] = []


class GraphDriver(Object, frozen=True):
    """The storage driver and its data for the container (`DriverData`)."""

    name: str = ""
    data: dict[str, str] = {}


class ContainerInspect(Object, frozen=True):
    """Inspection of a container (`ContainerInspectResponse`). The sizes are in bytes and None unless requested."""

    id: str = ""
    created: str = ""
    path: str = ""
    args: list[str] = []
    state: ContainerState = ContainerState()
    image: str = ""
    resolv_conf_path: str = ""
    hostname_path: str = ""
    hosts_path: str = ""
    log_path: str = ""
    name: str = ""
    restart_count: int = 0
    driver: str = ""
    platform: str = ""
    mount_label: str = ""
    process_label: str = ""
    app_armor_profile: str = ""
    exec_ids: list[str] = field(default_factory=list, name="ExecIDs")
    host_config: HostConfig = HostConfig()
    graph_driver: GraphDriver = GraphDriver()
    size_rw: int | None = None
    size_root_fs: int | None = None
    mounts: list[MountPoint] = []
    config: ContainerConfig = ContainerConfig()
    network_settings: NetworkSettings = NetworkSettings()


class ContainerCreate(ContainerConfig, frozen=True):
    """A container to create (body of `ContainerCreate`)."""

    host_config: HostConfig | None = None
    networking_config: NetworkingConfig | None = None


class Created(Object, frozen=True):
    """Answer to a creation (`ContainerCreateResponse`)."""

    id: str = ""
    warnings: list[str] = []


class ContainerUpdate(Resources, frozen=True):
    """New limits and restart policy for a container (body of `ContainerUpdate`).

    Only set fields are sent: the engine keeps the rest.
    """

    restart_policy: RestartPolicy | None = None


class Updated(Object, frozen=True):
    """Answer to an update (`ContainerUpdateResponse`)."""

    warnings: list[str] = []


class Top(Object, frozen=True):
    """The processes of a container as listed by ps (`ContainerTopResponse`)."""

    titles: list[str] = []
    processes: list[list[str]] = []


class Change(Object, frozen=True):
    """A path that differs from the image (`FilesystemChange`); `kind` is 0 modified, 1 added, 2 deleted."""

    path: str = ""
    kind: int = 0


class WaitError(Object, frozen=True):
    """Error of a wait (`ContainerWaitExitError`)."""

    message: str = ""


class WaitResult(Object, frozen=True):
    """Result of a wait (`ContainerWaitResponse`)."""

    status_code: int = 0
    error: WaitError | None = None


class ContainerPrune(Object, frozen=True):
    """Removed containers; the space is in bytes (`ContainerPrune`)."""

    containers_deleted: list[str] = []
    space_reclaimed: int = 0
