"""The Compose file that creates a container: only what differs from its image and from the engine's defaults."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from tui.engine.objects.networks import EndpointSettings
from tui.live.containers.recreation import WITHOUT_ENDPOINTS, Specification
from tui.resources.containers.run_line import DEFAULTS, device_words, port_words

Json = dict[str, Any]

CONFIG = {
    "Hostname": "hostname",
    "Domainname": "domainname",
    "User": "user",
    "WorkingDir": "working_dir",
    "StopSignal": "stop_signal",
    "Tty": "tty",
    "OpenStdin": "stdin_open",
    "Env": "environment",
    "Labels": "labels",
    "Entrypoint": "entrypoint",
    "Cmd": "command",
}
"""Fields of the configuration by their keys in a service."""

HOST = {
    "CgroupParent": "cgroup_parent",
    "CpusetCpus": "cpuset",
    "CpuShares": "cpu_shares",
    "CpuPeriod": "cpu_period",
    "CpuQuota": "cpu_quota",
    "CpuRealtimePeriod": "cpu_rt_period",
    "CpuRealtimeRuntime": "cpu_rt_runtime",
    "Isolation": "isolation",
    "Memory": "mem_limit",
    "MemoryReservation": "mem_reservation",
    "MemorySwap": "memswap_limit",
    "MemorySwappiness": "mem_swappiness",
    "OomScoreAdj": "oom_score_adj",
    "OomKillDisable": "oom_kill_disable",
    "PidMode": "pid",
    "PidsLimit": "pids_limit",
    "Runtime": "runtime",
    "ShmSize": "shm_size",
    "UTSMode": "uts",
    "UsernsMode": "userns_mode",
    "Init": "init",
    "Privileged": "privileged",
    "ReadonlyRootfs": "read_only",
    "Sysctls": "sysctls",
}
"""Fields of the host configuration by their keys in a service."""

LISTS = {
    "CapAdd": "cap_add",
    "CapDrop": "cap_drop",
    "DeviceCgroupRules": "device_cgroup_rules",
    "Dns": "dns",
    "DnsOptions": "dns_opt",
    "DnsSearch": "dns_search",
    "ExtraHosts": "extra_hosts",
    "GroupAdd": "group_add",
    "Links": "external_links",
    "SecurityOpt": "security_opt",
}
"""Lists of the host configuration by their keys in a service."""

NOT_EXPRESSED = {
    "BlkioDeviceReadBps": "device rates",
    "BlkioDeviceWriteBps": "device rates",
    "DeviceRequests": "GPU requests",
    "AutoRemove": "--rm",
    "PublishAllPorts": "--publish-all",
    "CpusetMems": "--cpuset-mems",
    "VolumeDriver": "--volume-driver",
}

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
_PLAIN = re.compile(r"[A-Za-z/._][A-Za-z0-9/._-]*")
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "y", "n", "null", "~", ".inf", ".nan"})
"""Plain words that are no texts in YAML."""


def compose_file(specification: Specification) -> str:
    """Return the file with one service; networks and volumes are external: they are not created."""
    service = {"container_name": specification.name, **dict(_service(specification))}
    content: Json = {"services": {_service_name(specification.name): service}}
    networks = [] if _mode(specification) else [*specification.networks]
    if networks:
        content["networks"] = {name: {"external": True} for name in networks}
    if volumes := sorted(_volumes(specification)):
        content["volumes"] = {name: {"external": True} for name in volumes}
    return "\n".join(_yaml(content, "")) + "\n"


def why_not_complete(specification: Specification) -> str:
    """Return what the file does not express, or ""."""
    left = dict.fromkeys(words for key, words in NOT_EXPRESSED.items() if specification.host_config.get(key))
    return f"without {', '.join(left)}" if left else ""


def _service_name(name: str) -> str:
    return re.sub(r"[^a-zA-Z0-9._-]", "-", name) or "container"


def _mode(specification: Specification) -> str:
    """Return the network mode where the service has no networks of its own."""
    mode = str(specification.host_config.get("NetworkMode") or "default")
    if mode.startswith(WITHOUT_ENDPOINTS):
        return mode
    return "bridge" if [*specification.networks] in ([], ["bridge"]) else ""


def _service(specification: Specification) -> Iterator[tuple[str, Any]]:
    config, host = specification.config, specification.host_config
    yield "image", specification.image
    yield from ((name, config[key]) for key, name in CONFIG.items() if config.get(key))
    if config.get("StopTimeout") is not None:
        yield "stop_grace_period", f"{config['StopTimeout']}s"
    published = host.get("PortBindings") or {}
    if exposed := [port for port in config.get("ExposedPorts") or () if port not in published]:
        yield "expose", exposed
    if check := config.get("Healthcheck"):
        yield "healthcheck", dict(_health(check))
    for key, name in HOST.items():
        value = host.get(key)
        if value and value != DEFAULTS.get(key):
            yield name, value
    if host.get("IpcMode") not in (None, "", "private", "shareable"):
        yield "ipc", host["IpcMode"]
    yield from ((name, host[key]) for key, name in LISTS.items() if host.get(key))
    yield from _host(host)
    if ports := [*port_words(published)]:
        yield "ports", ports
    if volumes := [*_mounted(specification)]:
        yield "volumes", volumes
    yield from _networks(specification)


def _health(check: Json) -> Iterator[tuple[str, Any]]:
    test = check.get("Test") or []
    if test[:1] == ["NONE"]:
        yield "disable", True
        return
    if test:
        yield "test", test
    durations = {"Interval": "interval", "Timeout": "timeout", "StartPeriod": "start_period", "StartInterval": "start_interval"}
    yield from ((name, _duration(check[key])) for key, name in durations.items() if check.get(key))
    if check.get("Retries"):
        yield "retries", check["Retries"]


def _duration(nanoseconds: int) -> str:
    seconds, rest = divmod(nanoseconds, 10**9)
    return f"{nanoseconds}ns" if rest else f"{seconds}s"


def _host(host: Json) -> Iterator[tuple[str, Any]]:
    if host.get("NanoCpus"):
        yield "cpus", host["NanoCpus"] / 1e9
    if host.get("BlkioWeight"):
        yield "blkio_config", {"weight": host["BlkioWeight"]}
    if host.get("VolumesFrom"):
        yield "volumes_from", [f"container:{each}" for each in host["VolumesFrom"]]
    if host.get("Devices"):
        yield "devices", [device_words(device) for device in host["Devices"]]
    if host.get("Ulimits"):
        yield "ulimits", {each["Name"]: {"soft": each["Soft"], "hard": each["Hard"]} for each in host["Ulimits"]}
    if host.get("Tmpfs"):
        yield "tmpfs", [path + (f":{options}" if options else "") for path, options in host["Tmpfs"].items()]
    policy = host.get("RestartPolicy") or {}
    if policy.get("Name") not in (None, "", "no"):
        retries = f":{policy['MaximumRetryCount']}" if policy.get("MaximumRetryCount") else ""
        yield "restart", f"{policy['Name']}{retries}"
    log = host.get("LogConfig") or {}
    if log.get("Config") or log.get("Type") not in (None, "", "json-file"):
        yield "logging", {"driver": log["Type"], **({"options": log["Config"]} if log.get("Config") else {})}


def _mounted(specification: Specification) -> Iterator[Any]:
    host = specification.host_config
    yield from host.get("Binds") or ()
    yield from specification.config.get("Volumes") or ()
    for mount in host.get("Mounts") or ():
        each: Json = {"type": mount["Type"], "target": mount["Target"]}
        if mount.get("Source"):
            each["source"] = mount["Source"]
        if mount.get("ReadOnly"):
            each["read_only"] = True
        bind, volume, tmpfs = (mount.get(key) or {} for key in ("BindOptions", "VolumeOptions", "TmpfsOptions"))
        if bind.get("Propagation"):
            each["bind"] = {"propagation": bind["Propagation"]}
        if volume.get("NoCopy"):
            each["volume"] = {"nocopy": True}
        if tmpfs:
            names = {"SizeBytes": "size", "Mode": "mode"}
            each["tmpfs"] = {name: tmpfs[key] for key, name in names.items() if tmpfs.get(key)}
        yield each


def _volumes(specification: Specification) -> set[str]:
    """Return the named volumes."""
    host = specification.host_config
    sources = {bind.partition(":")[0] for bind in host.get("Binds") or ()}
    sources |= {mount.get("Source") or "" for mount in host.get("Mounts") or () if mount["Type"] == "volume"}
    return {source for source in sources if source and not source.startswith("/")}


def _networks(specification: Specification) -> Iterator[tuple[str, Any]]:
    if mode := _mode(specification):
        yield "network_mode", mode
    else:
        yield "networks", {name: dict(_endpoint(each)) or None for name, each in specification.networks.items()}


def _endpoint(endpoint: EndpointSettings) -> Iterator[tuple[str, Any]]:
    if endpoint.aliases:
        yield "aliases", endpoint.aliases
    if (ipam := endpoint.ipam_config) is not None:
        yield from (("ipv4_address", ipam.ipv4_address),) if ipam.ipv4_address else ()
        yield from (("ipv6_address", ipam.ipv6_address),) if ipam.ipv6_address else ()
        yield from (("link_local_ips", ipam.link_local_ips),) if ipam.link_local_ips else ()
    if endpoint.mac_address:
        yield "mac_address", endpoint.mac_address
    if endpoint.driver_opts:
        yield "driver_opts", endpoint.driver_opts
    if endpoint.gw_priority:
        yield "gw_priority", endpoint.gw_priority


# -- YAML -------------------------------------------------------------------------------------------------------------


def _yaml(value: Any, indent: str) -> Iterator[str]:
    """Yield the lines of a mapping or a list that is not empty."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _entry(f"{indent}{_scalar(key)}:", each, indent + "  ")
        return
    for each in value:
        if isinstance(each, dict):
            first, *more = _yaml(each, indent + "  ")
            yield f"{indent}- {first.lstrip()}"
            yield from more
        else:
            yield f"{indent}- {_scalar(each)}"


def _entry(start: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, (dict, list)) and value:
        yield start
        yield from _yaml(value, indent)
    else:
        yield start if value is None else f"{start} {_scalar(value)}"


def _scalar(value: Any) -> str:
    """Return a text, number or truth value; Compose would replace `$NAME` in texts, so that `$` is doubled."""
    if not isinstance(value, str):
        return json.dumps(value)
    if _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return _quoted(value.replace("$", "$$"))


def _quoted(text: str) -> str:
    """Return a text in the double quotation marks of YAML."""
    return '"' + "".join(map(_letter, text)) + '"'


def _letter(letter: str) -> str:
    return _ESCAPES.get(letter) or (letter if letter.isprintable() else f"\\U{ord(letter):08x}")
