"""Container row: built from the engine's list, patched by events."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from tui.engine.digits import signed_number, whole_number
from tui.engine.objects.containers import ContainerInspect, ContainerSummary
from tui.engine.objects.events import Event
from tui.engine.objects.hostconfig import MountPoint
from tui.engine.objects.networks import Port
from tui.live import clock
from tui.live.clock import moment
from tui.live.containers.stats_math import Usage
from tui.live.problem import Problem
from tui.live.state.source import Source

if TYPE_CHECKING:
    from tui.engine import Engine

PROJECT = "com.docker.compose.project"
SERVICE = "com.docker.compose.service"
NOT_LABELS = frozenset({"name", "image", "exitCode", "execDuration", "oldName", "signal", "comment", "execID"})

ALIVE = frozenset({"running", "paused"})
"""The states in which a container has processes."""


class Endpoint(NamedTuple):
    """A container's address on one network."""

    network: str
    address: str  # IPv4, else IPv6, else empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """One container. Times are in seconds since the epoch by the engine's clock, None if unknown or not applicable.

    `state` is created, running, paused, restarting, exited, removing or dead; `status` is the engine's sentence about it, whose
    age does not grow: show `started` and `finished` instead. `health` is starting, healthy, unhealthy or empty without a health
    check. All text is as the engine sent it: clean it before it is shown.
    """

    id: str
    name: str
    image: str = ""
    image_id: str = ""
    image_name: str = ""  # name it was created from, if known: the list shows only an id once the tag moved
    command: str = ""
    created: float = 0.0
    state: str = ""
    status: str = ""
    exit_code: int | None = None  # of the last exit; None while it runs
    health: str = ""
    oom: bool = False  # the kernel killed one of its processes for lack of memory, in this run or the last
    started: float | None = None  # while it runs
    finished: float | None = None  # while it does not
    ports: tuple[Port, ...] = ()
    labels: Mapping[str, str]
    project: str = ""  # Compose project
    service: str = ""
    networks: tuple[Endpoint, ...] = ()
    network_mode: str = ""  # host, none, container:ID, or the network it was created on
    mounts: tuple[MountPoint, ...] = ()
    restarts: int | None = None  # by the restart policy; from inspecting (`tui.live.containers.inspector`)
    start_error: str = ""  # the engine's error at the last start, while it does not run; from inspecting
    auto_remove: bool = False  # the engine removes it when it stops (--rm); from inspecting
    stopping: int | None = None  # while an action of this program stops it: seconds until SIGKILL, -1 without a limit
    behind: bool | None = None  # once compared: whether the registry has another image under its tag
    usage: Usage | None = None  # while watched (`tui.live.containers.stats_sampler`)
    trend: tuple[
        float | None, ...
    ] = ()  # CPU of the last minutes, while `usage` is known (`tui.live.containers.stats_history`)
    problems: tuple[Problem, ...] = ()  # what is wrong with it (`tui.live.problems`)

    @property
    def moved_on(self) -> bool:
        """Whether its image's tag names another image by now, or none: the engine then lists the image's id."""
        id, name = self.image_id.removeprefix("sha256:"), self.image_name.removeprefix("sha256:")
        return bool(name) and self.image == self.image_id and not id.startswith(name)

    @property
    def alive(self) -> bool:
        """Whether it has processes: running or paused."""
        return self.state in ALIVE


def from_summary(summary: ContainerSummary, now: float | None = None) -> Container:
    """Build a row from an entry of the list. `now` is the time of reading, from which the status' age is subtracted."""
    said = read_status(summary.status)
    then = None if said.age is None else (clock.now() if now is None else now) - said.age
    alive = summary.state in ALIVE
    labels = summary.labels
    return Container(
        id=summary.id,
        name=own_name(summary.names) or summary.id[:12],
        image=summary.image,
        image_id=summary.image_id,
        image_name="" if summary.image == summary.image_id else summary.image,
        command=summary.command,
        created=float(summary.created),
        state=summary.state,
        status=summary.status,
        exit_code=said.exit_code,
        health=_health(summary, said),
        started=then if alive else None,
        finished=None if alive else then,
        ports=tuple(sorted(summary.ports, key=lambda port: (port.private_port, port.type, port.public_port, port.ip))),
        labels=labels,
        project=labels.get(PROJECT, ""),
        service=labels.get(SERVICE, ""),
        networks=tuple(
            Endpoint(name, end.ip_address or end.global_ipv6_address)
            for name, end in sorted(summary.network_settings.networks.items())
        ),
        network_mode=summary.host_config.network_mode,
        mounts=tuple(summary.mounts),
    )


def _health(summary: ContainerSummary, said: StatusWords) -> str:
    if summary.health is None:
        return said.health
    return "" if summary.health.status == "none" else summary.health.status


def own_name(names: Collection[str]) -> str:
    """Return the container's own name without its slash; the others are links, `/other/alias`."""
    return min(names, key=lambda name: name.count("/"), default="").removeprefix("/")


class StatusWords(NamedTuple):
    """What the status sentence says besides the state."""

    exit_code: int | None
    health: str
    age: float | None  # seconds, rounded down to `unit`
    unit: float  # seconds


SENTENCE = re.compile(
    r"(?:(?P<up>Up)|(?:Exited|Restarting) \((?P<code>-?[0-9]{1,10})\)) ?"
    r"(?:(?P<less>Less than a second)|(?P<one>About an?) (?P<word>minute|hour)"
    r"|(?P<count>[0-9]{1,9}) (?P<units>[a-z]+?)s?(?= |$))?"
    r"(?: ago)?(?: \((?:health: )?(?P<health>starting|healthy|unhealthy)\))?"
)
UNITS = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0, "week": 7 * 86400.0}
UNITS |= {"month": 30 * 86400.0, "year": 365 * 86400.0}


