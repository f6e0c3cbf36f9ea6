"""Full collections of Python's garbage collector wait until nobody types."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from tests.waiting import until_async
from tui.garbage import DUE, MIDDLE, OVERDUE, QUIET_SECONDS, YOUNG, FullCollections, freeze


class Node:
    """An object that refers to itself: only the collector frees it."""

    def __init__(self) -> None:
        self.me = self


class Collections(list[int]):
    """The generations collected, in order."""

    def __call__(self, phase: str, info: dict[str, int]) -> None:
        if phase == "stop":
            self.append(info["generation"])


@pytest.fixture
def collections() -> Iterator[Collections]:
    """The collections made, with the collector as the program sets it."""
    before, made = gc.get_threshold(), Collections()
    gc.collect()
    freeze()
    gc.callbacks.append(made)
    yield made
    gc.callbacks.remove(made)
    gc.set_threshold(*before)
    gc.unfreeze()


def make_garbage(middle: int) -> "weakref.ref[Node]":
    """Make garbage for so many collections of the middle generation; return a reference to a piece of it."""
    first = weakref.ref(node := Node())
    del node
    kept = [[] for _ in range(middle * YOUNG * (MIDDLE + 2))]  # type: ignore[var-annotated]
    del kept
    return first


async def test_nothing_is_collected_in_full_by_allocating(collections: Collections) -> None:
    make_garbage(2 * OVERDUE)
    assert 1 in collections
    assert 2 not in collections


async def test_a_full_collection_waits_for_the_last_key(collections: Collections) -> None:
    since_input = 0.0
    asked: list[float] = []

    def quiet() -> float:
        asked.append(since_input)
        return since_input

    with FullCollections(quiet):
        garbage = make_garbage(DUE + 1)
        await until_async(lambda: len(asked) > 0)
        assert 2 not in collections
        since_input = QUIET_SECONDS
        await until_async(lambda: 2 in collections)
        assert garbage() is None


async def test_a_full_collection_does_not_wait_for_ever(collections: Collections) -> None:
    with FullCollections(lambda: 0.0):
        make_garbage(OVERDUE + DUE)
        await until_async(lambda: 2 in collections)


async def test_an_idle_program_collects_nothing(collections: Collections) -> None:
    with FullCollections(lambda: QUIET_SECONDS):
        make_garbage(DUE + 1)
        await until_async(lambda: 2 in collections)
        collections.clear()
        make_garbage(1)
        assert 2 not in collections
