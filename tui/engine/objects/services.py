"""Services of a swarm and the template of their tasks.

These are for reading and creating. An update sends the engine's own JSON back, changed (`Services.update`), so that fields
unknown here are kept.
"""
# ruff: noqa: RUF012 - msgspec copies the mutable defaults of a struct

from __future__ import annotations

from typing import Any

from msgspec import field

from tui.engine.objects.base import Object
from tui.engine.objects.containers import HealthConfig
from tui.engine.objects.hostconfig import DriverConfig, Mount
from tui.engine.objects.nodes import NodePlatform
from tui.engine.objects.plugins import PluginPrivilege
from tui.engine.objects.volumes import ObjectVersion


class ReferenceFile(Object, frozen=True):
    """The file of a secret or a config in a container; `mode` are permission bits."""

    name: str = ""
    uid: str = field(name="UID", default="")
    gid: str = field(name="GID", default="")
    mode: int = 0


class SecretReference(Object, frozen=True):
    """A secret of a task."""

    file: ReferenceFile | None = None
    secret_id: str = field(name="SecretID", default="")
    secret_name: str = ""


class ConfigReference(Object, frozen=True):
    """A config of a task; without `file` it is used by the runtime only, such as a credential specification."""

    file: ReferenceFile | None = None
    config_id: str = field(name="ConfigID", default="")
    config_name: str = ""


class ContainerSpec(Object, frozen=True):
    """The container of a task (`TaskSpec`). `stop_grace_period` in nanoseconds."""

    image: str = ""
    labels: dict[str, str] = {}
    command: list[str] = []
    args: list[str] = []
    hostname: str = ""
    env: list[str] = []
    dir: str = ""
    user: str = ""
    tty: bool = field(name="TTY", default=False)
    read_only: bool = False
    mounts: list[Mount] = []
    stop_signal: str = ""
    stop_grace_period: int | None = None
    health_check: HealthConfig | None = field(name="Healthcheck", default=None)
    hosts: list[str] = []
    secrets: list[SecretReference] = []
    configs: list[ConfigReference] = []
    init: bool | None = None
    capability_add: list[str] = []
    capability_drop: list[str] = []


class PluginSpec(Object, frozen=True):
    """The plugin of a task of the runtime "plugin" (`TaskSpec`)."""

    name: str = ""
    remote: str = ""
    disabled: bool = False
    plugin_privilege: list[PluginPrivilege] = []


class Limits(Object, frozen=True):
    """Limits or reservations of a task: billionths of a CPU, bytes; 0 for none (`Limit`, `ResourceObject`)."""

    nano_cpus: int = field(name="NanoCPUs", default=0)
    memory_bytes: int = 0
    pids: int = 0


class TaskResources(Object, frozen=True):
    """Resources of a task."""

    limits: Limits | None = None
    reservations: Limits | None = None


class TaskRestartPolicy(Object, frozen=True):
    """When a task is replaced: `condition` none, on-failure or any; `delay` and `window` in nanoseconds."""

    condition: str = ""
    delay: int | None = None
    max_attempts: int | None = None
    window: int | None = None


class SpreadOver(Object, frozen=True):
    """A placement preference: spread over the values of a label."""

    spread_descriptor: str = ""


class Preference(Object, frozen=True):
    """A placement preference."""

    spread: SpreadOver | None = None


class Placement(Object, frozen=True):
    """Where tasks may run. `max_replicas` per node, 0 for no limit."""

    constraints: list[str] = []
    preferences: list[Preference] = []
    max_replicas: int = 0
    platforms: list[NodePlatform] = []


class NetworkAttachment(Object, frozen=True):
    """A network of a service, by id or name (`NetworkAttachmentConfig`)."""

    target: str = ""
    aliases: list[str] = []
    driver_opts: dict[str, str] = {}


class TaskSpec(Object, frozen=True):
    """Template of a service's tasks (`TaskSpec`)."""

    plugin_spec: PluginSpec | None = None
    container_spec: ContainerSpec | None = None
    resources: TaskResources | None = None
    restart_policy: TaskRestartPolicy | None = None
    placement: Placement | None = None
    force_update: int = 0
    runtime: str = ""
    networks: list[NetworkAttachment] = []
    log_driver: DriverConfig | None = None


