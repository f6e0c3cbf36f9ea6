"""The effect of each kind of control function on the emulator, as in xterm."""

import pytest

from tui.terminal import Emulator
from tui.terminal.style import Style


def shown(data: str | bytes, columns: int = 10, rows: int = 4) -> Emulator:
    emulator = Emulator(columns, rows)
    emulator.feed(data.encode() if isinstance(data, str) else data)
    return emulator


def text(emulator: Emulator) -> list[str]:
    """Return the rows without trailing blanks, and without empty rows at the end."""
    rows = [row.rstrip() for row in emulator.display]
    while rows and not rows[-1]:
        rows.pop()
    return rows


def style_at(emulator: Emulator, x: int, y: int) -> Style:
    return emulator.cells(y)[1][x]


def position(emulator: Emulator) -> tuple[int, int]:
    return emulator.cursor.x, emulator.cursor.y


def test_text_is_shown_where_the_cursor_stands() -> None:
    emulator = shown("one\r\ntwo\x1b[4;8Hx")
    assert emulator.display == ["one       ", "two       ", " " * 10, "       x  "]
    assert position(emulator) == (8, 3)


# the alternate screen


@pytest.mark.parametrize("mode", [47, 1047, 1049])
def test_the_alternate_screen_leaves_the_primary_as_it_was(mode: int) -> None:
    emulator = shown("primary")
    emulator.feed(b"\x1b[?%dh\x1b[2J\x1b[Hother" % mode)
    assert text(emulator) == ["other"]
    assert emulator.modes.alternate
    emulator.feed(b"\x1b[?%dl" % mode)
    assert text(emulator) == ["primary"]
    assert not emulator.modes.alternate


def test_1049_brings_the_cursor_back_and_starts_empty() -> None:
    emulator = shown("ab\x1b[?1049h\x1b[3;3Hxyz\x1b[?1049l")
    assert position(emulator) == (2, 0)
    emulator.feed(b"\x1b[?1049h")
    assert text(emulator) == []


def test_47_shows_again_what_was_on_it_and_1047_does_not() -> None:
    assert text(shown("\x1b[?47hkept\x1b[?47l\x1b[?47h")) == ["kept"]
    assert text(shown("\x1b[?1047hgone\x1b[?1047l\x1b[?1047h")) == []


def test_1048_saves_the_cursor_only() -> None:
    emulator = shown("ab\x1b[?1048h\r\ncd\x1b[?1048l")
    assert position(emulator) == (2, 0)
    assert text(emulator) == ["ab", "cd"]


def test_nothing_scrolls_from_the_alternate_screen_into_the_scrollback() -> None:
    emulator = shown("\x1b[?1049h" + "line\r\n" * 20)
    assert emulator.scrollback_length == 0


# character sets


def test_line_drawing_by_designation_and_by_shift() -> None:
    assert text(shown("\x1b(0lqk\x1b(Blqk")) == ["┌─┐lqk"]
    assert text(shown("\x1b)0\x0elqk\x0flqk")) == ["┌─┐lqk"]


def test_saved_cursors_keep_the_character_set_and_the_colours() -> None:
    emulator = shown("\x1b(0\x1b[31m\x1b7\x1b(B\x1b[0mq\x1b8q")
    assert text(emulator) == ["─"]
    assert style_at(emulator, 0, 0) == Style(fg="red")


# cursor movement


@pytest.mark.parametrize(
    ("sequence", "expected"),
    [
        ("\x1b[5G", (4, 0)),
        ("\x1b[5`", (4, 0)),
        ("\x1b[3d", (0, 2)),
        ("\x1b[3;4H\x1b[A", (3, 1)),
        ("\x1b[2;2f", (1, 1)),
        ("\x1b[99;99H", (9, 3)),
        ("\x1b[2;3;4H", (2, 1)),
        ("\x1b[5C\x1b[2D", (3, 0)),
        ("\x1b[2E", (0, 2)),
        ("\x1b[4;4H\x1b[2F", (0, 1)),
        ("\x1b[2e\x1b[3a", (3, 2)),
        ("ab\x1bE", (0, 1)),
        ("ab\x1bD", (2, 1)),
        ("ab\x85", (0, 1)),
        ("\x1b[3;3H\x1b[s\x1b[H\x1b[u", (2, 2)),
        ("\t", (8, 0)),
        ("\t\t", (9, 0)),
        ("\x1b[I", (8, 0)),
        ("\x1b[10G\x1b[Z", (8, 0)),
        ("\x1b[10G\x1b[2Z", (0, 0)),
        ("abc\x08\x08", (1, 0)),
        ("\x1b[0C", (1, 0)),
        ("\x1b[1;2A", (0, 0)),
        (f"\x1b[{'9' * 5000}C", (9, 0)),
        (f"\x1b[{'0' * 5000}3C", (3, 0)),
    ],
)
def test_the_cursor_moves(sequence: str, expected: tuple[int, int]) -> None:
    assert position(shown(sequence)) == expected


