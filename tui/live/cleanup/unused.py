"""Unused objects of an engine, computed from lists that were just read. Pure: sends no request."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

from tui.engine.objects.usage import BuildCache
from tui.live.containers.container import ALIVE, Container
from tui.live.containers.used_by import Use, images_of, networks_of, volumes_of
from tui.live.objects.images import Image
from tui.live.objects.networks import Network
from tui.live.objects.volumes import Volume

Sort = Literal["container", "image", "volume", "network", "cache"]
SORTS: tuple[Sort, ...] = ("container", "image", "volume", "network", "cache")
"""The order of removal: an object that holds another one goes first."""

Item = Container | Image | Volume | Network | BuildCache

AT_REST = frozenset({"created", "exited", "dead"})
"""The states in which the engine removes a container without force."""

KEPT_UNASKED = frozenset({"internal", "frontend"})
"""Types of build records that `docker system prune` keeps by default."""

USES: dict[Sort, Callable[[Container], Iterable[Use]]] = {"image": images_of, "volume": volumes_of, "network": networks_of}


class Fate(Enum):
    """The result of a removal for one candidate."""

    PLANNED = "planned"
    REMOVING = "removing"
    REMOVED = "removed"
    KEPT = "kept"  # in use by now, or the engine refuses
    FAILED = "failed"
    GONE = "gone"  # removed by another client
    UNSURE = "unsure"  # cancelled, or no answer, while the engine removed the object


OVER = frozenset({Fate.REMOVED, Fate.GONE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An unused object. Texts are as the engine sent them: clean them before they are shown.

    `holders` are stopped containers of the same plan that use the object. `size` is in bytes, None until measured; for an
    image, the bytes no other image has once `shared` (bytes that others have too) is known. `used` says what has used the
    object since the plan was made. `said` explains the `fate`; `freed` is in bytes.
    """

    sort: Sort
    item: Item
    holders: tuple[str, ...] = ()
    size: int | None = None
    shared: int | None = None
    ticked: bool = False
    used: str = ""
    fate: Fate = Fate.PLANNED
    said: str = ""
    freed: int | None = None

    @property
    def id(self) -> str:
        """An id that is unique within the plan."""
        return identity(self.sort, self.item.id)

    @property
    def over(self) -> bool:
        """Whether the removal is finished: there is nothing left to remove."""
        return self.fate in OVER

    @property
    def chosen(self) -> bool:
        """Whether the object is to be removed: ticked and not finished."""
        return self.ticked and not self.over

    @property
    def at_most(self) -> bool:
        """Whether the removal may free less than `size`, because other images may share layers or their content."""
        return isinstance(self.item, Image) and (self.shared is None or self.item.by_digest)


def identity(sort: Sort, id: str) -> str:
    """Return the candidate id for an object's sort and engine id."""
    return f"{sort}:{id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """An engine's objects by sort and id."""

    containers: Mapping[str, Container]
    images: Mapping[str, Image] = field(default_factory=dict)
    volumes: Mapping[str, Volume] = field(default_factory=dict)
    networks: Mapping[str, Network] = field(default_factory=dict)


def find(lists: Lists, containers_too: bool = True) -> list[Candidate]:
    """Return the unused objects in the order of removal. `containers_too`: count users that are stopped as removed first."""
    going = {id: row for id, row in lists.containers.items() if row.state in AT_REST} if containers_too else {}
    informers: tuple[tuple[Sort, Iterable[Image | Volume | Network]], ...] = (
        ("image", lists.images.values()),
        ("volume", (each for each in lists.volumes.values() if each.cluster is None)),  # only the swarm knows their users
        ("network", (each for each in lists.networks.values() if not _fixed(each))),
    )
    found = [_candidate("container", row) for row in going.values()]
    for sort, items in informers:
        users = _users(lists.containers.values(), USES[sort])
        for item in items:
            holders = users.get(use_name(sort, item), ())
            if all(holder.id in going for holder in holders):
                found.append(_candidate(sort, item, tuple(holder.name for holder in holders)))
    return found


def find_records(records: Iterable[BuildCache]) -> list[Candidate]:
    """Return the build records that are not in use, newest first, so that a record goes before those it was built on."""
    idle = [each for each in records if not each.in_use]
    return [_candidate("cache", each) for each in sorted(idle, key=lambda each: each.created_at, reverse=True)]


def use_name(sort: Sort, item: Item) -> str:
    """Return the name by which containers refer to an item: an image's or volume's id, a network's name."""
    return item.name if isinstance(item, Network) else item.id


def ticked_at_first(sort: Sort, item: Item) -> bool:
    """Whether the item is ticked by default: what `docker system prune` removes. Items with a name or data are not."""
    match item:
        case Image():
            return item.dangling
        case Network():
            return not beyond_this_host(item)
        case BuildCache():
            return not (item.shared or item.type in KEPT_UNASKED)
        case _:
            return sort == "container"


def beyond_this_host(network: Network) -> bool:
    """Whether containers of other hosts may use the network: a swarm's tasks."""
    return network.scope != "local" or network.name == "docker_gwbridge"


def use_since(container: Container, going: Collection[str]) -> str:
    """Return why everything this container has counts as used: it runs, or is not among those `going`. Empty if it does not."""
    if container.state in AT_REST and container.id in going:
        return ""
    if container.state in ALIVE or container.state == "restarting":
        return "is running"
    return "uses the object since"


def _candidate(sort: Sort, item: Item, holders: tuple[str, ...] = ()) -> Candidate:
    size = item.size if isinstance(item, (Image, BuildCache)) else 0 if isinstance(item, Network) else None
    return Candidate(sort=sort, item=item, holders=holders, size=size, ticked=ticked_at_first(sort, item))


def _fixed(network: Network) -> bool:
    """Whether the engine keeps the network, for itself or for other networks."""
    return network.built_in or network.ingress or network.config_only


def _users(containers: Iterable[Container], uses: Callable[[Container], Iterable[Use]]) -> dict[str, list[Container]]:
    found: dict[str, list[Container]] = {}
    for container in containers:
        for name, _ in uses(container):
            found.setdefault(name, []).append(container)
    return found
