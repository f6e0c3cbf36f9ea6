"""Objects joined with the containers that use them, from two collections of the store; sends no request."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeVar

from tui.live.containers.container import Container
from tui.live.state.collection import Changes, Collection

if TYPE_CHECKING:
    from tui.live.state.source import Source
    from tui.live.state.store import Store

Row = TypeVar("Row")

Use = tuple[str, str]
"""A use by a container: the object's name, and how (an address, a path), or empty."""


class Home(Protocol):
    """What has the rows: the engine's session (`tui.live.engine_session.Session`)."""

    @property
    def store(self) -> Store[Container]:
        """The rows of all sources."""


class User(NamedTuple):
    """A container that uses an object; `alive`: it has processes."""

    id: str
    name: str
    alive: bool
    how: str = ""


@dataclass(frozen=True, slots=True)
class Used(Generic[Row]):
    """An object and its users, running ones first. All text is as the engine sent it: clean it before it is shown."""

    item: Row
    users: tuple[User, ...] = ()

    @property
    def alive(self) -> tuple[User, ...]:
        """The users that run."""
        return tuple(user for user in self.users if user.alive)


def images_of(container: Container) -> Iterable[Use]:
    """Yield the id of the container's image."""
    return ((container.image_id, ""),)


def volumes_of(container: Container) -> Iterable[Use]:
    """Yield the names of its volumes, each with the mount paths and modes."""
    places: dict[str, list[str]] = {}
    for mount in container.mounts:
        if mount.type in ("volume", "cluster") and mount.name:
            places.setdefault(mount.name, []).append(f"{mount.destination} {'writable' if mount.rw else 'read-only'}")
    return tuple((name, ", ".join(sorted(paths))) for name, paths in places.items())


def networks_of(container: Container) -> Iterable[Use]:
    """Yield the names of its networks, each with the container's address."""
    return tuple((end.network, end.address) for end in container.networks)


class WithUsers(Collection[Used[Row]]):
    """The rows of `items`, each with its users among `containers`. `name` returns the key that `uses` yields for an item."""

    def __init__(
        self,
        items: Collection[Row],
        containers: Collection[Container],
        name: Callable[[Row], str],
        uses: Callable[[Container], Iterable[Use]],
    ) -> None:
        super().__init__()
        self._items, self._containers = items, containers
        self._name, self._uses = name, uses
        self._known: dict[str, tuple[tuple[str, User], ...]] = {}  # by container: what it uses
        self._users: dict[str, dict[str, User]] = {}  # by name of the object, then by container
        self._link(containers.rows)
        if items.loaded:
            self._take_items(Changes(everything=True))
        items.changed.subscribe(self._take_items)
        containers.changed.subscribe(self._take_containers)

    @classmethod
    def of(
        cls, source: Source[Row], name: Callable[[Row], str], uses: Callable[[Container], Iterable[Use]]
    ) -> Callable[[Home], WithUsers[Row]]:
        """Return a factory that joins the rows of a source with their users, for a session."""
        return lambda session: cls(session.store.of(source), session.store.containers, name, uses)

    def _take_items(self, changes: Changes) -> None:
        rows = self._items.rows
        if changes.everything:
            self.replace({id: self._joined(row) for id, row in rows.items()})
        else:
            self.put({id: self._joined(rows[id]) for id in rows if id in changes.added or id in changes.changed})
            self.remove(changes.removed)

    def _take_containers(self, changes: Changes) -> None:
        touched = self._containers.rows.keys() | self._known.keys() if changes.everything else set[str]()
        names = self._link(touched | changes.added | changes.changed | changes.removed)
        if names and self.loaded:
            rows = self._items.rows
            self.put({id: self._joined(row) for id, row in rows.items() if id in self.rows and self._name(row) in names})

    def _link(self, ids: Iterable[str]) -> set[str]:
        """Record what these containers use now; return the names of objects whose users changed. Usage does not count."""
        names: set[str] = set()
        for id in ids:
            row = self._containers.rows.get(id)
            before = self._known.get(id, ())
            now = () if row is None else tuple((name, User(id, row.name, row.alive, how)) for name, how in self._uses(row))
            if now == before:
                continue
            for name, _ in before:
                users = self._users.get(name, {})
                users.pop(id, None)
                if not users:
                    self._users.pop(name, None)
            for name, user in now:
                self._users.setdefault(name, {})[id] = user
            names.update(name for name, _ in (*before, *now))
            if now:
                self._known[id] = now
            else:
                self._known.pop(id, None)
        return names

    def _joined(self, item: Row) -> Used[Row]:
        users = self._users.get(self._name(item), {}).values()
        return Used(item, tuple(sorted(users, key=lambda user: (not user.alive, user.name, user.id))))
