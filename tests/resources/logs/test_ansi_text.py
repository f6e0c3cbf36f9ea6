"""Output of programs: colours are kept, other control sequences are removed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.resources.logs.ansi_text import LONGEST, plain, spans, whole
from tui.resources.model.text import clean


def text_of(data: bytes) -> str:
    return "".join(span.text for span in spans(data))


@pytest.mark.parametrize(
    ("data", "text", "style"),
    [
        (b"\x1b[31mred\x1b[0m", "red", "fg-1"),
        (b"\x1b[1;92mok", "ok", "sgr-bold fg-10"),
        (b"\x1b[38;5;208mx", "x", "fg-208"),
        (b"\x1b[48;2;255;135;0mx", "x", "bg-ff8700"),
        (b"\x1b[38:2::255:135:0mx", "x", "fg-ff8700"),
        (b"\x1b[4:3mx", "x", "sgr-underline"),
        (b"\x1b[1m\x1b[22mx", "x", ""),
        (b"\x1b[31m\x1b[mx", "x", ""),
        (b"\x1b[31;38;5;999mx", "x", "fg-1"),
        (b"\x1b[5;8mseen", "seen", ""),
    ],
)
def test_colours_become_words_for_styles(data: bytes, text: str, style: str) -> None:
    assert [span for span in spans(data) if span.text] == [(text, style)]


@pytest.mark.parametrize(
    "data",
    [
        b"a\x1b[2Jb",
        b"a\x1b[10;10Hb",
        b"a\x1b]0;owned\x07b",
        b"a\x1b]8;;http://x\x1b\\b",
        b"a\x1bP1$r\x1b\\b",
        b"a\x1b(0b",
        b"a\x1bcb",
        b"a\x1b[?1049hb",
        b"a\x1b[>4;1mb",
        b"ab\x1b[3",
    ],
)
def test_every_other_control_sequence_is_gone(data: bytes) -> None:
    assert plain(data) == text_of(data) == whole(data) == "ab"


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b"10%\r50%\r100%\r\n", "100%"),
        (b"tty line\r", "tty line"),
        (b"\r\r", ""),
        (b"\x1b[32mgo\rdone", "done"),
    ],
)
def test_a_progress_bar_shows_its_last_state(data: bytes, shown: str) -> None:
    assert plain(data) == text_of(data) == shown


def test_a_progress_bar_keeps_the_colour_it_began_with() -> None:
    assert spans(b"\x1b[32mgo\rdone")[-1] == ("done", "fg-2")


def test_tabs_stand_where_they_stand_in_the_whole_line() -> None:
    assert plain(b"ab\tc") == text_of(b"ab\tc") == "ab      c"
    assert text_of(b"a\x1b[31mb\tc") == "ab      c"
    assert whole(b"ab\tc") == plain(b"ab\tc", tabs=True) == "ab\tc"


def test_an_endless_line_is_abbreviated_and_whole_for_its_detail() -> None:
    data = b"x" * 5_000_000
    assert len(plain(data)) == len(text_of(data)) == LONGEST
    assert len(whole(data)) == 5_000_000


@given(st.binary(max_size=200))
def test_whatever_is_written_nothing_of_it_reaches_the_terminal(data: bytes) -> None:
    for text in (plain(data), text_of(data), whole(data).replace("\n", "")):
        assert clean(text) == text


@given(st.lists(st.sampled_from([b"\x1b[31m", b"\x1b[0m", b"\t", b"abc", b"\r", b"\xff", "ä日".encode(), b"\x1b]", b"\x07"])))
def test_what_is_searched_is_what_is_shown(parts: list[bytes]) -> None:
    data = b"".join(parts)
    assert plain(data) == text_of(data)
