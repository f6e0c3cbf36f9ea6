"""The form of a build: checks of its fields, the request, the docker command."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tui.resources.model import formats
from tui.resources.model.action import Answers, Choice, DockerCommand, Field
from tui.resources.model.form_values import check_pairs, pairs, typed
from tui.resources.model.text import count, one_line
from tui.resources.model.validators import PLATFORMS, check_platform, check_tag

if TYPE_CHECKING:
    from tui.live.builds.build import BuildRequest
    from tui.live.builds.context import Context, Size

LARGE = 100_000_000
"""Bytes of a context from which the build is confirmed first."""

LARGEST_SHOWN = 3
"""Entries of a context that are named, largest first."""

_ID = re.compile(r"[A-Za-z0-9][\w.-]*")


def _words(text: str) -> list[str]:
    return shlex.split(text)


def check_tags(text: str) -> str:
    """Check the tags of the new image; none is allowed."""
    try:
        return next((f"{word}: {why}" for word in _words(text) if (why := check_tag(word))), "")
    except ValueError:
        return "a closing quotation mark is missing"


def check_secrets(text: str) -> str:
    """Check secrets in the format of `docker build --secret`."""
    try:
        return next((why for word in _words(text) if (why := _secret(word)[2])), "")
    except ValueError:
        return "a closing quotation mark is missing"


def _secret(word: str) -> tuple[str, str, str]:
    """Return the id, the file and the error of a secret: id=token,src=path."""
    options = {name: value for name, _, value in (part.partition("=") for part in word.split(","))}
    id, source = options.get("id", ""), options.get("src") or options.get("source") or ""
    unknown = options.keys() - {"id", "src", "source", "type"}
    if not _ID.fullmatch(id) or unknown or options.get("type", "file") != "file":
        return id, source, f"{word!r} is not a secret such as id=token,src=token.txt"
    return id, source or id, ""


def check_agents(text: str) -> str:
    """Check SSH agents in the format of `docker build --ssh`."""
    for word in text.split():
        id, _, path = word.partition("=")
        if not _ID.fullmatch(id):
            return f"{word!r} is not an agent such as default, or default=/run/user/1000/agent"
        if not path and not os.environ.get("SSH_AUTH_SOCK"):
            return "no SSH agent runs here: SSH_AUTH_SOCK is not set"
    return ""


def check_directory(text: str) -> str:
    """Check that a directory is typed; the file system is asked later."""
    return "" if text.strip() else "enter the directory with the Dockerfile"


DIRECTORY: Field[None] = Field("directory", "Directory", check=check_directory, hint="the directory with the Dockerfile")
DOCKERFILE: Field[None] = Field("dockerfile", "Dockerfile", hint="empty: Dockerfile in the directory")
TARGET: Field[None] = Field("target", "Target", hint="empty: the last stage")
ARGUMENTS: Field[None] = Field(
    "arguments", "Build arguments", check=check_pairs, hint="NAME=value NAME='a value'", lines="values"
)
FIELDS: tuple[Field[None], ...] = (
    DIRECTORY,
    DOCKERFILE,
    Field("tags", "Tags", check=check_tags, hint="shop/web:1.4 registry.example.com/shop/web:1.4", lines="values"),
    TARGET,
    ARGUMENTS,
    Field("platform", "Platform", check=check_platform, offers=PLATFORMS, hint="empty: the platform of the engine"),
    Field("labels", "Labels", check=check_pairs, hint="name=value name=value", lines="values"),
    Field("network", "Network of RUN", offers=("default", "none", "host"), hint="empty: default"),
    Field("secrets", "Secrets", check=check_secrets, hint="id=token,src=token.txt; needs BuildKit", lines="values"),
    Field("agents", "SSH agents", check=check_agents, offers=("default",), hint="default; needs BuildKit"),
)


def choices(buildkit: bool) -> tuple[Choice, ...]:
    """Return the boxes of the form; `buildkit`: the engine prefers BuildKit."""
    return (
        Choice("buildkit", "BuildKit", ticked=buildkit),
        Choice("no-cache", "do not use the cache"),
        Choice("pull", "pull newer base images"),
    )


def check(answers: Answers, context: Context | None, podman: bool) -> tuple[str, str]:
    """Return the error in the answers as a whole: the field and the reason."""
    buildkit = "buildkit" in answers.ticked
    if buildkit and podman:
        return "agents", "Podman has no BuildKit: remove the tick"
    for name, what in (("secrets", "secrets"), ("agents", "SSH agents")):
        if typed(answers, name) and not buildkit:
            return name, f"{what} need BuildKit: tick BuildKit"
    target = typed(answers, "target")
    if target and context is not None and context.dockerfile.stage_number(target) is None:
        named = ", ".join(filter(None, context.dockerfile.stages))
        return "target", f"no stage {target!r} in the Dockerfile" + (f": choose {named}" if named else "")
    return "", ""


def request_of(answers: Answers, context: Context) -> BuildRequest:
    """Return the request of answers that were checked."""
    from tui.live.builds.build import BuildRequest

    secrets = {id: source for id, source, _ in map(_secret, _words(answers.text("secrets")))}
    agents = dict(word.partition("=")[::2] for word in answers.text("agents").split())
    return BuildRequest(
        context=context,
        tags=tuple(_words(answers.text("tags"))),
        target=typed(answers, "target"),
        arguments=pairs(answers.text("arguments")),
        platform=typed(answers, "platform"),
        labels=pairs(answers.text("labels")),
        network=typed(answers, "network"),
        no_cache="no-cache" in answers.ticked,
        pull="pull" in answers.ticked,
        buildkit="buildkit" in answers.ticked,
        secrets={id: Path(source) for id, source in secrets.items()},
        agents={id: Path(path or os.environ.get("SSH_AUTH_SOCK", "")) for id, path in agents.items()},
    )


def command(answers: Answers) -> DockerCommand:
    """Return the docker command that builds the same."""
    words = ["build"]
    words += [f"--file={typed(answers, 'dockerfile')}"] if typed(answers, "dockerfile") else []
    words += [f"--tag={tag}" for tag in _words(answers.text("tags"))]
    words += [f"--{name}={typed(answers, name)}" for name in ("target", "platform", "network") if typed(answers, name)]
    words += [f"--build-arg={name}={value}" for name, value in pairs(answers.text("arguments")).items()]
    words += [f"--label={name}={value}" for name, value in pairs(answers.text("labels")).items()]
    words += [f"--secret={word}" for word in _words(answers.text("secrets"))]
    words += [f"--ssh={word}" for word in answers.text("agents").split()]
    words += [f"--{name}" for name in ("no-cache", "pull") if name in answers.ticked]
    return (*words, typed(answers, "directory"))


def stages_text(context: Context) -> str:
    """Return the stages of a context's Dockerfile: "3 stages: base, stage-1, final"."""
    dockerfile = context.dockerfile
    names = [dockerfile.stage_name(number) for number in range(len(dockerfile.stages))]
    return f"{count(len(names), 'stage')}: {one_line(', '.join(names))}" if len(names) > 1 else ""


