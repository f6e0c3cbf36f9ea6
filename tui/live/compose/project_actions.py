"""Actions on a whole project as Compose performs them, with the engine's API only, in the order of dependencies."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Self

from tui.engine import Engine, errors
from tui.engine.errors import UNANSWERED
from tui.engine.objects.containers import ContainerInspect
from tui.engine.objects.events import Event
from tui.live.compose.dependency_order import Walked, in_order, sound, turned
from tui.live.compose.projects import COMPLETED, HEALTHY, STARTED, Need, Project, Service, of_service, project_of
from tui.live.containers.container import ALIVE, PROJECT, Container
from tui.live.containers.deaths import Deaths, watched
from tui.live.containers.grace import grace
from tui.live.engine_session import Session
from tui.live.jobs.jobs import OBJECTS_AT_A_TIME, record, report

DEPENDENCY_TIMEOUT_SECONDS = 600.0
"""Seconds that a service waits for its dependencies to become healthy or to complete."""

UP = ALIVE | {"restarting"}
"""States of a container that `start` skips and `stop` acts on."""


async def start(session: Session, project: Project) -> str:
    """Start the stopped containers, each service once its dependencies meet their conditions (`ContainerStart`)."""
    with _Work(session, project, "started", ("start",)) as work:
        wanted = due(work.project)

        async def one(name: str) -> None:
            service = work.services[name]
            resting = [container for container in service.containers if container.state not in UP] if name in wanted else []
            if resting:
                await work.wait_for_needs(service)
                await work.each(resting, lambda container: work.engine.containers.start(container.id))

        work.expect(sum(row.state not in UP for name in wanted for row in work.services[name].containers))
        return work.told(await in_order(work.needs, one))


async def restart(session: Session, project: Project) -> str:
    """Restart the containers, dependencies first (`ContainerRestart`)."""
    with _Work(session, project, "restarted", ("restart",)) as work:

        async def one(name: str) -> None:
            service = work.services[name]
            await work.wait_for_needs(service)
            await work.each(service.containers, restart_one)

        async def restart_one(container: Container) -> None:
            async with grace(work.engine, session.store, container.id):
                await work.engine.containers.restart(container.id)

        work.expect(len(work.project.containers))
        with watched(session.store) as deaths:
            walked = await in_order(work.needs, one)
        return work.told(walked) + _killed(work.project, deaths)


async def stop(session: Session, project: Project) -> str:
    """Stop the containers, dependents first (`ContainerStop`)."""
    with _Work(session, project, "stopped", ("stop",)) as work:

        async def one(name: str) -> None:
            running = [container for container in work.services[name].containers if container.state in UP]
            await work.each(running, work.stop)

        work.expect(sum(container.state in UP for container in work.project.containers))
        with watched(session.store) as deaths:
            walked = await in_order(turned(work.needs), one)
        return work.told(walked) + _killed(work.project, deaths)


def _killed(project: Project, deaths: Deaths) -> str:
    """Return which running containers did not end before their stop time-out."""
    names = [errors.one_line(each.name) for each in project.containers if each.state in UP and each.id in deaths.killed]
    return f"; SIGKILL ended {', '.join(sorted(names))} after the stop time-out" if names else ""


async def pause(session: Session, project: Project) -> str:
    """Pause the running containers (`ContainerPause`)."""
    with _Work(session, project, "paused", ("pause",)) as work:
        return await _at_once(work, "running", lambda container: work.engine.containers.pause(container.id))


async def unpause(session: Session, project: Project) -> str:
    """Unpause the paused containers (`ContainerUnpause`)."""
    with _Work(session, project, "unpaused", ("unpause",)) as work:
        return await _at_once(work, "paused", lambda container: work.engine.containers.unpause(container.id))


async def _at_once(work: _Work, state: str, call: Callable[[Container], Awaitable[object]]) -> str:
    """Act on the containers in a state, in no particular order."""
    wanted = [container for container in work.project.containers if container.state == state]
    work.expect(len(wanted))
    walked = Walked()
    try:
        await work.each(wanted, call)
    except errors.EngineError as error:
        walked.failed[work.project.name] = error
    return work.told(walked)


async def remove(session: Session, project: Project, volumes: bool = False) -> str:
    """Stop and remove the containers, then the networks, with `volumes` also the volumes, anonymous ones included.

    `ContainerStop`, `ContainerDelete`, `NetworkList`, `NetworkDelete`, `VolumeList`, `VolumeDelete`. Networks and volumes are
    listed by the project's label, once no container is left.
    """
    command = ("rm", "--force", *(["--volumes"] if volumes else []))
    with _Work(session, project, "removed", command) as work:

        async def one(container: Container) -> None:
            await _ignore_missing(_remove_container(work, container, volumes))

        async def service(name: str) -> None:
            await work.each(work.services[name].containers, one)

    work.expect(len(work.project.containers) + len(work.project.one_offs))
    walked = await in_order(turned(work.needs), service)
    try:
        await work.each(work.project.one_offs, one)
    except errors.EngineError as error:
        walked.failed["one-off containers"] = error
    if walked.failed:
        return work.told(walked, ["networks and volumes not removed" if volumes else "networks not removed"])
    said = work.told(walked)
    rest, failures = await _remove_networks_and_volumes(work, volumes)
    if failures:
        raise _failure([said + _counted(rest), *(f"not removed: {failure}" for failure in failures)], failures)
    return said + _counted(rest)


async def _remove_container(work: _Work, container: Container, volumes: bool) -> None:
    if container.state in UP:
        await work.stop(container)
    await work.engine.containers.remove(container.id, volumes=volumes, force=True)


async def _ignore_missing(work: Awaitable[None]) -> None:
    """Ignore that the object is gone or being removed: a container with AutoRemove removes itself when it stops."""
    try:
        await work
    except errors.NotFound:
        return
    except errors.Conflict as conflict:
        if "already in progress" not in str(conflict):
            raise


async def _remove_networks_and_volumes(work: _Work, volumes: bool) -> tuple[list[str], list[errors.EngineError]]:
    """Remove the project's networks and volumes; return the removed names and the errors."""
    engine, mine = work.engine, {"label": [f"{PROJECT}={work.project.name}"]}
    went: list[str] = []
    failures: list[errors.EngineError] = []

    async def try_to(what: str, name: str, removal: Awaitable[None]) -> None:
        report(f"removing {what} {errors.one_line(name)}")
        try:
            await _ignore_missing(removal)
            went.append(what)
            work.completed((what, "rm"), name)
        except errors.EngineError as error:
            failures.append(_named(f"{what} {name}", error))

    for network in await engine.networks.list(mine):
        await try_to("network", network.name, engine.networks.remove(network.id))
    for volume in (await engine.volumes.list(mine)).volumes if volumes else ():
        await try_to("volume", volume.name, engine.volumes.remove(volume.name))
    return went, failures


