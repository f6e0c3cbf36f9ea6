"""The log view over the demo engine: keys, header, and views that it opens."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import cast

import pytest
from textual.pilot import Pilot

from tests.conftest import demo_engine
from tests.waiting import SECONDS
from tests.widgets.stage import Stage, on_stage
from tui.config import Config
from tui.live.engine_session import Session
from tui.live.engines import Engines
from tui.live.logs.reader import Source
from tui.live.state.store import Connected
from tui.resources.logs.ansi_text import plain
from tui.resources.logs.levels import level_of
from tui.screens.framework.context import Program, ViewContext
from tui.screens.logs.line_views import LogLineView
from tui.screens.logs.logs_view import LogsView


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    with demo_engine() as address:
        yield address


async def until(pilot: Pilot[None], done: Callable[[], object]) -> None:
    for _ in range(int(SECONDS * 50)):
        if done():
            return
        await pilot.pause(0.02)
    raise AssertionError("it did not come:\n" + cast(Stage, pilot.app).text)


def header(stage: Stage) -> str:
    """Return the first line of the screen; empty while a new view is not drawn yet."""
    return next(iter(stage.lines), "")


@asynccontextmanager
async def logs_of(
    demo: str, *names: str, size: tuple[int, int] = (120, 30)
) -> AsyncIterator[tuple[LogsView, Stage, Pilot[None]]]:
    """Show the logs of some of the demo's containers on a stage, with lines in them."""
    went: list[str] = []
    async with Session.open(demo) as session:

        async def elsewhere(*_: object) -> None:
            raise AssertionError("the logs go to no other engine")

        program = Program(Config(), lambda name, _target: went.append(name), elsewhere, Engines(), elsewhere)
        context = ViewContext(program, session, lambda _name: view, "demo")
        connection = session.store.connection
        async with on_stage(size=size) as (stage, pilot):
            await until(pilot, lambda: isinstance(connection.value, Connected) and session.store.containers.loaded)
            rows = {row.name: row for row in session.store.containers.rows.values()}
            view = LogsView(context, [Source(rows[name].id, name, name.split("-")[1]) for name in names])
            view.went = went  # type: ignore[attr-defined]
            stage.push_screen(view)
            await until(pilot, lambda: view.is_mounted and len(view.reader.buffer) > 20)
            yield view, stage, pilot


async def test_it_shows_the_newest_lines_and_whose_they_are(demo: str) -> None:
    async with logs_of(demo, "shop-api-1", "shop-web-1") as (view, stage, pilot):
        await until(pilot, lambda: {line[:4] for line in stage.lines} >= {"api ", "web "})
        assert header(stage).startswith(" logs 2 containers")
        await until(pilot, lambda: view.log_view.cursor == view.reader.buffer.end_id - 1)


async def test_digits_choose_how_far_back_and_are_no_screens(demo: str) -> None:
    async with logs_of(demo, "shop-api-1") as (view, stage, pilot):
        await pilot.press("1")
        await until(pilot, lambda: "1 min" in header(stage) and len(view.reader.buffer) > 0)
        oldest = view.reader.buffer.line(view.reader.buffer.first_id).time_ns
        newest = view.reader.buffer.line(view.reader.buffer.end_id - 1).time_ns
        assert newest - oldest < 120 * 10**9
        assert view.went == []  # type: ignore[attr-defined]


async def test_a_window_is_asked_for(demo: str) -> None:
    async with logs_of(demo, "shop-api-1") as (view, stage, pilot):
        await pilot.press("=", *"tail", "space", "7", "enter")
        await until(pilot, lambda: "tail 7" in header(stage) and 0 < len(view.reader.buffer) < 20)
        await pilot.press("=", *"soon", "enter")
        await until(pilot, lambda: "'soon' is not a time" in stage.text)


async def test_a_period_with_an_end_is_named_where_it_counts_and_following_goes_on_after_it(demo: str) -> None:
    async with logs_of(demo, "shop-api-1") as (view, stage, pilot):
        await pilot.press("=", *"2h..1h", "enter")
        await until(pilot, lambda: "until " in header(stage) and "not following" not in header(stage))
        await pilot.press("f")
        await until(pilot, lambda: "has an end; 0 shows the newest lines and follows" in stage.text)
        assert view.period.startswith("the log since ")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: f"Save {view.period}"[:40] in stage.text)
        await pilot.press("escape")
        await pilot.press("0")
        await until(pilot, lambda: "tail" in header(stage) and len(view.reader.buffer) > 0)
        assert view.period == "the whole log"
        assert view.reader.following
        await pilot.press("=", *"2h..1h", "enter", "/", *"level", "enter", "A")
        await until(pilot, lambda: "in the log since" in header(stage))


async def test_e_goes_to_the_next_error_and_capital_e_to_the_one_before(demo: str) -> None:
    async with logs_of(demo, "shop-worker-1") as (view, _stage, pilot):
        await pilot.press("9")
        await until(pilot, lambda: view.reader.at_start and len(view.reader.buffer) > 100)
        await pilot.press("G", "E")

        def level() -> str:
            found = level_of(plain(view.reader.buffer.line(view.log_view.cursor).data))
            return found.level if found else ""

        await until(pilot, lambda: level() in ("error", "fatal"))
        at = view.log_view.cursor
        await pilot.press("E")
        await until(pilot, lambda: view.log_view.cursor < at and level() in ("error", "fatal"))
        await pilot.press("e")
        await until(pilot, lambda: view.log_view.cursor == at)


