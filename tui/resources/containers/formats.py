"""What a container's state, ports and figures are in words, and what can be done to it in which state."""

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import NamedTuple

from tui.engine.objects.networks import Port
from tui.live.containers.container import Container
from tui.live.containers.stats_math import Usage
from tui.resources.model import formats
from tui.resources.model.text import EMPTY, Cell, count, one_line


def title(row: Container) -> str:
    """What people call the container."""
    return one_line(row.name)


def known_as(row: Container) -> str:
    """What a command names the container by: its name as the engine has it, not cleaned."""
    return row.name or row.id


def filter_words(row: Container) -> str:
    """What the filter looks at, a line each, what is asked for most often first: it may be cut at the end."""
    short = image(row).text
    parts = (row.name, state(row).text, row.state, short, row.project, row.service, row.id[:12], ports(row.ports))
    return "\n".join(map(one_line, (*parts, row.image) if short != row.image else parts))


def image(row: Container) -> Cell:
    """The image it was made of. Where the name means another one by now, the container is not what the name promises."""
    if row.moved_on:
        return Cell(one_line(f"was {formats.short_image(row.image_name)}"), "warn")
    return Cell(one_line(formats.short_image(row.image)))


def resting(row: Container) -> bool:
    """Whether the container is stopped: what hiding hides."""
    return row.state in ("exited", "created", "dead")


def since(row: Container) -> float:
    """Since when it has been running, or not; 0 if that is not known."""
    return row.started or row.finished or formats.NEVER


# --- state -----------------------------------------------------------------------------------------------------------

_STATES = {  # state: its style, and where it stands when sorted: what needs somebody first
    "restarting": ("bad", 1),
    "dead": ("bad", 2),
    "paused": ("warn", 5),
    "removing": ("warn", 6),
    "running": ("good", 7),
    "created": ("dim", 9),
}


def state(row: Container) -> Cell:
    """The state in words: "running", "unhealthy", "exit 137: killed". What matters most stands first."""
    if row.state == "running":
        word, style = formats.health(row.health)
        if not word:
            word, style = ("running, oom", "warn") if row.oom else ("running", "good")
        return Cell(word, style)
    code = row.exit_code
    if row.state == "exited" and code is not None:
        return Cell(f"exit {code}: {formats.exit_word(code, row.oom)}", formats.exit_style(code))
    if row.state == "restarting" and code is not None:
        return Cell(f"restarting, exit {code}: {formats.exit_word(code, row.oom)}", "bad")
    return Cell(one_line(row.state), _STATES.get(row.state, ("", 0))[0])


def state_key(row: Container) -> tuple[int, int]:
    """The order of states: what needs somebody first, what is finished last."""
    if row.state == "exited":
        code = row.exit_code or 0
        return (10, 0) if formats.exit_style(code) == "dim" else (3, code)
    if row.state == "running" and row.health in ("unhealthy", "starting"):
        return (0, 0) if row.health == "unhealthy" else (4, 0)
    return _STATES.get(row.state, ("", 11))[1], 0


def summary(rows: Iterable[Container]) -> str:
    """How many there are of what, for the header: "12 containers: 8 running, 1 unhealthy, 1 restarting, 2 failed"."""
    shown = {"running": 0, "unhealthy": 0, "paused": 0, "restarting": 0, "failed": 0}
    total = 0
    for row in rows:
        total += 1
        if row.state in shown:
            shown[row.state] += 1
        if row.state == "running" and row.health == "unhealthy":
            shown["unhealthy"] += 1
        if row.state == "exited" and formats.exit_style(row.exit_code or 0) == "bad":
            shown["failed"] += 1
    parts = [f"{number} {word}" for word, number in shown.items() if number or word == "running"]
    return f"{count(total, 'container')}: {', '.join(parts)}" if total else "no containers"


# --- ports -----------------------------------------------------------------------------------------------------------

ANY_ADDRESS = ("", "0.0.0.0", "::")
_LOOPBACK = ("127.0.0.1", "::1")


def ports(ports: Iterable[Port]) -> str:
    """Ports in words: "8080→80", "lo:5432→5432" (only from the host itself), "53→53/udp", "8000-8009→8000-8009".

    What is only exposed comes last. IPv4 and IPv6 of the same port are one, neighbours are a range.
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
    exposed: bool  # only inside, not published
    ip: str
    type: str
    public: int
    private: int


def _run(numbered: tuple[int, _Port]) -> tuple[bool, str, str, int, int]:
    """Equal for ports that follow one another on both sides."""
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
    """The cell of a figure of the statistics; empty while there are none."""
    return lambda row: Cell(show(row.usage), style(row.usage)) if row.usage else EMPTY


def figure_key(value: Callable[[Usage], float | None]) -> Callable[[Container], float | None]:
    """What a figure is sorted by; None, which sorts last, while there is none. The greatest stand first."""

    def key(row: Container) -> float | None:
        amount = value(row.usage) if row.usage else None
        return None if amount is None else -amount

    return key


def full(percent: float) -> str:
    """The style of something that can run full."""
    return "bad" if percent >= 90 else "warn" if percent >= 75 else ""


def memory(usage: Usage) -> str:
    """Memory and its limit: "97.7M/1.95G"."""
    limit = f"/{formats.short_memory(usage.memory_limit)}" if usage.memory_limit else ""
    return formats.short_memory(usage.memory) + limit


def both(one: float | None, other: float | None) -> str:
    """Two coarse figures: "1.2k/34M", in and out or read and written; empty if they cannot be known."""
    return "" if one is None or other is None else f"{formats.coarse(one)}/{formats.coarse(other)}"


def together(one: float | None, other: float | None) -> float | None:
    """The sum of two figures, if they are known."""
    return None if one is None or other is None else one + other


# --- what can be done, and why not -----------------------------------------------------------------------------------


def why_not_start(row: Container) -> str:
    """Why the container cannot be started."""
    return {
        "running": "it runs already",
        "paused": "it is paused: p lets it run on",
        "restarting": "the engine is restarting it already",
    }.get(row.state) or gone(row)


def why_not_stop(row: Container) -> str:
    """Why the container cannot be stopped or sent a signal."""
    return gone(row) or ("" if row.state in ("running", "paused", "restarting") else "it does not run")


def why_not_kill(row: Container) -> str:
    """Why no signal can be sent."""
    return "it waits for its next start: x stops it" if row.state == "restarting" else why_not_stop(row)


def why_not_pause(row: Container) -> str:
    """Why the container can neither be paused nor let run on."""
    return gone(row) or ("" if row.alive else "it does not run")


def why_not_unpause(row: Container) -> str:
    """Why the container cannot be let run on."""
    return gone(row) or ("" if row.state == "paused" else "it is not paused")


def why_no_processes(row: Container) -> str:
    """Why the container has no processes to be listed."""
    return "" if row.state == "running" else "it is paused" if row.state == "paused" else "it does not run"


def gone(row: Container) -> str:
    """Why nothing can be done to a container any more, if so."""
    return {"removing": "it is being removed", "dead": "its removal failed: only remove is left"}.get(row.state, "")


def being_removed(row: Container) -> str:
    """Why the container cannot be removed."""
    return "it is being removed already" if row.state == "removing" else ""


JUST_NOW = 60.0
"""Seconds after a restart for which somebody may still want to know what ended the run before."""


def why_no_card(row: Container) -> str:
    """Why there is nothing to explain: it runs, and was not restarted a moment ago."""
    if row.state not in ("running", "paused"):
        return ""
    if row.restarts and row.started is not None and formats.now() - row.started < JUST_NOW:
        return ""
    return "it runs"