def size_text(size: Size) -> str:
    """Return the size of a context with its largest entries: "21 files, 3.40 MB: .git 3.10 MB"."""
    more = "more than " if not size.complete else ""
    text = f"{more}{count(size.files, 'file')}, {formats.size(size.bytes)}"
    large = largest(size)
    return f"{text}: {large}" if large else text


def largest(size: Size) -> str:
    """Return the entries that make up most of a context, or ""."""
    found = [
        (name, bytes) for name, bytes in size.largest.most_common(LARGEST_SHOWN) if bytes > max(size.bytes // 10, 1_000_000)
    ]
    return ", ".join(f"{one_line(name)} {formats.size(bytes)}" for name, bytes in found)


def question(size: Size, context: Context, host: str) -> list[str]:
    """Return what is asked before a large context is sent, or one that cannot be read as a whole; empty for any other."""
    lines = []
    if size.bytes >= LARGE or not size.complete:
        lines.append(f"Send the context to {host}? {size_text(size)}.")
        ignored = context.ignored_by.name if context.ignored_by is not None else ".dockerignore"
        lines.append(f"What the build does not need can be named in {one_line(ignored)}.")
    return lines


def unreadable(size: Size) -> str:
    """Return why a context cannot be sent, or ""."""
    if not size.unreadable:
        return ""
    names: Sequence[str] = [one_line(name) for name in size.unreadable]
    return f"no permission to read {', '.join(names)}: change the mode, or add the path to .dockerignore"
