"""How the objects of a swarm are listed, and which events concern them."""

from __future__ import annotations

from collections.abc import Collection

from tui.engine import Engine
from tui.engine.api.configs import Configs
from tui.engine.api.nodes import Nodes
from tui.engine.api.plugins import Plugins
from tui.engine.api.secrets import Secrets
from tui.engine.api.services import Services
from tui.engine.api.tasks import Tasks
from tui.engine.objects.events import Event
from tui.engine.objects.nodes import Node
from tui.engine.objects.plugins import Plugin
from tui.engine.objects.secrets import Config, Secret
from tui.engine.objects.services import Service
from tui.engine.objects.tasks import Task
from tui.live.state.source import Source

CHANGES = frozenset({"create", "update", "remove"})
TASK_ID = "com.docker.swarm.task.id"
INTERVAL = 1.0
"""Seconds between two readings of services or tasks: a rollout causes many events."""


def only(ids: Collection[str] | None) -> dict[str, list[str]] | None:
    """Return the filter of a list for these ids; None for all."""
    return None if ids is None else {"id": sorted(ids)}


async def _plugins(engine: Engine, _ids: Collection[str] | None) -> list[Plugin]:
    return await engine.api(Plugins).list()


def _task_of(event: Event) -> str:
    """Return the task of a container's event; only containers of this engine cause any."""
    return event.actor.attributes.get(TASK_ID, "")


NODES: Source[Node] = Source(
    name="nodes",
    events={"node": CHANGES},
    list=lambda engine, ids: engine.api(Nodes).list(only(ids)),
)
SERVICES: Source[Service] = Source(
    name="services",
    events={"service": CHANGES},
    invalidated_by={"node": CHANGES},
    list=lambda engine, ids: engine.api(Services).list(only(ids)),
    interval=INTERVAL,
)
TASKS: Source[Task] = Source(
    name="tasks",
    events={"container": frozenset({"start", "die"})},
    invalidated_by={"service": CHANGES, "node": CHANGES},
    row_id=_task_of,
    list=lambda engine, ids: engine.api(Tasks).list(only(ids)),
    interval=INTERVAL,
)
SECRETS: Source[Secret] = Source(
    name="secrets", events={"secret": CHANGES}, list=lambda engine, ids: engine.api(Secrets).list(only(ids))
)
CONFIGS: Source[Config] = Source(
    name="configs", events={"config": CHANGES}, list=lambda engine, ids: engine.api(Configs).list(only(ids))
)
PLUGINS: Source[Plugin] = Source(
    name="plugins",
    events={"plugin": frozenset({"create", "disable", "enable", "pull", "remove", "upgrade"})},
    list=_plugins,
    by_id=False,
)