class Replicated(Object, frozen=True):
    """Mode of a replicated service."""

    replicas: int | None = None


class ReplicatedJob(Object, frozen=True):
    """Mode of a replicated job: tasks at a time, and completions wanted."""

    max_concurrent: int | None = None
    total_completions: int | None = None


class ServiceMode(Object, frozen=True):
    """Mode of a service: exactly one is set."""

    replicated: Replicated | None = None
    global_: dict[str, Any] | None = field(name="Global", default=None)
    replicated_job: ReplicatedJob | None = None
    global_job: dict[str, Any] | None = None


class UpdatePolicy(Object, frozen=True):
    """How an update or a rollback goes on: tasks at a time (0: all), times in nanoseconds.

    `failure_action` is continue, pause or rollback; `order` stop-first or start-first.
    """

    parallelism: int | None = None
    delay: int | None = None
    failure_action: str = ""
    monitor: int | None = None
    max_failure_ratio: float | None = None
    order: str = ""


class PortConfig(Object, frozen=True):
    """A published port; `published_port` 0 is chosen by the swarm; `publish_mode` ingress or host (`EndpointPortConfig`)."""

    name: str = ""
    protocol: str = ""
    target_port: int = 0
    published_port: int = 0
    publish_mode: str = ""


class EndpointSpec(Object, frozen=True):
    """How a service is reached; `mode` is vip or dnsrr (`EndpointSpec`)."""

    mode: str = ""
    ports: list[PortConfig] = []


class ServiceSpec(Object, frozen=True):
    """Specification of a service (`ServiceSpec`)."""

    name: str = ""
    labels: dict[str, str] = {}
    task_template: TaskSpec = TaskSpec()
    mode: ServiceMode = ServiceMode()
    update_config: UpdatePolicy | None = None
    rollback_config: UpdatePolicy | None = None
    networks: list[NetworkAttachment] = []
    endpoint_spec: EndpointSpec | None = None


class VirtualIP(Object, frozen=True):
    """An address of the service on one of its networks."""

    network_id: str = field(name="NetworkID", default="")
    addr: str = ""


class Endpoint(Object, frozen=True):
    """How the service is reached now."""

    spec: EndpointSpec = EndpointSpec()
    ports: list[PortConfig] = []
    virtual_ips: list[VirtualIP] = field(name="VirtualIPs", default_factory=list)


class UpdateStatus(Object, frozen=True):
    """State of the last update: updating, paused, completed, rollback_started, rollback_paused or rollback_completed."""

    state: str = ""
    started_at: str = ""
    completed_at: str = ""
    message: str = ""


class ServiceStatus(Object, frozen=True):
    """Numbers of tasks, in the list of services only (API 1.41)."""

    running_tasks: int = 0
    desired_tasks: int = 0
    completed_tasks: int = 0


class JobStatus(Object, frozen=True):
    """State of a job."""

    job_iteration: ObjectVersion = ObjectVersion()
    last_execution: str = ""


class Service(Object, frozen=True):
    """A service (`Service`). Times are as the engine writes them (RFC 3339)."""

    id: str = field(name="ID", default="")
    version: ObjectVersion = ObjectVersion()
    created_at: str = ""
    updated_at: str = ""
    spec: ServiceSpec = ServiceSpec()
    previous_spec: ServiceSpec | None = None
    endpoint: Endpoint = Endpoint()
    update_status: UpdateStatus | None = None
    service_status: ServiceStatus | None = None
    job_status: JobStatus | None = None


class ServiceCreated(Object, frozen=True):
    """The id of a new service (`ServiceCreateResponse`)."""

    id: str = field(name="ID", default="")
    warnings: list[str] = []


class ServiceUpdated(Object, frozen=True):
    """Warnings about an update (`ServiceUpdateResponse`)."""

    warnings: list[str] = []
