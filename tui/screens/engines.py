"""The screen `system` of several engines: a row for each; enter opens the system of one."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from tui.engine.errors import EngineError, EngineRefusal
from tui.live.merged_rows import Member
from tui.live.state.collection import Collection
from tui.live.state.store import Connected, Lost
from tui.resources.system.engines import ENGINES, EngineRow
from tui.screens.framework.group_context import GroupContext
from tui.screens.framework.resource_view import ResourceView


class EnginesView(ResourceView[EngineRow]):
    """The engines of merged lists. Each is asked once connected, and again after a loss or with `ctrl+r`."""

    def __init__(self, context: GroupContext) -> None:
        self._group = context
        rows: Collection[EngineRow] = Collection(gather=0.0)
        rows.replace({member.name: EngineRow(name=member.name, colour=member.colour) for member in context.members})
        super().__init__(context, ENGINES, rows)

    def on_ready(self) -> None:
        for member in self._group.members:
            self.follow(member.session.store.connection, partial(self._connection_of, member))
            self._connection_of(member)
        super().on_ready()

    def _connection_of(self, member: Member, _state: object = None) -> None:
        state = member.session.store.connection.value
        problem = str(state.reason) if isinstance(state, Lost) else ""
        self._update(member, connected=isinstance(state, Connected), problem=problem)
        if isinstance(state, Connected):
            self._update(member, software=state.version, api=state.api)
            self.renew(f"information {member.name}", self._read, member)

    async def _read(self, member: Member) -> None:
        """Read the engine's information (`SystemInfo`)."""
        try:
            self._update(member, info=await member.session.engine.system.info())
        except EngineRefusal as refusal:
            self._update(member, problem=str(refusal))
        except EngineError:
            return  # the state of the connection says it

    def _update(self, member: Member, **changes: Any) -> None:
        self.rows.put({member.name: replace(self.rows.rows[member.name], **changes)})

    async def reload(self) -> None:
        for member in self._group.members:
            self._connection_of(member)
        await super().reload()

    async def open_details(self) -> None:
        """Open the system of the engine under the cursor."""
        if (row := self.current) is not None:
            member = next(member for member in self._group.members if member.name == row.name)
            await self.app.push_screen(self._group.of(member).view("system"))
