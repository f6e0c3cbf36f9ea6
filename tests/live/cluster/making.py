"""Services of BusyBox for tests, and waiting for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.waiting import until_async
from tui.engine.api.services import Services
from tui.live.cluster.rows import ServiceRow
from tui.live.engine_session import Session

LASTING = ("sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done")


def spec(name: str, replicas: int = 1, *command: str, **parts: Any) -> dict[str, Any]:
    """A service in the engine's own JSON; `parts` are added to its task template."""
    container = {"Image": "busybox:latest", "Args": [*(command or LASTING)], "StopGracePeriod": 10**9}
    return {
        "Name": name,
        "TaskTemplate": {"ContainerSpec": container, **parts},
        "Mode": {"Replicated": {"Replicas": replicas}},
    }


async def made(session: Session, wanted: dict[str, Any]) -> str:
    """Create a service; returns its id once it is listed."""
    id = (await session.engine.api(Services).create(wanted)).id
    await until_async(lambda: id in session.cluster.services.rows, f"{wanted['Name']} to be listed")
    return id


async def becomes(session: Session, id: str, condition: Callable[[ServiceRow], object], what: str) -> ServiceRow:
    """Wait until the row of a service fulfils a condition."""
    rows = session.cluster.services.rows
    await until_async(lambda: id in rows and bool(condition(rows[id])), what, 60)
    return rows[id]


async def runs(session: Session, id: str, count: int) -> ServiceRow:
    """Wait until so many tasks of a service run, and no others."""
    return await becomes(
        session,
        id,
        lambda row: row.running == count and sum(task.task.status.state == "running" for task in row.tasks) == count,
        f"{count} tasks to run",
    )
