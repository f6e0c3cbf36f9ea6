"""Lines out of what an engine sends of a log with timestamps. Pure and incremental.

An engine cuts lines after 16 KiB into messages of their own, each with the line's time before it; and what a container left
without a line's end before it stopped is followed by its next message on the same line. Both are undone here.
"""

from __future__ import annotations

import re
from calendar import timegm
from collections.abc import Iterable

from tui.engine.frames import Frame
from tui.live.logbuffer import STDERR, STDOUT, Entry

KEPT = 1024 * 1024
"""Bytes that are kept of a line; what is longer is abbreviated."""

MESSAGE = 16 * 1024
"""Bytes after which an engine cuts a line."""

STAMP_LENGTH = 31
_STAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d) ")


class _Seconds:
    """The times of stamps; lines of one second are many, so the last second's value is kept."""

    def __init__(self) -> None:
        self._text = b""
        self._value = 0

    def nanoseconds(self, stamp: bytes) -> int:
        """Of "2026-01-31T12:00:00.123456789Z", since the epoch."""
        text = stamp[:19]
        if text != self._text:
            self._text = text
            self._value = timegm(tuple(int(text[a:b]) for a, b in _FIELDS)) * 10**9
        if stamp[-1:] == b"Z":
            return self._value + int(stamp[20:-1].ljust(9, b"0")[:9] or 0)
        fraction = stamp[20:-6].ljust(9, b"0")[:9]
        offset = int(stamp[-5:-3]) * 3600 + int(stamp[-2:]) * 60
        return self._value + int(fraction or 0) + (offset if stamp[-6:-5] == b"-" else -offset) * 10**9


_FIELDS = ((0, 4), (5, 7), (8, 10), (11, 13), (14, 16), (17, 19))


class LineReader:
    """The lines of one source, out of the frames of its log. With `tty` a line may end with a carriage return, too."""

    def __init__(self, source: int, tty: bool, kept: int = KEPT) -> None:
        self._source = source
        self._tty = tty
        self._kept = kept
        self._seconds = _Seconds()
        self._open: tuple[list[bytes], list[bytes]] = ([], [])  # the line under way, of standard output and error
        self._length = [0, 0]
        self.entries: list[Entry] = []

    def take(self) -> list[Entry]:
        """The lines that are complete, once."""
        entries, self.entries = self.entries, []
        return entries

    def feed(self, frame: Frame) -> None:
        """The next bytes; complete lines go to `entries`."""
        name, data = frame
        stream = STDERR if name == "stderr" else STDOUT
        if not self._length[stream] and not self._tty and data[29:31] == b"Z " and data.find(b"\n") == len(data) - 1:
            self.entries.append((self._seconds.nanoseconds(data[:30]), self._source, stream, data[STAMP_LENGTH:-1], 0))
            return
        pieces = data.split(b"\n")
        for piece in pieces[:-1]:
            if self._length[stream]:
                self._add(stream, piece)
                self._close(stream)
            else:
                self._line(piece, stream, 0)
        if pieces[-1]:
            self._add(stream, pieces[-1])

    def finish(self) -> None:
        """The log ended: a line without its end is one all the same."""
        for stream in (STDOUT, STDERR):
            if self._length[stream]:
                self._close(stream)

    def _add(self, stream: int, piece: bytes) -> None:
        have = self._length[stream]
        self._length[stream] = have + len(piece)
        room = self._kept + 2 * MESSAGE - have
        if room > 0:
            self._open[stream].append(piece[:room])

    def _close(self, stream: int) -> None:
        raw, length = b"".join(self._open[stream]), self._length[stream]
        self._open[stream].clear()
        self._length[stream] = 0
        self._line(raw, stream, length - len(raw))

    def _line(self, raw: bytes, stream: int, unseen: int) -> None:
        """One line with the stamps in it; `unseen` bytes of it were left out already."""
        stamp = _STAMP.match(raw)
        if stamp is None:  # an engine that sends no times; then it is at least not lost
            time_ns = self.entries[-1][0] if self.entries else 0
            self._put(time_ns, stream, raw, unseen)
            return
        time_ns = self._seconds.nanoseconds(stamp[0][:-1])
        begin = stamp.end()
        if raw.find(b"Z ", begin) < 0 and raw.find(b":", begin) < 0:
            self._put(time_ns, stream, raw[begin:], unseen)
            return
        parts: list[bytes] = []
        for other in _STAMP.finditer(raw, begin + 1):
            if other[0] == stamp[0]:  # the same line, goes on
                parts.append(raw[begin : other.start()])
            elif (later := self._seconds.nanoseconds(other[0][:-1])) > time_ns:  # another line; the first has no end
                self._put(time_ns, stream, b"".join(parts) + raw[begin : other.start()], 0)
                stamp, time_ns, parts = other, later, []
            else:  # the container's own words
                continue
            begin = other.end()
        parts.append(raw[begin:])
        data = b"".join(parts)
        if unseen:  # there, too, each of its messages has a stamp
            length = len(raw) + unseen
            unseen = length + length // -(MESSAGE + STAMP_LENGTH) * STAMP_LENGTH - len(data)
        self._put(time_ns, stream, data, unseen)

    def _put(self, time_ns: int, stream: int, data: bytes, unseen: int) -> None:
        if self._tty and not unseen:
            data = data.removesuffix(b"\r")
        left_out = max(len(data) - self._kept, 0) + unseen
        self.entries.append((time_ns, self._source, stream, data[: self._kept] if left_out else data, left_out))


def lines_of(frames: Iterable[Frame], tty: bool = False, source: int = 0) -> list[Entry]:
    """All lines of a log that is at hand."""
    reader = LineReader(source, tty)
    for frame in frames:
        reader.feed(frame)
    reader.finish()
    return reader.take()


def stamp_of(time_ns: int) -> str:
    """A time as `since` and `until` want it: seconds with nine decimals."""
    return f"{time_ns // 10**9}.{time_ns % 10**9:09d}"
