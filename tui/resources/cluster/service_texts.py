"""Settings of a service as text: read from a specification, and checked as they are typed."""

from __future__ import annotations

import re
import shlex

from tui.engine.digits import whole_number
from tui.engine.objects.hostconfig import Mount
from tui.engine.objects.services import (
    ContainerSpec,
    Limits,
    Placement,
    PortConfig,
    ReferenceFile,
    ServiceSpec,
    TaskResources,
    UpdatePolicy,
)
from tui.live.cluster.rows import ServiceRow
from tui.resources.containers.exec_attach import check_command
from tui.resources.model.form_values import check_pairs, pairs

_DURATION = re.compile(r"(?:[0-9]{1,9}(?:\.[0-9]{1,9})?(?:ns|us|ms|s|m|h))+")
_PART = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(ns|us|ms|s|m|h)")
_UNITS = {"ns": 1, "us": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
PORT = re.compile(r"(?:([0-9]{1,5}):)?([0-9]{1,5})(?:/(tcp|udp|sctp))?")
_COUNT = re.compile(r"[0-9]{1,9}")
_NAME = re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9_-]{0,61}[a-zA-Z0-9])?")
_CONSTRAINT = re.compile(r"[a-zA-Z][\w.-]*\s*(?:==|!=)\s*.+")
POLICY = {
    "parallelism": "Parallelism",
    "delay": "Delay",
    "failure-action": "FailureAction",
    "monitor": "Monitor",
    "max-failure-ratio": "MaxFailureRatio",
    "order": "Order",
}


# --- durations -------------------------------------------------------------------------------------------------------


def nanoseconds(text: str) -> int:
    """Return the nanoseconds of a duration such as "1m30s" or "500ms"."""
    return round(sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text)))


