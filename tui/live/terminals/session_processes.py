"""Processes that a session started in its container: the engine's API can neither list nor end those of an exec.

Every command that a session runs has a mark in its environment, which child processes inherit. A second, short command in the
same container searches `/proc` for the mark, and can signal those processes.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.engine.errors import one_line
from tui.engine.objects.execs import ExecCreate

if TYPE_CHECKING:
    from tui.engine import Engine

_NAME = "__LONGSHORE_EXEC_ID"

LONGEST_ANSWER = 64 * 1024
"""Bytes of the answer read at most: the container's `sh` is not trusted."""

_LONGEST_NAME = 15  # the kernel's limit for a process name
_LINE = re.compile(r"([0-9]{1,7}) (.+)")  # pid_max is at most 4194304

# $1 is the mark, $2 the signal; 0 only lists. Prints "PID NAME" for each process with the mark.
_SWEEP = """\
for p in /proc/[0-9]*; do
  if grep -qs "$1" "$p/environ"; then
    read -r name < "$p/comm" && echo "${p#/proc/} $name"
    kill "-$2" "${p#/proc/}"
  fi
done 2>/dev/null
exit 0
"""


@dataclass(frozen=True, slots=True)
class Process:
    """A process in the container: its PID there and its program's name."""

    pid: int
    name: str


@dataclass(frozen=True, slots=True)
class Mark:
    """An environment variable that marks all processes of one session."""

    variable: str

    @classmethod
    def make(cls) -> Mark:
        """Create a unique mark."""
        return cls(f"{_NAME}={secrets.token_hex(8)}")


async def sweep(engine: Engine, container: str, mark: Mark, *, signal: str = "0", user: str = "") -> tuple[Process, ...]:
    """Send `signal` to all processes in `container` with `mark` and return them; "0" only lists.

    Needs `sh` and `grep` in the container, else returns nothing. Raises EngineError if the container does not run.
    """
    request = ExecCreate(cmd=["sh", "-c", _SWEEP, "sweep", mark.variable, signal], user=user)
    exec_id = await engine.execs.create(container, request)
    output = bytearray()
    read = 0
    async with await engine.execs.start(exec_id, tty=False) as duplex:
        async for frame in duplex.frames():
            read += len(frame.data)
            if frame.stream == "stdout":
                output += frame.data
            if read >= LONGEST_ANSWER:
                break
    return tuple(_processes(output[:LONGEST_ANSWER].decode("utf-8", "replace")))


def _processes(text: str) -> list[Process]:
    """Parse the answer, ignoring other lines. A name is printable and at most as long as the kernel allows."""
    found = []
    for line in text.split("\n"):
        if match := _LINE.fullmatch(line):
            found.append(Process(int(match[1]), one_line(match[2])[:_LONGEST_NAME] or "?"))
    return found


def in_words(processes: tuple[Process, ...], container: str) -> str:
    """Return the processes as a line of text; empty for none."""
    if not processes:
        return ""
    names = ", ".join(f"{process.name} (pid {process.pid})" for process in processes[:4])
    more = f" and {len(processes) - 4} more" if len(processes) > 4 else ""
    return f"{names}{more} still {'runs' if len(processes) == 1 else 'run'} in {one_line(container)}"
