"""Concurrent execution in the order of dependencies."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field

from tui.engine import errors

Needs = Mapping[str, frozenset[str]]
"""Dependencies of each name: all of them are keys too, and the graph has no cycles."""


def sound(needs: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """Return the dependencies without unknown names, self-references, and the edge that closes a cycle."""
    kept: dict[str, set[str]] = {name: set() for name in needs}
    state: dict[str, bool] = {}  # False: on the current path; True: finished
    for first in sorted(needs):
        way = [] if first in state else [(first, iter(sorted(needs[first])))]
        state.setdefault(first, False)
        while way:
            name, left = way[-1]
            need = next(left, None)
            if need is None:
                state[name] = True
                way.pop()
            elif need in needs and state.get(need) is not False:
                kept[name].add(need)
                if need not in state:
                    state[need] = False
                    way.append((need, iter(sorted(needs[need]))))
    return {name: frozenset(found) for name, found in kept.items()}


def turned(needs: Needs) -> dict[str, frozenset[str]]:
    """Return the reversed graph: dependents come before their dependencies."""
    return {name: frozenset(other for other, wanted in needs.items() if name in wanted) for name in needs}


@dataclass(slots=True)
class Walked:
    """Results: names done, failed with the error, or skipped because of the dependency named."""

    done: list[str] = field(default_factory=list)
    failed: dict[str, errors.EngineError] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)


async def in_order(needs: Needs, do: Callable[[str], Awaitable[None]]) -> Walked:
    """Call `do` for each name once its dependencies are done. Dependents of a failed name are skipped; the others go on."""
    walked = Walked()
    over = {name: asyncio.Event() for name in needs}

    async def one(name: str) -> None:
        try:
            for need in needs[name]:
                await over[need].wait()
            broken = min((need for need in needs[name] if need not in walked.done), default="")
            if broken:
                walked.left[name] = broken
                return
            await do(name)
            walked.done.append(name)
        except errors.EngineError as error:
            walked.failed[name] = error
        finally:
            over[name].set()

    async with asyncio.TaskGroup() as group:
        for name in needs:
            group.create_task(one(name))
    return walked
