"""The number of problems in every header: the problems of an engine are watched from its first connection on."""

from __future__ import annotations

from collections.abc import Callable

from tui.live.engine_session import Session
from tui.live.state.collection import Changes
from tui.resources import registry


class ProblemWatch:
    """Watches the problems of engines; `changed` is called when they change."""

    def __init__(self, changed: Callable[[Changes], object]) -> None:
        self._changed = changed
        self._sessions: set[Session] = set()

    def begin(self, session: Session) -> None:
        """Watch the problems of an engine, if it is connected and they are not watched yet."""
        if session.connected and session not in self._sessions:
            self._sessions.add(session)
            registry.load("problems").collection(session).changed.subscribe(self._changed)
