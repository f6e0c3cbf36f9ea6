"""The action create: the form, its checks by the engine's rules, and the requests."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tui.engine import errors
from tui.engine.digits import whole_number
from tui.resources.containers.exec_attach import check_command, check_environment
from tui.resources.containers.update import amount, check_cpus, check_memory, check_restart, policy_of
from tui.resources.model.action import Action, Answers, Choice, DockerCommand, Each, Field, Whole
from tui.resources.model.docker_commands import operands
from tui.resources.model.form_values import check_pairs, pairs, typed
from tui.resources.model.text import one_line
from tui.resources.model.validators import NAME, check_reference

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.engine.errors import EngineError
    from tui.engine.objects.containers import ContainerCreate, Created
    from tui.engine.objects.networks import PortBinding
    from tui.live.engine_session import Session

# Engine objects are imported when a container is created: the first list does not need them.

_PORT = re.compile(
    r"(?:(?P<ip>\[[0-9a-fA-F:]+\]|[0-9]{1,3}(?:\.[0-9]{1,3}){3}):)?(?:(?P<host>[0-9]{1,5}(?:-[0-9]{1,5})?)?:)?(?P<inside>[0-9]{1,5}(?:-[0-9]{1,5})?)"
    r"(?:/(?P<kind>tcp|udp|sctp))?"
)
_MODES = frozenset({"ro", "rw", "z", "Z", "nocopy", "rshared", "rslave", "rprivate", "shared", "slave", "private"})


def check_name(text: str) -> str:
    """Check a container's name; empty means that the engine chooses one."""
    right = not text.strip() or NAME.fullmatch(text.strip())
    return "" if right else "two or more of letters, digits, _ . - with a letter or digit first"


def check_ports(text: str) -> str:
    """Check ports to publish, in the format of `docker run --publish`."""
    for word in text.split():
        found = _PORT.fullmatch(word)
        if not found:
            return f"{word!r} is not a port such as 8080:80, 127.0.0.1:8080:80 or 53:53/udp"
        inside, host = _range(found["inside"]), _range(found["host"] or found["inside"])
        if not inside or not host:
            return f"{word!r}: the first port of a range must be the lower"
        if not all(0 < port < 65536 for port in (inside[0], inside[-1], host[0], host[-1])):
            return f"{word!r}: ports range from 1 to 65535"
        if len(inside) != len(host) and len(inside) > 1:
            return f"{word!r}: both ranges must have the same number of ports"
    return ""


def check_volumes(text: str) -> str:
    """Check volumes and host directories to mount, in the format of `docker run --volume`."""
    if wrong := check_command(text):
        return wrong
    for word in shlex.split(text):
        source, _, rest = word.partition(":")
        target, _, mode = rest.partition(":")
        if not (target or source).startswith("/"):
            return f"{word!r}: the path in the container must be absolute, as in data:/var/lib/data"
        if rest and not source.startswith("/") and not NAME.fullmatch(source):
            return f"{source!r} is neither a volume name nor an absolute path"
        if mode and not set(mode.split(",")) <= _MODES:
            return f"{mode!r} is not a mount option such as ro"
    return ""


def _range(text: str) -> range:
    first, _, last = text.partition("-")
    return range(whole_number(first) or 0, (whole_number(last or first) or 0) + 1)


def published(text: str) -> dict[str, list[PortBinding] | None]:
    """Return the port bindings of a field that `check_ports` accepted: "80/tcp" to the addresses on the host."""
    from tui.engine.objects.networks import PortBinding

    bindings: dict[str, list[PortBinding] | None] = {}
    for word in text.split():
        found = _PORT.fullmatch(word)
        assert found is not None, word
        inside = _range(found["inside"])
        host = [str(port) for port in _range(found["host"])] if found["host"] else [""] * len(inside)
        if len(host) > len(inside):  # one port in the container, the first free one of several on the host
            host = [found["host"]]
        for port, outside in zip(inside, host, strict=True):
            name = f"{port}/{found['kind'] or 'tcp'}"
            bound = [*(bindings.get(name) or ()), PortBinding((found["ip"] or "").strip("[]"), outside)]
            bindings[name] = bound
    return bindings


