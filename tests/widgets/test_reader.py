"""Documents are folded, searched, wrapped and copied; a reload keeps the position."""

import json

import pytest

from tests.hostile import TEXTS
from tests.widgets.stage import on_stage
from tui.resources.model.document import read_json, read_text
from tui.widgets.reader import Reader

OBJECT = {"Id": "abc", "State": {"Status": "running", "Health": {"Log": ["first", "second"]}}, "Ports": [80, 443]}


def document(value: object = OBJECT):
    return read_json(json.dumps(value).encode())


async def test_sections_fold_and_unfold_with_enter() -> None:
    reader = Reader()
    async with on_stage(reader, size=(40, 12)) as (stage, pilot):
        reader.show(document())
        reader.focus()
        await pilot.press("j", "enter")
        await pilot.pause()
        assert "Status" not in stage.text
        assert stage.lines[2].startswith("▾ Ports")
        await pilot.press("enter")
        await pilot.pause()
        assert "Status" in stage.text


async def test_a_search_goes_to_the_match_unfolds_it_and_counts() -> None:
    reader = Reader()
    async with on_stage(reader, size=(40, 6)) as (stage, pilot):
        reader.show(document({"a": {"needle": 1}, "b": ["needle", "hay"], "c": "needle"}))
        reader.focus()
        reader.fold_all()
        reader.search("NEEDLE")
        await pilot.pause()
        assert stage.heard(Reader.Searched)[-1].lines == 0
        reader.search("needle")
        await pilot.pause()
        assert "needle" in stage.text
        assert stage.heard(Reader.Searched)[-1].lines == 3
        rows = [reader.reading.cursor]
        await pilot.press("n", "n", "N")
        await pilot.pause()
        rows.append(reader.reading.cursor)
        assert "needle" in str(reader.reading.line(reader.reading.cursor))
        assert rows[0] != rows[1]
        match = reader.palette.style("cursor match")
        assert any(segment.style.bgcolor == match.bgcolor for y in range(6) for segment in reader.render_line(y)._segments)


async def test_copying_a_line_copies_the_value_it_stands_for() -> None:
    reader = Reader()
    async with on_stage(reader) as (stage, pilot):
        reader.show(document())
        reader.focus()
        await pilot.press("j", "j", "c")
        assert stage.clipboard == "running"


async def test_long_lines_are_cut_then_wrapped_or_looked_at_sideways() -> None:
    reader = Reader()
    async with on_stage(reader, size=(30, 8)) as (stage, pilot):
        reader.show(read_text("start " + "word " * 20 + "end\nlast"))
        reader.focus()
        await pilot.pause()
        assert "…" in stage.lines[0]
        await pilot.press("w")
        await pilot.pause()
        assert "end" in stage.text
        assert "…" not in stage.text
        await pilot.press("j")
        assert reader.reading.cursor == 1
        await pilot.press("w", *["right"] * 6)
        await pilot.pause()
        assert "end" in stage.lines[0]


@pytest.mark.parametrize(("keys", "row"), [(["G"], 99), (["G", "g"], 0), (["ctrl+f"], 10), (["ctrl+d", "ctrl+d", "ctrl+u"], 5)])
async def test_keys_move_by_lines_and_pages(keys: list[str], row: int) -> None:
    reader = Reader()
    async with on_stage(reader, size=(30, 10)) as (stage, pilot):
        reader.show(read_text("\n".join(f"line {number}" for number in range(100))))
        reader.focus()
        await pilot.press(*keys)
        await pilot.pause()
        assert reader.reading.cursor == row
        assert f"line {row}" in stage.text


async def test_the_same_document_with_other_values_keeps_folds_and_place() -> None:
    reader = Reader()
    async with on_stage(reader, size=(40, 12)) as (stage, pilot):
        reader.show(document())
        reader.focus()
        await pilot.press("j", "enter", "j")
        reader.show(document({**OBJECT, "Ports": [8080]}), again=True)
        await pilot.pause()
        assert "Status" not in stage.text
        assert "8080" in stage.text
        assert reader.reading.cursor == 2


async def test_a_followed_document_stays_at_its_end() -> None:
    reader = Reader()
    async with on_stage(reader, size=(30, 5)) as (stage, pilot):
        reader.follow(True)
        for size in (3, 30, 60):
            reader.show(read_text("\n".join(f"line {number}" for number in range(size))), again=size > 3)
            await pilot.pause()
            assert f"line {size - 1}" in stage.text


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 10)])
@pytest.mark.parametrize("wrapped", [False, True])
async def test_hostile_texts_are_only_text(size: tuple[int, int], wrapped: bool) -> None:
    reader = Reader()
    async with on_stage(reader, size=size) as (stage, pilot):
        reader.show(document(TEXTS))
        if wrapped:
            reader.action_wrap()
        reader.focus()
        for _ in range(4):
            await pilot.press("ctrl+f")
            assert stage.text
        reader.search("[/]")
        await pilot.pause()
        assert "[/]" in stage.text


async def test_an_empty_reader_takes_every_key() -> None:
    reader = Reader()
    async with on_stage(reader) as (_, pilot):
        reader.focus()
        await pilot.press("j", "k", "g", "G", "enter", "n", "N", "w", "c", "ctrl+f", "ctrl+u", "left", "right")
        reader.search("x")
        await pilot.pause()
