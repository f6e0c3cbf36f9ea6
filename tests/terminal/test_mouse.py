"""Mouse reports in the modes that the program requested."""

import pytest

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
    assert [one for one in (PRESS, RELEASE, DRAG, MOVE, WHEEL) if mouse_bytes(one, mode=mode, sgr=True)] == heard


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
    assert mouse_bytes(action, mode=1003, sgr=True) == sgr
    assert mouse_bytes(action, mode=1003, sgr=False) == old


def test_the_old_encoding_cannot_name_far_columns() -> None:
    assert mouse_bytes(MouseAction("press", 300, 1, 1), mode=1000, sgr=False) == b""
    assert mouse_bytes(MouseAction("press", 300, 1, 1), mode=1000, sgr=True) == b"\x1b[<0;301;2M"
