"""What grows steadily along a path of odds whose steps shrink: an exact clock for late times.

A map that multiplies the odds y by exp(S(1/y)), where S is a power series without constant term,
has a function y + a ln y + c₁/y + c₂/y² + ... that grows by the same amount in every step: the
solution of Abel's equation (de Bruijn, Asymptotic Methods in Analysis, chapter 8). It reaches any
number of steps at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Series = NDArray[np.float64]
"""Coefficients of x^0, x^1, ... in x = 1/y, shape (TERMS,)."""

TERMS = 12
"""Of every series that are kept."""

NEWTON = 60
"""Steps that Newton's method may take; it needs about five."""


def gradient() -> Series:
    """The probability of tails, x/(1+x)."""
    return np.concatenate([[0.0], -((-1.0) ** np.arange(1, TERMS))])


def times(left: Series, right: Series) -> Series:
    """The product."""
    return np.convolve(left, right)[:TERMS]


def shifted(series: Series, places: int) -> Series:
    """The product with x^places."""
    out = np.zeros(TERMS)
    if places >= 0:
        out[places:] = series[: TERMS - places]
    else:
        out[:places] = series[-places:]
    return out


def exponential(series: Series) -> Series:
    """The exponential of a series without constant term."""
    out = np.zeros(TERMS)
    out[0] = 1.0
    orders = np.arange(TERMS)
    for k in range(1, TERMS):
        out[k] = (orders[1 : k + 1] * series[1 : k + 1]) @ out[k - 1 :: -1][:k] / k
    return out


def power(series: Series, exponent: float) -> Series:
    """A power of a series whose constant term is positive."""
    out = np.zeros(TERMS)
    out[0] = series[0] ** exponent
    for k in range(1, TERMS):
        orders = np.arange(1, k + 1)
        factors = (exponent * orders - (k - orders)) * series[1 : k + 1]
        out[k] = factors @ out[k - 1 :: -1][:k] / (k * series[0])
    return out


def composed(outer: Series, inner: Series) -> Series:
    """outer(inner(x)), where `inner` has no constant term."""
    out = np.zeros(TERMS)
    for coefficient in outer[::-1]:
        out = times(out, inner)
        out[0] += coefficient
    return out


def moved(step: Series) -> Series:
    """1/y after a step that multiplies y by exp(step)."""
    return shifted(exponential(-step), 1)


@dataclass(frozen=True)
class Clock:
    """The function of the odds that grows by `growth` in every step.

    Attributes
    ----------
    growth : float
        Of the odds, in the end, in a step.
    factor : float
        a in y + a ln y.
    tail : tuple of float
        Coefficients of 1/y, 1/y², ...
    """

    growth: float
    factor: float
    tail: tuple[float, ...]

    def read(self, odds: float) -> float:
        """The function at these odds."""
        rest = 0.0
        for coefficient in reversed(self.tail):
            rest = (rest + coefficient) / odds
        return odds + self.factor * math.log(odds) + rest

    def odds(self, reading: float) -> float:
        """The odds at which the function has this value, for large ones."""
        odds = reading
        for _ in range(NEWTON):
            slope = 1 + self.factor / odds
            change = (reading - self.read(odds)) / slope
            odds = max(odds + change, odds / 2)
            if abs(change) <= 1e-15 * odds:
                break
        return odds


def clock(step: Series) -> Clock:
    """The clock of a map that multiplies y by exp(step), order by order."""
    growth = float(step[1])
    factor = float(-(step[2] / growth + growth / 2))
    grown = exponential(step)
    grown[0] = 0.0
    residual = shifted(grown, -1) + factor * step
    residual[0] -= growth
    after = moved(step)
    tail = []
    raised = np.eye(1, TERMS)[0]
    for k in range(1, TERMS - 3):
        raised = times(raised, after)
        coefficient = float(residual[k + 1] / (k * growth))
        change = raised.copy()
        change[k] -= 1.0
        residual = residual + coefficient * change
        tail.append(coefficient)
    return Clock(growth, factor, tuple(tail))


def averaged(memory: float, gain: float, fresh: Series, step: Series, guess: Series) -> Series:
    """A better guess at N(x), where N(x') = memory N(x) + gain fresh(x'), by one more order."""
    after = moved(step)
    wanted = memory * guess + gain * composed(fresh, after) - composed(guess, after)
    return guess + wanted / (1 - memory)


@dataclass(frozen=True)
class Path:
    """A path of odds: its first steps as they are, and a clock for all others.

    Attributes
    ----------
    run : callable
        The odds after so many steps, step by step.
    clock : Clock
        What grows steadily later.
    begin : int
        Steps from which on the clock is exact to rounding.
    offset : float
        What the clock reads, less growth times steps: the constant that the first steps set.
    """

    run: Callable[[int], float]
    clock: Clock
    begin: int
    offset: float

    def loss(self, t: int) -> float:
        """The log loss ln(1 + 1/y) after t steps."""
        if t <= self.begin:
            return math.log1p(1 / self.run(t))
        return math.log1p(1 / self.clock.odds(self.clock.growth * t + self.offset))


def path(run: Callable[[int], float], step: Series, steps: int, odds: float) -> Path:
    """Join first steps, at least so many and to such odds, to the clock of the map."""
    found = clock(step)
    while (reached := run(steps)) < odds:
        steps *= 2
    return Path(run, found, steps, found.read(reached) - found.growth * steps)
