"""The moment at which the interface obeys the keys that were typed before it was there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.live.state.store import Connected
from tui.screens.framework.list_view import ListView

if TYPE_CHECKING:
    from tui.screens.framework.context import ViewContext
    from tui.screens.framework.view import View
    from tui.widgets.textual_internals.paced_app import PacedApp
    from tui.widgets.textual_internals.paced_driver import FirstKeys

SECONDS = 1.0
"""Seconds that keys typed before the interface wait for the connection."""


def follow_first_keys(app: PacedApp, keys: FirstKeys, view: View | None, context: ViewContext) -> None:
    """Begin where the cursor was moved to, and obey the other keys once the engine is connected: an action would be refused
    until then."""

    def release() -> None:
        keys.take_over()
        keys.release()

    if not isinstance(view, ListView):
        release()
        return
    view.table.first_position = keys.take_over
    if context.connected:
        keys.release()
        return
    context.session.store.connection.subscribe(lambda state: keys.release() if isinstance(state, Connected) else None)
    app.set_timer(SECONDS, release)
