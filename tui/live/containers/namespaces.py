"""The containers whose network, processes or IPC another container shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.engine import errors
from tui.engine.objects.containers import ContainerInspect

if TYPE_CHECKING:
    from tui.engine import Engine

SHARED = "container:"


@dataclass(frozen=True, slots=True)
class Owner:
    """The container that a namespace belongs to. `started_at` is the engine's time stamp of its last start."""

    id: str
    name: str
    started_at: str


@dataclass(frozen=True, slots=True)
class Inspected:
    """An inspected container, and the owners of the namespaces that it shares, by the mode's text ("container:ID")."""

    found: ContainerInspect
    owners: Mapping[str, Owner]


async def inspect(engine: Engine, id: str) -> Inspected:
    """Inspect a container and the owners of its namespaces (`ContainerInspect`). Raises EngineError.

    An owner that does not exist any more is left out.
    """
    found = await engine.containers.inspect(id)
    host, owners = found.host_config, {}
    for mode in dict.fromkeys((host.network_mode, host.pid_mode, host.ipc_mode)):
        if mode.startswith(SHARED):
            try:
                owner = await engine.containers.inspect(mode.removeprefix(SHARED))
            except errors.NotFound:
                continue
            owners[mode] = Owner(owner.id, owner.name.removeprefix("/"), owner.state.started_at)
    return Inspected(found, owners)