def test_the_last_column_waits_for_the_next_character() -> None:
    emulator = shown("0123456789")
    assert position(emulator) == (10, 0)
    emulator.feed(b"a")
    assert text(emulator) == ["0123456789", "a"]
    assert emulator.wrapped(1)
    assert text(shown("0123456789\x1b[Da")) == ["01234567a9"]
    assert text(shown("0123456789\rab")) == ["ab23456789"]


def test_without_autowrap_the_last_column_is_overwritten() -> None:
    assert text(shown("\x1b[?7l0123456789abc")) == ["012345678c"]


def test_tab_stops_are_set_and_cleared() -> None:
    assert position(shown("\x1b[4G\x1bH\r\t")) == (3, 0)
    assert position(shown("\x1b[3g\t")) == (9, 0)
    assert position(shown("\x1b[9G\x1b[g\r\t")) == (9, 0)


def test_rep_repeats_the_character_right_before_it() -> None:
    assert text(shown("ab\x1b[3b")) == ["abbbb"]
    assert text(shown("e\u0301\x1b[2b")) == ["e\u0301" * 3]
    assert text(shown("中\x1b[b")) == ["中中"]
    assert text(shown("\x1b[3bx\x1b[C\x1b[3b")) == ["x"]
    assert len(shown("a\x1b[99999b").display) == 4


# margins and scrolling

LINES = "1\r\n2\r\n3\r\n4"


def test_setting_margins_homes_the_cursor() -> None:
    assert position(shown("\x1b[3;3H\x1b[2;3r")) == (0, 0)
    assert position(shown("\x1b[3;3H\x1b[r")) == (0, 0)


def test_only_the_region_scrolls() -> None:
    assert text(shown(LINES + "\x1b[2;3r\x1b[3;1H\n")) == ["1", "3", "", "4"]
    assert text(shown(LINES + "\x1b[2;3r\x1b[2;1H\x1bM")) == ["1", "", "2", "4"]
    assert text(shown(LINES + "\x1b[2;3r\x1b[S")) == ["1", "3", "", "4"]
    assert text(shown(LINES + "\x1b[2;3r\x1b[T")) == ["1", "", "2", "4"]


def test_outside_the_region_the_cursor_does_not_jump_into_it() -> None:
    below = "\x1b[1;2r\x1b[4;1H"
    assert position(shown(below + "\n")) == (0, 3)
    assert position(shown(below + "\x1b[B")) == (0, 3)
    above = "\x1b[3;4r\x1b[1;1H"
    assert position(shown(above + "\x1bM")) == (0, 0)
    assert position(shown(above + "\x1b[A")) == (0, 0)
    assert position(shown("\x1b[2;3r\x1b[2;1H\x1b[9B")) == (0, 2)


def test_origin_mode_counts_from_the_margin() -> None:
    emulator = shown("\x1b[2;3r\x1b[?6h\x1b[2;1Hx\x1b[9;1Hy\x1b[6n")
    assert text(emulator) == ["", "", "y"]
    assert emulator.replies() == b"\x1b[2;2R"
    assert position(shown("\x1b[?6h\x1b[2d")) == (0, 1)


def test_lines_are_inserted_and_deleted_within_the_region() -> None:
    assert text(shown(LINES + "\x1b[2;3r\x1b[2;2H\x1b[L")) == ["1", "", "2", "4"]
    assert text(shown(LINES + "\x1b[2;3r\x1b[2;2H\x1b[9M")) == ["1", "", "", "4"]
    assert text(shown(LINES + "\x1b[2;3r\x1b[4;1H\x1b[L")) == ["1", "2", "3", "4"]


def test_characters_are_inserted_deleted_and_erased() -> None:
    assert text(shown("abcdef\x1b[3G\x1b[2@")) == ["ab  cdef"]
    assert text(shown("abcdef\x1b[3G\x1b[2P")) == ["abef"]
    assert text(shown("abcdef\x1b[3G\x1b[2X")) == ["ab  ef"]
    assert text(shown("abcdef\x1b[3G\x1b[4hxy")) == ["abxycdef"]


