"""Which logs are read, and which part of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tui.live.engine_session import Session


@dataclass(frozen=True, slots=True)
class Source:
    """A container, or a `task` of a swarm, whose log is read.

    `short` is the name for display; `session` is that of its engine, if several are read.

    It is found by id, and by name once that id is gone or, for a task, another one has taken its place.
    """

    id: str
    name: str
    short: str = ""
    task: bool = False
    session: Session | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a log loaded at the start. Times in seconds since the epoch; `tail` in lines of each source, None: all.

    With `until`, lines that arrive later are not read.
    """

    since: float | None = None
    until: float | None = None
    tail: int | None = 500

    @property
    def since_ns(self) -> int | None:
        """`since` in nanoseconds."""
        return None if self.since is None else int(self.since * 10**9)

    @property
    def until_ns(self) -> int | None:
        """`until` in nanoseconds."""
        return None if self.until is None else int(self.until * 10**9)


class Preset(NamedTuple):
    """A key that selects a window; `seconds` back from now, None: no limit."""

    key: str
    words: str
    seconds: float | None
    tail: int | None = None

    def window(self, now: float) -> Window:
        """Return the window at `now`, in seconds since the epoch."""
        return Window(None if self.seconds is None else now - self.seconds, None, self.tail)


PRESETS = (
    Preset("0", "tail", None, 500),
    Preset("1", "1 min", 60),
    Preset("2", "5 min", 300),
    Preset("3", "10 min", 600),
    Preset("4", "15 min", 900),
    Preset("5", "30 min", 1800),
    Preset("6", "1 h", 3600),
    Preset("7", "6 h", 21600),
    Preset("8", "24 h", 86400),
    Preset("9", "all", None),
)
