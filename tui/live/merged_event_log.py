"""The events of several engines in one log."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tui.engine import errors
from tui.live.event_log import EventLog, LoggedEvent, Wanted
from tui.live.merged_rows import Member, MergedRows
from tui.live.state.signals import State


class MergedEventLog(MergedRows[LoggedEvent]):
    """The event logs of several engines.

    `wanted` returns the query for an engine. An engine that refuses stops no other: `problem` is set while all refuse.
    """

    def __init__(self, members: Iterable[Member], wanted: Callable[[Member], Wanted]) -> None:
        self.problem: State[errors.EngineRefusal | None] = State(None)
        self._wanted = wanted
        self._logs = {
            member: EventLog(member.session.store, wanted(member), history=member.session.history) for member in members
        }
        super().__init__([*self._logs.items()])
        for log in self._logs.values():
            log.problem.subscribe(self._update_problem)

    def _update_problem(self, _problem: errors.EngineRefusal | None) -> None:
        problems = [log.problem.value for log in self._logs.values()]
        self.problem.set(problems[0] if all(problems) else None)

    @property
    def amount(self) -> int:
        """The number of events that are not noise, those that no filter shows included."""
        return sum(log.amount for log in self._logs.values())

    @property
    def noise(self) -> int:
        """The number of events that are noise."""
        return sum(log.noise for log in self._logs.values())

    @property
    def dropped(self) -> int:
        """The number of older events that were dropped."""
        return sum(log.dropped for log in self._logs.values())

    @property
    def oldest(self) -> int:
        """The time from which the events of all engines are known, in nanoseconds since the epoch; 0 if unknown."""
        return max((log.oldest for log in self._logs.values()), default=0)

    def watch(self) -> None:
        """Open the streams and resume where they ended."""
        for log in self._logs.values():
            log.watch()

    def pause(self) -> None:
        """Close the streams."""
        for log in self._logs.values():
            log.pause()

    def again(self) -> None:
        """Retry after a refusal."""
        for log in self._logs.values():
            log.again()

    def ask(self) -> None:
        """Drop all events and start again with the queries as they are now."""
        for member, log in self._logs.items():
            log.ask(self._wanted(member))
