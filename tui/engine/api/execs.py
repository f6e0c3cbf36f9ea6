"""Operations on execs, one method each."""

from __future__ import annotations

import msgspec

from tui.engine.objects.base import Object
from tui.engine.objects.execs import ConsoleSize, ExecCreate, ExecInspect
from tui.engine.transport.duplex import Duplex
from tui.engine.transport.wire import Call, Wire, segment

CONSOLE_SIZE_SINCE = "1.42"


class _ExecStart(Object, frozen=True, omit_defaults=False):
    detach: bool = False
    tty: bool = False
    console_size: ConsoleSize | msgspec.UnsetType = msgspec.UNSET


class _Id(Object, frozen=True):
    id: str = ""


class Execs:
    """`engine.execs`."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def create(self, container_id: str, exec: ExecCreate) -> str:
        """`ContainerExec`: create an exec and return its id.

        Raises NotFound for an unknown container, Conflict if it is stopped or paused.
        """
        if exec.console_size is not None and not self._wire.serves(CONSOLE_SIZE_SINCE):
            exec = msgspec.structs.replace(exec, console_size=None)
        call = Call("ContainerExec", "POST", f"/containers/{segment(container_id)}/exec", body=exec)
        return (await self._wire.ask(call, _Id)).id

    async def start(self, exec_id: str, tty: bool, console_size: ConsoleSize | None = None) -> Duplex:
        """`ExecStart`: start it; `tty` as at its creation. The size applies from API 1.42 on, else resize right after.

        A missing program shows in the output and as exit code 126 or 127.
        """
        sized = console_size is not None and tty and self._wire.serves(CONSOLE_SIZE_SINCE)
        body = _ExecStart(tty=tty, console_size=console_size if sized and console_size else msgspec.UNSET)
        return await self._wire.hijack(Call("ExecStart", "POST", f"/exec/{segment(exec_id)}/start", body=body), tty)

    async def inspect(self, exec_id: str) -> ExecInspect:
        """`ExecInspect`: whether it runs, and its exit code."""
        return await self._wire.ask(Call("ExecInspect", "GET", f"/exec/{segment(exec_id)}/json"), ExecInspect)

    async def resize(self, exec_id: str, columns: int, rows: int) -> None:
        """`ExecResize`: resize its TTY. Before the start it fails after 10 s."""
        query = {"h": rows, "w": columns}
        await self._wire.request(Call("ExecResize", "POST", f"/exec/{segment(exec_id)}/resize", query))
