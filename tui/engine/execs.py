"""Operations on commands run in a container: one method each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.engine.duplex import Duplex
from tui.engine.objects.execs import ConsoleSize, ExecCreate, ExecInspect

if TYPE_CHECKING:
    from tui.engine.client import Engine


class Execs:
    """`engine.execs`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def create(self, container_id: str, exec: ExecCreate) -> str:
        """`ContainerExec`: prepares a command and returns the exec's id."""
        raise NotImplementedError

    async def start(self, exec_id: str, tty: bool, console_size: ConsoleSize | None = None) -> Duplex:
        """`ExecStart`: runs it; `tty` as at its creation."""
        raise NotImplementedError

    async def inspect(self, exec_id: str) -> ExecInspect:
        """`ExecInspect`: whether it runs, and its exit code."""
        raise NotImplementedError

    async def resize(self, exec_id: str, columns: int, rows: int) -> None:
        """`ExecResize`: its TTY; not before it was started."""
        raise NotImplementedError
