"""Facts about a container's exit: its state, the events around it, the last lines of its log."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tui.engine import errors
from tui.engine.objects.containers import ContainerInspect
from tui.engine.objects.events import Event
from tui.engine.transport.frames import Frame
from tui.live.clock import moment, now_ns
from tui.live.containers.port_taken import taken_port

if TYPE_CHECKING:
    from tui.engine import Engine

LAST_LINES = 30
LONGEST_TAIL = 256 * 1024
"""Bytes of log kept for the last lines: one line may have a hundred megabytes."""

LAST_SECONDS = 60.0
"""Seconds before the end of a run from which log lines are read, if the container runs again."""

AROUND = 0.05
"""Seconds around a run in which its log lines may have been stamped; restarts are at least 0.1 s apart."""

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
    """The facts, events in their order.

    `no_events` and `no_logs` are the reasons why these are missing; `events_due` and `logs_due`: they have not arrived yet.
    """

    found: ContainerInspect
    events: tuple[Event, ...] = ()
    logs: tuple[LastLine, ...] = ()
    no_events: str = ""
    no_logs: str = ""
    rivals: tuple[str, ...] = ()  # names of containers that publish the port it failed to bind
    events_due: bool = False
    logs_due: bool = False


async def collect(engine: Engine, id: str) -> AsyncGenerator[Facts]:
    """Yield the facts after each step.

    The steps are inspection (`ContainerInspect`), then events (`SystemEvents`), then all with the log (`ContainerLogs`). Raises
    EngineError if inspecting fails.
    """
    around = asyncio.ensure_future(past_events(engine, id))
    try:
        facts = Facts(found=await engine.containers.inspect(id), events_due=True, logs_due=True)
        yield facts
        events, no_events = await around
    finally:
        around.cancel()
    facts = replace(facts, events=events, no_events=no_events, rivals=await _rivals(engine, facts.found), events_due=False)
    yield facts
    said, no_logs = await _tail(engine, facts.found, *_run(facts.found, events))
    yield replace(facts, logs=said, no_logs=no_logs, logs_due=False)


async def gather(engine: Engine, id: str) -> Facts:
    """Return all facts (`collect`)."""
    async with aclosing(collect(engine, id)) as steps:
        *_, facts = [facts async for facts in steps]
    return facts


async def gather_running(engine: Engine, id: str) -> Facts:
    """Return the facts about the present run, with its past events only if the container is paused.

    Sends `ContainerInspect`, `SystemEvents` and `ContainerLogs`. Raises EngineError if inspecting fails.
    """
    found = await engine.containers.inspect(id)
    events, no_events = await past_events(engine, id) if found.state.paused else ((), "")
    started = moment(found.state.started_at)
    logs, no_logs = await _tail(engine, found, f"{started - AROUND:.9f}" if started > 0 else "", "")
    return Facts(found=found, events=events, no_events=no_events, logs=logs, no_logs=no_logs)


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


async def past_events(engine: Engine, id: str) -> tuple[tuple[Event, ...], str]:
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


def _run(found: ContainerInspect, events: tuple[Event, ...]) -> tuple[str, str]:
    """Return the times of the run that ended last, as the log takes them: from its start, and up to its end; empty if unknown.

    While the container runs again, inspecting knows the end of that run, and only the events its start.
    """
    state = found.state
    start, end = moment(state.started_at), moment(state.finished_at)
    if state.running and not state.restarting:
        ends = [event.time_nano / 1e9 for event in events if event.action == "die"]
        end = ends[-1] if ends else end
        starts = [event.time_nano / 1e9 for event in events if event.action == "start" and event.time_nano / 1e9 < end]
        start = starts[-1] if starts else 0.0
    if end <= start:
        end = 0.0
    # lines may be written a moment before the engine notes the start, and read a moment after it notes the end
    return f"{start - AROUND:.9f}" if start > 0 else "", f"{end + AROUND:.9f}" if end > 0 and state.running else ""


async def _tail(engine: Engine, found: ContainerInspect, since: str, until: str) -> tuple[tuple[LastLine, ...], str]:
    """Return the last lines of a run, and why there are none. `since` and `until` as in `_run`.

    The engine counts the lines of `tail` before it looks at `until`: with an end, all lines of the last seconds are read.
    """
    frames: deque[Frame] = deque()
    held = 0
    if until:
        since = max(since, f"{float(until) - LAST_SECONDS:.9f}", key=lambda text: float(text or 0))
    try:
        async with (
            asyncio.timeout(FACTS_TIMEOUT_SECONDS),
            aclosing(
                engine.containers.logs(
                    found.id, tty=found.config.tty, tail="all" if until else LAST_LINES, since=since, until=until
                )
            ) as log,
        ):
            async for frame in log:
                frames.append(frame)
                held += len(frame.data)
                while held > LONGEST_TAIL and len(frames) > 1:
                    held -= len(frames.popleft().data)
    except TimeoutError:
        return lines(frames), "" if frames else "the log did not come in time"
    except errors.EngineError as error:
        return lines(frames), str(error)
    return lines(frames), ""


def lines(frames: Iterable[Frame]) -> tuple[LastLine, ...]:
    """Return the last lines, each stream on its own, in the order in which they were completed."""
    open_lines: dict[bool, bytearray] = {False: bytearray(), True: bytearray()}
    said: list[LastLine] = []
    for frame in frames:
        error = frame.stream == "stderr"
        *finished, rest = frame.data.split(b"\n")
        for piece in finished:
            said.append(LastLine(data=bytes(open_lines[error] + piece).removesuffix(b"\r"), error=error))
            open_lines[error].clear()
        open_lines[error] += rest
    said += [LastLine(data=bytes(rest), error=error) for error, rest in open_lines.items() if rest]
    return tuple(said[-LAST_LINES:])
