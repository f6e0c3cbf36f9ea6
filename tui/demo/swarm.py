"""A small swarm in the demo's world: nodes, services, tasks, secrets and configs.

Objects are in the engine's own JSON, but for times: seconds of the world, which `stamped` turns into dates.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator

from tui.demo.errors import ApiError
from tui.demo.objects import Json, Swarm
from tui.demo.world import World

START = 1.0
"""Seconds in which a task starts, and after which the next one is replaced."""

BEFORE = -3 * 3600.0
TIMES = frozenset({"CreatedAt", "UpdatedAt", "Timestamp", "StartedAt", "CompletedAt"})
ENDED = frozenset({"complete", "failed", "rejected", "shutdown"})


def now(world: World) -> float:
    """Return the time of the world; of what is there at its start, some hours before."""
    return world.now if world.origin else BEFORE


def of(world: World) -> Swarm:
    """Return the swarm. Raises ApiError (503) as an engine that is no manager of one."""
    if world.swarm is None:
        raise ApiError(
            503,
            "This node is not a swarm manager. Use "
            '"docker swarm init" or "docker swarm join" to connect this node to swarm and try again.',
        )
    if world.swarm.locked:
        raise ApiError(
            503,
            'Swarm is encrypted and needs to be unlocked before it can be used. Please use "docker swarm unlock" to unlock it.',
        )
    return world.swarm


def new_object(world: World, kind: str, spec: Json, **more: object) -> Json:
    """Add an object of a kind ("node", "service", "secret", "config") and emit its event."""
    swarm = of(world)
    at = now(world)
    found: Json = {
        "ID": world.new_id(kind)[:25],
        "Version": {"Index": swarm.next_version()},
        "CreatedAt": at,
        "UpdatedAt": at,
        "Spec": spec,
        **more,
    }
    getattr(swarm, f"{kind}s")[found["ID"]] = found
    tell(world, kind, "create", found)
    return found


def changed(world: World, kind: str, found: Json, **attributes: str) -> None:
    """Give an object a new version and emit its event."""
    found["Version"] = {"Index": of(world).next_version()}
    found["UpdatedAt"] = now(world)
    tell(world, kind, "update", found, **attributes)


def tell(world: World, kind: str, action: str, found: Json, **attributes: str) -> None:
    """Emit the event of an object."""
    name = found["Spec"].get("Name") or found.get("Description", {}).get("Hostname", "")
    world.tell(kind, action, found["ID"], {"name": name, **attributes})


def stamped(world: World, found: Json) -> Json:
    """Return an object with its times as dates."""
    return {
        name: world.stamp(value)
        if name in TIMES and isinstance(value, (int, float))
        else stamped(world, value)
        if isinstance(value, dict)
        else value
        for name, value in found.items()
    }


# --- tasks -----------------------------------------------------------------------------------------------------------


def tasks_of(swarm: Swarm, service: Json) -> list[Json]:
    """Return the tasks of a service."""
    return [task for task in swarm.tasks.values() if task["ServiceID"] == service["ID"]]


def wanted(task: Json) -> bool:
    """Whether a task should run."""
    return task["DesiredState"] == "running" and task["Status"]["State"] not in ENDED


def new_task(world: World, service: Json, slot: int, node: str, state: str = "preparing", err: str = "") -> Json:
    """Add a task of a service; `slot` 0 for a global service."""
    swarm, at = of(world), now(world)
    task: Json = {
        "ID": world.new_id("task")[:25],
        "Version": {"Index": swarm.next_version()},
        "CreatedAt": at,
        "UpdatedAt": at,
        "Labels": {},
        "Spec": copy.deepcopy(service["Spec"]["TaskTemplate"]),
        "ServiceID": service["ID"],
        **({"Slot": slot} if slot else {}),
        "NodeID": node,
        "Status": {},
        "DesiredState": "running",
        "NetworksAttachments": [],
    }
    swarm.tasks[task["ID"]] = task
    set_state(world, task, state, err)
    return task


def set_state(world: World, task: Json, state: str, err: str = "") -> None:
    """Set the state of a task."""
    status: Json = {"Timestamp": now(world), "State": state, "Message": _MESSAGES.get(state, state)}
    if err:
        status["Err"] = err
    if task["NodeID"] and state not in ("pending", "preparing", "rejected"):
        status["ContainerStatus"] = {"ContainerID": world.new_id("task-container"), "PID": 0, "ExitCode": int(bool(err))}
    task["Status"] = {**status, "PortStatus": {}}


_MESSAGES = {"running": "started", "preparing": "preparing", "pending": "pending task scheduling", "failed": "started"}


def suitable(swarm: Swarm, service: Json) -> list[str]:
    """Return the ids of the nodes that take tasks of a service."""
    constraints = (service["Spec"]["TaskTemplate"].get("Placement") or {}).get("Constraints") or []
    return [id for id, node in swarm.nodes.items() if _takes(node, constraints)]


def _takes(node: Json, constraints: list[str]) -> bool:
    if node["Spec"]["Availability"] != "active" or node["Status"]["State"] != "ready":
        return False
    for constraint in constraints:
        name, equal, value = constraint.partition("==")
        if equal and name.strip().startswith("node.labels."):
            labels = node["Spec"].get("Labels") or {}
            if labels.get(name.strip().removeprefix("node.labels.")) != value.strip():
                return False
    return True


def slots_of(swarm: Swarm, service: Json) -> Iterator[tuple[int, str]]:
    """Yield slot and node of each task that a service should have; an empty node where none is suitable."""
    nodes, mode = suitable(swarm, service), service["Spec"]["Mode"]
    if "Global" in mode or "GlobalJob" in mode:
        yield from ((0, node) for node in nodes)
        return
    count = (mode.get("Replicated") or {}).get("Replicas", 1)
    for slot in range(1, count + 1):
        yield slot, nodes[(slot - 1) % len(nodes)] if nodes else ""


def reconcile(world: World, service: Json) -> None:
    """Start missing tasks of a service and stop those that are too many."""
    swarm = of(world)
    due = {(slot, node if not slot else ""): node for slot, node in slots_of(swarm, service)}
    for task in tasks_of(swarm, service):
        if wanted(task):
            place = task.get("Slot", 0), "" if task.get("Slot") else task["NodeID"]
            if place in due and (not task["NodeID"] or _takes(swarm.nodes[task["NodeID"]], [])):
                del due[place]
            else:
                task["DesiredState"] = "shutdown"
                set_state(world, task, "shutdown")
    for (slot, _), node in due.items():
        start(world, service, slot, node)


def start(world: World, service: Json, slot: int, node: str) -> Json:
    """Start a task; it runs a moment later, or fails if its image is one that does ("broken" in its name)."""
    if not node:
        return new_task(world, service, slot, "", "pending", "no suitable node (scheduling constraints not satisfied)")
    task = new_task(world, service, slot, node)
    image = task["Spec"].get("ContainerSpec", {}).get("Image", "")

    def run() -> None:
        if task["ID"] in of(world).tasks and wanted(task):
            if "broken" in image:
                task["DesiredState"] = "shutdown"
                set_state(world, task, "failed", "task: non-zero exit (1)")
            else:
                set_state(world, task, "running")

    world.later(START, run)
    return task


def roll_out(world: World, service: Json) -> None:
    """Replace the tasks of a service one after the other; pause, or roll back, when one fails."""
    swarm = of(world)
    service["UpdateStatus"] = {"State": "updating", "StartedAt": now(world), "Message": "update in progress"}
    old = [task for task in tasks_of(swarm, service) if wanted(task)]

    def step(fresh: Json | None = None) -> None:
        if service["ID"] not in swarm.services or service["UpdateStatus"]["State"] != "updating":
            return
        if fresh is not None and fresh["Status"]["State"] == "failed":
            _fail(world, service, fresh)
            return
        if not old:
            _end(world, service, "completed", "update completed")
            reconcile(world, service)
            return
        task = old.pop(0)
        task["DesiredState"] = "shutdown"
        set_state(world, task, "shutdown")
        started = start(world, service, task.get("Slot", 0), task["NodeID"])
        world.later(START * 1.5, lambda: step(started))

    step()


def _fail(world: World, service: Json, task: Json) -> None:
    policy = service["Spec"].get("UpdateConfig") or {}
    message = f"update paused due to failure or early termination of task {task['ID']}"
    if policy.get("FailureAction") == "rollback" and service.get("PreviousSpec"):
        service["Spec"], service["PreviousSpec"] = service["PreviousSpec"], service["Spec"]
        reconcile(world, service)
        _end(world, service, "rollback_completed", "rollback completed")
    else:
        _end(world, service, "paused", message)


def _end(world: World, service: Json, state: str, message: str) -> None:
    service["UpdateStatus"] = {
        **service["UpdateStatus"],
        "State": state,
        "CompletedAt": now(world),
        "Message": message,
    }
    changed(world, "service", service, **{"updatestate.new": state, "updatestate.old": "updating"})
