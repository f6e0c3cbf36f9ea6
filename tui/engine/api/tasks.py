"""Operations on the tasks of a swarm, one method each."""

from __future__ import annotations

import builtins
from collections.abc import AsyncGenerator

from tui.engine.api.log_frames import log_frames, log_query
from tui.engine.objects.tasks import Task
from tui.engine.transport.frames import Frame
from tui.engine.transport.wire import Call, Filters, Wire, filters_query, segment


class Tasks:
    """`engine.api(Tasks)`. A task is given by its id. All raise ServerError if the engine is no manager."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def list(self, filters: Filters | None = None) -> builtins.list[Task]:
        """`TaskList`: list tasks, ended ones included. Filters: desired-state, id, label, name, node, service."""
        return await self._wire.ask_list(Call("TaskList", "GET", "/tasks", {"filters": filters_query(filters)}), Task)

    async def inspect(self, id: str) -> Task:
        """`TaskInspect`: inspect a task. Raises NotFound."""
        return await self._wire.ask(_inspect(id), Task)

    async def inspect_raw(self, id: str) -> bytes:
        """`TaskInspect`: the engine's JSON, unparsed. Raises NotFound."""
        return (await self._wire.request(_inspect(id))).content

    def logs(
        self,
        id: str,
        *,
        tty: bool,
        details: bool = False,
        follow: bool = False,
        since: str = "",
        timestamps: bool = False,
        tail: int | str = "all",
    ) -> AsyncGenerator[Frame, None]:
        """`TaskLogs`: stream the log of a task, on whichever node it runs.

        `since` in seconds since the epoch, with up to nine decimals; `tty` is the task's `container_spec.tty`. Raises NotFound.
        """
        query = log_query(details=details, follow=follow, since=since, timestamps=timestamps, tail=tail)
        return log_frames(self._wire, Call("TaskLogs", "GET", f"/tasks/{segment(id)}/logs", query), tty)


def _inspect(id: str) -> Call:
    return Call("TaskInspect", "GET", f"/tasks/{segment(id)}")
