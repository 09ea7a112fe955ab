"""Gradient descent with weight decay on a coin that always shows heads."""

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
"""Upper bound of η (λ + 1/4). Below it, no step overshoots the fixed point."""

NEWTON = 60
"""Number of steps of Newton's method for the fixed point; it needs about six."""

LINEAR = 1e-17
"""Distance to the fixed point below which the dynamics is linear, to rounding."""


class WeightDecay(SureCoin):
    """Learn that a coin always shows heads, by gradient descent with weight decay.

    The model is the logit w of heads, which starts at w = 0. A step adds η times the negative
    gradient of ln(1 + e^-w) + λ w²/2. The loss is the log loss ln(1 + e^-w) alone, without the
    penalty. The logit tends to the fixed point at which λ w = 1/(1 + e^w). The loss therefore
    approaches a positive floor, exponentially.
    """

    eta: Annotated[float, Field(ge=0.1, le=3.8, description="learning rate")] = 1.0
    decay: Annotated[float, Field(ge=1e-4, le=9, description="weight decay λ")] = 0.01

    derivations = ("weight_decay.descent",)

    @model_validator(mode="after")
    def _does_not_overshoot(self) -> Self:
        if self.eta * (self.decay + 0.25) >= GREATEST_STEP:
            raise PydanticCustomError(
                "overshoots",
                "eta = {eta} with decay = {decay} overshoots the fixed point (eta (decay + 1/4) "
                "must be below 1, so that eta < {most})",
                {
                    "eta": f"{self.eta:g}",
                    "decay": f"{self.decay:g}",
                    "most": f"{GREATEST_STEP / (self.decay + 0.25):.6g}",
                },
            )
        return self

    @property
    def quantity(self) -> str:
        """The log loss, which includes the floor that weight decay leaves."""
        return "log loss, nats, with a floor"

    def derivation(self, axis: str) -> str | None:
        """An exponential approach to a floor."""
        return "weight_decay.descent" if axis == "t" else None

    @property
    def w_inf(self) -> float:
        """The fixed point of the logit: λ w = 1/(1 + e^w)."""
        return _fixed_point(self.decay)

    @property
    def c(self) -> float:
        """At late times, a step multiplies the distance to the fixed point by e^-c."""
        return _rate(self.eta, self.decay, self.w_inf)

    @property
    def P(self) -> float:
        """The limit of the loss above its floor, times e^(ct)."""
        return _amplitude(self.eta, self.decay, self.w_inf)

    def _take_steps(self, stops: NDArray[np.int64], logits: NDArray[np.float64]) -> None:
        _descend(self.eta, self.decay, stops, logits)


def _fixed_point(decay: float) -> float:
    """The root of ln λ + ln w + ln(1 + e^w), by Newton's method in ln w, from above."""
    log_w = math.log(max(1.0, -math.log(decay)))
    for _ in range(NEWTON):
        w = math.exp(log_w)
        value = math.log(decay) + log_w + w + math.log1p(math.exp(-w))
        log_w -= value / (1 + w / (1 + math.exp(-w)))
    return math.exp(log_w)


def _rate(eta: float, decay: float, fixed_point: float) -> float:
    """The rate c, from the linearised step at the fixed point."""
    tails = decay * fixed_point
    return -math.log1p(-eta * (decay + tails * (1 - tails)))


@lru_cache(maxsize=64)
def _amplitude(eta: float, decay: float, fixed_point: float) -> float:
    """The amplitude P: tails at the fixed point, times the limit of distance e^(ct)."""
    tails = decay * fixed_point
    return (
        tails
        * fixed_point
        * math.exp(_log_growth(eta, decay, tails, fixed_point, _rate(eta, decay, fixed_point)))
    )


@njit(cache=True, nogil=True, error_model="numpy")
def _descend(eta: float, decay: float, stops: NDArray[np.int64], out: NDArray[np.float64]) -> None:
    """Write the logit at each stop into `out`."""
    w, last = 0.0, 0
    for i in range(stops.size):
        for _ in range(stops[i] - last):
            w += eta * (1.0 / (1.0 + math.exp(w)) - decay * w)
        last = stops[i]
        out[i] = w


@njit(cache=True, nogil=True, error_model="numpy")
def _log_growth(eta: float, decay: float, tails: float, fixed_point: float, c: float) -> float:
    """Total growth of ln(distance to the fixed point) + c t, from t = 0 on.

    A step adds an amount of the order of the distance, so that the sum converges.
    """
    distance, gained = fixed_point, 0.0
    while distance > LINEAR:
        grown = math.expm1(distance)
        pull = decay + tails * (1.0 - tails) * grown / (1.0 + tails * grown) / distance
        factor = math.log1p(-eta * pull)
        gained += factor + c
        distance *= math.exp(factor)
    return gained
