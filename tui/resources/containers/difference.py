"""What differs between two containers, or between a container and its image: settings by name, not JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from tui.engine.objects.containers import ContainerInspect
from tui.engine.objects.images import ImageInspect
from tui.resources.containers.details import command_line, probe
from tui.resources.model import formats
from tui.resources.model.document import Document, SheetWriter
from tui.resources.model.masking import masked
from tui.resources.model.text import Span, count

Settings = Mapping[tuple[str, str], str]
"""Values by section and name; a value that is not set is missing."""


class Difference(NamedTuple):
    """A setting that differs: its section and name, and its values, "" where it is not set."""

    section: str
    name: str
    one: str
    other: str


def settings(found: ContainerInspect) -> dict[tuple[str, str], str]:
    """Return what a container was created with (`ContainerInspect`)."""
    config, host = found.config, found.host_config
    policy = host.restart_policy
    values = {
        ("Program", "Image"): config.image,
        ("Program", "Image id"): found.image.removeprefix("sha256:")[:12],
        ("Program", "Entrypoint"): command_line(config.entrypoint, secrets=True),
        ("Program", "Command"): command_line(config.cmd, secrets=True),
        ("Program", "User"): config.user,
        ("Program", "Directory"): config.working_dir,
        ("Program", "Terminal"): "yes" if config.tty else "",
        ("Program", "Stop signal"): config.stop_signal,
        ("Program", "Stop timeout"): "" if config.stop_timeout is None else formats.duration(config.stop_timeout),
        ("Program", "Restart policy"): formats.restart_policy(policy.name, policy.maximum_retry_count),
        ("Program", "Health check"): probe(config.healthcheck.test, secrets=True) if config.healthcheck else "",
        ("Program", "Logs"): host.log_config.type,
        ("Limits", "Memory"): formats.memory(host.memory) if host.memory else "",
        ("Limits", "Swap"): _swap(host.memory_swap, host.memory),
        ("Limits", "CPUs"): f"{host.nano_cpus / 1e9:g}" if host.nano_cpus else "",
        ("Limits", "CPU set"): host.cpuset_cpus,
        ("Limits", "Processes"): str(host.pids_limit) if (host.pids_limit or 0) > 0 else "",
        ("Rights", "Privileged"): "yes" if host.privileged else "",
        ("Rights", "Added capabilities"): ", ".join(sorted(host.cap_add)),
        ("Rights", "Dropped capabilities"): ", ".join(sorted(host.cap_drop)),
        ("Rights", "Root filesystem"): "read-only" if host.readonly_rootfs else "",
        ("Networks", "Mode"): host.network_mode,
    }
    values |= _pairs("Environment", config.env)
    values |= {("Labels", name): value for name, value in config.labels.items()}
    for mount in found.mounts:
        rights = "writable" if mount.rw else "read-only"
        values["Mounts", mount.destination] = f"{mount.type} {mount.name or mount.source}, {rights}"
    values |= {("Mounts", path): f"tmpfs {options}".strip() for path, options in host.tmpfs.items()}
    for name, end in found.network_settings.networks.items():
        own = {found.name.removeprefix("/"), found.id[:12], found.config.hostname}
        aliases = sorted({*(end.aliases or ()), *(end.dns_names or ())} - own)
        values["Networks", name] = f"connected{', aliases ' + ', '.join(aliases) if aliases else ''}"
    for port, places in (host.port_bindings or {}).items():
        values["Ports", port] = ", ".join(f"{place.host_ip or '*'}:{place.host_port or 'any'}" for place in places or ())
    return values


def _swap(both: int, memory: int) -> str:
    """Return the limit of swap; the engine's number is that of memory and swap together."""
    return "unlimited" if both == -1 else formats.memory(max(both - memory, 0)) if both else ""


def image_settings(found: ImageInspect) -> dict[tuple[str, str], str]:
    """Return what a container of the image has without options (`ImageInspect`)."""
    config = found.config
    return {
        ("Program", "Entrypoint"): command_line(config.entrypoint, secrets=True),
        ("Program", "Command"): command_line(config.cmd, secrets=True),
        ("Program", "User"): config.user,
        ("Program", "Directory"): config.working_dir,
        ("Program", "Stop signal"): config.stop_signal,
        ("Program", "Health check"): probe(config.healthcheck.test, secrets=True) if config.healthcheck else "",
        ("Program", "Restart policy"): formats.restart_policy(""),
        **_pairs("Environment", config.env),
        **{("Labels", name): value for name, value in config.labels.items()},
    }


OF_CONTAINERS = frozenset({("Program", "Image"), ("Program", "Image id"), ("Program", "Logs"), ("Networks", "Mode")})
"""What an image does not say and every container has."""


def _pairs(section: str, variables: Iterable[str]) -> dict[tuple[str, str], str]:
    return {(section, name): value for name, _, value in (variable.partition("=") for variable in variables)}


def differences(one: Settings, other: Settings) -> Iterator[Difference]:
    """Yield the settings that differ, in the order of the first, then of the second."""
    for section, name in dict.fromkeys([*one, *other]):
        values = one.get((section, name), ""), other.get((section, name), "")
        if values[0] != values[1]:
            yield Difference(section, name, *values)


def document(one: Settings, other: Settings, names: tuple[str, str], secrets: bool = False) -> Document:
    """Return the differences as text: each setting with the value of the first and of the second, named by `names`."""
    found = list(differences(one, other))
    sheet = SheetWriter(secrets)
    sheet.section(f"{names[0]} and {names[1]}: {count(len(found), 'difference') if found else 'no difference'}")
    for section in dict.fromkeys(each.section for each in found):
        sheet.section(section)
        for each in (each for each in found if each.section == section):
            values = (each.one, each.other) if secrets else (masked(each.name, each.one), masked(each.name, each.other))
            if values[0] == values[1]:
                sheet.field(each.name, "differs; v shows secrets", "warn")
                continue
            sheet.line(Span(each.name, "accent"))
            sheet.line(Span(f"- {values[0] or 'not set'}", "bad" if values[0] else "dim"), copy=values[0], depth=1)
            sheet.line(Span(f"+ {values[1] or 'not set'}", "good" if values[1] else "dim"), copy=values[1], depth=1)
    return sheet.done()
