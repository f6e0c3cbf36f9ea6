"""The tabs about the engine: overview, runtimes, security, ping, inspect."""

from __future__ import annotations

from collections.abc import Mapping

from tui.engine.objects.system import RegistryConfig, SwarmInfo, SystemInfo, Version
from tui.live.objects.host import About, Greeting, Host, RawAbout
from tui.resources.logs.formats import Chapters
from tui.resources.model import formats
from tui.resources.model.document import Document, SheetWriter, read_json
from tui.resources.model.masking import masked_pair
from tui.resources.model.text import Line, Span, count, line, one_line

CONTAINERD = "io.containerd.snapshotter.v1"
"""The driver type of containerd's image store, whose images the engine counts by their tags."""


def yes_no(value: bool) -> str:
    """Return a boolean setting as "yes" or "no"."""
    return "yes" if value else "no"


# --- overview --------------------------------------------------------------------------------------------------------


def overview(found: About, row: Host, secrets: bool = False) -> Document:
    """Return the overview: warnings first, then the engine, its objects, host and settings."""
    version, info = found
    sheet = SheetWriter(secrets)
    sheet.section(count(len(info.warnings), "warning") if info.warnings else "No warnings")
    for warning in info.warnings:
        text = one_line(warning).removeprefix("WARNING: ")
        sheet.line(Span(text, "bad" if "[DEPRECATION" not in text else "warn"), copy=text)
    if not info.warnings:
        sheet.text("The engine reports no warnings.", "good")
    _engine(sheet, version, info)
    sheet.section("Objects")
    states = (
        ("running", info.containers_running, "good"),
        ("paused", info.containers_paused, "warn"),
        ("stopped", info.containers_stopped, "dim"),
    )
    parts = [Span(f", {amount} {state}", style) for state, amount, style in states if amount]
    sheet.field("Containers", (Span(str(info.containers)), *parts))
    by_name = ["driver-type", CONTAINERD] in info.driver_status
    sheet.field("Images", f"{info.images}: each tag counts" if by_name else str(info.images))
    sheet.field("Swarm", *swarm(info.swarm))
    _host(sheet, info, secrets)
    _settings(sheet, info, secrets)
    _registries(sheet, info)
    for title, names in (
        ("Volumes", info.plugins.volume),
        ("Networks", info.plugins.network),
        ("Logs", info.plugins.log),
        ("Authorization", info.plugins.authorization),
    ):
        if title == "Volumes":
            sheet.section("Plugins")
        sheet.field(title, ", ".join(names))
    return sheet.done()


def _engine(sheet: SheetWriter, version: Version, info: SystemInfo) -> None:
    sheet.section("Engine")
    sheet.field("Product", version.platform.name)
    sheet.field("Version", version.version or info.server_version, "accent")
    least = f", minimum {version.min_api_version}" if version.min_api_version else ""
    sheet.field("API", f"{version.api_version}{least}" if version.api_version else "")
    sheet.field("Built", f"{version.build_time.partition('.')[0]}, commit {version.git_commit or 'unknown'}")
    sheet.field("Go", version.go_version)
    sheet.field("Platform", "/".join(part for part in (version.os, version.arch) if part))
    sheet.field("Experimental", yes_no(version.experimental or info.experimental_build))
    sheet.field("Debug", "yes: more detailed log" if info.debug else "no")
    for part in version.components:
        if part.name != "Engine":
            commit = part.details.get("GitCommit", "")
            sheet.field(part.name, line(Span(part.version), Span(f"  {commit}" if commit != part.version else "", "dim")))
    sheet.field("Id", info.id)
    sheet.field("Licence", info.product_license)


def swarm(info: SwarmInfo) -> tuple[str, str]:
    """Return the engine's role in a swarm, in one line, and its style."""
    state = info.local_node_state
    if info.error:
        return f"{state}: {one_line(info.error)}", "bad"
    if state in ("", "inactive"):
        return "not in a swarm", "dim"
    if state != "active":
        return state, "warn"
    role = "manager" if info.control_available else "worker"
    known = f", {count(info.managers or 0, 'manager')} of {count(info.nodes, 'node')}" if info.nodes else ""
    return f"{role}{known}, as {info.node_addr or info.node_id}", "good"


