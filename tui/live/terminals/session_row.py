"""What there is to know about a terminal session, and what it needs of the connection to the engine."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

from tui.live.terminals.exec import ExecRequest

if TYPE_CHECKING:
    from tui.engine import Engine


class Phase(Enum):
    """Where a session stands."""

    OPENING = "opening"
    LIVE = "live"
    ENDING = "ending"
    ENDED = "ended"  # the program is over
    DETACHED = "detached"  # the program runs on without this session
    FAILED = "failed"  # it never came to be
    LOST = "lost"  # the connection broke; what became of the program is not known


ELSEWHERE = "elsewhere"
"""The state of a container on an engine that answered at the address before."""


OVER = frozenset((Phase.ENDED, Phase.DETACHED, Phase.FAILED, Phase.LOST))


@dataclass(frozen=True, slots=True)
class SessionRow:
    """What there is to know about a session. Times are wall-clock seconds; `request` is None for an attach.

    `container_state` is what the live picture says of its container ("running", "paused", "exited", "removed"). `trouble` is
    the error that ended it, `left` what it left running, both in words. `dropped` says why a part of the output is not shown.
    `unread` counts bytes of output that nobody has seen.
    """

    id: str
    container: str
    name: str
    request: ExecRequest | None
    started: float
    phase: Phase = Phase.OPENING
    exit_code: int | None = None
    container_state: str = ""
    trouble: str = ""
    left: str = ""
    dropped: str = ""
    unread: int = 0

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.phase in OVER


class Home(Protocol):
    """What the sessions need of the engine's live session (`tui.live.engine_session.Session`)."""

    @property
    def engine(self) -> Engine:
        """The connected client. Raises ConnectError while there is none."""

    @property
    def store(self) -> Any:
        """The live picture: its `containers` are watched."""
