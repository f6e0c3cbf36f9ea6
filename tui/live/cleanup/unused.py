"""What of an engine's objects nobody uses: facts, joined from lists that were just read. Nothing is asked here."""

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
"""In the order in which they are removed: what holds something goes before what it holds."""

Item = Container | Image | Volume | Network | BuildCache

AT_REST = frozenset({"created", "exited", "dead"})
"""The states in which the engine removes a container without force."""

KEPT_UNASKED = frozenset({"internal", "frontend"})
"""Types of build records that `docker system prune` leaves alone."""

USES: dict[Sort, Callable[[Container], Iterable[Use]]] = {"image": images_of, "volume": volumes_of, "network": networks_of}


class Fate(Enum):
    """What became of a candidate."""

    PLANNED = "planned"
    REMOVING = "removing"
    REMOVED = "removed"
    KEPT = "kept"  # it is used now, or the engine says so
    FAILED = "failed"
    GONE = "gone"  # removed by somebody else
    UNSURE = "unsure"  # given up while the engine was at it


OVER = frozenset({Fate.REMOVED, Fate.GONE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Something that nobody uses. All text in it is as the engine sent it: clean it before it is shown.

    `holders` are stopped containers of the same plan that have it: it is free once they are gone. `size` is in bytes, None as
    long as nobody measured; of an image it is what no other image has, once `shared` (bytes that others have too) is known.
    `used` says what became of it since the plan was made that counts as use. `said` goes with the `fate`; `freed` is in bytes.
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
        """Unlike any other's in the plan."""
        return identity(self.sort, self.item.id)

    @property
    def over(self) -> bool:
        """Whether there is nothing left to remove."""
        return self.fate in OVER

    @property
    def chosen(self) -> bool:
        """Whether it is to be removed: ticked, and still there."""
        return self.ticked and not self.over

    @property
    def at_most(self) -> bool:
        """Whether removing it may free less than its size: other images may have layers of it."""
        return self.sort == "image" and self.shared is None


def identity(sort: Sort, id: str) -> str:
    """A candidate's id, from the engine's."""
    return f"{sort}:{id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """What an engine has, by id."""

    containers: Mapping[str, Container]
    images: Mapping[str, Image] = field(default_factory=dict)
    volumes: Mapping[str, Volume] = field(default_factory=dict)
    networks: Mapping[str, Network] = field(default_factory=dict)


def find(lists: Lists, containers_too: bool = True) -> list[Candidate]:
    """What is unused, in the order of removal. `containers_too`: the stopped containers go too, and free what they have."""
    going = {id: row for id, row in lists.containers.items() if row.state in AT_REST} if containers_too else {}
    informers: tuple[tuple[Sort, Iterable[Image | Volume | Network]], ...] = (
        ("image", lists.images.values()),
        ("volume", (each for each in lists.volumes.values() if each.cluster is None)),  # its use is known to the swarm only
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
    """The records of the build cache that are not in use, newest first: what is built on another goes before it."""
    idle = [each for each in records if not each.in_use]
    return [_candidate("cache", each) for each in sorted(idle, key=lambda each: each.created_at, reverse=True)]


def use_name(sort: Sort, item: Item) -> str:
    """What containers call an item by that they use: an image's and a volume's id, a network's name."""
    return item.name if isinstance(item, Network) else item.id


def ticked_at_first(sort: Sort, item: Item) -> bool:
    """Whether `docker system prune` would take it too. What has a name or holds data is left to the person to tick."""
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
    """Whether somebody may use the network that no container here tells of: a swarm's tasks."""
    return network.scope != "local" or network.name == "docker_gwbridge"


def use_since(container: Container, going: Collection[str]) -> str:
    """What of this container makes all that it has count as used, if anything: it runs, or is none of those `going`."""
    if container.state in AT_REST and container.id in going:
        return ""
    if container.state in ALIVE or container.state == "restarting":
        return "runs"
    return "has it since"


def _candidate(sort: Sort, item: Item, holders: tuple[str, ...] = ()) -> Candidate:
    size = item.size if isinstance(item, (Image, BuildCache)) else 0 if isinstance(item, Network) else None
    return Candidate(sort=sort, item=item, holders=holders, size=size, ticked=ticked_at_first(sort, item))


def _fixed(network: Network) -> bool:
    """Whether the engine keeps it for itself, or for other networks."""
    return network.built_in or network.ingress or network.config_only


def _users(containers: Iterable[Container], uses: Callable[[Container], Iterable[Use]]) -> dict[str, list[Container]]:
    found: dict[str, list[Container]] = {}
    for container in containers:
        for name, _ in uses(container):
            found.setdefault(name, []).append(container)
    return found
