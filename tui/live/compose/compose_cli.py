"""The `docker compose` program, if installed: only Compose can read a project's files.

Its output is untrusted text, cut into clean lines of limited length before use.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tui.engine import errors
from tui.engine.threads import in_thread
from tui.live.compose.projects import Project
from tui.live.docker_environment import docker_environment
from tui.live.engine_session import Session
from tui.live.jobs.jobs import report
from tui.live.outcomes import NoCompose

KEPT = 20  # number of last output lines kept
CHUNK = 65536
LONGEST = 500  # characters per line
GRACE = 10.0  # seconds between SIGTERM and SIGKILL
_BREAK = re.compile(rb"[\r\n]+")
_ESCAPE = re.compile("\x1b\\[[0-9;?]*[a-zA-Z]")  # colours and cursor moves, in case Compose writes them without a terminal


def arguments(project: Project, words: Sequence[str], with_files: bool = True) -> list[str]:
    """Return the arguments after `docker compose`. A value is joined to its option, so that it cannot pass for another one."""
    found = [f"--project-name={project.name}"]
    if with_files:
        found += [f"--project-directory={project.directory}"] if project.directory else []
        found += [f"--file={path}" for path in files(project)]
        found += [f"--env-file={path}" for path in project.environment_files]
    return [*found, *words]


def files(project: Project) -> list[str]:
    """Return the absolute paths of the project's files."""
    return [os.path.join(project.directory, path) for path in project.files]


UP = ("up", "--detach")


async def up(session: Session, project: Project, words: Sequence[str] = UP) -> str:
    """Run `docker compose up -d`, or another command, with the project's files.

    Raises ReadOnly in read-only mode, and Failed with the reason; its notes are the last lines of output.
    """
    if why := await _checked(project):
        raise errors.Failed(why)
    return await _run(session, arguments(project, words))


async def down(session: Session, project: Project, volumes: bool = False) -> str:
    """Run `docker compose down`: with the project's files, else by its labels."""
    with_files = not await _checked(project)
    words = ["down", "--remove-orphans", *(["--volumes"] if volumes else [])]
    return await _run(session, arguments(project, words, with_files))


async def _checked(project: Project) -> str:
    """Return why the project's files cannot be used, or ""."""
    try:
        return await in_thread(lambda: _missing(project))
    except OSError as error:
        return f"its files cannot be read: {error.strerror}"


def _missing(project: Project) -> str:
    if not project.files:
        return "the containers have no label with the Compose files"
    missing = next((path for path in files(project) if not Path(path).is_file()), "")
    return f"a Compose file is not on this machine: {errors.one_line(missing)}" if missing else ""


async def _run(session: Session, words: Sequence[str]) -> str:
    """Run Compose to its end and return the result followed by its last lines of output.

    The environment passes the engine's address: every version of Compose reads it.
    """
    if session.read_only:
        raise errors.ReadOnly("Not run: this is read-only mode.")
    environment = docker_environment(session)
    lines: deque[str] = deque(maxlen=KEPT)
    status = await _output([*await program(environment), *words], environment, lines)
    said = lines[-1] if lines else "no output"
    if status:
        told = next((line for line in reversed(lines) if "rror" in line), said)
        ended = f"status {status}" if status > 0 else f"signal {-status}"
        failed = errors.Failed(f"docker compose failed with {ended}: {told}")
        for line in lines:
            failed.add_note(line)
        raise failed
    return "\n".join([f"docker compose finished: {said}", *lines])


async def program(environment: Mapping[str, str]) -> list[str]:
    """Return the command that runs Compose: docker's plugin, else `docker-compose`. Raises Failed if neither exists."""
    path = environment.get("PATH")
    docker = await _found("docker", path)
    if docker and await _output([docker, "compose", "version"], environment, deque(maxlen=1)) == 0:
        return [docker, "compose"]
    if alone := await _found("docker-compose", path):
        return [alone]
    raise NoCompose("docker compose is not installed on this machine.")


async def _found(name: str, path: str | None) -> str | None:
    """Return the path of a program; None also if a folder on `path` does not answer."""
    try:
        return await in_thread(lambda: shutil.which(name, path=path))
    except TimeoutError:
        return None


async def _output(command: Sequence[str], environment: Mapping[str, str], lines: deque[str]) -> int:
    """Run a command, collect its output in `lines`, and return its exit status. When cancelled, end the process."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=environment,
            start_new_session=True,  # Ctrl+C in the program's terminal must not reach it
        )
    except (OSError, ValueError) as error:  # ValueError: a NUL byte in a label
        raise errors.Failed(f"{errors.one_line(command[0])} cannot be run: {error}") from None
    try:
        await _read(process.stdout, lines)
        return await process.wait()
    except asyncio.CancelledError:
        await _end(process)
        raise


async def _read(stream: asyncio.StreamReader | None, lines: deque[str]) -> None:
    assert stream is not None
    rest = b""
    while chunk := await stream.read(CHUNK):
        *whole, rest = _BREAK.split(rest + chunk)
        rest = rest[:CHUNK]
        _take(whole, lines)
    _take([rest], lines)


def _take(whole: Sequence[bytes], lines: deque[str]) -> None:
    clean = (errors.sentence(_ESCAPE.sub("", line[:CHUNK].decode("utf-8", "replace")))[:LONGEST] for line in whole)
    fresh = [line for line in clean if line]
    lines.extend(fresh)
    if fresh:
        report(fresh[-1])


async def _end(process: asyncio.subprocess.Process) -> None:
    """Send SIGTERM to the process group, then SIGKILL after the grace period."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                await process.wait()
                return
