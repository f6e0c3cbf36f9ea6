"""Settings of a service written into its specification, in the engine's own JSON."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from tui.engine.digits import whole_number
from tui.resources.cluster.service_texts import POLICY, PORT, mount_parts, nanoseconds, parts_of
from tui.resources.containers.update import amount
from tui.resources.model.form_values import pairs

Json = dict[str, Any]
MODES = ("replicated", "global", "replicated-job", "global-job")
_MODE_FIELDS = {"replicated": "Replicated", "global": "Global", "replicated-job": "ReplicatedJob", "global-job": "GlobalJob"}


class Ids(NamedTuple):
    """The ids of the swarm's secrets and configs by name."""

    secrets: Mapping[str, str]
    configs: Mapping[str, str]


Write = Callable[[Json, str, Ids], None]
"""Puts a text into a specification, in place."""


def _at(spec: Json, *path: str) -> Json:
    """Return the object at a path, created where it is missing."""
    for name in path:
        if not isinstance(spec.get(name), dict):
            spec[name] = {}
        spec = spec[name]
    return spec


def put(name: str, *path: str, words: bool = False) -> Write:
    """Return a function that sets a text, or a list of words; an empty one is removed."""

    def write(spec: Json, text: str, _ids: Ids) -> None:
        place = _at(spec, *path)
        value: Any = shlex.split(text) if words else text.strip()
        if value:
            place[name] = value
        else:
            place.pop(name, None)

    return write


def write_labels(spec: Json, text: str, _ids: Ids) -> None:
    """Set the labels of the service."""
    spec["Labels"] = pairs(text)


def write_replicas(spec: Json, text: str, _ids: Ids | None = None) -> None:
    """Set the number of tasks of a replicated service, or of completions of a job."""
    number, mode = whole_number(text.strip() or "1") or 0, _at(spec, "Mode")
    if "ReplicatedJob" in mode:
        mode["ReplicatedJob"] = {**(mode["ReplicatedJob"] or {}), "TotalCompletions": number}
    elif "Global" not in mode and "GlobalJob" not in mode:
        mode["Replicated"] = {"Replicas": number}


def write_mode(spec: Json, text: str, _ids: Ids | None = None) -> None:
    """Set the mode of a new service."""
    spec["Mode"] = {_MODE_FIELDS[text.strip() or "replicated"]: {}}


def write_mounts(spec: Json, text: str, _ids: Ids) -> None:
    """Set the mounts; options of known ones with the same source stay."""
    place = _at(spec, "TaskTemplate", "ContainerSpec")
    known = {each["Target"]: each for each in place.get("Mounts") or []}
    mounts = []
    for word in shlex.split(text):
        parts = mount_parts(word)
        mount: Json = {"Type": parts.get("type", "volume"), "Source": parts.get("source", ""), "Target": parts["target"]}
        mount["ReadOnly"] = "readonly" in parts and parts["readonly"] not in ("false", "0")
        before = known.get(parts["target"], {})
        same = all(before.get(name, "") == mount[name] for name in ("Type", "Source"))
        mounts.append({**before, **mount} if same else mount)
    place["Mounts"] = mounts


def write_ports(spec: Json, text: str, _ids: Ids) -> None:
    """Set the published ports."""
    ports = []
    for word in text.split():
        found = PORT.fullmatch(word)
        parts = parts_of(word)
        published, target, protocol = (
            found.groups() if found else (parts.get("published"), parts["target"], parts.get("protocol"))
        )
        port = {"Protocol": protocol or "tcp", "TargetPort": whole_number(target), "PublishMode": parts.get("mode", "ingress")}
        ports.append({**port, "PublishedPort": whole_number(published)} if published else port)
    _at(spec, "EndpointSpec")["Ports"] = ports


def write_references(kind: str) -> Write:
    """Return a function that sets secrets or configs: `name` or `name:file`; owner and mode of known ones stay."""

    def write(spec: Json, text: str, ids: Ids) -> None:
        place = _at(spec, "TaskTemplate", "ContainerSpec")
        field, known_ids = f"{kind}s", ids.secrets if kind == "Secret" else ids.configs
        known = {(each[f"{kind}Name"], (each.get("File") or {}).get("Name")): each for each in place.get(field) or []}
        references = []
        for word in text.split():
            name, _, file = word.partition(":")
            target = file or (name if kind == "Secret" else f"/{name}")
            new = {
                f"{kind}ID": known_ids.get(name, name),
                f"{kind}Name": name,
                "File": {"Name": target, "UID": "0", "GID": "0", "Mode": 0o444},
            }
            references.append(known.get((name, target), new))
        place[field] = references

    return write


def write_networks(spec: Json, text: str, _ids: Ids) -> None:
    """Set the networks, by name or id."""
    _at(spec, "TaskTemplate")["Networks"] = [{"Target": word} for word in text.split()]
    spec.pop("Networks", None)


def write_limit(part: str, name: str) -> Write:
    """Return a function that sets "Limits" or "Reservations" of CPUs or memory."""

    def write(spec: Json, text: str, _ids: Ids) -> None:
        text = text.strip()
        value = amount(text) if name == "MemoryBytes" and text else round(float(text or 0) * 1e9)
        _at(spec, "TaskTemplate", "Resources", part)[name] = value

    return write


def write_spread(spec: Json, text: str, _ids: Ids) -> None:
    """Set the placement preferences."""
    words = (word.removeprefix("spread=") for word in text.split())
    _at(spec, "TaskTemplate", "Placement")["Preferences"] = [{"Spread": {"SpreadDescriptor": word}} for word in words]


def write_max_replicas(spec: Json, text: str, _ids: Ids) -> None:
    """Set the largest number of tasks on a node; 0 for no limit."""
    _at(spec, "TaskTemplate", "Placement")["MaxReplicas"] = whole_number(text.strip()) or 0


def write_restart(spec: Json, text: str, _ids: Ids) -> None:
    """Set when a task is replaced."""
    condition, _, attempts = text.strip().partition(":")
    place = _at(spec, "TaskTemplate", "RestartPolicy")
    place["Condition"] = condition or "any"
    place["MaxAttempts"] = whole_number(attempts) or 0


def write_policy(field: str) -> Write:
    """Return a function that sets how updates or rollbacks go on."""

    def write(spec: Json, text: str, _ids: Ids) -> None:
        policy: Json = {}
        for name, value in pairs(text).items():
            if name in ("delay", "monitor"):
                policy[POLICY[name]] = nanoseconds(value)
            elif name in ("failure-action", "order"):
                policy[POLICY[name]] = value
            else:
                policy[POLICY[name]] = whole_number(value) if name == "parallelism" else float(value)
        if policy:
            spec[field] = policy
        else:
            spec.pop(field, None)

    return write
