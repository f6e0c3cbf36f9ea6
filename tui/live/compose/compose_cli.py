"""Compose's own program, where it is installed: only it can read the files that a project was made of.

What it writes is foreign text; it is cut into clean lines of bounded length before anybody sees it.
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
from tui.live.compose.projects import Project
from tui.live.engine_session import Session
from tui.live.jobs.jobs import report
from tui.live.outcomes import NoCompose

KEPT = 20  # lines of its output, the last ones
CHUNK = 65536
LONGEST = 500  # characters of a line
GRACE = 10.0  # seconds between asking it to end and killing it
_BREAK = re.compile(rb"[\r\n]+")
_ESCAPE = re.compile("\x1b\\[[0-9;?]*[a-zA-Z]")  # colours and cursor moves, should it write them though no terminal listens


def arguments(project: Project, words: Sequence[str], with_files: bool = True) -> list[str]:
    """The arguments after `docker compose`. Each value stands in one word with its option: none can pass for another one."""
    found = [f"--project-name={project.name}"]
    if with_files:
        found += [f"--project-directory={project.directory}"] if project.directory else []
        found += [f"--file={path}" for path in files(project)]
        found += [f"--env-file={path}" for path in project.environment_files]
    return [*found, *words]


def files(project: Project) -> list[str]:
    """The project's files, in full."""
    return [os.path.join(project.directory, path) for path in project.files]


async def up(session: Session, project: Project) -> str:
    """Create and start what the project's files say.

    Raises ReadOnly where nothing may change, Failed with the reason; its last lines are the error's notes.
    """
    if why := await asyncio.to_thread(_missing, project):
        raise errors.Failed(why)
    return await _run(session, arguments(project, ["up", "--detach"]))


async def down(session: Session, project: Project, volumes: bool = False) -> str:
    """Remove what the project's files say; without the files, what carries its labels."""
    with_files = not await asyncio.to_thread(_missing, project)
    words = ["down", "--remove-orphans", *(["--volumes"] if volumes else [])]
    return await _run(session, arguments(project, words, with_files))


def _missing(project: Project) -> str:
    if not project.files:
        return "its containers do not say which files it was made of"
    missing = next((path for path in files(project) if not Path(path).is_file()), "")
    return f"its files are not on this machine: there is no {errors.one_line(missing)}" if missing else ""


async def _run(session: Session, words: Sequence[str]) -> str:
    """Run it to its end: that it is done, and its last lines below.

    It is told the engine by DOCKER_HOST, which every version of it reads.
    """
    if session.read_only:
        raise errors.ReadOnly("Not run: this is read-only mode.")
    environment = {name: value for name, value in os.environ.items() if name != "DOCKER_CONTEXT"}
    environment["DOCKER_HOST"] = session.address.url
    lines: deque[str] = deque(maxlen=KEPT)
    status = await _output([*await program(environment), *words], environment, lines)
    said = lines[-1] if lines else "it said nothing"
    if status:
        told = next((line for line in reversed(lines) if "rror" in line), said)
        ended = f"status {status}" if status > 0 else f"signal {-status}"
        failed = errors.Failed(f"docker compose ended with {ended}: {told}")
        for line in lines:
            failed.add_note(line)
        raise failed
    return "\n".join([f"docker compose is done: {said}", *lines])


async def program(environment: Mapping[str, str]) -> list[str]:
    """How Compose is called here: as docker's plugin, else by itself. Raises Failed where it is not installed."""
    path = environment.get("PATH")
    docker = shutil.which("docker", path=path)
    if docker and await _output([docker, "compose", "version"], environment, deque(maxlen=1)) == 0:
        return [docker, "compose"]
    if alone := shutil.which("docker-compose", path=path):
        return [alone]
    raise NoCompose("docker compose is not installed on this machine.")


async def _output(command: Sequence[str], environment: Mapping[str, str], lines: deque[str]) -> int:
    """Run a command, with what it writes in `lines` as it comes; its exit status. Cancelled, it is asked to end."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=environment,
            start_new_session=True,  # ctrl+c in Longshore's terminal is not meant for it
        )
    except (OSError, ValueError) as error:  # ValueError: a zero byte in a label
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
    """Ask it to end, with all that it started; kill what does not."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                await process.wait()
                return
