"""How containers are connected: their rows, with what only inspecting tells (aliases, MAC addresses, the ports they want)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
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
"""Seconds from an event to inspecting: what follows it closely is inspected with it."""

AT_ONCE = 4
"""How many containers are inspected at the same time."""


class End(NamedTuple):
    """A container's end of one network. Addresses are empty while it does not run."""

    network: str
    ipv4: str = ""
    ipv6: str = ""
    mac: str = ""
    aliases: tuple[str, ...] = ()


class Binding(NamedTuple):
    """A port that a container is to publish: "80/tcp", and where on the host; `port` is empty for any, or a range."""

    inside: str
    ip: str = ""
    port: str = ""


class InspectedNetworks(NamedTuple):
    """What only inspecting tells; `exposed` are ports ("80/tcp") that nobody asked to publish, unless `publish_all`."""

    ends: tuple[End, ...] = ()
    bindings: tuple[Binding, ...] = ()
    exposed: tuple[str, ...] = ()
    publish_all: bool = False


@dataclass(frozen=True, slots=True)
class ContainerNetworks:
    """A container's row, without the figures that move, and what inspecting told of it, once it has."""

    container: Container
    inside: InspectedNetworks | None = None

    @property
    def ends(self) -> tuple[End, ...]:
        """Its networks: which, and the address, as the list says; the rest as inspecting does."""
        known = {end.network: end for end in self.inside.ends} if self.inside else {}
        return tuple(_end(name, address, known.get(name)) for name, address in self.container.networks)


def _end(network: str, address: str, known: End | None) -> End:
    told = known or End(network)
    if ":" in address:
        return told._replace(ipv4="", ipv6=address)
    return told._replace(ipv4=address, ipv6=told.ipv6 if address else "")


def inside(found: ContainerInspect) -> InspectedNetworks:
    """What an inspection tells of a container's connections."""
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


async def look_into(engine: Engine, ids: Iterable[str]) -> dict[str, InspectedNetworks]:
    """`ContainerInspect` of each, a few at a time; those that are gone, or whose answer cannot be read, are left out."""
    places = asyncio.Semaphore(AT_ONCE)
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
    """Every container with its connections. Whom somebody watches is inspected once, and again when its networks change.

    `waiting` counts those that are still to be inspected; when it says none, `rows` has all of it. Nothing is asked while
    nobody watches.
    """

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.waiting: State[int] = State(0)
        self._store = store
        self._watched: Callable[[Container], bool] = lambda _row: False
        self._known: dict[str, InspectedNetworks] = {}
        self._refused: set[str] = set()  # not asked again before something happens to them
        self._work = asyncio.Event()

    @property
    def idle(self) -> bool:
        """Whether all that is watched was inspected and told."""
        return super().idle and not self.waiting.value

    def watch(self, watched: Callable[[Container], bool] = lambda _row: False) -> None:
        """Inspect these from now on, and no others; without an argument none."""
        self._watched = watched
        self._check()

    async def run(self) -> None:
        """Inspect what is due until cancelled."""
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
        """Who joins or leaves a network is inspected again."""
        if event.type == "network":
            self._forget(event.actor.attributes.get("container", ""))

    def _forget(self, id: str) -> None:
        self._known.pop(id, None)
        self._refused.discard(id)
        self._check()

    def _on_changes(self, changes: Changes) -> None:
        rows = self._store.containers.rows
        if changes.everything:  # read as a whole: what happened meanwhile nobody told
            self._known.clear()
            self._refused.clear()
            self._check()
            self.replace({id: ContainerNetworks(_comparable(row)) for id, row in rows.items()})
            return
        self._refused -= changes.removed
        for id in changes.removed | {id for id in changes.changed if self._moved(id)}:
            self._known.pop(id, None)
        self._check()
        self.put({id: self._wired(id) for id in (*changes.added, *changes.changed) if id in rows})
        self.remove(changes.removed)

    def _moved(self, id: str) -> bool:
        """Whether a container is on other networks than it was when it was inspected; one that rests does so without events."""
        row, known = self._store.containers.rows.get(id), self._known.get(id)
        return (
            row is not None and known is not None and {end.network for end in row.networks} != {e.network for e in known.ends}
        )

    def _wired(self, id: str) -> ContainerNetworks:
        return ContainerNetworks(_comparable(self._store.containers.rows[id]), self._known.get(id))

    async def _inspect(self) -> None:
        engine, due = self._store.engine, self._due()
        if engine is None:
            return
        try:
            found = await look_into(engine, due)
        except errors.EngineRefusal:
            found = {}
        except errors.EngineError:
            return  # the connection is lost: the picture hears of it by itself, says so, and everything is read again
        present = [id for id in due if id in self._store.containers.rows]  # who went meanwhile is not remembered
        self._known.update({id: found[id] for id in present if id in found})
        self._refused.update(id for id in present if id not in found)
        self.put({id: self._wired(id) for id in present if id in found})
        self._check()


def _comparable(row: Container) -> Container:
    """The row without the figures that move."""
    return replace(row, usage=None, trend=()) if row.usage is not None or row.trend else row
