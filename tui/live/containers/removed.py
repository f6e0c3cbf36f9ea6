"""The containers that were removed by this program, to be created again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tui.engine import Engine
from tui.engine.errors import NotFound
from tui.live import clock
from tui.live.containers.recreation import Specification, create

KEPT = 100
"""Removed containers that are remembered at most."""


@dataclass(frozen=True, slots=True)
class Removed:
    """A removed container and the time of its removal, in seconds since the epoch by the engine's clock."""

    specification: Specification
    at: float


class RemovedContainers:
    """The removed containers of an engine, the newest last, for as long as the program runs."""

    def __init__(self) -> None:
        self.all: list[Removed] = []

    def add(self, specification: Specification) -> None:
        """Remember a container that was removed now."""
        self.all = [*self.all, Removed(specification, clock.now())][-KEPT:]

    def forget(self, removed: Removed) -> None:
        """Forget a container that was created again."""
        self.all = [each for each in self.all if each is not removed]


async def put_back(engine: Engine, removed: Removed) -> list[str]:
    """Create a removed container again, with the anonymous volumes that are still there, and start it if it ran.

    Returns the paths of anonymous volumes that are gone, where it gets empty ones. Raises EngineError.
    """
    specification = removed.specification
    there = {path: name for path, name in specification.anonymous.items() if await _exists(engine, name)}
    with_volumes = replace(specification, anonymous=there).with_its_volumes()
    made = await create(engine, with_volumes, specification.name)
    if specification.running:
        await engine.containers.start(made)
    return [path for path in specification.anonymous if path not in there]


async def _exists(engine: Engine, volume: str) -> bool:
    try:
        await engine.volumes.inspect(volume)
    except NotFound:
        return False
    return True