# erasing


@pytest.mark.parametrize(
    ("sequence", "expected"),
    [
        ("\x1b[J", ["aaa", "b"]),
        ("\x1b[1J", ["", "  b", "ccc"]),
        ("\x1b[2J", []),
        ("\x1b[K", ["aaa", "b", "ccc"]),
        ("\x1b[1K", ["aaa", "  b", "ccc"]),
        ("\x1b[2K", ["aaa", "", "ccc"]),
        ("\x1b[9J", ["aaa", "bbb", "ccc"]),
        ("\x1b[9K", ["aaa", "bbb", "ccc"]),
        ("\x1b[?K", ["aaa", "b", "ccc"]),
    ],
)
def test_erasing(sequence: str, expected: list[str]) -> None:
    assert text(shown("aaa\r\nbbb\r\nccc\x1b[2;2H" + sequence)) == expected


def test_ed_3_clears_the_scrollback_and_not_the_screen() -> None:
    emulator = shown("1\r\n2\r\n3\r\n4\r\n5\x1b[3J")
    assert emulator.scrollback_length == 0
    assert text(emulator) == ["2", "3", "4", "5"]


@pytest.mark.parametrize(
    "sequence", ["\x1b[K", "\x1b[2X", "\x1b[P", "\x1b[@", "\x1b[L", "\x1b[M", "\x1b[J", "\x1b[S", "\x1b[T"]
)
def test_what_is_erased_takes_the_background_in_use_and_nothing_else(sequence: str) -> None:
    emulator = shown("\x1b[1;7;31;44m" + sequence)
    looks = {style for y in range(4) for style in emulator.cells(y)[1]}
    assert looks <= {Style(), Style(bg="blue")}
    assert Style(bg="blue") in looks


def test_lines_that_scroll_in_take_the_background_in_use() -> None:
    emulator = shown("\x1b[44m\r\n\r\n\r\n\r\n")
    assert style_at(emulator, 5, 3) == Style(bg="blue")


# wide and zero-width characters


def test_wide_characters_take_two_columns_and_wrap_whole() -> None:
    emulator = shown("中文x")
    assert position(emulator) == (5, 0)
    assert emulator.cells(0)[0][:5] == ["中", "", "文", "", "x"]
    assert text(shown("123456789中")) == ["123456789", "中"]


@pytest.mark.parametrize(
    "sequence", ["\x1b[2Gx", "\x1b[1Gx", "\x1b[2G\x1b[X", "\x1b[2G\x1b[P", "\x1b[2G\x1b[@", "\x1b[2G\x1b[K", "\x1b[2G\x1b[1K"]
)
def test_no_half_of_a_wide_character_survives(sequence: str) -> None:
    emulator = shown("中b" + sequence)
    assert "中" not in emulator.display[0]
    assert "" not in emulator.cells(0)[0]
    assert len(emulator.display[0]) == 10


def test_a_wide_character_pushed_over_the_edge_is_gone_whole() -> None:
    emulator = shown("12345678中\x1b[1G\x1b[@")
    assert emulator.display[0] == " 12345678 "


def test_what_has_no_width_joins_its_cell_and_the_rest_of_the_text_stays() -> None:
    assert text(shown("e\u0301 a\u200db ❤\ufe0f c")) == ["e\u0301 a\u200db ❤\ufe0f c"]
    assert position(shown("👩\u200d👩x")) == (5, 0)
    assert len(shown("a" + "\u0301" * 1000).display[0]) < 30


def test_direction_marks_and_stray_controls_are_dropped() -> None:
    assert text(shown("a\u202eb\x01c\x7fd\x99e\ufefff")) == ["abcdef"]


def test_broken_utf_8_shows_a_replacement() -> None:
    assert text(shown(b"a\xffb\xc3(")) == ["a\ufffdb\ufffd("]


