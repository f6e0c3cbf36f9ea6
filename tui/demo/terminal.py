"""The terminal between a client and a process."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.demo.process import Process


class Terminal:
    """Echoes, for now."""

    def __init__(self, process: Process) -> None:
        self.process = process

    def shown(self, data: bytes) -> bytes:
        """Output as the terminal gets it."""
        return data.replace(b"\n", b"\r\n")

    async def typed(self, data: bytes) -> None:
        """Input."""
        await self.process.deliver(1, data.replace(b"\r", b"\r\n"))
        self.process.input.put_nowait(data.replace(b"\r", b"\n"))

    def resized(self) -> None:
        """Another size."""

    def hang_up(self) -> None:
        """The process has ended."""
