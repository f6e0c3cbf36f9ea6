"""The widget of a log: the screen, the cursor while lines come and go, highlights and selection."""

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from tests.hostile import TEXTS
from tests.waiting import SECONDS
from tests.widgets.stage import on_stage
from tui.live.logs.buffer import NOTE, STDERR, STDOUT, LogBuffer
from tui.resources.logs.filters import Filters
from tui.resources.model.text import Span
from tui.widgets.logview import LogView

Entry = tuple[int, int, int, bytes, int]


def entries(*texts: str, start: int = 0, source: int = 0, stream: int = STDOUT) -> list[Entry]:
    return [(start + n, source, stream, text.encode(), 0) for n, text in enumerate(texts)]


def numbered(number: int) -> LogBuffer:
    buffer = LogBuffer()
    buffer.append(entries(*(f"line {n}" for n in range(number))))
    return buffer


async def settled(pilot: Pilot[None], log: LogView, done: Callable[[], bool] = lambda: True) -> None:
    """Wait until filtering and counting are finished and `done` is true."""
    for _ in range(int(SECONDS * 100)):
        await pilot.pause(0.01)
        if not log.busy and log._flushing is None and done():
            return
    raise AssertionError("it never came to rest")


def add(log: LogView, *texts: str) -> None:
    log.changed(log.buffer.append(entries(*texts, start=log.buffer.end_id + 1)))


# --- the end of the log ---


async def test_it_opens_at_the_newest_line_and_follows_it() -> None:
    log = LogView(numbered(1000))
    async with on_stage(log, size=(40, 10)) as (stage, pilot):
        log.flush()
        await pilot.pause()
        assert stage.lines[-1].strip() == "line 999"
        add(log, "news")
        await settled(pilot, log, lambda: stage.lines[-1].strip() == "news")
        assert stage.lines[-2].strip() == "line 999"


async def test_a_reader_who_moved_up_stays_where_he_is() -> None:
    log = LogView(numbered(100))
    async with on_stage(log, size=(40, 10)) as (stage, pilot):
        log.flush()
        log.action_move(-5)
        await pilot.pause()
        before = stage.lines
        add(log, *(f"news {n}" for n in range(50)))
        await settled(pilot, log, lambda: log.unseen_from is not None)
        assert stage.lines == before
        log.action_last()
        await pilot.pause()
        assert stage.lines[-1].strip() == "news 49"
        assert log.unseen_from is None


async def test_a_screen_that_is_not_full_asks_for_older_lines_unless_filters_empty_it() -> None:
    log = LogView(numbered(4))
    async with on_stage(log, size=(40, 10)) as (stage, pilot):
        log.flush()
        await pilot.pause()
        assert stage.heard(LogView.NotFull)
    log = LogView(numbered(400))
    async with on_stage(log, size=(40, 10)) as (stage, pilot):
        log.flush()
        log.filter(Filters().adding("line 399"))
        await settled(pilot, log)
        assert len(log.rows) == 1
        assert not stage.heard(LogView.NotFull)


async def test_older_lines_come_above_and_what_is_seen_does_not_move() -> None:
    log = LogView(numbered(30))
    async with on_stage(log, size=(40, 10)) as (stage, pilot):
        log.flush()
        log.action_first()
        await pilot.pause()
        before = stage.lines
        log.buffer.prepend(entries(*(f"older {n}" for n in range(20)), start=-20))
        log.changed()
        await settled(pilot, log)
        assert stage.lines == before
        log.action_move(-1)
        await pilot.pause()
        assert stage.lines[0].strip() == "older 19"
        assert stage.heard(LogView.OlderWanted)


async def test_lines_that_are_pushed_out_take_the_reader_along() -> None:
    buffer = LogBuffer(limit_bytes=200_000)
    buffer.append(entries(*(f"line {n}" for n in range(1000))))
    log = LogView(buffer)
    async with on_stage(log, size=(40, 10)) as (stage, pilot):
        log.flush()
        log.action_first()
        for _ in range(20):
            add(log, *("x" * 50 for _ in range(500)))
        await settled(pilot, log)
        assert log.buffer.first_id > 0
        assert log.cursor is not None
        assert log.cursor >= log.buffer.first_id
        assert stage.lines[0].strip() == "x" * 39 + "…" or stage.lines[0].strip().startswith("x")


