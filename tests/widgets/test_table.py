"""The cursor is on a key, rows do not move under the cursor, and only visible rows are drawn."""

from collections.abc import Sequence
from typing import Literal

import pytest
from textual.events import MouseScrollDown

from tests.hostile import TEXTS
from tests.widgets.stage import on_stage
from tui.resources.model.text import Cell, Span, one_line
from tui.widgets.table import Heading, Table, steady

HEADINGS = (Heading("NAME", 12), Heading("STATE", 10), Heading("CPU", 6, right=True))


class Rows:
    """Rows that count how often each was requested."""

    def __init__(self, count: int) -> None:
        self.keys = [f"row{number:05}" for number in range(count)]
        self.states = dict.fromkeys(self.keys, "running")
        self.asked: list[str] = []

    def cells(self, key: str) -> Sequence[Cell]:
        self.asked.append(key)
        return Cell(key), Cell(self.states[key], "good"), Cell("1.5", "dim")

    def table(self) -> Table:
        table = Table()
        table.show(HEADINGS, self.keys, self.cells)
        return table


async def test_headings_and_rows_stand_in_their_columns() -> None:
    async with on_stage(Rows(3).table(), size=(40, 6)) as (stage, _):
        assert stage.lines[0] == "NAME         STATE         CPU"
        assert stage.lines[1:4] == [f"row0000{number}     running       1.5" for number in range(3)]


@pytest.mark.parametrize(("edge", "first"), [("last", False), ("first", True)])
async def test_at_the_edge_where_new_rows_come_the_cursor_stays_there(edge: Literal["first", "last"], first: bool) -> None:
    rows = Rows(40)
    table = Table()
    table.edge = edge
    table.show(HEADINGS, [], rows.cells)

    def newest(count: int) -> list[str]:
        keys = rows.keys[:count]
        return keys[::-1] if first else keys

    async with on_stage(table, size=(40, 10)) as (stage, pilot):
        for count in (1, 3, 30):
            table.show_order(newest(count))
            await pilot.pause()
            assert table.at_edge
            assert table.cursor_key == rows.keys[count - 1]
            assert any(line.startswith(rows.keys[count - 1]) for line in stage.lines)
        table.move_to(rows.keys[20])
        table.show_order(newest(31))
        table.show_order(newest(40))
        assert not table.at_edge
        assert table.cursor_key == rows.keys[20]


async def test_ten_thousand_rows_ask_only_for_those_on_the_screen() -> None:
    rows = Rows(10_000)
    async with on_stage(rows.table(), size=(80, 24)) as (stage, pilot):
        stage.query_one(Table).focus()
        await pilot.press("G", "k", "ctrl+u", "g", "ctrl+f")
        assert len(set(rows.asked)) < 150
        assert stage.query_one(Table).visible_keys[0] in stage.lines[1]


@pytest.mark.parametrize(
    ("keys", "at"),
    [
        (["j"], 1),
        (["down", "down", "up"], 1),
        (["G"], 99),
        (["end", "k"], 98),
        (["G", "g"], 0),
        (["G", "home"], 0),
        (["ctrl+f"], 9),
        (["pagedown", "pageup"], 0),
        (["ctrl+d"], 4),
        (["ctrl+d", "ctrl+u"], 0),
        (["k"], 0),
    ],
)
async def test_keys_move_the_cursor_and_it_stays_on_the_screen(keys: list[str], at: int) -> None:
    rows = Rows(100)
    async with on_stage(rows.table(), size=(40, 10)) as (stage, pilot):
        table = stage.query_one(Table)
        table.focus()
        await pilot.press(*keys)
        assert table.cursor_key == rows.keys[at]
        assert table.cursor_key in table.visible_keys
        await pilot.pause()
        assert stage.heard(Table.CursorMoved)[-1].key == rows.keys[at]


async def test_enter_opens_the_row_under_the_cursor() -> None:
    rows = Rows(5)
    async with on_stage(rows.table()) as (stage, pilot):
        stage.query_one(Table).focus()
        await pilot.press("j", "enter")
        await pilot.pause()
        assert [message.key for message in stage.heard(Table.Opened)] == ["row00001"]


async def test_the_cursor_follows_its_object_and_keeps_its_line_when_the_order_changes() -> None:
    rows = Rows(100)
    async with on_stage(rows.table(), size=(40, 11)) as (stage, pilot):
        table = stage.query_one(Table)
        table.move_to("row00050")
        table._rested()
        line = stage.lines.index(next(text for text in stage.lines if "row00050" in text))
        table.show_order(list(reversed(rows.keys)))
        await pilot.pause()
        assert table.cursor_key == "row00050"
        assert "row00050" in stage.lines[line]


async def test_while_the_cursor_moves_rows_come_and_go_but_do_not_change_places() -> None:
    rows = Rows(6)
    async with on_stage(rows.table()) as (stage, pilot):
        table = stage.query_one(Table)
        table.focus()
        await pilot.press("j")
        rows.states["new"] = "created"
        wanted = ["new", *reversed(rows.keys[:5])]
        table.show_order(wanted)
        assert table.keys == ["row00000", "row00001", "row00002", "row00003", "row00004", "new"]
        assert table.cursor_key == "row00001"
        table._rested()  # after the cursor has rested
        assert table.keys == wanted
        assert table.cursor_key == "row00001"


def test_steady_orders_keep_what_stays_in_place() -> None:
    assert steady(["a", "b", "c", "d"], ["e", "d", "b", "a"]) == ["a", "b", "d", "e"]
    assert steady([], ["b", "a"]) == ["b", "a"]


