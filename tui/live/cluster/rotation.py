"""Rotation of a secret or a config: a new version, the services updated to it one after the other, the old one removed.

If a service fails, the services are put back and the new version is removed.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from tui.engine import errors
from tui.engine.api.configs import Configs
from tui.engine.api.secrets import Secrets
from tui.engine.api.services import Services
from tui.engine.digits import whole_number
from tui.engine.objects.services import Service
from tui.engine.sealed import Sealed
from tui.live.cluster.changes import change, stored
from tui.live.cluster.cluster import configs_of, secrets_of
from tui.live.cluster.rows import UPDATING, StoredRow

if TYPE_CHECKING:
    from tui.engine import Engine

INTERVAL = 1.0
"""Seconds between two looks at a service that is updated: the end of an update is no event on every engine."""

_NUMBERED = re.compile(r"(.*)-([0-9]{1,6})")
_FAILED = frozenset({"paused", "rollback_started", "rollback_paused", "rollback_completed"})

Report = Callable[[str], object]


def next_name(name: str, taken: Collection[str]) -> str:
    """Return the name of the next version: "key" becomes "key-2", "key-2" becomes "key-3"; names that are taken are skipped."""
    found = _NUMBERED.fullmatch(name)
    stem, number = (found[1], whole_number(found[2]) or 0) if found else (name, 1)
    while True:
        number += 1
        if (wanted := f"{stem}-{number}") not in taken:
            return wanted


async def rotate(engine: Engine, row: StoredRow[Any], kind: type[Secrets | Configs], data: Sealed, report: Report) -> str:
    """Replace a secret or a config in all services that use it; return the name of the new version.

    Raises EngineError, after everything was put back, if a service does not come up with the new version.
    """
    group = stored(engine, kind)
    name = next_name(row.name, {each.spec.name for each in await group.list()})
    report(f"creating {name}")
    new = await group.create(name, data, row.item.spec.labels)
    of = secrets_of if kind is Secrets else configs_of
    using = [service for service in await engine.api(Services).list() if row.id in of(service)]
    changed: list[str] = []
    try:
        for number, service in enumerate(using, 1):
            report(f"updating service {service.spec.name}, {number} of {len(using)}")
            changed.append(service.id)
            await _replace(engine, service.id, row.id, new, name)
            await _settled(engine, service.id)
    except BaseException as error:
        report("putting the services back")
        await asyncio.shield(_put_back(engine, kind, changed, row, new))
        if isinstance(error, errors.EngineError):
            raise type(error)(f"{error} Everything was put back to {row.name}.", error.operation, error.status) from error
        raise
    report(f"removing {row.name}")
    await group.remove(row.id)
    return name


async def _replace(engine: Engine, service: str, old: str, new: str, name: str) -> None:
    services = engine.api(Services)
    known = await services.inspect(service)

    def edit(spec: dict[str, Any]) -> None:
        container = spec["TaskTemplate"]["ContainerSpec"]
        for field, kind in (("Secrets", "Secret"), ("Configs", "Config")):
            for reference in container.get(field) or []:
                if reference.get(f"{kind}ID") == old:
                    reference.update({f"{kind}ID": new, f"{kind}Name": name})

    await change(services, service, known.spec, edit)


async def _settled(engine: Engine, id: str) -> None:
    """Wait until the update of a service is complete. Raises Failed if it pauses or rolls back."""
    services = engine.api(Services)
    while True:
        await asyncio.sleep(INTERVAL)
        service: Service = await services.inspect(id)
        state = service.update_status.state if service.update_status is not None else ""
        if state in _FAILED:
            said = service.update_status.message if service.update_status is not None else state
            raise errors.Failed(f"Service {service.spec.name} did not come up with it: {said}.", "ServiceUpdate")
        if state not in UPDATING:
            return


async def _put_back(engine: Engine, kind: type[Secrets | Configs], changed: list[str], row: StoredRow[Any], new: str) -> None:
    for service in changed:
        await _replace(engine, service, new, row.id, row.name)
    await stored(engine, kind).remove(new)
