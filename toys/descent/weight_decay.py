"""Gradient descent with weight decay at a coin that always shows heads: a floor."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Annotated, Self

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toys.descent._sure_coin import SureCoin

GREATEST_STEP = 1.0
"""η (λ + 1/4) below this keeps every step from overshooting the place of rest."""

NEWTON = 60
"""Steps of Newton's method for the place of rest; it needs about six."""

LINEAR = 1e-17
"""So near its place of rest the logit approaches it in proportion, to rounding."""


class WeightDecay(SureCoin):
    """Gradient descent with weight decay: each step also takes η λ w away from the logit.

    A coin always shows heads. The model is the logit w of heads, from 0; the loss is the log loss
    ln(1 + e^-w), without the penalty λ w²/2 that is descended too. The logit comes to rest where
    λ w = 1/(1 + e^w), so that a floor is left, which the loss approaches exponentially.
    """

    eta: Annotated[float, Field(ge=0.1, le=3.8, description="learning rate")] = 1.0
    decay: Annotated[float, Field(ge=1e-4, le=9, description="weight decay λ")] = 0.01

    derivations = ("weight_decay.descent",)

    @model_validator(mode="after")
    def _does_not_overshoot(self) -> Self:
        if self.eta * (self.decay + 0.25) >= GREATEST_STEP:
            raise PydanticCustomError(
                "overshoots",
                "eta = {eta} with decay = {decay} overshoots the place of rest (eta times decay + "
                "1/4 is below 1, so that eta < {most})",
                {
                    "eta": f"{self.eta:g}",
                    "decay": f"{self.decay:g}",
                    "most": f"{GREATEST_STEP / (self.decay + 0.25):.6g}",
                },
            )
        return self

    @property
    def quantity(self) -> str:
        """The log loss, with the floor that weight decay leaves."""
        return "log loss, nats, with a floor"

    def derivation(self, axis: str) -> str | None:
        """Exponentially to a floor."""
        return "weight_decay.descent" if axis == "t" else None

    @property
    def w_inf(self) -> float:
        """Where the logit comes to rest: λ w = 1/(1 + e^w)."""
        return _rest_of(self.decay)

    @property
    def c(self) -> float:
        """The distance to the place of rest falls by e^-c in a step, in the end."""
        return _rate(self.eta, self.decay, self.w_inf)

    @property
    def P(self) -> float:
        """What the loss above its floor, times e^(ct), tends to."""
        return _amplitude(self.eta, self.decay, self.w_inf)

    def _take_steps(self, stops: NDArray[np.int64], logits: NDArray[np.float64]) -> None:
        _descend(self.eta, self.decay, stops, logits)


def _rest_of(decay: float) -> float:
    """The root of ln λ + ln w + ln(1 + e^w), by Newton's method in ln w, from above."""
    log_w = math.log(max(1.0, -math.log(decay)))
    for _ in range(NEWTON):
        w = math.exp(log_w)
        value = math.log(decay) + log_w + w + math.log1p(math.exp(-w))
        log_w -= value / (1 + w / (1 + math.exp(-w)))
    return math.exp(log_w)


def _rate(eta: float, decay: float, rest: float) -> float:
    """c, from what a step leaves of a small distance to the place of rest."""
    tails = decay * rest
    return -math.log1p(-eta * (decay + tails * (1 - tails)))


@lru_cache(maxsize=64)
def _amplitude(eta: float, decay: float, rest: float) -> float:
    """The probability of tails at rest, times what is left of the distance, times e^(ct)."""
    tails = decay * rest
    return tails * rest * math.exp(_gained(eta, decay, tails, rest, _rate(eta, decay, rest)))


@njit(cache=True, nogil=True, error_model="numpy")
def _descend(eta: float, decay: float, stops: NDArray[np.int64], out: NDArray[np.float64]) -> None:
    """The logit at each stop."""
    w, last = 0.0, 0
    for i in range(stops.size):
        for _ in range(stops[i] - last):
            w += eta * (1.0 / (1.0 + math.exp(w)) - decay * w)
        last = stops[i]
        out[i] = w


@njit(cache=True, nogil=True, error_model="numpy")
def _gained(eta: float, decay: float, tails: float, rest: float, c: float) -> float:
    """By how much ln(distance to the place of rest) + c t grows, from t = 0 on.

    A step adds an amount of the order of the distance, so that the sum converges.
    """
    distance, gained = rest, 0.0
    while distance > LINEAR:
        grown = math.expm1(distance)
        pull = decay + tails * (1.0 - tails) * grown / (1.0 + tails * grown) / distance
        factor = math.log1p(-eta * pull)
        gained += factor + c
        distance *= math.exp(factor)
    return gained