async def test_when_the_row_under_the_cursor_goes_the_next_one_takes_its_place() -> None:
    rows = Rows(5)
    async with on_stage(rows.table()) as (stage, pilot):
        table = stage.query_one(Table)
        table.move_to("row00002")
        table._rested()
        table.show_order([key for key in rows.keys if key != "row00002"])
        await pilot.pause()
        assert table.cursor_key == "row00003"
        table.show_order([])
        await pilot.pause()
        assert table.cursor_key is None
        assert stage.heard(Table.CursorMoved)[-1].key is None


async def test_a_changed_row_is_drawn_again_and_one_that_looks_the_same_is_not() -> None:
    rows = Rows(50)
    async with on_stage(rows.table(), size=(40, 10)) as (stage, pilot):
        table = stage.query_one(Table)
        rows.states["row00003"] = "paused"
        table.show_changes({"row00003", "row00004", "row00040"})
        assert [region.y for region in table._repaint_regions] == [4]
        await pilot.pause()
        assert "paused" in stage.lines[4]


async def test_what_is_visible_is_told_when_it_changes() -> None:
    rows = Rows(50)
    async with on_stage(rows.table(), size=(40, 6)) as (stage, pilot):
        table = stage.query_one(Table)
        table.focus()
        assert stage.heard(Table.VisibleChanged)[-1].keys == tuple(rows.keys[:5])
        await pilot.press("G")
        await pilot.pause()
        assert stage.heard(Table.VisibleChanged)[-1].keys == tuple(rows.keys[-5:]) == table.visible_keys
        told = len(stage.heard(Table.VisibleChanged))
        await pilot.press("k")
        await pilot.pause()
        assert len(stage.heard(Table.VisibleChanged)) == told


async def test_marks_are_shown_and_leave_with_their_rows() -> None:
    rows = Rows(5)
    async with on_stage(rows.table()) as (stage, pilot):
        table = stage.query_one(Table)
        plain = table.render_line(2)._segments[0].style
        table.set_marks(["row00001", "row00002", "nobody"])
        await pilot.pause()
        assert table.marks == {"row00001", "row00002"}
        assert table.render_line(2)._segments[0].style != plain
        table.toggle_mark()
        assert table.cursor_key == "row00001"
        table.show_order(["row00000", "row00002"])
        await pilot.pause()
        assert table.marks == {"row00000", "row00002"}
        assert stage.heard(Table.Marked)[-1].marks == {"row00000", "row00002"}


async def test_a_click_moves_the_cursor_a_second_opens_and_a_heading_is_told() -> None:
    rows = Rows(9)
    async with on_stage(rows.table()) as (stage, pilot):
        table = stage.query_one(Table)
        await pilot.click(table, offset=(3, 4))
        assert table.cursor_key == "row00003"
        await pilot.click(table, offset=(3, 4), times=2)
        await pilot.click(table, offset=(15, 0))
        await pilot.pause()
        assert [message.key for message in stage.heard(Table.Opened)] == ["row00003"]
        assert [message.number for message in stage.heard(Table.HeadingClicked)] == [1]


async def test_the_wheel_moves_the_view_and_the_cursor_stays_on_the_screen() -> None:
    rows = Rows(100)
    async with on_stage(rows.table(), size=(40, 11)) as (stage, pilot):
        table = stage.query_one(Table)
        await pilot._post_mouse_events([MouseScrollDown], table, offset=(3, 4))
        await pilot.pause()
        assert table.visible_keys[0] == "row00003"
        assert table.cursor_key == "row00003"


async def test_an_empty_table_says_so() -> None:
    table = Table()
    table.show(HEADINGS, [], lambda _key: (), empty=(Span("No containers.", "dim"),))
    async with on_stage(table) as (stage, _):
        assert stage.lines[1] == "No containers."


async def test_the_text_of_an_empty_table_is_wrapped() -> None:
    table = Table()
    table.show(HEADINGS, [], lambda _key: (), empty=(Span("No nodes: this engine is not a swarm manager.", "dim"),))
    async with on_stage(table, size=(24, 10)) as (stage, _):
        assert stage.lines[1:4] == ["No nodes: this engine", "is not a swarm manager.", ""]


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 10)])
@pytest.mark.parametrize("kind", TEXTS)
async def test_hostile_names_stay_in_their_columns(kind: str, size: tuple[int, int]) -> None:
    table = Table()
    name = Cell(one_line(TEXTS[kind]), "bad")
    table.show([Heading("NAME", 20), Heading("STATE", 8)], ["a", "b"], lambda _key: (name, Cell("running")))
    async with on_stage(table, size=size) as (stage, pilot):
        table.focus()
        await pilot.press("j")
        assert "running" in stage.text
        assert all(strip.cell_length == size[0] for strip in stage.screen._compositor.render_strips())


async def test_another_size_shows_as_many_rows_as_fit() -> None:
    rows = Rows(100)
    async with on_stage(rows.table(), size=(40, 10)) as (stage, pilot):
        table = stage.query_one(Table)
        table.action_last()
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        assert len(table.visible_keys) == 19
        assert "row00099" in stage.lines[19]
        await pilot.resize_terminal(40, 5)
        await pilot.pause()
        assert "row00099" in stage.lines[4]


async def test_a_change_is_drawn_though_a_resize_is_told_after_the_lines_were_drawn() -> None:
    rows = Rows(3)
    async with on_stage(rows.table(), size=(40, 6)) as (stage, pilot):
        table = stage.query_one(Table)
        await pilot.pause()
        table.on_resize()
        rows.states["row00001"] = "exited"
        rows.asked.clear()
        table.show_changes({"row00001"})
        await pilot.pause()
        assert "row00001" in rows.asked
        assert "exited" in stage.lines[2]