def read_status(status: str) -> StatusWords:
    """Parse a status like "Up 2 hours (unhealthy)" or "Exited (137) 3 hours ago"."""
    found = SENTENCE.match(status)
    if not found:
        return StatusWords(None, "", None, 0.0)
    code = found["code"]
    unit = UNITS.get(found["word"] or found["units"] or "second", 1.0)
    count = 0 if found["less"] else 1 if found["one"] else whole_number(found["count"] or "")
    return StatusWords(
        exit_code=signed_number(code or ""),
        health=found["health"] or "",
        age=None if count is None else count * unit,
        unit=unit,
    )


# events


def patch(row: Container | None, event: Event) -> Container | None:
    """Return the row after the event: None if the container is removed, or unknown and the event says too little."""
    action, _, detail = event.action.partition(": ")
    said = event.actor.attributes
    at = event.time_nano / 1e9 or float(event.time)
    if action == "destroy":
        return None
    if row is None:
        return _announced(event, at) if action == "create" else None
    match action:
        case "start":
            return replace(
                row,
                state="running",
                status="Up",
                started=at,
                finished=None,
                exit_code=None,
                health="",
                oom=False,
                start_error="",
                usage=None,
                trend=(),
            )
        case "die":
            code = signed_number(said.get("exitCode", ""))
            status = "Exited" if code is None else f"Exited ({code})"
            return replace(
                row,
                state="exited",
                status=status,
                exit_code=code,
                finished=at,
                started=None,
                health="",
                ports=(),
                usage=None,
                trend=(),
            )
        case "pause":
            return replace(row, state="paused")
        case "unpause":
            return replace(row, state="running")
        case "rename":
            return replace(row, name=said.get("name", "").removeprefix("/") or row.name)
        case "health_status":
            return replace(row, health=detail if detail in ("starting", "healthy", "unhealthy") else "")
        case "oom":
            return replace(row, oom=True)
    return row


def _announced(event: Event, at: float) -> Container:
    """Build the row of a new container from its event; the list, read next, completes it."""
    said = event.actor.attributes
    labels = {name: value for name, value in said.items() if name not in NOT_LABELS}
    return Container(
        id=event.actor.id,
        name=said.get("name", "").removeprefix("/") or event.actor.id[:12],
        image=said.get("image", ""),
        created=at,
        state="created",
        status="Created",
        labels=labels,
        project=labels.get(PROJECT, ""),
        service=labels.get(SERVICE, ""),
    )


def row_id(event: Event) -> str:
    """Return the id of the container the event is about; a network's event names the container that was (dis)connected."""
    return event.actor.attributes.get("container", "") if event.type == "network" else event.actor.id


# merging known rows with the list


def caught_up(row: Container, listed: Container) -> bool:
    """Whether the list reflects the events: for some 20 ms after `die` it still says "running"."""
    return listed.state == row.state or listed.state in ("restarting", "removing", "dead")


def merge(row: Container, listed: Container) -> Container:
    """Return the listed row with the fields known only from events, inspecting and statistics, and exact times still valid."""
    listed = replace(listed, image_name=listed.image_name or row.image_name, behind=row.behind, stopping=row.stopping)
    if row.alive != listed.alive or not _same_moment(row, listed):
        return replace(
            listed,
            oom=row.oom and not listed.alive,
            restarts=row.restarts,
            auto_remove=row.auto_remove,
            start_error="" if listed.alive else row.start_error,
            problems=row.problems,
        )
    return replace(
        listed,
        started=row.started,
        finished=row.finished,
        oom=row.oom,
        restarts=row.restarts,
        auto_remove=row.auto_remove,
        start_error="" if listed.alive else row.start_error,
        problems=row.problems,
        usage=row.usage if listed.alive else None,
        trend=row.trend if listed.alive else (),
    )


def _same_moment(row: Container, listed: Container) -> bool:
    """Whether the status' rounded age is consistent with the known time."""
    known, read = row.started or row.finished, listed.started or listed.finished
    if known is None or read is None:
        return known is read
    return abs(known - read) <= read_status(listed.status).unit + 2.0


def inspected(row: Container, found: ContainerInspect) -> Container:
    """Return the row with the fields from inspecting: restarts, image name, exact times, OOM."""
    state = found.state
    return replace(
        row,
        restarts=found.restart_count,
        image_name=found.config.image or row.image_name,
        auto_remove=found.host_config.auto_remove,
        start_error="" if row.alive or row.state == "restarting" else state.error,
        oom=state.oom_killed or row.oom,
        started=moment(state.started_at) if row.alive and moment(state.started_at) > 0 else row.started,
        finished=moment(state.finished_at) if not row.alive and moment(state.finished_at) > 0 else row.finished,
    )


async def read(engine: Engine, ids: Collection[str] | None) -> list[Container]:
    """List all containers, or those with these ids (`ContainerList`)."""
    listed = await engine.containers.list(all=True, filters=None if ids is None else {"id": sorted(ids)})
    now = clock.now()
    return [from_summary(summary, now) for summary in listed]


CONTAINERS: Source[Container] = Source(
    name="containers",
    events={
        "container": frozenset(
            {"create", "start", "die", "pause", "unpause", "rename", "update", "health_status", "oom", "destroy"}
        ),
        "network": frozenset({"connect", "disconnect"}),
    },
    invalidated_by={"image": frozenset({"delete", "import", "load", "pull", "tag", "untag"})},
    list=read,
    row_id=row_id,
    patch=patch,
    complete_events=frozenset({"pause", "unpause", "rename", "health_status", "oom", "destroy"}),
    caught_up=caught_up,
    merge=merge,
)
