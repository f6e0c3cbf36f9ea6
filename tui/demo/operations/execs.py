"""Execs: create, start over a hijacked connection, resize, inspect."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from tui.demo.attaching import DetachKeys
from tui.demo.call import Answer, Call, Hijack, empty, json_reply, serves
from tui.demo.errors import ApiError, not_running
from tui.demo.frames import MULTIPLEXED, RAW, frame_of
from tui.demo.objects import Exec
from tui.demo.operations.actions import dimension
from tui.demo.process import Listener, Process
from tui.demo.shapes import command_in_words
from tui.demo.shell.run import is_command
from tui.demo.wire import Wire
from tui.demo.world import World


def _find(world: World, reference: str) -> Exec:
    found = world.execs.get(reference)
    if found is None:
        raise ApiError(404, f"No such exec instance: {reference}")
    return found


@serves("ContainerExec")
async def create(call: Call) -> Answer:
    """Create an exec."""
    world = call.world
    container = world.container(call.path["id"])
    body = call.json()
    if container.status == "paused":
        raise ApiError(409, f"Container {container.name} is paused, unpause the container before exec")
    if container.status == "restarting":
        raise ApiError(409, f"Container {container.id} is restarting, wait until the container is running")
    if not container.running:
        raise not_running(container.id)
    command = [str(word) for word in body.get("Cmd") or []]
    if not command:
        raise ApiError(400, "No exec command specified")
    size = body.get("ConsoleSize") or [24, 80]
    made = Exec(
        world.new_id("exec"),
        container.id,
        command,
        tty=bool(body.get("Tty")),
        stdin=bool(body.get("AttachStdin")),
        stdout=bool(body.get("AttachStdout")),
        stderr=bool(body.get("AttachStderr")),
        env=list(body.get("Env") or []),
        user=body.get("User") or "",
        working_dir=body.get("WorkingDir") or "",
        privileged=bool(body.get("Privileged")),
        detach_keys=body.get("DetachKeys") or "",
        size=(size[1], size[0]),
    )
    world.execs[made.id] = made
    container.execs.append(made.id)
    world.tell_container(container, f"exec_create: {command[0]} {command_in_words(command[1:])}", execID=made.id)
    return json_reply({"Id": made.id}, 201)


@serves("ExecStart")
async def start(call: Call) -> Answer:
    """Start an exec: over this connection, or in the background with Detach."""
    world = call.world
    made = _find(world, call.path["id"])
    body = call.json(required=False)
    size = body.get("ConsoleSize")
    if size:
        made.size = (size[1], size[0])
    container = world.container(made.container_id)
    if made.started:
        raise ApiError(409, f"exec command {made.id} has already run")
    if not container.running:
        raise not_running(container.id)
    made.started = True
    if body.get("Detach"):
        process = _begin(world, made)
        if process is not None:
            process.begin()
        return empty(200)
    content_type = RAW if made.tty or call.version < (1, 42) else MULTIPLEXED
    return Hijack(_conversation(world, made), content_type if "upgrade" in call.headers else RAW)


def _begin(world: World, made: Exec) -> Process | None:
    """Start the process; None if the command does not exist."""
    container = world.container(made.container_id)
    words = f"{made.command[0]} {command_in_words(made.command[1:])}"
    world.tell_container(container, f"exec_start: {words}", execID=made.id)
    if not is_command(container, made.command[0]):
        made.exit_code = 127
        return None
    names = {entry.partition("=")[0] for entry in made.env}
    env = [entry for entry in container.config.get("Env") or [] if entry.partition("=")[0] not in names] + made.env
    if made.tty:
        env = ["TERM=xterm", *env]
    process = made.process = Process(
        world,
        container,
        made.command,
        env=env,
        user=made.user or container.config.get("User") or "",
        cwd=made.working_dir or container.config.get("WorkingDir") or "",
        tty=made.tty,
        size=made.size,
        stdin=made.stdin,
    )
    made.running, made.pid = True, 30_000 + world.rng.randrange(30_000)

    def over(code: int) -> None:
        made.running, made.exit_code, made.process = False, code, None
        world.tell_container(container, "exec_die", execID=made.id, exitCode=str(code))

    process.on_exit = over
    return process


def _conversation(world: World, made: Exec) -> Callable[[Wire], Awaitable[None]]:
    async def run(wire: Wire) -> None:
        listener = Listener()
        process = _begin(world, made)
        if process is None:
            problem = (
                f"OCI runtime exec failed: exec failed: unable to start container "
                f'process: exec: "{made.command[0]}": executable file not found in $PATH'
            )
            await wire.send(_piece(made, 1, problem.encode() + (b"\r\n" if made.tty else b"\n")))
            return
        process.listeners.append(listener)
        process.begin()
        try:
            await wire.while_there(_talk(wire, made, process, listener))
        finally:
            listener.leave()
            process.listeners.remove(listener)
            if made.tty and not process.done.is_set():
                process.signal(1)  # SIGHUP: the terminal is closed

    return run


async def _talk(wire: Wire, made: Exec, process: Process, listener: Listener) -> None:
    typed = asyncio.ensure_future(_typed(wire, made, process, listener))
    try:
        while (piece := await listener.get()) is not None:
            if made.tty or (made.stdout if piece[0] == 1 else made.stderr):
                await wire.send(_piece(made, *piece))
        wire.end_output()
    finally:
        typed.cancel()
        await asyncio.gather(typed, return_exceptions=True)


async def _typed(wire: Wire, made: Exec, process: Process, listener: Listener) -> None:
    keys = DetachKeys(made.detach_keys)
    while data := await wire.receive():
        if made.tty:
            data, detached = keys.feed(data)
            if detached:
                process.world.tell_container(process.container, "exec_detach", execID=made.id)
                listener.end()
        await process.write(data)
    process.close_input()


def _piece(made: Exec, stream: int, data: bytes) -> bytes:
    return data if made.tty else frame_of(stream, data)


@serves("ExecResize")
async def resize(call: Call) -> Answer:
    """Resize its TTY."""
    made = _find(call.world, call.path["id"])
    height, width = dimension(call, "h", "height"), dimension(call, "w", "width")
    if made.process is None or not made.running:
        raise ApiError(404, f"NotFound: process does not exist {made.id}: not found")
    made.size = (width, height)
    made.process.resize(width, height)
    return empty(200)


@serves("ExecInspect")
async def inspect(call: Call) -> Answer:
    """Return whether it runs, and its exit code."""
    made = _find(call.world, call.path["id"])
    return json_reply(
        {
            "ID": made.id,
            "Running": made.running,
            "ExitCode": made.exit_code,
            "ProcessConfig": {
                "tty": made.tty,
                "entrypoint": made.command[0],
                "arguments": made.command[1:],
                "privileged": made.privileged,
            },
            "OpenStdin": made.stdin,
            "OpenStderr": made.stderr,
            "OpenStdout": made.stdout,
            "CanRemove": False,
            "ContainerID": made.container_id,
            "DetachKeys": made.detach_keys,
            "Pid": made.pid,
        }
    )
