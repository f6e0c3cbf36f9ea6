"""Periods as typed, names beside each other, the detail of a line."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from tui.live.containers.container import Container
from tui.live.logs.buffer import LogLine
from tui.live.logs.export import Hits
from tui.live.logs.reader import Source, Window
from tui.resources.logs.ansi_text import LONGEST
from tui.resources.logs.formats import (
    ago,
    detail,
    file_name,
    hits_title,
    note_style,
    read_window,
    short_names,
    sources_title,
    stamp,
)
from tui.resources.logs.row import Look, restyled, row_of
from tui.resources.model.formats import clock_at
from tui.resources.model.text import Span, plain

NOON = datetime(2026, 11, 21, 12, 0).timestamp()


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock_at(NOON):
        yield


def at(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("15m", Window(NOON - 900, None, None)),
        ("since=1h30m", Window(NOON - 5400, None, None)),
        ("2h..1h", Window(NOON - 7200, NOON - 3600, None)),
        ("2h 1h", Window(NOON - 7200, NOON - 3600, None)),
        ("since 2h until 30m tail 50", Window(NOON - 7200, NOON - 1800, 50)),
        ("11:30", Window(at("2026-11-21 11:30"), None, None)),
        ("13:00", Window(at("2026-11-20 13:00"), None, None)),
        ("2026-11-20", Window(at("2026-11-20"), None, None)),
        ("2026-11-20 08:00..2026-11-20T09:00", Window(at("2026-11-20 08:00"), at("2026-11-20 09:00"), None)),
        ("2026-11-20T08:00:00Z", Window(at("2026-11-20T08:00:00+00:00"), None, None)),
        ("until 1h", Window(None, NOON - 3600, 500)),
        ("tail 20", Window(None, None, 20)),
        ("20", Window(None, None, 20)),
        ("all", Window(None, None, None)),
    ],
)
def test_a_window_is_read_as_it_is_typed(text: str, window: Window) -> None:
    assert read_window(text) == (window, "")


@pytest.mark.parametrize("text", ["", "soon", "1h..soon", "25:00", "1h..2h", "tail x", "2026-13-01"])
def test_what_is_no_window_says_what_would_be_one(text: str) -> None:
    window, wrong = read_window(text)
    assert window is None
    assert wrong


def test_times_are_shown_in_every_way() -> None:
    time_ns = int((NOON - 90) * 1e9) + 5_000_000
    assert stamp(time_ns, "local") == "11-21 11:58:30.005"
    assert stamp(time_ns, "utc").endswith("Z")
    assert stamp(time_ns, "relative") == " 1 min"
    assert stamp(2**63 - 1, "utc").strip()
    assert [ago(seconds) for seconds in (-5, 42, 200, 8000, 400_000)] == ["0 s", "42 s", "3 min", "2 h", "4 d"]


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (["shop-web-1", "shop-db-1"], ["web", "db"]),
        (["shop-web-1", "shop-web-2", "shop_db_1"], ["web-1", "web-2", "db"]),
        (["other", "shop-web-1"], ["other", "web"]),
    ],
)
def test_names_beside_each_other_are_short_and_apart(names: list[str], short: list[str]) -> None:
    assert short_names([Container(id=name, name=name, labels={}, project="shop") for name in names]) == short


def test_containers_of_no_project_keep_their_names() -> None:
    rows = [Container(id="1", name="web-1", labels={}), Container(id="2", name="db", labels={}, project="shop")]
    assert short_names(rows) == ["web-1", "db"]


def test_what_a_log_is_called() -> None:
    assert sources_title([Source("1", "web")], "") == "web"
    assert sources_title([Source("1", "a"), Source("2", "b")], "shop") == "shop (2 containers)"
    assert file_name(["a/b"]) == "a-b-20261121-120000.log"


def test_trouble_among_the_notes_looks_like_it() -> None:
    assert note_style("exited with code 1: failed") == note_style("unhealthy") == "bad"
    assert note_style("started") == note_style("exited with code 0: finished") == "accent"


# --- a line and its detail ---


def line_of(data: bytes, *, stream: str = "stdout", left_out: int = 0) -> LogLine:
    return LogLine(7, 0, int(NOON * 1e9), stream, data, left_out)  # type: ignore[arg-type]


def test_the_level_is_coloured_and_names_of_fields_stand_back() -> None:
    row = row_of(line_of(b'{"level":"error","msg":"x"}'), Look(raw=True))
    assert Span("error", "bad") in row.text
    assert Span('"msg"', "dim") in row.text


def test_a_program_that_writes_colours_has_its_own() -> None:
    assert row_of(line_of(b"\x1b[32mERROR"), Look()).text == (Span("ERROR", "fg-2"),)


def test_an_abbreviated_line_says_how_much_is_missing() -> None:
    row = row_of(line_of(b"x" * (LONGEST + 1000), left_out=99_000_000), Look())
    assert "99.0 MB more" in plain(row.text)


def test_styles_are_laid_over_each_other() -> None:
    text = (Span("abc", "fg-1"), Span("def"))
    assert restyled(text, [(1, 4, "match"), (5, 6, "dim")]) == (
        Span("a", "fg-1"),
        Span("bc", "fg-1 match"),
        Span("d", "match"),
        Span("e"),
        Span("f", "dim"),
    )


def document_text(data: bytes, room: int = 40) -> str:
    line = line_of(data, stream="stderr")
    return detail(line, data, "web", [line], room).plain_text()


def test_the_detail_has_time_source_level_and_fields_folded_out() -> None:
    text = document_text(b'{"level":"warn","user":{"id":7}}')
    for part in ("web", "stderr", "warn", "user: {1 key}", "id: 7"):
        assert part in text


def test_the_detail_has_the_whole_line_and_copies_it() -> None:
    data = b"0123456789" * 100_000
    document = detail(line_of(data), data, "web", [line_of(data)], 100)
    assert len(document) > 10_000
    assert document.copy(len(document) - 1) == data.decode()
    assert document_text(data).count("0123456789") > 90_000


def test_the_detail_has_what_carriage_returns_overwrote() -> None:
    text = document_text(b"10%\r\x1b[31m50%\x1b[0m\rdone")
    assert text.index("overwritten by carriage returns") < text.index("10%") < text.index("50%")
    assert text.index("done") < text.index("10%")
    assert "overwritten" not in document_text(b"plain\r\n")


def test_the_detail_shows_the_trace_that_belongs_to_the_line() -> None:
    head, more = line_of(b"ERROR broke"), line_of(b"  at main.py:5")
    assert "at main.py:5" in detail(head, head.data, "web", [head, more], 80).plain_text()


def test_a_search_of_the_whole_log_says_of_how_many_lines_it_saw_only_the_beginning() -> None:
    assert hits_title(Hits(0, 10, ())) == "0 lines of 10 match"
    assert (
        hits_title(Hits(0, 10, (), 3)) == "0 lines of 10 match; only the first 4,000 characters of 3 longer lines were searched"
    )
