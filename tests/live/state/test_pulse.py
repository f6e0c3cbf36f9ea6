"""Lists are read again while something changes on the screen without events, ever more rarely, and then no more."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.waiting import until_async
from tui.live.state import pulse
from tui.live.state.collection import Collection
from tui.live.state.derived import Derived
from tui.live.state.pulse import Pulse
from tui.live.state.source import Source


async def _nothing(_engine: object, _ids: object) -> list[str]:
    return []


SOURCE: Source[Any] = Source(name="things", events={}, list=_nothing, id=str)


class Store:
    """Stands for a store: counts what is read again."""

    def __init__(self) -> None:
        self.rows: Collection[str] = Collection(gather=0.0)
        self.read = 0

    def of(self, _source: Source[Any]) -> Collection[str]:
        return self.rows

    def refresh(self, _source: Source[Any]) -> None:
        self.read += 1


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "FIRST", 0.001)
    monkeypatch.setattr(pulse, "LAST", 0.008)


def of(store: Store, pending: list[bool]) -> Pulse:
    return Pulse(store, (SOURCE,), lambda: pending[0])  # type: ignore[arg-type]


async def test_nothing_is_read_while_nobody_watches_or_nothing_is_pending() -> None:
    store, pending = Store(), [True]
    made = of(store, pending)
    store.rows.replace({"a": "1"})
    assert made._timer is None
    pending[0] = False
    made.watch()
    assert made._timer is None
    assert store.read == 0


async def test_what_does_not_change_is_read_ever_more_rarely_and_then_no_more() -> None:
    store = Store()
    made = of(store, [True])
    made.watch()
    await until_async(lambda: made._timer is None, "the end of the readings")
    assert store.read == 4  # after 1, 2, 4 and 8 ms


async def test_a_change_begins_anew() -> None:
    store = Store()
    made = of(store, [True])
    made.watch()
    await until_async(lambda: made._timer is None, "the end of the readings")
    store.rows.put({"a": "1"})
    await until_async(lambda: store.read == 8, "four more readings")


async def test_the_end_of_watching_ends_the_readings() -> None:
    store = Store()
    made = of(store, [True])
    first, second = made.watch(), made.watch()
    first()
    first()
    assert made._timer is not None, "somebody watches still"
    second()
    assert made._timer is None
    await asyncio.sleep(0)
    assert store.read == 0


async def test_derived_rows_follow_their_parts_once_all_are_there() -> None:
    names: Collection[str] = Collection(gather=0.0)
    sizes: Collection[int] = Collection(gather=0.0)
    made = Derived((names, sizes), lambda: {id: f"{name} {sizes.rows.get(id, 0)}" for id, name in names.rows.items()})
    names.replace({"a": "ant", "b": "bee"})
    assert not made.loaded
    sizes.replace({"a": 1})
    await until_async(lambda: made.loaded)
    assert dict(made.rows) == {"a": "ant 1", "b": "bee 0"}
    sizes.put({"b": 2})
    names.remove(["a"])
    await until_async(lambda: dict(made.rows) == {"b": "bee 2"})
