"""Every operation on services and tasks, on a swarm of one node."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

import pytest

from tui.engine import Engine, errors
from tui.engine.api.services import Services
from tui.engine.api.tasks import Tasks
from tui.engine.objects.services import ContainerSpec, Replicated, ServiceMode, ServiceSpec, TaskSpec
from tui.engine.objects.tasks import Task
from tui.engine.transport.frames import Frame

TALKS = ["sh", "-c", "echo out; echo err >&2; sleep 3600"]


@pytest.fixture
async def engine(swarm: str) -> AsyncIterator[Engine]:
    """A manager, whose services are removed after the test."""
    async with Engine.connect(swarm) as connected:
        yield connected
        services = connected.api(Services)
        for service in await services.list():
            await services.remove(service.id)


def spec(name: str, replicas: int = 1, *command: str) -> ServiceSpec:
    container = ContainerSpec(image="busybox:latest", args=[*(command or TALKS)], stop_grace_period=0)
    return ServiceSpec(
        name=name,
        labels={"for": "tests"},
        task_template=TaskSpec(container_spec=container),
        mode=ServiceMode(replicated=Replicated(replicas)),
    )


async def tasks_in(engine: Engine, service: str, state: str, count: int) -> list[Task]:
    """Wait for as many tasks of a service in a state."""
    found: list[Task] = []

    async def look() -> bool:
        found[:] = [task for task in await engine.api(Tasks).list({"service": [service]}) if task.status.state == state]
        return len(found) == count

    while not await look():
        pass
    return found


async def text(frames: AsyncGenerator[Frame, None], lines: int) -> list[tuple[str, bytes]]:
    """The first lines of a log, sorted."""
    found: list[tuple[str, bytes]] = []
    async with aclosing(frames):
        async for frame in frames:
            found.append((frame.stream, frame.data))
            if len(found) == lines:
                break
    return sorted(found)


async def test_a_service_is_made_as_asked_for_and_listed_with_its_tasks(engine: Engine) -> None:
    services = engine.api(Services)
    made = await services.create(spec("web", 2))
    await tasks_in(engine, "web", "running", 2)
    found = await services.inspect("web")
    assert (found.id, found.spec.labels) == (made.id, {"for": "tests"})
    assert found.spec.mode.replicated == Replicated(2)
    assert found.spec.task_template.container_spec is not None
    assert found.spec.task_template.container_spec.args == TALKS
    assert made.id.encode() in await services.inspect_raw("web")
    (listed,) = await services.list({"name": ["web"]})
    assert listed.service_status is not None
    assert (listed.service_status.running_tasks, listed.service_status.desired_tasks) == (2, 2)


async def test_a_name_that_is_taken_and_one_that_cannot_be(engine: Engine) -> None:
    services = engine.api(Services)
    await services.create(spec("web"))
    with pytest.raises(errors.Conflict, match=r"^name conflicts"):
        await services.create(spec("web"))
    with pytest.raises(errors.BadRequest, match="must be valid as a DNS name"):
        await services.create(spec("no name!"))


async def test_an_update_keeps_what_is_not_changed_and_can_be_rolled_back(engine: Engine) -> None:
    services = engine.api(Services)
    await services.create(spec("web", 1, "sleep", "3600"))
    before = await services.specification("web")
    before.spec["Mode"]["Replicated"]["Replicas"] = 2
    assert (await services.update("web", before.version.index, before.spec)).warnings == []
    assert (await services.inspect("web")).spec.mode.replicated == Replicated(2)
    with pytest.raises(errors.OutOfSequence):
        await services.update("web", before.version.index, before.spec)
    now = await services.specification("web")
    assert now.spec["TaskTemplate"] == before.spec["TaskTemplate"]
    await services.roll_back("web", now.version.index, now.spec)
    after = await services.inspect("web")
    assert after.spec.mode.replicated == Replicated(1)
    assert after.previous_spec is not None


async def test_a_service_is_removed(engine: Engine) -> None:
    services = engine.api(Services)
    await services.create(spec("web"))
    await services.remove("web")
    with pytest.raises(errors.NotFound):
        await services.remove("web")


async def test_tasks_have_states_and_a_reason_when_they_fail(engine: Engine) -> None:
    services, tasks = engine.api(Services), engine.api(Tasks)
    await services.create(spec("web"))
    (task,) = await tasks_in(engine, "web", "running", 1)
    assert task.status.container_status is not None
    assert (await engine.containers.inspect(task.status.container_status.container_id)).state.running
    assert (task.slot, task.desired_state) == (1, "running")
    found = await tasks.inspect(task.id)
    assert (found.id, found.node_id) == (task.id, task.node_id)
    assert task.id.encode() in await tasks.inspect_raw(task.id)
    await services.remove("web")
    await services.create(spec("broken", 1, "no-such-program"))
    failed: list[Task] = []
    while not failed:
        failed = [task for task in await tasks.list({"service": ["broken"]}) if task.status.err]
    assert "no-such-program" in failed[0].status.err


async def test_the_logs_of_a_service_and_of_a_task_name_the_task_in_each_line(engine: Engine) -> None:
    services, tasks = engine.api(Services), engine.api(Tasks)
    await services.create(spec("web"))
    (task,) = await tasks_in(engine, "web", "running", 1)
    assert await text(tasks.logs(task.id, tty=False, follow=True), 2) == [("stderr", b"err\n"), ("stdout", b"out\n")]
    lines = await text(services.logs("web", tty=False, details=True, follow=True, tail=10), 2)
    assert all(f"com.docker.swarm.task.id={task.id}".encode() in line for _, line in lines)
    with pytest.raises(errors.NotFound):
        await text(services.logs("nobody", tty=False), 1)


@pytest.mark.parametrize("group", [Services, Tasks])
async def test_an_engine_that_is_in_no_swarm_has_none(engine_address: str, group: type[Services | Tasks]) -> None:
    async with Engine.connect(engine_address) as outside:
        with pytest.raises(errors.EngineRefusal, match=r"swarm|cluster"):
            await outside.api(group).list()
