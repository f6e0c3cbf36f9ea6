"""Sentences in a bar are shown whole, on up to three lines."""

import pytest

from tests.widgets.stage import on_stage
from tui.resources.model.text import Span
from tui.widgets.bar import Segment
from tui.widgets.notice import Notice

SENTENCE = "port 18199 is used by web: stop web first, or publish another port. The engine refused to start the container. " * 2


@pytest.mark.parametrize(("size", "lines"), [((300, 24), 1), ((120, 24), 2), ((90, 24), 3), ((120, 10), 1)])
async def test_a_sentence_has_the_lines_that_it_needs(size: tuple[int, int], lines: int) -> None:
    async with on_stage(Notice(), size=size) as (stage, pilot):
        notice = stage.query_one(Notice)
        notice.show([Segment((Span(SENTENCE.strip(), "bad"),))])
        await pilot.pause()
        assert notice.size.height == lines
        shown = " ".join(stage.lines[:lines])
        assert shown == SENTENCE.strip() or (size[1] < 16 and shown.endswith("…"))


async def test_more_than_three_lines_are_cut_and_a_short_sentence_takes_one_again() -> None:
    async with on_stage(Notice(), size=(40, 24)) as (stage, pilot):
        notice = stage.query_one(Notice)
        notice.show([Segment((Span(SENTENCE, "bad"),))])
        await pilot.pause()
        assert notice.size.height == 3
        assert stage.lines[2].endswith("…")
        assert len(stage.lines[2]) <= 40
        notice.show([Segment((Span("done"),))])
        await pilot.pause()
        assert notice.size.height == 1
