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
    return Review(lines, rows, len(back), len(back) + emulator.cursor.y, columns=columns)


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


# wide and joined characters, and wrapped lines


@pytest.mark.parametrize(
    ("text", "start", "end", "selected"),
    [
        ("中文字 hello", 7, 11, "hello"),
        ("中文字 hello", 0, 0, "中"),
        ("中文字 hello", 1, 2, "中文"),
        ("中文字 hello", 5, 6, "字 "),
        ("e\u0301a\u0300 x", 0, 0, "e\u0301"),
        ("e\u0301a\u0300 x", 1, 3, "a\u0300 x"),
    ],
)
def test_what_is_selected_is_what_is_under_the_mouse(text: str, start: int, end: int, selected: str) -> None:
    found = review(text.encode())
    found.select((start, 0), (end, 0))
    assert found.selected() == selected.rstrip()


def test_the_selection_covers_whole_characters() -> None:
    found = review("中文字 hello".encode())
    found.select((1, 0), (2, 0))
    assert found.shades(0) == [Shade(0, 4, "selection")]


def test_a_match_is_marked_where_it_is_shown() -> None:
    found = review("中文字 hello".encode())
    search(found, "hello")
    assert found.shades(0) == [Shade(7, 12, "current")]


def test_a_match_goes_over_the_end_of_a_row() -> None:
    found = review(b"0123456789abcdefghijklmnop\r\n$ ", columns=20)
    search(found, "hijkl")
    assert found.line == 0
    assert found.shades(0) == [Shade(17, 20, "current")]
    assert found.shades(1) == [Shade(0, 2, "match")]


def test_each_row_with_a_match_of_a_wrapped_line_is_visited() -> None:
    found = review(b"x" * 15 + b"needle" + b"y" * 30 + b"needle\r\n$ ", columns=20)
    search(found, "needle")
    assert found.line == 2
    press(found, "n")
    assert found.line == 0
    press(found, "N")
    assert found.line == 2


def test_a_blank_that_fills_a_row_before_a_wide_character_is_not_text() -> None:
    found = review("abc中文\r\n$ ".encode(), columns=4)
    search(found, "abc中文")
    assert found.line == 0
    found.select((0, 0), (3, 1))
    assert found.selected() == "abc中文"


def test_blanks_at_the_end_of_a_wrapped_row_are_copied() -> None:
    found = review(b"0123456789012345678  end\r\n$ ", columns=20)
    press(found, "g")
    assert found.selected() == "0123456789012345678  end"


def test_another_width_wraps_the_lines_again_and_keeps_the_place() -> None:
    found = review(b"a" * 30 + b"\r\nneedle " + b"b" * 30 + b"\r\n$ ", columns=20)
    search(found, "needle")
    assert found.line == 2
    found.resize(5, 80)
    assert found.line == 1
    assert shown(found)[:2] == ["a" * 30, "needle " + "b" * 30]
    assert found.shades(found.line - found.top)[0] == Shade(0, 6, "current")


def test_links_of_the_line_are_shown_one_after_another_and_copied() -> None:
    found = review(
        b"\x1b]8;;http://a.example/\x1b\\one\x1b]8;;\x1b\\ and \x1b]8;;http://b.example/\x1b\\two\x1b]8;;\x1b\\\r\nx"
    )
    press(found, "g", "l")
    assert "link to http://a.example/" in found.status()
    press(found, "l")
    assert "link to http://b.example/" in found.status()
    assert press(found, "y") == ["copy"]
    assert found.selected() == "http://b.example/"
    press(found, "j", "l")
    assert "no link" in found.status()
    assert found.selected() == "x"


# --- prompts that a shell marks ---

A, C = b"\x1b]133;A\x07", b"\x1b]133;C\x07"


def command(text: bytes, output: bytes, code: int = 0) -> bytes:
    """Return what a shell with marks writes for a command."""
    return A + b"$ \x1b]133;B\x07" + text + b"\r\n" + C + output + b"\x1b]133;D;%d\x07" % code


def session(*outputs: bytes, rows: int = 5, columns: int = 20) -> Review:
    return review(b"".join(command(b"run %d" % n, output) for n, output in enumerate(outputs)) + A + b"$ ", rows, columns)


def at(found: Review) -> str:
    return "".join(text for text, _ in found.runs(found.line - found.top))


def test_brackets_go_from_prompt_to_prompt() -> None:
    found = session(b"a\r\n", b"b\r\nc\r\n", b"d\r\n" * 30)
    assert "[ ] prompt" in found.status()
    press(found, "left_square_bracket")
    assert at(found) == "$ run 2"
    press(found, "left_square_bracket")
    assert at(found) == "$ run 1"
    press(found, "left_square_bracket", "left_square_bracket")
    assert (at(found), found.note) == ("$ run 0", "no further prompt")
    press(found, "right_square_bracket")
    assert at(found) == "$ run 1"


def test_the_output_of_the_last_command_is_selected() -> None:
    found = session(b"a\r\n", b"b\r\nc\r\n")
    assert press(found, "o", "y") == ["", "copy"]
    assert found.selected() == "b\nc"
    press(found, "left_square_bracket", "o")
    assert found.selected() == "b\nc"
    press(found, "left_square_bracket", "left_square_bracket", "o")
    assert found.selected() == "a"


def test_a_command_without_output_is_passed_over() -> None:
    found = session(b"a\r\n", b"")
    assert found.select_output()
    assert found.selected() == "a"


@pytest.mark.parametrize("columns", [20, 12])
def test_output_without_a_last_line_end_stops_before_the_prompt(columns: int) -> None:
    found = session(b"b\r\nlong enough", columns=columns)
    assert found.select_output()
    assert found.selected() == "b\nlong enough"


def test_marks_of_prompts_alone_are_enough() -> None:
    found = review(A + b"$ ls\r\na b\r\nc\r\n" + A + b"$ ")
    assert found.select_output()
    assert found.selected() == "a b\nc"


def test_marks_stay_with_their_lines_when_the_width_changes() -> None:
    emulator = Emulator(30, 4)
    output = b"".join(command(b"echo number %d and more" % n, b"x" * 40 + b"%d\r\n" % n) for n in range(4))
    emulator.feed(output + A + b"$ ")
    for columns in (12, 50, 9, 30):
        emulator.resize(columns, 4)
        back = [emulator.scrollback[n] for n in range(len(emulator.scrollback))]
        lines = [*back, *(packed(row) for row in emulator.screen.screen_rows)]
        found = Review(lines, 4, len(back), len(back) + emulator.cursor.y, columns=columns)
        for number in (3, 2, 1, 0):
            press(found, "left_square_bracket")
            assert at(found).startswith("$ echo")
            press(found, "o")
            assert found.selected() == "x" * 40 + str(number)
            press(found, "escape", "left_square_bracket")


def test_a_shell_that_marks_nothing_is_said(hundred: Review) -> None:
    press(hundred, "left_square_bracket")
    assert hundred.note == "the shell has marked no prompt (OSC 133)"
    assert not hundred.select_output()
    assert "[ ]" not in hundred.status()


def test_the_alternate_screen_has_no_marks() -> None:
    assert not review(b"\x1b[?1049h" + A + b"$ ").select_output()
