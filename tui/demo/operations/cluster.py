"""The swarm: its nodes, services, tasks, secrets and configs."""

from __future__ import annotations

import copy
import re
from collections.abc import AsyncGenerator, Callable

from tui.demo import swarm as swarms
from tui.demo.call import Answer, Call, Stream, empty, json_reply, matches_labels, serves
from tui.demo.errors import ApiError
from tui.demo.frames import MULTIPLEXED, STDOUT, frame_of
from tui.demo.objects import Json, Swarm
from tui.demo.scenarios.swarm import member, one_node
from tui.demo.world import World

FILTERS = frozenset(
    {"id", "name", "names", "label", "mode", "service", "node", "desired-state", "role", "membership", "node.label"}
)
NAME = re.compile(r"[a-zA-Z0-9]+(?:[a-zA-Z0-9-_.]*[a-zA-Z0-9])?")
SERVICE_NAME = re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9_-]*[a-zA-Z0-9])?")
LINES = 20  # of a task's log


# --- the swarm itself ------------------------------------------------------------------------------------------------


@serves("SwarmInspect")
async def inspect_swarm(call: Call) -> Answer:
    """Return the swarm with its join tokens."""
    found = swarms.of(call.world)
    return json_reply(_swarm_shape(call.world, found))


def _swarm_shape(world: World, found: Swarm) -> Json:
    token = f"SWMTKN-1-demo{found.tokens:02d}00000000000000000000000000000000000000000000"
    return {
        "ID": "demoswarm0000000000000000",
        "Version": {"Index": found.version},
        "CreatedAt": world.stamp(found.created),
        "UpdatedAt": world.stamp(found.created),
        "Spec": found.spec,
        "TLSInfo": {"TrustRoot": "", "CertIssuerSubject": "", "CertIssuerPublicKey": ""},
        "RootRotationInProgress": False,
        "DefaultAddrPool": ["10.0.0.0/8"],
        "SubnetSize": 24,
        "DataPathPort": 4789,
        "JoinTokens": {"Worker": f"{token}-worker", "Manager": f"{token}-manager"},
    }


@serves("SwarmInit")
async def init(call: Call) -> Answer:
    """Make the engine the only node of a new swarm."""
    if call.world.swarm is not None and not call.json().get("ForceNewCluster"):
        raise ApiError(
            503,
            'This node is already part of a swarm. Use "docker swarm leave" to leave this swarm and join another one.',
        )
    one_node(call.world, bool(((call.json().get("Spec") or {}).get("EncryptionConfig") or {}).get("AutoLockManagers")))
    return json_reply(swarms.of(call.world).here)


@serves("SwarmJoin")
async def join(call: Call) -> Answer:
    """Refuse: no manager is anywhere."""
    if call.world.swarm is not None:
        raise ApiError(503, 'This node is already part of a swarm. Use "docker swarm leave" to leave this swarm first.')
    address = (call.json().get("RemoteAddrs") or [""])[0]
    raise ApiError(500, f"rpc error: code = Unavailable desc = dial tcp {address}: connect: no route to host")


@serves("SwarmLeave")
async def leave(call: Call) -> Answer:
    """Leave the swarm; a manager only by force."""
    if call.world.swarm is None:
        raise ApiError(503, "This node is not part of a swarm")
    if not call.flag("force"):
        raise ApiError(
            503,
            "You are attempting to leave the swarm on a node that is participating as a manager. "
            "Use `--force` to suppress this message.",
        )
    call.world.swarm = None
    return empty(200)


@serves("SwarmUpdate")
async def update_swarm(call: Call) -> Answer:
    """Replace the settings, and rotate tokens or the unlock key."""
    found = swarms.of(call.world)
    _check_version(call, found.version)
    found.spec = call.json()
    found.tokens += call.flag("rotateWorkerToken") or call.flag("rotateManagerToken")
    found.next_version()
    return empty(200)


@serves("SwarmUnlockkey")
async def unlock_key(call: Call) -> Answer:
    """Return the unlock key; empty without autolock."""
    found = swarms.of(call.world)
    locks = (found.spec.get("EncryptionConfig") or {}).get("AutoLockManagers")
    return json_reply({"UnlockKey": found.key if locks else ""})


@serves("SwarmUnlock")
async def unlock(call: Call) -> Answer:
    """Unlock a locked manager."""
    found = call.world.swarm
    if found is None or not found.locked:
        raise ApiError(409, "swarm is not locked")
    if call.json().get("UnlockKey") != found.key:
        raise ApiError(400, "swarm could not be unlocked: invalid key provided")
    found.locked = False
    return empty(200)


# --- what all kinds share --------------------------------------------------------------------------------------------


def _find(call: Call, kind: str) -> Json:
    """Return the object with this id, name or prefix of an id. Raises ApiError (404)."""
    table: dict[str, Json] = getattr(swarms.of(call.world), f"{kind}s")
    reference = call.path["id"]
    named = [each for each in table.values() if reference in (each["ID"], _name(each))]
    found = named or [each for id, each in table.items() if id.startswith(reference)]
    if not found:
        raise ApiError(404, f"{kind} {reference} not found")
    return found[0]


