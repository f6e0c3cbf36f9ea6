"""The call of the action start; a refused port names the container that publishes the port."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.engine import errors
from tui.engine.digits import whole_number
from tui.live.containers.container import Container
from tui.live.containers.port_taken import taken_port
from tui.resources.model.action import Answers
from tui.resources.model.text import one_line

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.live.engine_session import Session


async def start(session: Session, row: Container, _answers: Answers) -> bool:
    """Start a container (`ContainerStart`). Return False if already running. Raises EngineError."""
    try:
        return await session.engine.containers.start(row.id)
    except errors.EngineRefusal as error:
        session.inspector.inspect_again(row.id)  # the engine keeps the reason, and no event tells of it
        if not isinstance(error, errors.ServerError):
            raise
        port = taken_port(error.message)
        holder = await _holder(session.engine, whole_number(port) or 0) if port else ""
        if not holder:
            raise
        words = f"port {port} is used by {holder}: stop {holder} first, or publish another port ({error.message})"
        raise errors.ServerError(words, error.operation, error.status) from error


async def _holder(engine: Engine, port: int) -> str:
    """Return the name of the running container that publishes a port, or ""."""
    try:
        running = await engine.containers.list()
    except errors.EngineError:  # the original error is shown instead
        return ""
    names = (each.names[0] for each in running if each.names and any(one.public_port == port for one in each.ports))
    return one_line(next(names, "")).removeprefix("/")
