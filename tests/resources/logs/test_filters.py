"""Filters show exactly the lines that pass, stack traces with their line, while lines come and go; expressions are limited in
time."""

import re
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.live.logs.buffer import NOTE, STDOUT, LogBuffer
from tui.live.logs.search import finder
from tui.resources.logs.filters import Filters, LineFilter, Rows, Search, group_of
from tui.resources.logs.match_search import Finding

SLOW = r"\w+\w+\w+q"
"""Takes minutes of CPU time on `SLOW_LINE`."""

SLOW_LINE = "a" * 3900 + " q"


def entry(time: int, source: int, stream: int, data: bytes) -> tuple[int, int, int, bytes, int]:
    return time, source, stream, data, 0


def buffer_of(*texts: str, source: int = 0) -> LogBuffer:
    buffer = LogBuffer()
    buffer.append(entry(time, source, STDOUT, text.encode()) for time, text in enumerate(texts))
    return buffer


def filters_of(*texts: str, level: str = "") -> Filters:
    filters = Filters(level=level)
    for text in texts:
        filters = filters.adding(text)
    return filters


def shown(rows: Rows) -> list[str]:
    found = []
    id_ = rows.after(rows.buffer.first_id - 1)
    while id_ is not None:
        found.append(rows.buffer.line(id_).data.decode())
        id_ = rows.after(id_)
    return found


def sifted(buffer: LogBuffer, filters: Filters) -> LineFilter:
    line_filter = LineFilter(buffer, filters)
    while line_filter.work(1.0):
        pass
    return line_filter


# --- matching ---


@pytest.mark.parametrize(
    ("texts", "left"),
    [
        (["get"], ["GET /a 200", "GET /b 500"]),
        (["GET", "!500"], ["GET /a 200"]),
        (["!get"], ["POST /a 201"]),
        (["get|post", "20\\d"], ["GET /a 200", "POST /a 201"]),
        (["get", "post"], []),
        (["["], []),
    ],
)
def test_several_filters_add_up_and_each_can_be_inverted(texts: list[str], left: list[str]) -> None:
    assert shown(sifted(buffer_of("GET /a 200", "GET /b 500", "POST /a 201"), filters_of(*texts))) == left


def test_colours_do_not_hide_a_match() -> None:
    assert len(sifted(buffer_of("\x1b[31mER\x1b[0mROR"), filters_of("error"))) == 1


def test_a_level_shows_it_and_worse() -> None:
    lines = ["DEBUG a", "INFO b", "plain", "WARN c", "ERROR d"]
    assert shown(sifted(buffer_of(*lines), filters_of(level="warn"))) == ["WARN c", "ERROR d"]
    assert shown(sifted(buffer_of(*lines), filters_of(level="info"))) == ["INFO b", "plain", "WARN c", "ERROR d"]


TRACE = ["INFO start", "ERROR broke", "Traceback (most recent call last):", '  File "x.py"', "KeyError: 7", "INFO end"]


@pytest.mark.parametrize("filters", [filters_of("KeyError"), filters_of("broke"), filters_of(level="error")])
def test_a_stack_trace_stays_with_its_line(filters: Filters) -> None:
    assert shown(sifted(buffer_of(*TRACE), filters)) == TRACE[1:5]
    assert shown(sifted(buffer_of(*TRACE), filters_of("!KeyError"))) == [TRACE[0], TRACE[5]]


def test_each_source_has_its_own_traces() -> None:
    buffer = LogBuffer()
    buffer.append(
        [
            entry(1, 0, STDOUT, b"ERROR zero"),
            entry(2, 1, STDOUT, b"INFO one"),
            entry(3, 0, STDOUT, b"  at zero"),
            entry(4, 1, STDOUT, b"  more of one"),
        ]
    )
    assert shown(sifted(buffer, filters_of("error"))) == ["ERROR zero", "  at zero"]


def test_a_note_is_always_shown() -> None:
    buffer = buffer_of("a", "b")
    buffer.append([entry(9, 0, NOTE, b"died, exit 1")])
    assert shown(sifted(buffer, filters_of("a"))) == ["a", "died, exit 1"]


def test_the_lines_of_a_group_are_found_from_any_of_them() -> None:
    buffer = buffer_of(*TRACE)
    assert [line.id for line in group_of(buffer, 3)] == [line.id for line in group_of(buffer, 1)] == [1, 2, 3, 4]


# --- while lines are added and dropped ---


def expected(buffer: LogBuffer, wanted: str) -> list[str]:
    lines = buffer.lines(buffer.first_id, buffer.end_id)
    return [line.data.decode() for line in lines if wanted in line.data.decode()]


