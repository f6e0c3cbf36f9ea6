"""The containers: their actions, and the description of the type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.engine.errors import EngineError
from tui.live.containers.container import CONTAINERS as SOURCE
from tui.live.containers.container import Container
from tui.resources.containers.bundle import BUNDLE
from tui.resources.containers.columns import COLUMNS
from tui.resources.containers.commit_export import COMMIT, EXPORT
from tui.resources.containers.compare import COMPARE
from tui.resources.containers.connect import JOIN, PART
from tui.resources.containers.create import CREATE
from tui.resources.containers.exec_attach import ENTERING
from tui.resources.containers.formats import (
    FILTER_FIELDS,
    anonymous_volumes,
    being_removed,
    filter_values,
    filter_words,
    gone,
    known_as,
    resting,
    summary,
    title,
    why_not_kill,
    why_not_pause,
    why_not_start,
    why_not_stop,
    why_not_unpause,
)
from tui.resources.containers.forward import FORWARD
from tui.resources.containers.run_all import RUN_ALL
from tui.resources.containers.start import start
from tui.resources.containers.stop import RESTART, STOP, STOP_WITH
from tui.resources.containers.tabs import TABS
from tui.resources.containers.update import UPDATE
from tui.resources.model import formats
from tui.resources.model.action import Action, Answers, Choice, Each, Field, Open, Option, Whole
from tui.resources.model.cleanup_action import CLEAN_UP
from tui.resources.model.docker_commands import asks, command, operands
from tui.resources.model.monitor_actions import WATCH
from tui.resources.model.resource import Resource
from tui.resources.model.text import count, one_line
from tui.resources.model.validators import NAME

if TYPE_CHECKING:
    from tui.engine.objects.containers import WaitResult
    from tui.live.engine_session import Session

SIGNALS = (
    Option("SIGTERM", "terminate, as stop does"),
    Option("SIGKILL", "kill immediately, without a clean exit"),
    Option("SIGINT", "interrupt, as Ctrl+C does"),
    Option("SIGQUIT", "quit; some programs dump their stacks"),
    Option("SIGHUP", "for many servers: reload the configuration"),
    Option("SIGUSR1", "defined by the program; often: reopen the log files"),
    Option("SIGUSR2", "defined by the program"),
    Option("SIGWINCH", "for some servers: shut down gracefully"),
    Option("SIGABRT", "abort, with a core dump where enabled"),
    Option("SIGSTOP", "suspend the main process"),
    Option("SIGCONT", "resume the main process"),
)


def _check_name(text: str) -> str:
    return "" if NAME.fullmatch(text) else "two or more of letters, digits, _ . - with a letter or digit first"


def _asks_to_remove(rows: Sequence[Container], host: str) -> str:
    alive = [title(row) for row in rows if not why_not_stop(row)]
    needs = f" {alive[0]} is not stopped: tick force." if len(alive) == 1 else ""
    needs = f" {len(alive)} containers are not stopped: tick force." if len(alive) > 1 else needs
    volumes = sum(len(anonymous_volumes(row)) for row in rows)
    kept = f" {count(volumes, 'anonymous volume')} {'stays' if volumes == 1 else 'stay'} unless ticked." if volumes else ""
    return asks("Remove", "container", title, "Data outside of volumes is lost.")(rows, host) + needs + kept


def _ended(result: WaitResult) -> str:
    trouble = f": {one_line(result.error.message)}" if result.error and result.error.message else ""
    return f"exited with code {result.status_code}: {formats.exit_word(result.status_code)}{trouble}"


async def _prune(session: Session, _answers: Answers) -> str:
    done = await session.engine.containers.prune()
    if not done.containers_deleted:
        return "nothing to remove: no container is stopped"
    return f"{count(len(done.containers_deleted), 'stopped container')} removed, {formats.size(done.space_reclaimed)} freed"


async def _remove(session: Session, row: Container, answers: Answers) -> None:
    """Remove a container (`ContainerDelete`), and remember what it was created from. Raises EngineError."""
    from tui.live.containers.recreation import read_specification

    try:
        known = await read_specification(session.engine, row.id)
    except EngineError:  # the removal does not depend on it: the container cannot be put back then
        known = None
    await session.engine.containers.remove(row.id, force="force" in answers.ticked, volumes="volumes" in answers.ticked)
    if known is not None:
        session.removed.add(known)


LOGS: Action[Container] = Action(
    name="logs",
    key="l",
    help="show the logs",
    do=Open("logs", single=True),
    changes=False,
)
DIFFERENCE: Action[Container] = Action(
    name="difference",
    key="~",
    help="show what differs from the image, or between two marked containers",
    do=Open("difference"),
    changes=False,
    footer=False,
)
MERGED_LOGS: Action[Container] = Action(
    name="merged-logs",
    key="L",
    help="show merged logs of the marked containers or the project",
    do=Open("merged-logs"),
    changes=False,
    footer=False,
)
START: Action[Container] = Action(
    name="start",
    key="u",
    help="start",
    do=Each(call=start, command=command("start", known_as), already="is already running"),
    exclusive=True,
    refusal=why_not_start,
    doing="starting",
    done="started",
)
UNPAUSE: Action[Container] = Action(
    name="unpause",
    key="",
    help="unpause all processes",
    do=Each(call=lambda session, row, _: session.engine.containers.unpause(row.id), command=command("unpause", known_as)),
    exclusive=True,
    refusal=why_not_unpause,
    footer=False,
    doing="unpausing",
    done="unpaused",
)
PAUSE: Action[Container] = Action(
    name="pause",
    key="p",
    help="pause all processes, or unpause a paused container",
    do=Each(call=lambda session, row, _: session.engine.containers.pause(row.id), command=command("pause", known_as)),
    or_else=UNPAUSE,
    exclusive=True,
    refusal=why_not_pause,
    footer=False,
    doing="pausing",
    done="paused",
)
KILL: Action[Container] = Action(
    name="kill",
    key="K",
    help="send a signal",
    do=Each(
        call=lambda session, row, answers: session.engine.containers.kill(row.id, signal=answers.picked),
        command=lambda row, answers: ("kill", f"--signal={answers.picked}", *operands(known_as(row))),
    ),
    refusal=why_not_kill,
    footer=False,
    question=asks("Send a signal to", "container", title),
    options=SIGNALS,
    doing="signalling",
    done="signalled",
)
WAIT: Action[Container] = Action(
    name="wait",
    key="W",
    help="wait for the exit and report the exit code",
    do=Each(
        call=lambda session, row, _: session.engine.containers.wait(row.id), command=command("wait", known_as), result=_ended
    ),
    refusal=why_not_stop,
    footer=False,
    doing="waiting for",
    done="exited",
    long=True,
    changes=False,
)
FILES: Action[Container] = Action(
    name="files",
    key="f",
    help="browse the files",
    do=Open("files", single=True),
    refusal=gone,
    changes=False,
)
RENAME: Action[Container] = Action(
    name="rename",
    key="R",
    help="rename",
    do=Each(
        call=lambda session, row, answers: session.engine.containers.rename(row.id, answers.text("name")),
        command=lambda row, answers: ("rename", *operands(known_as(row), answers.text("name"))),
        single=True,
    ),
    refusal=gone,
    footer=False,
    fields=(Field("name", "New name", initial=lambda row: row.name, check=_check_name),),
    doing="renaming",
    done="renamed",
)
REMOVE: Action[Container] = Action(
    name="remove",
    key="delete",
    also=("ctrl+k",),
    help="remove",
    do=Each(
        call=_remove,
        command=command("rm", known_as, force="--force", volumes="--volumes"),
    ),
    exclusive=True,
    refusal=being_removed,
    question=_asks_to_remove,
    danger=True,
    choices=(Choice("force", "force: kill the container first if running"), Choice("volumes", "also remove anonymous volumes")),
    doing="removing",
    done="removed",
)
RECREATE: Action[Container] = Action(
    name="recreate",
    key="D",
    help="recreate with changes, such as another version of the image",
    do=Open("recreate", single=True),
    refusal=gone,
    footer=False,
)
ANOTHER: Action[Container] = Action(
    name="another",
    help="create another container like this",
    do=Open("another", single=True),
    footer=False,
)
RUN_LINE: Action[Container] = Action(
    name="run-line",
    help="copy the docker run line",
    do=Open("run-line", single=True),
    footer=False,
    changes=False,
)
COMPOSE_FILE: Action[Container] = Action(
    name="compose-file",
    help="copy a Compose file with a service like this",
    do=Open("compose-file", single=True),
    footer=False,
    changes=False,
)
PUT_BACK: Action[Container] = Action(
    name="put-back",
    help="create a removed container again",
    do=Open("put-back", rows=False),
    footer=False,
)
PRUNE: Action[Container] = Action(
    name="prune",
    key="",
    help="remove all stopped containers",
    do=Whole(call=_prune, command=lambda _answers: ("container", "prune", "--force")),
    danger=True,
    footer=False,
    question=lambda _rows, host: f"Remove all stopped containers on {host}? Data outside of volumes is lost.",
    doing="pruning",
    done="pruned",
)

CONTAINERS: Resource[Container] = Resource(
    name="containers",
    singular="container",
    source=SOURCE,
    event_type="container",
    event_filter=lambda rows: {"container": [row.id for row in rows]},
    id=lambda row: row.id,
    title=title,
    words=filter_words,
    filter_fields=FILTER_FIELDS,
    filter_values=filter_values,
    columns=COLUMNS,
    actions=(
        LOGS,
        MERGED_LOGS,
        DIFFERENCE,
        BUNDLE,
        RUN_ALL,
        START,
        STOP,
        STOP_WITH,
        RESTART,
        *ENTERING,
        FILES,
        *WATCH,
        FORWARD,
        PAUSE,
        UNPAUSE,
        KILL,
        WAIT,
        RENAME,
        UPDATE,
        JOIN,
        PART,
        COMPARE,
        COMMIT,
        EXPORT,
        CREATE,
        RECREATE,
        ANOTHER,
        RUN_LINE,
        COMPOSE_FILE,
        REMOVE,
        PUT_BACK,
        CLEAN_UP,
        PRUNE,
    ),
    tabs=TABS,
    further_key=lambda row: row.problems,
    counts=summary,
    hidden_by_default=resting,
    sorted_by="NAME",
    empty="No containers. c creates a container.",
)
