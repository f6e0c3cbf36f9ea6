"""The number of problems in every header: the problems of an engine are watched from its first connection on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tui.live.engine_session import Session
from tui.live.state.collection import Changes
from tui.resources import registry

AFTER_SECONDS = 1.0
"""Seconds after the connection: loading the rules takes 50 ms, and the first figures and keys come first."""


class ProblemWatch:
    """Watches the problems of engines; `changed` is called when they change."""

    def __init__(self, changed: Callable[[Changes], object]) -> None:
        self._changed = changed
        self._sessions: set[Session] = set()
        self._coming = 0  # engines whose problems are watched soon

    @property
    def idle(self) -> bool:
        """Whether the problems of all connected engines are watched."""
        return not self._coming

    def begin(self, session: Session) -> None:
        """Watch the problems of an engine, if it is connected and they are not watched yet."""
        if session.connected and session not in self._sessions:
            self._sessions.add(session)
            self._coming += 1
            asyncio.get_running_loop().call_later(AFTER_SECONDS, self._watch, session)

    def _watch(self, session: Session) -> None:
        self._coming -= 1
        registry.load("problems").collection(session).changed.subscribe(self._changed)
