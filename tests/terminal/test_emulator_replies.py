"""The emulator's answers: one for each query, none to replayed output."""

import pytest

from tui import __version__
from tui.terminal import Emulator


def answer(question: str, before: str = "") -> str:
    emulator = Emulator(20, 5)
    emulator.feed((before + question).encode())
    return emulator.replies().decode()


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("\x1b[c", "\x1b[?62;22c"),
        ("\x1b[0c", "\x1b[?62;22c"),
        ("\x1b[>c", "\x1b[>0;277;0c"),
        ("\x1b[=c", "\x1bP!|00000000\x1b\\"),
        ("\x1b[5n", "\x1b[0n"),
        ("\x1b[6n", "\x1b[1;1R"),
        ("\x1b[?6n", "\x1b[?1;1R"),
        ("\x1b[>q", f"\x1bP>|Longshore({__version__})\x1b\\"),
        ("\x1b[>0q", f"\x1bP>|Longshore({__version__})\x1b\\"),
        ("\x1b[18t", "\x1b[8;5;20t"),
        ("\x1b[?25$p", "\x1b[?25;1$y"),
        ("\x1b[?1$p", "\x1b[?1;2$y"),
        ("\x1b[?2026$p", "\x1b[?2026;2$y"),
        ("\x1b[?1049$p", "\x1b[?1049;2$y"),
        ("\x1b[?3$p", "\x1b[?3;4$y"),
        ("\x1b[?9999$p", "\x1b[?9999;0$y"),
        ("\x1b[?1005$p", "\x1b[?1005;2$y"),
        ("\x1b[?1015$p", "\x1b[?1015;2$y"),
        ("\x1b[?1016$p", "\x1b[?1016;0$y"),
        ("\x1b[?1048$p", "\x1b[?1048;2$y"),
        ("\x1b7\x1b[?1048$p", "\x1b[?1048;1$y"),
        ("\x1b[?1039$p", "\x1b[?1039;3$y"),
        ("\x1b[?2$p", "\x1b[?2;3$y"),
        ("\x1b[12$p", "\x1b[12;3$y"),
        ("\x1b[1$p", "\x1b[1;4$y"),
        ("\x1b[4$p", "\x1b[4;2$y"),
        ("\x1b[99$p", "\x1b[99;0$y"),
        ("\x1bP$q q\x1b\\", "\x1bP1$r0 q\x1b\\"),
        ("\x1bP$qr\x1b\\", "\x1bP1$r1;5r\x1b\\"),
        ("\x1bP$qx\x1b\\", "\x1bP0$r\x1b\\"),
        ("\x1bP+q544e\x1b\\", "\x1bP1+r544e=787465726D2D323536636F6C6F72\x1b\\"),
        ("\x1bP+q436f;524742\x1b\\", "\x1bP1+r436f=323536\x1b\\\x1bP1+r524742=382F382F38\x1b\\"),
        ("\x1bP+q5463\x1b\\", "\x1bP1+r5463\x1b\\"),
        ("\x1bP+q6b75\x1b\\", "\x1bP1+r6b75=1B4F41\x1b\\"),
        ("\x1bP+q4d73\x1b\\", "\x1bP0+r4d73\x1b\\"),
        ("\x1bP+qzz\x1b\\", "\x1bP0+r\x1b\\"),
    ],
)
def test_a_question_has_one_answer(question: str, expected: str) -> None:
    assert answer(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "\x1b[?c",
        "\x1b[1c",
        "\x1b[7n",
        "\x1b[21t",
        "\x1b[?u",
        "\x1b]52;c;?\x07",
        "\x1b]11;?\x07",
        "\x1b]7;file://h/\x07",
        "\x05",
    ],
)
def test_what_is_unknown_private_or_dangerous_has_none(question: str) -> None:
    assert answer(question) == ""


def test_the_cursor_is_reported_on_the_last_column_while_a_wrap_waits() -> None:
    assert answer("\x1b[6n", "x" * 20) == "\x1b[1;20R"


def test_modes_are_reported_as_they_are() -> None:
    assert answer("\x1b[?2004$p", "\x1b[?2004h") == "\x1b[?2004;1$y"
    assert answer("\x1b[?1049$p", "\x1b[?1049h") == "\x1b[?1049;1$y"


def test_colours_are_reported_in_a_form_that_sets_them_again() -> None:
    reported = answer("\x1bP$qm\x1b\\", "\x1b[1;3;4;31;48;2;1;2;3m")
    assert reported == "\x1bP1$r0;1;3;4;31;48:2::1:2:3m\x1b\\"


def test_replayed_output_is_not_answered() -> None:
    emulator = Emulator(20, 5)
    emulator.feed(b"\x1b[c\x1b[6n\x1b[>q", answer=False)
    assert emulator.replies() == b""
    emulator.feed(b"\x1b[5n")
    assert emulator.replies() == b"\x1b[0n"


def test_answers_are_taken_once_or_sent_at_once() -> None:
    emulator = Emulator(20, 5)
    emulator.feed(b"\x1b[5n\x1b[6n")
    assert emulator.replies() == b"\x1b[0n\x1b[1;1R"
    assert emulator.replies() == b""
    sent: list[bytes] = []
    Emulator(20, 5, reply=sent.append).feed(b"\x1b[5n\x1b[6n")
    assert sent == [b"\x1b[0n", b"\x1b[1;1R"]


def test_answers_that_nobody_takes_are_bounded() -> None:
    emulator = Emulator(20, 5)
    for _ in range(100):
        emulator.feed(b"\x1b[c" * 1000)
    assert len(emulator.replies()) <= 16384
