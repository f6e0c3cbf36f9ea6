"""Containers' network connections: their rows, plus aliases, MAC addresses and port bindings from inspecting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from tui.engine import errors
from tui.engine.objects.containers import ContainerInspect
from tui.engine.objects.events import Event
from tui.live.containers.container import Container
from tui.live.state.collection import Changes, Collection
from tui.live.state.signals import State
from tui.live.state.store import Connected, Store

if TYPE_CHECKING:
    from tui.engine import Engine

SETTLE = 0.2
"""Seconds between an event and the inspection, which covers the events that follow within that time."""

INSPECTIONS_AT_A_TIME = 4
"""Containers inspected concurrently."""


class End(NamedTuple):
    """A container's endpoint on one network. Addresses are empty while the container is stopped."""

    network: str
    ipv4: str = ""
    ipv6: str = ""
    mac: str = ""
    aliases: tuple[str, ...] = ()


class Binding(NamedTuple):
    """A port binding: the container's port ("80/tcp") and the host's; `port` is empty for any, or a range."""

    inside: str
    ip: str = ""
    port: str = ""


class InspectedNetworks(NamedTuple):
    """Fields from inspecting; `exposed` are ports ("80/tcp") of the image, not published unless `publish_all`."""

    ends: tuple[End, ...] = ()
    bindings: tuple[Binding, ...] = ()
    exposed: tuple[str, ...] = ()
    publish_all: bool = False


@dataclass(frozen=True, slots=True)
class ContainerNetworks:
    """A container's row without its usage, and the result of its inspection, if any."""

    container: Container
    inside: InspectedNetworks | None = None

    @property
    def ends(self) -> tuple[End, ...]:
        """The container's endpoints: addresses from the list, the rest from inspecting."""
        known = {end.network: end for end in self.inside.ends} if self.inside else {}
        return tuple(_end(name, address, known.get(name)) for name, address in self.container.networks)


def _end(network: str, address: str, known: End | None) -> End:
    told = known or End(network)
    if ":" in address:
        return told._replace(ipv4="", ipv6=address)
    return told._replace(ipv4=address, ipv6=told.ipv6 if address else "")


def inside(found: ContainerInspect) -> InspectedNetworks:
    """Extract the network settings from an inspection."""
    own = {found.name.removeprefix("/"), found.id[:12]}
    ends = (
        End(
            name,
            end.ip_address,
            end.global_ipv6_address,
            end.mac_address,
            tuple(dict.fromkeys(alias for alias in (*(end.aliases or ()), *(end.dns_names or ())) if alias not in own)),
        )
        for name, end in sorted(found.network_settings.networks.items())
    )
    host = found.host_config
    bindings = (
        Binding(port, one.host_ip, one.host_port)
        for port, places in sorted((host.port_bindings or {}).items())
        for one in places or ()
    )
    return InspectedNetworks(tuple(ends), tuple(bindings), tuple(sorted(found.config.exposed_ports)), host.publish_all_ports)


async def inspect_networks(engine: Engine, ids: Iterable[str]) -> dict[str, InspectedNetworks]:
    """Inspect containers concurrently (`ContainerInspect`); those gone, or whose answer cannot be read, are left out."""
    places = asyncio.Semaphore(INSPECTIONS_AT_A_TIME)
    found: dict[str, InspectedNetworks] = {}

    async def one(id: str) -> None:
        async with places:
            try:
                found[id] = inside(await engine.containers.inspect(id))
            except (errors.NotFound, errors.BrokenAnswer):
                return

    await asyncio.gather(*map(one, ids))
    return found