# --- display of a line ---


async def test_sources_have_names_and_standard_error_a_sign() -> None:
    buffer = LogBuffer()
    buffer.append(entries("from web") + entries("from db", start=1, source=1, stream=STDERR) + [(2, 1, NOTE, b"died", 0)])
    log = LogView(buffer, ["web", "db"])
    async with on_stage(log, size=(40, 5)) as (stage, pilot):
        log.flush()
        await pilot.pause()
        assert stage.lines[:3] == ["web  from web", "db  │from db", "── db died ──"]
        styles = [log.palette.style(f"source-{n}") for n in range(2)]
        assert styles[0] != styles[1]


async def test_colours_of_the_program_are_shown() -> None:
    log = LogView(LogBuffer())
    log.buffer.append(entries("\x1b[38;5;208mwarm"))
    async with on_stage(log, size=(40, 5)) as (_, pilot):
        log.flush()
        await pilot.pause()
        colours = [segment.style.color.number for segment in log.render_line(0) if segment.style and "warm" in segment.text]
        assert colours == [208]


async def test_long_lines_are_wrapped_on_request_and_seen_sideways() -> None:
    log = LogView(LogBuffer(), ["a", "b"])
    log.buffer.append(entries("one two three four five six seven eight", "end"))
    async with on_stage(log, size=(24, 6)) as (stage, pilot):
        log.flush()
        await pilot.pause()
        assert stage.lines[0] == "a  one two three four f…"
        log.action_sideways(1)
        await pilot.pause()
        assert stage.lines[0] == "a  ur five six seven ei…"
        log.action_wrap()
        await pilot.pause()
        assert stage.lines[:3] == ["a  one two three four", "   five six seven eight", "a  end"]


async def test_times_are_shown_on_request() -> None:
    log = LogView(LogBuffer())
    log.buffer.append([(1_000_000_000 * 86_400 + 5_000_000, 0, STDOUT, b"then", 0)])
    async with on_stage(log, size=(40, 3)) as (stage, pilot):
        log.flush()
        log.show_look(log.look.timed("utc"))
        await pilot.pause()
        assert stage.lines[0] == "01-02 00:00:00.005Z  then"


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 10), (6, 2)])
@pytest.mark.parametrize("wrapped", [False, True])
async def test_hostile_lines_are_only_text(size: tuple[int, int], wrapped: bool) -> None:
    texts = [*TEXTS.values(), "日本語" * 50, "x" * 10_000, "[/]", "\x1b[2J\x1b]0;x\x07", "a\rb", ""]
    buffer = LogBuffer()
    buffer.append((n, 0, STDOUT, text.replace("\n", "").encode("utf-8", "surrogateescape"), 0) for n, text in enumerate(texts))
    log = LogView(buffer)
    async with on_stage(log, size=size) as (stage, pilot):
        log.flush()
        if wrapped:
            log.action_wrap()
        log.action_first()
        for _ in range(10):
            log.action_page(1)
            await pilot.pause()
            assert stage.text is not None
            assert all(strip.cell_length == size[0] for strip in (log.render_line(y) for y in range(size[1])))


async def test_nothing_to_show_says_why() -> None:
    log = LogView(LogBuffer())
    log.empty = lambda: (Span("Nothing was logged yet"),)
    async with on_stage(log, size=(40, 3)) as (stage, pilot):
        log.flush()
        for action in (
            log.action_first,
            log.action_last,
            log.action_wrap,
            lambda: log.action_move(1),
            lambda: log.action_page(1),
        ):
            action()
        await pilot.pause()
        assert stage.lines[0] == "Nothing was logged yet"
        assert log.chosen() == []


# --- movement ---


@pytest.mark.parametrize("wrapped", [False, True])
async def test_pages_go_through_the_whole_log_and_back(wrapped: bool) -> None:
    log = LogView(LogBuffer())
    log.buffer.append(entries(*(f"{n} " + "word " * (n % 7 * 4) for n in range(60))))
    async with on_stage(log, size=(30, 10)) as (_, pilot):
        log.flush()
        if wrapped:
            log.action_wrap()
        log.action_first()
        await pilot.pause()
        seen = {id_ for id_, _ in log._shown()}
        for _ in range(60):
            log.action_page(1)
            seen |= {id_ for id_, _ in log._shown()}
        assert seen == set(range(60))
        assert log.cursor == 59
        for _ in range(60):
            log.action_page(-1)
        assert log.cursor == 0
        assert log._shown()[0] == (0, 0)


