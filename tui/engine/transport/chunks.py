"""Joins many small chunks of an HTTP answer into few: an engine sends a long list in pieces of 4 kB.

Chunk boundaries carry no meaning (RFC 9112, section 7.1), but parsing each costs the HTTP library ten microseconds. Pure and
incremental.
"""

from __future__ import annotations

import re
from enum import Enum, auto

from tui.engine.digits import hexadecimal

LONGEST_HEAD = 256 * 1024
LONGEST_SIZE_LINE = 64  # longer ones have an extension, and are passed unchanged

_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked[ \t]*\r\n", re.IGNORECASE)


class Part(Enum):
    """The part of an answer that the next data belongs to."""

    HEAD = auto()
    CHUNKS = auto()
    BODY = auto()
    """A body that is passed unchanged until the next answer."""


class ChunkJoiner:
    """Filter for received data before it is parsed as HTTP: `feed` for all data, `begin` at each request.

    Anything but a plain chunked answer passes unchanged.
    """

    def __init__(self) -> None:
        self._rest = b""  # an incomplete head, or a chunk's incomplete size line
        self._missing = 0  # bytes of the current chunk not received yet, newline included
        self._part = Part.HEAD

    def begin(self) -> None:
        """Start a request: the next data is the head of its answer."""
        self._rest, self._missing, self._part = b"", 0, Part.HEAD

    def feed(self, data: bytes) -> bytes:
        """Return the data to parse instead of `data`; may be empty while more is needed."""
        if self._part == Part.HEAD:
            return self._head(data)
        return self._chunks(data) if self._part == Part.CHUNKS else data

    def finish(self) -> bytes:
        """End the connection: return the data held back."""
        rest, self._rest = self._rest, b""
        return rest

    def _head(self, data: bytes) -> bytes:
        data = self._rest + data
        end = data.find(b"\r\n\r\n")
        if end < 0 and len(data) < LONGEST_HEAD:
            self._rest = data
            return b""
        self._rest = b""
        if end >= 0 and _CHUNKED.search(data, 0, end + 2):
            self._part = Part.CHUNKS
            return data[: end + 4] + self._chunks(data[end + 4 :])
        self._part = Part.BODY
        return data

    def _chunks(self, data: bytes) -> bytes:
        data = self._rest + data
        parts: list[bytes] = []
        position, end, tail = 0, len(data), b""
        self._rest = b""
        if self._missing:
            position = min(self._missing, end)
            parts.append(data[: min(self._missing - 2, end)] if self._missing > 2 else b"")
            self._missing -= position
        while position < end:
            line_end = data.find(b"\r\n", position)
            if line_end < 0 and end - position < LONGEST_SIZE_LINE:
                self._rest = data[position:]
                break
            size = hexadecimal(data[position:line_end]) if line_end > position else None
            if not size:  # the last chunk and its trailer, or an unknown format
                self._part, tail = Part.BODY, data[position:]
                break
            start = line_end + 2
            parts.append(data[start : start + size])
            position = start + size + 2
        if position > end:
            self._missing = position - end
        if not (length := sum(map(len, parts))):
            return tail
        return b"".join((b"%x\r\n" % length, *parts, b"\r\n", tail))
