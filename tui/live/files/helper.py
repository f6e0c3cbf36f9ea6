"""The container through which a volume is browsed."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from tui.engine import Engine
from tui.engine.errors import NotFound
from tui.engine.objects.containers import ContainerCreate
from tui.engine.objects.hostconfig import HostConfig
from tui.live.containers.container import Container
from tui.live.files.rows import Place

LABEL = "longshore.helper"
"""The label of helper containers; its value is the volume."""

MOUNTED = "/longshore-volume"


def holder_of(volume: str, containers: Iterable[Container]) -> Place | None:
    """Return where a volume is mounted in a container, running ones first; None without such a container."""
    found = [
        Place(container=row.id, name=row.name, root=mount.destination, volume=volume)
        for row in sorted(containers, key=lambda row: (not row.alive, row.name))
        for mount in row.mounts
        if mount.type == "volume" and mount.name == volume and mount.destination.startswith("/") and row.state != "removing"
    ]
    return next(iter(found), None)


async def create_helper(engine: Engine, volume: str, image: str) -> Place:
    """Create a container that mounts a volume and is never started (`ContainerCreate`). Raises EngineError."""
    name = f"longshore-helper-{secrets.token_hex(4)}"
    config = ContainerCreate(
        image=image,
        cmd=["never-started"],
        labels={LABEL: volume},
        host_config=HostConfig(binds=[f"{volume}:{MOUNTED}:nocopy"], network_mode="none"),
    )
    made = await engine.containers.create(config, name)
    return Place(container=made.id, name=name, root=MOUNTED, volume=volume)


async def remove_helper(engine: Engine, place: Place) -> None:
    """Remove a helper container (`ContainerDelete`); the volume stays. Raises EngineError."""
    try:
        await engine.containers.remove(place.container, force=True)
    except NotFound:
        return