def wanted(answers: Answers) -> ContainerCreate:
    """Return the answers as the body of `ContainerCreate`."""
    from tui.engine.objects.containers import ContainerCreate
    from tui.engine.objects.hostconfig import HostConfig

    ports = published(answers.text("ports"))
    volumes = shlex.split(answers.text("volumes"))
    terminal = "terminal" in answers.ticked
    return ContainerCreate(
        image=typed(answers, "image"),
        cmd=shlex.split(answers.text("command")),
        env=shlex.split(answers.text("environment")),
        user=typed(answers, "user"),
        working_dir=typed(answers, "directory"),
        labels=pairs(answers.text("labels")),
        tty=terminal,
        open_stdin=terminal,
        exposed_ports={port: {} for port in ports},
        volumes={word: {} for word in volumes if ":" not in word},
        host_config=HostConfig(
            port_bindings=ports,
            binds=[word for word in volumes if ":" in word],
            network_mode=typed(answers, "network"),
            restart_policy=policy_of(answers.text("restart")),
            auto_remove="auto-remove" in answers.ticked,
            privileged="privileged" in answers.ticked,
            publish_all_ports="publish-all" in answers.ticked,
            memory=amount(answers.text("memory")),
            nano_cpus=round(float(answers.text("cpus") or 0) * 1e9),
        ),
    )


async def _create(session: Session, answers: Answers) -> str:
    """Create a container (`ContainerCreate`), pull a missing image first, then start it if ticked (`ContainerStart`).

    If ticked, a container of this name that never ran is removed before (`ContainerDelete`).
    """
    from tui.live.jobs.jobs import record
    from tui.live.outcomes import NotStarted

    if "replace" in answers.ticked and await _removed(session.engine, typed(answers, "name")):
        record(("rm", *operands(typed(answers, "name"))))
    made = await _made(session.engine, answers)
    found = await session.engine.containers.inspect(made.id)
    name = one_line(found.name.removeprefix("/"))
    warned = "".join(f"; the engine warns: {one_line(warning)}" for warning in made.warnings)
    if "start" not in answers.ticked:
        record(_command(answers))
        return f"container {name} created{warned}"
    try:
        await session.engine.containers.start(made.id)
    except errors.EngineError as error:
        record(_command(replace(answers, ticked=answers.ticked - {"start"})))
        words = f"container {name} was created but did not start: {error}"
        if isinstance(error, errors.UNANSWERED):
            raise type(error)(words, error.operation, error.status) from error
        raise NotStarted(words, error.operation, error.status, name=found.name.removeprefix("/")) from error
    record(_command(answers))
    return f"container {name} created and started{warned}"


async def _removed(engine: Engine, name: str) -> bool:
    """Remove the container of this name if it never ran; return whether there was one. Raises Conflict if it ran."""
    try:
        found = await engine.containers.inspect(name)
    except errors.NotFound:
        return False
    if found.state.status != "created":
        words = f"container {one_line(name)} has run and is {one_line(found.state.status)} now"
        why = "only containers that never ran are replaced."
        raise errors.Conflict(f"{words}: {why} Remove the container first, or choose another name.", "ContainerDelete")
    await engine.containers.remove(found.id)
    return True


def _retry(answers: Answers, error: EngineError) -> Answers:
    """Return the answers for the form after an error: the container that was created and did not start is to be replaced."""
    from tui.live.outcomes import NotStarted

    if not isinstance(error, NotStarted):
        return answers
    typed = tuple((name, error.name if name == "name" else text) for name, text in answers.typed)
    return replace(answers, typed=typed, ticked=answers.ticked | {"replace"})


async def _made(engine: Engine, answers: Answers) -> Created:
    config, name = wanted(answers), typed(answers, "name")
    try:
        return await engine.containers.create(config, name)
    except errors.NotFound as error:
        if "no such image" not in error.message.lower():
            raise
    from tui.live.objects.registry import pull

    await pull(engine, config.image)
    return await engine.containers.create(config, name)


