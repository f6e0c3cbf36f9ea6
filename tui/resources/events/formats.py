"""Events as text: the action, the object, and the meaning."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from tui.engine.digits import signed_number, whole_number
from tui.engine.objects.events import Event
from tui.engine.signals import SIGNALS, signal_number
from tui.live.containers.container import NOT_LABELS
from tui.live.event_log import Gap, LoggedEvent
from tui.resources.logs.formats import clock, read_window, stamp
from tui.resources.model import formats
from tui.resources.model.document import Document, Link, SheetWriter, read_json
from tui.resources.model.inspect import named_values
from tui.resources.model.masking import masked, masked_json, masked_text
from tui.resources.model.text import Cell, one_line
from tui.resources.registry import BY_EVENT_TYPE

SINCE_HELP = "10m, 2h, 14:00, 2026-11-28 10:00, all"

SWARM = "swarm"
TYPES = ("container", "image", "volume", "network", "builder", "plugin", "daemon", SWARM)
"""The types that can be selected. The types of a swarm are one selection."""

_SWARM_TYPES = ("service", "node", "secret", "config")

_DONE = {  # past tense of actions, where the engine's own name is not clear
    "archive-path": "copied from",
    "attach": "attached",
    "commit": "committed",
    "connect": "connected",
    "copy": "copied",
    "create": "created",
    "delete": "deleted",
    "destroy": "removed",
    "detach": "detached",
    "die": "exited",
    "disable": "disabled",
    "disconnect": "disconnected",
    "enable": "enabled",
    "exec_create": "exec created",
    "exec_detach": "exec detached",
    "exec_die": "exec exited",
    "exec_start": "exec started",
    "export": "exported",
    "extract-to-dir": "copied to",
    "health_status": "health",
    "import": "imported",
    "install": "installed",
    "kill": "signalled",
    "load": "loaded",
    "mount": "mounted",
    "oom": "out of memory",
    "pause": "paused",
    "prune": "pruned",
    "pull": "pulled",
    "push": "pushed",
    "reload": "reloaded",
    "remove": "removed",
    "rename": "renamed",
    "resize": "resized",
    "restart": "restarted",
    "save": "saved",
    "start": "started",
    "stop": "stopped",
    "tag": "tagged",
    "top": "processes listed",
    "unmount": "unmounted",
    "unpause": "unpaused",
    "untag": "untagged",
    "update": "updated",
}

_STYLES = {
    "start": "good",
    "unpause": "good",
    "oom": "bad",
    "kill": "warn",
    "pause": "warn",
    "destroy": "warn",
    "delete": "warn",
    "remove": "warn",
    "untag": "warn",
}

_SAID_ELSEWHERE = frozenset({"name", "image", "container", "execID"})


def filters_of(types: frozenset[str]) -> dict[str, list[str]]:
    """Return the engine's filter for some of `TYPES`; without types there is no filter."""
    wanted = [type for type in TYPES if type in types and type != SWARM]
    wanted += _SWARM_TYPES if SWARM in types else ()
    return {"type": wanted} if wanted else {}


def read_since(text: str) -> tuple[float | None, str]:
    """Return the start of a period in seconds since the epoch (None: all the engine has), and the error in the text, or ""."""
    if text.strip().lower() in ("", "all"):
        return None, ""
    window, wrong = read_window(text)
    if window is None or window.since is None or window.until is not None:
        return None, wrong or f"{one_line(text)!r} is not a start time: {SINCE_HELP}"
    return window.since, ""


# --- the cells -------------------------------------------------------------------------------------------------------


def time_text(row: LoggedEvent) -> str:
    """Return the time of an event: today's to the millisecond, older ones to the minute."""
    now, then = datetime.fromtimestamp(formats.now()), stamp(row.time_ns, "local")
    return then[6:] if then[:5] == f"{now:%m-%d}" else then[:11]


def gap_text(row: LoggedEvent) -> str:
    """Return the text of a period without an event stream."""
    if row.gap is None:
        return ""
    why = "the connection was lost" if row.gap.lost else "not watched"
    known = "; no events were missed" if row.gap.whole else ": events may be missing"
    return f"{why} from {clock(row.gap.begin)} to {clock(row.gap.end)}{known}"


def gap_style(gap: Gap) -> str:
    """Return "warn" if events may be missing, else "dim"."""
    return "dim" if gap.whole else "warn"


def when_text(row: LoggedEvent) -> str:
    """Return the time of an event for files: RFC 3339 in UTC."""
    seconds, rest = divmod(row.time_ns, 10**9)
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"
    except (OverflowError, ValueError, OSError):
        return "?"


def action_name(event: Event) -> str:
    """Return the engine's name of the action, without details: "die", "health_status"."""
    return one_line(event.action.partition(":")[0])


def done(row: LoggedEvent) -> Cell:
    """Return the action in one or two words."""
    if row.gap is not None:
        return Cell("lost" if row.gap.lost else "not watched", gap_style(row.gap))
    name = action_name(row.event)
    style = "dim" if row.noise else _STYLES.get(name, "")
    return Cell(_DONE.get(name, name), meaning(row).style or style if name in ("die", "health_status") else style)


