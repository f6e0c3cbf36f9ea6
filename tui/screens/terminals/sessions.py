"""The open terminals, also those in the background."""

from __future__ import annotations

from tui.live.terminals.sessions import SessionRow
from tui.resources.sessions import SESSIONS
from tui.screens.framework.context import ViewContext
from tui.screens.framework.resource_view import ResourceView
from tui.screens.terminals.open import open_session


class SessionsView(ResourceView[SessionRow]):
    """The list of sessions; Enter comes back to one."""

    def __init__(self, context: ViewContext) -> None:
        super().__init__(context, SESSIONS, context.terminals.rows)

    async def open_details(self) -> None:
        """Come back to the session under the cursor."""
        if self.current is not None:
            await open_session(self, [self.current])
