"""One command in several containers, without a terminal: its output, exit code, and a limit of time for each."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.engine import errors
from tui.engine.objects.execs import ExecCreate
from tui.live.terminals.exec import refuse_read_only

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.live.engine_session import Session

AT_A_TIME = 8
"""Containers in which the command runs concurrently."""

MOST = 256 * 1024
"""Bytes of output kept of each container."""


@dataclass(frozen=True, slots=True)
class Place:
    """A container in which the command runs: the session of its engine, its id, its name for users."""

    session: Session
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of the command in a container: the exit code (None: unknown), the output, why it has no end.

    `late`: the limit of time was over; the command may still run.
    """

    place: Place
    code: int | None = None
    output: bytes = b""
    cut: bool = False
    late: bool = False
    problem: str = ""


async def run_in_all(
    places: Sequence[Place], command: Sequence[str], user: str, seconds: float, ran: Callable[[Ran], object]
) -> None:
    """Run a command in containers (`ContainerExec`, `ExecStart`, `ExecInspect`); `ran` is called with each result."""
    limit = asyncio.Semaphore(AT_A_TIME)

    async def one(place: Place) -> None:
        async with limit:
            ran(await _run(place, command, user, seconds))

    async with asyncio.TaskGroup() as group:
        for place in places:
            group.create_task(one(place))


async def _run(place: Place, command: Sequence[str], user: str, seconds: float) -> Ran:
    output = bytearray()
    try:
        engine = place.session.engine
        refuse_read_only(engine, "a command")
        async with asyncio.timeout(seconds):
            exec_id = await engine.execs.create(place.id, ExecCreate(cmd=[*command], user=user))
            cut = await _read(engine, exec_id, output)
            code = None if cut else (await engine.execs.inspect(exec_id)).exit_code
    except TimeoutError:
        return Ran(place, None, bytes(output), late=True)
    except errors.EngineError as error:
        return Ran(place, None, bytes(output), problem=str(error))
    return Ran(place, code, bytes(output), cut)


async def _read(engine: Engine, exec_id: str, output: bytearray) -> bool:
    """Read the output to its end; return whether it was cut off at `MOST` bytes."""
    async with await engine.execs.start(exec_id, tty=False) as duplex:
        async for frame in duplex.frames():
            output += frame.data
            if len(output) > MOST:
                del output[MOST:]
                return True
    return False


def grouped(results: Sequence[Ran]) -> list[list[Ran]]:
    """Return the results with the same outcome and output together, the largest group first."""
    groups: OrderedDict[tuple[object, ...], list[Ran]] = OrderedDict()
    for each in results:
        groups.setdefault((each.code, each.output, each.late, each.problem), []).append(each)
    return sorted(groups.values(), key=len, reverse=True)
