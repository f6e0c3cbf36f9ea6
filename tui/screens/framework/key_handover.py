"""The moment at which the interface obeys the keys that were typed before it was there."""

from __future__ import annotations

import os
import select
import sys
import threading
from typing import TYPE_CHECKING, Any

from tui.live.state.store import Connecting
from tui.screens.framework.list_view import ListView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.worker import Worker

    from tui.engine.transport.address import Address
    from tui.options import Start
    from tui.screens.framework.context import ViewContext
    from tui.screens.framework.view import View
    from tui.terminal_background import TerminalBackground
    from tui.widgets.textual_internals.paced_app import PacedApp
    from tui.widgets.textual_internals.paced_driver import FirstKeys

SECONDS = 1.0
"""Seconds that keys typed before the interface wait for the connection."""

_CTRL_C = (b"\x03", b"\x1b[99;5u", b"\x1b[27;5;99~")  # as terminals send it
_READ = 65536


class HeldKeys:
    """Keys for a screen that opens once the engine answers: they wait until `release`, since on the list they would act.

    Ctrl+C does not wait: it ends the program.
    """

    def __init__(self, fd: int, background: TerminalBackground) -> None:
        self._fd = fd
        self._background = background
        self._wake = os.pipe()
        self._ended = threading.Event()
        self._dropped = False
        self.held = b""  # read, and not handed over yet

    def take_over(self) -> tuple[str, int]:
        """Return that no cursor was moved."""
        return "", 0

    def release(self, *, dropped: bool = False) -> None:
        """Let the driver have the keys; `dropped`: only those typed from now on. Called any number of times."""
        if not self._ended.is_set():
            self._ended.set()
            self._dropped = dropped
            os.write(self._wake[1], b"\0")

    def typed(self) -> bytes:
        """Wait for `release` or ctrl+c; return what was typed until then, without what came before ctrl+c."""
        while not self._ended.is_set():
            ready, _, _ = select.select([self._fd, self._wake[0]], [], [])
            if self._wake[0] in ready:
                break
            try:
                data = os.read(self._fd, _READ)
            except OSError:
                data = b""
            if not data:  # the terminal is gone, which the driver notices too
                return b""
            self.held += self._background.without_answer(data)
            if found := [key for key in _CTRL_C if key in self.held]:
                return self._handed_over(self.held.index(found[0]))
        return b"" if self._dropped else self._handed_over()

    def _handed_over(self, start: int = 0) -> bytes:
        held, self.held = self.held[start:], b""
        return held


def held_keys(addresses: Sequence[Address], start: Start, background: TerminalBackground) -> HeldKeys | None:
    """Hold the first keys for a terminal or a log that is opened by name; not if an SSH login may have to ask for something."""
    asks = any(address.scheme == "ssh" for address in addresses)
    holds = start.words[:1] in (("exec",), ("attach",), ("logs",)) and not asks
    return HeldKeys(sys.stdin.fileno(), background) if holds else None


def follow_first_keys(
    app: PacedApp, keys: FirstKeys, view: View | None, context: ViewContext, opening: Worker[Any] | None
) -> None:
    """Begin where the cursor was moved to, and obey the other keys once the engines are connected, except those that are lost.

    An action would be refused until then. `opening` opens the screen that the program was started for, for which the keys wait
    instead.
    """

    def release() -> None:
        keys.take_over()
        keys.release()

    async def release_after(opening: Worker[Any], keys: HeldKeys) -> None:
        await opening.wait()
        keys.release(dropped=app.screen is view)  # it was not opened: its keys are not for the list

    if opening is not None and isinstance(keys, HeldKeys):
        app.run_worker(release_after(opening, keys))
        return
    if not isinstance(view, ListView):
        release()
        return
    view.table.first_position = keys.take_over

    def connection_changed(_state: object = None) -> None:
        connecting = any(isinstance(session.store.connection.value, Connecting) for session in context.sessions)
        if context.connected and not connecting:
            keys.release()

    for session in context.sessions:
        session.store.connection.subscribe(connection_changed)
    connection_changed()
    app.set_timer(SECONDS, release)
