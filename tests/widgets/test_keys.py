"""A key holds the bytes it was decoded from, and invalid sequences are not keys."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events
from textual.message import Message

from tests.bench.fuzz.keys import one
from tui.widgets.textual_internals.character_widths import SAMPLES, CharacterWidths, Widths
from tui.widgets.textual_internals.keyboard import Keyboard
from tui.widgets.textual_internals.keys import KeyParser, KeyReport, raw_bytes
from tui.widgets.textual_internals.mouse import Mouse


def parsed(*texts: str, then_nothing: bool = True) -> list[Message]:
    """Return what a parser makes of texts, followed by a time-out."""
    parser = KeyParser()
    found = [message for text in texts for message in parser.feed(text)]
    if then_nothing and parser.waiting:
        parser._timeout_time = 0.0
        found += parser.tick()
    return found


def keys(*texts: str) -> list[tuple[str, bytes | None]]:
    return [(message.key, raw_bytes(message)) for message in parsed(*texts) if isinstance(message, events.Key)]


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("a", "a"),
        ("Z", "Z"),
        ("é", "é"),
        ("日", "日"),
        ("\r", "enter"),
        ("\t", "tab"),
        ("\x7f", "backspace"),
        ("\x03", "ctrl+c"),
        ("\x1c", "ctrl+backslash"),
        ("\x00", "ctrl+@"),
        ("\x1b[A", "up"),
        ("\x1bOA", "up"),
        ("\x1b[Z", "shift+tab"),
        ("\x1bOP", "f1"),
        ("\x1b[15~", "f5"),
        ("\x1b[3~", "delete"),
        ("\x1b[1;5C", "ctrl+right"),
        ("\x1b", "escape"),
        ("\x1bx", "alt+x"),
        ("\x1b[[A", "f1"),
    ],
)
def test_a_key_has_its_name_and_its_bytes(sent: str, name: str) -> None:
    assert keys(sent) == [(name, sent.encode())]


def test_keys_typed_ahead_come_one_by_one() -> None:
    assert keys("j\x1b[Bk") == [("j", b"j"), ("down", b"\x1b[B"), ("k", b"k")]


def test_a_sequence_in_pieces_is_one_key() -> None:
    assert keys("\x1b", "[", "A") == [("up", b"\x1b[A")]


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("\x1b[97;5u", "ctrl+a"),
        ("\x1b[97:65:113;6u", "ctrl+shift+a"),
        ("\x1b[97:65;2;65u", "A"),
        ("\x1b[97;1:2;97u", "a"),
        ("\x1b[1;5:2A", "ctrl+up"),
        ("\x1b[3;2:1~", "shift+delete"),
        ("\x1b[27;5;97~", "ctrl+a"),
        ("\x1b[27;6;65~", "ctrl+shift+a"),
        ("\x1b[27;2;65~", "A"),
        ("\x1b[27;2;13~", "shift+enter"),
        ("\x1b[27;4;63~", "alt+question_mark"),
    ],
)
def test_keys_of_other_protocols_have_the_same_names(sent: str, name: str) -> None:
    assert keys(sent) == [(name, sent.encode())]


@pytest.mark.parametrize("sent", ["\x1b[97;1:3u", "\x1b[1;1:3A", "\x1b[3;5:3~", "\x1b[57441;2u", "\x1b[57358u"])
def test_a_release_and_a_modifier_alone_are_no_key(sent: str) -> None:
    (report,) = parsed(sent)
    assert isinstance(report, KeyReport)
    assert report.raw == sent.encode()


def test_the_protocols_of_the_terminal_are_asked_for_and_turned_on_while_wanted() -> None:
    sent: list[str] = []
    keyboard = Keyboard(sent.append)
    keyboard.ask()
    assert "\x1b[?u" in "".join(sent)
    assert (keyboard.flags, keyboard.modifiers) == (0, False)
    sent.clear()
    keyboard.want(2)
    assert sent == []  # the terminal has no protocol

    keyboard.want(0)
    assert [*KeyParser(keyboard.is_answer).feed("\x1b[?31u")] == []
    assert (keyboard.flags, keyboard.modifiers) == (31, True)
    keyboard.want(2)
    keyboard.want(2)
    keyboard.want(0)
    assert sent == ["\x1b[=27;1u", "\x1b[=25;1u"]


@pytest.mark.parametrize(("term", "asked"), [("xterm-256color", True), ("xterm-kitty", False), ("linux", False)])
def test_only_terminals_like_xterm_are_asked_for_modify_other_keys(
    term: str, asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", term)
    sent: list[str] = []
    Keyboard(sent.append).ask()
    assert ("\x1b[?4m\x1b[m" in sent) is asked


def test_a_terminal_with_modify_other_keys_reports_modifiers_while_wanted() -> None:
    sent: list[str] = []
    keyboard = Keyboard(sent.append)
    assert [*KeyParser(keyboard.is_answer).feed("\x1b[>4;0m")] == []
    assert (keyboard.flags, keyboard.modifiers) == (1, True)
    keyboard.want(1)
    keyboard.want(0)
    keyboard.want(1)
    keyboard.leave()
    assert sent == ["\x1b[>4;2m", "\x1b[>4m", "\x1b[>4;2m", "\x1b[>4m"]


def test_a_position_that_nobody_asked_for_is_f3_with_modifiers() -> None:
    assert keys("\x1b[1;5R") == [("ctrl+f3", b"\x1b[1;5R")]
    assert keys("\x1b[5;5R") == []


def test_the_widths_are_asked_for_once_and_known_when_all_are_told() -> None:
    told: list[Widths] = []
    widths = CharacterWidths(lambda: told.append(widths.known))
    question = widths.question()
    assert [sample for sample in SAMPLES if sample not in question] == []
    assert widths.question() == ""
    parser = KeyParser(is_position=widths.is_answer)
    for column in (3, 5, 3, 3, 2):
        assert [*parser.feed(f"\x1b[1;{column}R")] == []
        assert told == []
    assert [*parser.feed("\x1b[1;2R")] == []
    assert told == [Widths(joined=2, toned=4, flag=2, emoji=2, indic=1, trigram=1)]
    assert [event.key for event in parser.feed("\x1b[1;2R") if isinstance(event, events.Key)] == ["shift+f3"]


def test_a_key_made_by_a_program_has_no_bytes() -> None:
    assert raw_bytes(events.Key("a", "a")) is None


def test_a_copied_key_keeps_its_bytes() -> None:
    (key,) = parsed("\x1b[A")
    assert isinstance(key, events.Key)
    assert raw_bytes(key.copy()) == b"\x1b[A"


@pytest.mark.parametrize("reply", ["\x1b[?62;22c", "\x1b[>41;354;0c", "\x1b[0n", "\x1b[8;24;80t", "\x1b[?997;1n"])
def test_a_late_answer_of_the_terminal_is_no_key(reply: str) -> None:
    assert keys(reply, "j") == [("j", b"j")]


def test_the_mouse_and_the_focus_are_still_understood() -> None:
    kinds = [type(message) for message in parsed("\x1b[<0;3;4M\x1b[<0;3;4m\x1b[I\x1b[O")]
    assert kinds == [events.MouseDown, events.MouseUp, events.AppFocus, events.AppBlur]


@pytest.mark.parametrize("cut", range(5, 40, 3))
def test_a_paste_is_one_whole_text_whatever_is_in_it_and_however_it_comes(cut: int) -> None:
    sent = "j\x1b[200~rm -rf /\r\x1b[Ax\x1b\x1b[20\x1b[201~k"
    if sent[:cut].endswith(("\x1b", "\x1b[", "\x1b[2", "\x1b[20", "\x1b[200")) and cut < 8:
        cut = 1
    first, paste, last = parsed(sent[:cut], sent[cut:])
    assert isinstance(paste, events.Paste)
    assert paste.text == "rm -rf /\r\x1b[Ax\x1b\x1b[20"
    assert [message.key for message in (first, last) if isinstance(message, events.Key)] == ["j", "k"]


def test_dispatch_knows_the_key_as_a_key() -> None:
    (key,) = parsed("j")
    assert key.handler_name == "on_key"


# any input of a terminal

PARTS = st.one_of(
    st.binary(max_size=12),
    st.sampled_from(
        [b"\x1b", b"\x1b[", b"\x1b\x1b[A", b"\x1bO", b"\x1b[200~", b"\x1b[201~", b"\x1b[I", b"\x1b[?2026;2$y", b"\xc3", b"\xff"]
    ),
    st.builds(
        lambda prefix, numbers, final: f"\x1b[{prefix}{numbers}{final}".encode(),
        st.sampled_from(["", "<", "?", "M", "48;"]),
        st.text("0123456789;:-²٣", max_size=28),
        st.sampled_from([*"uABCDHPR~Mmty", "$y"]),
    ),
)


@given(st.integers(0, 255), st.lists(PARTS, max_size=12))
@settings(max_examples=300)
def test_no_bytes_of_the_terminal_break_the_reader_of_keys(cut: int, parts: list[bytes]) -> None:
    one(bytes([cut]) + b"".join(parts))


@pytest.mark.parametrize(
    "sent",
    [
        "\x1b[97:65;1u",  # a key with its shifted form
        "\x1b[1114112u",  # not a character
        "\x1b[99999999999999999999u",
        "\x1b[97;1;1114112u",
        "\x1b[97;:u",
        "\x1b[48;0;0;0;0t\x1b[<0;3;4M",  # a terminal of size 0
        "\x1b[48;9999999;9999999;1;1t",
    ],
)
def test_what_no_terminal_should_send_is_no_key_and_the_next_key_is_one(sent: str) -> None:
    assert keys(sent, "j")[-1:] == [("j", b"j")]
    assert not [message for message in parsed(sent) if isinstance(message, events.Resize)]


def test_movements_of_the_mouse_are_reported_only_while_wanted() -> None:
    sent: list[str] = []
    mouse = Mouse(sent.append)
    mouse.want_moves(True)
    assert sent == []  # the terminal is not ours
    mouse.turn_on()
    mouse.want_moves(True)
    mouse.want_moves(False)
    mouse.want_moves(True)
    mouse.turn_off()
    assert sent == [
        "\x1b[?1000h\x1b[?1002h\x1b[?1006h\x1b[?1003h",
        "\x1b[?1003l\x1b[?1000h\x1b[?1002h",
        "\x1b[?1003h",
        "\x1b[?1003l\x1b[?1006l\x1b[?1002l\x1b[?1000l",
    ]
