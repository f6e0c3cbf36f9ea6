"""Which engine answers at an address."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.engine.objects.system import SystemInfo


class Identity(NamedTuple):
    """Fields that distinguish engines at the same address."""

    id: str
    name: str
    root: str


def identity(engine: Engine, info: SystemInfo) -> Identity:
    """Return the engine's identity from its information."""
    if engine.ping_info.server.startswith("Libpod"):  # Podman generates an id for each answer
        return Identity("", info.name, info.docker_root_dir)
    return Identity(info.id, "", "")