# colours


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ("1;31", Style(bold=True, fg="red")),
        ("93;104", Style(fg="brightbrown", bg="brightblue")),
        ("105", Style(bg="brightmagenta")),
        ("38;5;196", Style(fg="ff0000")),
        ("38;5;9", Style(fg="brightred")),
        ("48;2;1;2;3", Style(bg="010203")),
        ("38:2::1:2:3", Style(fg="010203")),
        ("38:2:1:2:3", Style(fg="010203")),
        ("48:5:21", Style(bg="0000ff")),
        ("38;5;999", Style()),
        ("38;2;1", Style(fg="010000")),
        ("2;8;9;53", Style(dim=True, conceal=True, strike=True, overline=True)),
        ("21", Style(underline="double")),
        ("4", Style(underline="single")),
        ("4:3", Style(underline="curly")),
        ("4:0", Style()),
        ("4;58;2;1;2;3", Style(underline="single", underline_colour="010203")),
        ("58:5:21;59", Style()),
        ("1;2;3;4;5;7;8;9;53;22;23;24;25;27;28;29;55", Style()),
        ("31;0;1", Style(bold=True)),
        ("31;;1", Style(bold=True)),
        ("1;999;3", Style(bold=True, italic=True)),
        ("38;9;1", Style(bold=True)),
    ],
)
def test_colours_and_attributes(parameters: str, expected: Style) -> None:
    assert style_at(shown(f"\x1b[{parameters}mx"), 0, 0) == expected


def test_what_only_looks_like_sgr_changes_no_colour() -> None:
    assert style_at(shown("\x1b[>4;2m\x1b[?4mx"), 0, 0) == Style()