def _host(sheet: SheetWriter, info: SystemInfo, secrets: bool) -> None:
    sheet.section("Host")
    sheet.field("Name", info.name, "accent")
    sheet.field("System", info.operating_system)
    sheet.field("Kernel", info.kernel_version)
    sheet.field("Architecture", info.architecture)
    sheet.field("CPUs", str(info.ncpu))
    sheet.field("Memory", formats.memory(info.mem_total))
    sheet.field("Clock", formats.when(formats.moment(info.system_time)))
    sheet.field("Labels", ", ".join(each if secrets else masked_pair(each) for each in info.labels))


def _settings(sheet: SheetWriter, info: SystemInfo, secrets: bool) -> None:
    sheet.section("Settings")
    sheet.field("Root directory", info.docker_root_dir)
    sheet.field("Storage", info.driver)
    for pair in info.driver_status:
        if len(pair) == 2:
            sheet.line(Span(f"{one_line(pair[0])}: ", "dim"), Span(one_line(pair[1])), depth=1)
    sheet.field("Logging", info.logging_driver)
    version = f"version {info.cgroup_version}" if info.cgroup_version else ""
    sheet.field("Cgroups", ", ".join(part for part in (version, f"driver {info.cgroup_driver}") if part))
    live = "yes: containers keep running while the engine restarts"
    sheet.field("Live restore", live if info.live_restore_enabled else "no: containers stop with the engine")
    firewall = info.firewall_backend
    sheet.field("Firewall", firewall.driver if firewall else "")
    sheet.field("IPv4 forwarding", "" if info.ipv4_forwarding else "disabled: containers reach only the host", "bad")
    sheet.field("Init", info.init_binary)
    pools = ", ".join(f"{pool.base} size /{pool.size}" for pool in info.default_address_pools)
    sheet.field("Address pools", pools)
    for name, value in (("HTTP proxy", info.http_proxy), ("HTTPS proxy", info.https_proxy), ("No proxy", info.no_proxy)):
        sheet.field(name, value, copy=value)


def _registries(sheet: SheetWriter, info: SystemInfo) -> None:
    config = info.registry_config or RegistryConfig()
    sheet.section("Registries")
    sheet.field("Default", info.index_server_address)
    sheet.field("Mirrors", ", ".join(config.mirrors))
    for name, index in sorted(config.index_configs.items()):
        told = [*([] if index.secure else ["insecure: pulled images can be tampered with"])]
        told += [f"mirrors: {', '.join(index.mirrors)}"] if index.mirrors else []
        if told:
            sheet.field(name, "; ".join(told), "" if index.secure else "bad")
    sheet.field("Insecure", ", ".join(config.insecure_registry_cidrs))


# --- runtimes and security -------------------------------------------------------------------------------------------


def runtimes(found: About, row: Host, secrets: bool = False) -> Document:
    """Return the runtimes for containers (`SystemInfo`)."""
    info = found.info
    sheet = SheetWriter(secrets)
    sheet.section(count(len(info.runtimes), "runtime"))
    for name, runtime in sorted(info.runtimes.items(), key=lambda pair: (pair[0] != info.default_runtime, pair[0])):
        parts = [Span(runtime.path or "run by containerd"), *(Span(f" {arg}", "dim") for arg in runtime.runtime_args)]
        sheet.field(name, line(*parts, Span("  default" if name == info.default_runtime else "", "good")))
    sheet.section("Components")
    for name, commit in (
        ("containerd", info.containerd_commit),
        ("runc", info.runc_commit),
        (info.init_binary or "init", info.init_commit),
    ):
        sheet.field(name, commit.id or "unknown")
    sheet.field("Isolation", info.isolation)
    sheet.field("CDI directories", ", ".join(info.cdi_spec_dirs))
    return sheet.done()


_ON = {
    "apparmor": "AppArmor restricts the access of containers to the host.",
    "selinux": "SELinux labels isolate containers from each other and from the host.",
    "seccomp": "Seccomp blocks system calls that containers do not need.",
    "userns": "User namespaces: root in a container is an unprivileged user on the host.",
    "rootless": "Rootless: the engine and its containers run without root privileges.",
    "cgroupns": "Each container sees only its own cgroups.",
    "no-new-privileges": "Programs in containers cannot gain privileges, for example by setuid.",
}

