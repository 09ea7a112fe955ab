"""Gradient descent with momentum (heavy ball, Nesterov) on a coin that always shows heads."""

from __future__ import annotations

import math
from functools import lru_cache, partial
from typing import Annotated

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field

from toys.descent._late_odds import TERMS, OddsPath, averaged, gradient, odds_path
from toys.descent._sure_coin import SureCoin

FIRST_STEPS = 256
"""Smallest number of steps that are simulated before the series for late steps is used."""

FORGOTTEN = 50.0
"""After this many memory times the start has decayed by a factor e^-50."""

LARGE_ODDS = 512.0
"""Odds from which on the series for late steps is used, in units of 1/(1-μ) and of a step."""


class HeavyBall(SureCoin):
    """Learn that a coin always shows heads, by gradient descent with momentum (the heavy ball).

    The model is the logit w of heads. It starts at w = 0, and the loss is ln(1 + e^-w). A step is μ
    times the last step plus η times the negative gradient (Polyak 1964). If μ is near 1, the first
    steps overshoot far; w then hardly moves until the asymptotic law catches up with it.
    """

    eta: Annotated[float, Field(ge=0.01, le=10, description="learning rate")] = 1.0
    mu: Annotated[float, Field(ge=0.01, le=0.99, description="momentum")] = 0.5

    derivations = ("optimisers.momentum",)

    def derivation(self, axis: str) -> str | None:
        """One law for every momentum."""
        return "optimisers.momentum" if axis == "t" else None

    @property
    def C(self) -> float:
        """Limit of y + a ln y - η t/(1-μ) at late times, y = e^w, set by the first steps."""
        return _odds_path_of(self.eta, self.mu).offset

    def exact(self) -> float:
        """First steps are simulated as odds; later odds come from a series (see `_late_odds`)."""
        return _odds_path_of(self.eta, self.mu).loss(self.t)

    def _take_steps(self, stops: NDArray[np.int64], logits: NDArray[np.float64]) -> None:
        _momentum_steps(self.eta, self.mu, stops, logits)


class Nesterov(SureCoin):
    """Learn that a coin always shows heads, by Nesterov's accelerated gradient descent.

    The model is the logit w of heads. It starts at w = 0, and the loss is ln(1 + e^-w). Step t
    first extrapolates to z, the logit plus (t-1)/(t+2) times its last change, and then adds η times
    the negative gradient at z (Nesterov 1983; this momentum: Su, Boyd and Candès 2014).
    """

    eta: Annotated[float, Field(ge=0.01, le=10, description="learning rate")] = 1.0

    derivations = ("optimisers.nesterov",)

    def derivation(self, axis: str) -> str | None:
        """One law for every learning rate."""
        return "optimisers.nesterov" if axis == "t" else None

    def _take_steps(self, stops: NDArray[np.int64], logits: NDArray[np.float64]) -> None:
        _nesterov_steps(self.eta, stops, logits)


@lru_cache(maxsize=64)
def _odds_path_of(eta: float, mu: float) -> OddsPath:
    """The odds after any number of steps: simulated first steps, and the series for late ones."""
    slope = gradient()
    step = eta / (1 - mu) * slope
    for _ in range(TERMS):
        step = averaged(mu, eta, slope, step, step)
    steps = max(FIRST_STEPS, math.ceil(FORGOTTEN / -math.log(mu)))
    odds = LARGE_ODDS / (1 - mu) * max(1.0, eta / (1 - mu))
    return odds_path(partial(_momentum_odds, eta, mu), step, steps, odds)


@njit(cache=True, nogil=True, error_model="numpy")
def _momentum_steps(
    eta: float, mu: float, stops: NDArray[np.int64], out: NDArray[np.float64]
) -> None:
    """Write the logit at each stop under gradient descent with momentum into `out`.

    The sum is a Kahan sum: its rounding error is added to the next step. After an overshoot the
    steps are smaller than the last digit of w, which would not change at all without this.
    """
    w, velocity, lost, last = 0.0, 0.0, 0.0, 0
    for i in range(stops.size):
        for _ in range(stops[i] - last):
            velocity = mu * velocity + eta / (1.0 + math.exp(w))
            step = velocity - lost
            moved_to = w + step
            lost = (moved_to - w) - step
            w = moved_to
        last = stops[i]
        out[i] = w


@njit(cache=True, nogil=True, error_model="numpy")
def _nesterov_steps(eta: float, stops: NDArray[np.int64], out: NDArray[np.float64]) -> None:
    """Write the logit at each stop under Nesterov's method into `out`.

    The last change is stored by itself, since a difference of logits would lose its digits. The sum
    of the changes is a Kahan sum: its rounding error is added to the next step. Without both, the
    loss would be wrong by 3 % after 5e7 steps.
    """
    w, change, lost, last = 0.0, 0.0, 0.0, 0
    for i in range(stops.size):
        for s in range(last + 1, stops[i] + 1):
            lead = (s - 1) / (s + 2) * change
            change = lead + eta / (1.0 + math.exp(w + lead))
            step = change - lost
            moved_to = w + step
            lost = (moved_to - w) - step
            w = moved_to
        last = stops[i]
        out[i] = w


@njit(cache=True, nogil=True, error_model="numpy")
def _momentum_odds(eta: float, mu: float, steps: int) -> float:
    """The odds of heads after this number of steps with momentum."""
    y, velocity = 1.0, 0.0
    for _ in range(steps):
        velocity = mu * velocity + eta / (1.0 + y)
        y *= math.exp(velocity)
    return y
