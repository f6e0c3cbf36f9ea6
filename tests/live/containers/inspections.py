"""Inspections of containers without what differs between two equal containers."""

from __future__ import annotations

from typing import Any

ITS_OWN = {"Id", "Created", "Name", "State", "RestartCount", "ExecIDs", "Mounts", "NetworkSettings"}
ITS_OWN |= {"ResolvConfPath", "HostnamePath", "HostsPath", "LogPath", "GraphDriver", "Storage"}


def differences(one: dict[str, Any], other: dict[str, Any], path: str = "") -> dict[str, tuple[Any, Any]]:
    """Return the values that differ, by their path."""
    found: dict[str, tuple[Any, Any]] = {}
    for key in one.keys() | other.keys():
        mine, theirs = one.get(key), other.get(key)
        if isinstance(mine, dict) and isinstance(theirs, dict):
            found |= differences(mine, theirs, f"{path}{key}.")
        elif mine != theirs:
            found[path + key] = (mine, theirs)
    return found


def comparable(found: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of an inspection: equal for two containers that were created alike."""
    kept = {key: value for key, value in found.items() if key not in ITS_OWN}
    kept["Mounts"] = sorted((each["Type"], each["Destination"], each["RW"]) for each in found["Mounts"])
    config = kept["Config"] = {key: value for key, value in found["Config"].items() if not key.startswith("Attach")}
    if config["Hostname"] == found["Id"][:12]:
        config["Hostname"] = "its own id"
    config.pop("Entrypoint"), config.pop("Cmd")  # Path and Args have both
    if config.get("Env"):
        config["Env"] = sorted(config["Env"])
    kept["HostConfig"] = {key: value or None for key, value in found["HostConfig"].items() if key != "ContainerIDFile"}
    policy = found["HostConfig"]["RestartPolicy"]
    kept["HostConfig"]["RestartPolicy"] = {**policy, "Name": policy["Name"] or "no"}
    kept["Networks"] = {
        name: (sorted(alias for alias in end.get("Aliases") or () if alias != found["Id"][:12]), end.get("IPAMConfig") or None)
        for name, end in found["NetworkSettings"]["Networks"].items()
    }
    return kept
