"""The tabs of a container's details: overview, processes, changes, inspect."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from types import MappingProxyType

from tui.engine.digits import whole_number
from tui.engine.objects.containers import Change, ContainerInspect, ContainerState, HealthcheckResult, HealthConfig, Top
from tui.engine.objects.hostconfig import HostConfig, MountPoint
from tui.engine.objects.networks import NetworkSettings, PortBinding
from tui.live.containers.container import Container
from tui.live.containers.namespaces import SHARED, Owner
from tui.resources.containers.formats import ANY_ADDRESS, state
from tui.resources.model import formats
from tui.resources.model.document import Document, Link, SheetWriter
from tui.resources.model.inspect import named_values
from tui.resources.model.masking import MASK, masked, masked_words
from tui.resources.model.text import Span, count, one_line

SECOND = 1_000_000_000  # nanoseconds, the engine's unit for the times of a health check
UNLIMITED = (None, 0, -1)
USUAL_RUNTIMES = (None, "", "runc", "io.containerd.runc.v2")
USUAL_SHM = 64 * 1024 * 1024

# --- overview --------------------------------------------------------------------------------------------------------


def overview(
    found: ContainerInspect, row: Container, secrets: bool = False, owners: Mapping[str, Owner] = MappingProxyType({})
) -> Document:
    """Return the overview of a container, most urgent sections first for debugging a broken service (`ContainerInspect`).

    `owners` are the containers whose namespaces it shares, by the mode's text.
    """
    sheet = SheetWriter(secrets)
    _state(sheet, found, row)
    if found.config.healthcheck is not None or found.state.health is not None:
        _health(sheet, found, secrets)
    _program(sheet, found, row.moved_on, secrets)
    _ports(sheet, found.network_settings, found.config.exposed_ports)
    _networks(sheet, found, owners)
    show_mounts(sheet, found.mounts, found.host_config.tmpfs)
    show_limits(sheet, found.host_config)
    _rights(sheet, found.host_config, owners)
    _environment(sheet, found.config.env, secrets)
    named_values(sheet, "Labels", found.config.labels, secrets)
    return sheet.done()


def _state(sheet: SheetWriter, found: ContainerInspect, row: Container) -> None:
    now, policy = found.state, found.host_config.restart_policy
    sheet.section("State")
    sheet.field("Name", found.name.removeprefix("/"), "accent")
    sheet.field("State", *state(replace(row, state=now.status, exit_code=now.exit_code, oom=now.oom_killed, health="")))
    if not now.running or now.restarting:
        _end(sheet, now)
    elif now.oom_killed:
        sheet.field("Memory", "The kernel killed a process of the container at its memory limit (out of memory).", "bad")
    started, finished = formats.moment(now.started_at), formats.moment(now.finished_at)
    sheet.field("Created", formats.when(formats.moment(found.created)))
    sheet.field(
        "Up",
        formats.duration(formats.now() - started) if now.running and not now.restarting and 0 < started < formats.now() else "",
    )
    sheet.field("Started", formats.when(started))
    if finished:
        sheet.field("Finished", formats.when(finished))
    if started and finished > started:
        sheet.field("Ran for", formats.duration(finished - started))
    sheet.field("Process", f"{now.pid} on the host" if now.pid else "")
    sheet.field("Restarts", str(found.restart_count), "warn" if found.restart_count else "")
    sheet.field("Restart policy", formats.restart_policy(policy.name, policy.maximum_retry_count))
    sheet.field("Project", row.project, link=Link("projects", row.project))
    sheet.field("Service", row.service)
    sheet.field("Auto-remove", "the engine removes the container when it exits" if found.host_config.auto_remove else "")
    sheet.field("Id", found.id)


def _end(sheet: SheetWriter, now: ContainerState) -> None:
    """Add the fields that explain why the container is not running."""
    code, oom = now.exit_code, now.oom_killed
    if not code and not now.error and not formats.moment(now.started_at):
        sheet.field("Why", "The container was created and never started.", "dim")
        return
    sheet.field("Exit code", f"{code}: {formats.exit_word(code, oom)}", formats.exit_style(code))
    sheet.field("Why", formats.exit_reason(code, oom))
    sheet.field("Engine error", now.error, "bad")


def _health(sheet: SheetWriter, found: ContainerInspect, secrets: bool) -> None:
    health, check = found.state.health, found.config.healthcheck
    now = found.state
    sheet.section(
        "Health before the pause" if now.paused else "Health" if now.running and not now.restarting else "Health at the exit"
    )
    if health is not None:
        sheet.field("Health", *formats.health(health.status))
        streak = health.failing_streak
        sheet.field("Failing", f"{count(streak, 'probe')} in a row" if streak else "", "bad")
    if check is not None:
        sheet.field("Probe", probe(check.test, secrets))
        sheet.field("Interval", interval(check))
    if health is not None and health.log:
        sheet.section("Probes, latest first", 1)
        show_probes(sheet, list(reversed(health.log)))


def probe(test: Sequence[str], secrets: bool = False) -> str:
    """Return the command of a health check in shell syntax; secrets are masked unless `secrets` is set."""
    if not test:
        return "from the image"
    kind, *command = test
    if kind == "NONE":
        return "disabled"
    return " ".join(command) if kind == "CMD-SHELL" else command_line(command, secrets)


def command_line(words: Sequence[str], secrets: bool = False) -> str:
    """Return the words of a command in shell syntax; secrets are masked unless `secrets` is set."""
    return shlex.join(words if secrets else masked_words(words)).replace(f"'{MASK}'", MASK)


def interval(check: HealthConfig) -> str:
    """Return the interval and limits of a health check as text, with the engine's defaults where nothing is set."""
    every = formats.duration((check.interval or 30 * SECOND) / SECOND)
    within = formats.duration((check.timeout or 30 * SECOND) / SECOND)
    text = f"every {every}, timeout {within}, unhealthy after {count(check.retries or 3, 'failure')}"
    return f"{text}, start period {formats.duration(check.start_period / SECOND)}" if check.start_period else text