class NetworkInspector(Collection[ContainerNetworks]):
    """All containers with their connections. A watched container is inspected once, and again when its networks change.

    `waiting` is the number of watched containers not inspected yet. Without watched containers no request is sent.
    """

    def __init__(self, store: Store[Container]) -> None:
        super().__init__()
        self.waiting: State[int] = State(0)
        self._store = store
        self._viewers: dict[Hashable, Callable[[Container], bool]] = {}  # what each viewer watches
        self._known: dict[str, InspectedNetworks] = {}
        self._refused: set[str] = set()  # not inspected again before their next event
        self._work = asyncio.Event()

    @property
    def idle(self) -> bool:
        """Whether all watched containers are inspected and their rows emitted."""
        return super().idle and not self.waiting.value

    def watch(self, watched: Callable[[Container], bool] | None = None, viewer: Hashable = None) -> None:
        """Inspect the containers that match from now on, for this viewer; without `watched` none."""
        if watched is None:
            self._viewers.pop(viewer, None)
        else:
            self._viewers[viewer] = watched
        self._check()

    def _watched(self, row: Container) -> bool:
        return any(watched(row) for watched in self._viewers.values())

    async def run(self) -> None:
        """Inspect due containers until cancelled."""
        store = self._store
        unsubscribe = [
            store.events.subscribe(self._on_event),
            store.containers.changed.subscribe(self._on_changes),
            store.connection.subscribe(self._check),
        ]
        if store.containers.loaded:
            self._on_changes(Changes(everything=True))
        try:
            while True:
                await self._work.wait()
                await asyncio.sleep(SETTLE)
                self._work.clear()
                await self._inspect()
        finally:
            for each in unsubscribe:
                each()

    def _due(self) -> list[str]:
        rows = self._store.containers.rows
        return [id for id, row in rows.items() if id not in self._known and id not in self._refused and self._watched(row)]

    def _check(self, _news: object = None) -> None:
        due = len(self._due())
        self.waiting.set(due)
        if due and isinstance(self._store.connection.value, Connected):
            self._work.set()

    def _on_event(self, event: Event) -> None:
        """Mark containers that join or leave a network as due."""
        if event.type == "network":
            self._forget(event.actor.attributes.get("container", ""))

    def _forget(self, id: str) -> None:
        self._known.pop(id, None)
        self._refused.discard(id)
        self._check()

    def _on_changes(self, changes: Changes) -> None:
        rows = self._store.containers.rows
        if changes.everything:  # read as a whole: events may have been missed
            self._known.clear()
            self._refused.clear()
            self._check()
            self.replace({id: ContainerNetworks(_comparable(row)) for id, row in rows.items()})
            return
        self._refused -= changes.removed
        for id in changes.removed | {id for id in changes.changed if self._networks_changed(id)}:
            self._known.pop(id, None)
        self._check()
        self.put({id: self._connected_rows(id) for id in (*changes.added, *changes.changed) if id in rows})
        self.remove(changes.removed)

    def _networks_changed(self, id: str) -> bool:
        """Whether a container's networks differ from its inspection; a stopped container changes them without events."""
        row, known = self._store.containers.rows.get(id), self._known.get(id)
        return (
            row is not None and known is not None and {end.network for end in row.networks} != {e.network for e in known.ends}
        )

    def _connected_rows(self, id: str) -> ContainerNetworks:
        return ContainerNetworks(_comparable(self._store.containers.rows[id]), self._known.get(id))

    async def _inspect(self) -> None:
        engine, due = self._store.engine, self._due()
        if engine is None:
            return
        try:
            found = await inspect_networks(engine, due)
        except errors.EngineRefusal:
            found = {}
        except errors.EngineError:
            return  # the connection is lost; the store reports it and reads everything again
        present = [id for id in due if id in self._store.containers.rows]  # removed meanwhile
        self._known.update({id: found[id] for id in present if id in found})
        self._refused.update(id for id in present if id not in found)
        self.put({id: self._connected_rows(id) for id in present if id in found})
        self._check()


def _comparable(row: Container) -> Container:
    """Return the row without its usage."""
    return replace(row, usage=None, trend=()) if row.usage is not None or row.trend else row