_OFF = {
    "apparmor": ("off: not supported by the kernel, or disabled.", "warn"),
    "seccomp": ("off: containers can make every system call, which is dangerous.", "bad"),
    "userns": ("off: root in a container is root for the host's kernel.", "dim"),
    "rootless": ("off: the engine runs as root; access to the engine equals root access.", "dim"),
    "cgroupns": ("off: containers see the host's cgroups; usual with cgroups version 1.", "dim"),
    "no-new-privileges": ("off by default; can be set per container.", "dim"),
}


def security_options(info: SystemInfo) -> dict[str, dict[str, str]]:
    """Return the options by name, each with its attributes: "name=seccomp,profile=builtin"; old engines send "apparmor"."""
    found: dict[str, dict[str, str]] = {}
    for option in info.security_options:
        pairs = [part.partition("=") for part in option.split(",")]
        said = {name: value for name, sign, value in pairs if sign}
        name = said.pop("name", option)
        found[name] = said
    return found


def security(found: About, row: Host, secrets: bool = False) -> Document:
    """Return the enabled and disabled protections of the host from containers (`SystemInfo`)."""
    options = security_options(found.info)
    sheet = SheetWriter(secrets)
    sheet.section("Enabled")
    for name, said in options.items():
        sheet.field(name, _option(name, said))
    if not options:
        sheet.text("The engine reports no security options.", "warn")
    on = {*options, *(["apparmor"] if "selinux" in options else [])}  # one of the two is enough
    off = {name: told for name, told in _OFF.items() if name not in on}
    sheet.section("Disabled")
    for name, (told, style) in off.items():
        sheet.field(name, told, style)
    if not off:
        sheet.text("none", "good")
    limits = _missing_limits(found.info)
    sheet.section("Limits that the host cannot enforce")
    for name, told in limits.items():
        sheet.field(name, told, "warn")
    if not limits:
        sheet.text("none", "good")
    return sheet.done()


def _option(name: str, said: Mapping[str, str]) -> Line:
    profile = said.get("profile", "")
    if name == "seccomp" and profile == "unconfined":
        return line(Span("profile unconfined: containers can make every system call, which is dangerous.", "bad"))
    more = {"": "", "builtin": " Default profile.", "default": " Default profile."}
    told = more.get(profile, f" Profile {one_line(profile)}.")
    rest = ", ".join(f"{one_line(key)}={one_line(value)}" for key, value in said.items() if key != "profile")
    return line(Span(f"{_ON.get(name, 'on')}{told}", "good" if name in _ON else ""), Span(f"  {rest}" if rest else "", "dim"))


def _missing_limits(info: SystemInfo) -> dict[str, str]:
    if info.os_type not in ("", "linux"):
        return {}
    asked = (
        ("memory", info.memory_limit, "memory limits have no effect"),
        ("swap", info.swap_limit, "swap limits have no effect"),
        ("CPU quota", info.cpu_cfs_quota, "--cpus has no effect"),
        ("CPU set", info.cpu_set, "--cpuset-cpus has no effect"),
        ("processes", info.pids_limit, "--pids-limit has no effect"),
    )
    return {name: told for name, there, told in asked if not there}


# --- ping and inspect ------------------------------------------------------------------------------------------------


def ping(found: Greeting, row: Host, secrets: bool = False) -> Document:
    """Return the response time of the engine (`SystemPing`, `SystemPingHead`), and the headers of the answer."""
    sheet = SheetWriter(secrets)
    sheet.section("Ping")
    sheet.line(Span("response time "), Span(milliseconds(found.get), "accent"), Span("; ctrl+r repeats", "dim"))
    sheet.field("HEAD request", milliseconds(found.head))
    greeting = found.ping
    sheet.section("Headers")
    sheet.field("Server", greeting.server)
    sheet.field("API", greeting.api_version)
    sheet.field("System", greeting.os_type)
    builders = {"1": "legacy builder", "2": "BuildKit"}
    sheet.field("Builder", builders.get(greeting.builder_version, greeting.builder_version))
    sheet.field("Experimental", yes_no(greeting.experimental))
    sheet.field("Swarm", greeting.swarm)
    return sheet.done()


def milliseconds(seconds: float) -> str:
    """Return a response time: "1.2 ms"."""
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def inspect(found: RawAbout, row: Host, secrets: bool = False) -> Document:
    """Return the engine's JSON of `SystemInfo` and `SystemVersion`."""
    read = [read_json(raw, secrets) for raw in (found.info, found.version)]
    return Chapters([("/info", read[0]), ("/version", read[1])])
