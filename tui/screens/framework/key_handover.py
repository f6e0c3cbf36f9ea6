"""The moment at which the interface obeys the keys that were typed before it was there."""

from __future__ import annotations

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
    from tui.widgets.textual_internals.paced_app import PacedApp
    from tui.widgets.textual_internals.paced_driver import FirstKeys

SECONDS = 1.0
"""Seconds that keys typed before the interface wait for the connection."""

OPENING_SECONDS = 5.0
"""Seconds that they wait for the terminal or the log that the program was started for."""


class HeldKeys:
    """Keys that wait for a screen which opens once the engine answers: until `release` nothing reads the terminal.

    They are meant for that screen: on the list below it they would act on a container.
    """

    def __init__(self) -> None:
        self._released = threading.Event()

    def take_over(self) -> tuple[str, int]:
        """Return that no cursor was moved."""
        return "", 0

    def release(self) -> None:
        """Let the driver read the keys."""
        self._released.set()

    def typed(self) -> bytes:
        """Wait for `release`; return b"", since the keys are still in the terminal."""
        self._released.wait()
        return b""


def held_keys(addresses: Sequence[Address], start: Start) -> HeldKeys | None:
    """Hold the first keys for a terminal or a log that is opened by name; not if an SSH login may have to ask for something."""
    asks = any(address.scheme == "ssh" for address in addresses)
    return HeldKeys() if start.words[:1] in (("exec",), ("attach",), ("logs",)) and not asks else None


def follow_first_keys(
    app: PacedApp, keys: FirstKeys, view: View | None, context: ViewContext, opening: Worker[Any] | None
) -> None:
    """Begin where the cursor was moved to, and obey the other keys once the engines are connected, except those that are lost.

    An action would be refused until then. `opening` opens the screen that the program was started for, which the keys wait for
    then.
    """

    def release() -> None:
        keys.take_over()
        keys.release()

    async def release_after(opening: Worker[Any]) -> None:
        await opening.wait()
        release()

    if opening is not None:
        app.run_worker(release_after(opening))
        app.set_timer(OPENING_SECONDS, release)
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
