"""Operations on the engine itself: one method each."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import TYPE_CHECKING

from tui.engine.objects.events import Event
from tui.engine.objects.system import Ping, SystemInfo, Version

if TYPE_CHECKING:
    from tui.engine.client import Engine


class System:
    """`engine.system`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def ping(self) -> Ping:
        """`SystemPing`: the engine's greeting."""
        raise NotImplementedError

    async def version(self) -> Version:
        """`SystemVersion`: versions of the engine and its parts."""
        raise NotImplementedError

    async def info(self) -> SystemInfo:
        """`SystemInfo`: the engine, its host, counts."""
        raise NotImplementedError

    def events(
        self, since: str = "", until: str = "", filters: Mapping[str, Sequence[str]] | None = None
    ) -> AsyncGenerator[Event, None]:
        """`SystemEvents`: what happens, as it happens, until `until`; times in seconds since the epoch, decimals allowed."""
        raise NotImplementedError
