"""The live list of what is wrong on an engine: follows lists, events and inspections, and examines them by rules."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from tui.engine.objects.containers import ContainerInspect
from tui.engine.objects.events import Event
from tui.live import clock
from tui.live.containers.container import Container
from tui.live.problem import Problem
from tui.live.problems.facts import ContainerFacts, EngineFacts
from tui.live.problems.suspects import Reason, Suspects, next_look, suspicion
from tui.live.state.collection import Changes, Collection

if TYPE_CHECKING:
    from tui.live.containers.inspector import Inspector
    from tui.live.containers.stats_sampler import StatsSampler
    from tui.live.state.store import Connection, Store

Examine = Callable[[EngineFacts], Iterable[Problem]]
"""The rules: all that is wrong by these facts."""

GATHER = 0.3
"""Seconds between two examinations; changes within that time are examined together."""

TURN = 0.005
"""Seconds of examination after which keys and events have their turn."""

STATISTICS = 5.0
"""Seconds until changes of statistics alone are examined."""

AGEING = 30.0
"""Seconds until findings that depend on the time are examined again while there are any."""

FIXED_SECONDS = 120.0
"""Seconds for which a problem that was fixed stays in the list."""

INSPECTED = 300
"""Inspections kept; those of the containers that were inspected longest ago are dropped first."""


_turns_from = 0.0  # time.perf_counter() of the next turn, of all engines together


async def _next_turn() -> float:
    """Wait until it is this examination's turn, half of the time being for keys and events; return the turn's beginning."""
    global _turns_from
    now = time.perf_counter()
    begin = max(now, _turns_from)
    _turns_from = begin + 2 * TURN
    await asyncio.sleep(begin - now)
    return time.perf_counter()


class Problems(Collection[Problem]):
    """The problems of an engine by id.

    Nothing is polled: an examination follows a change of the containers' rows, an inspection that another part made, or what
    was read of a suspected container. Findings are also put into the containers' rows (`Container.problems`).
    """

    def __init__(self, store: Store[Container], inspector: Inspector, sampler: StatsSampler, examine: Examine) -> None:
        super().__init__()
        self._store = store
        self._inspector = inspector
        self._sampler = sampler
        self._examine = examine
        self._suspects = Suspects(self._look)
        self._work = asyncio.Event()
        self._examined = asyncio.Event()
        self._alarm: asyncio.TimerHandle | None = None
        self._examining = False
        self._seen: dict[str, tuple[Container, float]] = {}  # rows without statistics, and since when their state is known
        self._found: dict[str, ContainerInspect] = {}  # the latest inspections, in their order
        self._died: dict[str, int] = {}  # exits seen
        self._hidden: dict[str, tuple[str, str]] = {}  # by problem: the user's reason, and the signature at that time

    # -- for the views ------------------------------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """The number of problems that are neither hidden nor fixed."""
        return sum(problem.active for problem in self.rows.values())

    @property
    def idle(self) -> bool:
        """Whether all that is known was examined, and nothing is to be read."""
        return super().idle and not self._work.is_set() and not self._examining and self._suspects.idle

    def hide(self, ids: Iterable[str], reason: str) -> None:
        """Hide these problems until they change."""
        for id in ids:
            if (problem := self.rows.get(id)) is not None:
                self._hidden[id] = reason, problem.signature
                self.put({id: replace(problem, hidden=reason)})

    def show(self, ids: Iterable[str]) -> None:
        """Show hidden problems again."""
        for id in ids:
            if (problem := self.rows.get(id)) is not None and problem.hidden:
                del self._hidden[id]
                self.put({id: replace(problem, hidden="")})

    async def settled(self) -> None:
        """Wait until all that is known was examined, and the suspected containers are read."""
        while not self.loaded or self._work.is_set() or self._examining or not self._suspects.idle:
            self._examined.clear()
            await self._examined.wait()

    # -- following ----------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Examine what changes, until cancelled."""
        store = self._store
        unsubscribe = [
            store.containers.changed.subscribe(self._on_changes),
            store.events.subscribe(self._on_event),
            store.info.subscribe(self._look),
            store.connection.subscribe(self._on_connection),
            store.silent_since.subscribe(self._look),
            store.replaced.subscribe(lambda _number: self._forget()),
            self._inspector.found.subscribe(self._on_inspection),
        ]
        self._on_changes(Changes(everything=store.containers.loaded))
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._suspects.run(lambda: store.engine))
                while True:
                    await self._work.wait()
                    self._work.clear()
                    if store.containers.loaded:
                        await self._update()
                        self._examined.set()
                    await asyncio.sleep(GATHER)
        finally:
            self._look_at(None)
            for each in unsubscribe:
                each()

    def _look(self, _news: object = None) -> None:
        self._work.set()

    def _on_connection(self, _connection: Connection) -> None:
        self._suspects.forget_failures()
        self._look()

    def _forget(self) -> None:
        """Drop what is known of another engine."""
        self._seen.clear()
        self._found.clear()
        self._died.clear()
        self._hidden.clear()
        self.replace({})

    def _on_event(self, event: Event) -> None:
        if event.type != "container":
            return
        if event.action == "die":
            self._died[event.actor.id] = self._died.get(event.actor.id, 0) + 1
        elif event.action == "destroy":
            self._died.pop(event.actor.id, None)
            self._found.pop(event.actor.id, None)

    def _on_inspection(self, found: ContainerInspect) -> None:
        self._found.pop(found.id, None)
        self._found[found.id] = found
        while len(self._found) > INSPECTED:
            del self._found[next(iter(self._found))]
        self._look()

    def _on_changes(self, changes: Changes) -> None:
        """Note the changed rows; rows in which only statistics changed are examined later."""
        rows = self._store.containers.rows
        news = changes.everything
        for id in changes.removed:
            news = self._seen.pop(id, None) is not None or news
        for id in rows if changes.everything else changes.added | changes.changed:
            news = self._note(id, rows[id]) or news
        if changes.everything:
            for id in self._seen.keys() - rows.keys():
                del self._seen[id]
        if news:
            self._look()
        else:
            self._look_at(asyncio.get_running_loop().time() + STATISTICS)

    def _note(self, id: str, row: Container) -> bool:
        """Note a row; return whether more than its statistics has changed."""
        row = replace(row, usage=None, trend=(), problems=())
        before, since = self._seen.get(id, (None, 0.0))
        if before == row:
            return False
        same = before is not None and (before.state, before.health) == (row.state, row.health)
        self._seen[id] = row, since if same else clock.now() if self.loaded else 0.0
        return True

    # -- examining ----------------------------------------------------------------------------------------------------

    def _facts(self, now: float) -> EngineFacts:
        store, history, read = self._store, self._sampler.history, self._suspects.facts
        silent = store.silent_since.value
        return EngineFacts(
            now=now,
            containers={
                id: ContainerFacts(
                    row=row,
                    found=facts.found if (facts := read.get(id)) is not None else self._found.get(id),
                    read=facts,
                    found_in_log=self._suspects.found_in_logs.get(id, {}),
                    track=history.track(id) if row.alive else None,
                    first_seen=since,
                )
                for id, (row, since) in self._seen.items()
            },
            info=store.info.value,
            silent_seconds=time.monotonic() - silent if silent is not None else 0.0,
            skew=store.skew.value,
        )

    async def _update(self) -> None:
        """Examine all facts, and take over the problems found."""
        self._examining = True
        try:
            now, engines = clock.now(), self._store.engines
            found = await self._found_in_turns(now)
            if engines == self._store.engines:  # else another engine answers, whose lists are read first
                self._take_over(found, now)
        finally:
            self._examining = False

    async def _found_in_turns(self, now: float) -> list[Problem]:
        """Examine all facts, with a turn for keys and events every few milliseconds: there may be thousands of containers."""
        found: list[Problem] = []
        turn = await _next_turn()
        for problem in self._examine(self._facts(now)):
            found.append(problem)
            if time.perf_counter() - turn > TURN:
                turn = await _next_turn()
        return found

    def _take_over(self, found: list[Problem], now: float) -> None:
        """Take over the problems found, and plan what is next."""
        present = {problem.id: self._known(problem) for problem in found if problem.not_before <= now}
        gone = {id: replace(row, fixed=row.fixed or now) for id, row in self.rows.items() if id not in present}
        explained = {(row.object_id, part.rule) for row in present.values() for part in row.parts}
        kept = {
            id: row
            for id, row in gone.items()
            if row.fixed > now - FIXED_SECONDS and not row.hidden and (row.object_id, row.rule) not in explained
        }
        if not self.loaded:
            self.replace(present)
        else:
            self.put(present | kept)
            self.remove([id for id in gone if id not in kept])
        self._put_into_rows(present.values())
        self._suspects.suspect(self._reasons(now))
        times = [each.not_before for each in found] + [each.fixed + FIXED_SECONDS for each in kept.values()]
        self._plan([*times, *(at for row, _ in self._seen.values() if (at := next_look(row, now)))], now)

    def _known(self, problem: Problem) -> Problem:
        """Return a problem with what is known of it from before: since when it is there, whether the user hid it."""
        before = self.rows.get(problem.id)
        known = before.since if before is not None and not before.fixed else 0.0
        reason, signature = self._hidden.get(problem.id, ("", ""))
        if signature and signature != problem.signature:
            del self._hidden[problem.id]
            reason = ""
        return replace(problem, since=problem.since or known, hidden=reason)

    def _put_into_rows(self, problems: Iterable[Problem]) -> None:
        by_container: dict[str, list[Problem]] = {}
        for problem in problems:
            if problem.screen == "containers":
                by_container.setdefault(problem.object_id, []).append(replace(problem, hidden=""))
        rows = self._store.containers.rows
        changed = {
            id: replace(row, problems=found)
            for id, row in rows.items()
            if (found := tuple(by_container.get(id, ()))) != row.problems
        }
        if changed:
            self._store.containers.put(changed)

    def _reasons(self, now: float) -> Mapping[str, Reason]:
        """Return the suspected containers and why, those of the latest change first."""
        sick = {problem.object_id for problem in self.rows.values() if problem.screen == "containers" and not problem.fixed}
        reasons = {
            id: reason
            for id, (row, _) in self._seen.items()
            if (reason := suspicion(row, now, died=self._died.get(id, 0), restarts=row.restarts or 0, sick=id in sick))
        }
        return dict(sorted(reasons.items(), key=lambda each: -_changed_at(self._seen[each[0]][0])))

    def _plan(self, times: Iterable[float], now: float) -> None:
        """Set the timer to the next of these times, by the engine's clock."""
        delays = [at - now for at in times if at > now]
        if any(row.active for row in self.rows.values()):
            delays.append(AGEING)
        if delays:
            self._look_at(asyncio.get_running_loop().time() + min(delays) + 0.05)

    def _look_at(self, at: float | None) -> None:
        """Examine again at this time of the loop's clock, unless that is planned earlier; None: not at all."""
        if self._alarm is not None and at is not None and not self._alarm.cancelled() and self._alarm.when() <= at:
            return
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = None if at is None else asyncio.get_running_loop().call_at(at, self._timed)

    def _timed(self) -> None:
        self._alarm = None
        self._look()


def _changed_at(row: Container) -> float:
    """Return the time of the last start or exit."""
    return row.started or row.finished or row.created
