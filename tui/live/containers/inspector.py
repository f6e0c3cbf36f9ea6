"""Container fields known only from inspecting: restart count and exact times."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable

from tui.engine import errors
from tui.engine.objects.containers import ContainerInspect
from tui.engine.objects.events import Event
from tui.live.containers.container import Container, inspected
from tui.live.containers.deaths import KILLED
from tui.live.state.collection import Changes
from tui.live.state.rest import Rest
from tui.live.state.signals import Signal
from tui.live.state.store import Connected, Store

SETTLE = 0.2
"""Seconds between a change and the inspection, which covers the changes that follow within that time."""

REST = 0.4
"""Seconds that the same containers must be watched before any is inspected: scrolling inspects none."""


async def _at_once() -> None:
    """Wait for nothing."""


class Inspector:
    """Inspects watched containers: once, and again when they were restarted.

    A container is due when first watched, when seen restarting, when started after it died, when a network was connected to it
    while it does not run (a start that failed tells nothing else), and after a reconnection. Exits with 137 come first: only
    inspecting tells whether memory was out. Results go into its row (`Container.restarts`, `start_error`, exact `started` and
    `finished`). `complain` is called for an answer that cannot be read. Before inspecting, `more_urgent` is waited for.
    """

    def __init__(
        self,
        store: Store[Container],
        complain: Callable[[str], object] = lambda _words: None,
        more_urgent: Callable[[], Awaitable[None]] = _at_once,
    ) -> None:
        self._store = store
        self._complain = complain
        self._more_urgent = more_urgent
        self._rest = Rest()  # of the watched containers
        self.found: Signal[ContainerInspect] = Signal()  # each answer
        self._viewers: dict[Hashable, frozenset[str]] = {}
        self._watched: frozenset[str] = frozenset()  # by any viewer
        self._died: set[str] = set()
        self._due: set[str] = set()
        self._asking = ""  # id of the container being inspected; watched again meanwhile, it is not inspected twice
        self._work = asyncio.Event()

    @property
    def idle(self) -> bool:
        """Whether no watched container is due for inspection."""
        return not self._asking and not self._due & self._watched

    def watch(self, ids: Iterable[str], viewer: Hashable = None) -> None:
        """Set the containers watched by this viewer; those that no viewer watches are not inspected."""
        self._viewers[viewer] = frozenset(ids)
        if not self._viewers[viewer]:
            del self._viewers[viewer]
        watched = frozenset().union(*self._viewers.values())
        if watched != self._watched:
            self._watched = watched
            self._rest.moved(REST)
        rows = self._store.containers.rows
        self._due.update(id for id in self._watched if id in rows and rows[id].restarts is None and id != self._asking)
        self._check()

    async def run(self) -> None:
        """Inspect due containers until cancelled."""
        store = self._store
        unsubscribe = [
            store.events.subscribe(self._on_event),
            store.containers.changed.subscribe(self._on_changes),
            store.connection.subscribe(self._check),
        ]
        self._on_changes(Changes(added=frozenset(store.containers.rows)))
        try:
            while True:
                await self._work.wait()
                await asyncio.sleep(SETTLE)
                await self._rest.wait()
                await self._more_urgent()
                self._work.clear()
                moves = self._rest.moves
                for id in sorted(self._due & self._watched, key=self._urgency):
                    if self._rest.moves == moves:  # else the cursor moves again: `watch` has set `_work`
                        await self._inspect(id)
        finally:
            for each in unsubscribe:
                each()

    def _urgency(self, id: str) -> tuple[bool, str]:
        row = self._store.containers.rows.get(id)
        return row is None or row.exit_code != KILLED, id

    def inspect_again(self, id: str) -> None:
        """Inspect a container after a change that causes no event, such as a start that failed."""
        if id in self._store.containers.rows:
            self._due.add(id)
            self._check()

    def _on_event(self, event: Event) -> None:
        if event.type == "network":
            id = event.actor.attributes.get("container", "")
            row = self._store.containers.rows.get(id)
            if row is not None and not row.alive:
                self.inspect_again(id)
        if event.type != "container":
            return
        if event.action == "die":
            self._died.add(event.actor.id)
        elif event.action == "destroy":  # a short-lived container may never have been in the rows
            self._died.discard(event.actor.id)
            self._due.discard(event.actor.id)
        elif event.action == "start" and event.actor.id in self._died:
            self._due.add(event.actor.id)
            self._check()

    def _on_changes(self, changes: Changes) -> None:
        rows = self._store.containers.rows
        self._due -= changes.removed
        self._died -= changes.removed
        self._due.update(
            id
            for id in changes.added | changes.changed
            if rows[id].state == "restarting" and (id in self._died or rows[id].restarts is None)
        )
        if changes.everything:
            self._died &= rows.keys()
            self._due &= rows.keys()
            self._due.update(id for id, row in rows.items() if row.restarts is not None or id in self._watched)
        self._check()

    def _check(self, _news: object = None) -> None:
        if self._due & self._watched and isinstance(self._store.connection.value, Connected):
            self._work.set()

    async def _inspect(self, id: str) -> None:
        engine, containers = self._store.engine, self._store.containers
        self._due.discard(id)
        self._died.discard(id)
        if engine is None:
            return
        self._asking = id
        try:
            found = await engine.containers.inspect(id)
        except errors.BrokenAnswer as error:
            row = containers.rows.get(id)
            self._complain(f"The details of {row.name if row else id[:12]} cannot be read: {error}")
            return
        except errors.EngineError:
            # The container is gone or the connection lost; the store reports both.
            return
        finally:
            self._asking = ""
        if row := containers.rows.get(id):
            containers.put({id: inspected(row, found)})
            self.found.emit(found)