def _counted(went: Sequence[str]) -> str:
    amounts = ((went.count(what), what) for what in ("network", "volume"))
    return "".join(f", {number} {what}{'' if number == 1 else 's'}" for number, what in amounts if number)


def due(project: Project) -> frozenset[str]:
    """Return the services to start: those with a container that does not run.

    A completed job runs again only for a dependent that waits for its completion.
    """
    resting = {s.name for s in project.services if any(container.state not in UP for container in s.containers)}
    askers: dict[str, set[str]] = {}
    for service in project.services:
        for need in service.needs:
            if need.condition == COMPLETED:
                askers.setdefault(need.service, set()).add(service.name)
    by_name = {service.name: service for service in project.services}
    jobs = {name for name in resting & askers.keys() if all(_completed(row) for row in by_name[name].containers)}
    return frozenset(name for name in resting if name not in jobs or askers[name] & (resting - jobs))


def _completed(container: Container) -> bool:
    return container.state == "exited" and container.exit_code == 0


# -- implementation --------------------------------------------------------------------------------------------------


class _Work:
    """State of one action on one project: the results so far, and the wait for dependencies.

    As a context, records the docker command of each step that was done, unless all were: then that of the whole project is
    recorded instead. `command` are the words before a container's name.
    """

    def __init__(self, session: Session, project: Project, verb: str, command: tuple[str, ...]) -> None:
        rows = session.store.containers.rows.values()
        self.session = session
        members = [row for row in rows if row.project == project.name]
        self.project = project_of(project.name, members)
        if project.only:
            self.project = of_service(self.project, project.only)
        self.verb = verb  # "started"
        self.command = command
        self._steps: list[tuple[str, ...]] = []  # the docker commands of what was done
        self.services = {service.name: service for service in self.project.services}
        self.needs = sound({s.name: [need.service for need in s.needs] for s in self.project.services})
        self._places = asyncio.Semaphore(OBJECTS_AT_A_TIME)
        self._expected = 0
        self._done = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for command in self._steps if kind is not None else ():
            record(command)

    def completed(self, command: tuple[str, ...], name: str) -> None:
        """Note a step as done."""
        self._steps.append((*command, *(["--"] if name.startswith("-") else []), name))

    @property
    def engine(self) -> Engine:
        """The client of the current connection."""
        return self.session.engine

    async def stop(self, container: Container) -> None:
        """Stop a container (`ContainerStop`)."""
        async with grace(self.engine, self.session.store, container.id):
            await self.engine.containers.stop(container.id)

    def expect(self, number: int) -> None:
        """Set the number of containers to act on, for the progress."""
        self._expected = number

    async def each(self, containers: Collection[Container], call: Callable[[Container], Awaitable[object]]) -> None:
        """Act on these containers concurrently. Tries all, then raises one error that names each failure."""
        failures: list[errors.EngineError] = []

        async def one(container: Container) -> None:
            async with self._places:
                try:
                    if await call(container) is not False:  # False: it was in that state already
                        self.completed(self.command, container.name)
                    self._done += 1
                    report(f"{self._done} of {self._expected} {self.verb}")
                except errors.EngineError as error:
                    failures.append(_named(container.name, error))

        async with asyncio.TaskGroup() as group:
            for container in containers:
                group.create_task(one(container))
        if failures:
            raise _failure([str(failure) for failure in failures], failures)

    def told(self, walked: Walked, more: Sequence[str] = ()) -> str:
        """Return the result as a sentence. On failures raise an error that says what was done, what was not, and `more`."""
        done = f"{self.verb}: {self._done} container{'' if self._done == 1 else 's'}"
        if not walked.failed:
            return done
        failures = [str(error) for _, error in sorted(walked.failed.items())]
        left = [errors.one_line(f"{name} (after {why})") for name, why in sorted(walked.left.items())]
        untouched = [f"not {self.verb}: {', '.join(left)}"] if left else []
        done = f"{self._done} of {self._expected} {self.verb}"
        raise _failure([done, *failures, *untouched, *more], [*walked.failed.values()])

    async def wait_for_needs(self, service: Service) -> None:
        """Wait until the service's dependencies meet their conditions. Raises Failed if one never will."""
        for need in service.needs:
            if need.service in self.needs[service.name] and need.condition != STARTED:
                for container in self.services[need.service].containers:
                    await self._wait_for(service, need, container)

    async def _wait_for(self, service: Service, need: Need, container: Container) -> None:
        """Inspect the container, again after each of its events, until it meets the condition or never will."""
        changed = asyncio.Event()

        def on_event(event: Event) -> None:
            if event.type == "container" and event.actor.id == container.id:
                changed.set()

        store = self.session.store
        stops = [store.events.subscribe(on_event), store.connection.subscribe(lambda _state: changed.set())]
        wanted = "to complete" if need.condition == COMPLETED else "to be healthy"
        who, whom = errors.one_line(service.name), errors.one_line(container.name)
        try:
            async with asyncio.timeout(DEPENDENCY_TIMEOUT_SECONDS):
                while not as_needed(await self.engine.containers.inspect(container.id), need.condition):
                    report(f"{self._done} of {self._expected} {self.verb}; {who} waits for {whom} {wanted}")
                    await changed.wait()
                    changed.clear()
        except TimeoutError:
            raise errors.Failed(f"{who} waited {DEPENDENCY_TIMEOUT_SECONDS / 60:.0f} min for {whom} {wanted}") from None
        except errors.EngineRefusal as failed:
            raise errors.Failed(f"{who} waits for {whom} {wanted}: {failed}") from None
        finally:
            for each in stops:
                each()


