"""Health checks: probes at their interval, and what becomes of the status."""

from __future__ import annotations

from tui.demo.objects import Container, Probe
from tui.demo.world import World

KEPT_PROBES = 5
SECOND = 1_000_000_000


def first_probe(world: World, container: Container) -> None:
    """Begin to probe a run of this container."""
    generation = container.generation
    check = container.config.get("Healthcheck") or {}
    interval = (check.get("Interval") or 30 * SECOND) / SECOND

    def due() -> None:
        if container.generation == generation and container.status == "running" and container.id in world.containers:
            probe(world, container)
            world.later(interval, due)

    world.later(min(interval, (check.get("StartInterval") or interval * SECOND) / SECOND), due)


def probe(world: World, container: Container) -> None:
    """Run the check once now and draw the conclusions."""
    health = container.health
    if health is None:
        return
    check = container.config.get("Healthcheck") or {}
    test = check.get("Test") or []
    said = " ".join(["/bin/sh", "-c", *test[1:]] if test[:1] == ["CMD-SHELL"] else test[1:])
    exec_id = world.new_id("probe")
    world.tell_container(container, f"exec_create: {said}", execID=exec_id)
    world.tell_container(container, f"exec_start: {said}", execID=exec_id)
    code, output = result_of(container, health.failing)
    world.tell_container(container, "exec_die", execID=exec_id, exitCode=str(code))
    health.log.append(Probe(world.now, world.now + 0.042, code, output))
    del health.log[:-KEPT_PROBES]
    before = health.status
    if code == 0:
        health.failing_streak, health.status = 0, "healthy"
    else:
        health.failing_streak += 1
        if health.failing_streak >= (check.get("Retries") or 3):
            health.status = "unhealthy"
    if health.status != before:
        world.tell_container(container, f"health_status: {health.status}")
        world.changed(container)


def result_of(container: Container, failing: bool) -> tuple[int, str]:
    """Exit code and output of one probe; a command of the demo shell is only looked at, not run."""
    test = (container.config.get("Healthcheck") or {}).get("Test") or []
    command = " ".join(test[1:])
    if container.program.shell:
        failed = command.startswith("false") or command.strip().endswith(("exit 1", "; false"))
        return (1, "") if failed else (0, command.removeprefix("echo ") + "\n" if command.startswith("echo ") else "")
    if failing:
        return 1, "curl: (28) Operation timed out after 2001 milliseconds with 0 bytes received\n"
    return 0, "ok\n"
