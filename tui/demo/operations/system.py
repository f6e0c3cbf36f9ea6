"""The engine itself: ping, version, info, disk usage, events, registry login."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator
from email.utils import formatdate

from tui.demo.call import Answer, Call, Reply, Stream, encoder, json_reply, serves
from tui.demo.objects import Event, Json
from tui.demo.selection import EVENT_FILTERS, event_test
from tui.demo.shapes import summary
from tui.demo.times import moment
from tui.demo.usage import build_cache_usage, image_usage, layers_size, volume_usage
from tui.demo.world import HOST_CPUS, HOST_MEMORY, World, rfc3339

API_VERSION = "1.51"
ENGINE = "28.5.2"
KERNEL = "6.12.9-demo"
BUILT = "2025-11-05T14:43:20.000000000+00:00"
PING_HEADERS = {
    "Builder-Version": "1",
    "Cache-Control": "no-cache, no-store, must-revalidate",
    "Pragma": "no-cache",
    "Swarm": "inactive",
}


@serves("SystemPing")
async def ping(call: Call) -> Answer:
    """Answer OK."""
    return Reply(b"OK", 200, "text/plain; charset=utf-8", _ping_headers(call))


@serves("SystemPingHead")
async def ping_head(call: Call) -> Answer:
    """Answer a ping without a body."""
    return Reply(b"", 200, "text/plain; charset=utf-8", {**_ping_headers(call), "Content-Length": "0"})


def _ping_headers(call: Call) -> dict[str, str]:
    """Return the headers of a ping, with the engine's time, which its clients may have to know before they list."""
    return {**PING_HEADERS, "Date": formatdate(call.world.clock.now(), usegmt=True)}


@serves("SystemVersion")
async def version(call: Call) -> Answer:
    """Return the versions of the engine's components."""
    return json_reply(
        {
            "Platform": {"Name": "Longshore demo engine"},
            "Components": [
                {
                    "Name": "Engine",
                    "Version": ENGINE,
                    "Details": {
                        "ApiVersion": API_VERSION,
                        "Arch": "amd64",
                        "BuildTime": BUILT,
                        "Experimental": "false",
                        "GitCommit": "89c5e8f",
                        "GoVersion": "go1.24.9",
                        "KernelVersion": KERNEL,
                        "MinAPIVersion": "1.24",
                        "Os": "linux",
                    },
                },
                {
                    "Name": "containerd",
                    "Version": "1.7.29",
                    "Details": {"GitCommit": "442cb34bda9a6a0fed82a2ca7cade05c5c749582"},
                },
                {"Name": "runc", "Version": "1.3.3", "Details": {"GitCommit": "v1.3.3-0-gd842d77"}},
                {"Name": "docker-init", "Version": "0.19.0", "Details": {"GitCommit": "de40ad0"}},
            ],
            "Version": ENGINE,
            "ApiVersion": API_VERSION,
            "MinAPIVersion": "1.24",
            "GitCommit": "89c5e8f",
            "GoVersion": "go1.24.9",
            "Os": "linux",
            "Arch": "amd64",
            "KernelVersion": KERNEL,
            "BuildTime": BUILT,
        }
    )


@serves("SystemInfo")
async def info(call: Call) -> Answer:
    """Return counts, capacities and capabilities."""
    world = call.world
    states = [container.status for container in world.containers.values()]
    running, paused = sum(state in ("running", "restarting") for state in states), states.count("paused")
    return json_reply(
        {
            "ID": f"d3e0d3e0-0000-4000-8000-{call.world.seed:012d}",
            "Containers": len(states),
            "ContainersRunning": running,
            "ContainersPaused": paused,
            "ContainersStopped": len(states) - running - paused,
            "Images": len(world.images),
            "Driver": "overlay2",
            "DriverStatus": [
                ["Backing Filesystem", "extfs"],
                ["Supports d_type", "true"],
                ["Using metacopy", "false"],
                ["Native Overlay Diff", "true"],
            ],
            "Plugins": {
                "Volume": ["local"],
                "Network": ["bridge", "host", "ipvlan", "macvlan", "null", "overlay"],
                "Authorization": None,
                "Log": ["awslogs", "fluentd", "gelf", "journald", "json-file", "local", "splunk", "syslog"],
            },
            "MemoryLimit": True,
            "SwapLimit": True,
            "CpuCfsPeriod": True,
            "CpuCfsQuota": True,
            "CPUShares": True,
            "CPUSet": True,
            "PidsLimit": True,
            "IPv4Forwarding": True,
            "Debug": False,
            "NFd": 40 + len(states),
            "OomKillDisable": False,
            "NGoroutines": 60 + 4 * running,
            "SystemTime": rfc3339(world.clock.now()),
            "LoggingDriver": "json-file",
            "CgroupDriver": "systemd",
            "CgroupVersion": "2",
            "NEventsListener": len(world.watchers),
            "KernelVersion": KERNEL,
            "OperatingSystem": "Longshore demo",
            "OSVersion": "1",
            "OSType": "linux",
            "Architecture": "x86_64",
            "IndexServerAddress": "https://index.docker.io/v1/",
            "RegistryConfig": {
                "IndexConfigs": {"docker.io": {"Mirrors": [], "Name": "docker.io", "Official": True, "Secure": True}},
                "InsecureRegistryCIDRs": ["::1/128", "127.0.0.0/8"],
                "Mirrors": None,
            },
            "NCPU": HOST_CPUS,
            "MemTotal": HOST_MEMORY,
            "GenericResources": None,
            "DockerRootDir": "/var/lib/docker",
            "HttpProxy": "",
            "HttpsProxy": "",
            "NoProxy": "",
            "Name": "demo",
            "Labels": [],
            "ExperimentalBuild": False,
            "ServerVersion": ENGINE,
            "Runtimes": {"io.containerd.runc.v2": {"path": "runc"}, "runc": {"path": "runc"}},
            "DefaultRuntime": "runc",
            "Swarm": swarm_info(call.world),
            "LiveRestoreEnabled": False,
            "Isolation": "",
            "InitBinary": "docker-init",
            "ContainerdCommit": {"ID": "442cb34bda9a6a0fed82a2ca7cade05c5c749582"},
            "RuncCommit": {"ID": "v1.3.3-0-gd842d77"},
            "InitCommit": {"ID": "de40ad0"},
            "SecurityOptions": ["name=apparmor", "name=seccomp,profile=builtin", "name=cgroupns"],
            "FirewallBackend": {"Driver": "iptables"},
            "CDISpecDirs": ["/etc/cdi", "/var/run/cdi"],
            "Warnings": None,
        }
    )


