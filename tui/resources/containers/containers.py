"""Containers: what can be done to them, and the whole of their description."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tui.live.containers.container import Container
from tui.resources.containers.columns import COLUMNS
from tui.resources.containers.commit_export import COMMIT, EXPORT
from tui.resources.containers.connect import JOIN, PART
from tui.resources.containers.create import CREATE
from tui.resources.containers.exec_attach import ENTERING
from tui.resources.containers.formats import (
    being_removed,
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
from tui.resources.containers.start import start
from tui.resources.containers.tabs import TABS
from tui.resources.containers.update import UPDATE
from tui.resources.model import formats
from tui.resources.model.cleanup_action import CLEAN_UP
from tui.resources.model.docker_commands import asks, command, operands
from tui.resources.model.monitor_actions import WATCH
from tui.resources.model.resource import Action, Answers, Choice, DockerCommand, Field, Option, Resource
from tui.resources.model.text import count, one_line
from tui.resources.model.validators import NAME

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.engine.objects.containers import WaitResult

SIGNALS = (
    Option("SIGKILL", "end it at once; it cannot tidy up"),
    Option("SIGTERM", "ask it to end, as stop does"),
    Option("SIGINT", "as Ctrl+C"),
    Option("SIGQUIT", "ask it to quit; some programs dump their stacks"),
    Option("SIGHUP", "for many servers: read the configuration again"),
    Option("SIGUSR1", "whatever the program makes of it; often: open the logs again"),
    Option("SIGUSR2", "whatever the program makes of it"),
    Option("SIGWINCH", "for some servers: end gracefully"),
    Option("SIGABRT", "abort, and leave a core dump where that is on"),
    Option("SIGSTOP", "freeze its main process"),
    Option("SIGCONT", "let its main process run on"),
)


def _check_name(text: str) -> str:
    return "" if NAME.fullmatch(text) else "two or more of letters, digits, _ . - with a letter or digit first"


def _asks_to_remove(rows: Sequence[Container], host: str) -> str:
    alive = [title(row) for row in rows if not why_not_stop(row)]
    needs = f" {alive[0]} is not stopped: that needs force." if len(alive) == 1 else ""
    needs = f" {len(alive)} of them are not stopped: that needs force." if len(alive) > 1 else needs
    return asks("Remove", "container", title, "What it wrote outside of volumes is lost.")(rows, host) + needs


async def _pause_or_not(engine: Engine, row: Container, _answers: Answers) -> str:
    """Pause; or, if it is paused, let it run on. What was done, in words."""
    if row.state == "paused":
        await engine.containers.unpause(row.id)
        return f"{title(row)} runs on"
    await engine.containers.pause(row.id)
    return f"{title(row)} paused"


def _pause_command(row: Container, answers: Answers) -> DockerCommand:
    return command("unpause" if row.state == "paused" else "pause", known_as)(row, answers)


def _ended(result: WaitResult) -> str:
    trouble = f": {one_line(result.error.message)}" if result.error and result.error.message else ""
    return f"ended with {result.status_code}: {formats.exit_word(result.status_code)}{trouble}"


async def _prune(engine: Engine, _answers: Answers) -> str:
    done = await engine.containers.prune()
    if not done.containers_deleted:
        return "nothing to remove: no container is stopped"
    return f"{count(len(done.containers_deleted), 'stopped container')} removed, {formats.size(done.space_reclaimed)} freed"


LOGS: Action[Container] = Action(
    name="logs", key="l", help="what it says", scope="one", opens="logs", changes=False,
    command=command("logs", known_as),
)  # fmt: skip
MERGED_LOGS: Action[Container] = Action(
    name="merged-logs", key="L", also=("upper_l",), help="the logs of the marked or of the project, merged by time",
    opens="merged-logs", changes=False, footer=False,
)  # fmt: skip
START: Action[Container] = Action(
    name="start", key="u", help="start", refusal=why_not_start,
    call=start,
    doing="starting", done="started", already="runs already", command=command("start", known_as),
)  # fmt: skip
STOP: Action[Container] = Action(
    name="stop", key="x", help="stop", refusal=why_not_stop, question=asks("Stop", "container", title),
    call=lambda engine, row, _: engine.containers.stop(row.id),
    doing="stopping", done="stopped", already="was stopped already", command=command("stop", known_as),
)  # fmt: skip
RESTART: Action[Container] = Action(
    name="restart", key="r", help="stop and start again", refusal=gone, question=asks("Restart", "container", title),
    call=lambda engine, row, _: engine.containers.restart(row.id),
    doing="restarting", done="restarted", command=command("restart", known_as),
)  # fmt: skip
PAUSE: Action[Container] = Action(
    name="pause", key="p", help="freeze all its processes; again lets them run on", refusal=why_not_pause, footer=False,
    call=_pause_or_not, doing="pausing", done="paused", says=str, command=_pause_command,
)  # fmt: skip
UNPAUSE: Action[Container] = Action(
    name="unpause", key="", help="let its frozen processes run on", refusal=why_not_unpause, footer=False,
    call=lambda engine, row, _: engine.containers.unpause(row.id),
    doing="unpausing", done="runs on", command=command("unpause", known_as),
)  # fmt: skip
KILL: Action[Container] = Action(
    name="kill", key="K", help="send a signal", refusal=why_not_kill, footer=False,
    question=asks("Send a signal to", "container", title), options=SIGNALS,
    call=lambda engine, row, answers: engine.containers.kill(row.id, signal=answers.picked),
    doing="sending a signal to", done="was sent the signal",
    command=lambda row, answers: ("kill", f"--signal={answers.picked}", *operands(known_as(row))),
)  # fmt: skip
WAIT: Action[Container] = Action(
    name="wait", key="W", also=("upper_w",), help="say when it ends, and how", refusal=why_not_stop, footer=False,
    call=lambda engine, row, _: engine.containers.wait(row.id), says=_ended, doing="waiting for", done="ended", long=True,
    changes=False, command=command("wait", known_as),
)  # fmt: skip
RENAME: Action[Container] = Action(
    name="rename", key="R", help="give it another name", scope="one", refusal=gone, footer=False,
    fields=(Field("name", "New name", initial=lambda row: row.name, check=_check_name),),
    call=lambda engine, row, answers: engine.containers.rename(row.id, answers.text("name")),
    doing="renaming", done="renamed",
    command=lambda row, answers: ("rename", *operands(known_as(row), answers.text("name"))),
)  # fmt: skip
REMOVE: Action[Container] = Action(
    name="remove", key="delete", also=("D",), help="remove", refusal=being_removed, question=_asks_to_remove, danger=True,
    choices=(Choice("force", "kill it first if it runs"), Choice("volumes", "remove its anonymous volumes too")),
    call=lambda engine, row, answers: engine.containers.remove(
        row.id, force="force" in answers.ticked, volumes="volumes" in answers.ticked
    ),
    doing="removing", done="removed", command=command("rm", known_as, force="--force", volumes="--volumes"),
)  # fmt: skip
PRUNE: Action[Container] = Action(
    name="prune", key="", help="remove all stopped containers", scope="all", danger=True, footer=False,
    question=lambda _rows, host: f"Remove all stopped containers on {host}? What they wrote outside of volumes is lost.",
    call_all=_prune, command_all=lambda _answers: ("container", "prune", "--force"), doing="pruning", done="pruned",
)  # fmt: skip

CONTAINERS: Resource[Container] = Resource(
    name="containers",
    singular="container",
    id=lambda row: row.id,
    title=title,
    words=filter_words,
    columns=COLUMNS,
    actions=(
        LOGS, MERGED_LOGS, START, STOP, RESTART, *ENTERING, *WATCH, PAUSE, UNPAUSE, KILL, WAIT, RENAME, UPDATE, JOIN, PART,
        COMMIT, EXPORT, CREATE, REMOVE, CLEAN_UP, PRUNE,
    ),
    tabs=TABS,
    counts=summary,
    hidden_by_default=resting,
    sorted_by="NAME",
    empty="No containers here. c makes one.",
)  # fmt: skip
