"""Lifecycle of containers: state changes by the engine's rules, with its events in its order."""

from __future__ import annotations

import asyncio
import contextlib
import math

from tui.demo.errors import ApiError, NotModified, not_running
from tui.demo.objects import NEVER, Container, Health
from tui.demo.probes import first_probe
from tui.demo.process import start_main, why_not_startable
from tui.demo.signals import SIGKILL, number_of
from tui.demo.world import World, plug_in

FIRST_DELAY = 0.1
LONGEST_DELAY = 60.0
STEADY_AFTER = 10.0
"""Seconds of a run after which the restart delay is reset."""

DEADLY = {1, 2, 3, 6, 9, 13, 14, 15}
HARMLESS_TO_PID_1 = DEADLY - {9}


def start(world: World, container: Container) -> None:
    """Start a created or exited container."""
    if container.status == "paused":
        raise ApiError(409, "cannot start a paused container, try unpause instead")
    if container.status == "running":
        raise NotModified
    if container.status in ("removing", "dead"):
        raise ApiError(409, "container is marked for removal and cannot be started")
    container.stopped_by_hand = False
    container.failures_in_a_row = 0
    container.restart_count = 0
    _plug_in_all(world, container)
    problem = why_not_startable(container)
    if problem:
        container.exit_code, container.error = 127, problem
        raise ApiError(400, problem)
    run(world, container)


def run(world: World, container: Container) -> None:
    """Start the container's process, for start, restart and the restart policy."""
    container.generation += 1
    container.status, container.started, container.finished = "running", world.now, NEVER
    container.exit_code, container.error, container.oom_killed = 0, "", False
    container.paused_since, container.paused_for = NEVER, 0.0
    container.pid = 2000 + world.rng.randrange(60_000)
    container.health = Health() if _has_check(container) else None
    _plug_in_all(world, container)
    for mount in container.mounts:
        if mount.kind == "volume":
            world.tell(
                "volume",
                "mount",
                mount.name,
                {
                    "container": container.id,
                    "destination": mount.destination,
                    "driver": "local",
                    "propagation": "",
                    "read/write": "true" if mount.writable else "false",
                },
            )
    for name, endpoint in container.endpoints.items():
        network = world.networks[endpoint.network_id]
        world.tell("network", "connect", network.id, {"container": container.id, "name": name, "type": network.driver})
    world.tell_container(container, "start")
    if container.program.shell:
        container.process = start_main(world, container, lambda code: exited(world, container, code))
    settle(world, container)
    world.changed(container)


def settle(world: World, container: Container) -> None:
    """Schedule what a run needs: the end of a program with a lifetime, and the health check."""
    generation = container.generation
    program = container.program
    if program.lifetime is not None:

        def end() -> None:
            if container.generation != generation or container.status != "running":
                return
            if program.oom:
                container.oom_killed = True
                world.tell_container(container, "oom")
            exited(world, container, program.exit_code)

        world.later(max(0.0, program.lifetime - container.active_seconds(world.now)), end)
    if container.health is not None:
        first_probe(world, container)


def exited(world: World, container: Container, code: int) -> None:
    """Handle the end of the container's process: emit its event, then apply the restart policy."""
    if not container.running:
        return
    now = world.now
    seconds = container.active_seconds(now)
    container.runs.append((container.started, now))
    del container.runs[:-20]
    container.status, container.finished, container.exit_code, container.pid = "exited", now, code, 0
    process, container.process = container.process, None
    if process is not None:
        process.ended(code)
    end_execs(world, container)
    for name, endpoint in container.endpoints.items():
        network = world.networks.get(endpoint.network_id)
        if network is not None:
            world.tell("network", "disconnect", network.id, {"container": container.id, "name": name, "type": network.driver})
    for mount in container.mounts:
        if mount.kind == "volume":
            world.tell("volume", "unmount", mount.name, {"container": container.id, "driver": "local"})
    again = _restarts(container, code)
    if again:
        container.status = "restarting"
    world.tell_container(container, "die", exitCode=str(code), execDuration=str(int(seconds)))
    world.changed(container)
    if again:
        _restart_later(world, container, seconds)
    elif container.host_config.get("AutoRemove"):
        remove(world, container, force=True, volumes=True)


