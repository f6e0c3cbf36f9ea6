"""Streams of containers: logs, stats, attach."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator

from tui.demo.attaching import attach_run, attach_websocket_run
from tui.demo.call import Answer, Call, Hijack, Stream, encoder, json_reply, serves
from tui.demo.errors import ApiError
from tui.demo.frames import MULTIPLEXED, RAW, frame_of
from tui.demo.logs import LogReader
from tui.demo.objects import Container, Line
from tui.demo.stats import frame
from tui.demo.times import moment
from tui.demo.world import World

OUTPUT_POLL_SECONDS = 0.2
"""Seconds between two checks for new output of an invented program."""


def stream_type(call: Call, container: Container) -> str:
    """Return the content type of output: raw with a TTY, frames without (distinguished by API 1.42 and later)."""
    return RAW if container.tty or call.version < (1, 42) else MULTIPLEXED


@serves("ContainerLogs")
async def logs(call: Call) -> Answer:
    """Return a container's output, and with `follow` new output."""
    container = call.world.container(call.path["id"])
    streams = {number for number, name in ((1, "stdout"), (2, "stderr")) if call.flag(name)}
    if not streams:
        raise ApiError(400, "Bad parameters: you must choose at least one stream")
    since = moment(call.world, call.text("since")) if call.text("since") not in ("", "0") else -math.inf
    until = moment(call.world, call.text("until")) if call.text("until") not in ("", "0") else math.inf
    tail = int(call.text("tail")) if call.text("tail").isdigit() else None
    log = LogReader(call.world, container, streams, since, until)
    pieces = _logs(call.world, container, log, tail, call.flag("follow"), call.flag("timestamps"))
    return Stream(pieces, stream_type(call, container))


async def _logs(
    world: World, container: Container, log: LogReader, tail: int | None, follow: bool, timestamps: bool
) -> AsyncGenerator[bytes]:
    lines = log.now(tail)
    for start in range(0, len(lines), 200):
        yield b"".join(_shaped(world, container, line, timestamps) for line in lines[start : start + 200])
    while follow:
        over = log.over
        fresh = log.fresh()
        if fresh:
            yield b"".join(_shaped(world, container, line, timestamps) for line in fresh)
        if over:
            return
        if not fresh:
            await _something(world, container)


async def _something(world: World, container: Container) -> None:
    """Wait until there may be more output: a change of state, output of a real process, or some time."""
    change = asyncio.ensure_future(world.change_of(container))
    pause = asyncio.ensure_future(world.clock.sleep(OUTPUT_POLL_SECONDS if not container.program.shell else 3600.0))
    try:
        await asyncio.wait((change, pause), return_when=asyncio.FIRST_COMPLETED)
    finally:
        change.cancel()
        pause.cancel()


def _shaped(world: World, container: Container, line: Line, timestamps: bool) -> bytes:
    data = f"{world.stamp(line.at)} ".encode() + line.data if timestamps else line.data
    if container.tty:
        return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return frame_of(line.stream, data)


@serves("ContainerStats")
async def stats(call: Call) -> Answer:
    """Return usage, once or each second."""
    container = call.world.container(call.path["id"])
    now = call.world.now
    if call.flag("stream", True):
        return Stream(_stats(call.world, container))
    if call.flag("one-shot"):
        return json_reply(frame(call.world, container, now, None))
    if container.running:
        await call.world.clock.sleep(1.0)
    return json_reply(frame(call.world, container, call.world.now, now))


async def _stats(world: World, container: Container) -> AsyncGenerator[bytes]:
    due, before = world.now, None
    while container.id in world.containers:
        yield encoder.encode(frame(world, container, due, before)) + b"\n"
        before = due if container.running else None
        due += 1.0
        await world.clock.sleep_until(world.origin + due)


@serves("ContainerAttach")
async def attach(call: Call) -> Answer:
    """Attach to the main process over the hijacked connection."""
    container = call.world.container(call.path["id"])
    _refuse_attach(container)
    upgraded = "upgrade" in call.headers
    return Hijack(attach_run(call, container), stream_type(call, container) if upgraded else RAW)


@serves("ContainerAttachWebsocket")
async def attach_websocket(call: Call) -> Answer:
    """Attach over a WebSocket, without frames."""
    container = call.world.container(call.path["id"])
    _refuse_attach(container)
    if "websocket" not in call.headers.get("upgrade", "").lower():
        raise ApiError(400, "not a websocket protocol")
    return Hijack(attach_websocket_run(call, container), websocket=True)


def _refuse_attach(container: Container) -> None:
    if container.status == "paused":
        raise ApiError(409, f"container {container.name} is paused, unpause the container before attach")
    if container.status == "restarting":
        raise ApiError(409, f"container {container.name} is restarting, wait until the container is running")
