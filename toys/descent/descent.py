"""Gradient descent at a coin that always shows heads: constant steps, and steps that shrink."""

from __future__ import annotations

import math
from functools import lru_cache, partial
from typing import Annotated

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field

from toys.descent._late_odds import Path, gradient, path
from toys.descent._sure_coin import SureCoin

FIRST_STEPS = 256
"""Taken one by one at least, before the clock of the steps is trusted."""

LARGE_ODDS = 256.0
"""So large, over the growth of a step, are the odds where the clock of the steps begins."""


class GradientDescent(SureCoin):
    """Full gradient descent: each of t steps adds η times the probability of tails to the logit.

    A coin always shows heads. The model is the logit w of heads, from 0; the loss is ln(1 + e^-w).
    """

    eta: Annotated[float, Field(ge=0.01, le=20, description="learning rate")] = 1.0

    derivations = ("descent.discrete",)

    def derivation(self, axis: str) -> str | None:
        """One law for every learning rate."""
        return "descent.discrete" if axis == "t" else None

    @property
    def C(self) -> float:
        """The constant that the first steps set: e^w + (1 - η/2) w - η t in the end."""
        return _path_of(self.eta).offset

    def exact(self) -> float:
        """By what grows steadily in each step, a series in e^-w; the first steps as odds."""
        return _path_of(self.eta).loss(self.t)

    def _take_steps(self, stops: NDArray[np.int64], logits: NDArray[np.float64]) -> None:
        _descend(self.eta, stops, logits)


class ScheduledDescent(SureCoin):
    """Gradient descent whose learning rate falls: step number s has size η s^-g.

    A coin always shows heads. The model is the logit w of heads, from 0; the loss is ln(1 + e^-w).
    """

    eta: Annotated[float, Field(ge=0.01, le=20, description="learning rate of the first step")] = (
        1.0
    )
    g: Annotated[float, Field(gt=0, le=1, description="how fast the rate falls")] = 0.5

    derivations = ("descent.schedule", "descent.schedule_inverse")

    def derivation(self, axis: str) -> str | None:
        """A power law for g < 1, a logarithm for g = 1."""
        if axis != "t":
            return None
        return "descent.schedule_inverse" if self.g == 1 else "descent.schedule"

    def _take_steps(self, stops: NDArray[np.int64], logits: NDArray[np.float64]) -> None:
        _descend_by_schedule(self.eta, self.g, stops, logits)


@lru_cache(maxsize=64)
def _path_of(eta: float) -> Path:
    """First steps and clock of constant steps."""
    return path(partial(_odds, eta), eta * gradient(), FIRST_STEPS, LARGE_ODDS * max(1.0, eta))


@njit(cache=True, nogil=True, error_model="numpy")
def _descend(eta: float, stops: NDArray[np.int64], out: NDArray[np.float64]) -> None:
    """The logit at each stop."""
    w, last = 0.0, 0
    for i in range(stops.size):
        for _ in range(stops[i] - last):
            w += eta / (1.0 + math.exp(w))
        last = stops[i]
        out[i] = w


@njit(cache=True, nogil=True, error_model="numpy")
def _descend_by_schedule(
    eta: float, g: float, stops: NDArray[np.int64], out: NDArray[np.float64]
) -> None:
    """The logit at each stop, where step s has size eta s^-g."""
    w, last = 0.0, 0
    for i in range(stops.size):
        for s in range(last + 1, stops[i] + 1):
            w += eta * float(s) ** -g / (1.0 + math.exp(w))
        last = stops[i]
        out[i] = w


@njit(cache=True, nogil=True, error_model="numpy")
def _odds(eta: float, steps: int) -> float:
    """The odds of heads after so many steps."""
    y = 1.0
    for _ in range(steps):
        y *= math.exp(eta / (1.0 + y))
    return y
