"""The clean-up plans of several engines as one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any

from tui.engine.errors import EngineError
from tui.live.cleanup.plan import Plan, ProgressCallback
from tui.live.cleanup.unused import Candidate, Sort
from tui.live.merged_rows import Member, MergedRows


class MergedPlan:
    """The plans of several engines, each made and carried out on its engine at the same time; ids are the keys of `rows`.

    An engine that fails stops no other: its error is raised at the end, with the engine's name.
    """

    def __init__(self, members: Iterable[Member]) -> None:
        self.parts: Mapping[Member, Plan] = {member: Plan(member.session) for member in members}
        self.rows: MergedRows[Candidate] = MergedRows([(member, plan.rows) for member, plan in self.parts.items()])

    @property
    def made(self) -> float:
        """When the last plan was made, in seconds since the epoch; 0 before."""
        return max(plan.made for plan in self.parts.values())

    @property
    def due(self) -> bool:
        """Whether an engine can be asked that has no plan yet."""
        return any(plan.due for plan in self.parts.values())

    @property
    def unmeasured(self) -> frozenset[Sort]:
        """The sorts that any engine has not measured."""
        return frozenset().union(*(plan.unmeasured for plan in self.parts.values()))

    @property
    def refused(self) -> dict[str, str]:
        """Why sorts are not listed, by host and sort."""
        return {
            f"{member.name}/{sort}": f"{member.name}: {why}"
            for member, plan in self.parts.items()
            for sort, why in plan.refused.items()
        }

    async def make(self, only: Sort | None = None) -> None:
        """Make the plan of each engine that is connected; see `Plan.make`."""
        await self._on_each({member: plan.make(only) for member, plan in self.parts.items() if member.session.connected})

    async def measure(self) -> None:
        """Measure on each engine that has a plan; see `Plan.measure`."""
        await self._on_each({member: plan.measure() for member, plan in self.parts.items() if plan.made})

    def tick(self, ids: Iterable[str], ticked: bool) -> None:
        """Set or clear the ticks of these candidates."""
        for member, part in self._split(ids).items():
            self.parts[member].tick(part, ticked)

    async def carry_out(self, ids: Iterable[str], told: ProgressCallback) -> None:
        """Remove exactly these candidates, on each engine one by one; see `Plan.carry_out`."""
        parts = self._split(ids)
        progress = {member: (0, len(part), 0) for member, part in parts.items()}

        def told_by(member: Member) -> Callable[[int, int, int], None]:
            def tell(done: int, total: int, freed: int) -> None:
                progress[member] = done, total, freed
                told(*(sum(numbers) for numbers in zip(*progress.values(), strict=True)))

            return tell

        await self._on_each({member: self.parts[member].carry_out(part, told_by(member)) for member, part in parts.items()})

    def _split(self, ids: Iterable[str]) -> dict[Member, list[str]]:
        found: dict[Member, list[str]] = {}
        for id in ids:
            placed = self.rows.rows[id]
            found.setdefault(placed.member, []).append(placed.row.id)
        return found

    @staticmethod
    async def _on_each(work: Mapping[Member, Coroutine[Any, Any, None]]) -> None:
        """Do something on several engines at the same time. Raises the first error after all have ended."""
        results = await asyncio.gather(*work.values(), return_exceptions=True)
        for member, result in zip(work, results, strict=True):
            if isinstance(result, EngineError):
                result.message = f"{member.name}: {result.message}"
            if result is not None:
                raise result