def object_name(event: Event) -> str:
    """Return the name of the event's object for users."""
    name = event.actor.attributes.get("name", "") or event.actor.id
    bare = name.removeprefix("sha256:")
    return one_line(bare[:12] if len(bare) == 64 and not set(bare) - set("0123456789abcdef") else formats.familiar_image(name))


def whom(event: Event) -> Link | None:
    """Return the link to the event's object, or None if Longshore has no screen for the type."""
    type = BY_EVENT_TYPE.get(event.type)
    return Link(type.name, event.actor.id) if type and event.actor.id else None


def meaning(row: LoggedEvent) -> Cell:
    """Return further facts of an event: exit code, signal, the container that was connected."""
    if row.gap is not None:
        known = "no events missed" if row.gap.whole else "events may be missing"
        return Cell(f"until {clock(row.gap.end)}; {known}", gap_style(row.gap))
    event, said = row.event, row.event.actor.attributes
    name, _, detail = event.action.partition(":")
    if event.type == "container":
        text, style = _of_container(name, detail.strip(), said)
    elif row.whom:
        text, style = _of_user(row, said)
    else:
        text, style = "", ""
    return Cell(one_line(text or _rest(said)), style)


def _of_container(name: str, detail: str, said: Mapping[str, str]) -> tuple[str, str]:
    image = formats.familiar_image(said.get("image", ""))
    if name in ("die", "exec_die"):
        return _end(said)
    if name == "kill":
        sent = said.get("signal", "")
        known = SIGNALS.get(signal_number(sent), sent)
        return f"{known}{_ASKS.get(known, '')}", "bad" if known == "SIGKILL" else ""
    if name == "health_status":
        return formats.health(detail)[0] or detail, formats.health(detail)[1]
    if name == "oom":
        return "the kernel killed a process at the memory limit", "bad"
    if name == "rename":
        return f"was {said.get('oldName', '').removeprefix('/')}", ""
    if name == "resize":
        return f"terminal size {said.get('width', '?')}x{said.get('height', '?')}", ""
    return (masked_text(detail), "dim") if detail else (image, "dim")  # the command of an exec


_ASKS = {
    "SIGTERM": ": stop",
    "SIGKILL": ": kill",
    "SIGHUP": ": hang up, often reload",
    "SIGINT": ": interrupt (Ctrl+C)",
}


def _end(said: Mapping[str, str]) -> tuple[str, str]:
    text = said.get("exitCode", "")
    after = whole_number(said.get("execDuration", ""))
    lasted = "" if after is None else f", ran {formats.duration(after)}"
    code = signed_number(text)
    if code is None:
        return f"{text}{lasted}", ""
    return f"exit {code}, {formats.exit_word(code)}{lasted}", formats.exit_style(code)


def _of_user(row: LoggedEvent, said: Mapping[str, str]) -> tuple[str, str]:
    """Return the container of a network or volume event."""
    where = f" at {said['destination']}" if said.get("destination") else ""
    only = ", read-only" if said.get("read/write") == "false" else ""
    return f"{row.whom}{where}{only}", "accent"


def _rest(said: Mapping[str, str]) -> str:
    """Return all other attributes, unformatted."""
    if (freed := whole_number(said.get("reclaimed", ""))) is not None:
        return f"{formats.size(freed)} freed"
    rest = {name: masked(name, value) for name, value in sorted(said.items()) if name not in _SAID_ELSEWHERE}
    return " ".join(f"{name}={value}" for name, value in rest.items())


# --- the details -----------------------------------------------------------------------------------------------------


def details(_answer: object, row: LoggedEvent, secrets: bool = False) -> Document:
    """Return all facts of an event; no request is made."""
    sheet = SheetWriter(secrets)
    event, said = row.event, row.event.actor.attributes
    if row.gap is not None:
        sheet.text(gap_text(row), gap_style(row.gap))
        sheet.text("The engine keeps the last 256 events since its own start. Older events are not available.")
        return sheet.done()
    sheet.section("Event")
    sheet.field("When", stamp(row.time_ns, "local"))
    sheet.field("Nanoseconds", str(event.time_nano))
    sheet.field("Type", event.type)
    sheet.field("Action", event.action)
    sheet.field("Done", done(row).text, done(row).style)
    sheet.field("Means", meaning(row).text, meaning(row).style)
    sheet.field("Scope", event.scope)
    sheet.section("Object")
    sheet.field("Name", object_name(event), "accent", link=whom(event))
    sheet.field("Id", event.actor.id)
    container = said.get("container", "")
    sheet.field("Container", row.whom, "accent", link=Link("containers", container) if container else None)
    if event.type == "container":
        own = {name: value for name, value in said.items() if name in NOT_LABELS}
        named_values(sheet, "Attributes", own, secrets)
        named_values(sheet, "Labels", {name: value for name, value in said.items() if name not in own}, secrets)
    else:
        named_values(sheet, "Attributes", said, secrets)
    return sheet.done()


def as_json(row: LoggedEvent) -> str:
    """Return the event as JSON, with secrets masked."""
    import msgspec

    return msgspec.json.encode(masked_json(msgspec.to_builtins(row.event))).decode()


def raw(_answer: object, row: LoggedEvent, secrets: bool = False) -> Document:
    """Return the event as the engine sent it."""
    import msgspec

    return read_json(msgspec.json.encode(row.event), secrets)
