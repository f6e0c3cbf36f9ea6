"""Requests to the engine and output to the terminal: only for what is visible, and none without changes."""

import pytest

from tests.screens.rig import Rig, longshore
from tests.waiting import until_async
from tui.demo.scenarios.many import many_containers
from tui.demo.scenarios.shop import compose_shop

STATS = "ContainerStats"


async def watched(rig: Rig) -> set[str]:
    """Return the names of containers whose statistics are streamed, once that is stable."""
    await rig.settle()
    sampler = rig.app.context.session.sampler
    await until_async(lambda: sampler.idle, "the streams")
    return {rig.demo.world.containers[key].name for key in sampler.streamed}


async def all_known(rig: Rig) -> None:
    """Wait until all data of the rows on the screen is requested, received and drawn."""
    containers = rig.app.context.session.store.containers
    await until_async(lambda: all(containers.rows[key].restarts is not None for key in rig.view.table.visible_keys))
    await rig.idle()
    assert await watched(rig) == set()


async def test_statistics_are_asked_for_only_for_running_rows_on_the_screen() -> None:
    async with longshore(world=many_containers(60, running=50), size=(120, 14)) as rig:
        visible = set(rig.names[: rig.view.table._room])
        seen = await watched(rig)
        assert seen == {name for name in visible if rig.state(name) == "running"}
        await until_async(lambda: len(rig.requests(STATS)) == 2 * len(seen))  # a single sample first, and the stream
        await rig.press("G")
        after = await watched(rig)
        assert after
        assert not after & seen


async def test_while_nobody_types_statistics_are_read_more_rarely_and_the_header_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tui.attention.AWAY_SECONDS", 0.5)
    async with longshore(world=many_containers(5)) as rig:
        assert len(await watched(rig)) == 5
        with rig.app.attention:
            await rig.shows("statistics every 5 s")
            assert await watched(rig) == set()
            await until_async(lambda: rig.demo.open_streams == 1, "the streams to end")  # that of the events stays
            monkeypatch.setattr("tui.attention.AWAY_SECONDS", 3600.0)
            await rig.press("j")
            assert len(await watched(rig)) == 5
            assert "every 5 s" not in rig.lines[0]


async def test_a_list_sorted_by_statistics_is_sampled_each_second_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    async with longshore(world=many_containers(5)) as rig:
        await rig.press("o", "o")
        assert rig.view.listing.column.title == "CPU %"
        rig.app.context.session.sampler.slow.set(True)
        assert len(await watched(rig)) == 5
        assert "every 5 s" not in rig.lines[0]


async def test_hidden_statistics_close_the_streams() -> None:
    async with longshore(world=many_containers(5)) as rig:
        assert len(await watched(rig)) == 5
        await rig.press("%")
        assert await watched(rig) == set()
        await rig.press("%")
        assert len(await watched(rig)) == 5


async def test_a_narrow_list_without_figures_asks_for_none() -> None:
    async with longshore(world=many_containers(5), size=(30, 10)) as rig:
        assert "CPU" not in rig.lines[1]
        assert await watched(rig) == set()


async def test_behind_details_no_statistics_are_streamed_and_behind_a_dialog_they_go_on() -> None:
    async with longshore(world=many_containers(5)) as rig:
        await rig.press("x")
        assert len(await watched(rig)) == 5
        await rig.press("escape", "enter")
        await rig.shows("Restart policy")
        assert await watched(rig) == set()
        await rig.press("q")
        assert len(await watched(rig)) == 5


async def test_figures_are_shown_when_they_come() -> None:
    async with longshore(world=compose_shop(lively=False)) as rig:
        await until_async(lambda: rig.requests(STATS))
        for _ in range(4):
            rig.demo.clock.advance(1)
            await rig.settle()
        await rig.shows(lambda text: "/512M" in text)


async def test_nothing_is_asked_and_nothing_drawn_while_nothing_happens() -> None:
    async with longshore(world=many_containers(20, running=10)) as rig:
        await rig.press("%")
        await all_known(rig)
        await rig.stays_idle()


async def test_one_change_asks_for_that_row_alone_and_leaves_the_others_undrawn() -> None:
    async with longshore(world=many_containers(20, running=10)) as rig:
        await rig.press("%")
        await all_known(rig)
        drawn: list[str] = []
        cells = rig.view.table._cells
        rig.view.table._cells = lambda key: (drawn.append(key), cells(key))[1]
        lists = len(rig.requests("ContainerList"))
        changed = rig.names[3]
        engine = rig.app.context.session.engine
        await engine.containers.pause(changed)
        await rig.shows(lambda _text: rig.view.listing.at(3).state == "paused")
        await rig.settle()
        assert set(drawn) == {rig.demo.world.container(changed).id}
        asked = rig.requests("ContainerList")[lists:]
        assert all("filters" in target for target in asked), asked
