"""Operations on registries, one method each."""

from __future__ import annotations

from tui.engine.auth import denials
from tui.engine.auth.login import ANONYMOUS, Login
from tui.engine.objects.images import DistributionInspect
from tui.engine.transport.wire import UNLIMITED, Call, Wire, segment


class Distribution:
    """`engine.distribution`."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def inspect(self, name: str, login: Login = ANONYMOUS) -> DistributionInspect:
        """`DistributionInspect`: read the digest and platforms of a registry's image without pulling it.

        Raises Denied if the registry requires a login, NotFound or ServerError if it has no such image.
        """
        path = f"/distribution/{segment(name)}/json"
        headers = {"X-Registry-Auth": login.header()}
        call = Call("DistributionInspect", "GET", path, patience=UNLIMITED, headers=headers)
        with denials.from_registry(denials.about(name)):
            return await self._wire.ask(call, DistributionInspect)
