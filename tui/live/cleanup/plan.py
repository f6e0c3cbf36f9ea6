"""A plan of what to remove from an engine: made when asked, followed by events, measured when asked, carried out one by one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from tui.engine import errors
from tui.engine.api.system import DISK_USAGE_TYPES_SINCE
from tui.engine.errors import UNANSWERED
from tui.live.cleanup import safe_remove
from tui.live.cleanup.unused import (
    OVER,
    SORTS,
    USES,
    Candidate,
    Fate,
    Lists,
    Sort,
    find,
    find_records,
    identity,
    use_name,
    use_since,
)
from tui.live.containers.container import CONTAINERS, Container
from tui.live.objects.images import IMAGES, Image
from tui.live.objects.networks import NETWORKS
from tui.live.objects.volumes import VOLUMES
from tui.live.state.collection import Changes, Collection
from tui.live.state.source import Source

if TYPE_CHECKING:
    from tui.engine import Engine
    from tui.engine.objects.events import Event
    from tui.engine.objects.usage import DiskUsage
    from tui.live.engine_session import Session

LISTED: dict[Sort, Source[Any]] = {"container": CONTAINERS, "image": IMAGES, "volume": VOLUMES, "network": NETWORKS}
TYPES: dict[Sort, str] = {"container": "container", "image": "image", "volume": "volume", "cache": "build-cache"}
"""What disk usage calls them. Networks take no space."""

AT_ONCE: frozenset[Sort] = frozenset({"image", "cache"})
"""What is measured with the plan: the engine has those figures at hand. For the others it walks through every file."""

GOES = frozenset({"destroy", "remove", "delete"})
"""Actions of events after which an object is no more."""

Told = Callable[[int, int, int], object]
"""Called as it goes: objects done, objects in all, bytes freed."""


class Plan:
    """What is unused on the engine of a session, and what became of it. `made` is in seconds since the epoch, 0 before."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.rows: Collection[Candidate] = Collection()
        self.sorts: tuple[Sort, ...] = SORTS
        self.made = 0.0
        self.unmeasured: frozenset[Sort] = frozenset()
        self.refused: dict[Sort, str] = {}  # what the engine does not list, and its reason
        self._going: frozenset[str] = frozenset()  # ids of the containers in the plan
        self._ticks: dict[str, bool] = {}  # what a person or a removal made of the first ticks
        self._by_use: dict[tuple[Sort, str], str] = {}  # ids in the plan by what containers call them
        self._following = False

    # -- making it ----------------------------------------------------------------------------------------------------

    async def make(self, only: Sort | None = None) -> None:
        """List what is there and see what of it is unused; `only` of one sort. Ticks stay on what is still in the plan.

        The rows are there before their sizes are. `ContainerList`, `ImageList`, `VolumeList`, `NetworkList`,
        `SystemDataUsage`.
        """
        engine = self._session.engine
        self._follow()
        sorts = (only,) if only else SORTS
        lists = await self._read(engine, sorts)
        found = [row for row in find(lists, containers_too="container" in sorts) if row.sort in sorts]
        self.sorts, self.made = sorts, time.time()
        self.unmeasured = frozenset(TYPES.keys() & {*sorts})
        self._going = frozenset(row.item.id for row in found if row.sort == "container")
        present = {row.id for row in found}
        self._ticks = {id: on for id, on in self._ticks.items() if id in present or id.partition(":")[0] not in sorts}
        self._replace(found)
        quick = [sort for sort in sorts if sort in AT_ONCE]
        if quick and engine.serves(DISK_USAGE_TYPES_SINCE):
            await self._measure(engine, quick)

    async def measure(self) -> None:
        """Have everything in the plan measured, which may take the engine long (`SystemDataUsage`).

        Engines before API 1.42 always measure all, and tell of their build cache only then.
        """
        await self._measure(self._session.engine, [sort for sort in self.sorts if sort in TYPES])

    def tick(self, ids: Iterable[str], ticked: bool) -> None:
        """Tick these, or take their ticks away."""
        rows = [self.rows.rows[id] for id in ids]
        self._ticks |= {row.id: ticked for row in rows}
        self.rows.put({row.id: replace(row, ticked=ticked) for row in rows})

    async def _measure(self, engine: Engine, sorts: Sequence[Sort]) -> None:
        usage = await engine.system.disk_usage([TYPES[sort] for sort in sorts])
        rows = dict(self.rows.rows)
        for id, size, shared in _sizes(usage):
            if id in rows and size >= 0:
                rows[id] = replace(rows[id], size=size, shared=shared)
        if "cache" in self.sorts:
            rows = {id: row for id, row in rows.items() if row.sort != "cache" or row.over}
            rows |= {row.id: row for row in find_records(usage.build_cache) if row.id not in rows}
        self.unmeasured -= {*sorts}
        self._replace(list(rows.values()))

    def _replace(self, found: Sequence[Candidate]) -> None:
        self._by_use = {(row.sort, use_name(row.sort, row.item)): row.id for row in found}
        self.rows.replace({row.id: replace(row, ticked=self._ticks.get(row.id, row.ticked)) for row in found})

    async def _read(self, engine: Engine, sorts: Sequence[Sort]) -> Lists:
        """The containers, which tell what is used, and what is wanted besides, each listed anew."""
        self.refused = {}
        wanted = [sort for sort in LISTED if sort in sorts or sort == "container"]
        try:
            async with asyncio.TaskGroup() as group:
                tasks = {f"{sort}s": group.create_task(self._listed(engine, sort)) for sort in wanted}
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None
        return Lists(**{name: task.result() for name, task in tasks.items()})

    async def _listed(self, engine: Engine, sort: Sort) -> Mapping[str, Any]:
        try:
            return await LISTED[sort].read(engine, None)
        except errors.EngineRefusal as refusal:
            if sort == "container":  # without them nobody knows what is used
                raise
            self.refused[sort] = str(refusal)
            return {}

    # -- what happens meanwhile ---------------------------------------------------------------------------------------

    def _follow(self) -> None:
        """Hear of what becomes used or vanishes. Only news count: the picture may lag a moment behind the plan's own lists."""
        if self._following:
            return
        self._following = True
        store = self._session.store
        for sort, kind in LISTED.items():
            store.of(kind).changed.subscribe(partial(self._vanished, sort))
        store.events.subscribe(self._happened)
        store.containers.changed.subscribe(self._containers_changed)
        store.of(IMAGES).changed.subscribe(self._images_changed)

    def _vanished(self, sort: Sort, changes: Changes) -> None:
        for id in changes.removed:
            self._gone(identity(sort, id))

    def _gone(self, id: str) -> None:
        row = self.rows.rows.get(id)
        if row is not None and row.fate is not Fate.REMOVING and not row.over:
            self._put(row, Fate.REMOVED if row.fate is Fate.UNSURE else Fate.GONE)

    def _happened(self, event: Event) -> None:
        """What begins and ends before the picture tells of it counts too: a container that ran, an object that went."""
        row = self._session.store.containers.rows.get(event.actor.id)
        if row is not None and event.type == "container" and event.action == "start":
            self._container_used(row, "was started since")
        if event.action in GOES:
            self._gone(f"{event.type}:{event.actor.id}")

    def _containers_changed(self, changes: Changes) -> None:
        containers = self._session.store.containers.rows
        for id in changes.added | changes.changed:
            row = containers.get(id)
            if row is not None and (why := use_since(row, self._going)):
                self._container_used(row, why)

    def _container_used(self, row: Container, why: str) -> None:
        self._used(("container", row.id), f"it {why}")
        for sort, uses in USES.items():
            for name, _ in uses(row):
                self._used((sort, name), f"{row.name} {why}")

    def _used(self, use: tuple[Sort, str], why: str) -> None:
        row = self.rows.rows.get(self._by_use.get(use, ""))
        if row is not None and not row.used and not row.over:
            self.rows.put({row.id: replace(row, used=why)})

    def _images_changed(self, changes: Changes) -> None:
        images = self._session.store.of(IMAGES).rows
        for id in changes.changed:
            row = self.rows.rows.get(identity("image", id))
            if row is not None and isinstance(row.item, Image) and (more := sorted({*images[id].names} - {*row.item.names})):
                self._used(("image", id), f"it is called {more[0]} since")

    # -- carrying it out ----------------------------------------------------------------------------------------------

    async def carry_out(self, ids: Iterable[str], told: Told) -> None:
        """Remove these and no others, one by one; each row says what became of it.

        Cancelled in the middle, or without an answer, the one that the engine was at is unsure and the rest stays planned.
        """
        rows = self.rows.rows
        wanted = sorted((rows[id] for id in ids if not rows[id].over), key=lambda row: SORTS.index(row.sort))
        for done, row in enumerate(wanted):
            told(done, len(wanted), self._freed(wanted))
            await self._one(row.id)
        await self._again([row.id for row in wanted if row.sort == "cache"])
        told(len(wanted), len(wanted), self._freed(wanted))

    async def _again(self, records: Sequence[str]) -> None:
        """Records that others were built on are free when those are gone: try again as long as that helps."""
        left = [id for id in records if self.rows.rows[id].fate is Fate.KEPT]
        before = len(records)
        while left and len(left) < before:
            before = len(left)
            for id in left:
                await self._one(id)
            left = [id for id in left if self.rows.rows[id].fate is Fate.KEPT]

    def _freed(self, wanted: Iterable[Candidate]) -> int:
        return sum(self.rows.rows[row.id].freed or 0 for row in wanted)

    async def _one(self, id: str) -> None:
        row = self.rows.rows[id]
        if row.over:  # it went with another one
            return
        if row.used:
            self._put(row, Fate.KEPT, row.used)
            return
        self._put(row, Fate.REMOVING)
        row = self.rows.rows[id]
        try:
            done = await safe_remove.remove(self._session.engine, row)
        except safe_remove.InUse as why:
            self._put(row, Fate.KEPT, str(why))
        except errors.NotFound:
            self._put(row, Fate.GONE)
        except asyncio.CancelledError:
            self._put(row, Fate.UNSURE, "cancelled meanwhile")
            raise
        except UNANSWERED as error:
            self._put(row, Fate.UNSURE, str(error))
            raise
        except errors.EngineError as error:
            self._put(row, Fate.FAILED, str(error))
        else:
            freed = row.size if done.freed is None and not row.at_most else done.freed
            self._put(row, Fate.REMOVED, done.said, freed)
            self._went_too(row, done.also)

    def _went_too(self, row: Candidate, ids: Iterable[str]) -> None:
        """What was removed at once with another one. Its bytes are in that one's."""
        for id in ids:
            other = self.rows.rows.get(identity(row.sort, id))
            if other is not None and other.fate is not Fate.REMOVED:
                self._put(other, Fate.REMOVED, "together with another one", 0)

    def _put(self, row: Candidate, fate: Fate, said: str = "", freed: int | None = None) -> None:
        """Note what became of it. What is done with is ticked no more, so that it is not done again unasked."""
        ticked = row.ticked and fate is Fate.REMOVING
        self._ticks[row.id] = ticked
        self.rows.put({row.id: replace(row, fate=fate, said=said, freed=freed, ticked=ticked)})
        if isinstance(row.item, Container) and fate in OVER:
            self._let_go(row.item)

    def _let_go(self, container: Container) -> None:
        """It is gone, and holds nothing any more."""
        for sort, uses in USES.items():
            for name, _ in uses(container):
                row = self.rows.rows.get(self._by_use.get((sort, name), ""))
                if row is not None and container.name in row.holders:
                    holders = tuple(holder for holder in row.holders if holder != container.name)
                    self.rows.put({row.id: replace(row, holders=holders)})


def _sizes(usage: DiskUsage) -> Iterable[tuple[str, int, int | None]]:
    """Of each object measured: its id in a plan, the bytes that are its own, of images those that others have too."""
    for container in usage.containers:
        yield identity("container", container.id), container.size_rw or 0, None
    for image in usage.images:
        if image.shared_size >= 0:
            yield identity("image", image.id), image.size - image.shared_size, image.shared_size
    for volume in usage.volumes:
        if volume.usage_data is not None:
            yield identity("volume", volume.name), volume.usage_data.size, None
