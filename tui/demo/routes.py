"""Routing of requests, by the table of the specification's 107 operations, including those not served."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import parse_qs, unquote, urlsplit

from tui.demo.errors import ApiError

NEWEST = (1, 51)
OLDEST = (1, 24)

ROUTES: tuple[tuple[str, str, str], ...] = (
    ("POST", "/containers/create", "ContainerCreate"),
    ("GET", "/containers/json", "ContainerList"),
    ("POST", "/containers/prune", "ContainerPrune"),
    ("DELETE", "/containers/{id}", "ContainerDelete"),
    ("GET", "/containers/{id}/archive", "ContainerArchive"),
    ("HEAD", "/containers/{id}/archive", "ContainerArchiveInfo"),
    ("PUT", "/containers/{id}/archive", "PutContainerArchive"),
    ("POST", "/containers/{id}/attach", "ContainerAttach"),
    ("GET", "/containers/{id}/attach/ws", "ContainerAttachWebsocket"),
    ("GET", "/containers/{id}/changes", "ContainerChanges"),
    ("GET", "/containers/{id}/export", "ContainerExport"),
    ("GET", "/containers/{id}/json", "ContainerInspect"),
    ("POST", "/containers/{id}/kill", "ContainerKill"),
    ("GET", "/containers/{id}/logs", "ContainerLogs"),
    ("POST", "/containers/{id}/pause", "ContainerPause"),
    ("POST", "/containers/{id}/rename", "ContainerRename"),
    ("POST", "/containers/{id}/resize", "ContainerResize"),
    ("POST", "/containers/{id}/restart", "ContainerRestart"),
    ("POST", "/containers/{id}/start", "ContainerStart"),
    ("GET", "/containers/{id}/stats", "ContainerStats"),
    ("POST", "/containers/{id}/stop", "ContainerStop"),
    ("GET", "/containers/{id}/top", "ContainerTop"),
    ("POST", "/containers/{id}/unpause", "ContainerUnpause"),
    ("POST", "/containers/{id}/update", "ContainerUpdate"),
    ("POST", "/containers/{id}/wait", "ContainerWait"),
    ("POST", "/containers/{id}/exec", "ContainerExec"),
    ("GET", "/exec/{id}/json", "ExecInspect"),
    ("POST", "/exec/{id}/resize", "ExecResize"),
    ("POST", "/exec/{id}/start", "ExecStart"),
    ("POST", "/build", "ImageBuild"),
    ("POST", "/build/prune", "BuildPrune"),
    ("POST", "/commit", "ImageCommit"),
    ("POST", "/images/create", "ImageCreate"),
    ("GET", "/images/get", "ImageGetAll"),
    ("GET", "/images/json", "ImageList"),
    ("POST", "/images/load", "ImageLoad"),
    ("POST", "/images/prune", "ImagePrune"),
    ("GET", "/images/search", "ImageSearch"),
    ("DELETE", "/images/{name}", "ImageDelete"),
    ("GET", "/images/{name}/get", "ImageGet"),
    ("GET", "/images/{name}/history", "ImageHistory"),
    ("GET", "/images/{name}/json", "ImageInspect"),
    ("POST", "/images/{name}/push", "ImagePush"),
    ("POST", "/images/{name}/tag", "ImageTag"),
    ("GET", "/networks", "NetworkList"),
    ("POST", "/networks/create", "NetworkCreate"),
    ("POST", "/networks/prune", "NetworkPrune"),
    ("DELETE", "/networks/{id}", "NetworkDelete"),
    ("GET", "/networks/{id}", "NetworkInspect"),
    ("POST", "/networks/{id}/connect", "NetworkConnect"),
    ("POST", "/networks/{id}/disconnect", "NetworkDisconnect"),
    ("GET", "/volumes", "VolumeList"),
    ("POST", "/volumes/create", "VolumeCreate"),
    ("POST", "/volumes/prune", "VolumePrune"),
    ("DELETE", "/volumes/{name}", "VolumeDelete"),
    ("GET", "/volumes/{name}", "VolumeInspect"),
    ("PUT", "/volumes/{name}", "VolumeUpdate"),
    ("GET", "/_ping", "SystemPing"),
    ("HEAD", "/_ping", "SystemPingHead"),
    ("POST", "/auth", "SystemAuth"),
    ("GET", "/events", "SystemEvents"),
    ("GET", "/info", "SystemInfo"),
    ("GET", "/system/df", "SystemDataUsage"),
    ("GET", "/version", "SystemVersion"),
    ("GET", "/distribution/{name}/json", "DistributionInspect"),
    ("POST", "/session", "Session"),
    ("GET", "/swarm", "SwarmInspect"),
    ("POST", "/swarm/init", "SwarmInit"),
    ("POST", "/swarm/join", "SwarmJoin"),
    ("POST", "/swarm/leave", "SwarmLeave"),
    ("POST", "/swarm/unlock", "SwarmUnlock"),
    ("GET", "/swarm/unlockkey", "SwarmUnlockkey"),
    ("POST", "/swarm/update", "SwarmUpdate"),
    ("GET", "/nodes", "NodeList"),
    ("DELETE", "/nodes/{id}", "NodeDelete"),
    ("GET", "/nodes/{id}", "NodeInspect"),
    ("POST", "/nodes/{id}/update", "NodeUpdate"),
    ("GET", "/services", "ServiceList"),
    ("POST", "/services/create", "ServiceCreate"),
    ("DELETE", "/services/{id}", "ServiceDelete"),
    ("GET", "/services/{id}", "ServiceInspect"),
    ("GET", "/services/{id}/logs", "ServiceLogs"),
    ("POST", "/services/{id}/update", "ServiceUpdate"),
    ("GET", "/tasks", "TaskList"),
    ("GET", "/tasks/{id}", "TaskInspect"),
    ("GET", "/tasks/{id}/logs", "TaskLogs"),
    ("GET", "/secrets", "SecretList"),
    ("POST", "/secrets/create", "SecretCreate"),
    ("DELETE", "/secrets/{id}", "SecretDelete"),
    ("GET", "/secrets/{id}", "SecretInspect"),
    ("POST", "/secrets/{id}/update", "SecretUpdate"),
    ("GET", "/configs", "ConfigList"),
    ("POST", "/configs/create", "ConfigCreate"),
    ("DELETE", "/configs/{id}", "ConfigDelete"),
    ("GET", "/configs/{id}", "ConfigInspect"),
    ("POST", "/configs/{id}/update", "ConfigUpdate"),
    ("GET", "/plugins", "PluginList"),
    ("POST", "/plugins/create", "PluginCreate"),
    ("GET", "/plugins/privileges", "GetPluginPrivileges"),
    ("POST", "/plugins/pull", "PluginPull"),
    ("DELETE", "/plugins/{name}", "PluginDelete"),
    ("POST", "/plugins/{name}/disable", "PluginDisable"),
    ("POST", "/plugins/{name}/enable", "PluginEnable"),
    ("GET", "/plugins/{name}/json", "PluginInspect"),
    ("POST", "/plugins/{name}/push", "PluginPush"),
    ("POST", "/plugins/{name}/set", "PluginSet"),
    ("POST", "/plugins/{name}/upgrade", "PluginUpgrade"),
)

PLUGINS = "The demo engine has no plugins and cannot get any: it does not serve {}. Use a real engine for that."

NOT_SERVED: dict[str, str] = {
    operation: PLUGINS.format(operation)
    for _, path, operation in ROUTES
    if path.startswith("/plugins") and operation != "PluginList"
} | {
    "VolumeUpdate": "The demo engine has no cluster volumes: it does not serve VolumeUpdate. Use a real engine for that.",
    "Session": "The demo engine has no BuildKit sessions. Use a real engine for that.",
}
"""Operations answered with 501, and the message."""


@dataclass(frozen=True, slots=True)
class Request:
    """The meaning of a method and a target; `refusal` is set for an unknown path or version."""

    operation: str
    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, list[str]] = field(default_factory=dict)
    version: tuple[int, int] = NEWEST
    refusal: ApiError | None = None


def _pattern(template: str) -> re.Pattern[str]:
    """Return the pattern of a path template. Names of images, plugins and distributions may contain slashes."""
    slashes = template.startswith(("/images/", "/distribution/", "/plugins/"))
    return re.compile(re.sub(r"\{(\w+)\}", lambda found: f"(?P<{found[1]}>{'.+' if slashes else '[^/]+'})", template))


COMPILED = [
    (method, _pattern(template), operation) for method, template, operation in sorted(ROUTES, key=lambda row: row[1].count("{"))
]


@lru_cache(maxsize=256)
def _version(text: str) -> tuple[tuple[int, int], ApiError | None]:
    major, _, minor = text.partition(".")
    version = (int(major), int(minor or 0))
    if version > NEWEST:
        return version, ApiError(400, f"client version {text} is too new. Maximum supported API version is 1.51")
    if version < OLDEST:
        return version, ApiError(
            400,
            f"client version {text} is too old. Minimum supported API "
            f"version is 1.24, please upgrade your client to a newer version",
        )
    return version, None


def find_route(method: str, target: str) -> Request:
    """Route `METHOD /v1.51/path?query`."""
    parts = urlsplit(target)
    path, version, refusal = parts.path, NEWEST, None
    versioned = re.match(r"/v(\d+(?:\.\d+)?)(/.*)", path)
    if versioned:
        path = versioned[2]
        version, refusal = _version(versioned[1])
    for route_method, pattern, operation in COMPILED:
        found = pattern.fullmatch(path) if route_method == method else None
        if found is not None:
            names = {name: unquote(value) for name, value in found.groupdict().items()}
            return Request(operation, names, parse_qs(parts.query, keep_blank_values=True), version, refusal)
    return Request("", version=version, refusal=refusal or ApiError(404, "page not found"))
