"""Nodes of a swarm."""
# ruff: noqa: RUF012 - msgspec copies the mutable defaults of a struct

from __future__ import annotations

from msgspec import field

from tui.engine.objects.base import Object
from tui.engine.objects.swarm import TLSInfo
from tui.engine.objects.volumes import ObjectVersion


class NodeSpec(Object, frozen=True):
    """Settings of a node (`NodeSpec`). `role` is worker or manager; `availability` is active, pause or drain."""

    name: str = ""
    labels: dict[str, str] = {}
    role: str = ""
    availability: str = ""


class NodePlatform(Object, frozen=True):
    """Architecture and operating system (`Platform`)."""

    architecture: str = ""
    os: str = field(name="OS", default="")


class NodeResources(Object, frozen=True):
    """The node's resources: billionths of a CPU, bytes (`ResourceObject`)."""

    nano_cpus: int = field(name="NanoCPUs", default=0)
    memory_bytes: int = 0


class NodePlugin(Object, frozen=True):
    """A plugin of the node's engine (`EngineDescription`)."""

    type: str = ""
    name: str = ""


class NodeEngine(Object, frozen=True):
    """The node's engine (`EngineDescription`)."""

    engine_version: str = ""
    labels: dict[str, str] = {}
    plugins: list[NodePlugin] = []


class NodeDescription(Object, frozen=True):
    """Description reported by the node (`NodeDescription`)."""

    hostname: str = ""
    platform: NodePlatform = NodePlatform()
    resources: NodeResources = NodeResources()
    engine: NodeEngine = NodeEngine()
    tls_info: TLSInfo = field(name="TLSInfo", default=TLSInfo())


class NodeStatus(Object, frozen=True):
    """`state` is unknown, down, ready or disconnected (`NodeStatus`)."""

    state: str = ""
    message: str = ""
    addr: str = ""


class ManagerStatus(Object, frozen=True):
    """Status of a manager; `reachability` is unknown, unreachable or reachable (`ManagerStatus`)."""

    leader: bool = False
    reachability: str = ""
    addr: str = ""


class Node(Object, frozen=True):
    """A node (`Node`). Times are as the engine writes them (RFC 3339)."""

    id: str = field(name="ID", default="")
    version: ObjectVersion = ObjectVersion()
    created_at: str = ""
    updated_at: str = ""
    spec: NodeSpec = NodeSpec()
    description: NodeDescription = NodeDescription()
    status: NodeStatus = NodeStatus()
    manager_status: ManagerStatus | None = None
