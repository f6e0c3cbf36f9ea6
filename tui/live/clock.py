"""The engine's clock. Times of objects, events and log lines are by this clock, which may differ from this machine's."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from tui.engine.digits import whole_number

NOTABLE = 2.0
"""Seconds from which a difference is shown; the `Date` header has whole seconds only."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class EngineClock:
    """`skew`: the seconds by which the engine's clock is ahead of this machine's."""

    def __init__(self) -> None:
        self.skew = 0.0

    def now(self) -> float:
        """Return the engine's time in seconds since the epoch."""
        return time.time() + self.skew

    def read_date(self, text: str) -> None:
        """Set the clock by the `Date` header of an answer that just arrived; an invalid one is ignored."""
        seconds = http_date(text)
        if seconds is not None:
            skew = seconds + 0.5 - time.time()
            if abs(skew - self.skew) >= NOTABLE:
                self.skew = skew if abs(skew) >= NOTABLE else 0.0

    def set(self, seconds: float, asked: float, answered: float) -> None:
        """Set the clock by a time that the engine read between two moments of this machine's clock."""
        skew = seconds - (asked + answered) / 2
        self.skew = skew if abs(skew) > (answered - asked) / 2 else 0.0


CLOCK = EngineClock()
"""The clock that counts until that of an engine is shown."""

LOCAL = EngineClock()
"""This machine's clock, which several engines in one list are compared with."""

_shown = CLOCK
OWN: ContextVar[EngineClock | None] = ContextVar("clock", default=None)
"""The clock of the engine that this task or block belongs to; set it by `of`, or directly for each of many cells."""


def show(clock: EngineClock) -> None:
    """Set the clock of the engine on the screen, which counts wherever no other does."""
    global _shown
    _shown = clock


def current() -> EngineClock:
    """Return the clock of the engine that this task or block belongs to, else of the engine on the screen."""
    return OWN.get() or _shown


@contextmanager
def of(clock: EngineClock) -> Iterator[None]:
    """Set the clock inside the block."""
    token = OWN.set(clock)
    try:
        yield
    finally:
        OWN.reset(token)


def now() -> float:
    """Return the engine's time in seconds since the epoch."""
    return current().now()


def now_ns() -> int:
    """Return the engine's time in nanoseconds since the epoch."""
    return time.time_ns() + int(current().skew * 1e9)


def http_date(text: str) -> float | None:
    """Return the seconds of a `Date` header such as "Sun, 06 Nov 1994 08:49:37 GMT", or None for another text."""
    try:
        _, day, month, year, clock, zone = text.split()
        parts = [whole_number(part, 4) for part in (year, day, *clock.split(":"))]
        numbers = [number for number in parts if number is not None]
        if zone != "GMT" or len(numbers) != len(parts):
            return None
        of_year, of_month, hour, minute, second = numbers
        return datetime(of_year, _MONTHS.index(month) + 1, of_month, hour, minute, second, tzinfo=UTC).timestamp()
    except ValueError:
        return None


def moment(text: str) -> float:
    """Parse an engine's time (RFC 3339, nanoseconds) into seconds since the epoch; 0 if empty or invalid."""
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        return 0.0
