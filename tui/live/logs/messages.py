"""The engine's messages in the log of a container with a TTY, which comes without frames. Pure and incremental.

Each message begins with its time stamp. A message ends with a line's end or, in the middle of a longer line, after 16 KiB:
there the line's time stands again. Nothing else is taken for a message's end, whatever the container writes.
"""

from __future__ import annotations

from typing import NamedTuple

from tui.live.logs.timestamps import Stamp, Stamps, may_become_stamp

MESSAGE = 16 * 1024
"""Bytes after which an engine cuts a line."""

_REPLACEMENT = "\ufffd".encode()  # stored for a byte that is no UTF-8: such a message comes with two bytes more for each
_LONGEST = MESSAGE * len(_REPLACEMENT)
_MOST_ENDS = 1000

Ends = dict[bytes, int]
"""Messages that ended without a line's end, as the engine ended its stream there: their stamps, the lengths of their texts."""


class Piece(NamedTuple):
    """A message, or a piece of it; `goes_on` tells that the message began before."""

    data: bytes
    goes_on: bool


class RawMessages:
    """Cuts the stream into messages. `ends` is read, and written in `finish`."""

    def __init__(self, ends: Ends) -> None:
        self._ends = ends
        self._stamps = Stamps()
        self._held = b""  # of the message under way, until its end may be told
        self._goes_on = False  # the beginning of the message under way was handed on

    def feed(self, data: bytes) -> list[Piece]:
        """The messages that are complete, and pieces of those that are too long to be held."""
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
        """The engine ended the stream, which it does only at a message's end."""
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
        """The length of the message that `data` begins with; None: more has to come first. `complete`: a line ends it."""
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
        """As `_length`, for a message whose end is known from before; all of `data` where that says nothing."""
        text = self._ends.get(stamp.text)
        if text is None:
            return len(data)
        following = data[len(stamp.text) + text :]
        if self._stamps.read(following):
            return len(stamp.text) + text
        return None if not complete and may_become_stamp(following) else len(data)
