"""Optimisers that rescale the gradient, on a coin that always shows heads."""

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
    OddsPath,
    PowerSeries,
    composed,
    exponential,
    gradient,
    moved,
    odds_path,
    power,
    shifted,
    times,
)
from toys.descent._sure_coin import GREATEST_LOGIT, SureCoin
from toys.toy import Size

FIRST_STEPS = 256
"""Smallest number of steps that are simulated before the series for late steps is used."""

LARGE_ODDS = 256.0
"""Odds from which on the series for late steps is used, in units of the growth in one step."""

ROUNDS = 5
"""Number of fixed-point iterations for the sum of squares; two or three suffice."""

NEWTON_STEPS = 40
"""Steps of Newton's method as a root finder in `_step_back`; it needs about six."""

FEW_NEWTON = 6
"""From this step of the optimiser on, its power series in P e^-t is exact to rounding."""


class Adagrad(SureCoin):
    """Learn that a coin always shows heads, with the optimiser Adagrad.

    The model is the logit w of heads. It starts at w = 0, and the loss is ln(1 + e^-w). A step is η
    times the negative gradient, divided by the square root of a sum: s₀² plus the squares of all
    gradients so far, the new one included (Duchi, Hazan and Singer 2011).
    """

    eta: Annotated[float, Field(ge=0.05, le=10, description="learning rate")] = 0.5
    s_0: Annotated[float, Field(ge=0, le=20, description="square root of the initial sum")] = 0.5

    derivations = ("adagrad.steps",)

    def derivation(self, axis: str) -> str | None:
        """One law for every learning rate."""
        return "adagrad.steps" if axis == "t" else None

    @property
    def S(self) -> float:
        """Square root of s₀² plus the squares of all gradients, in infinitely many steps."""
        return _adagrad_of(self.eta, self.s_0)[1]

    @property
    def C(self) -> float:
        """Limit of y + a ln y - η t/S at late times, y = e^w. The first steps set this constant."""
        return _adagrad_of(self.eta, self.s_0)[0].offset

    def exact(self) -> float:
        """First steps are simulated as odds; later odds come from a series (see `_late_odds`)."""
        return _adagrad_of(self.eta, self.s_0)[0].loss(self.t)

    def _take_steps(self, stops: NDArray[np.int64], logits: NDArray[np.float64]) -> None:
        _adagrad_steps(self.eta, self.s_0, stops, logits)


