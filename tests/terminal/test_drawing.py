"""Drawing of a row: as wide as the screen for any content, with the program's colours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style as RichStyle

from tui.terminal.drawing import draw, safe, with_cursor, with_shades
from tui.terminal.emulator import Emulator
from tui.terminal.review import Shade
from tui.widgets.frame_diff import Letters
from tui.widgets.textual_internals.character_widths import Widths

CLUSTERS = Widths(joined=2, toned=2, flag=2, emoji=2, indic=1, trigram=1)
"""A terminal that draws clusters of characters in as many columns as one."""

BASE = RichStyle.parse("#ffffff on #000000")


def drawn(data: bytes, columns: int = 20):  # type: ignore[no-untyped-def]
    emulator = Emulator(columns, 2)
    emulator.feed(data)
    return draw(emulator.row(0), columns, BASE)


def test_text_and_colours_are_the_programs() -> None:
    strip = drawn(b"a\x1b[1;31mred\x1b[0;7mback\x1b[0m")
    looks = {segment.text.strip(): segment.style for segment in strip}
    assert looks["red"].color.number == 1
    assert looks["red"].bold
    assert looks["back"].reverse
    assert looks["a"].color == BASE.color


def test_nothing_blinks() -> None:
    assert not any(segment.style.blink for segment in drawn(b"\x1b[5mblink"))


@pytest.mark.parametrize(
    "text", ["plain", "漢字かな", "e\u0301a\u0300", "👍🏽", "👨‍👩‍👧", "🇨🇭🇩🇪", "☁️", "ﷺ", "\u200b", "a\u00adb", "❤️x"]
)
def test_a_row_is_as_wide_as_the_screen(text: str) -> None:
    strip = drawn(text.encode())
    assert strip.cell_length == 20
    assert cell_len("".join(segment.text for segment in strip)) == 20


@given(st.text(max_size=20))
def test_no_text_shifts_a_row(text: str) -> None:
    pieces, width = safe(text)
    assert cell_len("".join(pieces)) == width
    assert not any("\x1b" in piece for piece in pieces)


@given(st.text(max_size=20))
def test_no_text_shifts_a_row_of_a_terminal_whose_widths_are_known(text: str) -> None:
    pieces, width = safe(text, CLUSTERS)
    assert cell_len("".join(pieces)) == width
    for piece in pieces:
        assert not isinstance(piece, Letters) or len(piece.letters) == cell_len(piece)


@given(st.binary(max_size=60))
def test_no_bytes_shift_a_row(data: bytes) -> None:
    strip = drawn(data, 12)
    assert cell_len("".join(segment.text for segment in strip)) == 12


def test_the_cursor_stands_on_one_character() -> None:
    strip = with_cursor(drawn("a漢b".encode()), 1, 0)
    assert [segment.text for segment in strip if segment.style.reverse] == ["漢"]
    assert with_cursor(drawn(b"abc"), 19, 0).cell_length == 20


def test_a_match_looks_different() -> None:
    strip = with_shades(drawn(b"find me here"), [Shade(5, 7, "selection")])
    assert [segment.text for segment in strip if segment.style.reverse] == ["me"]
    assert strip.cell_length == 20


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("│ 名前 │ 👩\u200d💻 commit é │ ─── ✔ ok", "│ 名前 │ 👩💻 commit é │ ─── ✔ ok"),
        ("👍🏽 ü", "👍   ü"),
        ("🇩🇪 ü", "🇩🇪 ü"),
        ("ü 👨\u200d👩\u200d👧 ü", "ü 👨👩👧 ü"),
        ("☰ ü", "≡ ü"),
        ("e\u0301 ü", "e\u0301 ü"),
    ],
)
def test_only_cells_that_the_screen_would_join_are_substituted(text: str, shown: str) -> None:
    assert "".join(safe(text)[0]) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("👩\u200d💻 é", ["👩\u200d💻", "", "", "", " é"]),
        ("👨\u200d👩\u200d👧|", ["👨\u200d👩\u200d👧", "", "", "", "", "", "|"]),
        ("👍🏽 ü", ["👍🏽", "", "", "", " ü"]),
        ("☝🏽", ["☝🏽", "", ""]),
        ("कि!", ["कि", "", "!"]),
        ("நி!", ["நி", "", "!"]),
        ("☰ ü", ["☰", " ü"]),
    ],
)
def test_what_the_terminal_is_known_to_draw_in_its_columns_stays(text: str, shown: list[str]) -> None:
    pieces, _ = safe(text, CLUSTERS)
    assert [letter for piece in pieces for letter in (piece.letters if isinstance(piece, Letters) else [piece])] == shown


@pytest.mark.parametrize(
    ("text", "widths"),
    [
        ("❤\ufe0f", CLUSTERS),
        ("☰", Widths(trigram=2)),
        ("👩\u200d💻", Widths(joined=5)),
        ("कि", Widths(indic=3)),
        ("☰", Widths()),
    ],
)
def test_what_it_draws_wider_or_in_unknown_widths_is_substituted(text: str, widths: Widths) -> None:
    assert not any(isinstance(piece, Letters) for piece in safe(text, widths)[0])


def test_a_terminal_that_draws_no_emoji_wider_keeps_the_sign_for_one() -> None:
    (piece,) = safe("❤\ufe0f", Widths(emoji=1))[0]
    assert isinstance(piece, Letters)
    assert piece.letters == ["❤\ufe0f"]
