"""Short outputs with the screens and cursor reports of the real xterm 379, of 20 columns and 6 rows."""

import pytest

from tui.terminal import Emulator

EIGHT = b"abcdefgh\r\nijklmn"

#: What a program writes, the rows that xterm shows, and the line and column of its cursor report.
SCREENS: dict[str, tuple[bytes, list[str], tuple[int, int]]] = {
    "colour of mixed parameters": (b"A\x1b[38;5:1mB", ["AB"], (1, 3)),
    "direct colour of mixed parameters": (b"A\x1b[38;2:1:2:3mB", ["AB"], (1, 3)),
    "direct colour, the last value mixed": (b"A\x1b[38;2;1;2;3:4mB", ["AB"], (1, 3)),
    "background of mixed parameters": (b"A\x1b[48;5;1:2mB", ["AB"], (1, 3)),
    "colour without a kind": (b"A\x1b[38;:5;1mB", ["AB"], (1, 3)),
    "colour without all values": (b"\x1b[38;2;1mA", ["A"], (1, 2)),
    "underscore of line drawing": (b"\x1b(0a_b\x1b(B|", ["▒ ␉|"], (1, 5)),
    "single shift": (b"\x1b*0\x1bNaa", ["▒a"], (1, 3)),
    "DECSEL keeps protected characters": (b'a\x1b[1"qB\x1b[0"qc\x1b[?2K', [" B"], (1, 4)),
    "DECSED keeps protected characters": (b'\x1b[HA\x1b[1"qB\x1b[2"qC\x1b[?2J', [" B"], (1, 4)),
    "DECSEL keeps characters protected by SPA": (b"ab\x1bVcd\x1bWef\x1b[?2K", ["  cd"], (1, 7)),
    "ECH keeps characters protected by SPA": (b"ab\x1bVc\x1bWd\x1b[1;1H\x1b[4X", ["  c"], (1, 1)),
    "SL": (b"abcdefgh\r\nijkl\x1b[1;1H\x1b[2 @", ["cdefgh", "kl"], (1, 1)),
    "SR": (b"abcdefgh\r\nijkl\x1b[1;1H\x1b[2 A", ["  abcdefgh", "  ijkl"], (1, 1)),
    "DECIC": (EIGHT + b"\x1b[1;3H\x1b[2'}", ["ab  cdefgh", "ij  klmn"], (1, 3)),
    "DECDC": (EIGHT + b"\x1b[1;3H\x1b[2'~", ["abefgh", "ijmn"], (1, 3)),
    "DECBI": (EIGHT + b"\x1b[1;1H\x1b6", [" abcdefgh", " ijklmn"], (1, 1)),
    "DECFI": (EIGHT + b"\x1b[1;20H\x1b9", ["bcdefgh", "jklmn"], (1, 20)),
    "DECERA": (EIGHT + b"\x1b[1;2;2;4$z", ["a   efgh", "i   mn"], (2, 7)),
    "DECFRA": (EIGHT + b"\x1b[88;1;2;2;4$x", ["aXXXefgh", "iXXXmn"], (2, 7)),
    "DECCRA": (EIGHT + b"\x1b[1;1;2;3;1;3;10;1$v", ["abcdefgh", "ijklmn", "         abc", "         ijk"], (2, 7)),
    "wrap at the right margin": (b"\x1b[?69h\x1b[5;10s\x1b[1;5Habcdefghij", ["    abcdef", "    ghij"], (2, 9)),
    "IL between side margins": (
        b"abcdefgh\r\nijklmnop\r\nqrstuvwx\x1b[?69h\x1b[3;5s\x1b[1;3H\x1b[1L",
        ["ab   fgh", "ijcdenop", "qrklmvwx", "  stu"],
        (1, 3),
    ),
    "DECDC leaves a pending wrap pending": (
        b"\x1b[?69h\x1b[8;13snkikfjdeeabgj\x1b[2'~oeg",
        ["nkikfjdeeabg", "       oeg"],
        (2, 11),
    ),
    "insert mode left of the margins": (b"\x1b[?69h\x1b[7;12s\nioggo\r\x1b[4hpdcmm", ["", "pdcmm"], (2, 6)),
    "rectangles count from the margins in origin mode": (
        b"abcdefgh\r\nijklmnop\x1b[?69h\x1b[3;6s\x1b[2;3r\x1b[?6h\x1b[88;1;2;1;3$x",
        ["abcdefgh", "ijkXXnop"],
        (1, 1),
    ),
    "reverse wrap": (b"\x1b[?45habcdefghijklmnopqrstuvw\x1b[2;2H\b\b\bX", ["abcdefghijklmnopqrXt", "uvw"], (1, 20)),
    "CBT leaves a pending wrap pending": (b"abcdefghijklmnopqrst\x1b[Z!", ["abcdefghijklmnopqrst", "!"], (2, 2)),
    "1049 set again erases again": (b"\x1b[?1049hfirst\x1b[?1049hX", ["     X"], (1, 7)),
    "DECSTR keeps the other screen's cursor": (
        b"\r\n\r\n$ vi\x1b[?1049h\x1b[!p\x1b[?1049l|",
        ["", "", "$ vi|"],
        (3, 6),
    ),
    "DECALN ends origin mode": (
        b"\x1b[3;5r\x1b[?6h\x1b#8\x1b[2;4rX",
        ["X" + "E" * 19, *["E" * 20] * 5],
        (1, 2),
    ),
    "VPR in origin mode": (b"\x1b[2;3r\x1b[?6h\x1b[9eX", ["", "", "X"], (2, 2)),
    "XTSAVE and XTRESTORE": (
        b"\x1b[?7l\x1b[?7s\x1b[?7h\x1b[?7rabcdefghijklmnopqrstuvwxyz",
        ["abcdefghijklmnopqrsz"],
        (1, 20),
    ),
    "REP after a colour": (b"x\x1b[31m\x1b[3b", ["x"], (1, 2)),
    "width of a trigram": ("☰x".encode(), ["☰x"], (1, 3)),
}


