"""Operations on services, one method each."""

from __future__ import annotations

import builtins
from collections.abc import AsyncGenerator

from tui.engine.api.log_frames import log_frames, log_query
from tui.engine.api.versioned import Spec, Versioned, in_sequence
from tui.engine.auth.login import ANONYMOUS, Login
from tui.engine.objects.services import Service, ServiceCreated, ServiceSpec, ServiceUpdated
from tui.engine.transport.frames import Frame
from tui.engine.transport.wire import Call, Filters, QueryValue, Wire, filters_query, segment

STATUS_SINCE = "1.41"


class Services:
    """`engine.api(Services)`. A service is given by its id or name. All raise ServerError if the engine is no manager."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def list(self, filters: Filters | None = None, status: bool = True) -> builtins.list[Service]:
        """`ServiceList`: list services; `status` includes numbers of tasks (API 1.41). Filters: id, label, mode, name."""
        counted = (status and self._wire.serves(STATUS_SINCE)) or None
        query = {"filters": filters_query(filters), "status": counted}
        return await self._wire.ask_list(Call("ServiceList", "GET", "/services", query), Service)

    async def inspect(self, id: str) -> Service:
        """`ServiceInspect`: inspect a service. Raises NotFound."""
        return await self._wire.ask(_inspect(id), Service)

    async def inspect_raw(self, id: str) -> bytes:
        """`ServiceInspect`: the engine's JSON, unparsed. Raises NotFound."""
        return (await self._wire.request(_inspect(id))).content

    async def specification(self, id: str) -> Versioned:
        """`ServiceInspect`: the version and specification, for `update`. Raises NotFound."""
        return await self._wire.ask(_inspect(id), Versioned)

    async def create(self, spec: ServiceSpec | Spec, login: Login = ANONYMOUS) -> ServiceCreated:
        """`ServiceCreate`: create a service; the nodes pull its image with `login`.

        Raises Conflict if the name is taken, BadRequest for a specification it refuses.
        """
        call = Call("ServiceCreate", "POST", "/services/create", body=spec, headers={"X-Registry-Auth": login.header()})
        return await self._wire.ask(call, ServiceCreated)

    async def update(self, id: str, version: int, spec: Spec, login: Login | None = None) -> ServiceUpdated:
        """`ServiceUpdate`: replace the specification of that version. Without `login` the service keeps the one it has.

        Raises OutOfSequence if it was changed since, BadRequest for a specification it refuses, NotFound.
        """
        headers = {} if login is None else {"X-Registry-Auth": login.header()}
        query: dict[str, QueryValue] = {"version": version, "registryAuthFrom": "spec" if login is None else None}
        call = Call("ServiceUpdate", "POST", _path(id, "/update"), query, spec, headers=headers)
        with in_sequence():
            return await self._wire.ask(call, ServiceUpdated)

    async def roll_back(self, id: str, version: int, spec: Spec) -> ServiceUpdated:
        """`ServiceUpdate`: go back to the specification before the last update; the engine ignores most of `spec`.

        Raises OutOfSequence, BadRequest if there is no previous specification, NotFound.
        """
        query: dict[str, QueryValue] = {"version": version, "rollback": "previous", "registryAuthFrom": "previous-spec"}
        with in_sequence():
            return await self._wire.ask(Call("ServiceUpdate", "POST", _path(id, "/update"), query, spec), ServiceUpdated)

    async def remove(self, id: str) -> None:
        """`ServiceDelete`: remove a service and its tasks. Raises NotFound."""
        await self._wire.request(Call("ServiceDelete", "DELETE", _path(id)))

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
        """`ServiceLogs`: stream the logs of all tasks, merged as they come; `details` names task and node in each line.

        `since` in seconds since the epoch, with up to nine decimals; `tty` is that of the service's container. Raises NotFound.
        """
        query = log_query(details=details, follow=follow, since=since, timestamps=timestamps, tail=tail)
        return log_frames(self._wire, Call("ServiceLogs", "GET", _path(id, "/logs"), query), tty)


def _path(id: str, verb: str = "") -> str:
    return f"/services/{segment(id)}{verb}"


def _inspect(id: str) -> Call:
    return Call("ServiceInspect", "GET", _path(id))
