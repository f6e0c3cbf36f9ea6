"""A swarm of three nodes beside the shop, with a rollout that went wrong and a service that no node takes."""

from __future__ import annotations

import base64

from tui.demo import swarm as swarms
from tui.demo.objects import Json, Swarm
from tui.demo.scenarios.shop import compose_shop
from tui.demo.world import HOST_CPUS, HOST_MEMORY, World

DAY = 86_400.0
STACK = {"com.docker.stack.namespace": "market"}


def compose_swarm(seed: int = 7, lively: bool = True) -> World:
    """Return the shop's world with a swarm of three nodes, of which this engine is the leader."""
    world = compose_shop(seed, lively)
    swarm = one_node(world, False, -9 * DAY)
    add_node(world, swarm, "node-2", "10.20.0.2", manager=True)
    worker = add_node(world, swarm, "node-3", "10.20.0.3", manager=False)
    worker["Spec"]["Labels"] = {"disk": "hdd"}
    key = swarms.new_object(world, "secret", {"Name": "market-key", "Labels": STACK, "Data": "c2VjcmV0"})
    swarms.new_object(world, "secret", {"Name": "market-old-key", "Labels": {}, "Data": "b2xk"})
    settings = base64.b64encode(b"port = 8080\nworkers = 4\n").decode()
    site = swarms.new_object(world, "config", {"Name": "market-site", "Labels": STACK, "Data": settings})
    older = base64.b64encode(b"port = 8080\nworkers = 2\n").decode()
    swarms.new_object(world, "config", {"Name": "market-site-old", "Labels": STACK, "Data": older})
    front = add_service(world, "market_front", "market/front:2.3", 3, ports=[(8088, 80)])
    container = front["Spec"]["TaskTemplate"]["ContainerSpec"]
    file: Json = {"UID": "0", "GID": "0", "Mode": 0o444}
    container["Secrets"] = [{"File": {"Name": "key", **file}, "SecretID": key["ID"], "SecretName": "market-key"}]
    container["Configs"] = [{"File": {"Name": "/site.ini", **file}, "ConfigID": site["ID"], "ConfigName": "market-site"}]
    add_tasks(world, swarm, front)
    add_tasks(world, swarm, add_service(world, "market_agent", "market/agent:1.0", 0))
    add_tasks(world, swarm, add_service(world, "market_search", "market/search:0.9", 2, constraints=["node.labels.disk==ssd"]))
    _failed_rollout(world, swarm)
    return world


def one_node(world: World, autolock: bool, created: float | None = None) -> Swarm:
    """Make the demo's engine the only node of a new swarm."""
    spec: Json = {
        "Name": "default",
        "Labels": {},
        "Orchestration": {"TaskHistoryRetentionLimit": 5},
        "Raft": {
            "SnapshotInterval": 10_000,
            "KeepOldSnapshots": 0,
            "LogEntriesForSlowFollowers": 500,
            "ElectionTick": 10,
            "HeartbeatTick": 1,
        },
        "Dispatcher": {"HeartbeatPeriod": 5 * 10**9},
        "CAConfig": {"NodeCertExpiry": 90 * 24 * 3600 * 10**9},
        "TaskDefaults": {},
        "EncryptionConfig": {"AutoLockManagers": autolock},
    }
    swarm = world.swarm = Swarm(spec, "", world.now if created is None else created)
    node = add_node(world, swarm, "demo", "10.20.0.1", manager=True)
    node["ManagerStatus"]["Leader"] = True
    swarm.here = node["ID"]
    return swarm


def member(address: str) -> Json:
    """Return the status of a manager."""
    return {"Leader": False, "Reachability": "reachable", "Addr": f"{address}:2377"}


def add_node(world: World, swarm: Swarm, name: str, address: str, manager: bool) -> Json:
    """Add a node that is ready."""
    spec: Json = {"Labels": {}, "Role": "manager" if manager else "worker", "Availability": "active"}
    description: Json = {
        "Hostname": name,
        "Platform": {"Architecture": "x86_64", "OS": "linux"},
        "Resources": {"NanoCPUs": HOST_CPUS * 10**9, "MemoryBytes": HOST_MEMORY},
        "Engine": {"EngineVersion": "28.5.2", "Plugins": []},
        "TLSInfo": {},
    }
    more = {"ManagerStatus": member(address)} if manager else {}
    status = {"State": "ready", "Addr": address}
    return swarms.new_object(world, "node", spec, Description=description, Status=status, **more)


def add_service(
    world: World,
    name: str,
    image: str,
    replicas: int,
    ports: list[tuple[int, int]] | None = None,
    constraints: list[str] | None = None,
) -> Json:
    """Add a service without tasks; without `replicas` a global one."""
    published = [
        {"Protocol": "tcp", "TargetPort": inside, "PublishedPort": outside, "PublishMode": "ingress"}
        for outside, inside in ports or ()
    ]
    spec: Json = {
        "Name": name,
        "Labels": STACK,
        "TaskTemplate": {
            "ContainerSpec": {"Image": image, "Isolation": "default"},
            "Placement": {"Constraints": constraints or []},
            "ForceUpdate": 0,
            "Runtime": "container",
        },
        "Mode": {"Replicated": {"Replicas": replicas}} if replicas else {"Global": {}},
        "EndpointSpec": {"Mode": "vip", "Ports": published},
    }
    endpoint = {"Spec": {"Mode": "vip", "Ports": published}, "Ports": published, "VirtualIPs": []}
    return swarms.new_object(world, "service", spec, Endpoint=endpoint)


def add_tasks(world: World, swarm: Swarm, service: Json) -> None:
    """Give a service the tasks that it should have, running where a node takes them."""
    for slot, node in swarms.slots_of(swarm, service):
        err = "" if node else "no suitable node (scheduling constraints not satisfied on 3 nodes)"
        swarms.new_task(world, service, slot, node, "running" if node else "pending", err)


def _failed_rollout(world: World, swarm: Swarm) -> None:
    """Add a service whose update was paused: its new image fails."""
    service = add_service(world, "market_api", "market/api:4.1", 4)
    add_tasks(world, swarm, service)
    service["PreviousSpec"] = {**service["Spec"]}
    service["Spec"] = {
        **service["Spec"],
        "TaskTemplate": {
            **service["Spec"]["TaskTemplate"],
            "ContainerSpec": {"Image": "market/api:4.2-broken", "Isolation": "default"},
        },
    }
    first = next(task for task in swarms.tasks_of(swarm, service) if task["Slot"] == 1)
    first["DesiredState"] = "shutdown"
    swarms.set_state(world, first, "shutdown")
    first["Status"]["Timestamp"] = -90.0
    for at in (-80.0, -70.0):
        failed = swarms.new_task(world, service, 1, first["NodeID"])
        failed["DesiredState"] = "shutdown"
        swarms.set_state(world, failed, "failed", "task: non-zero exit (1)")
        failed["CreatedAt"] = failed["Status"]["Timestamp"] = at
    service["UpdateStatus"] = {
        "State": "paused",
        "StartedAt": -90.0,
        "CompletedAt": -60.0,
        "Message": f"update paused due to failure or early termination of task {failed['ID']}",
    }
