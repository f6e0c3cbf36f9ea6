"""Containers in the API's form: list entry and inspection."""

from __future__ import annotations

import re
from typing import Any

from tui.demo.objects import NEVER, Container, Endpoint, Health, Json, Mount
from tui.demo.ports import bound_ports, open_ports, wanted_ports
from tui.demo.world import World

ROOT = "/var/lib/docker"

HOST_DEFAULTS: Json = {
    "Binds": None,
    "ContainerIDFile": "",
    "LogConfig": {"Type": "json-file", "Config": {}},
    "NetworkMode": "bridge",
    "PortBindings": {},
    "RestartPolicy": {"Name": "no", "MaximumRetryCount": 0},
    "AutoRemove": False,
    "VolumeDriver": "",
    "VolumesFrom": None,
    "ConsoleSize": [0, 0],
    "CapAdd": None,
    "CapDrop": None,
    "CgroupnsMode": "private",
    "Dns": None,
    "DnsOptions": None,
    "DnsSearch": None,
    "ExtraHosts": None,
    "GroupAdd": None,
    "IpcMode": "private",
    "Cgroup": "",
    "Links": None,
    "OomScoreAdj": 0,
    "PidMode": "",
    "Privileged": False,
    "PublishAllPorts": False,
    "ReadonlyRootfs": False,
    "SecurityOpt": None,
    "UTSMode": "",
    "UsernsMode": "",
    "ShmSize": 67108864,
    "Runtime": "runc",
    "Isolation": "",
    "CpuShares": 0,
    "Memory": 0,
    "NanoCpus": 0,
    "CgroupParent": "",
    "BlkioWeight": 0,
    "BlkioWeightDevice": None,
    "BlkioDeviceReadBps": None,
    "BlkioDeviceWriteBps": None,
    "BlkioDeviceReadIOps": None,
    "BlkioDeviceWriteIOps": None,
    "CpuPeriod": 0,
    "CpuQuota": 0,
    "CpuRealtimePeriod": 0,
    "CpuRealtimeRuntime": 0,
    "CpusetCpus": "",
    "CpusetMems": "",
    "Devices": None,
    "DeviceCgroupRules": None,
    "DeviceRequests": None,
    "MemoryReservation": 0,
    "MemorySwap": 0,
    "MemorySwappiness": None,
    "OomKillDisable": False,
    "PidsLimit": None,
    "Ulimits": None,
    "CpuCount": 0,
    "CpuPercent": 0,
    "IOMaximumIOps": 0,
    "IOMaximumBandwidth": 0,
    "MaskedPaths": [
        "/proc/asound",
        "/proc/acpi",
        "/proc/kcore",
        "/proc/keys",
        "/proc/latency_stats",
        "/proc/timer_list",
        "/sys/firmware",
    ],
    "ReadonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
}
CONFIG_DEFAULTS: Json = {
    "Hostname": "",
    "Domainname": "",
    "User": "",
    "AttachStdin": False,
    "AttachStdout": False,
    "AttachStderr": False,
    "Tty": False,
    "OpenStdin": False,
    "StdinOnce": False,
    "Env": None,
    "Cmd": None,
    "Image": "",
    "Volumes": None,
    "WorkingDir": "",
    "Entrypoint": None,
    "OnBuild": None,
    "Labels": {},
}


def duration_in_words(seconds: float) -> str:
    """Format a duration as the engine does in "Up 2 hours"."""
    whole = int(seconds)
    if whole < 1:
        return "Less than a second"
    if whole == 1:
        return "1 second"
    if whole < 60:
        return f"{whole} seconds"
    minutes = whole // 60
    if minutes == 1:
        return "About a minute"
    if minutes < 60:
        return f"{minutes} minutes"
    hours = int(seconds / 3600 + 0.5)
    if hours == 1:
        return "About an hour"
    if hours < 48:
        return f"{hours} hours"
    if hours < 24 * 14:
        return f"{hours // 24} days"
    if hours < 24 * 60:
        return f"{hours // 24 // 7} weeks"
    if hours < 24 * 365 * 2:
        return f"{hours // 24 // 30} months"
    return f"{int(seconds / 3600 / 24 / 365)} years"


