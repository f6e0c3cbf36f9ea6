"""Text from an engine cannot control a terminal, and always fits its place."""

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from tui.resources.model.text import Span, cells, clean, count, cut, cut_left, decode, line, one_line, pad, plain

ANY_TEXT = st.text(st.characters(), max_size=60)  # surrogates too


@given(ANY_TEXT)
def test_clean_text_holds_nothing_a_terminal_obeys(text: str) -> None:
    for letter in clean(text):
        assert letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cs", "Zl", "Zp")
        assert unicodedata.bidirectional(letter) not in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "␛[31mred"),
        ("\x1b]52;c;eA==\x07", "␛]52;c;eA==␇"),
        ("a\x9b31mb", "a�31mb"),
        ("evil\u202egpj.exe", "evil�gpj.exe"),
        ("half \ud83d", "half �"),
        ("we\u200bb \ufeffapi\u2060", "we�b �api�"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\x7fb\x00", "a␡b␀"),
        ("one\r\ntwo\tthree", "one\ntwo\tthree"),
        ("[red]not markup[/]", "[red]not markup[/]"),
        ("👩‍👩‍👧 é", "👩‍👩‍👧 é"),
    ],
)
def test_clean_shows_what_was_there(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_a_cell_is_one_line() -> None:
    assert one_line("one\ntwo\tthree\r\nfour") == "one two three four"


def test_bytes_that_are_no_text_are_still_shown() -> None:
    assert decode(b"ok \xff\x1b") == "ok �␛"


@pytest.mark.parametrize(
    ("text", "width"),
    [("web", 3), ("한글", 4), ("é", 1), ("e\u0301", 1), ("👍🏽", 2), ("🇩🇪", 2), ("❤️", 2), ("", 0), ("👩‍👩‍👧", 2)],
)
def test_cells_are_what_a_terminal_uses(text: str, width: int) -> None:
    assert cells(text) == width


@given(ANY_TEXT, st.integers(0, 30))
def test_padded_text_takes_exactly_its_width(text: str, width: int) -> None:
    assert cells(pad(one_line(text), width)) == width
    assert cells(pad(one_line(text), width, right=True)) == width
    assert cells(cut_left(one_line(text), width)) <= width


@given(ANY_TEXT)
def test_text_that_fits_is_left_alone(text: str) -> None:
    assert cut(one_line(text), 200) == one_line(text)


def test_cut_never_halves_a_character() -> None:
    assert cut("한글말", 4) == "한…"
    assert cut("e\u0301e\u0301e\u0301", 2) == "e\u0301…"
    assert cut("🇩🇪🇫🇷🇪🇸", 5) == "🇩🇪🇫🇷…"
    assert cut("longshore", 5) == "long…"
    assert cut("x", 0) == ""
    assert cut_left("/var/lib/docker/volumes", 8) == "…volumes"


def test_a_million_marks_on_one_letter_cost_nothing() -> None:
    joke = "a" + "\u0301" * 1_000_000
    assert cells(pad(joke, 20)) == 20


def test_signs_of_our_own_are_as_wide_as_the_tables_say() -> None:
    for letter in "…→•▾▸▲▼é¿":
        assert cells(letter) == wcswidth(letter) == 1


def test_plain_text_needs_no_tables() -> None:
    program = "import sys; from tui.resources.model.text import pad; pad('8080→80 …é', 5); sys.exit('wcwidth' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_right_aligned() -> None:
    assert pad("7", 3, right=True) == "  7"


def test_a_line_is_cleaned_span_by_span() -> None:
    assert line("Image ", Span("a\nb", "accent"), "") == (Span("Image "), Span("a b", "accent"))
    assert plain(line("a", Span("b", "dim"))) == "ab"


def test_counting() -> None:
    assert count(1, "container") == "1 container"
    assert count(2, "container") == "2 containers"
    assert count(0, "process", "processes") == "0 processes"
