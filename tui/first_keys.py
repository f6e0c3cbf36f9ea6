"""The keys that are pressed on the first list, before the interface is loaded.

Moving the cursor is done at once. Any other key waits for the interface, and all keys after it, so that they keep their order.
"""

from __future__ import annotations

import os
import select
import sys
import threading

from tui.first_list import FirstList, Move
from tui.output import paint
from tui.terminal_background import TerminalBackground

MOVES: dict[bytes, Move] = {
    b"j": "down",
    b"k": "up",
    b"g": "first",
    b"G": "last",
    b"\x06": "page-down",
    b"\x02": "page-up",
    b"\x04": "half-down",
    b"\x15": "half-up",
    b"\x1b[5~": "page-up",
    b"\x1b[6~": "page-down",
    b"\x1b[1~": "first",
    b"\x1b[4~": "last",
    **{introducer + b"A": "up" for introducer in (b"\x1b[", b"\x1bO")},
    **{introducer + b"B": "down" for introducer in (b"\x1b[", b"\x1bO")},
    **{introducer + b"H": "first" for introducer in (b"\x1b[", b"\x1bO")},
    **{introducer + b"F": "last" for introducer in (b"\x1b[", b"\x1bO")},
}
"""What terminals send for the keys that move the cursor of a list."""

SWITCH_INTERVAL = 0.001
"""Seconds after which Python's other thread, which imports the interface, lets the keys be obeyed."""


class FirstKeys:
    """Reads the terminal in a thread until `take_over`."""

    def __init__(self, list: FirstList, fd: int, background: TerminalBackground) -> None:
        self._list = list
        self._background = background
        self._fd = fd
        self._rest = b""  # not obeyed
        self._queueing = False  # a key came that the interface has to obey
        self._taken = threading.Event()
        self._released = threading.Event()
        self._wake = os.pipe()
        self._switch_interval = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_INTERVAL)
        self._thread = threading.Thread(target=self._run, name="first-keys", daemon=True)
        self._thread.start()

    def take_over(self) -> tuple[str, int]:
        """End the thread, any number of times; return the id of the cursor's row, and how many rows are above the screen."""
        if not self._taken.is_set():
            os.write(self._wake[1], b"\0")
            self._thread.join()
            for end in self._wake:
                os.close(end)
            sys.setswitchinterval(self._switch_interval)
            self._taken.set()
        return self._list.position

    def release(self) -> None:
        """Let the interface have the other keys: it can obey them now. Called any number of times."""
        self._released.set()

    def typed(self) -> bytes:
        """Wait for `take_over` and `release`; return the bytes that were typed and not obeyed."""
        self._taken.wait()
        self._released.wait()
        rest, self._rest = self._rest, b""
        return rest

    def _run(self) -> None:
        while True:
            ready, _, _ = select.select([self._fd, self._wake[0]], [], [])
            if self._wake[0] in ready:
                return
            try:
                data = os.read(self._fd, 65536)
            except OSError:
                data = b""
            if not data:  # the terminal is gone, which the interface notices too
                return
            self._rest += self._background.without_answer(data)
            if moved := "".join(self._obeyed()):
                paint(moved)

    def _obeyed(self) -> list[str]:
        """Move the cursor by the keys at the beginning of what was typed; return what has to be painted."""
        painted: list[str] = []
        while self._rest and not self._queueing:
            key = next((key for key in MOVES if self._rest.startswith(key)), None)
            if key is not None:
                painted.append(self._list.move(MOVES[key]))
                self._rest = self._rest[len(key) :]
            elif any(key.startswith(self._rest) for key in MOVES):
                break  # the rest of a sequence is still to come
            else:
                self._queueing = True
        return painted
