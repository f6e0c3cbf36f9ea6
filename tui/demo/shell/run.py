"""Running commands."""

from __future__ import annotations

from tui.demo.objects import Container
from tui.demo.process import Process


def is_command(container: Container, name: str) -> bool:
    """Whether there is such a command."""
    return not name.startswith("nosuch")


async def execute(process: Process) -> int:
    """Echo what is typed."""
    if process.command[:1] == ["sleep"]:
        await process.world.clock.sleep(float(process.command[1]))
        return 0
    while (data := await process.input.get()) is not None:
        await process.emit(1, data)
        if data.strip() == b"exit":
            break
    return 0