def status_in_words(world: World, container: Container) -> str:
    """Return the list's status: "Up 5 minutes (healthy)", "Exited (1) 2 hours ago", ..."""
    if container.running:
        words = f"Up {duration_in_words(world.now - container.started)}"
        if container.status == "paused":
            return words + " (Paused)"
        if container.health is not None:
            health = container.health.status
            return words + f" ({'health: starting' if health == 'starting' else health})"
        return words
    if container.status == "created":
        return "Created"
    if container.status == "removing":
        return "Removal In Progress"
    if container.status == "dead":
        return "Dead"
    if container.finished == NEVER:
        return ""
    ago = duration_in_words(world.now - container.finished)
    verb = "Restarting" if container.status == "restarting" else "Exited"
    return f"{verb} ({container.exit_code}) {ago} ago"


def command_in_words(command: list[str]) -> str:
    """Return the list's command, with quoted words if they contain blanks."""
    return " ".join(f"'{word}'" if re.search(r"\s", word) else word for word in command)


def endpoint_shape(world: World, container: Container, endpoint: Endpoint, dns: bool) -> Json:
    """Return an endpoint in the form of NetworkSettings."""
    network = world.networks.get(endpoint.network_id)
    up = container.running
    subnet = network.subnet if network is not None else ""
    return {
        "IPAMConfig": None,
        "Links": None,
        "Aliases": (endpoint.aliases or None) if dns else None,  # null in the list
        "MacAddress": endpoint.mac if up else "",
        "DriverOpts": None,
        "GwPriority": 0,
        "NetworkID": endpoint.network_id if container.started != NEVER else "",
        "EndpointID": endpoint.endpoint_id if up else "",
        "Gateway": f"{subnet}.0.1" if up and subnet else "",
        "IPAddress": endpoint.ip if up else "",
        "IPPrefixLen": 16 if up and subnet else 0,
        "IPv6Gateway": "",
        "GlobalIPv6Address": "",
        "GlobalIPv6PrefixLen": 0,
        "DNSNames": [container.name, *endpoint.aliases, container.id[:12]] if dns and endpoint.aliases else None,
    }


def mount_shape(mount: Mount) -> Json:
    """Return a mount point."""
    shape: Json = {"Type": mount.kind}
    if mount.kind == "volume":
        shape["Name"] = mount.name
    shape["Source"] = mount.source or f"{ROOT}/volumes/{mount.name}/_data"
    shape["Destination"] = mount.destination
    if mount.kind == "volume":
        shape["Driver"] = "local"
    return {
        **shape,
        "Mode": "z" if mount.kind == "volume" else "",
        "RW": mount.writable,
        "Propagation": "" if mount.kind == "volume" else "rprivate",
    }


def sizes(world: World, container: Container) -> tuple[int, int]:
    """Return the bytes written by the container, and these with its image."""
    image = world.images.get(container.image_id)
    written = container.files.written_bytes() if container.files is not None else 0
    invented = 1095 if not container.program.shell and container.runs else 0
    return written + invented, (image.size if image else 0) + written + invented


def shown_image(world: World, container: Container) -> str:
    """Return the image's name as given, or its id if that name now belongs to another image."""
    try:
        same = world.image(container.image).id == container.image_id
    except Exception:  # the name was removed
        same = False
    return container.image if same else container.image_id


def summary(world: World, container: Container, size: bool = False) -> Json:
    """Return a container in the form of `ContainerList`."""
    entry: Json = {
        "Id": container.id,
        "Names": [f"/{container.name}"],
        "Image": shown_image(world, container),
        "ImageID": container.image_id,
        "Command": command_in_words(entry_command(container)),
        "Created": world.seconds(container.created),
        "Ports": open_ports(container),
    }
    if size:
        entry["SizeRw"], entry["SizeRootFs"] = sizes(world, container)
    return {
        **entry,
        "Labels": container.labels,
        "State": container.status,
        "Status": status_in_words(world, container),
        "HostConfig": {"NetworkMode": container.host_config.get("NetworkMode") or "bridge"},
        "NetworkSettings": {
            "Networks": {name: endpoint_shape(world, container, place, False) for name, place in container.endpoints.items()}
        },
        "Mounts": [mount_shape(mount) for mount in container.mounts],
    }


def entry_command(container: Container) -> list[str]:
    """Return entrypoint and command in one list."""
    return [*(container.config.get("Entrypoint") or []), *container.command]


