"""The services, tasks and nodes of a swarm as rows that know of each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

from tui.engine.objects.nodes import Node
from tui.engine.objects.secrets import Config, Secret
from tui.engine.objects.services import Limits, Service
from tui.live.cluster.rows import STACK, Item, NodeRow, ServiceRow, StackRow, StoredRow, TaskRow
from tui.live.cluster.sources import CONFIGS, NODES, SECRETS, SERVICES, TASKS
from tui.live.objects.networks import NETWORKS
from tui.live.state.collection import Collection
from tui.live.state.derived import Derived
from tui.live.state.pulse import Pulse
from tui.live.state.store import Store


class Cluster:
    """Rows of a swarm. All three lists are read once one of them is used, and again during a rollout that is watched."""

    def __init__(self, store: Store[Any]) -> None:
        self._services, self._tasks, self._nodes = store.of(SERVICES), store.of(TASKS), store.of(NODES)
        self._networks = store.of(NETWORKS)
        self._store = store
        self._known: Mapping[str, TaskRow] = {}  # the tasks as made last

    @cached_property
    def tasks(self) -> Collection[TaskRow]:
        """The tasks by id, ended ones included."""
        return Derived((self._tasks, self._services, self._nodes), self._task_rows)

    @cached_property
    def services(self) -> Collection[ServiceRow]:
        """The services by id."""
        return Derived((self._services, self.tasks, self._nodes, self._networks), self._service_rows)

    @cached_property
    def nodes(self) -> Collection[NodeRow]:
        """The nodes by id."""
        return Derived((self._nodes, self.tasks), self._node_rows)

    @cached_property
    def secrets(self) -> Collection[StoredRow[Secret]]:
        """The secrets by id, with the services that use them."""
        stored = self._store.of(SECRETS)
        return Derived((stored, self._services), lambda: _used(stored.rows, self._services.rows.values(), secrets_of))

    @cached_property
    def configs(self) -> Collection[StoredRow[Config]]:
        """The configs by id, with the services that use them."""
        stored = self._store.of(CONFIGS)
        return Derived((stored, self._services), lambda: _used(stored.rows, self._services.rows.values(), configs_of))

    @cached_property
    def stacks(self) -> Collection[StackRow]:
        """The stacks by name."""
        return Derived((self.services, self.secrets, self.configs), self._stack_rows)

    @cached_property
    def pulse(self) -> Pulse:
        """Reads services and tasks again while a service is about to change."""
        return Pulse(self._store, (SERVICES, TASKS), lambda: any(row.pending for row in self.services.rows.values()))

    def _task_rows(self) -> Mapping[str, TaskRow]:
        names = {id: service.spec.name for id, service in self._services.rows.items()}
        hosts = {id: host_name(node) for id, node in self._nodes.rows.items()}
        known = self._known
        rows: dict[str, TaskRow] = {}
        for id, task in self._tasks.rows.items():
            row, service, node = known.get(id), names.get(task.service_id, ""), hosts.get(task.node_id, "")
            same = row is not None and row.task is task and (row.service, row.node) == (service, node)
            rows[id] = row if row is not None and same else TaskRow(task, service, node)
        self._known = rows
        return rows

    def _service_rows(self) -> Mapping[str, ServiceRow]:
        by_service = _grouped((row.task.service_id, row) for row in self.tasks.rows.values())
        nodes = tuple(self._nodes.rows.values())
        networks = {id: network.name for id, network in self._networks.rows.items()}
        return {
            id: ServiceRow(service, tuple(sorted(by_service.get(id, ()), key=_newest_first)), nodes, networks)
            for id, service in self._services.rows.items()
        }

    def _stack_rows(self) -> Mapping[str, StackRow]:
        services: dict[str, list[ServiceRow]] = defaultdict(list)
        for row in sorted(self.services.rows.values(), key=lambda row: row.name):
            if row.stack:
                services[row.stack].append(row)
        secrets, configs = self.secrets.rows.values(), self.configs.rows.values()
        return {
            name: StackRow(name, tuple(rows), _in_stack(secrets, name), _in_stack(configs, name))
            for name, rows in services.items()
        }

    def _node_rows(self) -> Mapping[str, NodeRow]:
        by_node = _grouped((row.task.node_id, row) for row in self.tasks.rows.values() if not row.ended)
        managers = [node.manager_status for node in self._nodes.rows.values() if node.manager_status is not None]
        reachable = sum(status.reachability == "reachable" for status in managers)
        return {
            id: NodeRow(
                node,
                sum(row.task.status.state == "running" for row in by_node.get(id, ())),
                tuple(sorted(by_node.get(id, ()), key=_newest_first)),
                _reserved(by_node.get(id, ())),
                len(managers),
                reachable,
            )
            for id, node in self._nodes.rows.items()
        }


def _in_stack(rows: Iterable[StoredRow[Item]], name: str) -> tuple[StoredRow[Item], ...]:
    return tuple(row for row in rows if row.item.spec.labels.get(STACK) == name)


def secrets_of(service: Service) -> list[str]:
    """Return the ids of the secrets that a service uses."""
    container = service.spec.task_template.container_spec
    return [each.secret_id for each in container.secrets] if container is not None else []


def configs_of(service: Service) -> list[str]:
    """Return the ids of the configs that a service uses."""
    container = service.spec.task_template.container_spec
    return [each.config_id for each in container.configs] if container is not None else []


def _used(
    items: Mapping[str, Item], services: Iterable[Service], of: Callable[[Service], list[str]]
) -> dict[str, StoredRow[Item]]:
    users: dict[str, set[str]] = defaultdict(set)
    for service in services:
        for id in of(service):
            users[id].add(service.spec.name)
    return {id: StoredRow(item, tuple(sorted(users.get(id, ())))) for id, item in items.items()}


def host_name(node: Node) -> str:
    """Return the host name of a node, else its id."""
    return node.description.hostname or node.id[:12]


def _grouped(pairs: Iterable[tuple[str, TaskRow]]) -> dict[str, list[TaskRow]]:
    groups: dict[str, list[TaskRow]] = defaultdict(list)
    for key, row in pairs:
        groups[key].append(row)
    return groups


def _newest_first(row: TaskRow) -> tuple[int, str, tuple[int, ...], str]:
    """Order of tasks: by slot, then the newest first."""
    return row.task.slot, row.node if not row.task.slot else "", tuple(-ord(sign) for sign in row.task.created_at), row.id


def _reserved(rows: Iterable[TaskRow]) -> Limits:
    """Return the sum of what tasks reserve."""
    reserved = [
        row.task.spec.resources.reservations
        for row in rows
        if row.task.spec.resources is not None and row.task.spec.resources.reservations is not None
    ]
    return Limits(sum(each.nano_cpus for each in reserved), sum(each.memory_bytes for each in reserved))
