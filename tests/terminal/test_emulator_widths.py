"""Widths of characters in columns, as in xterm and the C libraries."""

import unicodedata

import pytest
from rich.cells import cell_len

from tui.terminal.widths import DROP, NARROW, PIECES, padded, width_of


@pytest.mark.parametrize(
    ("char", "width"),
    [
        ("a", 1),
        ("é", 1),
        ("─", 1),
        ("☰", 1),
        ("䷀", 1),
        ("中", 2),
        ("Ａ", 2),
        ("한", 2),
        ("😀", 2),
        ("\u0301", 0),
        ("\u200d", 0),
        ("\ufe0f", 0),
        ("🇩", 1),
        ("\u0903", 1),
        ("\ue0b0", 1),
        ("\u202e", DROP),
        ("\ufeff", DROP),
    ],
)
def test_a_character_takes_its_columns(char: str, width: int) -> None:
    assert width_of(char) == width


def test_stretches_that_are_not_looked_up_have_the_width_they_are_taken_for() -> None:
    for char in map(chr, (*range(0x20, 0x7F), *range(0xA0, 0xD800), *range(0xE000, 0x10000))):
        match = PIECES.match(char)
        if match and match.lastindex and unicodedata.category(char) != "Cn":
            assert width_of(char) == match.lastindex, hex(ord(char))


def test_stretches_of_one_width_agree_with_the_widths_of_their_characters() -> None:
    """Such text is written without looking at each character, and drawn as it is."""
    for code in range(0x20, 0x30000):
        char = chr(code)
        if NARROW(char):
            assert (width_of(char), cell_len(char)) == (1, 1), hex(code)
        elif padded(char, "-") is not None:
            assert width_of(char) == 2, hex(code)


def test_a_filler_follows_each_wide_character() -> None:
    assert padded("a中文😀é", "-") == "a中-文-😀-é"
    assert padded("e\u0301", "-") is None
    assert padded("a" * 100_000 + "\u0301", "-") is None
