"""Narrow screens drop the least important columns first."""

from hypothesis import given
from hypothesis import strategies as st

from tui.resources.model.column_layout import lay_out
from tui.resources.model.resource import Column
from tui.resources.model.text import Cell


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


def titles(width: int, **how: bool) -> list[str]:
    return [place.column.title for place in lay_out(COLUMNS, width, **how)]


def test_the_highest_rank_leaves_first() -> None:
    assert titles(120) == ["NAME", "STATE", "IMAGE", "CPU", "PROJECT"]
    assert titles(50) == ["NAME", "STATE", "IMAGE", "CPU"]
    assert titles(40) == ["NAME", "STATE", "CPU"]
    assert titles(22) == ["NAME", "STATE"]


def test_wide_columns_come_when_asked_for_and_then_stay_longest() -> None:
    assert titles(140, wide=True) == ["NAME", "STATE", "IMAGE", "CPU", "PROJECT", "ID"]
    assert titles(40, wide=True) == ["NAME", "STATE", "ID"]


def test_statistics_can_be_hidden() -> None:
    assert "CPU" not in titles(120, statistics=False)


def test_spare_room_goes_to_those_that_grow() -> None:
    places = lay_out(COLUMNS, 200)
    assert places[-1].x + places[-1].width == 200
    assert places[0].width > 24
    assert places[2].width > 30


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
