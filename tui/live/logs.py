"""The log of one container or of several, as it is read: the tail at once, what is older on demand, what is new as it comes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tui.live.jobs import Job
from tui.live.logbuffer import DEFAULT_LIMIT, LogBuffer, LogLine
from tui.live.logsearch import Pattern
from tui.live.signal import Signal, State

if TYPE_CHECKING:
    from tui.live.session import Session


@dataclass(frozen=True, slots=True)
class Source:
    """A container whose log is read: by its id, and by its name once a container of that id is gone. `short` is for people."""

    id: str
    name: str
    short: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """What of a log is loaded from the start. Times in seconds since the epoch; `tail` in lines of each source, None: all."""

    since: float | None = None
    until: float | None = None
    tail: int | None = 500


class Preset(NamedTuple):
    """A key that chooses a window; `seconds` back from now, None: no limit."""

    key: str
    words: str
    seconds: float | None
    tail: int | None = None

    def window(self, now: float) -> Window:
        """The window as it is at `now`, in seconds since the epoch."""
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


@dataclass(frozen=True, slots=True)
class LogChanges:
    """What became of the buffer: so many older lines came before `first_id`; lines from the id `changed_from` on are new or
    others than before; or `everything` is another, with new ids. (What was pushed out shows in `first_id` and `end_id`.)"""

    prepended: int = 0
    changed_from: int | None = None
    everything: bool = False


class Hit(NamedTuple):
    """A line found in the whole log."""

    time_ns: int
    source: int
    data: bytes


class Saved(NamedTuple):
    """What was written to a file."""

    path: Path
    lines: int
    bytes: int


class Hits(NamedTuple):
    """What was found in the whole log: how many lines match of how many, and the newest of them, oldest first."""

    matching: int
    lines: int
    hits: Sequence[Hit]


class LogReader:
    """Reads the logs of `sources` into `buffer`, merged by time, inside `run`.

    `changed` tells of lines, at most 20 times a second. `at_start`: nothing older exists (in the window); `at_end`: the
    newest line is here (else pages were read so far back that the newest did not fit, or `go_to` was). `loading` says
    in words what is being fetched, empty when nothing. `problem` is why nothing can be read, for people.
    `following` off: what is new is not read, until it is on again. `skipped` counts the lines a flood left out.
    """

    def __init__(
        self, session: Session, sources: Sequence[Source], window: Window = Window(), limit_bytes: int = DEFAULT_LIMIT  # noqa: B008
    ) -> None:
        self.session = session
        self.sources = tuple(sources)
        self.window = window
        self.buffer = LogBuffer(limit_bytes)
        self.changed: Signal[LogChanges] = Signal()
        self.loading: State[str] = State("")
        self.problem: State[str] = State("")
        self.at_start = False
        self.at_end = True
        self.skipped = 0

    async def run(self) -> None:
        """Read until cancelled, whatever becomes of the containers, the engine and the network."""
        raise NotImplementedError

    @property
    def following(self) -> bool:
        """Whether what is new is read as it comes."""
        raise NotImplementedError

    @following.setter
    def following(self, on: bool) -> None:
        raise NotImplementedError

    async def older(self) -> int:
        """Fetch the page before the oldest line; how many lines came, 0 at the start of the log."""
        raise NotImplementedError

    async def newer(self) -> int:
        """While not `at_end`: fetch the page after the newest line; how many lines came."""
        raise NotImplementedError

    async def newest(self) -> None:
        """Back to the tail, when not `at_end`."""
        raise NotImplementedError

    async def go_to(self, time_ns: int) -> int:
        """Load what stands around a time; the id of the first line of that time or later."""
        raise NotImplementedError

    async def whole(self, line: LogLine) -> bytes:
        """A line that was abbreviated, whole (up to 16 MiB)."""
        raise NotImplementedError

    def save(self, path: Path, timestamps: bool = False) -> Job[Saved]:
        """Write the whole log (in the window's times) to a file, from the engine. Cancelled, it leaves no file."""
        raise NotImplementedError

    def search_all(self, pattern: Pattern) -> Job[Hits]:
        """Look through the whole log (in the window's times) at the engine."""
        raise NotImplementedError


def now_ns() -> int:
    """The time of a note."""
    return time.time_ns()
