"""There is one set of characters that are not printed as they are, and no text of the engine's gets past it."""

import re

import pytest

from tui.engine import errors
from tui.engine.printable import LONGEST_LINE, UNSAFE, clean, one_line, sentence
from tui.resources.model import text

UNSAFE_SAMPLES = {
    "C0": "\x00\x07\x1b\x1f",
    "DEL": "\x7f",
    "C1": "\x80\x9b\x9d\x9f",
    "reading direction": "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    "separators": "\u2028\u2029",
    "zero width": "\u180e\u200b\u2060\u2064\u206a\u206f\ufeff\ufff9",
    "surrogates": "\ud800\udbff\udc00\udfff",
}


@pytest.mark.parametrize("kind", UNSAFE_SAMPLES)
def test_no_unsafe_character_is_left_in_a_line_or_a_sentence(kind: str) -> None:
    for letter in UNSAFE_SAMPLES[kind]:
        said = f"a{letter}b"
        assert not re.search(f"[{UNSAFE}]", one_line(said) + sentence(said)), ascii(letter)
        assert len(one_line(said)) == 3, "the reader sees that there was something"
        assert clean(said) == one_line(said)
        assert sentence(said) == "a b"


def test_the_screens_and_the_client_share_one_definition() -> None:
    assert text.one_line is errors.one_line is one_line
    assert text.clean is clean


def test_a_line_keeps_its_blanks_and_a_sentence_has_single_ones() -> None:
    assert one_line(" a  b\r\n\tc ") == " a  b  c "
    assert sentence(" a  b\r\n\tc ") == "a b c"


def test_a_sentence_is_never_long() -> None:
    assert len(sentence("word " * 10**6)) == LONGEST_LINE + 1