def test_styles_beyond_number_are_forgotten_and_still_right() -> None:
    emulator = Emulator(10, 2)
    for n in range(5000):
        emulator.feed(b"\x1b[38;2;%d;%d;7m\rx" % (n % 256, n // 256))
    assert style_at(emulator, 0, 0) == Style(fg=f"{4999 % 256:02x}{4999 // 256:02x}07")
    emulator.feed(b"\x1b[0m\ry")
    assert style_at(emulator, 0, 0) == Style()


# control strings, and unknown sequences


@pytest.mark.parametrize(
    "data",
    [
        "\x1bPq#0;2;0;0;0\x1b\\",
        "\x1b_Gi=1;AAAA\x1b\\",
        "\x1b^private\x1b\\",
        "\x1bXstring\x1b\\",
        "\x90dcs\x9c",
        "\x1b]1337;File=x:AAAA\x07",
        "\x1b]8;;http://example.org\x1b\\",
        "\x1b[!p",
        '\x1b[1"q',
        "\x1b[>4;2m",
        "\x1b[<u",
        "\x1b[?4m",
        "\x1b[?r",
        "\x1b[?1001s",
        "\x1b[²C\x1b[C\x1b[D",
        "\x1b[12\x18",
        "\x1b[12\x1a",
        "\x1b%G",
        "\x1b#6",
        "\x1b[?3h",
        "\x1b[1$}",
    ],
)
def test_what_is_not_for_the_screen_leaves_it_alone(data: str) -> None:
    emulator = shown("ab" + data + "\x1b[1;3Hcd")
    assert text(emulator) == ["abcd"]
    assert emulator.columns == 10


def test_controls_inside_a_sequence_work_before_it() -> None:
    emulator = shown("a\x1b[3\r\n1mb")
    assert text(emulator) == ["a", "b"]
    assert style_at(emulator, 0, 1) == Style(fg="red")
    emulator.feed(b"\x1b[0m\x1b[3\r\n1mc")
    assert text(emulator) == ["a", "b", "c"]


@pytest.mark.parametrize("end", ["\x18", "\x1a", "\x1b[m", "\x07", "\x1b\\", "\x9c"])
def test_a_control_string_ends(end: str) -> None:
    assert text(shown("\x1b]0;title" + end + "x")) == ["x"]
    assert text(shown("a\x1bPdata" + ("" if end == "\x07" else end) + "\x1b\\x")) == ["ax"]


def test_a_string_without_end_is_over_some_time() -> None:
    emulator = shown("\x1b]0;")
    for _ in range(5):
        emulator.feed(b"x" * (1 << 20))
    assert "x" in emulator.display[0]


def test_a_sequence_without_end_is_over_at_its_final_byte() -> None:
    emulator = shown("\x1b[")
    for _ in range(100):
        emulator.feed(b"1;" * 1000)
    emulator.feed(b"Hok")
    assert text(emulator) == ["ok"]


def test_titles_are_bounded_and_clean() -> None:
    emulator = shown("\x1b]2;a\u202eb\tc" + "x" * 5000 + "\x07")
    assert emulator.title.startswith("abcx")
    assert len(emulator.title) == 1024


def test_titles_are_pushed_and_popped() -> None:
    emulator = shown("\x1b]2;one\x07\x1b[22;0t\x1b]2;two\x07")
    assert emulator.title == "two"
    emulator.feed(b"\x1b[23;0t" + b"\x1b[23;0t" * 50)
    assert emulator.title == "one"


def test_the_clipboard_is_only_kept() -> None:
    emulator = shown("\x1b]52;c;aGVsbG8=\x07")
    assert emulator.clipboard == "hello"
    emulator.feed(b"\x1b]52;c;?\x07\x1b]52;c;!!\x07")
    assert emulator.clipboard == "hello"
    assert emulator.replies() == b""


# modes


def test_modes_are_told() -> None:
    emulator = shown("\x1b[?1;1004;2004;2026h\x1b[?1002h\x1b[?1006h\x1b[?25l\x1b[5 q\x1b=\x1b[?5h")
    modes = emulator.modes
    assert modes.application_cursor
    assert modes.application_keypad
    assert modes.focus_reports
    assert modes.bracketed_paste
    assert modes.synchronized
    assert modes.mouse == 1002
    assert modes.mouse_form == "sgr"
    assert not modes.cursor_visible
    assert modes.cursor_shape == 5
    assert modes.reverse_screen
    emulator.feed(b"\x1b[?1002l\x1b[!p\x1b[?25h\x1b>")
    assert emulator.modes.mouse == 0
    assert not emulator.modes.application_cursor
    assert not emulator.modes.application_keypad
    assert emulator.modes.cursor_visible


def test_reset_makes_everything_new() -> None:
    emulator = shown("x\r\n" * 9 + "\x1b[?1049h\x1b[31m\x1b[2;3r\x1b[?1h\x1b]2;t\x07\x1bcy")
    assert text(emulator) == ["y"]
    assert style_at(emulator, 0, 0) == Style()
    assert emulator.title == ""
    assert emulator.scrollback_length == 0
    assert not emulator.modes.alternate
    assert not emulator.modes.application_cursor


def test_decaln_fills_the_screen() -> None:
    assert text(shown("\x1b#8")) == ["E" * 10] * 4


# dirty rows


def test_only_changed_rows_are_dirty() -> None:
    emulator = shown("")
    emulator.take_dirty()
    emulator.feed(b"\x1b[2;1Hx\x1b[4;1H\x1b[31mK\x1b[K")
    assert emulator.dirty == {1, 3}
    assert emulator.take_dirty() == {1, 3}
    assert emulator.take_dirty() == set()
    emulator.feed(b"\r\n")
    assert emulator.take_dirty() == {0, 1, 2, 3}


def test_rows_read_as_runs() -> None:
    emulator = shown("ab\x1b[31mcd\x1b[0me\r\n\x1b[31m" + "x" * 10)
    assert emulator.row(0) == [("ab", Style()), ("cd", Style(fg="red")), ("e     ", Style())]
    assert emulator.row(1) == [("x" * 10, Style(fg="red"))]
    emulator.feed(b"\x1b[0m\x1b[1;1HA")
    assert emulator.row(0) == [("Ab", Style()), ("cd", Style(fg="red")), ("e     ", Style())]


# links and the bell

LINK = "\x1b]8;;http://one.example/a?b=c\x1b\\"


def test_a_link_is_kept_with_its_text() -> None:
    emulator = shown(f"{LINK}one\x1b]8;id=x;\x07 two")
    assert [emulator.link(x, 0) for x in (0, 2, 3, 9)] == ["http://one.example/a?b=c"] * 2 + [""] * 2
    assert emulator.link(99, 99) == ""


def test_colours_change_within_a_link_and_do_not_end_it() -> None:
    emulator = shown(f"{LINK}\x1b[31ma\x1b[0mb\x1b[K")
    assert emulator.link(1, 0)
    assert not emulator.link(2, 0)
    assert style_at(emulator, 0, 0).fg == "red"


@pytest.mark.parametrize("target", ["http://x/\u202e", "x" * 3000, "http://\u00e9.example"])
def test_a_target_that_could_deceive_is_no_link(target: str) -> None:
    emulator = shown(f"\x1b]8;;{target}\x1b\\ab")
    assert emulator.link(0, 0) == ""
    assert text(emulator) == ["ab"]


@pytest.mark.parametrize("data", ["\x07", "\x1b]9;done\x07", "\x1b]777;notify;title;body\x1b\\"])
def test_the_bell_and_notifications_are_told_once(data: str) -> None:
    emulator = shown(data)
    assert emulator.take_bell()
    assert not emulator.take_bell()


@pytest.mark.parametrize("data", ["", "\x1b]0;title\x07", "\x1b]9;4;1;50\x07"])
def test_what_is_no_bell_rings_none(data: str) -> None:
    assert not shown(data).take_bell()
