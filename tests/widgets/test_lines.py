"""Style names become styles of the theme, lines become strips of exactly the available width."""

import pytest
from rich.style import Style
from textual.strip import Strip

from tests.hostile import TEXTS
from tests.widgets.stage import on_stage
from tui.resources.model.text import Cell, Span, cells, one_line, plain
from tui.widgets.bar import Bar, Footer, KeyHint, Segment, fitting, laid_out
from tui.widgets.lines import WORDS, clip, row, strip, thumb_of, width
from tui.widgets.page import Page
from tui.widgets.table import Heading, Table
from tui.widgets.wrapping import Text, part, wrap

LINE = (Span("name: "), Span("web-1", "accent"), Span(" is "), Span("unhealthy", "bad"))


@pytest.fixture
async def palette():
    async with on_stage(Bar()) as (stage, _):
        yield stage.query_one(Bar).palette


async def test_every_word_looks_like_something(palette) -> None:
    for word in WORDS:
        assert palette.style(word) != palette.style(""), word


async def test_an_unknown_word_changes_nothing_and_later_words_win(palette) -> None:
    assert palette.style("nonsense") == palette.style("")
    assert palette.style("cursor bad").bgcolor == palette.style("cursor").bgcolor
    assert palette.style("cursor bad").color != palette.style("cursor").color


async def test_another_theme_is_another_palette() -> None:
    async with on_stage(Bar()) as (stage, pilot):
        before = stage.query_one(Bar).palette.style("good")
        stage.theme = "textual-light"
        await pilot.pause()
        assert stage.query_one(Bar).palette.style("good") != before


@pytest.mark.parametrize("room", [5, 12, 24, 80])
async def test_a_strip_is_as_wide_as_its_room(palette, room: int) -> None:
    line = strip(LINE, palette, room)
    assert line.cell_length == room == cells(line.text)
    if room < 24:
        assert line.text.endswith("…")


async def test_neighbours_in_one_style_are_one_segment(palette) -> None:
    assert len(strip((Span("a"), Span("b"), Span("c", "")), palette, 20)._segments) == 1


async def test_a_row_puts_cells_into_columns(palette) -> None:
    line: Strip = row([Cell("web-1-longer"), Cell("12", "good")], [6, 5], [False, True], palette, 20)
    assert line.text == "web-1…    12        "
    assert isinstance(line._segments[0].style, Style)


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("room", [2, 7, 30])
async def test_hostile_texts_fit_their_room(palette, kind: str, room: int) -> None:
    text = one_line(TEXTS[kind])
    assert strip((Span(text, "bad"),), palette, room).cell_length == room
    assert width(clip((Span(text),), room)) <= room
    pieces = wrap((Span(text, "bad"),), room)
    assert "".join(plain(piece) for piece in pieces).replace(" ", "") == text.replace(" ", "")
    assert all(width(piece) <= room for piece in pieces)


def test_wrapping_breaks_at_a_blank_and_keeps_styles() -> None:
    assert [plain(piece) for piece in wrap(LINE, 16)] == ["name: web-1 is", "unhealthy"]
    assert wrap(LINE, 16)[1] == (Span("unhealthy", "bad"),)
    assert part(LINE, 4, 8) == (Span(": "), Span("we", "accent"))


def test_a_bar_gives_up_its_highest_ranks_first() -> None:
    left = [Segment((Span("containers"),)), Segment((Span("12 running"),), 2)]
    right = [Segment((Span("28.5"),), 3), Segment((Span("prod-1"),), 1)]
    assert plain(laid_out(left, right, 50)) == "containers  12 running                28.5  prod-1"
    assert plain(laid_out(left, right, 32)) == "containers  12 running    prod-1"
    assert plain(laid_out(left, right, 20)) == "containers    prod-1"
    assert plain(laid_out(left, right, 12)) == "containers  "
    assert plain(laid_out(left, right, 8)) == "contain…"


def test_parts_of_a_narrow_header_are_shortened_before_others_are_dropped() -> None:
    left = [Segment((Span("containers"),)), Segment((Span("12 containers: 9 running"),), 2, (Span("12 containers"),), 3)]
    host = Segment((Span("prod-1 (/run/engine.sock)"),), short=(Span("prod-1"),), short_rank=4)
    right = [Segment((Span("2 problems"),), 1), Segment((Span("28.5"),), 4), host]
    assert plain(laid_out(left, right, 90)).endswith("2 problems  28.5  prod-1 (/run/engine.sock)")
    assert plain(laid_out(left, right, 78)).endswith("2 problems  prod-1 (/run/engine.sock)")
    assert plain(laid_out(left, right, 58)) == "containers  12 containers: 9 running    2 problems  prod-1"
    assert plain(laid_out(left, right, 46)) == "containers  12 containers   2 problems  prod-1"
    assert plain(laid_out(left, right, 40)) == "containers            2 problems  prod-1"
    assert plain(laid_out(left, right, 24)) == "containers        prod-1"
    assert plain(laid_out(left, right, 14)) == "conta…  prod-1"


