"""Rewrapping after a change of the width: nothing is lost, and the cursor stays on its line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.terminal import Emulator
from tui.terminal.packed import packed, text_of, wrapped_of
from tui.terminal.style import Style

LONG = "abcdefghijklmnopqrstuvwxyz0123456789"


def fed(data: str, columns: int = 40, rows: int = 5) -> Emulator:
    emulator = Emulator(columns, rows)
    emulator.feed(data.encode())
    return emulator


def text(emulator: Emulator) -> list[str]:
    return [row.rstrip() for row in emulator.display]


def place(emulator: Emulator) -> tuple[int, int]:
    return emulator.cursor.x, emulator.cursor.y


def lines(emulator: Emulator) -> list[str]:
    """Return all lines, scrollback and screen, joined where they were wrapped; without blanks at the ends."""
    back = emulator.scrollback
    joined: list[str] = []
    for line in [*(back[n] for n in range(len(back))), *map(packed, emulator.screen.screen_rows)]:
        wrapped = wrapped_of(line)
        if wrapped and joined:
            start = joined[-1].removesuffix(" ") if wrapped == 2 else joined[-1]
            joined[-1] = start + text_of(line)
        else:
            joined.append(text_of(line))
    joined = [line.rstrip() for line in joined]
    while joined and not joined[-1]:
        joined.pop()
    return joined


# the screens of @xterm/headless 6


def test_narrower_and_wider_again_shows_the_same() -> None:
    emulator = fed(LONG + "\r\n$ ")
    emulator.resize(20, 5)
    assert text(emulator) == [LONG[:20], LONG[20:], "$", "", ""]
    assert place(emulator) == (2, 2)
    emulator.resize(40, 5)
    assert text(emulator) == [LONG, "$", "", "", ""]
    assert place(emulator) == (2, 1)


def test_a_wrapped_line_is_joined_on_a_wider_screen() -> None:
    emulator = fed(LONG + "\r\n$ ", columns=20)
    emulator.resize(40, 5)
    assert text(emulator) == [LONG, "$", "", "", ""]
    assert place(emulator) == (2, 1)


def test_lines_behind_the_alternate_screen_come_back_whole() -> None:
    line = "abcdefghijklmnopqrstuvwxyz0123"
    emulator = fed("".join(f"line{n} {line}\r\n" for n in range(9)) + "$ vi\x1b[?1049h\x1b[HVI")
    emulator.resize(20, 5)
    assert text(emulator)[0] == "VI"
    emulator.resize(40, 5)
    emulator.feed(b"\x1b[?1049l")
    assert text(emulator) == [*(f"line{n} {line}" for n in range(5, 9)), "$ vi"]
    assert place(emulator) == (4, 4)
    assert [emulator.line_text(n) for n in range(5)] == [f"line{n} {line}" for n in range(5)]


# the scrollback


def test_the_scrollback_is_wrapped_for_the_new_width() -> None:
    emulator = fed(f"{LONG}\r\n" * 9)
    emulator.resize(20, 5)
    assert emulator.line_text(0) == LONG[:20]
    assert emulator.line_text(1) == LONG[20:]
    assert [emulator.line_wrapped(n) for n in range(3)] == [False, True, False]
    emulator.resize(80, 5)
    assert emulator.line_text(0) == emulator.line_text(1) == LONG


def test_lines_pushed_off_a_narrower_screen_return_to_a_wider_one() -> None:
    emulator = fed(f"{LONG}\r\n" * 4 + "$ ")
    emulator.resize(20, 5)
    assert emulator.scrollback_length == 4
    emulator.resize(40, 5)
    assert emulator.scrollback_length == 0
    assert text(emulator) == [LONG] * 4 + ["$"]


def test_a_line_that_begins_in_the_scrollback_is_joined() -> None:
    emulator = fed("x" * 30 + "\r\n" + "y\r\n" * 3, columns=10, rows=5)
    assert emulator.scrollback_length == 2
    emulator.resize(30, 5)
    assert lines(emulator) == ["x" * 30, "y", "y", "y"]


def test_resizing_leaves_the_scrollback_to_its_reader() -> None:
    """Counted, not timed: only rows that reach the screen are wrapped at once."""
    emulator = fed("".join(f"{n:05} {LONG * 3}\r\n" for n in range(10_000)), columns=120, rows=24)
    before = {id(line) for line in emulator.scrollback._lines}
    emulator.resize(60, 24)
    assert sum(id(line) in before for line in emulator.scrollback._lines) > 9_900
    assert lines(emulator)[-1] == f"{9_999:05} {LONG * 3}"


# what wraps


def test_blanks_at_a_wrap_are_text() -> None:
    emulator = fed("0123456  9abc\r\n$ ", columns=9)
    emulator.resize(20, 5)
    assert text(emulator)[0] == "0123456  9abc"


def test_blanks_at_the_end_take_no_row() -> None:
    emulator = fed("short" + " " * 30 + "\r\n$ ")
    emulator.resize(10, 5)
    assert text(emulator)[:2] == ["short", "$"]


def test_a_wide_character_at_the_edge_leaves_no_blank_behind() -> None:
    emulator = fed("abc中文字\r\n$ ", columns=40)
    for columns in (4, 5, 6, 7, 40):
        emulator.resize(columns, 5)
        assert lines(emulator) == ["abc中文字", "$"]
    assert text(emulator)[0] == "abc中文字"


def test_colours_follow_their_text() -> None:
    emulator = fed("plain\x1b[31mred\x1b[44m blue\x1b[0m\r\n$ ")
    emulator.resize(6, 5)
    assert emulator.row(0) == [("plain", Style()), ("r", Style(fg="red"))]
    assert emulator.row(1)[:2] == [("ed", Style(fg="red")), (" blu", Style(fg="red", bg="blue"))]
    emulator.resize(40, 5)
    assert emulator.row(0)[:3] == [("plain", Style()), ("red", Style(fg="red")), (" blue", Style(fg="red", bg="blue"))]


# the line of the cursor


def test_the_line_of_the_cursor_is_left_to_the_shell() -> None:
    emulator = fed("$ " + LONG)
    emulator.resize(20, 5)
    assert text(emulator)[:2] == ["$ " + LONG[:18], ""]
    emulator.feed(b"\r\x1b[K$ " + LONG.encode())
    assert text(emulator)[:2] == ["$ " + LONG[:18], LONG[18:]]
    emulator.feed(b"\r\n")
    emulator.resize(40, 5)
    assert text(emulator)[:2] == ["$ " + LONG, ""]


def test_what_the_shell_did_not_write_again_comes_back() -> None:
    emulator = fed("Q: " + LONG)
    emulator.resize(20, 5)
    emulator.resize(60, 5)
    assert text(emulator)[0] == "Q: " + LONG
    emulator.resize(20, 5)
    emulator.feed(b"\r\n" * 9)
    assert lines(emulator)[0] == "Q: " + LONG


def test_what_the_shell_erased_does_not_come_back() -> None:
    emulator = fed("$ " + LONG)
    emulator.resize(20, 5)
    emulator.feed(b"\r\x1b[J$ ls")
    emulator.resize(60, 5)
    assert text(emulator)[0] == "$ ls"


def test_a_cleared_screen_stays_cleared() -> None:
    emulator = fed(f"{LONG}\r\n" * 9 + "\x1b[2J\x1b[H$ ")
    for columns in (20, 80, 40):
        emulator.resize(columns, 5)
        assert text(emulator) == ["$", "", "", "", ""]
        assert place(emulator) == (2, 0)


WORDS = st.text("abc 中文é\u0301", max_size=60)


@settings(max_examples=200, deadline=None)
@given(st.lists(WORDS, max_size=15), st.lists(st.integers(2, 70), min_size=1, max_size=6), st.integers(2, 8))
def test_no_width_loses_a_character(texts: list[str], widths: list[int], rows: int) -> None:
    emulator = fed("\r\n".join([*texts, "$ "]), columns=30, rows=rows)
    before = lines(emulator)
    for columns in widths:
        emulator.resize(columns, rows)
        assert lines(emulator) == before
        assert emulator.cursor.x < columns
        assert emulator.display[emulator.cursor.y].startswith("$")


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_output_goes_on_after_any_change(rows: int) -> None:
    emulator = fed(f"{LONG}\r\n" * 5, rows=rows)
    for columns in (7, 1, 90, 13):
        emulator.resize(columns, rows)
        emulator.feed(b"next\r\n")
    assert lines(emulator)[-1].endswith("next")
