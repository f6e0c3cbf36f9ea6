"""Search in the logs of many containers over the demo engine: results, matches, the line in its log."""

import pytest

from tests.screens.rig import Rig, longshore, longshore_on
from tui.demo import DemoEngine, ManualClock
from tui.demo.scenarios.shop import compose_shop
from tui.resources.logs.grep import check_expression, sparkline


async def search(rig: Rig, text: str, period: str = "") -> None:
    await rig.idle()
    await rig.press("ctrl+g", *text, "tab", *period, "ctrl+s")
    await rig.shows("lines of 16 logs")


async def test_all_logs_are_searched_and_those_with_matches_listed() -> None:
    async with longshore("images") as rig:
        await search(rig, "upstrem")
        assert rig.names == ["mirror"]
        assert "1 match in " in rig.header
        assert "lines of 16 logs" in rig.header
        assert "unknown key 'upstrem'" in rig.text
        await rig.stays_idle()


async def test_enter_lists_the_matches_of_a_log_and_then_shows_the_line_there() -> None:
    async with longshore() as rig:
        await search(rig, "upstrem")
        await rig.press("enter")
        await rig.shows("found /upstrem")
        await rig.press("enter")
        await rig.shows(lambda _text: rig.header.split()[:2] == ["logs", "mirror"], "the log")
        await rig.shows("unknown key 'upstrem'")


async def test_only_the_marked_containers_are_searched() -> None:
    async with longshore() as rig:
        await rig.idle()
        await rig.press("space", "space", "ctrl+g")
        await rig.shows("Search the logs of 2 marked containers")


async def test_an_invalid_expression_is_said_before_anything_is_read() -> None:
    async with longshore() as rig:
        await rig.idle()
        asked = len(rig.requests("ContainerLogs"))
        await rig.press("ctrl+g", "(", "ctrl+s")
        await rig.shows("not a regular expression")
        assert len(rig.requests("ContainerLogs")) == asked


async def test_logs_of_several_engines_are_searched_together() -> None:
    demos = {name: DemoEngine(compose_shop(lively=False), ManualClock()) for name in ("east", "west")}
    async with longshore_on(demos, size=(160, 30)) as rig:
        await rig.idle()
        await rig.press("ctrl+g", *"upstrem", "ctrl+s")
        await rig.shows("lines of 32 logs")
        assert sorted(rig.names) == ["east/mirror", "west/mirror"]


@pytest.mark.parametrize(
    ("minutes", "drawn"),
    [((), ""), (((5, 1),), "█"), (((5, 1), (7, 8)), "▁ █"), (tuple((n, 1) for n in range(48)), "█" * 24)],
)
def test_matches_over_time_are_drawn_from_the_first_minute_to_the_last(minutes, drawn: str) -> None:
    assert sparkline(minutes) == drawn


def test_an_expression_is_checked() -> None:
    assert check_expression("a|b") == ""
    assert check_expression("")
    assert check_expression("a{") == ""
    assert "not a regular expression" in check_expression("*a")
