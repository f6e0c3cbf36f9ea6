"""Scrolling back: moving, searching and copying in a frozen screen."""

import pytest

from tui.terminal.emulator import Emulator
from tui.terminal.packed import packed
from tui.terminal.review import Review, Shade


def review(data: bytes, rows: int = 5, columns: int = 20) -> Review:
    """Return the last `rows` rows and everything above them, after a program wrote `data`."""
    emulator = Emulator(columns, rows)
    emulator.feed(data)
    back = [emulator.scrollback[n] for n in range(len(emulator.scrollback))]
    lines = [*back, *(packed(row) for row in emulator.screen.screen_rows)]
    return Review(lines, rows, len(back), len(back) + emulator.cursor.y)


@pytest.fixture
def hundred() -> Review:
    return review(b"\r\n".join(b"line %d" % number for number in range(100)))


def press(found: Review, *keys: str) -> list[str]:
    return [found.key(key, key if len(key) == 1 else None) for key in keys]


def shown(found: Review) -> list[str]:
    return ["".join(text for text, _ in found.runs(y)) for y in range(found.rows)]


def test_it_begins_where_the_program_is(hundred: Review) -> None:
    assert shown(hundred) == [f"line {number}" for number in range(95, 100)]
    assert hundred.line == 99


def test_keys_of_less_and_vim_move(hundred: Review) -> None:
    press(hundred, "g")
    assert shown(hundred)[0] == "line 0"
    press(hundred, "j", "j", "pagedown")
    assert hundred.line == 7
    press(hundred, "G")
    assert hundred.at_end
    press(hundred, "pageup", "k")
    assert hundred.line == 93


def search(found: Review, text: str) -> None:
    press(found, "slash", *text)
    found.key("enter", "\r")


def test_a_search_goes_up_from_the_end_and_round(hundred: Review) -> None:
    search(hundred, "line 1.$")
    assert hundred.line == 19
    assert hundred.shades(hundred.line - hundred.top) == [Shade(0, 7, "current")]
    press(hundred, "n")
    assert hundred.line == 18
    press(hundred, "N", "N")
    assert hundred.line == 10
    assert "other end" in hundred.status()


def test_a_search_for_nothing_there_says_so(hundred: Review) -> None:
    search(hundred, "nowhere")
    assert "not found" in hundred.status()
    assert hundred.line == 99


def test_a_broken_expression_is_searched_as_it_stands() -> None:
    found = review(b"a\r\nuse [brackets\r\nz")
    search(found, "[brac")
    assert found.line == 1


def test_lines_are_selected_and_copied(hundred: Review) -> None:
    search(hundred, "line 10$")
    press(hundred, "v", "j", "j")
    assert press(hundred, "y") == ["copy"]
    assert hundred.selected() == "line 10\nline 11\nline 12"


def test_wrapped_rows_are_copied_as_one_line() -> None:
    found = review(b"x" * 45 + b"\r\nshort", columns=20)
    press(found, "g")
    assert found.selected() == "x" * 45


def test_characters_are_selected_with_the_mouse() -> None:
    found = review(b"first row\r\nsecond row")
    found.select((6, 0), (5, 1))
    assert found.selected() == "row\nsecond"
    assert found.shades(0) == [Shade(6, 1 << 16, "selection")]


def test_leaving_gives_a_selection_up_first(hundred: Review) -> None:
    press(hundred, "v")
    assert press(hundred, "escape", "escape") == ["", "leave"]


def test_an_empty_screen_can_be_looked_at() -> None:
    found = review(b"")
    press(found, "g", "G", "n", "v", "pagedown")
    assert press(found, "y") == ["copy"]
    assert found.selected().strip() == ""