async def test_moving_keeps_the_cursor_in_view() -> None:
    log = LogView(numbered(100))
    async with on_stage(log, size=(30, 10)) as (_, pilot):
        log.flush()
        for step in (-1, -20, 3, -50, 40, 1):
            log.action_move(step)
            await pilot.pause()
            assert log.cursor in {id_ for id_, _ in log._shown()}


async def test_the_wheel_moves_the_view_and_at_the_end_it_follows_again() -> None:
    log = LogView(numbered(100))
    async with on_stage(log, size=(30, 10)) as (stage, pilot):
        log.flush()
        await pilot.pause()
        await scrolled(pilot, log, up=True)
        assert not log.autoscroll
        assert stage.lines[-1].strip() == "line 96"
        await scrolled(pilot, log, up=False)
        assert log.autoscroll


async def scrolled(pilot: Pilot[None], log: LogView, *, up: bool) -> None:
    from textual import events

    kind = events.MouseScrollUp if up else events.MouseScrollDown
    log.post_message(kind(log, 1, 1, 0, 0, 0, False, False, False))
    await pilot.pause()


# --- selection ---


async def test_lines_are_chosen_by_keys_and_by_dragging() -> None:
    log = LogView(numbered(100))
    async with on_stage(log, size=(30, 10)) as (_, pilot):
        log.flush()
        log.action_move(-3)
        log.action_choose(-1)
        log.action_choose(-1)
        assert log.chosen() == [94, 95, 96]
        log.choose_none()
        assert log.chosen() == [94]
        await pilot.pause()
        await pilot.mouse_down(log, offset=(1, 2))
        await pilot.hover(log, offset=(1, 5))
        await pilot.mouse_up(log, offset=(1, 5))
        top = log._shown()[0][0]
        assert log.chosen() == [top + 2, top + 3, top + 4, top + 5]


# --- filters and searches ---


async def test_a_filter_shows_what_passes_old_and_new() -> None:
    log = LogView(numbered(50_000))
    async with on_stage(log, size=(30, 10)) as (stage, pilot):
        log.flush()
        log.filter(Filters().adding("77$"))
        await settled(pilot, log, lambda: stage.lines[-1].strip() == "line 49977")
        assert len(log.rows) == 500
        add(log, "new 77", "new 78")
        await settled(pilot, log, lambda: stage.lines[-1].strip() == "new 77")
        log.filter(Filters())
        await settled(pilot, log, lambda: stage.lines[-1].strip() == "new 78")


async def test_a_filter_keeps_the_reader_near_his_line() -> None:
    log = LogView(numbered(100))
    async with on_stage(log, size=(30, 10)) as (_, pilot):
        log.flush()
        log.move_to(40)
        log.filter(Filters().adding("7$"))
        await settled(pilot, log)
        assert log.cursor == 47


async def test_a_search_lights_counts_and_goes_on() -> None:
    log = LogView(numbered(30_000))
    async with on_stage(log, size=(30, 10)) as (_, pilot):
        log.flush()
        log.search("99")
        await settled(pilot, log)
        assert log.finding is not None
        assert log.finding.counted
        assert len(log.finding) == sum("99" in str(n) for n in range(30_000))
        assert any("match" in span.style for span in log.places.pieces(29_999)[0])
        assert log.go_on(29_990, True) is None
        assert log.cursor == 29_989
        log.search("")
        assert not any("match" in span.style for span in log.places.pieces(29_999)[0])


async def test_a_flood_is_shown_at_most_twenty_times_a_second() -> None:
    log = LogView(LogBuffer())
    async with on_stage(log, size=(30, 10)) as (stage, pilot):
        flushes = []
        settle = log._settle
        log._settle = lambda: (flushes.append(1), settle())[1]  # type: ignore[method-assign, func-returns-value]
        for n in range(500):
            add(log, f"flood {n}")
        await settled(pilot, log, lambda: stage.lines[-1].strip() == "flood 499" or "flood 499" in stage.text)
        assert len(flushes) < 100
