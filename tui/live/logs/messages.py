"""The engine's messages in the unframed log of a container with a TTY. Pure and incremental.

Each message begins with its time stamp. A message ends with a line or, within a longer line, after 16 KiB: there the line's
time stamp is repeated. Nothing else in the container's output ends a message.
"""

from __future__ import annotations

from typing import NamedTuple

from tui.live.logs.timestamps import Stamp, Stamps, may_become_stamp

MESSAGE = 16 * 1024
"""Bytes after which an engine splits a line."""

_REPLACEMENT = "\ufffd".encode()  # stored for an invalid byte of UTF-8, which makes the message two bytes longer
_LONGEST = MESSAGE * len(_REPLACEMENT)
_MOST_ENDS = 1000

Ends = dict[bytes, int]
"""Messages without a newline, where the engine ended its stream: time stamp -> length of the text."""


class Piece(NamedTuple):
    """A message, or a part of one; `goes_on`: it continues a message."""

    data: bytes
    goes_on: bool


class RawMessages:
    """Splits the stream into messages. `ends` is read, and extended in `finish`."""

    def __init__(self, ends: Ends) -> None:
        self._ends = ends
        self._stamps = Stamps()
        self._held = b""  # bytes of the current message, until its end is certain
        self._goes_on = False  # the beginning of the current message was returned already

    def feed(self, data: bytes) -> list[Piece]:
        """Return complete messages, and parts of those too long to be held."""
        data = self._held + data
        pieces: list[Piece] = []
        start, size = 0, len(data)
        while start < size:
            line_end = data.find(b"\n", start) + 1
            stop = line_end or size
            if not self._goes_on:
                length = self._length(data[start:stop], bool(line_end))
                if length is None:
                    break
                stop = min(start + length, stop)
            pieces.append(Piece(data[start:stop], self._goes_on))
            self._goes_on = stop == size and not line_end
            start = stop
        self._held = data[start:]
        return pieces

    def finish(self) -> list[Piece]:
        """End the stream, which an engine does only at a message's end."""
        held, self._held, self._goes_on = self._held, b"", False
        if not held:
            return []
        if stamp := self._stamps.read(held):
            self._ends.pop(stamp.text, None)
            self._ends[stamp.text] = len(held) - len(stamp.text)
            if len(self._ends) > _MOST_ENDS:
                del self._ends[next(iter(self._ends))]
        return [Piece(held, False)]

    def _length(self, data: bytes, complete: bool) -> int | None:
        """Return the length of the message that `data` starts with; None if bytes are missing.

        `complete`: a newline ends it.
        """
        stamp = self._stamps.read(data)
        if stamp is None:
            return None if not complete and may_become_stamp(data) else len(data)
        known = self._known_length(stamp, data, complete)
        if known != len(data):
            return known
        begin, text = len(stamp.text), stamp.text
        place = data.find(text, begin + MESSAGE, begin + _LONGEST + len(text))
        while place >= 0:
            replaced, odd = divmod(place - begin - MESSAGE, 2)
            if not odd and data.count(_REPLACEMENT, begin, place) >= replaced:
                return place
            place = data.find(text, place + 1, begin + _LONGEST + len(text))
        first = begin + MESSAGE
        farthest = begin + _LONGEST if data.find(_REPLACEMENT, begin, first + 2) >= 0 else first
        return None if not complete and len(data) < farthest + len(text) else len(data)

    def _known_length(self, stamp: Stamp, data: bytes, complete: bool) -> int | None:
        """As `_length`, for a message in `ends`; the whole length of `data` if that does not apply."""
        text = self._ends.get(stamp.text)
        if text is None:
            return len(data)
        following = data[len(stamp.text) + text :]
        if self._stamps.read(following):
            return len(stamp.text) + text
        return None if not complete and may_become_stamp(following) else len(data)
