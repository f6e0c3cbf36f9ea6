"""What happens by itself."""

from __future__ import annotations

from tui.demo.lifecycle import settle, start_main, exited
from tui.demo.world import World


def begin(world: World) -> None:
    """Set going what runs when the world begins."""
    for container in list(world.containers.values()):
        if container.status != "running":
            continue
        if container.program.shell:
            container.process = start_main(world, container, lambda code, one=container: exited(world, one, code))
        settle(world, container)