class NormalisedDescent(SureCoin):
    """Learn that a coin always shows heads, with steps of a fixed length along the gradient.

    The model is the logit w of heads. It starts at w = 0, and the loss is ln(1 + e^-w). A step is η
    times the negative gradient, divided by its magnitude.
    """

    eta: Annotated[float, Field(ge=1e-4, le=100, description="length of a step")] = 0.05

    derivations = ("adaptive.normalised",)

    @model_validator(mode="after")
    def _loss_is_no_underflow(self) -> Self:
        most = int(GREATEST_LOGIT / self.eta * (1 + 1e-12))
        if self.t > most:
            raise PydanticCustomError(
                "no_loss_left",
                "t = {t} with eta = {eta} leaves a loss below e^-700 (t must be at most {most})",
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
        _normalised_steps(self.eta, stops, logits)


class Newton(SureCoin):
    """Learn that a coin always shows heads, with Newton's method.

    The model is the logit w of heads. It starts at w = 0, and the loss is ln(1 + e^-w). A step is
    the negative gradient, divided by the second derivative of the loss. The minimum is at infinity,
    and a step hardly exceeds 1.
    """

    t: Annotated[int, Size("steps"), Field(ge=1, le=690, description="steps")] = 20

    derivations = ("adaptive.newton",)

    def derivation(self, axis: str) -> str | None:
        """The exponential law."""
        return "adaptive.newton" if axis == "t" else None

    @property
    def P(self) -> float:
        """Limit of e^(t-w) at late times: the exponential of minus the sum of all e^-w."""
        z, total = 1.0, 0.0
        while z > 0:
            total += z
            z *= math.exp(-1 - z)
        return math.exp(-total)

    def exact(self) -> float:
        """From the series of e^-w in P e^-t; for early steps, by steps back from a later one."""
        late = max(self.t, FEW_NEWTON)
        x = self.P * math.exp(-late)
        z = float(np.polyval(_newton_series()[::-1], x))
        for _ in range(late - self.t):
            z = _step_back(z)
        return math.log1p(z)

    def _take_steps(self, stops: NDArray[np.int64], logits: NDArray[np.float64]) -> None:
        _newton_steps(stops, logits)


@lru_cache(maxsize=64)
def _adagrad_of(eta: float, s_0: float) -> tuple[OddsPath, float]:
    """The odds of Adagrad after any number of steps, and S, the root of the sum of all squares.

    After the first steps, S² is their sum of squares plus the squares still to come. These are a
    series in e^-w that depends on S itself, so that both are found by fixed-point iteration.
    """
    steps, wanted = FIRST_STEPS, LARGE_ODDS * max(1.0, eta)
    while (state := _adagrad_odds(eta, s_0, steps))[0] < wanted:
        steps *= 2
    odds, squares = state
    total = squares
    for _ in range(ROUNDS):
        _, left = _adagrad_series(eta, total)
        total = squares + float(np.polyval(left[::-1], 1 / odds))
    step, _ = _adagrad_series(eta, total)
    found = odds_path(lambda t: float(_adagrad_odds(eta, s_0, t)[0]), step, steps, wanted)
    return found, math.sqrt(total)


def _adagrad_series(eta: float, total: float) -> tuple[PowerSeries, PowerSeries]:
    """The step and the squares still to come, as series in x = e^-w.

    All squares, past and future, sum to `total`.
    """
    slope = gradient()
    squared = times(slope, slope)
    left = np.zeros(TERMS)
    growth = eta / math.sqrt(total)
    orders = np.arange(1, TERMS - 1)
    step = growth * slope
    for _ in range(TERMS):
        # `left` falls by the squared gradient in a step: order x^(k+1) determines coefficient k
        missing = composed(left, moved(step)) - left + squared
        left[1:-1] += missing[2:] / (orders * growth)
        seen = squared - left
        seen[0] += total
        step = eta * times(slope, power(seen, -0.5))
    return step, left


@lru_cache(maxsize=1)
def _newton_series() -> PowerSeries:
    """e^-w as a series in x = P e^-t. A step divides x by e."""
    orders = np.arange(TERMS)
    z = shifted(np.eye(1, TERMS)[0], 1)
    for _ in range(TERMS):
        missing = times(z, exponential(-z)) / math.e - z * np.exp(-orders)
        z[2:] += missing[2:] / (np.exp(-orders[2:]) - math.exp(-1))
    return z


def _step_back(after: float) -> float:
    """The z below 1 that solves z e^(-1-z) = `after`."""
    z = math.e * after
    for _ in range(NEWTON_STEPS):
        z += (after * math.exp(1 + z) - z) / (1 - z)
    return z


@njit(cache=True, nogil=True, error_model="numpy")
def _adagrad_steps(
    eta: float, s_0: float, stops: NDArray[np.int64], out: NDArray[np.float64]
) -> None:
    """Write the logit at each stop under Adagrad into `out`."""
    w, squares, last = 0.0, s_0 * s_0, 0
    for i in range(stops.size):
        for _ in range(stops[i] - last):
            slope = 1.0 / (1.0 + math.exp(w))
            squares += slope * slope
            w += eta * slope / math.sqrt(squares)
        last = stops[i]
        out[i] = w


@njit(cache=True, nogil=True, error_model="numpy")
def _normalised_steps(eta: float, stops: NDArray[np.int64], out: NDArray[np.float64]) -> None:
    """Write the logit at each stop under normalised descent into `out`.

    The sum is a Kahan sum: its rounding error is added to the next step. All steps are equal, and
    without this their rounding errors would be equal too, and add up.
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
def _newton_steps(stops: NDArray[np.int64], out: NDArray[np.float64]) -> None:
    """Write the logit at each stop under Newton's method into `out`."""
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
def _adagrad_odds(eta: float, s_0: float, steps: int) -> tuple[float, float]:
    """The odds of heads, and the sum of squared gradients, after this number of Adagrad steps."""
    y, squares = 1.0, s_0 * s_0
    for _ in range(steps):
        slope = 1.0 / (1.0 + y)
        squares += slope * slope
        y *= math.exp(eta * slope / math.sqrt(squares))
    return y, squares
