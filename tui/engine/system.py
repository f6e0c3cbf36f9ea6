"""Operations on the engine itself: one method each."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from tui.engine.objects.events import Event
from tui.engine.objects.system import Ping, SystemInfo, Version
from tui.engine.wire import Call, Filters, Wire, filters_query


class System:
    """`engine.system`."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def ping(self) -> Ping:
        """`SystemPing`: the engine's greeting, in 5 s or not at all."""
        call = Call("SystemPing", "GET", "/_ping", patience=self._wire.timeouts.ping, versioned=False)
        headers = (await self._wire.request(call)).headers
        return Ping(
            api_version=headers.get("Api-Version", ""),
            os_type=headers.get("Ostype", ""),
            server=headers.get("Server", ""),
            experimental=headers.get("Docker-Experimental", "") == "true",
            builder_version=headers.get("Builder-Version", ""),
            swarm=headers.get("Swarm", ""),
        )

    async def version(self) -> Version:
        """`SystemVersion`: versions of the engine and its parts."""
        return await self._wire.ask(Call("SystemVersion", "GET", "/version"), Version)

    async def info(self) -> SystemInfo:
        """`SystemInfo`: the engine, its host, counts."""
        return await self._wire.ask(Call("SystemInfo", "GET", "/info"), SystemInfo)

    def events(self, since: str = "", until: str = "", filters: Filters | None = None) -> AsyncGenerator[Event, None]:
        """`SystemEvents`: what happens, as it happens, until `until`.

        Times are in seconds since the epoch, with up to nine decimals. The filters are applied by the engine.
        """
        query = {"since": since or None, "until": until or None, "filters": filters_query(filters)}
        return self._wire.messages(Call("SystemEvents", "GET", "/events", query), Event)
