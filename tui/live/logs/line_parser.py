"""Parser for the lines of a log with time stamps. Pure and incremental.

An engine splits lines after 16 KiB into messages, each with the line's time stamp; and output that ended without a newline is
continued by the next run's message on the same line. Both are undone here. A time stamp counts only at the beginning of a
message; all that follows is the container's output.
"""

from __future__ import annotations

from tui.engine.transport.frames import Frame
from tui.live.logs.buffer import STDERR, STDOUT, Entry
from tui.live.logs.messages import MESSAGE, Ends, RawMessages
from tui.live.logs.timestamps import FIXED, Stamps, may_become_stamp

KEPT = 1024 * 1024
"""Bytes kept of a line; longer lines are abbreviated."""


class _Line:
    """The incomplete line of one stream. `head` is the beginning of a message that may still become a time stamp."""

    __slots__ = ("begun", "head", "head_open", "length", "pieces", "stamp", "time_ns")

    def __init__(self) -> None:
        self.begun = False
        self.stamp = b""
        self.time_ns = 0
        self.pieces: list[bytes] = []
        self.length = 0
        self.head = b""
        self.head_open = False


class LineReader:
    """Parses the frames of one log into lines.

    With `tty` there are no frames, and a line may end with a carriage return, too. `ends` are the known positions where the
    engine ended a TTY's stream within a line.
    """

    def __init__(self, source: int, tty: bool, kept: int = KEPT, ends: Ends | None = None) -> None:
        self._source = source
        self._raw = RawMessages({} if ends is None else ends) if tty else None
        self._kept = kept
        self._stamps = Stamps()
        self._last_ns = 0
        self._lines = (_Line(), _Line())  # of stdout and stderr
        self.entries: list[Entry] = []

    def take(self) -> list[Entry]:
        """Return the complete lines and clear them."""
        entries, self.entries = self.entries, []
        return entries

    def feed(self, frame: Frame) -> None:
        """Parse the next bytes; complete lines go to `entries`."""
        name, data, goes_on = frame
        if self._raw is not None:
            for piece in self._raw.feed(data):
                self._piece(STDOUT, piece.data, piece.goes_on)
        else:
            self._piece(STDERR if name == "stderr" else STDOUT, data, goes_on)

    def finish(self) -> None:
        """End the log: completes a line without a newline."""
        if self._raw is not None:
            for piece in self._raw.finish():
                self._piece(STDOUT, piece.data, piece.goes_on)
        for stream, line in enumerate(self._lines):
            self._end_head(stream, line)
            if line.begun:
                self._close(stream, line)

    def _piece(self, stream: int, data: bytes, goes_on: bool) -> None:
        """Process a message, or a part of one."""
        line = self._lines[stream]
        if not goes_on:
            if not line.begun and not line.head and data.find(b"\n") == len(data) - 1:
                time_ns = self._stamps.read_fixed(data)
                if time_ns is not None:  # fast path: a message that is a line
                    line.stamp, line.time_ns, self._last_ns, line.head_open = data[:FIXED], time_ns, time_ns, False
                    self._put(time_ns, stream, data[FIXED:-1], 0)
                    return
            self._end_head(stream, line)
            line.head_open = True
        if line.head_open:
            data = line.head + data
            line.head = b""
            stamp = self._stamps.read(data)
            if stamp is None and may_become_stamp(data):
                line.head = data
                return
            line.head_open = False
            self._begin(stream, line, *(stamp or (b"", self._last_ns)))
            if stamp is not None:
                data = data[len(stamp.text) :]
        self._add(stream, line, data)

    def _begin(self, stream: int, line: _Line, stamp: bytes, time_ns: int) -> None:
        """Begin a message: the continuation of the current line, or a new line."""
        if line.begun and stamp in (b"", line.stamp):
            return
        if line.begun:  # the previous run ended within the line
            self._close(stream, line)
        line.begun, line.stamp, line.time_ns, self._last_ns = bool(stamp), stamp, time_ns, time_ns

    def _end_head(self, stream: int, line: _Line) -> None:
        """Treat the possible time stamp in `head` as text."""
        if line.head:
            head, line.head, line.head_open = line.head, b"", False
            self._begin(stream, line, b"", self._last_ns)
            self._add(stream, line, head)

    def _add(self, stream: int, line: _Line, data: bytes) -> None:
        *whole, rest = data.split(b"\n")
        for piece in whole:
            self._keep(line, piece)
            self._close(stream, line)
        if rest:
            line.begun = True
            self._keep(line, rest)

    def _keep(self, line: _Line, data: bytes) -> None:
        room = self._kept + 1 - line.length  # +1 for a carriage return
        line.length += len(data)
        if room > 0:
            line.pieces.append(data[:room])

    def _close(self, stream: int, line: _Line) -> None:
        data, length = b"".join(line.pieces), line.length
        line.pieces.clear()
        line.length, line.begun = 0, False
        self._put(line.time_ns, stream, data, length - len(data))

    def _put(self, time_ns: int, stream: int, data: bytes, unseen: int) -> None:
        """Add a line, of which `unseen` bytes were left out already."""
        if self._raw is not None and not unseen:
            data = data.removesuffix(b"\r")
        left_out = max(len(data) - self._kept, 0) + unseen
        self.entries.append((time_ns, self._source, stream, data[: self._kept] if left_out else data, left_out))


def without_unfinished(entries: list[Entry]) -> list[Entry]:
    """Return the newest lines of a log without a last line that consists of full messages only.

    Its rest is still being written, and the stream that follows the log sends the whole line. A line that is all there is
    stays.
    """
    last = {entry[2]: n for n, entry in enumerate(entries)}  # of each stream
    unfinished = {n for n in last.values() if (length := len(entries[n][3]) + entries[n][4]) and length % MESSAGE == 0}
    return [entry for n, entry in enumerate(entries) if n not in unfinished] or entries


def stamp_of(time_ns: int) -> str:
    """Format a time (ns) for `since` and `until`: seconds with nine decimals."""
    return f"{time_ns // 10**9}.{time_ns % 10**9:09d}"


def stamp_or_nothing(time_ns: int | None) -> str:
    """Return a time in nanoseconds as the engine takes it, or "" for none."""
    return "" if time_ns is None else stamp_of(max(time_ns, 0))
