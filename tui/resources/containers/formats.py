"""A container's state, ports and statistics as text, and the reasons why an action does not apply."""

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import NamedTuple

from tui.engine.objects.networks import Port
from tui.live.containers.container import Container
from tui.live.containers.stats_math import Usage
from tui.resources.containers.compare import behind, verdict_states
from tui.resources.model import formats
from tui.resources.model.text import EMPTY, Cell, count, one_line

EXIT = "exit"
"""The rule of problems that finds exits and restart loops."""

LOOP, SHORT = 3, 600.0
"""Restarts from which a container is in a restart loop, and seconds below which its last run was short."""


def title(row: Container) -> str:
    """Return the container's name for users."""
    return one_line(row.name)


def known_as(row: Container) -> str:
    """Return the container's name for a docker command, as the engine has it, not cleaned."""
    return row.name or row.id


def filter_words(row: Container) -> str:
    """Return the text that the filter looks at, one part per line, most important first, since the end may be cut."""
    short = image(row).text
    parts = (row.name, state(row).text, row.state, short, row.project, row.service, row.id[:12], ports(row.ports))
    return "\n".join(map(one_line, (*parts, row.image) if short != row.image else parts))


FILTER_FIELDS = ("state", "label", "image", "project", "service", "name", "network", "health", "port")


def filter_values(row: Container) -> dict[str, tuple[str, ...]]:
    """Return what the terms of a filter look at: state:exited, label:app=web."""
    return {
        "name": (row.name,),
        "state": (row.state, state(row).text, *verdict_states(behind(row))),
        "label": tuple(f"{name}={value}" for name, value in row.labels.items()),
        "image": (row.image, row.image_name),
        "project": (row.project,),
        "service": (row.service,),
        "network": tuple(end.network for end in row.networks) or (row.network_mode,),
        "health": (row.health,),
        "port": tuple(str(number) for port in row.ports for number in (port.public_port, port.private_port) if number),
    }


def image(row: Container) -> Cell:
    """Return the cell of the image; "was NAME" if that name refers to another image now."""
    if row.moved_on:
        return Cell(one_line(f"was {formats.short_image(row.image_name)}"), "warn")
    return Cell(one_line(formats.short_image(row.image)))


def whole_image(row: Container) -> str:
    """Return the image's name with its registry, as `image` shows it."""
    if row.moved_on:
        return f"was {formats.familiar_image(row.image_name)}"
    return formats.familiar_image(row.image)


def anonymous_volumes(row: Container) -> list[str]:
    """Return the names of the container's volumes that the engine named."""
    return [mount.name for mount in row.mounts if mount.type == "volume" and mount.name and is_engine_name(mount.name)]


def is_engine_name(name: str) -> bool:
    """Return whether a volume's name is one that engines generate: 64 hexadecimal digits."""
    return len(name) == 64 and not set(name) - set("0123456789abcdef")


def resting(row: Container) -> bool:
    """Return whether the container is stopped, and so hidden on request."""
    return row.state in ("exited", "created", "dead")


def since(row: Container) -> float:
    """Return the time of the last start or exit; 0 if unknown."""
    return row.started or row.finished or formats.NEVER


# --- state -----------------------------------------------------------------------------------------------------------

_STATES = {  # state: style, and position when sorted: the most urgent first
    "restarting": ("bad", 1),
    "dead": ("bad", 2),
    "paused": ("warn", 5),
    "removing": ("warn", 6),
    "running": ("good", 7),
    "created": ("dim", 9),
}


