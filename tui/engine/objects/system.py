"""Information about the engine."""
# ruff: noqa: RUF012 - msgspec copies the mutable defaults of a struct

from __future__ import annotations

from typing import Any

from msgspec import field

from tui.engine.objects.base import Object


class Ping(Object, frozen=True):
    """Answer to a ping (`SystemPing`), from its headers; missing ones are empty."""

    api_version: str = ""
    os_type: str = ""
    server: str = ""
    experimental: bool = False
    builder_version: str = ""
    swarm: str = ""
    date: str = ""  # the engine's time, as in HTTP: "Sun, 06 Nov 1994 08:49:37 GMT"


class VersionPlatform(Object, frozen=True):
    """The product the engine belongs to."""

    name: str = ""


class Component(Object, frozen=True):
    """A component of the engine, its version and details."""

    name: str = ""
    version: str = ""
    details: dict[str, str] = {}


class Version(Object, frozen=True):
    """Versions of the engine and its components (`SystemVersion`)."""

    platform: VersionPlatform = VersionPlatform()
    components: list[Component] = []
    version: str = ""
    api_version: str = ""
    min_api_version: str = field(default="", name="MinAPIVersion")
    git_commit: str = ""
    go_version: str = ""
    os: str = ""
    arch: str = ""
    kernel_version: str = ""
    experimental: bool = False
    build_time: str = ""


class PluginsInfo(Object, frozen=True):
    """Available plugins, by type."""

    volume: list[str] = []
    network: list[str] = []
    authorization: list[str] = []
    log: list[str] = []


class IndexInfo(Object, frozen=True):
    """A registry in the engine's configuration."""

    name: str = ""
    mirrors: list[str] = []
    secure: bool = False
    official: bool = False


class RegistryConfig(Object, frozen=True):
    """The engine's registries (`RegistryServiceConfig`)."""

    insecure_registry_cidrs: list[str] = field(default_factory=list, name="InsecureRegistryCIDRs")
    index_configs: dict[str, IndexInfo] = {}
    mirrors: list[str] = []


class Runtime(Object, frozen=True):
    """A container runtime."""

    path: str = field(default="", name="path")
    runtime_args: list[str] = field(default_factory=list, name="runtimeArgs")


class Commit(Object, frozen=True):
    """The version of a program used by the engine."""

    id: str = field(default="", name="ID")


class PeerNode(Object, frozen=True):
    """A manager of the swarm."""

    node_id: str = field(default="", name="NodeID")
    addr: str = ""


class SwarmInfo(Object, frozen=True):
    """The engine's membership in a swarm; `local_node_state` is inactive, pending, active, error or locked."""

    node_id: str = field(default="", name="NodeID")
    node_addr: str = ""
    local_node_state: str = ""
    control_available: bool = False
    error: str = ""
    remote_managers: list[PeerNode] | None = None
    nodes: int | None = None
    managers: int | None = None


class AddressPool(Object, frozen=True):
    """A range of addresses for new networks."""

    base: str = ""
    size: int = 0


class FirewallInfo(Object, frozen=True):
    """The firewall used by the engine."""

    driver: str = ""
    info: list[list[str]] = []


class SystemInfo(Object, frozen=True):
    """The engine, its host and counts of its objects (`SystemInfo`); memory is in bytes."""

    id: str = field(default="", name="ID")
    containers: int = 0
    containers_running: int = 0
    containers_paused: int = 0
    containers_stopped: int = 0
    images: int = 0
    driver: str = ""
    driver_status: list[list[str]] = []
    docker_root_dir: str = ""
    plugins: PluginsInfo = PluginsInfo()
    memory_limit: bool = False
    swap_limit: bool = False
    cpu_cfs_period: bool = False
    cpu_cfs_quota: bool = False
    cpu_shares: bool = field(default=False, name="CPUShares")
    cpu_set: bool = field(default=False, name="CPUSet")
    pids_limit: bool = False
    oom_kill_disable: bool = False
    ipv4_forwarding: bool = field(default=False, name="IPv4Forwarding")
    debug: bool = False
    n_fd: int = 0
    n_goroutines: int = 0
    system_time: str = ""
    logging_driver: str = ""
    cgroup_driver: str = ""
    cgroup_version: str = ""
    n_events_listener: int = 0
    kernel_version: str = ""
    operating_system: str = ""
    os_version: str = field(default="", name="OSVersion")
    os_type: str = field(default="", name="OSType")
    architecture: str = ""
    ncpu: int = field(default=0, name="NCPU")
    mem_total: int = 0
    index_server_address: str = ""
    registry_config: RegistryConfig | None = None
    http_proxy: str = ""
    https_proxy: str = ""
    no_proxy: str = ""
    name: str = ""
    labels: list[str] = []
    experimental_build: bool = False
    server_version: str = ""
    runtimes: dict[str, Runtime] = {}
    default_runtime: str = ""
    swarm: SwarmInfo = SwarmInfo()
    live_restore_enabled: bool = False
    isolation: str = ""
    init_binary: str = ""
    containerd_commit: Commit = Commit()
    runc_commit: Commit = Commit()
    init_commit: Commit = Commit()
    security_options: list[str] = []
    product_license: str = ""
    default_address_pools: list[AddressPool] = []
    firewall_backend: FirewallInfo | None = None
    warnings: list[str] = []
    cdi_spec_dirs: list[str] = field(default_factory=list, name="CDISpecDirs")


class AuthAnswer(Object, frozen=True):
    """Answer to a successful login (`SystemAuth`). A token, if present, replaces the password."""

    status: str = ""
    identity_token: str = ""

    def __repr__(self) -> str:
        return f"AuthAnswer({self.status!r})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("status", self.status)]
