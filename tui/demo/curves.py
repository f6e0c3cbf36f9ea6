"""Believable curves of use over time, with exact integrals so that counters add up."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin

Wave = tuple[float, float, float]
"""Amplitude, period in seconds, phase in radians."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A rate or a level over time: a base, a few waves, a steady climb. Its value never falls below zero
    as long as the base is at least the sum of the amplitudes."""

    base: float
    waves: tuple[Wave, ...] = ()
    climb: float = 0.0

    def at(self, t: float) -> float:
        """The value at `t` seconds."""
        value = self.base + self.climb * t
        for amplitude, period, phase in self.waves:
            value += amplitude * sin(2 * pi * t / period + phase)
        return max(0.0, value)

    def total(self, t: float) -> float:
        """What has come together from 0 to `t` seconds: the integral, which never falls."""
        total = self.base * t + self.climb * t * t / 2
        for amplitude, period, phase in self.waves:
            turn = 2 * pi / period
            total += amplitude / turn * (cos(phase) - cos(turn * t + phase))
        return max(0.0, total)

    def scaled(self, factor: float) -> Curve:
        """The same shape, so many times as high."""
        waves = tuple((amplitude * factor, period, phase) for amplitude, period, phase in self.waves)
        return Curve(self.base * factor, waves, self.climb * factor)


def restless(base: float, phase: float = 0.0) -> Curve:
    """A rate that wavers around `base` by up to four fifths of it, on three time scales."""
    return Curve(base, ((base * 0.45, 61.0, phase), (base * 0.25, 17.0, phase * 2.3), (base * 0.1, 4.3, phase * 5.1)))


STILL = Curve(0.0)