def state(row: Container) -> Cell:
    """Return the state: "running", "unhealthy", "exit 137: killed", "stopping, SIGKILL in 7 s"."""
    if row.stopping is not None and row.alive:
        words = "" if row.stopping < 0 else f", SIGKILL in {row.stopping} s" if row.stopping else ", SIGKILL sent"
        return Cell(f"stopping{words}", "warn")
    if row.state == "running":
        word, style = formats.health(row.health)
        if in_loop(row):
            return Cell(f"{word or 'running'}, {count(row.restarts or 0, 'restart')}", "bad" if looping(row) else "warn")
        if not word:
            word, style = ("running, oom", "warn") if row.oom else ("running", "good")
        return Cell(word, style)
    if row.start_error:
        from tui.resources.containers.start_errors import start_problem  # imported late: the first list does without

        return Cell(one_line(f"could not start: {start_problem(row.start_error)}"), "bad")
    code = row.exit_code
    if row.state == "exited" and code is not None:
        return Cell(f"exit {code}: {formats.exit_word(code, row.oom)}", formats.exit_style(code))
    if row.state == "restarting" and code is not None:
        return Cell(f"restarting, exit {code}: {formats.exit_word(code, row.oom)}", "bad")
    return Cell(one_line(row.state), _STATES.get(row.state, ("", 0))[0])


def state_key(row: Container) -> tuple[int, int]:
    """Return the sort key of a state: the most urgent first, exits with success last."""
    if looping(row):
        return 1, 1
    if row.start_error:
        return 3, 0
    if row.state == "exited":
        code = row.exit_code or 0
        return (10, 0) if formats.exit_style(code) == "dim" else (3, code)
    if row.state == "running" and row.health in ("unhealthy", "starting"):
        return (0, 0) if row.health == "unhealthy" else (4, 0)
    return _STATES.get(row.state, ("", 11))[1], 0


def summary(rows: Iterable[Container]) -> str:
    """Return the header's counts: "12 containers: 8 running, 1 unhealthy, 1 restarting, 2 failed"."""
    total = running = unhealthy = paused = restarting = loops = failed = 0
    for row in rows:  # at each change of a long list
        total += 1
        state = row.state
        if state == "running":
            running += 1
            unhealthy += row.health == "unhealthy"
            loops += bool(row.restarts) and looping(row)
        elif state == "exited":
            failed += bool(row.start_error) or bool(row.exit_code and formats.exit_style(row.exit_code) == "bad")
            continue
        elif state == "paused":
            paused += 1
        elif state == "restarting":
            restarting += 1
        failed += bool(row.start_error)
    numbers = (running, unhealthy, paused, restarting, loops, failed)
    words = ("running", "unhealthy", "paused", "restarting", "in a restart loop", "failed")
    parts = [f"{number} {word}" for number, word in zip(numbers, words, strict=True) if number or word == "running"]
    return f"{count(total, 'container')}: {', '.join(parts)}" if total else "no containers"


# --- ports -----------------------------------------------------------------------------------------------------------

ANY_ADDRESS = ("", "0.0.0.0", "::")
_LOOPBACK = ("127.0.0.1", "::1")


def ports(ports: Iterable[Port]) -> str:
    """Return ports as text: "8080→80", "lo:5432→5432" (loopback only), "53→53/udp", "8000-8009→8000-8009".

    Ports that are only exposed come last. IPv4 and IPv6 of the same port are merged, consecutive ports are a range.
    """
    known = {
        _Port(not port.public_port, "" if port.ip in ANY_ADDRESS else port.ip, port.type, port.public_port, port.private_port)
        for port in ports
    }
    texts: list[str] = []
    for _, group in groupby(enumerate(sorted(known)), _run):
        same = [port for _, port in group]
        texts.append(_port(same[0], same[-1]))
    return " ".join(texts)


class _Port(NamedTuple):
    exposed: bool  # not published
    ip: str
    type: str
    public: int
    private: int


def _run(numbered: tuple[int, _Port]) -> tuple[bool, str, str, int, int]:
    """Return a group key that is equal for ports consecutive both on the host and in the container."""
    position, port = numbered
    outside = 0 if port.exposed else port.public - position
    return port.exposed, port.ip, port.type, outside, port.private - position


def _port(first: _Port, last: _Port) -> str:
    kind = "" if first.type in ("tcp", "") else f"/{one_line(first.type)}"
    inside = _range(first.private, last.private) + kind
    if first.exposed:
        return inside
    host = "lo" if first.ip in _LOOPBACK else f"[{first.ip}]" if ":" in first.ip else one_line(first.ip)
    return f"{host}{':' if host else ''}{_range(first.public, last.public)}→{inside}"


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"


