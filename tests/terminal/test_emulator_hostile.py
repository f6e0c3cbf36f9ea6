"""Output made to crash or block a terminal, and mixed parameters. Oracle: xterm 379, its screen, CPR and DECRQSS."""

import pytest

from tui.terminal import Emulator
from tui.terminal.replies import sgr_of
from tui.terminal.screen import Screen

#: What xterm answers to DECRQSS "m" after `CSI parameters m`; its default is "0".
XTERM = {
    "38;5:1": "0;31",
    "38;2:1:2:3": "0;38:2::1:2:3",
    "38;2;1;2;3:4": "0;4;38:2::1:2:3",
    "48;5;1:2": "0;2;41",
    "38;:5;1": "0;1",
    "38:5;1": "0;1",
    "38:5:1": "0;31",
    "38;5;1:2": "0;2;31",
    "38:2:1:2:3": "0;38:2::1:2:3",
    "38:2::1:2:3": "0;38:2::1:2:3",
    "38:2;1;2;3": "0;1;2;3",
    "38:2:1;2;3": "0;2;3",
    "38:5": "0",
    "38:2:1:2": "0",
    "38;5:9;1": "0;1;91",
    "38;2:1:2:3;4": "0;4;38:2::1:2:3",
    "38:2::1:2;3;4": "0;3;4;38:2::0:1:2",
    "38;5;1;1": "0;1;31",
    "38;5": "0;30",
    "38;2;1;2": "0;38:2::1:2:0",
    "38;2;1;2;3;1": "0;1;38:2::1:2:3",
    "38;;5;1": "0;1;5",
    "38:;5;1": "0;1;5",
    "38::5:1": "0",
    "38;6;1": "0;1",
    "38:6:1;1": "0;1",
    "38;5;300;1": "0;1",
    "38;2;1:2:3": "0;38:2::1:2:3",
    "38;2;1:2;3;4": "0;4;38:2::1:2:3",
    "38;5;1:;4": "0;4",
    "38;3:1;4": "0;4",
    "38:1;4": "0;4",
    "48:5:1:2;1": "0;1;41",
    "38:2:1:2:3:4:5;1": "0;1;38:2::2:3:4",
    "38:2:::1:2;1": "0;1;38:2::0:1:2",
    "48;2:1;2:3;4;1": "0;1;4",
    "38;48:5;1": "0;1",
}


@pytest.mark.parametrize("parameters", XTERM)
def test_mixed_parameters_mean_what_they_mean_to_xterm(parameters: str) -> None:
    emulator = Emulator(20, 6)
    emulator.feed(f"A\x1b[{parameters}mB".encode())
    assert emulator.display[0].rstrip() == "AB"
    assert sgr_of(emulator.screen.pen.style) == XTERM[parameters]
    assert (emulator.cursor.x, emulator.cursor.y) == (2, 0)


STRANGE = (
    "38;5:",
    "38;2:::",
    ":::",
    "38;" * 63 + "5:1",
    "38;2;" + ":" * 200,
    ";".join(["38:5:1:2"] * 300),
    "58;5:1;58:2",
    "4:",
)


@pytest.mark.parametrize("parameters", STRANGE)
def test_no_parameters_end_the_emulator(parameters: str) -> None:
    emulator = Emulator(20, 6)
    emulator.feed(f"\x1b[{parameters}mB".encode())
    assert emulator.display[0].rstrip() == "B"


