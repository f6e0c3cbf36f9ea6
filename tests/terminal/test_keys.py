"""Every key as the bytes that xterm sends: from Textual's names, and from the bytes of the user's own terminal."""

import pytest
from textual.events import Key

from tui.terminal.keys import key_bytes
from tui.terminal.modes import Modes
from tui.widgets.textual_internals.keys import KeyParser, raw_bytes

PLAIN, APPLICATION = Modes(), Modes(application_cursor=True, application_keypad=True)


@pytest.mark.parametrize(
    ("key", "character", "sent"),
    [
        ("a", "a", b"a"),
        ("upper_a", "A", b"A"),
        ("é", "é", "é".encode()),
        ("exclamation_mark", "!", b"!"),
        ("space", " ", b" "),
        ("enter", "\r", b"\r"),
        ("tab", "\t", b"\t"),
        ("shift+tab", None, b"\x1b[Z"),
        ("backspace", "\x7f", b"\x7f"),
        ("ctrl+backspace", None, b"\x08"),
        ("alt+backspace", None, b"\x1b\x7f"),
        ("escape", "\x1b", b"\x1b"),
        ("ctrl+c", "\x03", b"\x03"),
        ("ctrl+p", "\x10", b"\x10"),
        ("ctrl+q", "\x11", b"\x11"),
        ("ctrl+z", "\x1a", b"\x1a"),
        ("ctrl+shift+a", None, b"\x01"),
        ("ctrl+at", "\x00", b"\x00"),
        ("ctrl+space", None, b"\x00"),
        ("ctrl+backslash", "\x1c", b"\x1c"),
        ("ctrl+right_square_bracket", "\x1d", b"\x1d"),
        ("ctrl+circumflex_accent", "\x1e", b"\x1e"),
        ("ctrl+underscore", "\x1f", b"\x1f"),
        ("ctrl+slash", None, b"\x1f"),
        ("alt+b", None, b"\x1bb"),
        ("alt+shift+b", None, b"\x1bB"),
        ("alt+full_stop", None, b"\x1b."),
        ("alt+enter", None, b"\x1b\r"),
        ("ctrl+alt+c", None, b"\x1b\x03"),
        ("up", None, b"\x1b[A"),
        ("ctrl+left", None, b"\x1b[1;5D"),
        ("ctrl+shift+alt+end", None, b"\x1b[1;8F"),
        ("pageup", None, b"\x1b[5~"),
        ("shift+delete", None, b"\x1b[3;2~"),
        ("f1", None, b"\x1bOP"),
        ("f5", None, b"\x1b[15~"),
        ("f12", None, b"\x1b[24~"),
        ("f13", None, b"\x1b[1;2P"),
        ("ctrl+f5", None, b"\x1b[15;5~"),
        ("<ignore>", None, b""),
        ("left_shift", None, b""),
    ],
)
def test_a_key_by_its_name(key: str, character: str | None, sent: bytes) -> None:
    assert key_bytes(key, character, None, PLAIN) == sent


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        ("up", b"\x1bOA"),
        ("home", b"\x1bOH"),
        ("end", b"\x1bOF"),
        ("ctrl+up", b"\x1b[1;5A"),
        ("f1", b"\x1bOP"),
        ("delete", b"\x1b[3~"),
    ],
)
def test_cursor_keys_follow_the_application_mode(key: str, sent: bytes) -> None:
    assert key_bytes(key, None, None, APPLICATION) == sent


def typed(data: str, modes: Modes = PLAIN) -> bytes:
    """Return what a program receives when the user's terminal sends `data`."""
    parser = KeyParser()
    events = [*parser.feed(data)]
    while parser.waiting:
        events += parser.tick()
    keys = [event for event in events if isinstance(event, Key)]
    return b"".join(key_bytes(event.key, event.character, raw_bytes(event), modes) for event in keys)


@pytest.mark.parametrize(
    "data",
    [
        "a",
        "Ж",
        "漢",
        "\x08",
        "\x7f",
        "\r",
        "\n",
        "\t",
        "\x00",
        "\x1b",
        "\x1c",
        "\x1d",
        "\x1e",
        "\x1f",
        "\x1bb",
        "\x1bf",
        "\x1b1",
        "\x1b.",
        "\x1b-",
        "\x1b=",
        "\x1b\r",
        "\x1b\x7f",
        "\x1b\x01",
        "\x1b\x08",
        "\x1bB",
        "\x1b[A",
        "\x1b[H",
        "\x1b[1;3A",
        "\x1b[1;5D",
        "\x1b[1;7C",
        "\x1b[5;3~",
        "\x1b[3;5~",
        "\x1b[Z",
        "\x1bOP",
        "\x1b[15~",
        "\x1b[15;5~",
        "\x1b[24~",
        *(chr(code) for code in range(1, 27)),
    ],
)
def test_what_a_plain_terminal_sends_arrives_unchanged(data: str) -> None:
    assert typed(data) == data.encode()


@pytest.mark.parametrize(
    ("data", "sent"),
    [
        ("\x1b[97;5u", b"\x01"),
        ("\x1b[98;3u", b"\x1bb"),
        ("\x1b[13;3u", b"\x1b\r"),
        ("\x1b[9;5u", b"\t"),
        ("\x1b[127;5u", b"\x08"),
        ("\x1b[27u", b"\x1b"),
        ("\x1b[92;5u", b"\x1c"),
        ("\x1b[99;7u", b"\x1b\x03"),
        ("\x1b[46;3u", b"\x1b."),
    ],
)
def test_keys_of_the_kitty_protocol_become_plain(data: str, sent: bytes) -> None:
    assert typed(data) == sent


@pytest.mark.parametrize(
    ("data", "sent"), [("\x1b[[A", b"\x1bOP"), ("\x1b[11~", b"\x1bOP"), ("\x1b[1~", b"\x1b[H"), ("\x1b[4~", b"\x1b[F")]
)
def test_other_terminals_keys_become_xterms(data: str, sent: bytes) -> None:
    assert typed(data) == sent


def test_arrows_of_the_terminal_follow_the_programs_mode() -> None:
    assert typed("\x1b[A\x1bOB", APPLICATION) == b"\x1bOA\x1bOB"
    assert typed("\x1b[A\x1bOB") == b"\x1b[A\x1b[B"
