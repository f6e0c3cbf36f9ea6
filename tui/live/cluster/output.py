"""The last lines that the tasks of a service wrote, each with its task."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, NamedTuple

from tui.engine.api.services import Services

if TYPE_CHECKING:
    from tui.engine import Engine

TAIL = 20
"""Lines of each task."""

TASK = b"com.docker.swarm.task.id="


class TaskLine(NamedTuple):
    """A line of output; `error`: of stderr. `data` is as the program wrote it."""

    task: str
    data: bytes
    error: bool


async def last_lines(engine: Engine, service: str, tty: bool) -> list[TaskLine]:
    """Return the last lines of each task, ended ones included, in the order of their tasks' answers (`ServiceLogs`).

    Raises EngineError.
    """
    found: list[TaskLine] = []
    rest = {"stdout": b"", "stderr": b"", "stdin": b""}
    async with aclosing(engine.api(Services).logs(service, tty=tty, details=True, tail=TAIL)) as frames:
        async for frame in frames:
            *lines, rest[frame.stream] = (rest[frame.stream] + frame.data).split(b"\n")
            found += [_line(line, frame.stream == "stderr") for line in lines]
    found += [_line(line, stream == "stderr") for stream, line in rest.items() if line]
    return found


def _line(line: bytes, error: bool) -> TaskLine:
    """Split the details, such as `com.docker.swarm.node.id=…,com.docker.swarm.task.id=…`, from a line."""
    details, _, text = line.partition(b" ")
    task = next((each.removeprefix(TASK) for each in details.split(b",") if each.startswith(TASK)), b"")
    return TaskLine(task.decode("ascii", "replace"), text.removesuffix(b"\r") if task else line, error)