def duration_text(nanos: int) -> str:
    """Return a duration as docker writes it: "1m30s"."""
    if nanos % 10**9:
        return f"{nanos / 10**6:g}ms"
    seconds = nanos // 10**9
    parts = ((seconds // 3600, "h"), (seconds % 3600 // 60, "m"), (seconds % 60, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0s"


# --- reading ---------------------------------------------------------------------------------------------------------


def container(spec: ServiceSpec) -> ContainerSpec:
    """Return the container's part of a specification."""
    return spec.task_template.container_spec or ContainerSpec()


def replicas(row: ServiceRow) -> str:
    """Return the wanted number of tasks, or of completions; empty for a global service."""
    mode = row.service.spec.mode
    if mode.replicated is not None:
        return str(row.desired)
    return str(mode.replicated_job.total_completions or "") if mode.replicated_job is not None else ""


def mount_text(mount: Mount) -> str:
    """Return a mount in the format of `--mount`."""
    parts = [f"type={mount.type or 'volume'}", *([f"source={mount.source}"] if mount.source else [])]
    return ",".join([*parts, f"target={mount.target}", *(["readonly"] if mount.read_only else [])])


def port_text(port: PortConfig) -> str:
    """Return a published port in the format of `--publish`."""
    protocol = "" if port.protocol in ("", "tcp") else f"/{port.protocol}"
    if port.publish_mode != "host":
        return f"{f'{port.published_port}:' if port.published_port else ''}{port.target_port}{protocol}"
    published = f"published={port.published_port}," if port.published_port else ""
    return f"{published}target={port.target_port},protocol={port.protocol or 'tcp'},mode=host"


def reference_text(name: str, file: ReferenceFile | None) -> str:
    """Return a secret or a config as `name`, or `name:file`."""
    return name if file is None or file.name.lstrip("/") == name else f"{name}:{file.name}"


def _limits(row: ServiceRow, reserved: bool) -> Limits:
    resources = row.service.spec.task_template.resources or TaskResources()
    return (resources.reservations if reserved else resources.limits) or Limits()


def cpus(row: ServiceRow, reserved: bool) -> str:
    """Return the CPUs that a task is limited to, or reserves; empty for none."""
    nanos = _limits(row, reserved).nano_cpus
    return f"{nanos / 1e9:g}" if nanos else ""


def memory(row: ServiceRow, reserved: bool) -> str:
    """Return the memory that a task is limited to, or reserves; empty for none."""
    size = _limits(row, reserved).memory_bytes
    for unit, scale in (("g", 2**30), ("m", 2**20), ("k", 2**10)):
        if size and size % scale == 0:
            return f"{size // scale}{unit}"
    return str(size or "")


def policy_text(policy: UpdatePolicy | None) -> str:
    """Return how an update goes on, as `name=value` words with docker's names."""
    if policy is None:
        return ""
    values = {
        "parallelism": "" if policy.parallelism is None else str(policy.parallelism),
        "delay": duration_text(policy.delay) if policy.delay else "",
        "failure-action": policy.failure_action,
        "monitor": duration_text(policy.monitor) if policy.monitor else "",
        "max-failure-ratio": f"{policy.max_failure_ratio:g}" if policy.max_failure_ratio else "",
        "order": policy.order,
    }
    return " ".join(f"{name}={value}" for name, value in values.items() if value)


def placement(row: ServiceRow) -> Placement:
    """Return where tasks may run."""
    return row.service.spec.task_template.placement or Placement()


def restart_text(row: ServiceRow) -> str:
    """Return when a task is replaced: "on-failure:3"."""
    policy = row.service.spec.task_template.restart_policy
    if policy is None:
        return ""
    return policy.condition + (f":{policy.max_attempts}" if policy.max_attempts else "")


def networks(row: ServiceRow) -> str:
    """Return the names of the networks."""
    spec = row.service.spec
    return " ".join(row.network_names.get(each.target, each.target) for each in spec.task_template.networks or spec.networks)


# --- checking --------------------------------------------------------------------------------------------------------


def check_name(text: str) -> str:
    """Check a service's name."""
    return "" if _NAME.fullmatch(text.strip()) else "letters, digits, - and _, as in a DNS name of up to 63"


def check_duration(text: str) -> str:
    """Check a duration."""
    return "" if _DURATION.fullmatch(text.strip()) else "a duration such as 10s or 1m30s"


def check_count(text: str) -> str:
    """Check a number of tasks, or an empty text."""
    return "" if not text.strip() or _COUNT.fullmatch(text.strip()) else "a whole number"


def check_mounts(text: str) -> str:
    """Check mounts, in the format of `--mount`."""
    if wrong := check_command(text):
        return wrong
    for word in shlex.split(text):
        if "target" not in mount_parts(word):
            return f"{word!r} has no target: type=volume,source=data,target=/data"
    return ""


def check_ports(text: str) -> str:
    """Check published ports, in both formats of `--publish`."""
    for word in text.split():
        found = PORT.fullmatch(word)
        ports = found.groups()[:2] if found else (parts_of(word).get("published"), parts_of(word).get("target"))
        if not ports[1] or not all(each is None or 0 < (whole_number(each) or 0) < 65536 for each in ports):
            return f"{word!r} is no port such as 8080:80, 53:53/udp or published=8080,target=80,mode=host"
    return ""


def check_constraints(text: str) -> str:
    """Check placement constraints."""
    if wrong := check_command(text):
        return wrong
    bad = next((word for word in shlex.split(text) if not _CONSTRAINT.fullmatch(word)), "")
    return f"{bad!r} is no constraint such as node.role==worker or node.labels.disk!=hdd" if bad else ""


def check_spread(text: str) -> str:
    """Check placement preferences."""
    bad = next((word for word in text.split() if not word.startswith(("spread=node.", "spread=engine."))), "")
    return f"{bad!r} is no preference such as spread=node.labels.zone" if bad else ""


def check_restart(text: str) -> str:
    """Check when a task is replaced."""
    condition, _, attempts = text.strip().partition(":")
    right = condition in ("", "none", "on-failure", "any") and (not attempts or _COUNT.fullmatch(attempts))
    return "" if right else "none, on-failure, any, or with attempts: on-failure:3"


def check_policy(text: str) -> str:
    """Check how an update goes on: `name=value` words."""
    if wrong := check_pairs(text):
        return wrong
    for name, value in pairs(text).items():
        if name not in POLICY:
            return f"{name!r} is none of {', '.join(POLICY)}"
        allowed = {"failure-action": ("pause", "continue", "rollback"), "order": ("stop-first", "start-first")}.get(name)
        if allowed and value not in allowed:
            return f"{name} is {' or '.join(allowed)}"
        if name in ("delay", "monitor") and not _DURATION.fullmatch(value):
            return f"{name} is a duration such as 10s or 1m30s"
        if name == "parallelism" and not _COUNT.fullmatch(value):
            return "parallelism is a whole number; 0 for all at once"
        if name == "max-failure-ratio" and not re.fullmatch(r"0(\.[0-9]+)?|1(\.0+)?", value):
            return "max-failure-ratio is between 0 and 1"
    return ""


def parts_of(word: str) -> dict[str, str]:
    """Return the parts of a word such as `type=volume,target=/data`."""
    return {name: value for name, _, value in (part.partition("=") for part in word.split(","))}


def mount_parts(word: str) -> dict[str, str]:
    """Return the parts of a mount, by docker's long names."""
    names = {"src": "source", "dst": "target", "destination": "target", "ro": "readonly"}
    return {names.get(name, name): value for name, value in parts_of(word).items()}


def secret_texts(row: ServiceRow) -> str:
    """Return the secrets."""
    return " ".join(reference_text(each.secret_name, each.file) for each in container(row.service.spec).secrets)


def config_texts(row: ServiceRow) -> str:
    """Return the configs."""
    return " ".join(reference_text(each.config_name, each.file) for each in container(row.service.spec).configs)


def port_texts(row: ServiceRow) -> str:
    """Return the ports that the specification publishes."""
    spec = row.service.spec.endpoint_spec
    return " ".join(map(port_text, spec.ports)) if spec is not None else ""


def spread_texts(row: ServiceRow) -> str:
    """Return the placement preferences."""
    return " ".join(f"spread={each.spread.spread_descriptor}" for each in placement(row).preferences if each.spread)
