"""Narrow screens drop the least important columns first."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tui.resources.model.column_layout import lay_out
from tui.resources.model.resource import Column
from tui.resources.model.text import Cell, cells, cut_middle


def column(title: str, width: int, **more: object) -> Column[str]:
    return Column(title=title, cell=lambda _row: Cell("x"), key=lambda row: row, width=width, **more)  # type: ignore[arg-type]


COLUMNS = (
    column("NAME", 24, min_width=10, grows=True),
    column("STATE", 16, min_width=10),
    column("IMAGE", 30, min_width=12, priority=2, grows=True),
    column("CPU", 6, priority=1, right=True, statistics=True),
    column("PROJECT", 14, priority=3),
    column("ID", 12, priority=5, wide=True),
)


def titles(width: int, **how: Any) -> list[str]:
    return [place.column.title for place in lay_out(COLUMNS, width, **how)]


def test_the_highest_rank_leaves_first() -> None:
    assert titles(120) == ["NAME", "STATE", "IMAGE", "CPU", "PROJECT"]
    assert titles(50) == ["NAME", "STATE", "IMAGE", "CPU"]
    assert titles(40) == ["NAME", "STATE", "CPU"]
    assert titles(22) == ["NAME", "STATE"]


def test_wide_adds_columns_behind_the_usual_ones_and_those_that_do_not_fit_are_reached_by_moving() -> None:
    assert titles(140, wide=True) == ["NAME", "STATE", "IMAGE", "CPU", "PROJECT", "ID"]
    assert titles(40, wide=True) == titles(40)
    assert titles(40, wide=True, skip=2) == ["NAME", "IMAGE"]
    assert titles(40, wide=True, skip=9) == ["NAME", "ID"]


def test_statistics_can_be_hidden() -> None:
    assert "CPU" not in titles(120, statistics=False)


def widths(width: int, **texts: int) -> dict[str, int]:
    measured = {"NAME": 8, "STATE": 7, "IMAGE": 12, "PROJECT": 4} | texts
    return {place.column.title: place.width for place in lay_out(COLUMNS, width, widths=measured)}


def test_no_column_is_wider_than_its_widest_text_or_its_title() -> None:
    assert widths(200) == {"NAME": 8, "STATE": 7, "IMAGE": 12, "CPU": 6, "PROJECT": 8}


def test_room_that_one_column_does_not_need_goes_to_those_that_are_cut() -> None:
    assert widths(100, IMAGE=60)["IMAGE"] == 60
    assert widths(100, STATE=30)["STATE"] == 30
    shown = widths(70, NAME=40, IMAGE=40)
    assert sum(shown.values()) + len(shown) - 1 == 70


def test_an_empty_column_gives_way_to_one_that_is_cut() -> None:
    assert "PROJECT" in widths(120, PROJECT=0)
    assert "PROJECT" not in widths(60, PROJECT=0, IMAGE=30)
    assert "STATE" in widths(30, STATE=0, NAME=40)  # never one with priority 0


def test_an_extra_column_waits_until_the_state_is_whole() -> None:
    columns = (*COLUMNS[:2], column("SINCE", 5, priority=4))
    texts = {"NAME": 10, "STATE": 35, "SINCE": 3}
    assert [place.column.title for place in lay_out(columns, 48, widths=texts)] == ["NAME", "STATE"]
    assert [place.column.title for place in lay_out(columns, 60, widths=texts)] == ["NAME", "STATE", "SINCE"]


def test_a_name_is_cut_in_its_middle() -> None:
    assert cut_middle("registry.example.com:5000/team-0/web:1", 20) == "registry.…am-0/web:1"
    assert cut_middle("short", 20) == "short"
    assert cells(cut_middle("中文" * 20, 15)) <= 15


@given(st.integers(1, 300), st.booleans(), st.booleans())
def test_columns_never_overlap_nor_leave_the_line(width: int, wide: bool, statistics: bool) -> None:
    places = lay_out(COLUMNS, width, wide=wide, statistics=statistics)
    assert places
    end = 0
    for place in places:
        assert place.x >= end
        assert place.width >= 1
        end = place.x + place.width
    assert end <= width
