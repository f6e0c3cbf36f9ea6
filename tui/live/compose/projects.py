"""Compose projects, derived from the labels of containers, networks and volumes; sends no request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from tui.engine import errors
from tui.engine.digits import whole_number
from tui.engine.errors import sentence
from tui.live.containers.container import PROJECT, Container
from tui.live.objects.networks import Network
from tui.live.objects.volumes import Volume
from tui.live.state.collection import Changes, Collection

DEPENDS_ON = "com.docker.compose.depends_on"
ONE_OFF = "com.docker.compose.oneoff"
DIRECTORY = "com.docker.compose.project.working_dir"
FILES = "com.docker.compose.project.config_files"
ENVIRONMENT_FILES = "com.docker.compose.project.environment_file"
NUMBER = "com.docker.compose.container-number"
VERSION = "com.docker.compose.version"

STARTED = "service_started"
HEALTHY = "service_healthy"
COMPLETED = "service_completed_successfully"
RUNNING_OR_HEALTHY = "running_or_healthy"
"""Condition for old labels, which name none: healthy if the service has a health check, else started."""


class Need(NamedTuple):
    """A dependency: the service, and the condition that it must meet first."""

    service: str
    condition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service of a project: its containers by number, and its dependencies."""

    name: str
    containers: tuple[Container, ...]
    needs: tuple[Need, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """Where containers of a project were created from: paths on the machine where Compose ran, and the services."""

    directory: str
    files: tuple[str, ...] = ()
    environment_files: tuple[str, ...] = ()
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project. `one_offs` are containers of `docker compose run`, which are no replicas of their service.

    `networks` and `volumes` carry the project's label; `complete` is false until the engine has listed them all. `origins` has
    more than one entry where Compose ran in several directories, or with several sets of files, under one project name: the
    one of the newest container is first, and its paths are `directory`, `files` and `environment_files`. All text is as the
    engine sent it.
    """

    name: str
    services: tuple[Service, ...] = ()
    one_offs: tuple[Container, ...] = ()
    networks: tuple[Network, ...] = ()
    volumes: tuple[Volume, ...] = ()
    complete: bool = True
    origins: tuple[Origin, ...] = ()
    version: str = ""  # of Compose
    only: str = ""  # the one service that an action is meant for; empty: all

    @property
    def directory(self) -> str:
        """The directory of the newest container's project, or ""."""
        return self.origins[0].directory if self.origins else ""

    @property
    def files(self) -> tuple[str, ...]:
        """The Compose files that the newest container was created from."""
        return self.origins[0].files if self.origins else ()

    @property
    def environment_files(self) -> tuple[str, ...]:
        """The environment files that the newest container was created from."""
        return self.origins[0].environment_files if self.origins else ()

    @property
    def id(self) -> str:
        """The name, which identifies a project."""
        return self.name

    @property
    def containers(self) -> tuple[Container, ...]:
        """The containers of its services."""
        return tuple(container for service in self.services for container in service.containers)


def of_service(project: Project, name: str) -> Project:
    """Return the project with only one of its services. Raises Failed if there is none of this name."""
    found = tuple(service for service in project.services if service.name == name)
    if not found:
        known = ", ".join(service.name for service in project.services)
        raise errors.Failed(sentence(f"There is no service {name!r} in {project.name}. There are: {known}."))
    return replace(project, services=found, one_offs=(), only=name)


def read_needs(label: str) -> tuple[Need, ...]:
    """Parse a depends_on label: "db:service_healthy:false,cache:service_started:true", in older versions "db,cache"."""
    needs = []
    for part in label.split(","):
        name, _, rest = part.strip().partition(":")
        if name:
            needs.append(Need(name, rest.partition(":")[0] or RUNNING_OR_HEALTHY))
    return tuple(needs)


def one_off(container: Container) -> bool:
    """Whether the container was made by `docker compose run`."""
    return container.labels.get(ONE_OFF, "").lower() == "true"


def _number(container: Container) -> tuple[int, str]:
    return whole_number(container.labels.get(NUMBER, "")) or 0, container.name


def project_of(
    name: str,
    members: Iterable[Container],
    networks: Iterable[Network] = (),
    volumes: Iterable[Volume] = (),
    complete: bool = True,
) -> Project:
    """Build a project from its objects. Where containers disagree, the newest one's labels count."""
    containers = sorted(members, key=_number)
    regular = [container for container in containers if not one_off(container)]
    by_service: dict[str, list[Container]] = {}
    for container in regular:
        by_service.setdefault(container.service or container.name, []).append(container)
    newest = max(containers, key=lambda container: container.created, default=None)
    labels = newest.labels if newest else {}
    return Project(
        name=name,
        services=tuple(
            Service(name=service, containers=tuple(found), needs=_needs(found)) for service, found in sorted(by_service.items())
        ),
        one_offs=tuple(container for container in containers if one_off(container)),
        networks=tuple(sorted((each for each in networks if each.project == name), key=lambda each: (each.name, each.id))),
        volumes=tuple(sorted((each for each in volumes if each.project == name), key=lambda each: each.name)),
        complete=complete,
        origins=_origins(containers),
        version=labels.get(VERSION, ""),
    )


def _origins(containers: Iterable[Container]) -> tuple[Origin, ...]:
    """Return the distinct directories and files in the containers' labels, those of the newest container first."""
    found: dict[tuple[str, tuple[str, ...]], tuple[Container, set[str]]] = {}
    for container in sorted(containers, key=lambda container: container.created, reverse=True):
        place = container.labels.get(DIRECTORY, ""), _paths(container.labels, FILES)
        if any(place):
            found.setdefault(place, (container, set()))[1].add(container.service or container.name)
    return tuple(
        Origin(directory, files, _paths(newest.labels, ENVIRONMENT_FILES), tuple(sorted(services)))
        for (directory, files), (newest, services) in found.items()
    )


def _needs(containers: Iterable[Container]) -> tuple[Need, ...]:
    newest = max(containers, key=lambda container: container.created)
    return read_needs(newest.labels.get(DEPENDS_ON, ""))


def _paths(labels: Mapping[str, str], label: str) -> tuple[str, ...]:
    return tuple(path for path in labels.get(label, "").split(",") if path)


class Projects(Collection[Project]):
    """The projects by name, kept up to date from collections of containers, networks and volumes."""

    def __init__(
        self,
        containers: Collection[Container],
        networks: Collection[Network] | None = None,
        volumes: Collection[Volume] | None = None,
    ) -> None:
        super().__init__()
        self._containers, self._networks, self._volumes = containers, networks, volumes
        self._known: dict[str, Container] = {}  # containers of projects, without their usage
        self._members: dict[str, dict[str, Container]] = {}
        self._note(containers.rows)
        if containers.loaded:
            self._take_everything()
        containers.changed.subscribe(self._take)
        for others in (networks, volumes):
            if others is not None:
                others.changed.subscribe(lambda _changes: self._put(self._members) if self.loaded else None)

    def _take(self, changes: Changes) -> None:
        touched = changes.added | changes.changed | changes.removed
        if changes.everything:
            self._note(touched | self._containers.rows.keys() | self._known.keys())
            self._take_everything()
        elif names := self._note(touched):
            self._put(names)

    def _note(self, ids: Iterable[str]) -> set[str]:
        """Record the present rows of these containers; return the names of changed projects. Usage does not count."""
        names: set[str] = set()
        for id in list(ids):
            row = self._containers.rows.get(id)
            plain = None if row is None or not row.labels.get(PROJECT) else _without_figures(row)
            before = self._known.get(id)
            if plain == before:
                continue
            if before is not None:
                del self._known[id], self._members[before.project][id]
                names.add(before.project)
            if plain is not None:
                self._known[id] = self._members.setdefault(plain.project, {})[id] = plain
                names.add(plain.project)
        return names

    def _take_everything(self) -> None:
        self._members = {name: members for name, members in self._members.items() if members}
        self.replace({name: self._made(name) for name in sorted(self._members)})

    def _put(self, names: Iterable[str]) -> None:
        wanted = list(names)
        self.put({name: self._made(name) for name in wanted if self._members.get(name)})
        gone = [name for name in wanted if not self._members.get(name)]
        for name in gone:
            self._members.pop(name, None)
        self.remove(gone)

    def _made(self, name: str) -> Project:
        networks = self._networks.rows.values() if self._networks is not None else ()
        volumes = self._volumes.rows.values() if self._volumes is not None else ()
        complete = all(others.loaded for others in (self._networks, self._volumes) if others is not None)
        return project_of(name, self._members[name].values(), networks, volumes, complete)


def _without_figures(row: Container) -> Container:
    return replace(row, usage=None, trend=()) if row.usage is not None or row.trend else row
