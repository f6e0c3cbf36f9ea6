"""The scrollback, and resizing."""

import tracemalloc

from tui.terminal import Emulator
from tui.terminal.style import Style


def numbered(count: int, columns: int = 20, rows: int = 5, **bounds: int) -> Emulator:
    emulator = Emulator(columns, rows, **bounds)
    emulator.feed(b"\r\n".join(b"line %d" % n for n in range(count)))
    return emulator


def text(emulator: Emulator) -> list[str]:
    return [row.rstrip() for row in emulator.display]


def kept(emulator: Emulator) -> list[str]:
    return [emulator.line_text(n) for n in range(emulator.scrollback_length)]


def test_lines_leave_at_the_top_into_the_scrollback() -> None:
    emulator = numbered(8)
    assert kept(emulator) == ["line 0", "line 1", "line 2"]
    assert text(emulator) == ["line 3", "line 4", "line 5", "line 6", "line 7"]


def test_colours_are_kept() -> None:
    emulator = Emulator(20, 2)
    emulator.feed(b"a\x1b[31mb\x1b[44m c\x1b[0m  \r\n\x1b[7m \x1b[0m\r\n\r\n")
    assert emulator.line(0) == [("a", Style()), ("b", Style(fg="red")), (" c", Style(fg="red", bg="blue"))]
    assert emulator.line(1) == [(" ", Style(reverse=True))]


def test_rows_that_were_rewritten_are_kept_as_they_were_last() -> None:
    emulator = Emulator(20, 2)
    emulator.feed("one two\r\x1b[32mONE\x1b[0m 中\r\n\r\n".encode())
    assert emulator.line(0) == [("ONE", Style(fg="green")), (" 中o", Style())]


def test_a_wrapped_line_says_so() -> None:
    emulator = Emulator(5, 2)
    emulator.feed(b"0123456789\r\n\r\n")
    assert kept(emulator) == ["01234", "56789"]
    assert [emulator.line_wrapped(n) for n in range(2)] == [False, True]


def test_lines_scrolled_above_a_footer_are_kept_and_below_a_header_are_not() -> None:
    emulator = numbered(5)
    emulator.feed(b"\x1b[1;4r\x1b[4;1H\n")
    assert kept(emulator) == ["line 0"]
    emulator = numbered(5)
    emulator.feed(b"\x1b[2;5r\x1b[5;1H\n")
    assert kept(emulator) == []


def test_the_oldest_lines_go() -> None:
    emulator = numbered(1000, scrollback_lines=10)
    assert kept(emulator) == [f"line {n}" for n in range(985, 995)]
    assert emulator.scrollback.total == 995
    assert numbered(100, scrollback_lines=0).scrollback_length == 0


def test_the_bytes_are_bounded_too() -> None:
    emulator = Emulator(200, 5, scrollback_bytes=1_000_000)
    for n in range(60):
        emulator.feed(b"".join(b"\x1b[38;2;%d;%d;%dmx" % (n % 256, i, i) for i in range(200)) + b"\r\n")
    assert 1 < emulator.scrollback_length < 30


def test_the_memory_of_many_colours_is_bounded() -> None:
    """An image in true colour has two colours of its own in each cell."""
    emulator = Emulator(100, 10, scrollback_bytes=2 << 20)
    tracemalloc.start()
    for n in range(60_000):
        colour = (n % 256, n // 256, 7)
        emulator.feed(b"\x1b[38;2;%d;%d;%d;48;2;%d;%d;%dm=" % (colour + colour[::-1]))
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert 20 < emulator.scrollback_length < 590
    assert used < 6 << 20  # with the screen and the pens in use, which are bounded by number


def test_colours_that_lines_share_are_counted_once() -> None:
    emulator = Emulator(40, 5, scrollback_bytes=1 << 20)
    emulator.feed(b"\x1b[38;2;1;2;3mfile\x1b[0m \x1b[48;2;4;5;6mother\x1b[0m\r\n" * 3000)
    assert emulator.scrollback_length == 2996


def test_fewer_rows_push_lines_into_the_scrollback_and_more_take_them_back() -> None:
    emulator = numbered(8)
    emulator.resize(20, 3)
    assert text(emulator) == ["line 5", "line 6", "line 7"]
    assert emulator.cursor.y == 2
    assert emulator.scrollback_length == 5
    emulator.resize(20, 6)
    assert text(emulator) == [f"line {n}" for n in range(2, 8)]
    assert emulator.cursor.y == 5


def test_fewer_rows_cut_below_the_cursor_first() -> None:
    emulator = Emulator(20, 5)
    emulator.feed(b"one\r\ntwo")
    emulator.resize(20, 3)
    assert text(emulator) == ["one", "two", ""]
    assert emulator.cursor.y == 1
    assert emulator.scrollback_length == 0


def test_lines_taken_back_have_their_colours_and_widths() -> None:
    emulator = Emulator(20, 2)
    emulator.feed("中\x1b[31me\u0301x\x1b[0m\r\n\r\n".encode())
    emulator.resize(20, 3)
    assert emulator.row(0) == [("中", Style()), ("e\u0301x", Style(fg="red")), (" " * 16, Style())]


def test_the_alternate_screen_is_cut_and_the_primary_comes_back_whole() -> None:
    emulator = numbered(5)
    emulator.feed(b"\x1b[?1049h\x1b[2J\x1b[Htop\x1b[5;1Hbottom")
    emulator.resize(30, 3)
    assert emulator.scrollback_length == 2
    assert text(emulator)[-1] == "bottom"
    emulator.feed(b"\x1b[?1049l")
    assert text(emulator) == ["line 2", "line 3", "line 4"]
    assert (emulator.cursor.x, emulator.cursor.y) == (6, 2)


def test_the_line_of_the_cursor_is_cut_without_half_a_character_and_comes_back() -> None:
    emulator = Emulator(10, 2)
    emulator.feed("abc中def".encode())
    emulator.resize(4, 2)
    assert emulator.display[0] == "abc "
    assert emulator.cursor.x < 4
    emulator.resize(2, 2)
    emulator.resize(10, 2)
    assert emulator.display[0] == "abc中def  "


def test_margins_are_given_up_and_the_cursor_stays_inside() -> None:
    emulator = Emulator(20, 10)
    emulator.feed(b"\x1b[3;8r\x1b[10;20H")
    emulator.resize(5, 4)
    assert emulator.cursor.x < 5
    assert emulator.cursor.y < 4
    emulator.feed(b"\x1b[4;1Hx\r\ny")
    assert text(emulator)[2:] == ["x", "y"]


def test_tab_stops_go_on_over_new_columns() -> None:
    emulator = Emulator(10, 2)
    emulator.resize(40, 2)
    emulator.feed(b"\t\t\t")
    assert emulator.cursor.x == 24


def test_any_size_is_taken() -> None:
    emulator = Emulator(0, 0)
    emulator.feed("a中b\x1b[?1049hc".encode())
    for columns, rows in ((1, 1), (0, 0), (-5, 3), (300, 200), (2, 1)):
        emulator.resize(columns, rows)
        emulator.feed("x中\r\n\t\x1b[5;5H".encode())
        assert len(emulator.display) == emulator.rows >= 1


def test_ten_thousand_lines_take_little_memory() -> None:
    emulator = Emulator(100, 5)
    tracemalloc.start()
    for n in range(101):
        emulator.feed(b"".join(b"%06d" % (n * 100 + line) + b"x" * 94 + b"\r\n" for line in range(100)))
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert emulator.scrollback_length == 10_000
    assert used < 15_000_000