def as_needed(found: ContainerInspect, condition: str) -> bool:
    """Whether a container meets a dependency condition. Raises Failed if it never will."""
    state = found.state
    if condition == COMPLETED:
        if state.status == "exited" and state.exit_code:
            raise errors.Failed(f"exited with code {state.exit_code}")
        return state.status == "exited"
    if state.status == "restarting":  # its health status is that of the previous run
        return False
    if state.status != "running":
        ended = f"exited with code {state.exit_code}" if state.status == "exited" else f"container is {state.status}"
        raise errors.Failed(errors.sentence(ended))
    health = state.health.status if state.health is not None else "none"
    if health in ("", "none"):
        if condition == HEALTHY:
            raise errors.Failed("no health check")
        return True
    if health == "unhealthy":
        raise errors.Failed("unhealthy")
    return health == "healthy"


def _named(name: str, error: errors.EngineError) -> errors.EngineError:
    return type(error)(f"{errors.one_line(name)}: {error}", error.operation, error.status)


def _failure(parts: Sequence[str], causes: Sequence[errors.EngineError]) -> errors.EngineError:
    """Combine several errors: all in the message, and each part as a note.

    Keeps the type for a missing answer, which makes the session check the connection.
    """
    kind = next((type(cause) for cause in causes if isinstance(cause, UNANSWERED)), errors.Failed)
    error = kind("; ".join(parts))
    for part in parts:
        error.add_note(part)
    return error
