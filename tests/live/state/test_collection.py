"""Which changes are emitted to subscribers, and when."""

import asyncio
import time

from tests.waiting import until_async
from tui.live.state.collection import Changes, Collection


def listened(rows: Collection[int]) -> list[Changes]:
    heard: list[Changes] = []
    rows.changed.subscribe(heard.append)
    return heard


async def test_the_first_change_is_told_at_once() -> None:
    rows: Collection[int] = Collection()
    heard = listened(rows)
    rows.put({"a": 1})
    assert heard == [Changes(added=frozenset("a"))]
    rows.close()


async def test_a_burst_behind_it_is_told_together() -> None:
    rows: Collection[int] = Collection(gather=0.01)
    heard = listened(rows)
    rows.put({"a": 1})
    for number in range(100):
        rows.put({"a": number + 2, f"b{number}": number})
    rows.remove(["b7"])
    assert len(heard) == 1
    await until_async(lambda: len(heard) == 2)
    assert heard[1].changed == {"a"}
    assert heard[1].added == {f"b{number}" for number in range(100)} - {"b7"}
    assert heard[1].removed == frozenset()


async def test_the_removal_of_a_container_is_told_right_after_its_death() -> None:
    rows: Collection[str] = Collection(gather=3600.0)
    rows.put({"web": "running"})
    rows._emitted_at -= 3600.0  # long ago
    heard: list[Changes] = []
    rows.changed.subscribe(heard.append)
    rows.put({"web": "exited"})
    assert [each.changed for each in heard] == [{"web"}]
    rows._emitted_at -= 400.0  # a tenth of the time later
    rows.remove(["web"])
    assert [each.removed for each in heard] == [frozenset(), {"web"}]


async def test_changes_that_keep_coming_are_told_once_in_the_whole_time() -> None:
    rows: Collection[int] = Collection(gather=0.05)
    heard = listened(rows)
    began = time.monotonic()
    number = 0
    while (passed := time.monotonic() - began) < 0.5:
        rows.put({"a": (number := number + 1)})
        await asyncio.sleep(0.002)
    assert len(heard) <= 4 + passed / 0.05
    rows.close()
    assert rows.rows["a"] == number


async def test_what_came_and_went_between_two_tellings_is_not_told() -> None:
    rows: Collection[int] = Collection(gather=0.01)
    rows.put({"a": 1, "b": 1})
    heard = listened(rows)
    rows.put({"a": 2})
    rows.put({"a": 1})
    rows.put({"new": 1})
    rows.remove(["new"])
    rows.remove(["b"])
    await until_async(lambda: heard)
    assert heard == [Changes(removed=frozenset("b"))]


async def test_equal_rows_are_no_news_and_no_timer_is_left_when_nothing_happens() -> None:
    rows: Collection[int] = Collection(gather=0.001)
    rows.put({"a": 1})
    await until_async(lambda: rows.idle)
    heard = listened(rows)
    rows.put({"a": 1})
    rows.remove(["b"])
    assert heard == []
    assert rows.idle


async def test_a_list_read_again_is_compared_and_says_that_it_is_everything() -> None:
    rows: Collection[int] = Collection(gather=0.001)
    assert not rows.loaded
    rows.replace({"a": 1, "b": 2, "c": 3})
    assert rows.loaded
    await until_async(lambda: rows.idle)
    heard = listened(rows)
    rows.replace({"d": 4, "b": 5, "c": 3})
    await until_async(lambda: heard)
    assert heard == [Changes(frozenset("d"), frozenset("b"), frozenset("a"), everything=True)]
    assert list(rows.rows) == ["d", "b", "c"]
    rows.close()


async def test_an_empty_list_is_news_the_first_time() -> None:
    rows: Collection[int] = Collection()
    heard = listened(rows)
    rows.replace({})
    assert heard == [Changes(everything=True)]
    rows.close()


async def test_changes_made_by_a_listener_come_with_the_next_telling() -> None:
    rows: Collection[int] = Collection(gather=0.001)
    heard = listened(rows)
    once = rows.changed.subscribe(lambda changes: "z" in changes.added or rows.put({"z": 1}))
    rows.put({"a": 1})
    await until_async(lambda: len(heard) == 2)
    assert heard[1].added == {"z"}
    once()


async def test_closing_tells_the_rest_and_leaves_no_timer() -> None:
    rows: Collection[int] = Collection(gather=60)
    heard = listened(rows)
    rows.put({"a": 1})
    rows.put({"b": 1})
    rows.close()
    assert heard[1].added == {"b"}
    await asyncio.sleep(0)


def test_an_unsubscribed_listener_hears_nothing_even_of_the_present_news() -> None:
    from tui.live.state.signals import Signal

    signal: Signal[int] = Signal()
    heard: list[int] = []
    leave = signal.subscribe(heard.append)
    leave_other = signal.subscribe(lambda _: leave_later())
    leave_later = signal.subscribe(lambda value: heard.append(-value))
    signal.emit(1)
    leave()
    leave()
    signal.emit(2)
    leave_other()
    assert heard == [1]
