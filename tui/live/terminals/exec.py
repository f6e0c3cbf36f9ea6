"""Terminal streams of processes that are started in a container: how a shell is found, ended and told apart from a failure."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tui.engine import errors
from tui.engine.objects.execs import ConsoleSize, ExecCreate, ExecInspect
from tui.engine.transport.decoding import MISFITS
from tui.engine.transport.frames import Frame
from tui.live.outcomes import NoShell
from tui.live.terminals.session_processes import Mark, Process, in_words, sweep
from tui.live.terminals.stream import Outcome, Size, Stream, TerminalStream
from tui.live.threads import answered

if TYPE_CHECKING:
    from tui.engine import Engine

TERMINAL = ("TERM=xterm-256color", "COLORTERM=truecolor")
"""What the program inside is told that it talks to."""

DETACH_KEYS = "ctrl-^,ctrl-@,ctrl-^,ctrl-@"
"""Docker holds the first detach key back until the next key. Its default, ctrl-p, is shell history; this one is rarely used."""

# One command finds the best shell and replaces itself with it: one round trip, and no parent process remains.
_BEST_SHELL = ("sh", "-c", "for s in bash ash; do command -v $s >/dev/null 2>&1 && exec $s; done; exec sh")
_OTHER_SHELLS = (("bash",), ("ash",), ("/busybox/sh",))  # where PATH has no `sh`
_NOT_STARTED = (126, 127)
_RUNTIME_ERROR = re.compile(rb"OCI runtime|executable file|no such file or directory|exec failed", re.IGNORECASE)
_NO_DIRECTORY = re.compile(rb'chdir to cwd \(\\?"(.{1,4096}?)\\?"\)')
_MISSING = re.compile(rb"executable file .*not found|no such file or directory", re.IGNORECASE)
_FIRST = 1024

_POLL_SECONDS = 0.02  # seconds between two inspections of an exec
_REACTION_SECONDS = 1.0  # seconds for a program to react to a signal
_ANSWER_TIMEOUT_SECONDS = 10.0  # seconds for the engine to answer


@dataclass(frozen=True, slots=True)
class ExecRequest:
    """A command to run in a container; empty: the best available shell. `env` holds NAME=VALUE."""

    command: tuple[str, ...] = ()
    user: str = ""
    working_dir: str = ""
    env: tuple[str, ...] = ()
    privileged: bool = False
    tty: bool = True


async def detach_keys() -> str:
    """Return the detach keys of docker's configuration; else keys that do not interfere with typing."""
    return await answered("docker's configuration", configured_detach_keys, DETACH_KEYS)


def configured_detach_keys(environ: Mapping[str, str] = os.environ, home: Path | None = None) -> str:
    """Read the detach keys; see `detach_keys`."""
    folder = Path(environ.get("DOCKER_CONFIG") or (home or Path.home()) / ".docker")
    try:
        found = json.loads((folder / "config.json").read_bytes())
    except (OSError, *MISFITS):
        return DETACH_KEYS  # no configuration, or not readable
    keys = found.get("detachKeys") if isinstance(found, dict) else None
    return keys if isinstance(keys, str) and keys else DETACH_KEYS


def refuse_read_only(engine: Engine, what: str) -> None:
    """Raise ReadOnly if the engine is read-only; `what` could change the container."""
    if engine.read_only:
        raise errors.ReadOnly(f"Not sent: this is read-only mode, where {what} could change the container.")


