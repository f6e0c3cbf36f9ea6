"""The `docker run` line that creates a container: only what differs from its image and from the engine's defaults."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tui.engine.objects.networks import EndpointSettings
from tui.live.containers.recreation import Specification
from tui.resources.model.action import DockerCommand

Json = dict[str, Any]

TEXTS = {
    "Hostname": "hostname",
    "Domainname": "domainname",
    "User": "user",
    "WorkingDir": "workdir",
    "StopSignal": "stop-signal",
    "StopTimeout": "stop-timeout",
}
"""Fields of the configuration that are flags with one value."""

HOST_TEXTS = {
    "VolumeDriver": "volume-driver",
    "CgroupParent": "cgroup-parent",
    "CgroupnsMode": "cgroupns",
    "CpusetCpus": "cpuset-cpus",
    "CpusetMems": "cpuset-mems",
    "CpuShares": "cpu-shares",
    "CpuPeriod": "cpu-period",
    "CpuQuota": "cpu-quota",
    "CpuRealtimePeriod": "cpu-rt-period",
    "CpuRealtimeRuntime": "cpu-rt-runtime",
    "BlkioWeight": "blkio-weight",
    "IpcMode": "ipc",
    "Isolation": "isolation",
    "Memory": "memory",
    "MemoryReservation": "memory-reservation",
    "MemorySwap": "memory-swap",
    "MemorySwappiness": "memory-swappiness",
    "OomScoreAdj": "oom-score-adj",
    "PidMode": "pid",
    "PidsLimit": "pids-limit",
    "Runtime": "runtime",
    "ShmSize": "shm-size",
    "UTSMode": "uts",
    "UsernsMode": "userns",
}
"""Fields of the host configuration that are flags with one value."""

DEFAULTS = {"ShmSize": 64 << 20, "Runtime": "runc", "MemorySwappiness": -1, "Isolation": "default"}
"""Values that the engine sets by itself; besides these the empty ones."""

HOST_LISTS = {
    "CapAdd": "cap-add",
    "CapDrop": "cap-drop",
    "DeviceCgroupRules": "device-cgroup-rule",
    "Dns": "dns",
    "DnsOptions": "dns-option",
    "DnsSearch": "dns-search",
    "ExtraHosts": "add-host",
    "GroupAdd": "group-add",
    "Links": "link",
    "SecurityOpt": "security-opt",
    "VolumesFrom": "volumes-from",
    "Binds": "volume",
}
HOST_BOXES = {
    "AutoRemove": "rm",
    "Init": "init",
    "OomKillDisable": "oom-kill-disable",
    "Privileged": "privileged",
    "PublishAllPorts": "publish-all",
    "ReadonlyRootfs": "read-only",
}
HEALTH = {
    "Interval": "health-interval",
    "Timeout": "health-timeout",
    "StartPeriod": "health-start-period",
    "StartInterval": "health-start-interval",
}
"""Durations of the health check, in nanoseconds."""


def run_lines(specification: Specification, name: str = "", networks_at_once: bool = True) -> list[DockerCommand]:
    """Return the commands that create and start the container, without `docker`.

    There is one, or several where the engine takes only one network at a creation (before API 1.44) and the container has more.
    `name`: if other than its own.
    """
    name = name or specification.name
    several = len(specification.networks) > 1 and not networks_at_once
    networks = [*_networks(specification)]
    line = _line(specification, name, ("create",) if several else ("run", "--detach"), [networks[0]] if several else networks)
    if not several:
        return [line]
    connected = [*specification.networks.items()][1:]
    return [line, *(_connect(network, endpoint, name) for network, endpoint in connected), ("start", name)]


def _line(specification: Specification, name: str, verb: DockerCommand, networks: Sequence[str]) -> DockerCommand:
    flags = [f"--name={name}", *_config(specification), *_host(specification.host_config), *networks]
    if specification.mac_address:
        flags.append(f"--mac-address={specification.mac_address}")
    entrypoint = [*(specification.config.get("Entrypoint") or ())]
    if entrypoint:
        flags.append(f"--entrypoint={entrypoint[0]}")
    return (*verb, *flags, specification.image, *entrypoint[1:], *(specification.config.get("Cmd") or ()))


def why_not_exact(specification: Specification) -> str:
    """Return what the line cannot express, or ""."""
    host = specification.host_config
    left = [
        words
        for key, words in (("BlkioDeviceReadBps", "device rates"), ("DeviceRequests", "GPU requests"), ("Mounts", ""))
        if words and host.get(key)
    ]
    if any("VolumeOptions" in mount and mount["VolumeOptions"].get("Labels") for mount in host.get("Mounts") or ()):
        left.append("labels of mounted volumes")
    return f"without {', '.join(left)}" if left else ""


def _config(specification: Specification) -> Iterator[str]:
    config, published = specification.config, specification.host_config.get("PortBindings") or {}
    yield from (f"--{flag}={config[key]}" for key, flag in TEXTS.items() if key in config)
    yield from (f"--env={pair}" for pair in config.get("Env") or ())
    yield from (f"--label={name}={value}" for name, value in (config.get("Labels") or {}).items())
    yield from (f"--expose={port}" for port in config.get("ExposedPorts") or () if port not in published)
    yield from (f"--volume={path}" for path in config.get("Volumes") or ())
    if config.get("Tty"):
        yield "--tty"
    if config.get("OpenStdin"):
        yield "--interactive"
    yield from _health(config.get("Healthcheck") or {})


def _health(check: Json) -> Iterator[str]:
    test = check.get("Test") or []
    if test[:1] == ["NONE"]:
        yield "--no-healthcheck"
        return
    if test:  # docker's command line has no other form than a command of the shell
        import shlex

        yield f"--health-cmd={test[1] if test[0] == 'CMD-SHELL' else shlex.join(test[1:])}"
    yield from (f"--{flag}={check[key]}ns" for key, flag in HEALTH.items() if check.get(key))
    if check.get("Retries"):
        yield f"--health-retries={check['Retries']}"


def _host(host: Json) -> Iterator[str]:
    private = host.get("CgroupnsMode") == "private" or host.get("CgroupnsMode") == "host"
    for key, flag in HOST_TEXTS.items():
        value = host.get(key)
        usual = (key == "IpcMode" and value in ("private", "shareable")) or (key == "CgroupnsMode" and private)
        if value and value != DEFAULTS.get(key) and not usual:
            yield f"--{flag}={value}"
    yield from (f"--{flag}" for key, flag in HOST_BOXES.items() if host.get(key))
    yield from (f"--{flag}={value}" for key, flag in HOST_LISTS.items() for value in host.get(key) or ())
    if host.get("NanoCpus"):
        yield f"--cpus={host['NanoCpus'] / 1e9:g}"
    yield from (f"--publish={each}" for each in port_words(host.get("PortBindings") or {}))
    yield from (f"--tmpfs={path}" + (f":{options}" if options else "") for path, options in (host.get("Tmpfs") or {}).items())
    yield from (f"--sysctl={name}={value}" for name, value in (host.get("Sysctls") or {}).items())
    yield from (f"--ulimit={each['Name']}={each['Soft']}:{each['Hard']}" for each in host.get("Ulimits") or ())
    yield from (f"--mount={_mount(mount)}" for mount in host.get("Mounts") or ())
    yield from (f"--device={device_words(device)}" for device in host.get("Devices") or ())
    policy = host.get("RestartPolicy") or {}
    if policy.get("Name") not in (None, "", "no"):
        yield f"--restart={policy['Name']}" + (f":{policy['MaximumRetryCount']}" if policy.get("MaximumRetryCount") else "")
    log = host.get("LogConfig") or {}
    if log.get("Config") or log.get("Type") not in (None, "", "json-file"):
        yield f"--log-driver={log['Type']}"
        yield from (f"--log-opt={name}={value}" for name, value in (log.get("Config") or {}).items())


def port_words(bindings: Json) -> Iterator[str]:
    """Yield published ports as docker and Compose take them: "127.0.0.1:8080:80/tcp"."""
    for port, places in bindings.items():
        for place in places or ():
            ip, outside = place.get("HostIp") or "", place.get("HostPort") or ""
            ip = f"[{ip}]" if ":" in ip else ip
            yield f"{f'{ip}:{outside}:' if ip else f'{outside}:' if outside else ''}{port}"


def _mount(mount: Json) -> str:
    parts = [
        f"type={mount['Type']}",
        f"source={mount.get('Source', '')}" if mount.get("Source") else "",
        f"target={mount['Target']}",
    ]
    parts += ["readonly"] if mount.get("ReadOnly") else []
    bind, volume, tmpfs = (mount.get(key) or {} for key in ("BindOptions", "VolumeOptions", "TmpfsOptions"))
    parts += [f"bind-propagation={bind['Propagation']}"] if bind.get("Propagation") else []
    parts += ["volume-nocopy"] if volume.get("NoCopy") else []
    parts += [f"tmpfs-size={tmpfs['SizeBytes']}"] if tmpfs.get("SizeBytes") else []
    parts += [f"tmpfs-mode={tmpfs['Mode']:o}"] if tmpfs.get("Mode") else []
    return ",".join(filter(None, parts))


def device_words(device: Json) -> str:
    """Return a device as docker and Compose take it: "/dev/fuse:/dev/fuse:rwm"."""
    return ":".join(filter(None, (device["PathOnHost"], device.get("PathInContainer"), device.get("CgroupPermissions"))))


def _networks(specification: Specification) -> Iterator[str]:
    mode = str(specification.host_config.get("NetworkMode") or "default")
    if not specification.networks:
        if mode not in ("default", "bridge"):
            yield f"--network={mode}"
        return
    names = [*specification.networks]
    for name, endpoint in specification.networks.items():
        if names == ["bridge"] and not (endpoint.ipam_config or endpoint.aliases or endpoint.driver_opts):
            return
        options = [f"name={name}", *_endpoint(endpoint)]
        yield f"--network={name if len(options) == 1 else ','.join(options)}"


def _endpoint(endpoint: EndpointSettings) -> Iterator[str]:
    """Yield what was asked for an endpoint, as `alias=web`."""
    yield from (f"alias={alias}" for alias in endpoint.aliases or ())
    if (ipam := endpoint.ipam_config) is not None:
        yield from (f"ip={ipam.ipv4_address}",) if ipam.ipv4_address else ()
        yield from (f"ip6={ipam.ipv6_address}",) if ipam.ipv6_address else ()
    yield from (f"driver-opt={key}={value}" for key, value in (endpoint.driver_opts or {}).items())


def _connect(network: str, endpoint: EndpointSettings, container: str) -> DockerCommand:
    return ("network", "connect", *(f"--{option}" for option in _endpoint(endpoint)), network, container)
