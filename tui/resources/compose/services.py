"""The actions on one service of a project: start, stop, restart, recreate, scale."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from tui.engine.digits import whole_number
from tui.live.compose import compose_cli, project_actions
from tui.live.compose.projects import Project, of_service
from tui.live.jobs.jobs import record
from tui.resources.compose.formats import ONLY_ONE_OFFS, title
from tui.resources.model.action import Action, Answers, Choice, DockerCommand, Each, Field, Open
from tui.resources.model.docker_commands import asks
from tui.resources.model.form_values import typed
from tui.resources.model.text import one_line

if TYPE_CHECKING:
    from tui.live.engine_session import Session

Call = Callable[["Session", Project], Awaitable[str]]

SERVICE: Field[Project] = Field(
    "service",
    "Service",
    initial=lambda row: row.services[0].name if len(row.services) == 1 else "",
    check=lambda text: "" if text.strip() else "enter a service of the project",
    offers=lambda row: [service.name for service in row.services],
)


def _check_number(text: str) -> str:
    return "" if whole_number(text.strip(), 4) is not None else "enter a number of containers"


def _no_service(row: Project) -> str:
    return "" if row.services else ONLY_ONE_OFFS


def _no_files(row: Project) -> str:
    return _no_service(row) or ("" if row.files else "the containers have no label with the Compose files")


def _engine_action(verb: str, call: Call, doing: str, done: str) -> Action[Project]:
    """Return an action on a service that needs the engine only."""
    return Action(
        name=f"service-{verb}",
        help=f"{verb} one service",
        do=Each(
            call=lambda session, row, answers: call(session, of_service(row, typed(answers, "service"))),
            command=lambda row, answers: (
                "compose",
                *compose_cli.arguments(row, [verb, typed(answers, "service")], with_files=False),
            ),
            result=str,
            single=True,
        ),
        exclusive=True,
        refusal=_no_service,
        question=asks(f"{verb.capitalize()} a service of", "project", title),
        fields=(SERVICE,),
        doing=f"{doing} a service of",
        done=done,
        footer=False,
    )


def _recreate_words(answers: Answers) -> list[str]:
    return ["up", "--detach", "--no-deps", "--force-recreate", typed(answers, "service")]


def _scale_words(answers: Answers) -> list[str]:
    service = typed(answers, "service")
    return ["up", "--detach", "--no-deps", "--no-recreate", f"--scale={service}={typed(answers, 'number')}", service]


def _compose_action(
    name: str, help: str, words: Callable[[Answers], list[str]], doing: str, fields: Sequence[Field[Project]] = ()
) -> Action[Project]:
    """Return an action on a service that Compose does with the project's files."""

    def command(row: Project, answers: Answers) -> DockerCommand:
        return ("compose", *compose_cli.arguments(row, words(answers)))

    return Action(
        name=name,
        help=help,
        do=Each(
            call=lambda session, row, answers: compose_cli.up(session, row, words(answers)),
            command=command,
            result=str,
            single=True,
        ),
        exclusive=True,
        long=True,
        refusal=_no_files,
        question=lambda rows, host: (
            f"{help.capitalize()} of project {title(rows[0])} on {one_line(host)}, by docker compose up."
        ),
        fields=(SERVICE, *fields),
        doing=doing,
        done="done",
        footer=False,
    )


def _build_words(answers: Answers) -> list[str]:
    """Return the words of `docker compose build`."""
    flags = [f"--{name}" for name in ("no-cache", "pull") if name in answers.ticked]
    return ["build", *flags, *_services(answers)]


def _up_words(answers: Answers) -> list[str]:
    return ["up", "--detach", *_services(answers)]


def _services(answers: Answers) -> list[str]:
    return typed(answers, "services").split()


async def _build(session: Session, row: Project, answers: Answers) -> str:
    """Build services by Compose, and start containers of the new images if that is ticked."""
    said = await compose_cli.up(session, row, _build_words(answers))
    record(("compose", *compose_cli.arguments(row, _build_words(answers))))
    if "up" in answers.ticked:
        said = await compose_cli.up(session, row, _up_words(answers))
        record(("compose", *compose_cli.arguments(row, _up_words(answers))))
    return said


BUILD: Action[Project] = Action(
    name="build",
    key="b",
    help="docker compose build: build the images of the services",
    do=Each(
        call=_build,
        command=lambda row, answers: ("compose", *compose_cli.arguments(row, _build_words(answers))),
        result=str,
        single=True,
        records=True,
    ),
    exclusive=True,
    long=True,
    refusal=_no_files,
    question=lambda rows, host: f"Build images of project {title(rows[0])} on {one_line(host)}, by docker compose build.",
    fields=(
        Field(
            "services",
            "Services",
            offers=lambda row: [service.name for service in row.services],
            hint="empty: all that have a build section",
        ),
    ),
    choices=(
        Choice("up", "then start containers of the new images (docker compose up)"),
        Choice("no-cache", "do not use the cache"),
        Choice("pull", "pull newer base images"),
    ),
    doing="building images of",
    done="built",
    footer=False,
)
LOGS: Action[Project] = Action(
    name="service-logs",
    help="show the logs of one service, merged by time",
    do=Open("project-service-logs", single=True),
    refusal=_no_service,
    footer=False,
    changes=False,
)
SERVICES: tuple[Action[Project], ...] = (
    LOGS,
    _engine_action("start", project_actions.start, "starting", "started"),
    _engine_action("stop", project_actions.stop, "stopping", "stopped"),
    _engine_action("restart", project_actions.restart, "restarting", "restarted"),
    _compose_action("service-recreate", "recreate the containers of one service", _recreate_words, "recreating a service of"),
    _compose_action(
        "service-scale",
        "change the number of containers of one service",
        _scale_words,
        "scaling a service of",
        (Field("number", "Containers", check=_check_number),),
    ),
)
"""In the action menu and the prompt; none has a key."""
