"""Lines out of an engine's frames, wherever they are cut."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.engine.frames import Frame
from tui.live.logbuffer import STDERR, STDOUT
from tui.live.loglines import KEPT, LineReader, lines_of, stamp_of

STAMP = "2026-01-31T12:00:00.{:09d}Z "
BASE = 1_769_860_800 * 10**9


def message(nanosecond: int, text: str) -> bytes:
    return (STAMP.format(nanosecond) + text).encode()


def read(*messages: bytes, tty: bool = False) -> list[tuple[int, str]]:
    """Time and text of the lines in these messages of standard output."""
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


@pytest.mark.parametrize("tty", [False, True])
def test_a_run_that_ended_within_a_line(tty: bool) -> None:
    assert read(message(1, "unfinished"), message(2, "next\n"), tty=tty) == [(1, "unfinished"), (2, "next")]
    assert read(message(1, "unfinished"), tty=tty) == [(1, "unfinished")]


@pytest.mark.parametrize("tty", [False, True])
def test_a_containers_own_times_are_its_own(tty: bool) -> None:
    own = f"at {STAMP.format(5)}it began"
    assert read(message(9, own + "\n"), tty=tty) == [(9, own)]
    assert read(message(9, STAMP.format(5) + "began\n"), tty=tty) == [(9, STAMP.format(5) + "began")]


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
        frames += [Frame(name, data[a:b]) for a, b in pairwise(places)]
    assert [(entry[0] - BASE, entry[3].decode(), entry[2]) for entry in lines_of(frames, tty)] == [
        (nanosecond, text, STDERR if error and not tty else STDOUT) for nanosecond, (error, text) in enumerate(lines)
    ]


def test_times_for_requests_are_exact() -> None:
    assert stamp_of(BASE + 7) == "1769860800.000000007"