def show_probes(sheet: SheetWriter, results: Sequence[HealthcheckResult]) -> None:
    """Add probes, latest first: result, time, and output. Successive ones with the same result and output are one."""
    for (code, output), run in groupby(results, lambda result: (result.exit_code, result.output.strip("\n"))):
        latest, *before = run
        start, end = formats.moment(latest.start), formats.moment(latest.end)
        took = f", took {formats.duration(end - start)}" if end > start > 0 else ""
        since = f", since {formats.when(formats.moment(before[-1].start))}" if before else ""
        said, style = ("passed", "good") if code == 0 else (f"failed with {code}", "bad")
        times = Span(f"  ×{len(before) + 1}" if before else "", "dim")
        sheet.line(Span(said, style), times, Span(f"  {formats.when(start)}{took}{since}", "dim"), copy=latest.output)
        if output.strip():
            sheet.text(output, depth=1)


def _program(sheet: SheetWriter, found: ContainerInspect, moved_on: bool, secrets: bool) -> None:
    config, host = found.config, found.host_config
    sheet.section("Program")
    sheet.field("Command", command_line([found.path, *found.args], secrets) if found.path else "")
    sheet.field("Entrypoint", command_line(config.entrypoint, secrets))
    sheet.field("Image", config.image, link=Link("images", found.image))
    sheet.field(
        "",
        "The tag now belongs to another image, or to none: recreate the container to use the new image." if moved_on else "",
        "warn",
    )
    sheet.field("Image id", found.image)
    sheet.field("Platform", found.platform)
    sheet.field("User", user(found))
    sheet.field("Directory", config.working_dir)
    sheet.field("Hostname", f"{config.hostname}.{config.domainname}".rstrip("."))
    sheet.field("Terminal", "yes" if config.tty else "")
    sheet.field("Standard input", "open" if config.open_stdin else "")
    timeout = "" if config.stop_timeout is None else f", then SIGKILL after {formats.duration(config.stop_timeout)}"
    sheet.field("Stop signal", f"{config.stop_signal or 'SIGTERM'}{timeout}")
    options = ((name, value if secrets else masked(name, value)) for name, value in host.log_config.config.items())
    sheet.field("Logs", host.log_config.type + "".join(f" {name}={value}" for name, value in options))
    sheet.field("Runtime", "" if host.runtime in USUAL_RUNTIMES else host.runtime or "")
    sheet.field("Init", "yes: reaps zombie processes" if host.init else "")


def user(found: ContainerInspect) -> str:
    """Return the user that the container's program runs as."""
    return found.config.user or "root, unless set by the image"


def _ports(sheet: SheetWriter, network: NetworkSettings, exposed: Mapping[str, object]) -> None:
    inside = sorted({*network.ports, *exposed}, key=port_order)
    rows = [(port, outside) for port in inside for outside in _published(network.ports.get(port)) or ["not published"]]
    if rows:
        sheet.section("Ports")
        sheet.table(port_ranges(rows))