class ExecStream(TerminalStream):
    """A command running in a container (`ContainerExec`, `ExecStart`)."""

    def __init__(
        self, engine: Engine, container: str, name: str, stream: Stream, exec_id: str, request: ExecRequest, mark: Mark
    ) -> None:
        super().__init__(engine, container, name, stream, tty=request.tty, accepts_input=True)
        self.exec_id = exec_id
        self._request = request
        self._mark = mark
        self._first = b""  # beginning of the output, or the engine's error message in its place

    async def _next(self) -> Frame | None:
        frame = await super()._next()
        if frame is not None and not self._first:
            self._first = frame.data[:_FIRST]
        return frame

    async def _resize(self, size: Size) -> None:
        await self.engine.execs.resize(self.exec_id, size.columns, size.rows)

    async def started(self) -> bool:
        """Wait until output or inspecting shows that the command runs or failed to start. Returns False if it failed."""
        first = self.begin_reading()
        while not first.done():
            await asyncio.wait((first,), timeout=_POLL_SECONDS)
            if not first.done():
                found = await self.engine.execs.inspect(self.exec_id)
                if found.running and found.pid:  # Docker 20 reports it as running too early
                    return True
        frame = first.result()
        if frame is not None and not _RUNTIME_ERROR.search(frame.data):
            return True
        found = await self._ended(_REACTION_SECONDS)
        return found.running or found.exit_code not in _NOT_STARTED

    @property
    def missing_directory(self) -> str:
        """The working directory that does not exist, by the runtime's error message, or ""."""
        match = _NO_DIRECTORY.search(self._first)
        return errors.one_line(match[1].decode(errors="replace")) if match else ""

    async def outcome(self) -> Outcome:
        """Return the exit code, and what the session left running in the background."""
        found = await self._ended(_REACTION_SECONDS)
        try:
            left = in_words(await self._sweep("0"), self.name)
        except (errors.EngineError, TimeoutError):
            left = ""  # the container does not run
        missing = not found.running and found.exit_code in _NOT_STARTED and _MISSING.search(self._first)
        why = f"{self.name} has no program of that name." if missing else ""  # Docker 20 uses 126 for that too
        if not found.running and (directory := self.missing_directory):
            why = f"The working directory {directory} does not exist in {self.name}; choose another one, such as /."
        return Outcome(None if found.running else found.exit_code, detached=found.running, left=left, why=why)

    async def end(self) -> str:
        """End the session: Ctrl+C and Ctrl+D for a shell at its prompt, then SIGHUP, then SIGKILL.

        Signals go to all processes that the session started, also in the background; returns what could not be ended.
        """
        try:
            if (await self.engine.execs.inspect(self.exec_id)).running:
                await self._ask_politely()
            for signal in ("HUP", "KILL"):
                if not await self._sweep(signal):
                    break
                await self._wait_for_processes()
            left = await self._sweep("0")
            found = await self.engine.execs.inspect(self.exec_id)
        except errors.NotFound:
            return ""  # the container was removed
        except errors.Conflict:
            return await self._left_in_a_halted_container()
        except TimeoutError:
            return f"{self._program} may still run in {self.name}: the engine did not answer in time"
        finally:
            await self.close()
        if found.running and not left:
            return f"{self._program} still runs in {self.name} (pid {found.pid} of the host)"
        return in_words(left, self.name)

    async def _ask_politely(self) -> None:
        with suppress(errors.EngineError, TimeoutError):  # the program may outlive the connection
            if self.tty:
                await asyncio.wait_for(self.write(b"\x03\x04"), _POLL_SECONDS)
            else:
                await asyncio.wait_for(self.half_close(), _POLL_SECONDS)
        await self._ended(_POLL_SECONDS * 10)

    async def _left_in_a_halted_container(self) -> str:
        """Handle a container that is paused or stopped, where no command can run."""
        state = (await self.engine.containers.inspect(self.container)).state
        if not state.paused:
            return ""
        return f"{self._program} keeps running in {self.name}, which is paused: unpause the container to end the process"

    @property
    def _program(self) -> str:
        return self._request.command[0] if self._request.command else "the shell"

    async def _sweep(self, signal: str) -> tuple[Process, ...]:
        user = self._request.user
        return await asyncio.wait_for(
            sweep(self.engine, self.container, self._mark, signal=signal, user=user), _ANSWER_TIMEOUT_SECONDS
        )

    async def _wait_for_processes(self) -> None:
        """Wait until no process of the session is left, or the time is over."""
        deadline = asyncio.get_running_loop().time() + _REACTION_SECONDS
        while asyncio.get_running_loop().time() < deadline:
            if not await self._sweep("0"):
                return
            await asyncio.sleep(_POLL_SECONDS)

    async def _ended(self, seconds: float) -> ExecInspect:
        """Return the exec's inspection after its end, or as it is after `seconds`."""
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            found = await self.engine.execs.inspect(self.exec_id)
            ended = not found.running and found.exit_code is not None
            if ended or asyncio.get_running_loop().time() >= deadline:
                return found
            await asyncio.sleep(_POLL_SECONDS)


async def open_exec(engine: Engine, container: str, name: str, request: ExecRequest, size: Size) -> ExecStream:
    """Run a command in a container; an empty one is the best available shell: bash, ash or sh.

    `name` is the container's name for messages. Raises EngineError: Conflict if it does not run, NoShell if it has none.
    """
    refuse_read_only(engine, "a command")
    if request.command:
        return await _start(engine, container, name, request, size)
    for command in (_BEST_SHELL, *_OTHER_SHELLS):
        terminal = await _start(engine, container, name, replace(request, command=command), size)
        if await terminal.started():
            return terminal
        await terminal.close()
        if (directory := terminal.missing_directory) and not request.working_dir:
            return await open_exec(
                engine, container, name, replace(request, command=_shell_in_root(directory), working_dir="/"), size
            )
    raise NoShell(f"{name} has no shell (bash, ash, sh): the image has no shell.")


def _shell_in_root(directory: str) -> tuple[str, ...]:
    """Return the command of a shell that says why it does not start in the container's working directory."""
    notice = shlex.quote(f"The working directory {directory} does not exist: this shell starts in /.")
    return (*_BEST_SHELL[:2], f"echo {notice}; {_BEST_SHELL[2]}")


async def _start(engine: Engine, container: str, name: str, request: ExecRequest, size: Size) -> ExecStream:
    mark = Mark.make()
    console = ConsoleSize(size.rows, size.columns) if request.tty else None
    prepared = ExecCreate(
        cmd=list(request.command),
        tty=request.tty,
        env=[*(TERMINAL if request.tty else ()), *request.env, mark.variable],
        user=request.user,
        working_dir=request.working_dir,
        privileged=request.privileged,
        attach_stdin=True,
        console_size=console,
        detach_keys=await detach_keys(),
    )
    exec_id = await engine.execs.create(container, prepared)
    stream = await engine.execs.start(exec_id, request.tty, console)
    return ExecStream(engine, container, name, stream, exec_id, request, mark)
