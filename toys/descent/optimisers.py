"""Optimisers with a memory, at a coin that always shows heads: momentum and acceleration."""

from __future__ import annotations

import math
from functools import lru_cache, partial
from typing import Annotated

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field

from toys.descent._late_odds import TERMS, Path, averaged, gradient, path
from toys.descent._sure_coin import SureCoin

FIRST_STEPS = 256
"""Taken one by one at least, before the clock of the steps is trusted."""

FORGOTTEN = 50.0
"""After so many memories what came before has lost a factor e^-50."""

LARGE_ODDS = 512.0
"""So large, over the growth of a step and over 1/(1-μ), are the odds where the clock begins."""


class HeavyBall(SureCoin):
    """Gradient descent with momentum: each step is μ times the last one plus η times the gradient.

    A coin always shows heads. The model is the logit w of heads, from 0 and at rest; the loss is
    ln(1 + e^-w) (Polyak 1964). With μ near 1 the ball shoots far ahead, and waits there for the law
    to catch up.
    """

    eta: Annotated[float, Field(ge=0.01, le=10, description="learning rate")] = 1.0
    mu: Annotated[float, Field(ge=0.01, le=0.99, description="momentum")] = 0.5

    derivations = ("optimisers.momentum",)

    def derivation(self, axis: str) -> str | None:
        """One law for every momentum."""
        return "optimisers.momentum" if axis == "t" else None

    @property
    def C(self) -> float:
        """The constant that the first steps set: y + a ln y - η t/(1-μ) in the end, y = e^w."""
        return _path_of(self.eta, self.mu).offset

    def exact(self) -> float:
        """By what grows steadily in each step, a series in e^-w; the first steps as odds."""
        return _path_of(self.eta, self.mu).loss(self.t)

    def _take_steps(self, stops: NDArray[np.int64], logits: NDArray[np.float64]) -> None:
        _roll(self.eta, self.mu, stops, logits)


class Nesterov(SureCoin):
    """Nesterov's acceleration: a gradient step from a point ahead of the last one.

    A coin always shows heads. The model is the logit w of heads, from 0; the loss is ln(1 + e^-w).
    Step t goes to z + η times the negative gradient at z, where z is the logit plus (t-1)/(t+2)
    times its last change (Nesterov 1983; this momentum: Su, Boyd and Candès 2014).
    """

    eta: Annotated[float, Field(ge=0.01, le=10, description="learning rate")] = 1.0

    derivations = ("optimisers.nesterov",)

    def derivation(self, axis: str) -> str | None:
        """One law for every learning rate."""
        return "optimisers.nesterov" if axis == "t" else None

    def _take_steps(self, stops: NDArray[np.int64], logits: NDArray[np.float64]) -> None:
        _accelerate(self.eta, stops, logits)


@lru_cache(maxsize=64)
def _path_of(eta: float, mu: float) -> Path:
    """First steps and clock of the heavy ball."""
    slope = gradient()
    step = eta / (1 - mu) * slope
    for _ in range(TERMS):
        step = averaged(mu, eta, slope, step, step)
    steps = max(FIRST_STEPS, math.ceil(FORGOTTEN / -math.log(mu)))
    odds = LARGE_ODDS / (1 - mu) * max(1.0, eta / (1 - mu))
    return path(partial(_odds, eta, mu), step, steps, odds)


@njit(cache=True, nogil=True, error_model="numpy")
def _roll(eta: float, mu: float, stops: NDArray[np.int64], out: NDArray[np.float64]) -> None:
    """The logit of a heavy ball at each stop.

    What a sum rounds off is carried to the next one (Kahan): a ball that waits far ahead moves by
    less than the last digit of w, and would stand still.
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
def _accelerate(eta: float, stops: NDArray[np.int64], out: NDArray[np.float64]) -> None:
    """The logit at each stop, by Nesterov's method.

    The last change is kept by itself, and what the sum of changes rounds off is carried on (Kahan):
    as a difference of logits it would lose its digits, and the loss 3 % after 5e7 steps.
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
def _odds(eta: float, mu: float, steps: int) -> float:
    """The odds of heads under a heavy ball, after so many steps."""
    y, velocity = 1.0, 0.0
    for _ in range(steps):
        velocity = mu * velocity + eta / (1.0 + y)
        y *= math.exp(velocity)
    return y
