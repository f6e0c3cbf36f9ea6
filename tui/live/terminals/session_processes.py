"""What a session started, found inside its container: the engine's API can neither list nor end what an exec runs.

Every command that Longshore runs carries a mark in its environment, which what it starts inherits. A second, short command in
the same container looks for the mark in `/proc`, and may send a signal to what bears it.
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

_NAME = "LONGSHORE_SESSION"

LONGEST_ANSWER = 64 * 1024
"""Bytes of the answer that are read. The container's own `sh` gives them, which may be any program."""

_LONGEST_NAME = 15  # the kernel keeps no more of a process's name
_LINE = re.compile(r"([0-9]{1,7}) (.+)")  # pid_max is 4194304 at most

# $1 is the mark, $2 the signal; 0 only looks. Prints a line "PID NAME" for each process that bears the mark.
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
    """A process inside the container: its number there and the name of its program."""

    pid: int
    name: str


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark of one session on all that it starts, as a variable of the environment."""

    variable: str

    @classmethod
    def make(cls) -> Mark:
        """A mark that nobody else has."""
        return cls(f"{_NAME}={secrets.token_hex(8)}")


async def sweep(engine: Engine, container: str, mark: Mark, *, signal: str = "0", user: str = "") -> tuple[Process, ...]:
    """Send `signal` to everything in `container` that bears `mark`, and say what that was; "0" only looks.

    Needs `sh` and `grep` in the container: without them nothing is found. Raises EngineError when the container does not run.
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
    """The processes in an answer; lines of another form are none. A name is printable, and no longer than the kernel's are."""
    found = []
    for line in text.split("\n"):
        if match := _LINE.fullmatch(line):
            found.append(Process(int(match[1]), one_line(match[2])[:_LONGEST_NAME] or "?"))
    return found


def in_words(processes: tuple[Process, ...], container: str) -> str:
    """What still runs, in one line for people; nothing for none."""
    if not processes:
        return ""
    names = ", ".join(f"{process.name} (pid {process.pid})" for process in processes[:4])
    more = f" and {len(processes) - 4} more" if len(processes) > 4 else ""
    return f"{names}{more} still {'runs' if len(processes) == 1 else 'run'} in {one_line(container)}"
