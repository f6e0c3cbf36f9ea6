"""Time stamps before log messages: recognition and parsing, limited to times the buffer can store. Pure."""

from __future__ import annotations

import re
from calendar import timegm
from datetime import datetime
from typing import NamedTuple

LATEST = 2**63 - 1
"""Nanoseconds since the epoch, in the year 2262: the buffer stores times as signed 64-bit integers."""

FIXED = 31
"""Length in bytes of docker's form: "2026-01-31T12:00:00.123456789Z "."""

_STAMP = re.compile(
    rb"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,9}))?(?:Z|([+-][0-9]{2}:[0-9]{2})) "
)
_FIXED_END = re.compile(rb"\.[0-9]{9}Z ")
_LONGEST = len("2026-01-31T12:00:00.123456789+01:00 ")
_EXAMPLE = b"2000-01-01T00:00:00Z "
_ENDS = (b"Z ", b"0Z ", b" ", b"00:00 ", b"0:00 ", b":00 ", b"00 ", b"0 ")
_FIELDS = ((0, 4), (5, 7), (8, 10), (11, 13), (14, 16), (17, 19))


class Stamp(NamedTuple):
    """A time stamp as written, with the blank after it, and its time in nanoseconds since the epoch."""

    text: bytes
    time_ns: int


def limited(time_ns: int) -> int:
    """Return the nearest time that the buffer can store."""
    return min(max(time_ns, 0), LATEST)


def may_become_stamp(data: bytes) -> bool:
    """Whether the bytes are an incomplete beginning of a time stamp that `Stamps.read` would accept."""
    if len(data) >= _LONGEST:
        return False
    ends = (_EXAMPLE[len(data) :],) if len(data) < 19 else _ENDS
    return any(_STAMP.fullmatch(data + end) for end in ends)


class Stamps:
    """Parser for time stamps. Caches the last second, which many lines share."""

    def __init__(self) -> None:
        self._text = b""
        self._value = 0

    def read(self, data: bytes) -> Stamp | None:
        """Parse the time stamp at the start of `data`; None if there is none, or the date does not exist."""
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
        """Return the time (ns) of a time stamp in docker's form within the cached second; else None. Fast path for floods."""
        if data[:19] == self._text and _FIXED_END.match(data, 19):
            return limited(self._value + int(data[20:29]))
        return None

    def _seconds(self, text: bytes) -> int | None:
        """Parse "2026-01-31T12:00:00" into nanoseconds since the epoch."""
        if text != self._text:
            year, month, day, hour, minute, second = (int(text[a:b]) for a, b in _FIELDS)
            try:
                minutes = datetime(year, month, day, hour, minute)
            except ValueError:  # no such day or hour
                return None
            if second > 60:  # 60 in a leap second
                return None
            self._value = (timegm(minutes.timetuple()) + second) * 10**9
            self._text = text
        return self._value