@pytest.mark.parametrize("start", [1, 5, 20])
@pytest.mark.parametrize("columns", [20, 19, 1])
@pytest.mark.parametrize(
    "before", ["", "\x1b[31m", "\x1b[44m", "\x1b[2;4r\x1b[2H", "\x1b[?7l", "\x1b[4h", "\x1b[?1049h", "\x1b[6H"]
)
@pytest.mark.parametrize("cell", ["x", "中", "e\u0301", "中\u0301"])
def test_repeating_is_writing_the_same_again(cell: str, before: str, columns: int, start: int) -> None:
    repeated, written = Emulator(columns, 6), Emulator(columns, 6)
    for emulator in (repeated, written):
        emulator.feed(f"old text of a row\r\n{'y' * 120}\x1b[1;{start}H{before}{cell}".encode())
    for count in (1, 17, 70, 99999):
        repeated.feed(f"{cell}\x1b[{count}b".encode())
        written.feed((cell * (1 + min(count, columns * 6))).encode())
        assert repeated.display == written.display
        assert [repeated.row(y) for y in range(6)] == [written.row(y) for y in range(6)]
        assert [repeated.wrapped(y) for y in range(6)] == [written.wrapped(y) for y in range(6)]
        assert repeated.scrollback_length == written.scrollback_length
        assert repeated.take_dirty() == written.take_dirty()
        assert (repeated.cursor.x, repeated.cursor.y) == (written.cursor.x, written.cursor.y)


HEAVY = {
    "wide characters repeated": "中\x1b[99999b",
    "joined characters repeated": "e" + "\u0301" * 11 + "\x1b[99999b",
    "inserted characters repeated": "\x1b[4h中\x1b[99999b",
    "lines scrolled up": "\x1b[99999S",
    "lines scrolled down": "\x1b[99999T",
    "resets": "\x1bc",
    "alignment": "\x1b#8",
    "erased screens": "\x1b[41m\x1b[2J",
    "lines inserted": "\x1b[H\x1b[99999L",
    "the other screen": "\x1b[?1049h\x1b[?1049l",
    "text of many pieces": "中x" * 300,
    "line feeds inside a sequence": "\x1b[" + "\n" * 1000 + "m",
}


@pytest.mark.parametrize("kind", HEAVY)
def test_between_two_steps_little_is_done(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted, not timed: with a deadline of 0 there is a pause after each operation and within those that fill a screen."""
    cells = 0
    draw = Screen.draw

    def counting(screen: Screen, data: str) -> None:
        nonlocal cells
        cells += len(data)
        draw(screen, data)

    monkeypatch.setattr(Screen, "draw", counting)
    emulator = Emulator(200, 60)
    most, steps = 0, 0
    for _ in emulator.steps((HEAVY[kind] * 3).encode(), 0.0):
        most, cells, steps = max(most, cells), 0, steps + 1
    assert steps >= 3
    assert max(most, cells) <= 1024


@pytest.mark.parametrize("opener", ["\x1bPq", "\x1b_G", "\x1b^", "\x1bX"])
def test_a_long_picture_is_passed_over_to_its_end(opener: str) -> None:
    emulator = Emulator(20, 6)
    emulator.feed(b"kept\r\n")
    emulator.feed(opener.encode() + b"~" * (5 << 20) + b"\x1b\\after")
    assert [row.rstrip() for row in emulator.display[:2]] == ["kept", "after"]
    assert emulator.scrollback_length == 0


def test_a_long_title_takes_no_longer_than_a_short_one() -> None:
    emulator = Emulator(20, 6)
    emulator.feed(b"\x1b]2;" + b"x" * 1_000_000 + b"\x07")
    assert emulator.title == "x" * 1024


def test_a_blank_at_the_edge_before_a_wide_character_is_drawn() -> None:
    emulator = Emulator(10, 3)
    emulator.feed(b"abcdefghij\x1b[1;10H")
    emulator.take_dirty()
    emulator.feed("中".encode())
    assert emulator.take_dirty() == {0, 1}


def test_a_screen_half_way_through_an_operation_is_mended() -> None:
    emulator = Emulator(10, 3)
    emulator.feed("one\r\n中two\r\nthree\x1b]2;half".encode())
    emulator.screen.screen_rows[1].cells()[0].pop()
    emulator.screen.screen_rows.pop()
    emulator.cursor.x = emulator.cursor.y = 99
    emulator.recover()
    assert [row.rstrip() for row in emulator.display] == ["one", "", ""]
    emulator.feed(b"\rx")
    assert emulator.display[2].rstrip() == "x"