def _name(found: Json) -> str:
    name: str = found["Spec"].get("Name") or found.get("Description", {}).get("Hostname", "")
    return name


def _invalid(message: str) -> ApiError:
    return ApiError(400, f"rpc error: code = InvalidArgument desc = {message}")


def _check_version(call: Call, version: int) -> None:
    if call.number("version") != version:
        raise ApiError(500, "rpc error: code = Unknown desc = update out of sequence")


def _check_new_name(call: Call, kind: str, name: str, pattern: re.Pattern[str], message: str) -> None:
    if not pattern.fullmatch(name):
        raise _invalid(message)
    if any(_name(each) == name for each in getattr(swarms.of(call.world), f"{kind}s").values()):
        raise ApiError(409, f"rpc error: code = AlreadyExists desc = {kind} {name} already exists")


def _listed(call: Call, kind: str, shape: Callable[[Json], Json] = lambda found: found) -> Answer:
    filters = call.filters(FILTERS)
    found = [each for each in getattr(swarms.of(call.world), f"{kind}s").values() if _passes(call.world, each, filters)]
    return json_reply([swarms.stamped(call.world, shape(each)) for each in found])


def _passes(world: World, found: Json, filters: dict[str, list[str]]) -> bool:
    tests: dict[str, Callable[[list[str]], bool]] = {
        "id": lambda wanted: any(found["ID"].startswith(each) for each in wanted),
        "name": lambda wanted: any(_name(found).startswith(each) for each in wanted),
        "names": lambda wanted: _name(found) in wanted,
        "label": lambda wanted: matches_labels(found["Spec"].get("Labels") or {}, wanted),
        "role": lambda wanted: found["Spec"].get("Role") in wanted,
        "service": lambda wanted: found.get("ServiceID") in wanted or _service_name(world, found) in wanted,
        "node": lambda wanted: found.get("NodeID") in wanted,
        "desired-state": lambda wanted: found.get("DesiredState") in wanted,
    }
    return all(tests[name](wanted) for name, wanted in filters.items() if name in tests)


def _service_name(world: World, task: Json) -> str:
    service = swarms.of(world).services.get(task.get("ServiceID", ""))
    return _name(service) if service is not None else ""


# --- nodes -----------------------------------------------------------------------------------------------------------


@serves("NodeList")
async def list_nodes(call: Call) -> Answer:
    """List the nodes."""
    return _listed(call, "node")


@serves("NodeInspect")
async def inspect_node(call: Call) -> Answer:
    """Inspect a node."""
    return json_reply(swarms.stamped(call.world, _find(call, "node")))


@serves("NodeUpdate")
async def update_node(call: Call) -> Answer:
    """Change role, availability or labels; tasks move away from a drained node."""
    world, node, spec = call.world, _find(call, "node"), call.json()
    _check_version(call, node["Version"]["Index"])
    managers = [each for each in swarms.of(world).nodes.values() if each["Spec"]["Role"] == "manager"]
    if spec.get("Role") == "worker" and managers == [node]:
        raise ApiError(400, "rpc error: code = FailedPrecondition desc = attempting to demote the last manager of the swarm")
    node["Spec"] = spec
    if spec.get("Role") == "manager":
        node.setdefault("ManagerStatus", member(node["Status"]["Addr"]))
    else:
        node.pop("ManagerStatus", None)
    swarms.changed(world, "node", node)
    for service in swarms.of(world).services.values():
        swarms.reconcile(world, service)
    return empty(200)


@serves("NodeDelete")
async def delete_node(call: Call) -> Answer:
    """Remove a worker."""
    node = _find(call, "node")
    if "ManagerStatus" in node:
        raise ApiError(
            400, f"rpc error: code = FailedPrecondition desc = node {node['ID']} is a cluster manager. It must be demoted first"
        )
    if node["Status"]["State"] == "ready" and not call.flag("force"):
        raise ApiError(400, f"rpc error: code = FailedPrecondition desc = node {node['ID']} is not down and can't be removed")
    del swarms.of(call.world).nodes[node["ID"]]
    swarms.tell(call.world, "node", "remove", node)
    return empty(200)


# --- services and tasks ----------------------------------------------------------------------------------------------


@serves("ServiceList")
async def list_services(call: Call) -> Answer:
    """List the services, with the numbers of their tasks."""
    found = swarms.of(call.world)

    def shape(service: Json) -> Json:
        tasks = swarms.tasks_of(found, service)
        running = sum(task["Status"]["State"] == "running" for task in tasks)
        desired = len([*swarms.slots_of(found, service)])
        return {**service, "ServiceStatus": {"RunningTasks": running, "DesiredTasks": desired, "CompletedTasks": 0}}

    return _listed(call, "service", shape if call.flag("status") else lambda service: service)


@serves("ServiceInspect")
async def inspect_service(call: Call) -> Answer:
    """Inspect a service."""
    return json_reply(swarms.stamped(call.world, _find(call, "service")))


