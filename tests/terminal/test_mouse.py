"""Mouse reports in the modes that the program requested."""

import pytest

from tui.terminal import Emulator
from tui.terminal.mouse import MouseAction, mouse_bytes

PRESS = MouseAction("press", 4, 9, 1)
RELEASE = MouseAction("release", 4, 9, 1)
DRAG = MouseAction("move", 5, 9, 1)
MOVE = MouseAction("move", 5, 9)
WHEEL = MouseAction("up", 0, 0)


@pytest.mark.parametrize(
    ("mode", "heard"),
    [
        (0, []),
        (9, [PRESS]),
        (1000, [PRESS, RELEASE, WHEEL]),
        (1002, [PRESS, RELEASE, DRAG, WHEEL]),
        (1003, [PRESS, RELEASE, DRAG, MOVE, WHEEL]),
    ],
)
def test_a_program_hears_what_it_asked_for(mode: int, heard: list[MouseAction]) -> None:
    assert [one for one in (PRESS, RELEASE, DRAG, MOVE, WHEEL) if mouse_bytes(one, mode=mode, form="sgr")] == heard


@pytest.mark.parametrize(
    ("action", "sgr", "old"),
    [
        (PRESS, b"\x1b[<0;5;10M", b"\x1b[M %*"),
        (RELEASE, b"\x1b[<0;5;10m", b"\x1b[M#%*"),
        (DRAG, b"\x1b[<32;6;10M", b"\x1b[M@&*"),
        (MOVE, b"\x1b[<35;6;10M", b"\x1b[MC&*"),
        (WHEEL, b"\x1b[<64;1;1M", b"\x1b[M`!!"),
        (MouseAction("press", 0, 0, 3, ctrl=True), b"\x1b[<18;1;1M", b"\x1b[M2!!"),
    ],
)
def test_both_encodings(action: MouseAction, sgr: bytes, old: bytes) -> None:
    assert mouse_bytes(action, mode=1003, form="sgr") == sgr
    assert mouse_bytes(action, mode=1003) == old


def test_the_old_encoding_cannot_name_far_columns() -> None:
    assert mouse_bytes(MouseAction("press", 300, 1, 1), mode=1000) == b""
    assert mouse_bytes(MouseAction("press", 300, 1, 1), mode=1000, form="sgr") == b"\x1b[<0;301;2M"
    assert mouse_bytes(MouseAction("press", 300, 1, 1), mode=1000, form="utf8") == '\x1b[M \u014d"'.encode()
    assert mouse_bytes(MouseAction("press", 2015, 1, 1), mode=1000, form="utf8") == b""
    assert mouse_bytes(MouseAction("release", 300, 1, 1), mode=1000, form="urxvt") == b"\x1b[35;301;2M"


def test_the_encoding_set_last_counts() -> None:
    emulator = Emulator(20, 5)
    emulator.feed(b"\x1b[?1006h\x1b[?1015h")
    assert emulator.modes.mouse_form == "urxvt"
    emulator.feed(b"\x1b[?1015l")
    assert emulator.modes.mouse_form == ""
