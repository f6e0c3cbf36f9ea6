"""Lines from an engine's frames, wherever the data is split."""

import re
from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.fuzz.lines import one
from tui.engine.transport.frames import Frame
from tui.live.logs.buffer import STDERR, STDOUT, Entry
from tui.live.logs.line_parser import KEPT, LineReader, stamp_of, without_unfinished
from tui.live.logs.messages import MESSAGE, Ends
from tui.live.logs.timestamps import LATEST, Stamps, may_become_stamp

STAMP = "2026-01-31T12:00:00.{:09d}Z "
BASE = 1_769_860_800 * 10**9


def lines_of(frames: Iterable[Frame], tty: bool = False) -> list[Entry]:
    """All lines of a log that is at hand."""
    reader = LineReader(0, tty)
    for frame in frames:
        reader.feed(frame)
    reader.finish()
    return reader.take()


def message(nanosecond: int, text: str) -> bytes:
    return (STAMP.format(nanosecond) + text).encode()


def read(*messages: bytes, tty: bool = False) -> list[tuple[int, str]]:
    """Return time and text of the lines in these messages of stdout."""
    return [(time - BASE, data.decode()) for time, _, _, data, _ in lines_of([Frame("stdout", each) for each in messages], tty)]


@pytest.mark.parametrize("tty", [False, True])
def test_a_message_is_a_line(tty: bool) -> None:
    end = "\r\n" if tty else "\n"
    assert read(message(1, "one" + end), message(2, end), message(3, "three" + end), tty=tty) == [
        (1, "one"),
        (2, ""),
        (3, "three"),
    ]


def test_outputs_do_not_mix() -> None:
    frames = [
        Frame("stdout", message(1, "x" * 16384)),
        Frame("stderr", message(2, "error\n")),
        Frame("stdout", message(1, "end\n")),
    ]
    assert [(entry[2], entry[3]) for entry in lines_of(frames)] == [(STDERR, b"error"), (STDOUT, b"x" * 16384 + b"end")]


def test_a_run_that_ended_within_a_line() -> None:
    assert read(message(1, "unfinished"), message(2, "next\n")) == [(1, "unfinished"), (2, "next")]
    assert read(message(1, "unfinished")) == [(1, "unfinished")]


def test_where_the_engine_ended_a_ttys_stream_a_message_ended() -> None:
    ends: Ends = {}
    first = LineReader(0, True, ends=ends)
    first.feed(Frame("stdout", message(1, "whole\r\n") + message(2, "/ # ")))
    first.finish()
    assert [entry[3] for entry in first.take()] == [b"whole", b"/ # "]
    sent = message(1, "whole\r\n") + message(2, "/ # ") + message(3, "/ # ls\r\n")
    for size in (1, 7, len(sent)):
        second = LineReader(0, True, ends=ends)
        for at in range(0, len(sent), size):
            second.feed(Frame("stdout", sent[at : at + size]))
        assert [entry[3] for entry in second.take()] == [b"whole", b"/ # ", b"/ # ls"]


OWN_STAMPS = [
    STAMP.format(5),
    STAMP.format(999_999_999),
    "2031-05-06T07:08:09.123456789Z ",
    "2026-13-01T00:00:00.000000000Z ",
    "2026-02-30T25:61:61Z ",
    "9999-12-31T23:59:59.999999999Z ",
    "0001-01-01T00:00:00Z ",
]


@pytest.mark.parametrize("tty", [False, True])
@pytest.mark.parametrize("own", OWN_STAMPS)
def test_a_containers_own_times_are_its_own(own: str, tty: bool) -> None:
    for text in (f"{own}it began", f"at {own}it began", own * 2, "x" * (MESSAGE - 40) + own):
        assert read(message(9, text + "\n"), message(10, "after\n"), tty=tty) == [(9, text), (10, "after")]


@pytest.mark.parametrize("tty", [False, True])
@pytest.mark.parametrize("own", OWN_STAMPS)
def test_only_the_lines_own_time_goes_on_after_16_kib(own: str, tty: bool) -> None:
    first, second = "x" * MESSAGE, f"{own}y{own}"
    assert read(message(9, first), message(9, second + "\n"), tty=tty) == [(9, first + second)]


@pytest.mark.parametrize(
    ("stamp", "time_ns"),
    [(b"9999-12-31T23:59:59.999999999Z ", LATEST), (b"0001-01-01T00:00:00Z ", 0), (b"1969-12-31T23:59:59Z ", 0)],
)
def test_times_that_cannot_be_counted_become_the_nearest_that_can(stamp: bytes, time_ns: int) -> None:
    assert [entry[:4] for entry in lines_of([Frame("stdout", stamp + b"text\n")])] == [(time_ns, 0, STDOUT, b"text")]