@serves("ServiceCreate")
async def create_service(call: Call) -> Answer:
    """Create a service and its tasks."""
    spec = call.json()
    _check_new_name(call, "service", spec.get("Name", ""), SERVICE_NAME, "name must be valid as a DNS name component")
    made = swarms.new_object(call.world, "service", spec, Endpoint={"Spec": {}})
    swarms.reconcile(call.world, made)
    return json_reply({"ID": made["ID"], "Warnings": None}, 201)


@serves("ServiceUpdate")
async def update_service(call: Call) -> Answer:
    """Change a service; a changed task template is rolled out."""
    world, service, spec = call.world, _find(call, "service"), call.json()
    _check_version(call, service["Version"]["Index"])
    before = service["Spec"]
    if call.text("rollback") == "previous":
        if "PreviousSpec" not in service:
            raise ApiError(400, "rpc error: code = FailedPrecondition desc = service does not have a previous spec")
        spec = service["PreviousSpec"]
    service["PreviousSpec"], service["Spec"] = copy.deepcopy(before), spec
    if spec.get("TaskTemplate") != before.get("TaskTemplate"):
        swarms.roll_out(world, service)
    else:
        swarms.reconcile(world, service)
    swarms.changed(world, "service", service)
    return json_reply({"Warnings": None})


@serves("ServiceDelete")
async def delete_service(call: Call) -> Answer:
    """Remove a service and its tasks."""
    service, found = _find(call, "service"), swarms.of(call.world)
    for task in swarms.tasks_of(found, service):
        del found.tasks[task["ID"]]
    del found.services[service["ID"]]
    swarms.tell(call.world, "service", "remove", service)
    return empty(200)


@serves("TaskList")
async def list_tasks(call: Call) -> Answer:
    """List the tasks."""
    return _listed(call, "task")


@serves("TaskInspect")
async def inspect_task(call: Call) -> Answer:
    """Inspect a task."""
    return json_reply(swarms.stamped(call.world, _find(call, "task")))


@serves("ServiceLogs")
async def service_logs(call: Call) -> Answer:
    """Return the logs of a service's tasks."""
    return _logs(call, swarms.tasks_of(swarms.of(call.world), _find(call, "service")))


@serves("TaskLogs")
async def task_logs(call: Call) -> Answer:
    """Return the log of a task."""
    return _logs(call, [_find(call, "task")])


def _logs(call: Call, tasks: list[Json]) -> Answer:
    return Stream(_lines(call, tasks, call.flag("follow")), MULTIPLEXED)


async def _lines(call: Call, tasks: list[Json], follow: bool) -> AsyncGenerator[bytes]:
    world = call.world
    for number in range(LINES):
        for task in tasks:
            words = [world.stamp(world.now - LINES + number)] if call.flag("timestamps") else []
            words += [f"com.docker.swarm.task.id={task['ID']}"] if call.flag("details") else []
            words.append(f'level=info msg="request {number} served" service={_service_name(world, task)}')
            yield frame_of(STDOUT, f"{' '.join(words)}\n".encode())
    while follow:
        await world.clock.sleep(3600.0)


# --- secrets and configs ---------------------------------------------------------------------------------------------


def _serve_stored(kind: str, largest: int) -> None:
    """Register the operations on secrets, or on configs."""
    title = kind.capitalize()
    shape: Callable[[Json], Json] = _without_data if kind == "secret" else lambda found: found

    @serves(f"{title}List")
    async def listed(call: Call) -> Answer:
        return _listed(call, kind, shape)

    @serves(f"{title}Inspect")
    async def inspect(call: Call) -> Answer:
        return json_reply(swarms.stamped(call.world, shape(_find(call, kind))))

    @serves(f"{title}Create")
    async def create(call: Call) -> Answer:
        spec = call.json()
        message = "invalid name, only 64 [a-zA-Z0-9-_.] characters allowed, and the start and end character must be [a-zA-Z0-9]"
        _check_new_name(call, kind, spec.get("Name", ""), NAME, message)
        if not 0 < len(spec.get("Data") or "") * 3 // 4 < largest:
            raise ApiError(
                400, f"rpc error: code = InvalidArgument desc = {kind} data must be larger than 0 and less than {largest} bytes"
            )
        return json_reply({"ID": swarms.new_object(call.world, kind, spec)["ID"]}, 201)

    @serves(f"{title}Update")
    async def update(call: Call) -> Answer:
        found = _find(call, kind)
        _check_version(call, found["Version"]["Index"])
        found["Spec"]["Labels"] = call.json().get("Labels") or {}
        swarms.changed(call.world, kind, found)
        return empty(200)

    @serves(f"{title}Delete")
    async def delete(call: Call) -> Answer:
        found = _find(call, kind)
        users = [_name(each) for each in swarms.of(call.world).services.values() if found["ID"] in str(each["Spec"])]
        if users:
            raise _invalid(f"{kind} '{_name(found)}' is in use by the following service: {users[0]}")
        del getattr(swarms.of(call.world), f"{kind}s")[found["ID"]]
        swarms.tell(call.world, kind, "remove", found)
        return empty(204)


def _without_data(found: Json) -> Json:
    return {**found, "Spec": {name: value for name, value in found["Spec"].items() if name != "Data"}}


_serve_stored("secret", 512_000)
_serve_stored("config", 1_024_000)
