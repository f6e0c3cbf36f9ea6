"""Doing things in the order of their dependencies, side by side where nothing forbids it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field

from tui.engine import errors

Needs = Mapping[str, frozenset[str]]
"""Each name with those that come before it: all of them names here, and no circle among them."""


def sound(needs: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """These needs without what nobody could wait for: names that are not there, oneself, and the link that closes a circle."""
    kept: dict[str, set[str]] = {name: set() for name in needs}
    state: dict[str, bool] = {}  # False: on the way that is being followed; True: followed to its end
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
    """The other way round: what needs somebody comes before it."""
    return {name: frozenset(other for other, wanted in needs.items() if name in wanted) for name in needs}


@dataclass(slots=True)
class Walked:
    """What became of each: done, failed with why, or left alone because of the one named."""

    done: list[str] = field(default_factory=list)
    failed: dict[str, errors.EngineError] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)


async def in_order(needs: Needs, do: Callable[[str], Awaitable[None]]) -> Walked:
    """Call `do` for each name once all that it needs is done. What needs a failure is left alone; the others go on."""
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
