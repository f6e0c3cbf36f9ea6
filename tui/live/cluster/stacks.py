"""Removal of a stack: everything with its label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.engine import errors
from tui.engine.api.configs import Configs
from tui.engine.api.secrets import Secrets
from tui.engine.api.services import Services
from tui.live.cluster.rows import STACK, StackRow
from tui.live.jobs.jobs import report

if TYPE_CHECKING:
    from tui.engine import Engine


async def remove(engine: Engine, row: StackRow) -> str:
    """Remove the services of a stack, then its secrets, configs and networks; return what was removed.

    Raises Failed, after everything else was removed, if something is left.
    """
    labelled = {"label": [f"{STACK}={row.name}"]}
    networks = [(each.id, each.name) for each in await engine.networks.list(labelled)]
    groups = (
        ("service", engine.api(Services).remove, [(each.id, each.name) for each in row.services]),
        ("secret", engine.api(Secrets).remove, [(each.id, each.name) for each in row.secrets]),
        ("config", engine.api(Configs).remove, [(each.id, each.name) for each in row.configs]),
        ("network", engine.networks.remove, networks),
    )
    removed, left = 0, []
    for kind, call, objects in groups:
        for id, name in objects:
            report(f"removing {kind} {name}")
            try:
                await call(id)
                removed += 1
            except errors.NotFound:
                pass
            except errors.EngineRefusal as refusal:
                left.append(f"{kind} {name}: {refusal}")
    if left:
        raise errors.Failed(f"{removed} objects removed; left: {'; '.join(left)}")
    return f"{removed} objects removed"
