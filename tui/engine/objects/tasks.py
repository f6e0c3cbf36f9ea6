"""Tasks of a swarm: one run of a service's container on a node."""
# ruff: noqa: RUF012 - msgspec copies the mutable defaults of a struct

from __future__ import annotations

from msgspec import field

from tui.engine.objects.base import Object
from tui.engine.objects.services import PortConfig, TaskSpec
from tui.engine.objects.volumes import ObjectVersion


class ContainerStatus(Object, frozen=True):
    """The task's container; `exit_code` counts only once it has ended."""

    container_id: str = field(name="ContainerID", default="")
    pid: int = field(name="PID", default=0)
    exit_code: int = 0


class PortStatus(Object, frozen=True):
    """Ports published on the task's own node."""

    ports: list[PortConfig] = []


class TaskStatus(Object, frozen=True):
    """State of a task, since `timestamp`. `message` says what it is doing, `err` why it failed or waits (`TaskStatus`)."""

    timestamp: str = ""
    state: str = ""
    message: str = ""
    err: str = ""
    container_status: ContainerStatus | None = None
    port_status: PortStatus | None = None


class AttachedNetworkSpec(Object, frozen=True):
    """Name of an attached network."""

    name: str = ""


class AttachedNetwork(Object, frozen=True):
    """A network of an attachment, as far as it is shown."""

    id: str = field(name="ID", default="")
    spec: AttachedNetworkSpec | None = None


class TaskNetwork(Object, frozen=True):
    """A network of the task and its addresses there (`NetworkAttachment`)."""

    network: AttachedNetwork | None = None
    addresses: list[str] = []


class Task(Object, frozen=True):
    """A task (`Task`). Times are as the engine writes them (RFC 3339); `slot` is 0 for a global service."""

    id: str = field(name="ID", default="")
    version: ObjectVersion = ObjectVersion()
    created_at: str = ""
    updated_at: str = ""
    name: str = ""
    labels: dict[str, str] = {}
    spec: TaskSpec = TaskSpec()
    service_id: str = field(name="ServiceID", default="")
    slot: int = 0
    node_id: str = field(name="NodeID", default="")
    status: TaskStatus = TaskStatus()
    desired_state: str = ""
    networks_attachments: list[TaskNetwork] = []
    job_iteration: ObjectVersion | None = None