def swarm_info(world: World) -> Json:
    """Return the engine's membership in a swarm."""
    swarm = world.swarm
    info: Json = {"NodeID": "", "NodeAddr": "", "ControlAvailable": False, "Error": "", "RemoteManagers": None}
    if swarm is None:
        return {**info, "LocalNodeState": "inactive"}
    if swarm.locked:
        return {**info, "LocalNodeState": "locked", "NodeID": swarm.here}
    managers = [node for node in swarm.nodes.values() if "ManagerStatus" in node]
    return {
        **info,
        "NodeID": swarm.here,
        "NodeAddr": swarm.nodes[swarm.here]["Status"]["Addr"],
        "LocalNodeState": "active",
        "ControlAvailable": True,
        "RemoteManagers": [{"NodeID": node["ID"], "Addr": node["ManagerStatus"]["Addr"]} for node in managers],
        "Nodes": len(swarm.nodes),
        "Managers": len(managers),
    }


def event_shape(world: World, event: Event) -> Json:
    """Return an event as in the stream; containers' and images' also have the old fields."""
    shape: Json = {}
    if event.kind in ("container", "image"):
        shape = {"status": event.action, "id": event.actor}
    if event.kind == "container" and event.actor:
        shape["from"] = event.attributes.get("image", "")
    nanoseconds = round((world.origin + event.at) * 1e6) * 1000
    return {
        **shape,
        "Type": event.kind,
        "Action": event.action,
        "Actor": {"ID": event.actor, "Attributes": event.attributes},
        "scope": event.scope,
        "time": nanoseconds // 1_000_000_000,
        "timeNano": nanoseconds,
    }


@serves("SystemEvents")
async def events(call: Call) -> Answer:
    """Stream events, with `since` also the remembered ones."""
    world = call.world
    passes = event_test(call.filters(EVENT_FILTERS))
    since = moment(world, call.text("since")) if call.text("since") else math.inf
    until = moment(world, call.text("until")) if call.text("until") else math.inf
    queue: asyncio.Queue[Event | None] = asyncio.Queue()
    for event in world.events:
        if since <= event.at <= until:
            queue.put_nowait(event)
    if until <= world.now:
        queue.put_nowait(None)
    else:
        world.watchers.add(queue.put_nowait)

    async def told() -> AsyncGenerator[bytes]:
        alarm = world.clock.call_at(world.origin + until, lambda: queue.put_nowait(None)) if until != math.inf else None
        try:
            while (event := await queue.get()) is not None:
                if passes(event):
                    yield encoder.encode(event_shape(world, event)) + b"\n"
        finally:
            world.watchers.discard(queue.put_nowait)
            if alarm is not None:
                alarm.cancel()

    return Stream(told())


@serves("SystemDataUsage")
async def data_usage(call: Call) -> Answer:
    """Return the disk usage of the requested types."""
    world = call.world
    kinds = set(call.query.get("type", ())) or {"container", "image", "volume", "build-cache"}
    usage: Json = {}
    usage["LayersSize"] = layers_size(world) if "image" in kinds else 0
    usage["Images"] = image_usage(world) if "image" in kinds else None
    usage["Containers"] = [summary(world, one, True) for one in world.containers.values()] if "container" in kinds else None
    usage["Volumes"] = volume_usage(world) if "volume" in kinds else None
    usage["BuildCache"] = build_cache_usage(world) if "build-cache" in kinds else None
    return json_reply(usage)


@serves("SystemAuth")
async def auth(call: Call) -> Answer:
    """Accept every login: nothing leaves the machine."""
    body = call.json()
    if not body.get("username") and not body.get("identitytoken"):
        return json_reply({"message": "no basic auth credentials"}, 401)
    return json_reply({"Status": "Login Succeeded", "IdentityToken": ""})


@serves("PluginList")
async def plugins(call: Call) -> Answer:
    """Return no plugins."""
    return json_reply([])
