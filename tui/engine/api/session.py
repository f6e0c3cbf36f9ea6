"""The build session: a connection on which the engine calls the client."""

from __future__ import annotations

from collections.abc import Sequence

from tui.engine.sealed import Sealed
from tui.engine.transport.duplex import Duplex
from tui.engine.transport.wire import Call, Wire


class BuildSessions:
    """`engine.api(BuildSessions)`. A session lives as long as its connection."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def open(self, id: str, name: str, shared_key: str, methods: Sequence[str]) -> Duplex:
        """`Session`: open the connection of a build session, on which the engine calls these gRPC methods over HTTP/2.

        `name` is for the engine's log; `shared_key` says which earlier builds had the same context. Raises HijackRefused.
        """
        headers: dict[str, str | Sealed | tuple[str, ...]] = {
            "X-Docker-Expose-Session-Uuid": id,
            "X-Docker-Expose-Session-Name": name,
            "X-Docker-Expose-Session-Sharedkey": shared_key,
            "X-Docker-Expose-Session-Grpc-Method": tuple(methods),
        }
        return await self._wire.hijack(Call("Session", "POST", "/session", headers=headers), tty=True, protocol=b"h2c")
