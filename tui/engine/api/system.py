"""Operations on the engine itself, one method each."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from tui.engine.objects.events import Event
from tui.engine.objects.system import AuthAnswer, Ping, SystemInfo, Version
from tui.engine.transport.wire import UNLIMITED, Call, Filters, Wire, filters_query

if TYPE_CHECKING:
    from tui.engine.auth.login import Login
    from tui.engine.objects.usage import DiskUsage

DISK_USAGE_TYPES_SINCE = "1.42"


class System:
    """`engine.system`."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def ping(self) -> Ping:
        """`SystemPing`: ping the engine, with a timeout of 5 s."""
        call = Call("SystemPing", "GET", "/_ping", patience=self._wire.timeouts.ping, versioned=False)
        return _ping((await self._wire.request(call)).headers)

    async def ping_head(self) -> Ping:
        """`SystemPingHead`: ping without a body."""
        call = Call("SystemPingHead", "HEAD", "/_ping", patience=self._wire.timeouts.ping, versioned=False)
        return _ping((await self._wire.request(call)).headers)

    async def version(self) -> Version:
        """`SystemVersion`: versions of the engine and its components."""
        return await self._wire.ask(Call("SystemVersion", "GET", "/version"), Version)

    async def info(self) -> SystemInfo:
        """`SystemInfo`: the engine, its host, counts."""
        return await self._wire.ask(Call("SystemInfo", "GET", "/info"), SystemInfo)

    async def version_raw(self) -> bytes:
        """`SystemVersion`: the engine's JSON, unparsed."""
        return (await self._wire.request(Call("SystemVersion", "GET", "/version"))).content

    async def info_raw(self) -> bytes:
        """`SystemInfo`: the engine's JSON, unparsed."""
        return (await self._wire.request(Call("SystemInfo", "GET", "/info"))).content

    def events(
        self, since: str = "", until: str = "", filters: Filters | None = None, begun: Callable[[], object] | None = None
    ) -> AsyncGenerator[Event, None]:
        """`SystemEvents`: stream events until `until`.

        Times are in seconds since the epoch, with up to nine decimals. The engine applies the filters. `begun` is called once
        the engine has answered: from then on no event is missed.
        """
        if self._wire.podman:
            from tui.engine.api.podman_events import in_docker_terms, podman_filters  # lazy: rarely needed

            return in_docker_terms(self._events(since, until, podman_filters(filters), begun))
        return self._events(since, until, filters, begun)

    def _events(
        self, since: str, until: str, filters: Filters | None, begun: Callable[[], object] | None
    ) -> AsyncGenerator[Event, None]:
        query = {"since": since or None, "until": until or None, "filters": filters_query(filters)}
        return self._wire.messages(Call("SystemEvents", "GET", "/events", query), Event, begun)

    async def disk_usage(self, types: Sequence[str] = ()) -> DiskUsage:
        """`SystemDataUsage`: measure disk usage of "container", "image", "volume" and "build-cache", or of all.

        Takes as long as the engine needs; cancel to stop it. Engines before API 1.42 always measure all.
        """
        from tui.engine.objects.usage import DiskUsage  # lazy: rarely needed

        query = {"type": list(types) if types and self._wire.serves(DISK_USAGE_TYPES_SINCE) else None}
        return await self._wire.ask(Call("SystemDataUsage", "GET", "/system/df", query, patience=UNLIMITED), DiskUsage)

    async def auth(self, login: Login) -> AuthAnswer:
        """`SystemAuth`: have the engine verify a login at its registry. Raises Denied if the registry refuses it.

        If the answer has an `identity_token`, store that instead of the password.
        """
        from tui.engine.auth import denials  # lazy: rarely needed

        headers = {"Content-Type": "application/json"}
        call = Call("SystemAuth", "POST", "/auth", patience=UNLIMITED, content=login.body(), headers=headers)
        with denials.from_registry(login.server_address):
            answer = await self._wire.request(call)
            return AuthAnswer("Login Succeeded") if answer.status == 204 else self._wire.decode(call, answer, AuthAnswer)


def _ping(headers: Mapping[str, str]) -> Ping:
    return Ping(
        api_version=headers.get("Api-Version", ""),
        os_type=headers.get("Ostype", ""),
        server=headers.get("Server", ""),
        experimental=headers.get("Docker-Experimental", "") == "true",
        builder_version=headers.get("Builder-Version", ""),
        swarm=headers.get("Swarm", ""),
        date=headers.get("Date", ""),
    )
