"""Optimisers that rescale the gradient, at a coin that always shows heads."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Annotated, Self

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toys.descent._late_odds import (
    TERMS,
    Path,
    Series,
    composed,
    exponential,
    gradient,
    moved,
    path,
    power,
    shifted,
    times,
)
from toys.descent._sure_coin import GREATEST_LOGIT, SureCoin
from toys.toy import Size

FIRST_STEPS = 256
"""Taken one by one at least, before the clock of the steps is trusted."""

LARGE_ODDS = 256.0
"""So large, over the growth of a step, are the odds where the clock of the steps begins."""

ROUNDS = 5
"""More than enough for the sum of squares and its remainder to settle."""

NEWTON_STEPS = 40
"""Of Newton's method, in its other trade: it needs about six."""

FEW_NEWTON = 6
"""From this step on Newton's method is a power series in P e^-t to rounding."""


class Adagrad(SureCoin):
    """Adagrad: each step is η times the gradient over the root of the sum of all its squares.

    A coin always shows heads. The model is the logit w of heads, from 0; the loss is ln(1 + e^-w).
    The sum begins with s₀², and takes the new gradient in before the step (Duchi, Hazan and Singer
    2011).
    """

    eta: Annotated[float, Field(ge=0.05, le=10, description="learning rate")] = 0.5
    s_0: Annotated[float, Field(ge=0, le=20, description="root of the sum at first")] = 0.5

    derivations = ("adagrad.steps",)

    def derivation(self, axis: str) -> str | None:
        """One law for every learning rate."""
        return "adagrad.steps" if axis == "t" else None

    @property
    def S(self) -> float:
        """Root of the sum of all squared gradients there will ever be."""
        return _adagrad_of(self.eta, self.s_0)[1]

    @property
    def C(self) -> float:
        """The constant that the first steps set: y + a ln y - η t/S in the end, y = e^w."""
        return _adagrad_of(self.eta, self.s_0)[0].offset

    def exact(self) -> float:
        """By what grows steadily in each step, a series in e^-w; the first steps as odds."""
        return _adagrad_of(self.eta, self.s_0)[0].loss(self.t)

    def _take_steps(self, stops: NDArray[np.int64], logits: NDArray[np.float64]) -> None:
        _adapt(self.eta, self.s_0, stops, logits)


class NormalisedDescent(SureCoin):
    """Steps of a fixed length η: η times the gradient over its magnitude.

    A coin always shows heads. The model is the logit w of heads, from 0; the loss is ln(1 + e^-w).
    """

    eta: Annotated[float, Field(ge=1e-4, le=100, description="length of a step")] = 0.05

    derivations = ("adaptive.normalised",)

    @model_validator(mode="after")
    def _can_be_told_from_zero(self) -> Self:
        most = int(GREATEST_LOGIT / self.eta * (1 + 1e-12))
        if self.t > most:
            raise PydanticCustomError(
                "no_loss_left",
                "t = {t} with eta = {eta} leaves a loss below e^-700 (at most t = {most})",
                {"t": self.t, "eta": f"{self.eta:g}", "most": most},
            )
        return self

    def derivation(self, axis: str) -> str | None:
        """The exponential law."""
        return "adaptive.normalised" if axis == "t" else None

    def exact(self) -> float:
        """ln(1 + e^(-ηt)), at every t."""
        return math.log1p(math.exp(-self.eta * self.t))

    def _take_steps(self, stops: NDArray[np.int64], logits: NDArray[np.float64]) -> None:
        _walk(self.eta, stops, logits)


class Newton(SureCoin):
    """Newton's method: each step is the gradient over the curvature.

    A coin always shows heads. The model is the logit w of heads, from 0; the loss is ln(1 + e^-w).
    The minimum is at infinity, so that a step hardly exceeds 1.
    """

    t: Annotated[int, Size("steps"), Field(ge=1, le=690, description="steps")] = 20

    derivations = ("adaptive.newton",)

    def derivation(self, axis: str) -> str | None:
        """The exponential law."""
        return "adaptive.newton" if axis == "t" else None

    @property
    def P(self) -> float:
        """What e^(t-w) tends to: the exponential of minus the sum of e^-w over all steps."""
        z, total = 1.0, 0.0
        while z > 0:
            total += z
            z *= math.exp(-1 - z)
        return math.exp(-total)

    def exact(self) -> float:
        """From the end: e^-w as a power series in P e^-t; the first steps backwards from there."""
        late = max(self.t, FEW_NEWTON)
        x = self.P * math.exp(-late)
        z = float(np.polyval(_newton_series()[::-1], x))
        for _ in range(late - self.t):
            z = _step_back(z)
        return math.log1p(z)

    def _take_steps(self, stops: NDArray[np.int64], logits: NDArray[np.float64]) -> None:
        _jump(stops, logits)