def shown(data: bytes, columns: int = 20, rows: int = 6) -> tuple[Emulator, list[str]]:
    """Return the emulator and its rows without blanks at the ends."""
    emulator = Emulator(columns, rows)
    emulator.feed(data)
    lines = [row.rstrip() for row in emulator.display]
    while lines and not lines[-1]:
        lines.pop()
    return emulator, lines


@pytest.mark.parametrize("name", SCREENS)
def test_the_screen_is_that_of_xterm(name: str) -> None:
    data, rows, (line, column) = SCREENS[name]
    emulator, lines = shown(data)
    assert lines == rows
    emulator.feed(b"\x1b[6n")
    assert emulator.replies() == b"\x1b[%d;%dR" % (line, column)


def test_erasing_at_a_pending_wrap_keeps_the_last_character() -> None:
    """xterm erases it; grep --color writes EL there, and the character would be lost, so other terminals keep it."""
    assert shown(b"abcdefghijklmnopqrst\x1b[K!")[1] == ["abcdefghijklmnopqrst", "!"]


# between side margins, in words of the VT420 manual

SIDES = b"\x1b[?69h\x1b[3;6s"


@pytest.mark.parametrize(
    ("data", "rows", "place"),
    [
        (SIDES + b"\x1b[1;3Hx\r", ["  x"], (1, 3)),
        (SIDES + b"\x1b[1;2H\ry", ["y"], (1, 2)),
        (SIDES + b"\x1b[1;5H\x1b[9C", [], (1, 6)),
        (SIDES + b"\x1b[1;5H\x1b[9D", [], (1, 3)),
        (SIDES + b"\x1b[1;5H\x1b[9a", [], (1, 14)),
        (SIDES + b"\x1b[1;3H\t", [], (1, 6)),
        (SIDES + b"\x1b[?6h\x1b[2;2Hx", ["", "   x"], (2, 3)),
        (SIDES + b"\x1b[1;8Hx\nz", ["       x", "        z"], (2, 10)),
        (b"abcdefgh" + SIDES + b"\x1b[1;4H\x1b[@", ["abc degh"], (1, 4)),
        (b"abcdefgh" + SIDES + b"\x1b[1;4H\x1b[P", ["abcef gh"], (1, 4)),
        (b"abcdefgh" + SIDES + b"\x1b[1;1H\x1b[@", ["abcdefgh"], (1, 1)),
        (b"abcdefgh\r\nijklmnop" + SIDES + b"\x1b[S", ["abklmngh", "ij    op"], (1, 1)),
        (b"abcdefgh\r\nijklmnop" + SIDES + b"\x1b[T", ["ab    gh", "ijcdefop", "  klmn"], (1, 1)),
        (SIDES + "\x1b[1;4H中文字".encode(), ["   中", "  文字"], (2, 6)),
        (SIDES + b"\x1b[?69l\x1b[1;5Habcdef", ["    abcdef"], (1, 11)),
        (b"ab\x1b[s\x1b[3;3H\x1b[ux", ["abx"], (1, 4)),
    ],
)
def test_side_margins_limit_what_moves(data: bytes, rows: list[str], place: tuple[int, int]) -> None:
    emulator, lines = shown(data)
    assert lines == rows
    emulator.feed(b"\x1b[6n")
    assert emulator.replies() == b"\x1b[%d;%dR" % place