def health_shape(world: World, health: Health) -> Json:
    """Return the health of an inspection, with its last probes."""
    return {
        "Status": health.status,
        "FailingStreak": health.failing_streak,
        "Log": [
            {
                "Start": world.stamp(probe.start),
                "End": world.stamp(probe.end),
                "ExitCode": probe.exit_code,
                "Output": probe.output,
            }
            for probe in health.log
        ],
    }


def state_shape(world: World, container: Container) -> Json:
    """Return the state of an inspection."""
    shape: Json = {
        "Status": container.status,
        "Running": container.running or container.status == "restarting",
        "Paused": container.status == "paused",
        "Restarting": container.status == "restarting",
        "OOMKilled": container.oom_killed,
        "Dead": container.status == "dead",
        "Pid": container.pid,
        "ExitCode": container.exit_code,
        "Error": container.error,
        "StartedAt": world.stamp(container.started),
        "FinishedAt": world.stamp(last_end(container)),
    }
    if container.health is not None:
        shape["Health"] = health_shape(world, container.health)
    return shape


def last_end(container: Container) -> float:
    """Return the end of its last completed run."""
    return container.runs[-1][1] if container.runs else container.finished


def network_settings(world: World, container: Container) -> Json:
    """Return the network settings of an inspection."""
    networks = {name: endpoint_shape(world, container, place, True) for name, place in container.endpoints.items()}
    first: Any = networks.get("bridge", {})
    sandbox = container.id[::-1] if container.running else ""
    return {
        "Bridge": "",
        "SandboxID": sandbox,
        "SandboxKey": f"/var/run/docker/netns/{sandbox[:12]}" if sandbox else "",
        "Ports": bound_ports(container.ports) if container.running else {},
        "HairpinMode": False,
        "LinkLocalIPv6Address": "",
        "LinkLocalIPv6PrefixLen": 0,
        "SecondaryIPAddresses": None,
        "SecondaryIPv6Addresses": None,
        "EndpointID": first.get("EndpointID", ""),
        "Gateway": first.get("Gateway", ""),
        "GlobalIPv6Address": "",
        "GlobalIPv6PrefixLen": 0,
        "IPAddress": first.get("IPAddress", ""),
        "IPPrefixLen": first.get("IPPrefixLen", 0),
        "IPv6Gateway": "",
        "MacAddress": first.get("MacAddress", ""),
        "Networks": networks,
    }


def inspection(world: World, container: Container, size: bool = False) -> Json:
    """Return a container in the form of `ContainerInspect`."""
    folder = f"{ROOT}/containers/{container.id}"
    started = container.started != NEVER
    command = entry_command(container)
    shape: Json = {
        "Id": container.id,
        "Created": world.stamp(container.created),
        "Path": command[0] if command else "",
        "Args": command[1:],
        "State": state_shape(world, container),
        "Image": container.image_id,
        "ResolvConfPath": f"{folder}/resolv.conf" if started else "",
        "HostnamePath": f"{folder}/hostname" if started else "",
        "HostsPath": f"{folder}/hosts" if started else "",
        "LogPath": f"{folder}/{container.id}-json.log" if started else "",
        "Name": f"/{container.name}",
        "RestartCount": container.restart_count,
        "Driver": "overlay2",
        "Platform": "linux",
        "MountLabel": "",
        "ProcessLabel": "",
        "AppArmorProfile": "docker-default",
        "ExecIDs": [key for key in container.execs if world.execs[key].running] or None,
        "HostConfig": {**HOST_DEFAULTS, "PortBindings": wanted_ports(container.ports), **container.host_config},
        "GraphDriver": {
            "Data": {
                "ID": container.id,
                "LowerDir": f"{ROOT}/overlay2/{container.id}-init/diff",
                "MergedDir": f"{ROOT}/overlay2/{container.id}/merged",
                "UpperDir": f"{ROOT}/overlay2/{container.id}/diff",
                "WorkDir": f"{ROOT}/overlay2/{container.id}/work",
            },
            "Name": "overlay2",
        },
    }
    if size:
        shape["SizeRw"], shape["SizeRootFs"] = sizes(world, container)
    config = {**CONFIG_DEFAULTS, "Hostname": container.id[:12], **container.config, "Image": container.image}
    config["Cmd"] = container.command or None
    shape["Mounts"] = [mount_shape(mount) for mount in container.mounts]
    shape["Config"] = config
    shape["NetworkSettings"] = network_settings(world, container)
    return shape
