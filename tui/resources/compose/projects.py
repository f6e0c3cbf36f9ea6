"""The Compose projects: their list and actions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tui.live.compose import compose_cli, project_actions
from tui.live.compose.project_actions import UP
from tui.live.compose.projects import Project, Projects
from tui.live.objects import networks, volumes
from tui.resources.compose.details import names_of, origins_warning, overview, project_state, published, what_goes
from tui.resources.compose.formats import ONLY_ONE_OFFS as ONLY_ONE_OFFS
from tui.resources.compose.formats import title as title
from tui.resources.compose.services import BUILD, SERVICES
from tui.resources.containers.formats import state_key
from tui.resources.model.action import Action, Answers, Choice, DockerCommand, Each, Open
from tui.resources.model.docker_commands import asks
from tui.resources.model.filter_expression import natural
from tui.resources.model.resource import Column, Resource, Tab
from tui.resources.model.text import Cell, count, one_line


def _resting(row: Project) -> bool:
    return not any(container.state in UP for container in (*row.containers, *row.one_offs))


def _filter_words(row: Project) -> str:
    services = " ".join(service.name for service in row.services)
    return "\n".join(
        map(one_line, (row.name, project_state(row).text, services, published(row.containers), _directory(row).text))
    )


def _directory(row: Project) -> Cell:
    """Return the cell of the directories that the project's containers were created from."""
    places = dict.fromkeys(origin.directory for origin in row.origins)
    return Cell(one_line(", ".join(places)), "warn" if len(row.origins) > 1 else "dim")


def _why_not_start(row: Project) -> str:
    return "" if project_actions.due(row) else "all containers are already running" if row.services else ONLY_ONE_OFFS


def _why_not(states: frozenset[str]) -> Callable[[Project], str]:
    """Return the refusal of an action on containers in these states."""
    return lambda row: "" if any(each.state in states for each in row.containers) else "no container is running"


def _why_not_remove(row: Project) -> str:
    return "" if row.complete else "the networks and volumes are not listed yet"


def _asks_to_remove(rows: Sequence[Project], host: str) -> str:
    return asks("Remove", "project", title, what_goes(rows))(rows, host)


def _asks_up(rows: Sequence[Project], host: str) -> str:
    files = names_of(compose_cli.files(rows[0])) or "unknown files"
    warning = origins_warning(rows[0])
    more = f" {warning} Compose reads only {files}." if warning else ""
    return asks("Run compose up for", "project", title, f"Compose recreates the containers that differ from {files}.{more}")(
        rows, host
    )


def _asks_down(rows: Sequence[Project], host: str) -> str:
    warning = origins_warning(rows[0])
    goes = "Compose stops and removes the containers, orphans included, and the networks."
    return asks(
        "Run compose down for",
        "project",
        title,
        f"{goes} {warning} The containers of all directories are removed.".strip() if warning else goes,
    )(rows, host)


def _command(*words: str) -> Callable[[Project, Answers], DockerCommand]:
    return lambda row, answers: _written(row, answers, words, False)


def _written(row: Project, answers: Answers, words: Sequence[str], with_files: bool = True) -> DockerCommand:
    ticked = ["--volumes"] if "volumes" in answers.ticked else []
    return ("compose", *compose_cli.arguments(row, [*words, *ticked], with_files))


RUNNING, PAUSED = frozenset({"running"}), frozenset({"paused"})
VOLUMES = Choice("volumes", "also remove volumes and their data")

COLUMNS: tuple[Column[Project], ...] = (
    Column(
        title="NAME",
        cell=lambda row: Cell(title(row), "title"),
        middle=True,
        key=lambda row: natural(row.name),
        width=18,
        min_width=12,
        grows=True,
    ),
    Column(
        title="STATE",
        cell=project_state,
        width=42,
        min_width=22,
        key=lambda row: tuple(sorted((state_key(each), each.id) for each in (*row.containers, *row.one_offs))),
    ),
    Column(
        title="SERVICES",
        cell=lambda row: Cell(str(len(row.services))),
        key=lambda row: -len(row.services),
        width=8,
        priority=2,
        right=True,
    ),
    Column(
        title="PORTS",
        cell=lambda row: Cell(published(row.containers)),
        key=lambda row: published(row.containers) or None,
        width=22,
        min_width=9,
        priority=1,
    ),
    Column(
        title="DIRECTORY",
        cell=_directory,
        key=lambda row: row.directory or None,
        width=24,
        min_width=10,
        priority=3,
        grows=True,
    ),
    Column(
        title="NETWORKS",
        cell=lambda row: Cell(names_of(each.name for each in row.networks)),
        width=24,
        min_width=10,
        priority=4,
        key=lambda row: [each.name for each in row.networks] or None,
        wide=True,
    ),
    Column(
        title="VOLUMES",
        cell=lambda row: Cell(names_of(each.name for each in row.volumes)),
        width=24,
        min_width=10,
        priority=5,
        key=lambda row: [each.name for each in row.volumes] or None,
        wide=True,
    ),
)

