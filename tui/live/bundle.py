"""What an incident bundle holds of containers, their networks and the engine."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec import json

from tui.engine import errors
from tui.live.containers.container import Container
from tui.live.containers.exit_facts import Facts, gather, gather_running, past_events
from tui.live.containers.stats_history import MEASURES, Track

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.live.engine_session import Session

AT_A_TIME = 4
"""Containers read concurrently."""

LOG_LINES, LOG_BYTES = 20_000, 8 * 1024 * 1024
"""Lines of each log at most, and bytes, of which the newest are kept."""


@dataclass(slots=True)
class ContainerParts:
    """What was read of a container: files by name as the engine sent them, and why others are missing."""

    row: Container
    ended: bool  # whether `facts` are of a run that ended
    facts: Facts | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class BundleParts:
    """What was read of an engine and of some of its containers."""

    containers: list[ContainerParts] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)


async def read_bundle(
    session: Session, rows: Sequence[tuple[Container, bool]], progress: Callable[[int], object] = lambda _done: None
) -> BundleParts:
    """Read all parts. What cannot be read is left out, with the reason.

    The flag of a row: whether its report is of a run that ended. Raises EngineError without a connection.
    """
    engine = session.engine
    parts = BundleParts([ContainerParts(row, ended) for row, ended in rows])
    places = asyncio.Semaphore(AT_A_TIME)
    done = 0

    async def one(container: ContainerParts) -> None:
        nonlocal done
        async with places:
            await _read_container(engine, session.sampler.history.track(container.row.id), container)
        done += 1
        progress(done)

    reading = [
        _into(parts.files, parts.missing, "version.json", engine.system.version_raw()),
        _into(parts.files, parts.missing, "info.json", engine.system.info_raw()),
    ]
    for name in sorted({end.network for row, _ in rows for end in row.networks}):
        reading.append(_into(parts.files, parts.missing, f"networks/{name}.json", engine.networks.inspect_raw(name)))
    await asyncio.gather(*map(one, parts.containers), *reading)
    return parts


async def _into(files: dict[str, bytes], missing: dict[str, str], name: str, reading: Awaitable[bytes]) -> None:
    try:
        files[name] = await reading
    except errors.EngineError as error:
        missing[name] = str(error)


async def _read_container(engine: Engine, track: Track | None, parts: ContainerParts) -> None:
    id = parts.row.id
    try:
        parts.facts = await (gather if parts.ended else gather_running)(engine, id)
    except errors.EngineError as error:
        parts.missing["report.txt"] = str(error)
        return
    await _into(parts.files, parts.missing, "inspect.json", engine.containers.inspect_raw(id))
    await _into(parts.files, parts.missing, "log.txt", _log(engine, id, parts.facts.found.config.tty))
    await _into(parts.files, parts.missing, "changes.txt", _changes(engine, id))
    if parts.row.state == "running":
        await _into(parts.files, parts.missing, "processes.txt", _processes(engine, id))
    await _into(parts.files, parts.missing, "events.jsonl", _events(engine, id))
    if track is not None:
        parts.files["statistics.csv"] = _statistics(track)


async def _log(engine: Engine, id: str, tty: bool) -> bytes:
    """Return the newest lines of the log with their times (`ContainerLogs`). Raises EngineError."""
    data = bytearray()
    async with aclosing(engine.containers.logs(id, tty=tty, timestamps=True, tail=LOG_LINES)) as log:
        async for frame in log:
            data += frame.data
            if len(data) > 2 * LOG_BYTES:
                del data[:-LOG_BYTES]
    return bytes(data[-LOG_BYTES:])


async def _processes(engine: Engine, id: str) -> bytes:
    top = await engine.containers.top(id)
    return "\n".join("\t".join(row) for row in (top.titles, *top.processes)).encode() + b"\n"


async def _changes(engine: Engine, id: str) -> bytes:
    """Return the changed files: C for changed, A for added, D for deleted, as `docker diff` (`ContainerChanges`)."""
    found = await engine.containers.changes(id)
    return "".join(f"{'CAD'[change.kind] if 0 <= change.kind < 3 else '?'} {change.path}\n" for change in found).encode()


async def _events(engine: Engine, id: str) -> bytes:
    found, problem = await past_events(engine, id)
    if problem:
        raise errors.EngineError(problem)
    return b"".join(json.encode(event) + b"\n" for event in found)


def _statistics(track: Track) -> bytes:
    """Return the measured values as CSV, one line a second; empty where unknown."""
    columns = {name: dict(track.since(name, float("inf"))) for name in MEASURES}
    times = sorted({time for values in columns.values() for time in values})
    lines = [",".join(("time", *MEASURES))]
    lines += [",".join((f"{time:.3f}", *(f"{columns[name].get(time, '')}" for name in MEASURES))) for time in times]
    return "\n".join(lines).encode() + b"\n"
