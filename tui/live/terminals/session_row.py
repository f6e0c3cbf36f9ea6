"""What there is to know about a terminal session, and what it needs of the connection to the engine."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol

from tui.engine import errors
from tui.live.terminals.exec import ExecRequest

if TYPE_CHECKING:
    from tui.engine import Engine


class Phase(Enum):
    """The state of a session."""

    OPENING = "opening"
    LIVE = "live"
    ENDING = "ending"
    ENDED = "ended"  # the program ended
    DETACHED = "detached"  # the program runs on without this session
    FAILED = "failed"  # could not be opened
    LOST = "lost"  # the connection broke; the program's state is unknown


class Input(Enum):
    """What becomes of input for the program."""

    OPEN = "open"
    NONE = "none"  # the container was created without open stdin
    CLOSED = "closed"  # by ctrl+d


ELSEWHERE = "elsewhere"
"""`container_state` for a container of an engine that answered at the address before."""

OVER = frozenset((Phase.ENDED, Phase.DETACHED, Phase.FAILED, Phase.LOST))


@dataclass(frozen=True, slots=True)
class SessionRow:
    """Snapshot of a session. Times are wall-clock seconds; `request` is None for an attach.

    `container_state` is that of its row ("running", "paused", "exited", "removed"). `trouble` is the reason why the session
    ended and `left` what still runs, both as text; `error` is the error that ended it, if any. `dropped` is the reason why some
    output is not shown. `unread` counts bytes of output not shown yet; `bell`: the program rang meanwhile.
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
    error: errors.EngineError | None = None
    left: str = ""
    dropped: str = ""
    unread: int = 0
    bell: bool = False
    input: Input = Input.OPEN

    @property
    def over(self) -> bool:
        """Whether the session has ended."""
        return self.phase in OVER


class Home(Protocol):
    """The part of `tui.live.engine_session.Session` that the sessions need."""

    @property
    def engine(self) -> Engine:
        """The connected client. Raises ConnectError while there is none."""

    @property
    def store(self) -> Any:
        """The store, whose `containers` are followed."""