@lru_cache(maxsize=64)
def _adagrad_of(eta: float, s_0: float) -> tuple[Path, float]:
    """First steps and clock of Adagrad, and the root of the sum of all squares.

    Of the sum S² all is known at late times but the squares to come, a series in e^-w that depends
    on S itself: two or three rounds settle both.
    """
    steps, wanted = FIRST_STEPS, LARGE_ODDS * max(1.0, eta)
    while (state := _adapted_odds(eta, s_0, steps))[0] < wanted:
        steps *= 2
    odds, squares = state
    total = squares
    for _ in range(ROUNDS):
        _, left = _adagrad_series(eta, total)
        total = squares + float(np.polyval(left[::-1], 1 / odds))
    step, _ = _adagrad_series(eta, total)
    found = path(lambda t: float(_adapted_odds(eta, s_0, t)[0]), step, steps, wanted)
    return found, math.sqrt(total)


def _adagrad_series(eta: float, total: float) -> tuple[Series, Series]:
    """The step in x = e^-w, and the squares still to come, where they are `total` in the end."""
    slope = gradient()
    squared = times(slope, slope)
    left = np.zeros(TERMS)
    growth = eta / math.sqrt(total)
    orders = np.arange(1, TERMS - 1)
    step = growth * slope
    for _ in range(TERMS):
        # what is left falls by the square of the gradient: order x^(k+1) settles coefficient k
        missing = composed(left, moved(step)) - left + squared
        left[1:-1] += missing[2:] / (orders * growth)
        seen = squared - left
        seen[0] += total
        step = eta * times(slope, power(seen, -0.5))
    return step, left


@lru_cache(maxsize=1)
def _newton_series() -> Series:
    """e^-w as a series in x = P e^-t, which a step divides by e."""
    orders = np.arange(TERMS)
    z = shifted(np.eye(1, TERMS)[0], 1)
    for _ in range(TERMS):
        missing = times(z, exponential(-z)) / math.e - z * np.exp(-orders)
        z[2:] += missing[2:] / (np.exp(-orders[2:]) - math.exp(-1))
    return z


def _step_back(after: float) -> float:
    """The z below 1 that z e^(-1-z) = `after` comes from."""
    z = math.e * after
    for _ in range(NEWTON_STEPS):
        z += (after * math.exp(1 + z) - z) / (1 - z)
    return z


@njit(cache=True, nogil=True, error_model="numpy")
def _adapt(eta: float, s_0: float, stops: NDArray[np.int64], out: NDArray[np.float64]) -> None:
    """The logit at each stop, by Adagrad."""
    w, squares, last = 0.0, s_0 * s_0, 0
    for i in range(stops.size):
        for _ in range(stops[i] - last):
            slope = 1.0 / (1.0 + math.exp(w))
            squares += slope * slope
            w += eta * slope / math.sqrt(squares)
        last = stops[i]
        out[i] = w


@njit(cache=True, nogil=True, error_model="numpy")
def _walk(eta: float, stops: NDArray[np.int64], out: NDArray[np.float64]) -> None:
    """The logit at each stop, by steps along the sign of the gradient.

    What a sum rounds off is carried to the next one (Kahan): all steps are alike, and so would
    all their roundings be.
    """
    w, lost, last = 0.0, 0.0, 0
    for i in range(stops.size):
        for _ in range(stops[i] - last):
            tails = math.exp(-w)
            slope = tails / (1.0 + tails)
            step = eta * slope / abs(slope) - lost
            moved_to = w + step
            lost = (moved_to - w) - step
            w = moved_to
        last = stops[i]
        out[i] = w


@njit(cache=True, nogil=True, error_model="numpy")
def _jump(stops: NDArray[np.int64], out: NDArray[np.float64]) -> None:
    """The logit at each stop, by Newton's method."""
    w, last = 0.0, 0
    for i in range(stops.size):
        for _ in range(stops[i] - last):
            tails = math.exp(-w)
            slope = tails / (1.0 + tails)
            curvature = slope / (1.0 + tails)
            w += slope / curvature
        last = stops[i]
        out[i] = w


@njit(cache=True, nogil=True, error_model="numpy")
def _adapted_odds(eta: float, s_0: float, steps: int) -> tuple[float, float]:
    """The odds of heads under Adagrad, and the sum of squared gradients, after so many steps."""
    y, squares = 1.0, s_0 * s_0
    for _ in range(steps):
        slope = 1.0 / (1.0 + y)
        squares += slope * slope
        y *= math.exp(eta * slope / math.sqrt(squares))
    return y, squares
