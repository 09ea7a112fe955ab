"""Gradient descent on a coin that always shows heads, with constant or falling learning rate."""

from __future__ import annotations

import math
from functools import lru_cache, partial
from typing import Annotated

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field

from toys.descent._late_odds import OddsPath, gradient, odds_path
from toys.descent._sure_coin import SureCoin

FIRST_STEPS = 256
"""Smallest number of steps that are simulated before the series for late steps is used."""

LARGE_ODDS = 256.0
"""Odds from which on the series for late steps is used, in units of the growth in one step."""


class GradientDescent(SureCoin):
    """Learn that a coin always shows heads, by gradient descent.

    The model is the logit w of heads. It starts at w = 0, and the loss is ln(1 + e^-w). Each of t
    steps adds η times the negative gradient, which is the predicted probability of tails, to w.
    """

    eta: Annotated[float, Field(ge=0.01, le=20, description="learning rate")] = 1.0

    derivations = ("descent.discrete",)

    def derivation(self, axis: str) -> str | None:
        """One law for every learning rate."""
        return "descent.discrete" if axis == "t" else None

    @property
    def C(self) -> float:
        """Limit of e^w + (1 - η/2) w - η t at late times. The first steps set this constant."""
        return _odds_path_of(self.eta).offset

    def exact(self) -> float:
        """First steps are simulated as odds; later odds come from a series (see `_late_odds`)."""
        return _odds_path_of(self.eta).loss(self.t)

    def _take_steps(self, stops: NDArray[np.int64], logits: NDArray[np.float64]) -> None:
        _descend(self.eta, stops, logits)


class ScheduledDescent(SureCoin):
    """Learn that a coin always shows heads, by gradient descent with a falling learning rate.

    The model is the logit w of heads. It starts at w = 0, and the loss is ln(1 + e^-w). Step number
    s has the learning rate η s^-g.
    """

    eta: Annotated[float, Field(ge=0.01, le=20, description="learning rate of the first step")] = (
        1.0
    )
    g: Annotated[float, Field(gt=0, le=1, description="exponent of the falling learning rate")] = (
        0.5
    )

    derivations = ("descent.schedule", "descent.schedule_inverse")

    def derivation(self, axis: str) -> str | None:
        """A power law for g < 1, a logarithm for g = 1."""
        if axis != "t":
            return None
        return "descent.schedule_inverse" if self.g == 1 else "descent.schedule"

    def _take_steps(self, stops: NDArray[np.int64], logits: NDArray[np.float64]) -> None:
        _descend_by_schedule(self.eta, self.g, stops, logits)


@lru_cache(maxsize=64)
def _odds_path_of(eta: float) -> OddsPath:
    """The odds after any number of steps: simulated first steps, and the series for late ones."""
    return odds_path(partial(_odds, eta), eta * gradient(), FIRST_STEPS, LARGE_ODDS * max(1.0, eta))


@njit(cache=True, nogil=True, error_model="numpy")
def _descend(eta: float, stops: NDArray[np.int64], out: NDArray[np.float64]) -> None:
    """Write the logit at each stop into `out`."""
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
    """Write the logit at each stop into `out`, where step s has the learning rate eta s^-g."""
    w, last = 0.0, 0
    for i in range(stops.size):
        for s in range(last + 1, stops[i] + 1):
            w += eta * float(s) ** -g / (1.0 + math.exp(w))
        last = stops[i]
        out[i] = w


@njit(cache=True, nogil=True, error_model="numpy")
def _odds(eta: float, steps: int) -> float:
    """The odds of heads after this number of steps."""
    y = 1.0
    for _ in range(steps):
        y *= math.exp(eta / (1.0 + y))
    return y