CONTAINERS: Action[Project] = Action(
    name="containers",
    key="C",
    help="list the containers of the project",
    do=Open("project-containers"),
    changes=False,
)
LOGS: Action[Project] = Action(
    name="logs",
    key="l",
    help="show the logs of the containers, merged by time",
    do=Open("project-logs", single=True),
    changes=False,
)
START: Action[Project] = Action(
    name="start",
    key="u",
    help="start all stopped containers, dependencies first",
    do=Each(call=lambda session, row, _: project_actions.start(session, row), command=_command("start"), result=str),
    exclusive=True,
    refusal=_why_not_start,
    doing="starting",
    done="started",
)
STOP: Action[Project] = Action(
    name="stop",
    key="x",
    help="stop all containers, dependencies last",
    do=Each(call=lambda session, row, _: project_actions.stop(session, row), command=_command("stop"), result=str),
    exclusive=True,
    refusal=_why_not(UP),
    question=asks("Stop", "project", title),
    doing="stopping",
    done="stopped",
)
RESTART: Action[Project] = Action(
    name="restart",
    key="r",
    help="restart all containers, dependencies first",
    do=Each(call=lambda session, row, _: project_actions.restart(session, row), command=_command("restart"), result=str),
    exclusive=True,
    question=asks("Restart", "project", title),
    refusal=lambda row: "" if row.services else ONLY_ONE_OFFS,
    doing="restarting",
    done="restarted",
)
UNPAUSE: Action[Project] = Action(
    name="unpause",
    key="",
    help="unpause all paused containers",
    do=Each(call=lambda session, row, _: project_actions.unpause(session, row), command=_command("unpause"), result=str),
    exclusive=True,
    footer=False,
    refusal=lambda row: _why_not(PAUSED)(row) and "no container is paused",
    doing="unpausing",
    done="unpaused",
)
PAUSE: Action[Project] = Action(
    name="pause",
    key="p",
    help="pause all running containers, or unpause a paused project",
    do=Each(call=lambda session, row, _: project_actions.pause(session, row), command=_command("pause"), result=str),
    or_else=UNPAUSE,
    exclusive=True,
    footer=False,
    refusal=_why_not(RUNNING),
    doing="pausing",
    done="paused",
)
COMPOSE_UP: Action[Project] = Action(
    name="compose-up",
    key="A",
    help="docker compose up: create and start the services",
    do=Each(
        call=lambda session, row, _: compose_cli.up(session, row),
        command=lambda row, answers: _written(row, answers, ["up", "--detach"]),
        result=str,
        single=True,
    ),
    long=True,
    exclusive=True,
    question=_asks_up,
    refusal=lambda row: "" if row.files else "the containers have no label with the Compose files",
    doing="compose up of",
    done="up",
)
COMPOSE_DOWN: Action[Project] = Action(
    name="compose-down",
    help="docker compose down",
    do=Each(
        call=lambda session, row, answers: compose_cli.down(session, row, "volumes" in answers.ticked),
        command=lambda row, answers: _written(row, answers, ["down", "--remove-orphans"]),
        result=str,
        single=True,
    ),
    long=True,
    exclusive=True,
    danger=True,
    question=_asks_down,
    choices=(VOLUMES,),
    doing="compose down of",
    done="down",
    footer=False,
)
REMOVE: Action[Project] = Action(
    name="remove",
    key="delete",
    also=("ctrl+k",),
    help="remove the containers and networks",
    do=Each(
        call=lambda session, row, answers: project_actions.remove(session, row, "volumes" in answers.ticked),
        command=_command("down", "--remove-orphans"),
        result=str,
    ),
    exclusive=True,
    danger=True,
    choices=(VOLUMES,),
    question=_asks_to_remove,
    refusal=_why_not_remove,
    doing="removing",
    done="removed",
)

PROJECTS: Resource[Project] = Resource(
    name="projects",
    singular="project",
    rows=lambda session: Projects(
        session.store.containers, session.store.of(networks.NETWORKS), session.store.of(volumes.VOLUMES)
    ),
    id=lambda row: row.name,
    parts=lambda row: [f"project {row.name}", *(each.id for each in (*row.containers, *row.one_offs))],
    title=title,
    words=_filter_words,
    columns=COLUMNS,
    actions=(CONTAINERS, LOGS, START, STOP, RESTART, COMPOSE_UP, BUILD, COMPOSE_DOWN, PAUSE, UNPAUSE, *SERVICES, REMOVE),
    tabs=(Tab(name="overview", document=overview, live=True),),
    counts=lambda rows: count(len([*rows]), "project"),
    hidden_by_default=_resting,
    sorted_by="NAME",
    empty="No projects. docker compose up starts a project.",
)