async def test_a_search_is_counted_and_escape_ends_it_before_the_filters(demo: str) -> None:
    async with logs_of(demo, "shop-api-1") as (view, stage, pilot):
        await pilot.press("/", *"level", "enter")
        await until(pilot, lambda: view.log_view.finding is not None and "match" in stage.text)
        await pilot.press("ampersand", *"get", "enter")
        await until(pilot, lambda: "&get" in header(stage))
        await pilot.press("ampersand", *"!cart", "enter")
        await until(pilot, lambda: "&!cart" in header(stage) and not view.log_view.busy)
        assert all("cart" not in line for line in stage.lines[1:-2])
        await pilot.press("escape")
        await until(pilot, lambda: view.log_view.finding is None)
        await pilot.press("escape")
        await until(pilot, lambda: "&!cart" not in header(stage) and "&get" in header(stage))
        await pilot.press("escape")
        await until(pilot, lambda: "&get" not in header(stage))
        await pilot.press("escape")
        await until(pilot, lambda: view.went == [".."])  # type: ignore[attr-defined]


async def test_levels_are_picked(demo: str) -> None:
    async with logs_of(demo, "shop-worker-1") as (view, stage, pilot):
        await pilot.press("S")
        await until(pilot, lambda: "and above" in stage.text)
        await pilot.press("e")
        await until(pilot, lambda: "≥error" in stage.text and view.filters.level == "error")
        await until(pilot, lambda: not view.log_view.busy)
        shown = view.log_view.chosen()
        assert all(b"INFO" not in view.reader.buffer.line(id_).data for id_ in shown)


async def test_what_stands_far_in_a_long_line_is_found_or_the_limit_is_said(demo: str) -> None:
    async with logs_of(demo, "shop-api-1") as (view, stage, pilot):
        far = b"x" * 500_000 + b" needle ende\xc3\xa4"
        at = view.reader.buffer.line(view.reader.buffer.end_id - 1).time_ns
        view.log_view.changed(view.reader.buffer.append([(at + 1, 0, 1, far, 0)]))
        for text in ("needle", "eedl. end"):
            await pilot.press("/", *text, "enter")
            await until(pilot, lambda: "match 1" in stage.text)
        await pilot.press("/", *"needl+e", "enter")
        await until(
            pilot, lambda: "no match in the loaded lines; only the first 4,000 characters of longer lines" in stage.text
        )
        await pilot.press("&", *"ERROR", "enter")
        await until(pilot, lambda: "filters look at the first 4,000 characters of longer lines" in stage.text)


async def test_moving_up_stops_and_the_end_goes_on(demo: str) -> None:
    async with logs_of(demo, "shop-api-1") as (view, stage, pilot):
        await pilot.press("k", "k")
        await until(pilot, lambda: not view.log_view.autoscroll and "%" in header(stage))
        await pilot.press("G")
        await until(pilot, lambda: view.log_view.autoscroll)
        await pilot.press("s")
        await until(pilot, lambda: not view.log_view.autoscroll)


async def test_the_beginning_is_fetched(demo: str) -> None:
    async with logs_of(demo, "shop-api-1") as (view, _, pilot):
        await pilot.press("g")
        await until(pilot, lambda: view.log_view.cursor == view.reader.buffer.first_id and view.reader.at_start)


async def test_the_line_under_the_cursor_is_opened_with_its_fields(demo: str) -> None:
    async with logs_of(demo, "shop-api-1") as (_, stage, pilot):
        await pilot.press("k", "enter")
        await until(pilot, lambda: isinstance(stage.screen, LogLineView) and "request_id:" in stage.text)
        assert "shop-api-1" in stage.text


async def test_lines_are_chosen_and_copied(demo: str) -> None:
    async with logs_of(demo, "shop-api-1") as (view, stage, pilot):
        await pilot.press("k", "K", "K", "Y")
        await until(pilot, lambda: "sent 3 lines" in stage.text)
        assert stage.clipboard.count("\n") == 2
        assert view.log_view.chosen_from is None


async def test_times_wrap_mark_and_follow(demo: str) -> None:
    async with logs_of(demo, "shop-api-1") as (view, stage, pilot):
        for times in ("local", "utc", "relative", "off"):
            await pilot.press("t")
            assert view.log_view.look.times == times
        await pilot.press("w")
        assert view.log_view.wrapped
        await pilot.press("m")
        await until(pilot, lambda: "── mark " in stage.text)
        await pilot.press("f")
        await until(pilot, lambda: "not following" in header(stage))
        assert not view.reader.following


async def test_the_whole_log_is_searched_and_a_hit_shown_where_it_stands(demo: str) -> None:
    async with logs_of(demo, "shop-worker-1") as (view, stage, pilot):
        await pilot.press("/", *"error", "enter", "A")
        await until(pilot, lambda: "found /error" in header(stage))
        await pilot.press("g", "enter")
        await until(pilot, lambda: view.went == [".."])  # type: ignore[attr-defined]
        stage.pop_screen()
        await until(pilot, lambda: not view.log_view.autoscroll and view.log_view.cursor is not None)
        assert view.log_view.cursor is not None
        await until(pilot, lambda: b"ERROR" in view.reader.buffer.line(view.log_view.cursor or 0).data)


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 10)])
async def test_it_stands_at_every_size(demo: str, size: tuple[int, int]) -> None:
    async with logs_of(demo, "shop-api-1", "shop-web-1", size=size) as (_, stage, pilot):
        await until(pilot, lambda: "logs 2 containers" in header(stage) and any(line.startswith("api") for line in stage.lines))
        await pilot.press("w", "t", "k", "question_mark")
        await until(pilot, lambda: "help of logs" in stage.text)
