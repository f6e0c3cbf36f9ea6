"""The engine's time stamp in front of a log message: recognised, read, limited to what the program can count. Pure."""

from __future__ import annotations

import re
from calendar import timegm
from datetime import datetime
from typing import NamedTuple

LATEST = 2**63 - 1
"""Nanoseconds since the epoch, in the year 2262: the buffer keeps times as signed 64-bit numbers."""

FIXED = 31
"""Bytes of the form that Docker writes: "2026-01-31T12:00:00.123456789Z "."""

_STAMP = re.compile(
    rb"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,9}))?(?:Z|([+-][0-9]{2}:[0-9]{2})) "
)
_FIXED_END = re.compile(rb"\.[0-9]{9}Z ")
_LONGEST = len("2026-01-31T12:00:00.123456789+01:00 ")
_EXAMPLE = b"2000-01-01T00:00:00Z "
_ENDS = (b"Z ", b"0Z ", b" ", b"00:00 ", b"0:00 ", b":00 ", b"00 ", b"0 ")
_FIELDS = ((0, 4), (5, 7), (8, 10), (11, 13), (14, 16), (17, 19))


class Stamp(NamedTuple):
    """A stamp as it was written, with the blank after it, and its time in nanoseconds since the epoch."""

    text: bytes
    time_ns: int


def limited(time_ns: int) -> int:
    """A time that the buffer can keep: what is before the epoch or too late becomes the nearest that can be kept."""
    return min(max(time_ns, 0), LATEST)


def may_become_stamp(data: bytes) -> bool:
    """Whether these bytes are the beginning of something that `Stamps.read` would take, and not yet all of it."""
    if len(data) >= _LONGEST:
        return False
    ends = (_EXAMPLE[len(data) :],) if len(data) < 19 else _ENDS
    return any(_STAMP.fullmatch(data + end) for end in ends)


class Stamps:
    """Reads stamps. Lines of one second are many, so the value of the last second is kept."""

    def __init__(self) -> None:
        self._text = b""
        self._value = 0

    def read(self, data: bytes) -> Stamp | None:
        """The stamp that `data` begins with; None where there is none, or a date that does not exist."""
        found = _STAMP.match(data)
        if found is None:
            return None
        seconds = self._seconds(found[1])
        if seconds is None:
            return None
        fraction = int((found[2] or b"").ljust(9, b"0"))
        zone = found[3] or b"+00:00"
        offset = int(zone[1:3]) * 3600 + int(zone[4:6]) * 60
        time_ns = seconds + fraction + (offset if zone[:1] == b"-" else -offset) * 10**9
        return Stamp(found[0], limited(time_ns))

    def read_fixed(self, data: bytes) -> int | None:
        """The time of a stamp of Docker's own form in the second that was read last; else None. The short way for floods."""
        if data[:19] == self._text and _FIXED_END.match(data, 19):
            return limited(self._value + int(data[20:29]))
        return None

    def _seconds(self, text: bytes) -> int | None:
        """Nanoseconds of "2026-01-31T12:00:00"."""
        if text != self._text:
            year, month, day, hour, minute, second = (int(text[a:b]) for a, b in _FIELDS)
            try:
                minutes = datetime(year, month, day, hour, minute)
            except ValueError:  # no such day or hour
                return None
            if second > 60:  # 60 is a leap second
                return None
            self._value = (timegm(minutes.timetuple()) + second) * 10**9
            self._text = text
        return self._value
