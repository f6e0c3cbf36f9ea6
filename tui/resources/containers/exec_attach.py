"""The actions shell, exec and attach, which open a terminal in a container."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from tui.live.containers.container import Container
from tui.resources.containers.formats import title
from tui.resources.model.action import Action, Answers, Choice, DockerCommand, Field, Open
from tui.resources.model.docker_commands import operands
from tui.resources.model.text import one_line

if TYPE_CHECKING:
    from tui.live.terminals.exec import ExecRequest


def why_not_enter(row: Container) -> str:
    """Return why no command can run in a container, or ""."""
    if row.state == "paused":
        return f"{title(row)} is paused; press p to unpause"
    if row.state == "restarting":
        return f"{title(row)} is restarting; try again when the container runs"
    if row.state != "running":
        return f"{title(row)} is not running; press u to start"
    return ""


def check_command(text: str) -> str:
    """Return the error in a command line, or ""."""
    try:
        shlex.split(text)
    except ValueError as error:
        return f"{str(error).lower()}: check quotes and backslashes"
    return ""


def check_environment(text: str) -> str:
    """Return the error in NAME=VALUE pairs, or ""."""
    if wrong := check_command(text):
        return wrong
    for pair in shlex.split(text):
        name, sign, _ = pair.partition("=")
        if not sign or not name:
            return f"{one_line(pair)} is not NAME=VALUE; quote values with blanks"
    return ""


FIELDS: tuple[Field[Container], ...] = (
    Field("command", "Command", check=check_command, hint="empty: bash, ash or sh", lines="words"),
    Field("user", "User", hint="name or uid, optionally with :group; empty: from the container"),
    Field("directory", "Working directory", hint="empty: from the container"),
    Field("environment", "Environment", check=check_environment, hint="NAME=VALUE NAME='a value'", lines="values"),
)
CHOICES = (Choice("privileged", "privileged: full access to the host's devices"),)
"""The form of `S`, which runs a command."""


def request_of(answers: Answers) -> ExecRequest:
    """Return the answers as a request."""
    from tui.live.terminals.exec import ExecRequest  # with the client and all, which the first list does without

    return ExecRequest(
        command=tuple(shlex.split(answers.text("command"))),
        user=answers.text("user").strip(),
        working_dir=answers.text("directory").strip(),
        env=tuple(shlex.split(answers.text("environment"))),
        privileged="privileged" in answers.ticked,
    )


def exec_command(name: str, request: ExecRequest) -> DockerCommand:
    """Return the docker command that does the same."""
    options = ["-it" if request.tty else "-i"]
    options += [f"--user={request.user}"] if request.user else []
    options += [f"--workdir={request.working_dir}"] if request.working_dir else []
    options += [f"--env={pair}" for pair in request.env]
    options += ["--privileged"] if request.privileged else []
    return ("exec", *options, *operands(name), *(request.command or ("sh",)))


SHELL: Action[Container] = Action(
    name="shell",
    key="s",
    help="open a shell in the container",
    do=Open("shell", single=True),
    refusal=why_not_enter,
)
EXEC: Action[Container] = Action(
    name="exec",
    key="E",
    help="run a command (docker exec)",
    do=Open("exec", single=True),
    refusal=why_not_enter,
    footer=False,
)
ATTACH: Action[Container] = Action(
    name="attach",
    key="a",
    help="attach to the main process",
    do=Open("attach", single=True),
    refusal=why_not_enter,
    footer=False,
)

ENTERING: tuple[Action[Container], ...] = (SHELL, EXEC, ATTACH)
"""The actions that open a terminal; part of the containers' actions."""
