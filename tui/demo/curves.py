"""Plausible usage over time, with exact integrals so that counters are consistent."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin

Wave = tuple[float, float, float]
"""Amplitude, period in seconds, phase in radians."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A rate or a level over time: a base, sine waves and a linear growth.

    Never negative if the base is at least the sum of the amplitudes.
    """

    base: float
    waves: tuple[Wave, ...] = ()
    climb: float = 0.0

    def at(self, t: float) -> float:
        """Return the value at `t` seconds."""
        value = self.base + self.climb * t
        for amplitude, period, phase in self.waves:
            value += amplitude * sin(2 * pi * t / period + phase)
        return max(0.0, value)

    def total(self, t: float) -> float:
        """Return the integral from 0 to `t` seconds, which never decreases."""
        total = self.base * t + self.climb * t * t / 2
        for amplitude, period, phase in self.waves:
            turn = 2 * pi / period
            total += amplitude / turn * (cos(phase) - cos(turn * t + phase))
        return max(0.0, total)

    def scaled(self, factor: float) -> Curve:
        """Return the curve multiplied by a factor."""
        waves = tuple((amplitude * factor, period, phase) for amplitude, period, phase in self.waves)
        return Curve(self.base * factor, waves, self.climb * factor)


def restless(base: float, phase: float = 0.0) -> Curve:
    """Return a rate that varies around `base` by up to 80 %, on three time scales."""
    return Curve(base, ((base * 0.45, 61.0, phase), (base * 0.25, 17.0, phase * 2.3), (base * 0.1, 4.3, phase * 5.1)))


STILL = Curve(0.0)