_FLAGS = {
    "name": "name",
    "network": "network",
    "restart": "restart",
    "memory": "memory",
    "cpus": "cpus",
    "user": "user",
    "directory": "workdir",
}
_BOXES = {
    "terminal": ("--interactive", "--tty"),
    "auto-remove": ("--rm",),
    "privileged": ("--privileged",),
    "publish-all": ("--publish-all",),
}


def _command(answers: Answers) -> DockerCommand:
    words = ["run", "--detach"] if "start" in answers.ticked else ["create"]
    words += [flag for box, flags in _BOXES.items() if box in answers.ticked for flag in flags]
    words += [f"--{flag}={typed(answers, name)}" for name, flag in _FLAGS.items() if typed(answers, name)]
    words += [f"--env={pair}" for pair in shlex.split(answers.text("environment"))]
    words += [f"--publish={port}" for port in answers.text("ports").split()]
    words += [f"--volume={volume}" for volume in shlex.split(answers.text("volumes"))]
    words += [f"--label={name}={value}" for name, value in pairs(answers.text("labels")).items()]
    return (*words, typed(answers, "image"), *shlex.split(answers.text("command")))


def _check(answers: Answers) -> tuple[str, str]:
    restarts = typed(answers, "restart") not in ("", "no")
    if restarts and "auto-remove" in answers.ticked:
        return "restart", "a restart policy cannot be combined with removal at exit: choose either"
    network = typed(answers, "network")
    if network == "host" and answers.text("ports").strip():
        return "ports", "network mode host publishes no ports: leave the field empty"
    return "", ""


POLICIES = ("no", "unless-stopped", "always", "on-failure", "on-failure:5")

FIELDS: tuple[Field[Any], ...] = (
    Field("image", "Image", check=check_reference, offers="images", hint="nginx:1.27; pulled if missing"),
    Field("name", "Name", check=check_name, hint="empty: chosen by the engine"),
    Field("command", "Command", check=check_command, hint="empty: from the image", lines="words"),
    Field("ports", "Ports", check=check_ports, hint="8080:80 127.0.0.1:5432:5432 53:53/udp", lines="values"),
    Field(
        "volumes",
        "Volumes",
        check=check_volumes,
        hint="data:/var/lib/data /srv/conf:/etc/app:ro",
        kind="mounts",
        lines="values",
    ),
    Field("environment", "Environment", check=check_environment, hint="NAME=VALUE NAME='a value'", lines="values"),
    Field("network", "Network", offers="networks", hint="empty: bridge"),
    Field("restart", "Restart", check=check_restart, offers=POLICIES, hint="no"),
    Field("memory", "Memory", check=check_memory, hint="512m; empty: no limit"),
    Field("cpus", "CPUs", check=check_cpus, hint="1.5; empty: no limit"),
    Field("user", "User", hint="empty: from the image"),
    Field("directory", "Working directory", hint="empty: from the image"),
    Field("labels", "Labels", check=check_pairs, hint="name=value name=value", lines="values"),
)


def of_image(name: Callable[[Any], str]) -> Action[Any]:
    """Return the action that creates a container from the image under the cursor; `name` gives the image's name or id."""
    image, *others = FIELDS
    return replace(
        CREATE,
        help="create a container from the image and start it",
        do=Each(
            call=lambda session, _row, answers: _create(session, answers),
            command=lambda _row, answers: _command(answers),
            result=str,
            records=True,
            single=True,
        ),
        fields=(replace(image, initial=name), *others),
    )


CREATE: Action[Any] = Action(
    name="create",
    key="c",
    help="create a container and start it",
    do=Whole(call=_create, command=_command, records=True),
    question=lambda _rows, host: f"Create a container on {one_line(host)}.",
    fields=FIELDS,
    check=_check,
    footer=False,
    retry=_retry,
    choices=(
        Choice("start", "start the container", ticked=True),
        Choice("replace", "replace a container of this name that never ran"),
        Choice("terminal", "allocate a terminal (-it), for shells"),
        Choice("auto-remove", "remove the container when it exits"),
        Choice("publish-all", "publish all exposed ports on free ports of the host"),
        Choice("privileged", "privileged: full access to the host's devices"),
    ),
    doing="creating a container from",
    done="created",
    long=True,
)
