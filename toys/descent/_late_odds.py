"""The odds after very many optimiser steps, without taking them.

One step multiplies the odds y of heads by exp(S(1/y)), where S is a power series without constant
term. Then some function A(y) = y + a ln y + c₁/y + c₂/y² + ... grows by the same amount in every
step: it solves Abel's equation (de Bruijn, Asymptotic Methods in Analysis, chapter 8). Its inverse
gives the odds after any number of steps.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PowerSeries = NDArray[np.float64]
"""Coefficients of x^0, x^1, ... in x = 1/y, shape (TERMS,)."""

TERMS = 12
"""Number of coefficients of every series."""

NEWTON = 60
"""Largest number of steps of Newton's method, which needs about five."""


def gradient() -> PowerSeries:
    """The probability of tails, x/(1+x)."""
    return np.concatenate([[0.0], -((-1.0) ** np.arange(1, TERMS))])


def times(left: PowerSeries, right: PowerSeries) -> PowerSeries:
    """The product of two series."""
    return np.convolve(left, right)[:TERMS]


def shifted(series: PowerSeries, places: int) -> PowerSeries:
    """The product of the series and x^places."""
    out = np.zeros(TERMS)
    if places >= 0:
        out[places:] = series[: TERMS - places]
    else:
        out[:places] = series[-places:]
    return out


def exponential(series: PowerSeries) -> PowerSeries:
    """The exponential of a series without constant term."""
    out = np.zeros(TERMS)
    out[0] = 1.0
    orders = np.arange(TERMS)
    for k in range(1, TERMS):
        out[k] = (orders[1 : k + 1] * series[1 : k + 1]) @ out[k - 1 :: -1][:k] / k
    return out


def power(series: PowerSeries, exponent: float) -> PowerSeries:
    """A power of a series whose constant term is positive."""
    out = np.zeros(TERMS)
    out[0] = series[0] ** exponent
    for k in range(1, TERMS):
        orders = np.arange(1, k + 1)
        factors = (exponent * orders - (k - orders)) * series[1 : k + 1]
        out[k] = factors @ out[k - 1 :: -1][:k] / (k * series[0])
    return out


def composed(outer: PowerSeries, inner: PowerSeries) -> PowerSeries:
    """The series outer(inner(x)), where `inner` has no constant term."""
    out = np.zeros(TERMS)
    for coefficient in outer[::-1]:
        out = times(out, inner)
        out[0] += coefficient
    return out


def moved(step: PowerSeries) -> PowerSeries:
    """The series of 1/y after a step that multiplies y by exp(step)."""
    return shifted(exponential(-step), 1)


@dataclass(frozen=True)
class LateOdds:
    """The Abel function A(y) = y + a ln y + c₁/y + ..., which grows by `growth` in every step.

    Attributes
    ----------
    growth : float
        Growth of A in one step.
    factor : float
        The coefficient a.
    tail : tuple of float
        The coefficients c₁, c₂, ...
    """

    growth: float
    factor: float
    tail: tuple[float, ...]

    def value(self, odds: float) -> float:
        """The Abel function at these odds."""
        rest = 0.0
        for coefficient in reversed(self.tail):
            rest = (rest + coefficient) / odds
        return odds + self.factor * math.log(odds) + rest

    def odds(self, value: float) -> float:
        """The odds at which the Abel function has this value, which must be large."""
        odds = value
        for _ in range(NEWTON):
            slope = 1 + self.factor / odds
            change = (value - self.value(odds)) / slope
            odds = max(odds + change, odds / 2)
            if abs(change) <= 1e-15 * odds:
                break
        return odds


def late_odds(step: PowerSeries) -> LateOdds:
    """The Abel function of a step that multiplies y by exp(step), computed order by order."""
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
    return LateOdds(growth, factor, tuple(tail))


def averaged(
    memory: float, gain: float, fresh: PowerSeries, step: PowerSeries, guess: PowerSeries
) -> PowerSeries:
    """Correct one more order of a moving average, as a series in x = 1/y.

    The average N satisfies N(x') = memory N(x) + gain fresh(x'), where x' is x after the step.
    `guess` is N up to some order.
    """
    after = moved(step)
    wanted = memory * guess + gain * composed(fresh, after) - composed(guess, after)
    return guess + wanted / (1 - memory)


@dataclass(frozen=True)
class OddsPath:
    """The odds after any number of steps: early steps are simulated, late ones extrapolated.

    Attributes
    ----------
    run : callable
        Takes a number of steps, simulates them, and returns the odds.
    late : LateOdds
        The Abel function for late steps.
    begin : int
        Number of steps from which on the Abel function is exact to rounding.
    offset : float
        The Abel function minus growth times the number of steps. The first steps set this constant.
    """

    run: Callable[[int], float]
    late: LateOdds
    begin: int
    offset: float

    def loss(self, t: int) -> float:
        """The log loss ln(1 + 1/y) after t steps."""
        if t <= self.begin:
            return math.log1p(1 / self.run(t))
        return math.log1p(1 / self.late.odds(self.late.growth * t + self.offset))


def odds_path(run: Callable[[int], float], step: PowerSeries, steps: int, odds: float) -> OddsPath:
    """Join simulated first steps, at least `steps` and up to at least `odds`, to the late steps."""
    late = late_odds(step)
    while (reached := run(steps)) < odds:
        steps *= 2
    return OddsPath(run, late, steps, late.value(reached) - late.growth * steps)
