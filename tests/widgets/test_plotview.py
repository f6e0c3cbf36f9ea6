"""A page of changing lines: only the differing lines are drawn again, and none without a change."""

from tests.widgets.stage import on_stage
from tui.resources.model.text import Line, Span
from tui.widgets.plotview import PlotView


def page(*texts: str) -> list[Line]:
    return [(Span(text),) for text in texts]


class Counting(PlotView):
    """A view that records which lines were drawn."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[int] = []

    def render_line(self, y: int):  # type: ignore[no-untyped-def]
        self.asked.append(y)
        return super().render_line(y)


async def test_only_lines_that_differ_are_drawn_again() -> None:
    view = Counting()
    async with on_stage(view, size=(20, 5)) as (stage, pilot):
        view.show(page("one", "two", "three"))
        await pilot.pause()
        assert stage.lines[:3] == ["one", "two", "three"]
        view.asked.clear()
        view.show(page("one", "2", "three"))
        await pilot.pause()
        assert view.asked == [1]
        assert stage.lines[1] == "2"
        view.show(page("one", "2", "three"))
        await pilot.pause()
        assert view.asked == [1]


async def test_a_page_longer_than_the_screen_scrolls() -> None:
    view = Counting()
    async with on_stage(view, size=(20, 5)) as (stage, pilot):
        view.show(page(*(f"line {number}" for number in range(20))))
        await pilot.pause()
        view.last()
        await pilot.pause()
        assert stage.lines[-1].strip() == "line 19"
        view.asked.clear()
        view.show(page("new", *(f"line {number}" for number in range(1, 20))))  # above the visible part
        await pilot.pause()
        assert view.asked == []
        view.first()
        await pilot.pause()
        assert stage.lines[0].strip().startswith("new")


async def test_what_grows_or_shrinks_is_drawn_as_a_whole() -> None:
    view = Counting()
    async with on_stage(view, size=(20, 5)) as (stage, pilot):
        view.show(page("one"))
        await pilot.pause()
        view.show(page("a", "b"))
        await pilot.pause()
        assert stage.lines[:2] == ["a", "b"]
        view.show(page("c"))
        await pilot.pause()
        assert stage.lines[:2] == ["c", ""]