@given(st.lists(st.tuples(st.sampled_from(["append", "prepend", "late", "work", "replace"]), st.integers(1, 40))))
def test_a_sieve_shows_what_passes_whatever_happens_to_the_buffer(steps: Sequence[tuple[str, int]]) -> None:
    buffer = LogBuffer(limit_bytes=4000)
    line_filter = LineFilter(buffer, filters_of("x"))
    newest, oldest = 1000, 1000
    for what, number in steps:
        texts = [("x" if n % 3 == 0 else "y") + f" {what} {n}" for n in range(number)]
        if what == "append":
            newest += number
            line_filter.changed(buffer.append(entry(newest - number + n, 0, STDOUT, t.encode()) for n, t in enumerate(texts)))
        elif what == "late":
            line_filter.changed(buffer.append(entry(newest - 2, 0, STDOUT, t.encode()) for t in texts))
        elif what == "prepend":
            oldest -= number
            buffer.prepend(entry(oldest + n, 0, STDOUT, t.encode()) for n, t in enumerate(texts))
            line_filter.changed(None)
        elif what == "replace":
            newest = oldest = 1000
            buffer.replace(entry(1000, 0, STDOUT, t.encode()) for t in texts)
            line_filter.changed(None, everything=True)
        else:
            line_filter.work(0)
    while line_filter.work(1.0):
        pass
    assert shown(line_filter) == expected(buffer, "x")
    assert len(line_filter) == len(shown(line_filter))


def test_the_newest_lines_are_sifted_first() -> None:
    buffer = buffer_of(*(f"line {n}" for n in range(20_000)))
    line_filter = LineFilter(buffer, filters_of("line"))
    assert line_filter.work(0)
    assert line_filter.before(buffer.end_id) == 19_999
    assert line_filter.after(-1) != 0


def test_neighbours_are_those_that_pass() -> None:
    line_filter = sifted(buffer_of("a", "b", "a", "b", "a"), filters_of("a"))
    assert (line_filter.after(0), line_filter.before(4), line_filter.after(4), line_filter.before(0)) == (2, 2, None, None)
    assert (line_filter.index(0), line_filter.index(3), line_filter.index(99)) == (0, 2, 3)
    assert 2 in line_filter
    assert 1 not in line_filter


# --- searching ---


def test_a_match_is_found_far_in_a_long_line_even_by_a_costly_expression() -> None:
    text = "x" * 3000 + " took 15ms today"
    assert Search(r"\d+ms \w+").spans(text) == [(3006, 3016)]
    assert Search(r"today$").found(text)
    assert Search(r"a+b+c$").found(text) is False


@pytest.mark.parametrize("look", [lambda search: search.found(SLOW_LINE), lambda search: search.spans(SLOW_LINE)])
def test_a_search_that_takes_too_long_is_for_the_text_itself(look: Callable[[Search], object]) -> None:
    search = Search(SLOW)
    assert not look(search)
    assert "Too slow" in search.problem
    assert search.found(f"here is {SLOW}")


def test_what_was_judged_by_a_slow_expression_is_judged_again() -> None:
    texts = ["aaa 1", SLOW, *["other"] * 3000, SLOW_LINE, "bbb 2"]
    assert shown(sifted(buffer_of(*texts), filters_of(SLOW))) == [SLOW]
    assert len(counted(buffer_of(*texts), SLOW)) == 1


def counted(buffer: LogBuffer, text: str, rows: Rows | None = None) -> Finding:
    finding = Finding(rows or Rows(buffer), text)
    while finding.work(1.0):
        pass
    return finding


@pytest.mark.parametrize("text", ["b", "B", "a b", "é", "É", ".c", r"\bb", "(a|b) b", "a+", "日.語", "[éx]"])
def test_what_is_found_is_what_the_expression_matches(text: str) -> None:
    lines = ["a b", "B", "é", "É c", "日本語", "aa bb", "\x1b[31ma\x1b[0m b", "xyz", "äc", "naïve a"]
    plain_lines = [re.sub("\x1b.*?m", "", line) for line in lines]
    flags = re.IGNORECASE if text == text.lower() else re.NOFLAG
    finding = counted(buffer_of(*lines), text)
    assert len(finding) == sum(bool(re.search(text, line, flags)) for line in plain_lines)


def test_a_plain_text_is_searched_in_the_stored_bytes() -> None:
    assert all(finder(Search(text).expression) for text in ("timeout", "Time|out", "tui.py", r"a\+b"))
    assert not any(finder(Search(text).expression) for text in ("a+b", "größe", r"\w", "[ab]", "." * 20))


def test_matches_have_a_place_and_neighbours() -> None:
    buffer = buffer_of(*("hit" if n % 10 == 0 else "miss" for n in range(100)))
    finding = counted(buffer, "hit")
    assert (len(finding), finding.place(20), finding.place(21)) == (10, 3, 0)
    assert finding.next(20) == (30, None)
    assert finding.next(20, backwards=True) == (10, None)
    assert finding.next(95) == (None, None)
    assert finding.next(0, backwards=True) == (None, None)


def test_the_next_match_does_not_wait_for_the_count() -> None:
    buffer = buffer_of(*("hit" if n == 7 else "miss" for n in range(50_000)))
    finding = Finding(Rows(buffer), "hit")
    start: int | None = 49_999
    while start is not None:
        found, start = finding.next(start, backwards=True, seconds=0)
    assert found == 7


def test_only_shown_lines_are_found() -> None:
    buffer = buffer_of("a hit", "b hit", "a")
    assert len(counted(buffer, "hit", sifted(buffer, filters_of("a ")))) == 1


def test_a_count_follows_the_buffer() -> None:
    buffer = buffer_of("hit", "miss")
    finding = counted(buffer, "hit")
    finding.changed(buffer.append([entry(5, 0, STDOUT, b"hit"), entry(6, 0, STDOUT, b"hit")]))
    buffer.prepend([entry(-5, 0, STDOUT, b"hit")])
    finding.changed(None)
    while finding.work(1.0):
        pass
    assert len(finding) == 4
