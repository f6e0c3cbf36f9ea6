"""Notes that are inserted into a log between its lines. Their words come from the caller of the reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tui.engine import errors
from tui.engine.objects.events import Event
from tui.live.logs.buffer import NOTE, Entry
from tui.live.logs.timestamps import limited


@dataclass(frozen=True, slots=True)
class ContainerEvent:
    """An event of the container. `out_of_memory`: an `oom` event came in the same run."""

    event: Event
    out_of_memory: bool


@dataclass(frozen=True, slots=True)
class Recreated:
    """The log continues with a new container of the same name."""

    id: str


@dataclass(frozen=True, slots=True)
class TaskReplaced:
    """The log continues with another task of the same slot, on a node, whose name is empty if unknown."""

    id: str
    node: str


@dataclass(frozen=True, slots=True)
class EngineReplaced:
    """Another engine answers at the address."""


@dataclass(frozen=True, slots=True)
class ConnectionLost:
    """The connection to the engine was lost."""


@dataclass(frozen=True, slots=True)
class ReadFailed:
    """Reading failed for now; the log is opened again."""

    error: errors.EngineError


@dataclass(frozen=True, slots=True)
class EarlierLinesLost:
    """The engine no longer has the lines before this place."""


@dataclass(frozen=True, slots=True)
class LinesSkipped:
    """Lines were skipped, since they came faster than they can be shown: how many about, in how many seconds."""

    count: int
    seconds: float


@dataclass(frozen=True, slots=True)
class UnreadableDriver:
    """The engine cannot read logs of this logging driver."""

    driver: str


Note = (
    ContainerEvent
    | Recreated
    | TaskReplaced
    | EngineReplaced
    | ConnectionLost
    | ReadFailed
    | EarlierLinesLost
    | LinesSkipped
    | UnreadableDriver
)
NoteWords = Callable[[Note], str]
"""Returns the text of a note; empty for a note that is left out."""


def entry(time_ns: int, source: int, words: str) -> Entry:
    """Return a note as a log entry. The time is limited to what the buffer can store."""
    return (limited(time_ns), source, NOTE, words.encode("utf-8", "replace"), 0)
