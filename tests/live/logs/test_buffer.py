"""Log buffer: stable ids, limits, searches."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.live.expressions import Expression
from tui.live.logs.buffer import CHUNK_LINES, NOTE, STDERR, STDOUT, Entry, LogBuffer
from tui.live.logs.search import Finder, finder


def entry(time: int, text: str = "", source: int = 0, stream: int = STDOUT, left_out: int = 0) -> Entry:
    return (time, source, stream, (text or f"line {time}").encode(), left_out)


def entries(start: int, stop: int) -> list[Entry]:
    return [entry(time) for time in range(start, stop)]


def times(buffer: LogBuffer) -> list[int]:
    return [line.time_ns for line in buffer.lines(buffer.first_id, buffer.end_id)]


def test_lines_come_back_as_they_were() -> None:
    buffer = LogBuffer()
    buffer.append([entry(1, "one"), entry(2, "", 3, STDERR), entry(3, "note", 1, NOTE), entry(4, "cut", left_out=7)])
    lines = buffer.lines(0, 4)
    assert [(line.id, line.source, line.stream, line.data, line.left_out) for line in lines] == [
        (0, 0, "stdout", b"one", 0),
        (1, 3, "stderr", b"line 2", 0),
        (2, 1, "note", b"note", 0),
        (3, 0, "stdout", b"cut", 7),
    ]
    assert [buffer.line(line.id) for line in lines] == lines


def test_what_is_not_loaded_is_an_error() -> None:
    buffer = LogBuffer()
    buffer.append(entries(0, 3))
    for id in (-1, 3):
        with pytest.raises(IndexError):
            buffer.line(id)
    assert buffer.lines(-10, 10) == buffer.lines(0, 3)


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 3000)), max_size=8))
def test_ids_stay_with_their_lines(batches: list[tuple[bool, int]]) -> None:
    buffer = LogBuffer()
    first = last = 0
    for older, count in batches:
        if older:
            assert buffer.prepend(entries(first - count, first)) == count
            first -= count
        else:
            assert buffer.append(entries(last, last + count)) == last
            last += count
    assert (buffer.first_id, buffer.end_id) == (first, last)
    assert times(buffer) == list(range(first, last))
    assert all(line.id == line.time_ns for line in buffer.lines(first, last))


@given(st.lists(st.lists(st.integers(0, 50), min_size=1, max_size=20), max_size=20))
def test_lines_that_come_late_are_put_in_their_place(batches: list[list[int]]) -> None:
    buffer = LogBuffer()
    for batch in batches:
        before = {line.id: line.time_ns for line in buffer.lines(buffer.first_id, buffer.end_id)}
        changed_from = buffer.append([entry(time) for time in batch])
        same = buffer.lines(buffer.first_id, changed_from)
        assert all(before[line.id] == line.time_ns for line in same)
    assert times(buffer) == sorted(time for batch in batches for time in batch)


def test_what_is_too_much_is_pushed_out_at_the_far_end() -> None:
    buffer = LogBuffer(limit_bytes=500_000)
    for start in range(0, 100_000, 1000):
        buffer.append(entries(start, start + 1000))
        assert buffer.bytes_kept <= 500_000
    assert buffer.end_id == 100_000
    assert buffer.first_id == buffer.dropped_oldest > 0
    assert times(buffer) == list(range(buffer.first_id, 100_000))
    buffer.prepend(entries(buffer.first_id - 10_000, buffer.first_id))
    assert buffer.bytes_kept <= 500_000
    assert buffer.end_id < 100_000
    assert buffer.dropped_newest == 100_000 - buffer.end_id
    assert times(buffer) == list(range(buffer.first_id, buffer.end_id))


def test_a_line_larger_than_the_limit_is_kept_alone() -> None:
    buffer = LogBuffer(limit_bytes=1000)
    buffer.append(entries(0, 20))
    buffer.append([entry(50, "x" * 5000)])
    assert buffer.line(buffer.end_id - 1).data == b"x" * 5000


def test_other_lines_have_other_ids() -> None:
    buffer = LogBuffer()
    buffer.append(entries(0, 10))
    buffer.replace(entries(0, 5))
    assert (buffer.first_id, buffer.end_id) == (10, 15)
    assert times(buffer) == [0, 1, 2, 3, 4]


def test_a_time_is_found() -> None:
    buffer = LogBuffer()
    buffer.append([entry(time * 10) for time in range(10_000)])
    assert [buffer.id_at(time) for time in (-5, 0, 5, 10, 99_990, 99_991)] == [0, 0, 1, 1, 9999, 10_000]


# searching


LINES = ["alpha", "beta \x1b[31mred\x1b[0m end", "Gamma", "", "alphabet", "tab\there", "x" * 5000 + "far"] + ["rest"] * 3000


def filled() -> LogBuffer:
    buffer = LogBuffer()
    buffer.append([entry(n, text) if text else (n, 0, STDOUT, b"", 0) for n, text in enumerate(LINES)])
    assert len(LINES) > CHUNK_LINES
    return buffer


WORDS = [
    "alpha",
    "beta red end",
    "gamma",
    "Gamma",
    "ta..red",
    "tab.here",
    "far",
    "rest",
    "alpha|rest",
    "nothing at all",
    r"\-",
    "",
]


def ready(text: str) -> Finder:
    found = finder(Expression(text))
    assert found is not None
    return found


@pytest.mark.parametrize("text", WORDS)
def test_a_search_finds_what_looking_at_each_line_finds(text: str) -> None:
    expression = Expression(text)
    right = [n for n, line in enumerate(LINES) if expression.found(re.sub("\x1b\\[[0-9;]*m", "", line))]
    assert filled().matches(ready(text), 0, len(LINES), budget=60).ids == right


def test_a_search_stops_when_its_time_is_over_and_goes_on_later() -> None:
    buffer = filled()
    found: list[int] = []
    part, steps = buffer.matches(ready("rest"), 0, buffer.end_id, budget=0), 1
    while True:
        found += part.ids
        if part.next is None:
            break
        part, steps = buffer.matches(ready("rest"), part.next, buffer.end_id, budget=0), steps + 1
    assert found == list(range(7, 3007))
    assert steps > 1


def test_an_empty_buffer_has_nothing() -> None:
    buffer = LogBuffer()
    assert buffer.matches(ready("x"), 0, 10).ids == []
    assert buffer.lines(0, 10) == []
    assert buffer.id_at(5) == 0
