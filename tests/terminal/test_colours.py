"""Colours: those of the theme are told to programs, and programs set their own within the pane."""

import pytest

from tui.terminal import Emulator
from tui.terminal.colours import ThemeColours, parsed
from tui.terminal.style import PALETTE, Style

DARK = ThemeColours("ffffff", "1e1e2e", tuple(f"{number:02x}{number:02x}00" for number in range(16)))
LIGHT = ThemeColours("000000", "f0f0f0", DARK.palette, dark=False)


def themed(data: str = "", theme: ThemeColours = DARK) -> Emulator:
    emulator = Emulator(20, 5)
    emulator.set_theme(theme)
    emulator.feed(data.encode())
    return emulator


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("\x1b]10;?\x07", "\x1b]10;rgb:ffff/ffff/ffff\x07"),
        ("\x1b]11;?\x1b\\", "\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\"),
        ("\x1b]12;?\x1b\\", "\x1b]12;rgb:ffff/ffff/ffff\x1b\\"),
        ("\x1b]10;?;?\x1b\\", "\x1b]10;rgb:ffff/ffff/ffff\x1b\\\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\"),
        ("\x1b]4;3;?\x1b\\", "\x1b]4;3;rgb:0303/0303/0000\x1b\\"),
        ("\x1b]4;196;?;0;?\x07", "\x1b]4;196;rgb:ffff/0000/0000\x07\x1b]4;0;rgb:0000/0000/0000\x07"),
        ("\x1b]4;999;?\x07\x1b]4;x;?\x07\x1b]4\x07", ""),
        ("\x1b]11;#123456\x07\x1b]11;?\x07", "\x1b]11;rgb:1212/3434/5656\x07"),
        ("\x1b]11;#123456\x07\x1b]111\x07\x1b]11;?\x07", "\x1b]11;rgb:1e1e/1e1e/2e2e\x07"),
        (
            "\x1b]4;1;red;2;blue\x07\x1b]104;1\x07\x1b]4;1;?;2;?\x07",
            "\x1b]4;1;rgb:0101/0101/0000\x07\x1b]4;2;rgb:0000/0000/ffff\x07",
        ),
        ("\x1b]4;1;red\x07\x1b]104\x07\x1b]4;1;?\x07", "\x1b]4;1;rgb:0101/0101/0000\x07"),
        ("\x1b]4;1;red\x07\x1bc\x1b]4;1;?\x07", "\x1b]4;1;rgb:0101/0101/0000\x07"),
        ("\x1b[?996n", "\x1b[?997;1n"),
        ("\x1b[?2031$p", "\x1b[?2031;2$y"),
    ],
)
def test_questions_about_colours_are_answered(question: str, answer: str) -> None:
    assert themed(question).replies().decode() == answer


def test_unknown_colours_are_not_answered() -> None:
    emulator = Emulator(20, 5)
    emulator.feed(b"\x1b]10;?\x07\x1b]11;?\x07\x1b]4;1;?\x07\x1b[?996n")
    assert emulator.replies() == b""


def test_another_theme_is_reported_to_programs_that_asked_for_it() -> None:
    emulator = themed()
    emulator.set_theme(LIGHT)
    assert emulator.replies() == b""
    emulator.feed(b"\x1b[?2031h")
    emulator.set_theme(LIGHT)
    assert emulator.replies() == b""
    emulator.set_theme(DARK)
    assert emulator.replies() == b"\x1b[?997;1n"


def test_colours_that_a_program_sets_are_shown_in_all_text() -> None:
    emulator = themed("\x1b[31mred\x1b[44mblue\x1b[0mplain\x1b]4;1;#010203;4;rgb:ff/0/80\x07")
    assert emulator.take_dirty() == {0, 1, 2, 3, 4}
    assert emulator.colours.shown(emulator.row(0))[:3] == [
        ("red", Style(fg="010203")),
        ("blue", Style(fg="010203", bg="ff0080")),
        ("plain" + " " * 8, Style()),
    ]
    emulator.feed(b"\x1b]104\x07")
    assert emulator.colours.shown(emulator.row(0)) == emulator.row(0)


def test_default_colours_that_a_program_sets_are_its_own() -> None:
    colours = themed("\x1b]10;white\x07\x1b]11;#000\x07").colours
    assert (colours.own_foreground, colours.own_background) == ("ffffff", "000000")
    colours = themed("\x1b]10;white\x07\x1b]110\x07").colours
    assert colours.own_foreground is None


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("rgb:f/8/0", "ff8800"),
        ("rgb:ff/80/00", "ff8000"),
        ("rgb:ffff/8080/0000", "ff8000"),
        ("#f80", "f08000"),
        ("#FF8000", "ff8000"),
        ("#ffff80800000", "ff8000"),
        ("Cyan", "00ffff"),
        ("rgb:ff/80", None),
        ("#ff", None),
        ("no such colour", None),
        ("\u0663", None),
    ],
)
def test_colours_are_read_as_xterm_reads_them(text: str, colour: str | None) -> None:
    assert parsed(text) == colour


def test_the_palette_has_its_names() -> None:
    assert len(PALETTE) == 16