def end_execs(world: World, container: Container) -> None:
    """Kill the running execs of a container whose main process has ended."""
    for exec_id in container.execs:
        process = world.execs[exec_id].process
        if process is not None:
            process.signal(SIGKILL)


def _plug_in_all(world: World, container: Container) -> None:
    for endpoint in container.endpoints.values():
        plug_in(world, endpoint)


def _has_check(container: Container) -> bool:
    test = (container.config.get("Healthcheck") or {}).get("Test") or []
    return bool(test) and test[0] != "NONE"


def _restarts(container: Container, code: int) -> bool:
    policy = container.host_config.get("RestartPolicy") or {}
    name, limit = policy.get("Name") or "no", policy.get("MaximumRetryCount") or 0
    if container.stopped_by_hand:
        return False
    if name == "on-failure":
        return code != 0 and (limit == 0 or container.restart_count < limit)
    return name in ("always", "unless-stopped")


def _restart_later(world: World, container: Container, ran: float) -> None:
    container.failures_in_a_row = 0 if ran >= STEADY_AFTER else container.failures_in_a_row
    delay = min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(container.failures_in_a_row, 30))
    container.failures_in_a_row += 1
    generation = container.generation

    def again() -> None:
        if container.status == "restarting" and container.generation == generation and container.id in world.containers:
            container.restart_count += 1
            run(world, container)

    world.later(delay, again)


def kill(world: World, container: Container, signal: str = "") -> None:
    """Send a signal to the container's main process."""
    number = number_of(signal or "SIGKILL")
    if number is None:
        raise ApiError(400, f"cannot kill container: {container.name}: invalid signal: {signal}")
    if container.status == "restarting" and number in DEADLY:
        container.stopped_by_hand = True
        container.status = "exited"
        world.changed(container)
        return
    if not container.running:
        raise ApiError(409, f"cannot kill container: {container.name}: container {container.id} is not running")
    stop_signal = number_of(container.config.get("StopSignal") or "SIGTERM")
    if number in (SIGKILL, stop_signal):
        container.stopped_by_hand = True
    deliver(world, container, number)


def deliver(world: World, container: Container, number: int) -> None:
    """Deliver a signal: its event, and the end of the process if fatal."""
    world.tell_container(container, "kill", signal=str(number))
    if container.status == "paused" and number != SIGKILL:
        return
    if container.process is not None:
        container.process.signal(number)
    elif number == SIGKILL:
        exited(world, container, 137)
    elif number in HARMLESS_TO_PID_1 and container.program.on_term is not None:
        exited(world, container, container.program.on_term)


async def stop(world: World, container: Container, timeout: float | None = None, signal: str = "") -> None:
    """Send the stop signal, wait up to `timeout` seconds (None: the container's own, 10), then kill.

    Raises `NotModified` if it does not run.
    """
    if container.status == "restarting":
        container.stopped_by_hand, container.status = True, "exited"
        world.changed(container)
        world.tell_container(container, "stop")
        return
    if not container.running:
        raise NotModified
    name = signal or container.config.get("StopSignal") or "SIGTERM"
    number = number_of(name)
    if number is None:
        raise ApiError(400, f"invalid signal: {name}")
    if container.status == "paused":
        unpause(world, container)
    container.stopped_by_hand = True
    generation = container.generation
    deliver(world, container, number)
    if timeout is None:
        timeout = container.config.get("StopTimeout", 10)
    if _still(container, generation):
        await _wait_for_end(world, container, generation, math.inf if timeout < 0 else timeout)
    if _still(container, generation):
        deliver(world, container, SIGKILL)
        await _wait_for_end(world, container, generation, math.inf)
    world.tell_container(container, "stop")