def test_nothing_scrolled_between_side_margins_reaches_the_scrollback() -> None:
    emulator, _ = shown(SIDES + b"\x1b[1;3H" + b"line\n\r" * 20)
    assert emulator.scrollback_length == 0


def test_a_rectangle_takes_whole_wide_characters_only() -> None:
    emulator, lines = shown("中文字\x1b[1;2;1;4;1;3;1;1$v".encode())
    assert lines == ["中文字", "", " 文"]
    emulator.feed(b"\x1b[1;2;1;2$z")
    assert emulator.display[0].startswith("  文字")


def test_attributes_of_a_rectangle_change() -> None:
    emulator, _ = shown(b"abcdef\r\nghijkl\x1b[2*x\x1b[1;2;2;3;1;7$r\x1b[1;3;1;3;1$t")
    bold = [[style.bold for style in emulator.cells(y)[1][:4]] for y in range(2)]
    assert bold == [[False, True, False, False], [False, True, True, False]]
    assert emulator.cells(0)[1][2].reverse
    emulator.feed(b"\x1b[*x\x1b[1;6;2;6;4$r")
    assert [style.underline for style in emulator.cells(0)[1][4:7]] == ["", "single", "single"]
    assert [style.underline for style in emulator.cells(1)[1][4:7]] == ["single", "single", ""]


def test_a_reset_colour_keeps_the_protection() -> None:
    assert shown(b'\x1b[1"q\x1b[31mA\x1b[0mB\x1b[0"qC\r\x1b[?K')[1] == ["AB"]
    assert shown(b'\x1b[1"qA\x1b[0"q\r\x1b[K')[1] == []


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (b"\x1b[?69$p", b"\x1b[?69;2$y"),
        (b"\x1b[?69h\x1b[?69$p", b"\x1b[?69;1$y"),
        (b"\x1b[?45h\x1b[?45$p", b"\x1b[?45;1$y"),
        (b"\x1b[?1005h\x1b[?1005$p", b"\x1b[?1005;1$y"),
        (b"\x1b[?1015h\x1b[?1015$p", b"\x1b[?1015;1$y"),
        (b"\x1b[?1016h\x1b[?1016$p", b"\x1b[?1016;0$y"),
        (b"\x1b[?69h\x1b[3;6s\x1bP$qs\x1b\\", b"\x1bP1$r3;6s\x1b\\"),
        (b'\x1b[1"q\x1bP$q"q\x1b\\', b'\x1bP1$r1"q\x1b\\'),
    ],
)
def test_only_what_is_done_is_claimed(question: bytes, answer: bytes) -> None:
    assert shown(question)[0].replies() == answer


def test_a_mouse_format_that_is_not_claimed_leaves_the_one_in_use() -> None:
    assert shown(b"\x1b[?1000h\x1b[?1006h\x1b[?1016h")[0].modes.mouse_form == "sgr"


@pytest.mark.parametrize("ended", [b"\r\x1b[K", b"\r\x1b[J", b"\x1b[1;1H\n"])
def test_a_row_that_is_erased_or_begun_anew_continues_no_other(ended: bytes) -> None:
    emulator, _ = shown(b"abcdefghijklmnopqrstuvwxyz")
    assert emulator.wrapped(1)
    emulator.feed(ended)
    assert not emulator.wrapped(1)