def port_ranges(rows: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return rows of ports and addresses with each run of consecutive ones as one: "8000-8010/tcp", "→ *:9000-9010"."""
    others: list[tuple[str, str]] = []
    runs: dict[tuple[int, int | None, str, str], int] = {}  # the lengths of runs by the row that would continue them
    for port, outside in rows:
        number, _, protocol = port.partition("/")
        host, colon, published = outside.rpartition(":") if ":" in outside else (outside, "", "")
        inside, there = whole_number(number), whole_number(published)
        if inside is None or (colon and there is None):
            others.append((port, outside))
            continue
        length = runs.pop((inside, there, protocol, host), 0)
        runs[inside + 1, None if there is None else there + 1, protocol, host] = length + 1
    return others + [
        (f"{_range(end, length)}/{protocol}", host if until is None else f"{host}:{_range(until, length)}")
        for (end, until, protocol, host), length in runs.items()
    ]


def _range(end: int, length: int) -> str:
    """Return the numbers before `end`: "7", "7-10"."""
    return f"{end - 1}" if length == 1 else f"{end - length}-{end - 1}"


def _published(bindings: Sequence[PortBinding] | None) -> list[str]:
    """Return the addresses of a port on the host; IPv4 and IPv6 of all addresses are one line."""
    hosts = [("*" if binding.host_ip in ANY_ADDRESS else binding.host_ip, binding.host_port) for binding in bindings or ()]
    shown = (f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in hosts)
    return list(dict.fromkeys(f"→ {address}" for address in shown))


def port_order(port: str) -> tuple[int, str]:
    """Return the sort key of a port such as "80/tcp"."""
    return whole_number(port.partition("/")[0]) or 0, port


def _networks(sheet: SheetWriter, found: ContainerInspect, owners: Mapping[str, Owner]) -> None:
    networks, mode = found.network_settings.networks, found.host_config.network_mode
    sheet.section("Networks")
    if mode.startswith(SHARED):
        _shared_network(sheet, found, owners)
    elif not networks:
        sheet.text(f"none: network mode {mode or 'default'}", "dim")
    for name, end in sorted(networks.items()):
        address = f"{end.ip_address}/{end.ip_prefix_len}" if end.ip_address else "no address"
        six = f", {end.global_ipv6_address}/{end.global_ipv6_prefix_len}" if end.global_ipv6_address else ""
        gateway = f", gateway {end.gateway}" if end.gateway else ""
        sheet.field(
            name, f"{address}{six}{gateway}", copy=end.ip_address or end.global_ipv6_address, link=Link("networks", name)
        )
        aliases = [alias for alias in dict.fromkeys([*(end.aliases or ()), *(end.dns_names or ())]) if alias != name]
        sheet.field("  Aliases", ", ".join(aliases))
        sheet.field("  MAC address", end.mac_address)


def _shared_network(sheet: SheetWriter, found: ContainerInspect, owners: Mapping[str, Owner]) -> None:
    """Add the container whose network this one uses; a restart of that one leaves this one without a network."""
    owner = owners.get(mode := found.host_config.network_mode)
    if owner is None:
        sheet.field("Shared", f"with the container {mode.removeprefix(SHARED)[:12]}, which was removed", "bad")
        return
    sheet.field("Shared", f"with the container {owner.name}", copy=owner.name, link=Link("containers", owner.id))
    if found.state.running and formats.moment(owner.started_at) > formats.moment(found.state.started_at):
        lost = f"{owner.name} was restarted since, which has left this\ncontainer without a network: restart this container."
        sheet.field("", lost, "bad")


def show_mounts(sheet: SheetWriter, mounts: Sequence[MountPoint], tmpfs: Mapping[str, str]) -> None:
    """Add the mounts of a container, if it has any."""
    mounts = sorted(mounts, key=lambda mount: mount.destination)
    rows = [
        (mount.destination, mount.type, "writable" if mount.rw else "read-only", mount.name or mount.source) for mount in mounts
    ]
    links = [Link("volumes", mount.name) if mount.type == "volume" and mount.name else None for mount in mounts]
    rows += [(path, "tmpfs", "", options) for path, options in sorted(tmpfs.items())]
    if rows:
        sheet.section("Mounts")
        sheet.table(rows, ("IN THE CONTAINER", "TYPE", "", "FROM"), links)


def show_limits(sheet: SheetWriter, host: HostConfig) -> None:
    """Add the limits of a container."""
    cpus = host.nano_cpus / 1e9 if host.nano_cpus else host.cpu_quota / (host.cpu_period or 100_000)
    sheet.section("Limits")
    sheet.field("Memory", formats.memory(host.memory) if host.memory else "no limit", "" if host.memory else "dim")
    swap = "unlimited" if host.memory_swap == -1 else formats.memory(max(host.memory_swap - host.memory, 0))
    sheet.field("Swap", swap if host.memory_swap else "")
    sheet.field("Memory reservation", formats.memory(host.memory_reservation) if host.memory_reservation else "")
    sheet.field("CPUs", f"{cpus:g}" if cpus > 0 else "no limit", "" if cpus > 0 else "dim")
    sheet.field("CPU set", host.cpuset_cpus)
    sheet.field("CPU shares", f"{host.cpu_shares} (default 1024)" if host.cpu_shares else "")
    free = host.pids_limit in UNLIMITED
    sheet.field("Processes", "no limit" if free else str(host.pids_limit), "dim" if free else "")
    sheet.field("Out of memory", "the kernel must not kill the container" if host.oom_kill_disable else "", "warn")
    sheet.field("/dev/shm", formats.memory(host.shm_size) if host.shm_size not in (0, USUAL_SHM) else "")
    sheet.field("Ulimits", ", ".join(f"{limit.name} {limit.soft}:{limit.hard}" for limit in host.ulimits))


def _rights(sheet: SheetWriter, host: HostConfig, owners: Mapping[str, Owner]) -> None:
    facts = [
        ("Privileged", "yes: full access to the host" if host.privileged else "", "bad"),
        ("Added", ", ".join(host.cap_add), "warn"),
        ("Dropped", ", ".join(host.cap_drop), ""),
        ("Security", ", ".join(host.security_opt), ""),
        ("Root filesystem", "read-only" if host.readonly_rootfs else "", ""),
        ("Shares", ", ".join(f"{what} of {whose}" for what, whose in _shared(host, owners) if whose), "warn"),
        ("Devices", ", ".join(device.path_on_host for device in host.devices), "warn"),
    ]
    if any(text for _, text, _ in facts):
        sheet.section("Rights")
        for label, text, style in facts:
            sheet.field(label, text, style)


def _shared(host: HostConfig, owners: Mapping[str, Owner]) -> list[tuple[str, str]]:
    """Return the namespaces shared with the host or another container, as pairs of namespace and owner."""
    modes = (("network", host.network_mode), ("processes", host.pid_mode), ("IPC", host.ipc_mode), ("host name", host.uts_mode))
    return [
        (what, f"the container {_owner(mode, owners)}" if mode.startswith(SHARED) else "the host")
        for what, mode in modes
        if mode == "host" or mode.startswith(SHARED)
    ]


def _owner(mode: str, owners: Mapping[str, Owner]) -> str:
    """Return the name of a namespace's owner, or the beginning of its id where it is gone."""
    return owners[mode].name if mode in owners else mode.removeprefix(SHARED)[:12]


def _environment(sheet: SheetWriter, variables: Sequence[str], secrets: bool) -> None:
    pairs = (variable.partition("=") for variable in variables)
    named_values(sheet, "Environment", {name: value if sign else "(no value)" for name, sign, value in pairs}, secrets)


# --- the other tabs --------------------------------------------------------------------------------------------------


def processes(top: Top, _row: Container, secrets: bool = False) -> Document:
    """Return the processes of the container, as listed by ps (`ContainerTop`)."""
    sheet = SheetWriter(secrets)
    sheet.table(top.processes, heading=top.titles)
    return sheet.done()


KINDS = {0: ("changed", "warn"), 1: ("added", "good"), 2: ("deleted", "bad")}


def changes(found: Sequence[Change], _row: Container, secrets: bool = False) -> Document:
    """Return the differences from the image (`ContainerChanges`)."""
    sheet = SheetWriter(secrets)
    if not found:
        sheet.text("No changes to the file system of the image.", "dim")
    above: list[str] = []  # the changed directories that contain the path, each a section of the document
    for change in sorted(found, key=lambda change: change.path.split("/")):
        while above and not change.path.startswith(above[-1]):
            above.pop()
        word, style = KINDS.get(change.kind, (str(change.kind), ""))
        sheet.line(Span(f"{word:<9}", style), one_line(change.path), copy=change.path, depth=len(above))
        above.append(f"{change.path.rstrip('/')}/")
    return sheet.done()
