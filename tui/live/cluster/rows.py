"""Rows of a swarm's objects, each with what the others say about it. Texts are as the engine sent them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from tui.engine.objects.nodes import Node
from tui.engine.objects.secrets import Config, Secret
from tui.engine.objects.services import Limits, Service
from tui.engine.objects.tasks import Task

ENDED = frozenset({"complete", "failed", "rejected", "shutdown", "orphaned", "remove"})
"""States of a task that has ended."""

UPDATING = frozenset({"updating", "rollback_started"})
NONE = Limits()
STACK = "com.docker.stack.namespace"


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task with the names of its service and its node, empty if unknown."""

    task: Task
    service: str
    node: str

    @property
    def id(self) -> str:
        """The id of the task."""
        return self.task.id

    @property
    def name(self) -> str:
        """Service and slot: "web.2"; service and node for a global service."""
        service = self.service or self.task.service_id[:12]
        return f"{service}.{self.task.slot or self.node or self.task.node_id[:12]}"

    @property
    def place_name(self) -> str:
        """Slot and node, "2@node-1"; only the node for a global service."""
        node = self.node or self.task.node_id[:12]
        return f"{self.task.slot}@{node}" if self.task.slot else node

    @property
    def place(self) -> tuple[str, int, str]:
        """What the tasks that replace each other share: service and slot, or node."""
        return self.task.service_id, self.task.slot, "" if self.task.slot else self.task.node_id

    @property
    def ended(self) -> bool:
        """Whether the task has ended."""
        return self.task.status.state in ENDED

    @property
    def wanted(self) -> bool:
        """Whether the swarm wants it to run, or keeps it as one that is complete."""
        return self.task.desired_state in ("running", "ready", "complete") and not (
            self.ended and self.task.status.state != "complete"
        )

    @property
    def pending(self) -> bool:
        """Whether its state is about to change: it does not run yet, or not any more."""
        if self.ended:
            return False
        return self.task.status.state != "running" or self.task.desired_state in ("shutdown", "remove")


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service with its tasks, newest first within a slot, the nodes of the swarm, and names of networks by id."""

    service: Service
    tasks: tuple[TaskRow, ...] = ()
    nodes: tuple[Node, ...] = ()
    network_names: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The id of the service."""
        return self.service.id

    @property
    def name(self) -> str:
        """The name of the service."""
        return self.service.spec.name

    @property
    def image(self) -> str:
        """The image, or the plugin, of the tasks."""
        template = self.service.spec.task_template
        if template.container_spec is not None:
            return template.container_spec.image
        return template.plugin_spec.remote if template.plugin_spec is not None else ""

    @property
    def mode(self) -> str:
        """ "replicated", "global", "replicated job" or "global job"."""
        mode = self.service.spec.mode
        if mode.replicated_job is not None:
            return "replicated job"
        if mode.global_job is not None:
            return "global job"
        return "global" if mode.global_ is not None else "replicated"

    @property
    def job(self) -> bool:
        """Whether its tasks are to complete."""
        return self.mode.endswith("job")

    @property
    def running(self) -> int:
        """The number of running tasks; of completed ones for a job."""
        status = self.service.service_status
        if self.job:
            return status.completed_tasks if status else 0
        return status.running_tasks if status else sum(row.task.status.state == "running" for row in self.tasks)

    @property
    def desired(self) -> int:
        """The number of tasks that should run, or complete."""
        mode, status = self.service.spec.mode, self.service.service_status
        if mode.replicated is not None:
            return mode.replicated.replicas if mode.replicated.replicas is not None else 1
        if mode.replicated_job is not None:
            return mode.replicated_job.total_completions or mode.replicated_job.max_concurrent or 1
        return status.desired_tasks if status else 0

    @property
    def update_state(self) -> str:
        """State of the last update, or empty."""
        return self.service.update_status.state if self.service.update_status else ""

    @property
    def pending(self) -> bool:
        """Whether it is about to change without events: tasks to come or to go, an update under way."""
        return self.update_state in UPDATING or self.running != self.desired or any(row.pending for row in self.tasks)

    @property
    def stack(self) -> str:
        """The stack that it belongs to, or empty."""
        return self.service.spec.labels.get(STACK, "")


@dataclass(frozen=True, slots=True)
class NodeRow:
    """A node with the numbers of its tasks, the resources they reserve, and the managers of the swarm that answer."""

    node: Node
    running: int = 0
    tasks: tuple[TaskRow, ...] = ()
    reserved: Limits = NONE
    managers: int = 0
    reachable: int = 0

    @property
    def id(self) -> str:
        """The id of the node."""
        return self.node.id


Item = TypeVar("Item", Secret, Config)


@dataclass(frozen=True, slots=True)
class StoredRow(Generic[Item]):
    """A secret or a config with the names of the services that use it, sorted."""

    item: Item
    services: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The id of the secret or config."""
        return self.item.id

    @property
    def name(self) -> str:
        """The name of the secret or config."""
        return self.item.spec.name


@dataclass(frozen=True, slots=True)
class StackRow:
    """A stack, which is a label on services, secrets and configs."""

    name: str
    services: tuple[ServiceRow, ...] = ()
    secrets: tuple[StoredRow[Secret], ...] = ()
    configs: tuple[StoredRow[Config], ...] = ()

    @property
    def id(self) -> str:
        """The name, which identifies a stack."""
        return self.name
