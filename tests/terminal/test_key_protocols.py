"""The kitty keyboard protocol and modifyOtherKeys: what programs get of the keys that the user's terminal reports."""

import pytest
from textual.events import Key

from tui.terminal import Emulator
from tui.terminal.keys import key_bytes
from tui.terminal.modes import Modes
from tui.widgets.textual_internals.keys import KeyParser, KeyReport, raw_bytes


class Terminal:
    """A user's terminal: its flags of the kitty protocol, and whether it reports modifiers."""

    def __init__(self, flags: int = 31, modifiers: bool = True) -> None:
        self.flags = flags
        self.modifiers = modifiers


def typed(data: str, modes: Modes) -> str:
    """Return what a program receives when the user's terminal sends `data`."""
    parser = KeyParser()
    events = [*parser.feed(data)]
    while parser.waiting:
        events += parser.tick()
    sent = b""
    for event in events:
        if isinstance(event, Key):
            sent += key_bytes(event.key, event.character, raw_bytes(event), modes)
        elif isinstance(event, KeyReport):
            sent += key_bytes("", None, event.raw, modes)
    return sent.decode()


def kitty(flags: int) -> Modes:
    return Modes(kitty=flags)


@pytest.mark.parametrize(
    ("data", "flags", "sent"),
    [
        ("\x1b[97;;97u", 1, "a"),
        ("\x1b[97;2;65u", 1, "A"),
        ("\x1b[50;2;34u", 1, '"'),
        ("\x1b[97;5u", 1, "\x1b[97;5u"),
        ("\x1b[105;5u", 1, "\x1b[105;5u"),
        ("\x1b[98;4u", 1, "\x1b[98;4u"),
        ("\x1b[27u", 1, "\x1b[27u"),
        ("\x1b[13u", 1, "\r"),
        ("\x1b[13;2u", 1, "\x1b[13;2u"),
        ("\x1b[9;5u", 1, "\x1b[9;5u"),
        ("\x1b[127u", 1, "\x7f"),
        ("\x1b[A", 1, "\x1b[A"),
        ("\x1bOA", 1, "\x1b[A"),
        ("\x1b[1;5A", 1, "\x1b[1;5A"),
        ("\x1b[P", 1, "\x1b[P"),
        ("\x1b[13~", 1, "\x1b[13~"),
        ("\x1b[3;3~", 1, "\x1b[3;3~"),
        ("\x1b[57441;2u", 1, ""),
        ("\x1b[57376u", 1, "\x1b[57376u"),
        ("\x1b[57403;;52u", 1, "4"),
        ("\x1b[57417u", 1, "\x1b[57417u"),
        ("\x1b[97;5u", 2, "\x01"),
        ("\x1b[97;1:3u", 3, "\x1b[97;1:3u"),
        ("\x1b[97;1:3u", 1, ""),
        ("\x1b[13;1:3u", 3, ""),
        ("\x1b[13;1:3u", 11, "\x1b[13;1:3u"),
        ("\x1b[1;1:2B", 3, "\x1b[1;1:2B"),
        ("\x1b[1;1:2B", 1, "\x1b[B"),
        ("\x1b[97:65:113;6u", 5, "\x1b[97:65:113;6u"),
        ("\x1b[97:65:113;6u", 1, "\x1b[97;6u"),
        ("\x1b[99::118;5u", 5, "\x1b[99::118;5u"),
        ("\x1b[97;;97u", 8, "\x1b[97u"),
        ("\x1b[97;;97u", 24, "\x1b[97;;97u"),
        ("\x1b[0;;229:228u", 1, "åä"),
        ("\x1b[57441;2u", 8, "\x1b[57441;2u"),
        ("\x1b[13u", 8, "\x1b[13u"),
    ],
)
def test_a_program_gets_the_flags_that_it_set(data: str, flags: int, sent: str) -> None:
    assert typed(data, kitty(flags)) == sent


@pytest.mark.parametrize(
    ("data", "sent"),
    [
        ("\x1b", "\x1b[27u"),
        ("a", "a"),
        ("A", "A"),
        ("\r", "\r"),
        ("\x1b[27;5;105~", "\x1b[105;5u"),
        ("\x1b[27;6;65~", "\x1b[97;6u"),
        ("\x1b[27;2;13~", "\x1b[13;2u"),
        ("\x1b[Z", "\x1b[9;2u"),
        ("\x1b[1;5D", "\x1b[1;5D"),
        ("\x1bb", "\x1b[98;3u"),
    ],
)
def test_modify_other_keys_of_the_terminal_feeds_the_first_flag(data: str, sent: str) -> None:
    assert typed(data, kitty(1)) == sent