def _still(container: Container, generation: int) -> bool:
    return container.running and container.generation == generation


async def _wait_for_end(world: World, container: Container, generation: int, seconds: float) -> None:
    """Wait until that run has ended, at most `seconds`."""
    end = world.clock.now() + seconds  # from now, independent of the task's scheduling
    deadline = asyncio.ensure_future(world.clock.sleep_until(end) if seconds != math.inf else asyncio.Event().wait())
    try:
        while _still(container, generation) and not deadline.done():
            change = asyncio.ensure_future(world.change_of(container))
            await asyncio.wait((change, deadline), return_when=asyncio.FIRST_COMPLETED)
            change.cancel()
    finally:
        deadline.cancel()


async def restart(world: World, container: Container, timeout: float | None = None, signal: str = "") -> None:
    """Stop the container if it runs, and start it."""
    with contextlib.suppress(NotModified):
        await stop(world, container, timeout, signal)
    start(world, container)
    world.tell_container(container, "restart")


def pause(world: World, container: Container) -> None:
    """Pause every process."""
    if container.status == "paused":
        raise ApiError(409, f"Container {container.id} is already paused")
    if container.status == "restarting":
        raise ApiError(409, f"Container {container.id} is restarting, wait until the container is running")
    if not container.running:
        raise not_running(container.id)
    container.status, container.paused_since = "paused", world.now
    if container.process is not None:
        container.process.freeze()
    world.tell_container(container, "pause")
    world.changed(container)


def unpause(world: World, container: Container) -> None:
    """Unpause every process."""
    if container.status != "paused":
        raise ApiError(500, f"Container {container.id} is not paused")
    container.paused_for += world.now - container.paused_since
    container.status, container.paused_since = "running", NEVER
    if container.process is not None:
        container.process.thaw()
    container.generation += 1  # invalidates callbacks scheduled before the pause
    settle(world, container)
    world.tell_container(container, "unpause")
    world.changed(container)


def remove(world: World, container: Container, *, force: bool = False, volumes: bool = False) -> None:
    """Remove a container; `volumes` also removes its anonymous volumes."""
    if container.status == "paused" and not force:
        raise ApiError(409, f'cannot remove container "{container.name}": container is paused and must be unpaused first')
    if container.running and not force:
        raise ApiError(
            409,
            f'cannot remove container "{container.name}": container is '
            f"running: stop the container before removing or force remove",
        )
    if container.status == "restarting" and not force:
        raise ApiError(
            409,
            f'cannot remove container "{container.name}": container is '
            f"restarting: stop the container before removing or force remove",
        )
    container.stopped_by_hand = True
    container.host_config["AutoRemove"] = False
    if container.running:
        deliver(world, container, SIGKILL)
        if container.running:
            exited(world, container, 137)
    container.status = "removing"
    container.generation += 1
    del world.containers[container.id]
    world.names.pop(container.name, None)
    for exec_id in container.execs:
        world.execs.pop(exec_id, None)
    world.tell_container(container, "destroy")
    if volumes:
        for mount in container.mounts:
            volume = world.volumes.get(mount.name) if mount.kind == "volume" else None
            if volume is not None and volume.anonymous and not users_of_volume(world, volume.name):
                del world.volumes[volume.name]
                world.tell("volume", "destroy", volume.name, {"driver": volume.driver})
    world.changed(container)


def users_of_volume(world: World, name: str) -> list[str]:
    """Return the ids of the containers that mount this volume."""
    return [
        container.id
        for container in world.containers.values()
        for mount in container.mounts
        if mount.kind == "volume" and mount.name == name
    ]


def rename(world: World, container: Container, name: str) -> None:
    """Rename a container."""
    old = container.name
    del world.names[old]
    container.name = name
    world.names[name] = container.id
    world.tell_container(container, "rename", oldName=f"/{old}")
