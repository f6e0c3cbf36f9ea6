"""Clean-up plan: unused objects of an engine, listed on request, updated by events, measured on request, removed one by one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from tui.engine import errors
from tui.engine.api.system import DISK_USAGE_TYPES_SINCE
from tui.engine.errors import UNANSWERED
from tui.live import clock
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
"""Disk usage type (`SystemDataUsage`) of each sort. Networks take no space."""

MEASURED_WITH_PLAN: frozenset[Sort] = frozenset({"image", "cache"})
"""Sorts measured together with the plan: the engine has their sizes cached. For the others it walks through every file."""

GOES = frozenset({"destroy", "remove", "delete"})
"""Event actions after which an object no longer exists."""

ProgressCallback = Callable[[int, int, int], object]
"""Progress callback: objects done, objects in total, bytes freed."""


class Plan:
    """Unused objects of a session's engine and the results of their removal. `made` is in seconds since the epoch, 0 before."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.rows: Collection[Candidate] = Collection()
        self.sorts: tuple[Sort, ...] = SORTS
        self.made = 0.0
        self.unmeasured: frozenset[Sort] = frozenset()
        self.refused: dict[Sort, str] = {}  # sorts the engine failed to list, with its reason
        self._going: frozenset[str] = frozenset()  # ids of the containers in the plan
        self._ticks: dict[str, bool] = {}  # ticks changed by the user or by a removal, by candidate id
        self._by_use: dict[tuple[Sort, str], str] = {}  # candidate ids by the name that containers use for the object
        self._following = False

    @property
    def due(self) -> bool:
        """Whether there is no plan yet and the engine can be asked."""
        return self._session.connected and not self.made

    # -- making it ----------------------------------------------------------------------------------------------------

    async def make(self, only: Sort | None = None) -> None:
        """List the objects and find the unused ones; `only` limits this to one sort. Ticks of remaining candidates are kept.

        Rows appear before their sizes are known. API: `ContainerList`, `ImageList`, `VolumeList`, `NetworkList`,
        `SystemDataUsage`.
        """
        engine = self._session.engine
        self._follow()
        sorts = (only,) if only else SORTS
        lists = await self._read(engine, sorts)
        found = [row for row in find(lists, containers_too="container" in sorts) if row.sort in sorts]
        self.sorts, self.made = sorts, clock.now()
        self.unmeasured = frozenset(TYPES.keys() & {*sorts})
        self._going = frozenset(row.item.id for row in found if row.sort == "container")
        self._forget_ticks([sort for sort in sorts if sort != "cache"], found)  # cache records come with the sizes
        self._replace(found)
        quick = [sort for sort in sorts if sort in MEASURED_WITH_PLAN]
        if quick and engine.serves(DISK_USAGE_TYPES_SINCE):
            await self._measure(engine, quick)

    async def measure(self) -> None:
        """Measure every candidate (`SystemDataUsage`), which may take the engine long.

        Engines before API 1.42 always measure everything, and report their build cache only then.
        """
        await self._measure(self._session.engine, [sort for sort in self.sorts if sort in TYPES])

    def tick(self, ids: Iterable[str], ticked: bool) -> None:
        """Set or clear the ticks of these candidates."""
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
            self._forget_ticks(["cache"], rows.values())
        self.unmeasured -= {*sorts}
        self._replace(list(rows.values()))

    def _forget_ticks(self, sorts: Sequence[Sort], rows: Iterable[Candidate]) -> None:
        """Forget the ticks on objects of these sorts that are not among the rows any more."""
        present = {row.id for row in rows}
        self._ticks = {id: on for id, on in self._ticks.items() if id in present or id.partition(":")[0] not in sorts}

    def _replace(self, found: Sequence[Candidate]) -> None:
        self._by_use = {(row.sort, use_name(row.sort, row.item)): row.id for row in found}
        self.rows.replace({row.id: replace(row, ticked=self._ticks.get(row.id, row.ticked)) for row in found})
        self.rows.close()  # without delay: whoever made or measured the plan finds all of it shown

    async def _read(self, engine: Engine, sorts: Sequence[Sort]) -> Lists:
        """List the containers, which determine what is used, and the wanted sorts."""
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
            if sort == "container":  # without the containers, use is unknown
                raise
            self.refused[sort] = str(refusal)
            return {}

    # -- what happens meanwhile ---------------------------------------------------------------------------------------

    def _follow(self) -> None:
        """Follow objects that become used or vanish. Only changes count: the store may lag behind the plan's lists."""
        if self._following:
            return
        self._following = True
        store = self._session.store
        for sort, kind in LISTED.items():
            store.of(kind).changed.subscribe(partial(self._vanished, sort))
        store.events.subscribe(self._on_event)
        store.containers.changed.subscribe(self._containers_changed)
        store.of(IMAGES).changed.subscribe(self._images_changed)

    def _vanished(self, sort: Sort, changes: Changes) -> None:
        for id in changes.removed:
            self._mark_removed(identity(sort, id))

    def _mark_removed(self, id: str) -> None:
        row = self.rows.rows.get(id)
        if row is not None and row.fate is not Fate.REMOVING and not row.over:
            self._record(row, Fate.REMOVED if row.fate is Fate.UNSURE else Fate.GONE)

    def _on_event(self, event: Event) -> None:
        """Apply an event, for changes too short to show in the rows: a container that ran briefly, a removal."""
        row = self._session.store.containers.rows.get(event.actor.id)
        if row is not None and event.type == "container" and event.action == "start":
            self._container_used(row, "was started since")
        if event.action in GOES:
            self._mark_removed(f"{event.type}:{event.actor.id}")

    def _containers_changed(self, changes: Changes) -> None:
        containers = self._session.store.containers.rows
        for id in changes.added | changes.changed:
            row = containers.get(id)
            if row is not None and (why := use_since(row, self._going)):
                self._container_used(row, why)

    def _container_used(self, row: Container, why: str) -> None:
        self._used(("container", row.id), why)
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
                self._used(("image", id), f"tagged {more[0]} since")

    # -- carrying it out ----------------------------------------------------------------------------------------------

    async def carry_out(self, ids: Iterable[str], told: ProgressCallback) -> None:
        """Remove exactly these candidates, one by one; each row records its result.

        When cancelled or left without an answer, the candidate under way becomes UNSURE and the rest stays planned.
        """
        rows = self.rows.rows
        wanted = sorted((rows[id] for id in ids if not rows[id].over), key=lambda row: SORTS.index(row.sort))
        for done, row in enumerate(wanted):
            told(done, len(wanted), self._freed(wanted))
            await self._remove_one(row.id)
        await self._retry_records([row.id for row in wanted if row.sort == "cache"])
        told(len(wanted), len(wanted), self._freed(wanted))

    async def _retry_records(self, records: Sequence[str]) -> None:
        """Retry build records that failed because others depended on them, as long as a pass removes any."""
        left = [id for id in records if self.rows.rows[id].fate is Fate.KEPT]
        before = len(records)
        while left and len(left) < before:
            before = len(left)
            for id in left:
                await self._remove_one(id)
            left = [id for id in left if self.rows.rows[id].fate is Fate.KEPT]

    def _freed(self, wanted: Iterable[Candidate]) -> int:
        return sum(self.rows.rows[row.id].freed or 0 for row in wanted)

    async def _remove_one(self, id: str) -> None:
        row = self.rows.rows[id]
        if row.over:  # removed together with another record
            return
        if row.used:
            self._record(row, Fate.KEPT, row.used)
            return
        self._record(row, Fate.REMOVING)
        row = self.rows.rows[id]
        try:
            done = await safe_remove.remove(self._session.engine, row)
        except safe_remove.InUse as why:
            self._record(row, Fate.KEPT, str(why))
        except errors.NotFound:
            self._record(row, Fate.GONE)
        except asyncio.CancelledError:
            self._record(row, Fate.UNSURE, "cancelled")
            raise
        except UNANSWERED as error:
            self._record(row, Fate.UNSURE, str(error))
            raise
        except errors.EngineError as error:
            self._record(row, Fate.FAILED, str(error))
        else:
            freed = row.size if done.freed is None and not row.at_most else done.freed
            self._record(row, Fate.REMOVED, done.said, freed)
            self._mark_removed_together(row, done.also)

    def _mark_removed_together(self, row: Candidate, ids: Iterable[str]) -> None:
        """Mark candidates that were removed together with `row`, which counts their bytes."""
        for id in ids:
            other = self.rows.rows.get(identity(row.sort, id))
            if other is not None and other.fate is not Fate.REMOVED:
                self._record(other, Fate.REMOVED, "together with another record", 0)

    def _record(self, row: Candidate, fate: Fate, said: str = "", freed: int | None = None) -> None:
        """Record the result of a removal. A finished candidate is unticked so that the next run does not repeat it."""
        ticked = row.ticked and fate is Fate.REMOVING
        self._ticks[row.id] = ticked
        self.rows.put({row.id: replace(row, fate=fate, said=said, freed=freed, ticked=ticked)})
        if isinstance(row.item, Container) and fate in OVER:
            self._remove_from_holders(row.item)

    def _remove_from_holders(self, container: Container) -> None:
        """Remove a deleted container from the holders of other candidates."""
        for sort, uses in USES.items():
            for name, _ in uses(container):
                row = self.rows.rows.get(self._by_use.get((sort, name), ""))
                if row is not None and container.name in row.holders:
                    holders = tuple(holder for holder in row.holders if holder != container.name)
                    self.rows.put({row.id: replace(row, holders=holders)})


def _sizes(usage: DiskUsage) -> Iterable[tuple[str, int, int | None]]:
    """Yield for each measured object: its candidate id, its own bytes, and (images only) the bytes shared with other images."""
    for container in usage.containers:
        yield identity("container", container.id), container.size_rw or 0, None
    for image in usage.images:
        if image.shared_size >= 0:
            yield identity("image", image.id), image.size - image.shared_size, image.shared_size
    for volume in usage.volumes:
        if volume.usage_data is not None:
            yield identity("volume", volume.name), volume.usage_data.size, None