@pytest.mark.parametrize(
    ("data", "first", "second"),
    [  # as xterm 379
        ("\x1b[97;5u", "\x01", "\x1b[27;5;97~"),
        ("\x1b[97;6u", "\x01", "\x1b[27;6;65~"),
        ("\x1b[13;2u", "\x1b[27;2;13~", "\x1b[27;2;13~"),
        ("\x1b[13;5u", "\x1b[27;5;13~", "\x1b[27;5;13~"),
        ("\x1b[9;5u", "\x1b[27;5;9~", "\x1b[27;5;9~"),
        ("\x1b[9;2u", "\x1b[Z", "\x1b[Z"),
        ("\x1b[9;6u", "\x1b[Z", "\x1b[27;6;9~"),
        ("\x1b[127;5u", "\x08", "\x08"),
        ("\x1b[127;2u", "\x7f", "\x1b[27;2;127~"),
        ("\x1b[27;2u", "\x1b", "\x1b[27;2;27~"),
        ("\x1b[32;2;32u", " ", "\x1b[27;2;32~"),
        ("\x1b[32;5u", "\0", "\x1b[27;5;32~"),
        ("\x1b[49;5u", "\x1b[27;5;49~", "\x1b[27;5;49~"),
        ("\x1b[51;5u", "\x1b", "\x1b[27;5;51~"),
        ("\x1b[59;5u", "\x1b[27;5;59~", "\x1b[27;5;59~"),
        ("\x1b[47;5u", "\x1f", "\x1b[27;5;47~"),
        ("\x1b[97;3u", "\x1ba", "\x1b[27;3;97~"),
        ("\x1b[97;4u", "\x1bA", "\x1b[27;4;65~"),
        ("\x1b[97;2;65u", "A", "A"),
        ("\x1b[13u", "\r", "\r"),
        ("\x1b[1;5A", "\x1b[1;5A", "\x1b[1;5A"),
    ],
)
def test_modify_other_keys(data: str, first: str, second: str) -> None:
    assert typed(data, Modes(other_keys=1)) == first
    assert typed(data, Modes(other_keys=2)) == second


@pytest.mark.parametrize(
    ("data", "sent"),
    [("\x1b[27;5;97~", "\x01"), ("\x1b[27;2;65~", "A"), ("\x1b[27;2;13~", "\r"), ("\x1b[27;6;9~", "\x1b[Z")],
)
def test_a_program_that_asked_for_nothing_gets_plain_keys(data: str, sent: str) -> None:
    assert typed(data, Modes()) == sent


def asked(*outputs: str, terminal: Terminal | None = None) -> str:
    """Return what a program is answered."""
    emulator = Emulator(20, 5)
    if terminal:
        emulator.set_reported(terminal)
    for output in outputs:
        emulator.feed(output.encode())
    return emulator.replies().decode()


def test_flags_are_pushed_popped_set_and_told() -> None:
    asks = "\x1b[?u"
    terminal = Terminal()
    assert asked(asks, terminal=terminal) == "\x1b[?0u"
    assert asked("\x1b[>1u", asks, terminal=terminal) == "\x1b[?1u"
    assert asked("\x1b[>1u\x1b[>5u\x1b[<u", asks, terminal=terminal) == "\x1b[?1u"
    assert asked("\x1b[>1u\x1b[>5u\x1b[<9u", asks, terminal=terminal) == "\x1b[?0u"
    assert asked("\x1b[=5u\x1b[=8;2u", asks, terminal=terminal) == "\x1b[?13u"
    assert asked("\x1b[=13u\x1b[=4;3u", asks, terminal=terminal) == "\x1b[?9u"
    assert asked("\x1b[>1u" * 100 + "\x1b[<100u", asks, terminal=terminal) == "\x1b[?0u"
    assert asked("\x1b[>1u\x1bc", asks, terminal=terminal) == "\x1b[?0u"


def test_each_of_the_two_screens_has_flags_of_its_own() -> None:
    assert asked("\x1b[>1u\x1b[?1049h\x1b[?u\x1b[>3u\x1b[?u\x1b[?1049l\x1b[?u", terminal=Terminal()) == (
        "\x1b[?0u\x1b[?3u\x1b[?1u"
    )


def test_what_the_users_terminal_lacks_is_not_claimed() -> None:
    assert asked("\x1b[>31u\x1b[?u") == ""
    assert asked("\x1b[>31u\x1b[?u", terminal=Terminal(flags=1)) == "\x1b[?1u"
    assert asked("\x1b[>4;2m\x1b[?4m") == "\x1b[>4;0m"
    emulator = Emulator(20, 5)
    emulator.feed(b"\x1b[>31u\x1b[>4;2m")
    assert (emulator.modes.kitty, emulator.modes.other_keys) == (0, 0)


@pytest.mark.parametrize(
    ("output", "level"),
    [
        ("\x1b[>4;2m", 2),
        ("\x1b[>4;1m", 1),
        ("\x1b[>4;2m\x1b[>4m", 0),
        ("\x1b[>4;2m\x1b[>m", 0),
        ("\x1b[>4;2m\x1b[>4n", 0),
        ("\x1b[>4;2m\x1b[!p", 0),
        ("\x1b[>1;2m", 0),
    ],
)
def test_the_level_of_modify_other_keys_is_set_and_told(output: str, level: int) -> None:
    assert asked(output, "\x1b[?4m", terminal=Terminal()) == f"\x1b[>4;{level}m"


def test_enter_and_backspace_follow_their_modes() -> None:
    assert typed("\r", Modes(newline=True)) == "\r\n"
    assert typed("\x7f", Modes(backarrow=True)) == "\x08"
    assert typed("\x1b[127;5u", Modes(backarrow=True)) == "\x7f"
