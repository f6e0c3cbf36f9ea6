"""What a session started, found inside its container: the engine's API can neither list nor end what an exec runs.

Every command that Longshore runs carries a mark in its environment, which what it starts inherits. A second, short command in
the same container looks for the mark in `/proc`, and may send a signal to what bears it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.engine.digits import whole_number
from tui.engine.objects.execs import ExecCreate

if TYPE_CHECKING:
    from tui.engine import Engine

_NAME = "LONGSHORE_SESSION"

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
    async with await engine.execs.start(exec_id, tty=False) as duplex:
        async for frame in duplex.frames():
            if frame.stream == "stdout":
                output += frame.data
    return tuple(_processes(output.decode("utf-8", "replace")))


def _processes(text: str) -> list[Process]:
    found = []
    for line in text.splitlines():
        first, _, name = line.partition(" ")
        pid = whole_number(first)
        if pid is not None and name:
            found.append(Process(pid, name))
    return found


def in_words(processes: tuple[Process, ...], container: str) -> str:
    """What still runs, in one line for people; nothing for none."""
    if not processes:
        return ""
    names = ", ".join(f"{process.name} (pid {process.pid})" for process in processes[:4])
    more = f" and {len(processes) - 4} more" if len(processes) > 4 else ""
    return f"{names}{more} still {'runs' if len(processes) == 1 else 'run'} in {container}"
