"""Host ports that containers publish, or would publish if they ran, and the conflicts among them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from tui.engine.digits import whole_number
from tui.live.containers.container import Container
from tui.live.containers.network_inspector import ContainerNetworks, NetworkInspector
from tui.live.state.collection import Changes, Collection

EVERY = ""
"""The address of a port published on all addresses of the host, of either family."""

LAST_PORT = 65535


class Rival(NamedTuple):
    """A container that publishes the same port of the host."""

    id: str
    name: str
    alive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """A port of the host, or a range of them, and the container that publishes it.

    `first` is 0 where the engine chooses (`one_of`: among `first` to `last`), and for a container on the host's own network,
    whose ports are not listed. `inside` is the first port in the container, `kind` tcp, udp or sctp.
    """

    container: Container
    kind: str = ""
    ip: str = EVERY
    first: int = 0
    last: int = 0
    inside: int = 0
    one_of: bool = False
    on_host: bool = False
    exposed: tuple[str, ...] = ()  # on the host network: the ports that its image exposes
    rivals: tuple[Rival, ...] = ()

    @property
    def id(self) -> str:
        """Container, protocol, address and ports, which are unique together."""
        return f"{self.container.id}/{self.kind}/{self.ip}/{self.first}/{self.last}/{self.inside}"

    @property
    def fixed(self) -> bool:
        """Whether the host's ports are known."""
        return self.first > 0 and not self.one_of

    def meets(self, other: Port) -> bool:
        """Whether both publish a port of the host that only one container can have."""
        return (
            self.fixed
            and other.fixed
            and self.kind == other.kind
            and self.first <= other.last
            and other.first <= self.last
            and overlap(self.ip, other.ip)
        )


def overlap(one: str, other: str) -> bool:
    """Whether two listening addresses conflict: equal ones do, and a wildcard with each address of its family."""
    if EVERY in (one, other) or one == other:
        return True
    every = {"0.0.0.0": False, "::": True}
    return any(every.get(wide) == (":" in narrow) for wide, narrow in ((one, other), (other, one)) if wide in every)


def published(wired: Iterable[ContainerNetworks]) -> dict[str, Port]:
    """Return the ports of these containers by row id, each with its rivals."""
    rows = [row for each in wired for row in _ports(each)]
    return {row.id: row for row in _with_rivals(rows)}


def _ports(wired: ContainerNetworks) -> Iterable[Port]:
    row, told = wired.container, wired.inside
    if row.network_mode == "host":
        return (Port(container=row, on_host=True, exposed=told.exposed if told else ()),)
    if row.alive:
        return _joined(_of_running(row))
    return _joined(_of_stopped(wired))


def _of_running(row: Container) -> Iterator[Port]:
    """Yield the ports of a running container, from the list."""
    places: dict[tuple[str, int, int], set[str]] = defaultdict(set)
    for port in row.ports:
        if port.public_port:
            places[port.type, port.public_port, port.private_port].add(port.ip)
    for (kind, public, private), ips in places.items():
        for ip in _families(ips):
            yield Port(container=row, kind=kind, ip=ip, first=public, last=public, inside=private)


def _families(ips: set[str]) -> set[str]:
    return (ips - {"0.0.0.0", "::"}) | {EVERY} if ips >= {"0.0.0.0", "::"} else ips


def _of_stopped(wired: ContainerNetworks) -> Iterator[Port]:
    """Yield the ports of a stopped container, from inspecting."""
    row, told = wired.container, wired.inside
    if told is None:
        return
    for inside, ip, wanted in told.bindings:
        own, _, kind = inside.partition("/")
        low, _, high = wanted.partition("-")
        first, last = _port(low), _port(high) or _port(low)
        yield Port(container=row, kind=kind, ip=ip, first=first, last=last, inside=_port(own), one_of=last > first)
    bound = {binding.inside for binding in told.bindings}
    for inside in told.exposed if told.publish_all else ():
        if inside not in bound:
            own, _, kind = inside.partition("/")
            yield Port(container=row, kind=kind, inside=_port(own))


def _port(text: str) -> int:
    return min(whole_number(text) or 0, LAST_PORT)


def _joined(rows: Iterable[Port]) -> Iterator[Port]:
    """Join ports that are consecutive on both sides into ranges."""
    before: Port | None = None
    for row in sorted(rows, key=lambda row: (row.kind, row.ip, row.one_of, row.first, row.inside)):
        if before is not None and row.fixed and before.fixed and _follows(before, row):
            before = replace(before, last=row.last)
            continue
        if before is not None:
            yield before
        before = row
    if before is not None:
        yield before


def _follows(before: Port, row: Port) -> bool:
    same = (before.kind, before.ip, before.last + 1) == (row.kind, row.ip, row.first)
    return same and before.inside + before.last - before.first + 1 == row.inside


def _with_rivals(rows: list[Port]) -> Iterator[Port]:
    rivals: dict[int, dict[str, Rival]] = defaultdict(dict)
    order = sorted((number for number, row in enumerate(rows) if row.fixed), key=lambda number: rows[number].first)
    for at, number in enumerate(order):
        for other in order[at + 1 :]:
            if rows[other].first > rows[number].last:
                break
            if rows[number].container.id != rows[other].container.id and rows[number].meets(rows[other]):
                rivals[number][rows[other].container.id] = _rival(rows[other].container)
                rivals[other][rows[number].container.id] = _rival(rows[number].container)
    for number, row in enumerate(rows):
        found = sorted(rivals[number].values(), key=lambda rival: (not rival.alive, rival.name)) if number in rivals else ()
        yield replace(row, rivals=tuple(found)) if found else row


def _rival(row: Container) -> Rival:
    return Rival(row.id, row.name, row.alive)


class Ports(Collection[Port]):
    """The ports of all containers in `network_inspector`, updated with it."""

    def __init__(self, network_inspector: NetworkInspector) -> None:
        super().__init__()
        self._network_inspector = network_inspector
        network_inspector.changed.subscribe(self._take)
        if network_inspector.loaded:
            self._take(Changes(everything=True))

    def _take(self, changes: Changes) -> None:
        rows = published(self._network_inspector.rows.values())
        if changes.everything or not self.loaded:
            self.replace(rows)
        else:
            self.put(rows)
            self.remove(self.rows.keys() - rows.keys())
