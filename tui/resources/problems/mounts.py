"""Problems of files: mounts that hide what the program needs, rights, read-only file systems, full disks."""

from __future__ import annotations

import re

from tui.engine.objects.containers import ContainerInspect
from tui.engine.objects.hostconfig import MountPoint
from tui.live.problem import Problem
from tui.live.problems.facts import ContainerFacts, EngineFacts
from tui.resources.containers.details import user
from tui.resources.containers.exit_causes import NO_SPACE, full
from tui.resources.model.text import one_line
from tui.resources.problems.finding import problem, quoted, said

_PATH = r"(?P<path>/[^\s'\":,;)\]]+)"
_DENIED = (
    re.compile(rf"{_PATH}[^/]{{0,40}}(?:permission denied|operation not permitted|EACCES|EPERM)", re.IGNORECASE),
    re.compile(rf"(?:permission denied|operation not permitted|EACCES|EPERM)[^/]{{0,60}}{_PATH}", re.IGNORECASE),
)
_READ_ONLY = (
    re.compile(rf"{_PATH}[^/]{{0,40}}(?:read-only file ?system|EROFS)", re.IGNORECASE),
    re.compile(rf"(?:read-only file ?system|EROFS)[^/]{{0,60}}{_PATH}", re.IGNORECASE),
    re.compile(r"(?:read-only file ?system|EROFS)", re.IGNORECASE),
)
_DIRECTORY = (
    re.compile(rf"{_PATH}[^/]{{0,40}}(?:is a directory|EISDIR)", re.IGNORECASE),
    re.compile(rf"(?:is a directory|EISDIR)[^/]{{0,60}}{_PATH}", re.IGNORECASE),
)
_MISSING = (
    re.compile(rf"{_PATH}['\"]?[^/]{{0,40}}(?:no such file or directory|ENOENT|not found|cannot find)", re.IGNORECASE),
    re.compile(
        rf"(?:no such file or directory|ENOENT|cannot find(?: module)?|can't open(?: file)?)[^/]{{0,60}}{_PATH}", re.IGNORECASE
    ),
)


def mount_of(path: str, found: ContainerInspect) -> MountPoint | None:
    """Return the mount that a path of the container is in, or None."""
    inside = [mount for mount in found.mounts if f"{path}/".startswith(f"{mount.destination.rstrip('/')}/")]
    return max(inside, key=lambda mount: len(mount.destination), default=None)


def _named(mount: MountPoint) -> str:
    """Return a mount in words."""
    if mount.type == "volume":
        return f"volume {one_line(mount.name)[:40]} at {one_line(mount.destination)}"
    return f"{one_line(mount.source)} of the host at {one_line(mount.destination)}"


def hidden_program(facts: ContainerFacts, _engine: EngineFacts) -> Problem | None:
    """Find a mount that hides the program, or a file that the program needs."""
    found = facts.found
    if found is None or facts.row.state not in ("created", "exited", "restarting", "running"):
        return None
    missing = ""
    evidence: tuple[str, ...] = ()
    error = found.state.error
    if re.search(r"exec: |no such file or directory", error) and found.path.startswith("/"):
        missing = found.path
    elif match := said(facts, *_MISSING):
        missing, evidence = match["path"], (quoted(match),)
    elif re.search(r"exec: ", error) and found.config.working_dir:
        missing = found.config.working_dir  # a program that is named relative to it
    mount = mount_of(missing, found) if missing else None
    if mount is None:
        return None
    what = (
        f"A mount hides what the image has there: {one_line(missing)} is missing in {_named(mount)}."
        if missing != mount.destination
        else f"A mount hides what the image has there: {_named(mount)}."
    )
    return problem(
        "hidden-files",
        facts,
        what,
        evidence=evidence,
        advice=("Remove the mount, mount a deeper directory, or put the file there. Press f for the files.",),
        explains=True,
    )


def directory_for_file(facts: ContainerFacts, _engine: EngineFacts) -> Problem | None:
    """Find a bind mount of a file that did not exist: docker made an empty directory."""
    match = said(facts, *_DIRECTORY)
    if match is None or facts.found is None:
        return None
    mount = mount_of(match["path"], facts.found)
    if mount is None or mount.type != "bind" or mount.destination.rstrip("/") != match["path"].rstrip("/"):
        return None
    return problem(
        "directory-for-file",
        facts,
        f"{one_line(mount.source)} of the host is a directory, and the program needs a file at {one_line(mount.destination)}.",
        evidence=(quoted(match),),
        advice=("docker -v creates a directory if the file is missing: remove it, create the file, recreate the container.",),
        explains=True,
    )


def denied(facts: ContainerFacts, _engine: EngineFacts) -> Problem | None:
    """Find files that the program's user may not read or write."""
    match = said(facts, *_DENIED)
    if match is None or facts.found is None:
        return None
    path, who = one_line(match["path"]), one_line(user(facts.found))
    mount = mount_of(match["path"], facts.found)
    if mount is None and facts.row.state == "running":
        return None
    where = f" in {_named(mount)}" if mount is not None else ""
    side = "host" if mount is not None and mount.type == "bind" else "volume" if mount is not None else "image"
    return problem(
        "permission",
        facts,
        f"Permission denied: {path}{where}.",
        evidence=(quoted(match), f"The program runs as {who}."),
        advice=(f"Give this user the files on the {side} (chown), or run the program as their owner (--user).",),
        explains=True,
    )


def read_only(facts: ContainerFacts, _engine: EngineFacts) -> Problem | None:
    """Find a program that writes to a read-only file system."""
    match = said(facts, *_READ_ONLY)
    if match is None or facts.found is None:
        return None
    path = match.groupdict().get("path") or ""
    mount = mount_of(path, facts.found) if path else None
    if mount is not None and not mount.rw:
        what = f"The program writes to a read-only mount: {_named(mount)}."
        advice = "Mount it writable (without :ro), or let the program write elsewhere."
    elif facts.found.host_config.readonly_rootfs:
        at = f" ({one_line(path)})" if path else ""
        what = f"The program writes to the read-only root file system{at}."
        advice = "Give the program a tmpfs or a volume there (--tmpfs), or remove --read-only."
    else:
        what, advice = (
            f"The program writes to a read-only file system{f' at {one_line(path)}' if path else ''}.",
            ("A disk of the host may have become read-only after an error: look at dmesg on the host."),
        )
    return problem("read-only", facts, what, evidence=(quoted(match),), advice=(advice,), explains=True)


def no_space(facts: ContainerFacts, _engine: EngineFacts) -> Problem | None:
    """Find a full file system of a running container; for one that exited, the cause of the exit says so."""
    match = said(facts, NO_SPACE)
    if match is None or facts.read is None:
        return None
    return problem("disk-full", facts, full(facts.read), evidence=(quoted(match),), explains=True)
