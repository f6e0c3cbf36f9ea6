"""Which containers are suspected, and what is read of them: their inspection, events, and the last lines of their log."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from tui.engine import errors
from tui.live.containers.container import Container
from tui.live.containers.exit_facts import Facts, gather, gather_running

if TYPE_CHECKING:
    from tui.engine import Engine

Reason = tuple[object, ...]
"""Why a container is suspected: a word, and what distinguishes this case from the one before."""

MOST = 40
"""Suspected containers that are read; of the others only the row is known."""

AT_A_TIME = 4
"""Containers read concurrently."""

RECENT = 90.0
"""Seconds after a start in which a container may be in a restart loop: the longest delay of the engine is a minute."""

SHORT = 600.0
"""Seconds after a start in which a container that was restarted before does not count as stable."""

SETTLE = 0.3
"""Seconds after an exit in which the engine tells whether a client asked for it, by an event that follows that of the exit."""

YOUNG = (5.0, 60.0)
"""Seconds after a start at which the log is read for complaints: the program has then begun its work."""

AGAIN = 30.0
"""Seconds after which a container that keeps being restarted is read again."""

FAIR_EXITS = (0, 130, 143)
"""Exit codes of success, SIGINT and SIGTERM."""


def next_look(row: Container, now: float) -> float | None:
    """Return the time at which a container that was started a short time ago becomes suspected, or None."""
    if row.state != "running" or row.started is None:
        return None
    return next((row.started + step for step in YOUNG if row.started + step > now), None)


def suspicion(row: Container, now: float, *, died: int = 0, restarts: int = 0, sick: bool = False) -> Reason | None:
    """Return why a container is suspected, or None. Another reason than before causes reading it again.

    `died` counts its exits seen so far, `restarts` is the number known; `sick`: a rule found something while it runs.
    """
    match row.state:
        case "restarting":
            return "restarting", row.exit_code
        case "exited" if row.exit_code not in FAIR_EXITS:
            return "exited", row.exit_code, died
        case "created":
            return "created", row.start_error
        case "paused":
            return ("paused",)
        case "running":
            return _running(row, now, died, restarts, sick)
    return None


def _running(row: Container, now: float, died: int, restarts: int, sick: bool) -> Reason | None:
    """Return why a running container is suspected, or None."""
    if row.health in ("unhealthy", "starting"):
        return row.health, died
    started = row.started or 0.0
    if started - row.created > RECENT and started > now - (SHORT if died or restarts else RECENT):
        return "restarted", died
    if sick or row.oom:
        return "sick", died
    age = now - started
    return next((("young", died, step) for step in reversed(YOUNG) if step <= age < SHORT), None)


class Suspects:
    """The facts read of suspected containers, by id. `changed` is called when new ones have arrived."""

    def __init__(self, changed: Callable[[], object]) -> None:
        self.facts: dict[str, Facts] = {}
        self.found_in_logs: dict[str, dict[tuple[int, ...], re.Match[str] | None]] = {}  # by the rules, as long as the facts
        self._changed = changed
        self._reasons: dict[str, Reason] = {}  # for which the facts were read, or are being read
        self._read_at: dict[str, float] = {}  # by the clock of the loop
        self._due: dict[str, bool] = {}  # whether the run that ended is wanted, else the present one
        self._reading: set[str] = set()
        self._work = asyncio.Event()

    @property
    def idle(self) -> bool:
        """Whether nothing is to be read."""
        return not self._due and not self._reading

    def suspect(self, reasons: Mapping[str, Reason]) -> None:
        """Set the suspected containers, the most urgent first, with the reasons; the first `MOST` are read."""
        wanted = {id: reasons[id] for id in list(reasons)[:MOST]}
        for id in self._reasons.keys() - wanted.keys():
            del self._reasons[id]
            self.facts.pop(id, None)
            self.found_in_logs.pop(id, None)
            self._due.pop(id, None)
            self._read_at.pop(id, None)
        for id, reason in wanted.items():
            if self._reasons.get(id) != reason and self._may_read(id, reason):
                self._reasons[id] = reason
                self._due[id] = reason[0] in ("restarting", "exited", "created", "restarted")
                self._work.set()

    def forget_failures(self) -> None:
        """Read again what could not be read, after the connection came back."""
        known = self.facts.keys() | self._due.keys() | self._reading
        self._reasons = {id: reason for id, reason in self._reasons.items() if id in known}

    def _may_read(self, id: str, reason: Reason) -> bool:
        """Return whether a container is read now.

        One that keeps being restarted is read from time to time, and an error that was read before the row had it is known.
        """
        before, known = self._reasons.get(id), self.facts.get(id)
        if before is None or known is None:
            return True
        if reason == ("created", known.found.state.error):
            return False
        looping = {before[0], reason[0]} <= {"restarting", "restarted", "exited"}
        age = asyncio.get_running_loop().time() - self._read_at.get(id, -AGAIN)
        return not looping or not known.events or age >= AGAIN

    async def run(self, engine: Callable[[], Engine | None]) -> None:
        """Read what is due, until cancelled. `engine` returns the client, or None while not connected."""
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_A_TIME):
                group.create_task(self._read_all(engine))

    async def _read_all(self, engine: Callable[[], Engine | None]) -> None:
        while True:
            while not self._due:
                self._work.clear()
                await self._work.wait()
            id = next(iter(self._due))
            ended, reason = self._due.pop(id), self._reasons[id]
            self._reading.add(id)
            try:
                if reason[0] == "exited" and reason[2]:
                    await asyncio.sleep(SETTLE)
                if (client := engine()) is not None:
                    await self._read(client, id, ended)
            finally:
                self._reading.discard(id)
            self._changed()

    async def _read(self, engine: Engine, id: str, ended: bool) -> None:
        self._read_at[id] = asyncio.get_running_loop().time()
        try:
            facts = await (gather(engine, id) if ended else gather_running(engine, id))
        except errors.EngineError:
            # The container was removed or the connection lost; the store reports both.
            return
        if id in self._reasons:
            self.facts[id] = facts
            self.found_in_logs[id] = {}