@pytest.mark.parametrize("stamp", ["2026-13-01T00:00:00Z ", "2026-02-30T00:00:00Z ", "2026-01-01T24:00:00Z "])
def test_a_time_of_no_day_is_text(stamp: str) -> None:
    assert read(message(9, "before\n"), f"{stamp}text\n".encode()) == [(9, "before"), (9, f"{stamp}text")]


@given(
    st.integers(0, 35), st.sampled_from([b"2026-01-31T12:00:00.123456789+01:00 ", b"2026-01-31T12:00:00Z ", b"2026-01-31T1"])
)
def test_the_beginning_of_a_stamp_is_waited_for(length: int, stamp: bytes) -> None:
    begun = stamp[:length]
    assert may_become_stamp(begun) is (Stamps().read(begun) is None and len(begun) < 36)
    assert not may_become_stamp(begun + b"x")


def test_other_forms_of_time() -> None:
    assert read(
        b"2026-01-31T12:00:00Z plain\n", b"2026-01-31T13:00:00.5+01:00 east\n", b"2026-01-31T11:00:00.25-01:00 west\n"
    ) == [
        (0, "plain"),
        (500_000_000, "east"),
        (250_000_000, "west"),
    ]


def test_a_log_without_times_is_not_lost() -> None:
    assert [data for _, data in read(b"no time\n", b"at all\n")] == ["no time", "at all"]


@pytest.mark.parametrize("tty", [False, True])
def test_a_line_of_100_mb_is_kept_abbreviated(tty: bool) -> None:
    reader = LineReader(0, tty)
    piece = message(1, "x" * 16384)
    for _ in range(6400):
        reader.feed(Frame("stdout", piece))
    reader.feed(Frame("stdout", message(1, "end\n")))
    reader.feed(Frame("stdout", message(2, "next\n")))
    (_, _, _, data, left_out), following = reader.take()
    assert data == b"x" * KEPT
    assert len(data) + left_out == 6400 * 16384 + 3
    assert following[3] == b"next"


WORDS = st.text(alphabet="ab\rZ:\t 2026-é", max_size=30).map(lambda text: re.sub(r"\r$", "", text))


@given(st.lists(st.tuples(st.booleans(), WORDS), max_size=12), st.lists(st.integers(0, 600)), st.booleans())
def test_where_it_is_cut_means_nothing(lines: list[tuple[bool, str]], cuts: list[int], tty: bool) -> None:
    frames: list[Frame] = []
    for nanosecond, (error, text) in enumerate(lines):
        data = message(nanosecond, text + ("\r\n" if tty else "\n"))
        places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
        name = "stderr" if error and not tty else "stdout"
        frames += [Frame(name, data[a:b], a > 0) for a, b in pairwise(places)]
    assert [(entry[0] - BASE, entry[3].decode(), entry[2]) for entry in lines_of(frames, tty)] == [
        (nanosecond, text, STDERR if error and not tty else STDOUT) for nanosecond, (error, text) in enumerate(lines)
    ]


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    one(data)


@given(
    st.sampled_from([0, 1, 2, 3]),
    st.binary(min_size=4, max_size=4),
    st.lists(
        st.binary(max_size=20).map(lambda text: text.replace(b"\n", b"")) | st.sampled_from([b"\x05", b"\x06" * 90]), max_size=8
    ),
    st.lists(st.sampled_from([b"", b"\x01", b"\x02", b"\x03", b"\x04", b"\x05\xc3", b"\n", b"\r"]), max_size=8),
)
def test_no_text_is_lost_whatever_it_looks_like(mode: int, sizes: bytes, texts: list[bytes], between: list[bytes]) -> None:
    joints = between or [b"\n"]
    one(bytes([mode]) + sizes + b"".join(text + joints[n % len(joints)] for n, text in enumerate(texts)))


def test_times_for_requests_are_exact() -> None:
    assert stamp_of(BASE + 7) == "1769860800.000000007"


def test_the_beginning_of_a_line_that_is_still_written_is_left_to_the_following_stream() -> None:
    whole, begun = (BASE, 0, STDOUT, b"whole", 0), (BASE + 1, 0, STDOUT, b"x" * MESSAGE, 0)
    other = (BASE + 2, 0, STDERR, b"x" * KEPT, MESSAGE)  # abbreviated
    assert without_unfinished([whole, begun]) == [whole]
    assert without_unfinished([whole, begun, other]) == [whole]
    assert without_unfinished([begun, whole]) == [begun, whole]
    assert without_unfinished([begun]) == [begun]
    assert without_unfinished([]) == []
    prompt = (BASE + 1, 0, STDOUT, b"sh-5$ ", 0)
    assert without_unfinished([whole, prompt]) == [whole, prompt]