# --- figures ---------------------------------------------------------------------------------------------------------


def figure(show: Callable[[Usage], str], style: Callable[[Usage], str] = lambda _usage: "") -> Callable[[Container], Cell]:
    """Return a function to the cell of a statistics value; empty without statistics."""
    return lambda row: Cell(show(row.usage), style(row.usage)) if row.usage else EMPTY


def figure_key(value: Callable[[Usage], float | None]) -> Callable[[Container], float | None]:
    """Return a sort key, largest first; None, which sorts last, without statistics."""

    def key(row: Container) -> float | None:
        amount = value(row.usage) if row.usage else None
        return None if amount is None else -amount

    return key


def full(percent: float) -> str:
    """Return the style of a fill level in percent."""
    return "bad" if percent >= 90 else "warn" if percent >= 75 else ""


def cpu(usage: Usage) -> str:
    """Return the CPU in percent: "12.3"; empty while it is unknown."""
    return "" if usage.cpu_percent is None else f"{usage.cpu_percent:.1f}"


def memory(usage: Usage) -> str:
    """Return memory and its limit: "97.7M/1.95G"."""
    limit = f"/{formats.short_memory(usage.memory_limit)}" if usage.memory_limit else ""
    return formats.short_memory(usage.memory) + limit


def both(one: float | None, other: float | None) -> str:
    """Return two rounded figures: "1.2k/34M", in/out or read/written; empty if unknown."""
    return "" if one is None or other is None else f"{formats.coarse(one)}/{formats.coarse(other)}"


def together(one: float | None, other: float | None) -> float | None:
    """Return the sum of two figures, or None if one is unknown."""
    return None if one is None or other is None else one + other


# --- what can be done, and why not -----------------------------------------------------------------------------------


def why_not_start(row: Container) -> str:
    """Return why the container cannot be started, or ""."""
    return {
        "running": "already running",
        "paused": "paused: press p to unpause",
        "restarting": "already restarting",
    }.get(row.state) or gone(row)


def why_not_stop(row: Container) -> str:
    """Return why the container cannot be stopped, or ""."""
    return gone(row) or ("" if row.state in ("running", "paused", "restarting") else "not running")


def why_not_kill(row: Container) -> str:
    """Return why no signal can be sent, or ""."""
    return "waiting for the next restart: press x to stop" if row.state == "restarting" else why_not_stop(row)


def why_not_pause(row: Container) -> str:
    """Return why the container cannot be paused, or ""."""
    return gone(row) or {"running": "", "paused": "already paused"}.get(row.state, "not running")


def why_not_unpause(row: Container) -> str:
    """Return why the container cannot be unpaused, or ""."""
    return gone(row) or ("" if row.state == "paused" else "not paused")


def why_no_processes(row: Container) -> str:
    """Return why the container has no processes to list, or ""."""
    return "" if row.state == "running" else "paused" if row.state == "paused" else "not running"


def gone(row: Container) -> str:
    """Return why no action applies to the container any more, or ""."""
    return {"removing": "being removed", "dead": "the removal failed: only remove is possible"}.get(row.state, "")


def being_removed(row: Container) -> str:
    """Return why the container cannot be removed, or ""."""
    return "already being removed" if row.state == "removing" else ""


def in_loop(row: Container) -> bool:
    """Return whether the container runs, and was restarted by its policy less than `SHORT` seconds ago."""
    return row.state == "running" and bool(row.restarts) and row.started is not None and formats.now() - row.started < SHORT


def looping(row: Container) -> bool:
    """Return whether the container runs for the moment in a restart loop."""
    return in_loop(row) and (row.restarts or 0) >= LOOP


def has_ended(row: Container) -> bool:
    """Return whether there is an exit to report: the container does not run, or was restarted a short time ago."""
    if row.state == "running":
        return in_loop(row) or any(problem.rule == EXIT for problem in row.problems)
    return row.state != "paused"


def why_no_card(row: Container) -> str:
    """Return why there is no report: the container runs, and nothing is wrong; or ""."""
    return "" if has_ended(row) or row.problems else "running, and no problem was found"
