"""Health checks: probes at their interval, and the resulting status."""

from __future__ import annotations

from collections.abc import Callable

from tui.demo.objects import Container, Probe
from tui.demo.process import Process
from tui.demo.world import World

KEPT_PROBES = 5
SECOND = 1_000_000_000
LONGEST_OUTPUT = 4096
AILING = "curl: (28) Operation timed out after 2001 milliseconds with 0 bytes received\n"


def first_probe(world: World, container: Container) -> None:
    """Schedule the first probe of a run."""
    generation = container.generation
    check = container.config.get("Healthcheck") or {}
    interval = (check.get("Interval") or 30 * SECOND) / SECOND

    def due() -> None:
        if container.generation == generation and container.status == "running" and container.id in world.containers:
            probe(world, container)
            world.later(interval, due)

    world.later(min(interval, (check.get("StartInterval") or interval * SECOND) / SECOND), due)


def probe(world: World, container: Container) -> None:
    """Run the health check once and update the status."""
    health = container.health
    if health is None:
        return
    check = container.config.get("Healthcheck") or {}
    test = check.get("Test") or []
    said = " ".join(["/bin/sh", "-c", *test[1:]] if test[:1] == ["CMD-SHELL"] else test[1:])
    exec_id = world.new_id("probe")
    world.tell_container(container, f"exec_create: {said}", execID=exec_id)
    world.tell_container(container, f"exec_start: {said}", execID=exec_id)
    begun = world.now
    if container.program.shell:
        _run(
            world,
            container,
            test,
            lambda code, output: conclude(world, container, exec_id, Probe(begun, world.now, code, output)),
        )
    else:
        code, output = (1, AILING) if health.failing else (0, "ok\n")
        conclude(world, container, exec_id, Probe(begun, begun + 0.042, code, output))


def _run(world: World, container: Container, test: list[str], over: Callable[[int, str], None]) -> None:
    """Run the health check in the demo shell."""
    output = bytearray()
    command = ["sh", "-c", *test[1:]] if test[0] == "CMD-SHELL" else test[1:]
    process = Process(world, container, command, env=container.config.get("Env") or [])
    process.on_output = lambda _, data: output.extend(data[: LONGEST_OUTPUT - len(output)])
    process.on_exit = lambda code: over(code, output.decode("utf-8", "replace"))
    process.begin()


def conclude(world: World, container: Container, exec_id: str, found: Probe) -> None:
    """Record a probe's result, and emit an event if the health status changes."""
    world.tell_container(container, "exec_die", execID=exec_id, exitCode=str(found.exit_code))
    health, retries = container.health, (container.config.get("Healthcheck") or {}).get("Retries") or 3
    if health is None or not container.running:
        return
    health.log.append(found)
    del health.log[:-KEPT_PROBES]
    before = health.status
    if found.exit_code == 0:
        health.failing_streak, health.status = 0, "healthy"
    else:
        health.failing_streak += 1
        health.status = "unhealthy" if health.failing_streak >= retries else health.status
    if health.status != before:
        world.tell_container(container, f"health_status: {health.status}")
        world.changed(container)
