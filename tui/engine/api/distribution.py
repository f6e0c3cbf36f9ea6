"""Operations on registries: one method each."""

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
        """`DistributionInspect`: digest and platforms a registry has under an image's name; nothing is pulled.

        Raises Denied when the registry wants a login, NotFound or ServerError when it has no such image.
        """
        path = f"/distribution/{segment(name)}/json"
        headers = {"X-Registry-Auth": login.header()}
        call = Call("DistributionInspect", "GET", path, patience=UNLIMITED, headers=headers)
        with denials.from_registry(denials.about(name)):
            return await self._wire.ask(call, DistributionInspect)