def test_keys_that_do_not_fit_leave_by_rank() -> None:
    hints = [KeyHint("l", "logs", rank=2), KeyHint("s", "shell", rank=1), KeyHint("?", "help", rank=0)]
    assert [hint.key for hint in fitting(hints, 40)] == ["l", "s", "?"]
    assert [hint.key for hint in fitting(hints, 16)] == ["s", "?"]
    assert [hint.key for hint in fitting(hints, 6)] == ["?"]


async def test_a_clicked_key_is_told_by_name() -> None:
    footer = Footer()
    footer.show([KeyHint("l", "logs", "logs"), KeyHint("x", "stop", "stop")])
    async with on_stage(footer, size=(40, 3)) as (stage, pilot):
        assert stage.lines[0] == "l logs  x stop"
        await pilot.click(footer, offset=(9, 0))
        await pilot.pause()
        assert [message.name for message in stage.heard(Footer.Pressed)] == ["stop"]


async def test_a_text_is_as_high_as_its_lines_wrapped() -> None:
    text = Text([LINE])
    async with on_stage(text, size=(16, 10)) as (stage, pilot):
        text.styles.height = "auto"
        await pilot.pause()
        assert text.size.height == 2
        assert stage.lines[:2] == ["name: web-1 is", "unhealthy"]


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 10)])
async def test_a_page_has_its_bars_and_says_one_thing_at_a_time(size: tuple[int, int]) -> None:
    page = Page()
    async with on_stage(size=size, page=page) as (stage, pilot):
        page.show_header([Segment((Span("containers", "title"),))], [Segment((Span("prod-1"),), 1)])
        page.show_keys([KeyHint("?", "help")])
        page.say("web-1: stopped [/]")
        page.warn("web-2: no such container \x1b[31m")
        await pilot.pause()
        assert stage.lines[0].split() == ["containers", "prod-1"]
        assert "web-2: no such container" in stage.text
        assert "web-1" not in stage.text
        page.banner((Span("connection lost: refused"),), (Span("next try in 4 s"),))
        await pilot.pause()
        assert stage.lines[1].strip().startswith("connection lost: refused")
        page.banner()
        page.clear_message()
        await pilot.pause()
        assert "lost" not in stage.text
        assert stage.lines[-1].strip() == "? help"


async def test_a_warning_stays_before_the_news_that_come_after_it() -> None:
    page = Page()
    async with on_stage(size=(60, 24), page=page) as (stage, pilot):
        page.warn("web-2: no such container")
        page.say("web-1 stopped", "good")
        await pilot.pause()
        assert stage.lines[-2].strip() == "web-2: no such container  web-1 stopped"
        page.say("web-3 stopped", "good")
        await pilot.pause()
        assert stage.lines[-2].strip() == "web-2: no such container  web-3 stopped"
        page.say("a long line for which there is no room beside that", "good")
        await pilot.pause()
        assert [text.strip() for text in stage.lines[-3:-1]] == [
            "web-2: no such container  a long line for which there is",
            "no room beside that",
        ]
        page.say("no room " * 30, "good")
        await pilot.pause()
        assert stage.lines[-4].startswith(" web-2: no such container"), "the warning is kept, whatever is cut"
        page.clear_message()
        page.say("web-1 started")
        await pilot.pause()
        assert stage.lines[-2].strip() == "web-1 started"


async def test_data_of_a_lost_connection_is_grey() -> None:
    class Away(Page):
        def body(self):
            self.table = Table()
            self.table.show(
                [Heading("NAME", 10), Heading("STATE", 10)], ["a"], lambda _key: [Cell("web"), Cell("running", "good")]
            )
            yield self.table

    page = Away()
    async with on_stage(page=page) as (stage, pilot):
        stage.theme = "textual-dark"
        await pilot.pause()
        before = [segment.style for segment in page.table.render_line(1)._segments]
        page.add_class("-lost")
        await pilot.pause()
        after = [segment.style for segment in page.table.render_line(1)._segments]
        assert before != after
        page.remove_class("-lost")
        await pilot.pause()
        assert before == [segment.style for segment in page.table.render_line(1)._segments]


@pytest.mark.parametrize("lines", [11, 40, 5000])
def test_the_thumb_of_a_scrollbar_touches_an_end_only_where_the_text_does(lines: int) -> None:
    assert thumb_of(10, lines, 0)[0] == 0
    assert thumb_of(10, lines, lines - 10)[1] == 10
    if lines > 12:
        assert thumb_of(10, lines, 1)[0] > 0
        assert thumb_of(10, lines, lines - 11)[1] < 10
    assert thumb_of(10, 10, 0) == (0, 10)
