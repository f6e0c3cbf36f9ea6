"""Loaded lines of a log in compact chunks, limited in bytes, searched chunk by chunk.

Pure. A line costs its bytes and 16 more; objects are created only for requested lines.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import itemgetter
from time import perf_counter
from typing import Literal, NamedTuple

from tui.live.logs.search import Finder

Stream = Literal["stdout", "stderr", "note"]

STREAMS: tuple[Stream, Stream, Stream] = ("stdout", "stderr", "note")
STDOUT, STDERR, NOTE = range(3)

DEFAULT_LIMIT = 64 * 1024 * 1024
CHUNK_BYTES, CHUNK_LINES = 64 * 1024, 2048
OVERHEAD = 16
"""Bytes counted for a line besides its data."""

LATE_LINES = 4096
"""Lines before the end among which a late line is sorted in; older ones stay where they arrived."""


class LogLine(NamedTuple):
    """One line. `id` grows from older to newer and never changes; ids may be negative.

    `source` is the number of the reader's source, from 0; a "note" is no output of it. `data` excludes the newline, and
    the `left_out` bytes at the end of a line that was too long.
    """

    id: int
    source: int
    time_ns: int
    stream: Stream
    data: bytes
    left_out: int = 0


Entry = tuple[int, int, int, bytes, int]
"""A line without an id: its time (ns), source, stream (STDOUT, STDERR or NOTE), data, and the bytes left out. A bare tuple
for speed."""


class Matches(NamedTuple):
    """`ids` of matching lines in order; `next` is the id to continue with if the budget was used up, None at the end."""

    ids: list[int]
    next: int | None = None


_time_of = itemgetter(0)


class _Chunk:
    """Consecutive lines: `data` joined by newlines, line n from `offsets[n]` to `offsets[n + 1] - 1`."""

    __slots__ = ("cut", "data", "longest", "offsets", "sources", "streams", "times")

    def __init__(self, entries: Sequence[Entry]) -> None:
        times, sources, streams, datas, left_out = zip(*entries, strict=True)
        self.data = b"\n".join(datas)
        self.offsets = array("I", accumulate((len(data) + 1 for data in datas), initial=0))
        self.times = array("q", times)
        self.sources = array("H", sources)
        self.streams = bytes(streams)
        self.longest = max(map(len, datas))
        self.cut = {n: left for n, left in enumerate(left_out) if left} if any(left_out) else {}

    def __len__(self) -> int:
        return len(self.times)

    @property
    def cost(self) -> int:
        return len(self.data) + OVERHEAD * len(self.times)

    def entry(self, n: int) -> Entry:
        data = self.data[self.offsets[n] : self.offsets[n + 1] - 1]
        return (self.times[n], self.sources[n], self.streams[n], data, self.cut.get(n, 0))

    def entries(self, start: int = 0) -> list[Entry]:
        return [self.entry(n) for n in range(start, len(self))]


@dataclass(frozen=True, slots=True)
class LogChanges:
    """Changes of the buffer.

    `changed_from`: the id from which lines are new or changed; `everything`: all was replaced, with new ids. Lines that were
    prepended or dropped show in `first_id` and `end_id` of the buffer.
    """

    changed_from: int | None = None
    everything: bool = False


class LogBuffer:
    """The lines `first_id` to `end_id` (exclusive) without gaps, at most `limit_bytes`; the farthest are dropped for new ones.

    `dropped_oldest` and `dropped_newest` count the lines dropped since the buffer was last empty.
    """

    def __init__(self, limit_bytes: int = DEFAULT_LIMIT) -> None:
        self.limit_bytes = limit_bytes
        self.bytes_kept = 0
        self.dropped_oldest = 0
        self.dropped_newest = 0
        self.first_id = 0
        self.end_id = 0
        self._chunks: list[_Chunk] = []
        self._starts: list[int] = []  # first id of each chunk

    def __len__(self) -> int:
        return self.end_id - self.first_id

    # reading

    @property
    def longest(self) -> int:
        """Return the length of the longest line in bytes."""
        return max((chunk.longest for chunk in self._chunks), default=0)

    def line(self, id: int) -> LogLine:
        """Return the line of this id. Raises IndexError if it is not loaded."""
        if not self.first_id <= id < self.end_id:
            raise IndexError(f"line {id} is not loaded")
        at = bisect_right(self._starts, id) - 1
        return _line(id, self._chunks[at].entry(id - self._starts[at]))

    def lines(self, start: int, stop: int) -> list[LogLine]:
        """Return the loaded lines from `start` to `stop` (exclusive)."""
        return list(self.each(start, stop))

    def each(self, start: int, stop: int) -> Iterator[LogLine]:
        """Yield the lines as `lines` returns them. The buffer must not change meanwhile."""
        start, stop = max(start, self.first_id), min(stop, self.end_id)
        for at in range(max(bisect_right(self._starts, start) - 1, 0), len(self._chunks)):
            chunk, first = self._chunks[at], self._starts[at]
            if first >= stop:
                return
            for n in range(max(start - first, 0), min(stop - first, len(chunk))):
                yield _line(first + n, chunk.entry(n))

    def id_at(self, time_ns: int) -> int:
        """Return the id of the first line at this time or later; `end_id` if all are earlier."""
        low, high = self.first_id, self.end_id
        while low < high:
            middle = (low + high) // 2
            at = bisect_right(self._starts, middle) - 1
            if self._chunks[at].times[middle - self._starts[at]] < time_ns:
                low = middle + 1
            else:
                high = middle
        return low

    @property
    def first_ns(self) -> int:
        """The time of the oldest line, in nanoseconds since the epoch; 0 while there is none."""
        return self._chunks[0].times[0] if self._chunks else 0

    def count_of(self, source: int) -> int:
        """Return the number of loaded lines of a source."""
        return sum(chunk.sources.count(source) for chunk in self._chunks)

    # writing

    def append(self, entries: Iterable[Entry]) -> int:
        """Add newer lines, ordered by time; late ones are sorted in among the last lines.

        Returns the first id whose line is new or changed. The oldest lines are dropped above the limit.
        """
        coming = sorted(entries, key=_time_of)
        if not coming:
            return self.end_id
        taken = self._take_back(coming[0][0])
        changed_from = self.end_id
        if taken:
            coming = sorted([*taken, *coming], key=_time_of)
        if self._chunks and len(self._chunks[-1]) < CHUNK_LINES // 2 and len(self._chunks[-1].data) < CHUNK_BYTES // 2:
            coming = [*self._pop_newest().entries(), *coming]
        for chunk in _chunks(coming):
            self._starts.append(self.end_id)
            self._chunks.append(chunk)
            self.end_id += len(chunk)
            self.bytes_kept += chunk.cost
        while self.bytes_kept > self.limit_bytes and len(self._chunks) > 1:
            self._pop_oldest()
        return max(changed_from, self.first_id)

    def prepend(self, entries: Iterable[Entry]) -> int:
        """Add older lines at the beginning and return their number. The newest lines are dropped above the limit."""
        coming = sorted(entries, key=_time_of)
        for chunk in reversed(list(_chunks(coming))):
            self.first_id -= len(chunk)
            self._chunks.insert(0, chunk)
            self._starts.insert(0, self.first_id)
            self.bytes_kept += chunk.cost
        while self.bytes_kept > self.limit_bytes and len(self._chunks) > 1:
            self.dropped_newest += len(self._pop_newest())
        return len(coming)

    def replace(self, entries: Iterable[Entry]) -> None:
        """Replace all lines; the new ones get ids never used before."""
        self._chunks, self._starts = [], []
        self.bytes_kept = self.dropped_oldest = self.dropped_newest = 0
        self.first_id = self.end_id
        self.append(entries)

    def _take_back(self, time_ns: int) -> list[Entry]:
        """Remove and return the lines at the end that are newer than `time_ns`."""
        taken: list[Entry] = []
        while self._chunks and self._chunks[-1].times[-1] > time_ns and len(taken) < LATE_LINES:
            chunk = self._pop_newest()
            entries = chunk.entries()
            keep = len(entries)
            while keep and entries[keep - 1][0] > time_ns:
                keep -= 1
            taken = entries[keep:] + taken
            if keep:
                self._push(_Chunk(entries[:keep]))
                break
        return taken

    def _push(self, chunk: _Chunk) -> None:
        self._starts.append(self.end_id)
        self._chunks.append(chunk)
        self.end_id += len(chunk)
        self.bytes_kept += chunk.cost

    def _pop_newest(self) -> _Chunk:
        chunk = self._chunks.pop()
        self.end_id = self._starts.pop()
        self.bytes_kept -= chunk.cost
        return chunk

    def _pop_oldest(self) -> None:
        chunk = self._chunks.pop(0)
        del self._starts[0]
        self.first_id += len(chunk)
        self.bytes_kept -= chunk.cost
        self.dropped_oldest += len(chunk)

    # searching

    def matches(self, finder: Finder, start: int, stop: int, budget: float = 0.05) -> Matches:
        """Return the matching lines from `start` to `stop` (exclusive), ignoring colours; a match never spans lines.

        `budget` is in seconds, after which the search stops and returns where to continue.
        """
        until = perf_counter() + budget
        start, stop = max(start, self.first_id), min(stop, self.end_id)
        ids: list[int] = []
        at = max(bisect_right(self._starts, start) - 1, 0)
        while at < len(self._chunks) and (first := self._starts[at]) < stop:
            chunk = self._chunks[at]
            ids += [first + n for n in _matching(chunk, finder, max(start - first, 0), min(stop - first, len(chunk)))]
            at += 1
            if perf_counter() > until and at < len(self._chunks) and self._starts[at] < stop:
                return Matches(ids, self._starts[at])
        return Matches(ids)


def _matching(chunk: _Chunk, finder: Finder, low: int, high: int) -> list[int]:
    low, high = max(low, 0), min(high, len(chunk))
    if low >= high:
        return []
    return finder.lines(chunk.data, chunk.offsets, low, high)


def _chunks(entries: Sequence[Entry]) -> Iterator[_Chunk]:
    """Split into chunks of about CHUNK_BYTES and at most CHUNK_LINES lines."""
    begin = size = 0
    for n, entry in enumerate(entries):
        size += len(entry[3])
        if size >= CHUNK_BYTES or n + 1 - begin >= CHUNK_LINES:
            yield _Chunk(entries[begin : n + 1])
            begin, size = n + 1, 0
    if begin < len(entries):
        yield _Chunk(entries[begin:])


def _line(id: int, entry: Entry) -> LogLine:
    time_ns, source, stream, data, left_out = entry
    return LogLine(id, source, time_ns, STREAMS[stream], data, left_out)
