"""Facts about a container's exit: its state, the events around it, the last lines of its log."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.engine import errors
from tui.engine.objects.containers import ContainerInspect
from tui.engine.objects.events import Event
from tui.engine.transport.frames import Demultiplexer, Frame
from tui.live.clock import now_ns
from tui.live.containers.port_taken import taken_port

if TYPE_CHECKING:
    from tui.engine import Engine

LAST_LINES = 30
LONGEST_TAIL = 256 * 1024
"""Bytes of log read for the last lines: one line may have a hundred megabytes."""

FACTS_TIMEOUT_SECONDS = 2.0
"""Seconds to wait for events and logs; the report shows what has arrived by then."""

EVENT_ACTIONS = (
    "create",
    "start",
    "restart",
    "die",
    "kill",
    "stop",
    "oom",
    "pause",
    "unpause",
    "rename",
    "update",
    "health_status",
)
"""The container events that matter; the engine filters out the others, above all those of each probe (`exec_*`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastLine:
    """A line of the log: its bytes without the newline, and whether it was written to standard error."""

    data: bytes
    error: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts, events in their order. `no_events` and `no_logs` are the reasons why these are missing."""

    found: ContainerInspect
    events: tuple[Event, ...] = ()
    logs: tuple[LastLine, ...] = ()
    no_events: str = ""
    no_logs: str = ""
    rivals: tuple[str, ...] = ()  # names of containers that publish the port it failed to bind


async def gather(engine: Engine, id: str) -> Facts:
    """Collect the facts (`ContainerInspect`, `SystemEvents`, `ContainerLogs`). Raises EngineError if inspecting fails."""
    inspecting = asyncio.ensure_future(engine.containers.inspect(id))
    around = asyncio.ensure_future(_events(engine, id))
    saying = asyncio.ensure_future(_tail(engine, id))
    try:
        found = await inspecting
        events, no_events = await around
        tail, no_logs = await saying
    finally:
        for task in (inspecting, around, saying):
            task.cancel()
    try:
        said = lines(tail, found.config.tty)
    except errors.BrokenAnswer as error:
        said, no_logs = (), str(error)
    rivals = await _rivals(engine, found)
    return Facts(found=found, events=events, logs=said, no_events=no_events, no_logs=no_logs, rivals=rivals)


async def _rivals(engine: Engine, found: ContainerInspect) -> tuple[str, ...]:
    """Return the containers that publish the port which was refused, if that is the error (`ContainerList`)."""
    taken = taken_port(found.state.error)
    if not taken:
        return ()
    try:
        listed = await engine.containers.list(filters={"publish": [taken], "status": ["running", "paused"]})
    except errors.EngineError:
        return ()  # the cause is known without them
    return tuple(min(each.names, key=len, default=each.id[:12]).removeprefix("/") for each in listed if each.id != found.id)


async def _events(engine: Engine, id: str) -> tuple[tuple[Event, ...], str]:
    """Return the container's past events. Engines keep a few hundred events in all, so no start time is given."""
    told: list[Event] = []
    now = now_ns()
    filters = {"type": ["container"], "container": [id], "event": EVENT_ACTIONS}
    try:
        # If the engine's clock is behind, it waits until `until`; the past events arrive first, so a timeout loses none.
        with suppress(TimeoutError):
            async with (
                asyncio.timeout(FACTS_TIMEOUT_SECONDS),
                aclosing(engine.system.events(since="1", until=f"{now // 10**9}.{now % 10**9:09d}", filters=filters)) as events,
            ):
                async for event in events:
                    told.append(event)
    except errors.EngineError as error:
        return (), str(error)
    told.sort(key=lambda event: event.time_nano)
    return tuple(told), ""


async def _tail(engine: Engine, id: str) -> tuple[bytes, str]:
    """Return the raw end of the log: whether it is framed is known only from inspecting, which runs concurrently."""
    read = bytearray()
    try:
        async with (
            asyncio.timeout(FACTS_TIMEOUT_SECONDS),
            aclosing(engine.containers.logs(id, tty=True, tail=LAST_LINES)) as frames,
        ):
            async for frame in frames:
                read += frame.data
                if len(read) > LONGEST_TAIL:
                    break
    except TimeoutError:
        return bytes(read), "" if read else "the log did not come in time"
    except errors.EngineError as error:
        return b"", str(error)
    return bytes(read), ""


def lines(tail: bytes, tty: bool) -> tuple[LastLine, ...]:
    """Split the log's bytes into lines, each stream on its own, in the order in which they were completed."""
    open_lines: dict[bool, bytearray] = {False: bytearray(), True: bytearray()}
    said: list[LastLine] = []
    for frame in [Frame("stdout", tail)] if tty else Demultiplexer().feed(tail):
        error = frame.stream == "stderr"
        *finished, rest = frame.data.split(b"\n")
        for piece in finished:
            said.append(LastLine(data=bytes(open_lines[error] + piece).removesuffix(b"\r"), error=error))
            open_lines[error].clear()
        open_lines[error] += rest
    said += [LastLine(data=bytes(rest), error=error) for error, rest in open_lines.items() if rest]
    return tuple(said[-LAST_LINES:])
