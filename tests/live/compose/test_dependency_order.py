"""Work in the order of dependencies: nothing starts before its dependencies, nothing hangs, a failure stops only dependents."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from tui.engine import errors
from tui.live.compose.dependency_order import Walked, in_order, sound, turned

NAMES = st.sampled_from("abcdefg")
GRAPHS = st.dictionaries(NAMES, st.frozensets(st.sampled_from("abcdefgxyz"), max_size=5), max_size=7)


async def walk(needs: dict[str, frozenset[str]], fail: str = "") -> tuple[Walked, list[str]]:
    """Run the graph; returns the result, and the starts and ends in order."""
    told: list[str] = []

    async def do(name: str) -> None:
        told.append(f"{name} begins")
        await asyncio.sleep(0)
        if name in fail:
            raise errors.Failed(f"{name} is broken")
        told.append(f"{name} ends")

    return await asyncio.wait_for(in_order(needs, do), 5), told


async def test_what_is_needed_is_done_first_and_the_rest_side_by_side() -> None:
    needs = sound({"web": ["api"], "api": ["db", "cache"], "db": [], "cache": []})
    walked, told = await walk(needs)
    assert told[:2] == ["db begins", "cache begins"]
    assert told[2:] == ["db ends", "cache ends", "api begins", "api ends", "web begins", "web ends"]
    assert sorted(walked.done) == ["api", "cache", "db", "web"]
    assert not walked.failed
    assert not walked.left


async def test_turned_round_what_needs_others_is_done_first() -> None:
    _, told = await walk(turned(sound({"web": ["api"], "api": ["db"], "db": []})))
    assert [each for each in told if "begins" in each] == ["web begins", "api begins", "db begins"]


async def test_what_needs_a_failure_is_left_and_the_others_go_on() -> None:
    needs = sound({"web": ["api"], "api": ["db"], "db": [], "cache": [], "worker": ["cache"]})
    walked, _ = await walk(needs, fail="db")
    assert {name: str(error) for name, error in walked.failed.items()} == {"db": "db is broken"}
    assert walked.left == {"api": "db", "web": "api"}
    assert sorted(walked.done) == ["cache", "worker"]


def test_names_that_are_not_there_and_oneself_are_no_needs() -> None:
    assert sound({"a": ["a", "ghost", "b"], "b": []}) == {"a": frozenset("b"), "b": frozenset()}


def test_only_the_link_that_closes_a_circle_is_dropped() -> None:
    assert sound({"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]}) == {
        "a": frozenset("b"),
        "b": frozenset("c"),
        "c": frozenset(),
        "d": frozenset("a"),
    }


@given(GRAPHS)
async def test_whatever_depends_on_whatever_everything_is_done_once(graph: dict[str, frozenset[str]]) -> None:
    for needs in (sound(graph), turned(sound(graph))):
        walked, told = await walk(needs)
        assert sorted(walked.done) == sorted(graph)
        for name, wanted in needs.items():
            for need in wanted:
                assert told.index(f"{need} ends") < told.index(f"{name} begins")


def test_a_chain_longer_than_the_stack_of_calls() -> None:
    chain = {str(number): [str(number + 1)] for number in range(5000)}
    assert sound(chain | {"5000": ["0"]})["5000"] == frozenset()
