"""The engine's membership in a swarm: one row, from what the engine and the managers say."""

from __future__ import annotations

from collections.abc import Collection as Ids
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tui.engine import errors
from tui.engine.api.nodes import Nodes
from tui.engine.api.swarm import Swarms
from tui.engine.objects.nodes import Node
from tui.engine.objects.swarm import Swarm
from tui.engine.objects.system import SwarmInfo
from tui.live.cluster.sources import CHANGES
from tui.live.state.collection import Collection
from tui.live.state.source import Source

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.live.state.store import Store

ID = "swarm"
"""The id of the only row."""


@dataclass(frozen=True, slots=True)
class Membership:
    """The engine's membership: `swarm` and `nodes` only on a manager, `problem` why the managers do not tell them."""

    info: SwarmInfo
    name: str = ""  # the engine's host name
    swarm: Swarm | None = None
    nodes: tuple[Node, ...] = ()
    problem: str = ""
    known: bool = True  # false until the engine has told it

    @property
    def id(self) -> str:
        """The id of the only row."""
        return ID

    @property
    def state(self) -> str:
        """inactive, pending, active, error or locked."""
        return self.info.local_node_state or "inactive"

    @property
    def manager(self) -> bool:
        """Whether the engine is a manager."""
        return self.info.control_available

    @property
    def managers(self) -> int:
        """The number of managers."""
        return sum(node.manager_status is not None for node in self.nodes)

    @property
    def reachable(self) -> int:
        """The number of managers that answer each other."""
        return sum(node.manager_status is not None and node.manager_status.reachability == "reachable" for node in self.nodes)


async def _read(engine: Engine, _ids: Ids[str] | None) -> list[Membership]:
    info = await engine.system.info()
    if not info.swarm.control_available:
        return [Membership(info.swarm, info.name)]
    try:
        swarm = await engine.api(Swarms).inspect()
    except errors.EngineRefusal as refusal:  # no quorum
        nodes: list[Node] = []
        with suppress(errors.EngineRefusal):
            nodes = await engine.api(Nodes).list()
        return [Membership(info.swarm, info.name, nodes=tuple(nodes), problem=str(refusal))]
    return [Membership(info.swarm, info.name, swarm, tuple(await engine.api(Nodes).list()))]


SWARM: Source[Membership] = Source(name="swarm", events={"node": CHANGES}, list=_read, by_id=False, row_id=lambda _event: ID)


class Memberships(Collection[Membership]):
    """The one row, which is there before the engine has told it."""

    def __init__(self, store: Store[Any]) -> None:
        super().__init__(gather=0.0)
        self._told = store.of(SWARM)
        self.replace({ID: Membership(SwarmInfo(), known=False)})
        self._told.changed.subscribe(lambda _changes: self.put(self._told.rows))
        self.put(self._told.rows)
