"""Keys that are held for a screen which opens later."""

import os
import pty
import tty
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from tui.screens.framework.key_handover import HeldKeys
from tui.terminal_background import TerminalBackground


@contextmanager
def terminal() -> Iterator[tuple[int, int]]:
    """Yield both ends of a terminal that passes on each byte."""
    user, program = pty.openpty()
    tty.setraw(program)
    try:
        yield user, program
    finally:
        os.close(user)
        os.close(program)


@pytest.mark.parametrize(("dropped", "had"), [(False, b"ls\r"), (True, b"")])
def test_held_keys_are_for_the_screen_that_was_opened_and_for_no_other(dropped: bool, had: bytes) -> None:
    with terminal() as (user, program), ThreadPoolExecutor(1) as pool:
        keys = HeldKeys(program, TerminalBackground({}))
        typed = pool.submit(keys.typed)
        for key in (b"l", b"s", b"\r"):
            os.write(user, key)
        while keys.held != b"ls\r":
            assert not typed.done()
        keys.release(dropped=dropped)
        keys.release()
        assert typed.result() == had
        assert keys.typed() == b""


@pytest.mark.parametrize("ctrl_c", [b"\x03", b"\x1b[99;5u", b"\x1b[27;5;99~"])
def test_ctrl_c_does_not_wait(ctrl_c: bytes) -> None:
    with terminal() as (user, program):
        keys = HeldKeys(program, TerminalBackground({}))
        os.write(user, b"ls" + ctrl_c)
        assert keys.typed() == ctrl_c
