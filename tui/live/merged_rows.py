"""The rows of several engines in one collection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from tui.live.state.collection import Changes, Collection

if TYPE_CHECKING:
    from tui.live.clock import EngineClock
    from tui.live.engine_session import Session

Row = TypeVar("Row")


def key(host: str, id: str) -> str:
    """Return the key of an object in a merged list; `host`: the name of its engine."""
    return f"{host}/{id}"


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """An engine of a merged list.

    `name` is unique in the list and without a control character; `options` are docker's options for the engine; `colour` is the
    name of its colour, or "".
    """

    name: str
    session: Session
    options: tuple[str, ...] = ()
    colour: str = ""

    @property
    def outdated(self) -> bool:
        """Whether rows of this engine are those from before a lost connection."""
        return self.session.lost

    @property
    def clock(self) -> EngineClock:
        """The engine's clock."""
        return self.session.store.clock

    def key(self, id: str) -> str:
        """Return the key of an object of this engine in a merged list."""
        return key(self.name, id)


class Placed(NamedTuple, Generic[Row]):
    """A row and the engine that has the object. `key` is unique in the merged list."""

    member: Member
    row: Row
    key: str


class MergedRows(Collection[Placed[Row]]):
    """The rows of several engines by key. An engine that is slow or lost delays no other.

    `loaded` once the list of any engine was read; `complete` once that of all was.
    """

    def __init__(self, parts: Sequence[tuple[Member, Collection[Row]]]) -> None:
        super().__init__()
        self._parts = tuple(parts)
        for member, rows in self._parts:
            if rows.loaded:
                self._take(member, rows, Changes(everything=True))
            rows.changed.subscribe(partial(self._take, member, rows))

    @property
    def complete(self) -> bool:
        return all(rows.loaded for _, rows in self._parts)

    @property
    def idle(self) -> bool:
        return super().idle and all(rows.idle for _, rows in self._parts)

    def part(self, member: Member) -> Collection[Row]:
        """Return the rows of one engine, by the engine's ids."""
        return next(rows for each, rows in self._parts if each is member)

    def _take(self, member: Member, rows: Collection[Row], changes: Changes) -> None:
        """Take over the changes of one engine."""
        if changes.everything:
            self._everything = self._everything or not self.loaded
            self.loaded = True
            ids = frozenset(rows.rows)
            before = [key for key, placed in self._rows.items() if placed.member is member]
            gone = [key for key in before if key.removeprefix(member.key("")) not in ids]
        else:
            ids = changes.added | changes.changed
            gone = [member.key(id) for id in changes.removed]
        self.put({(key := member.key(id)): Placed(member, rows.rows[id], key) for id in ids if id in rows.rows})
        self.remove(gone)
