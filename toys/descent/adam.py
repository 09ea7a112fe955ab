"""Adam on a coin that always shows heads, with and without epsilon."""

from __future__ import annotations

import math
from functools import lru_cache, partial
from typing import Annotated, Self

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toys.descent._late_odds import (
    TERMS,
    OddsPath,
    averaged,
    gradient,
    odds_path,
    power,
    shifted,
    times,
)
from toys.descent._sure_coin import GREATEST_LOGIT, SureCoin

FIRST_STEPS = 256
"""Smallest number of steps that are simulated before the series for late steps is used."""

FORGOTTEN = 50.0
"""After this many memory times the start has decayed by a factor e^-50."""

LARGE_ODDS = 256.0
"""Odds from which on the series in e^-w is used, in units of the largest factor in the series."""

LEAST_EPSILON = 1e-8
"""Smallest positive epsilon. Below it, exact values need too many simulated first steps."""

LONGEST_MEMORY = 0.95
"""Largest β₁²/β₂. If it is near 1, the first steps overshoot too far."""

RESERVE = 0.85
"""Share of the largest logit that may be reached with ε = 0. The first steps need the rest."""

HALVINGS = 200
"""Number of bisections, more than enough for all digits of a root."""


class Adam(SureCoin):
    """Learn that a coin always shows heads, with the optimiser Adam.

    The model is the logit w of heads. It starts at w = 0, and the loss is ln(1 + e^-w). A step adds
    η m/(√v + ε) to w, where m is the moving average of the negative gradient, and v that of its
    square. Both averages start at 0 and include the new gradient before the step. They are divided
    by 1 - β₁^t and 1 - β₂^t, which corrects the bias of the start (Kingma and Ba 2015).

    With ε = 0 the loss falls exponentially, at a rate that the memory β₂ limits. With ε > 0 Adam
    becomes gradient descent at late times.
    """

    eta: Annotated[float, Field(ge=1e-3, le=1, description="learning rate")] = 0.01
    beta_1: Annotated[
        float, Field(ge=0, le=0.95, description="memory β₁ of the average of the gradient")
    ] = 0.9
    beta_2: Annotated[
        float, Field(ge=0.5, le=0.999, description="memory β₂ of the average of its square")
    ] = 0.999
    epsilon: Annotated[
        float, Field(ge=0, le=1, description="added to √v in the denominator; 0, or at least 1e-8")
    ] = 1e-3

    derivations = ("optimisers.adam_epsilon", "adaptive.adam")

    @model_validator(mode="after")
    def _can_be_run(self) -> Self:
        if self.beta_1**2 > LONGEST_MEMORY * self.beta_2:
            raise PydanticCustomError(
                "memory_too_long",
                "beta_1 = {beta_1} with beta_2 = {beta_2} overshoots (beta_1² must be at most "
                "{most} beta_2)",
                {"beta_1": self.beta_1, "beta_2": self.beta_2, "most": LONGEST_MEMORY},
            )
        if 0 < self.epsilon < LEAST_EPSILON:
            raise PydanticCustomError(
                "tiny_epsilon",
                "epsilon = {epsilon} is not allowed (0, or at least {least})",
                {"epsilon": f"{self.epsilon:g}", "least": f"{LEAST_EPSILON:g}"},
            )
        if self.epsilon == 0:
            most = int(RESERVE * GREATEST_LOGIT / self.c)
            if self.t > most:
                raise PydanticCustomError(
                    "no_loss_left",
                    "t = {t} with epsilon = 0 leaves a loss that is too small for a float (t must "
                    "be at most {most} for this eta, beta_1 and beta_2)",
                    {"t": self.t, "most": most},
                )
        return self

    def derivation(self, axis: str) -> str | None:
        """An exponential law for epsilon = 0, a power law for epsilon > 0 and β₁ > 0.

        The power law is derived for 0 < β₁ < 1. For β₁ = 0, where the gradient is not averaged,
        there is no derivation.
        """
        if axis != "t":
            return None
        if self.epsilon == 0:
            return "adaptive.adam"
        return "optimisers.adam_epsilon" if self.beta_1 > 0 else None

    @property
    def c(self) -> float:
        """For epsilon = 0: the growth of the logit in one step, at late times.

        Raises
        ------
        ValueError
            If epsilon > 0, because the logit then grows only as a logarithm.
        """
        self._require(self.epsilon == 0, "c", "epsilon = 0")
        low, high = 0.0, -math.log(self.beta_2) / 2
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            gain = (1 - self.beta_1) / (1 - self.beta_1 * math.exp(middle))
            spread = -math.expm1(2 * middle + math.log(self.beta_2)) / (1 - self.beta_2)
            if middle < self.eta * gain * math.sqrt(max(spread, 0.0)):
                low = middle
            else:
                high = middle
        return low

    @property
    def P(self) -> float:
        """For epsilon = 0: the limit of e^(ct-w) at late times.

        Raises
        ------
        ValueError
            If epsilon > 0, because c is then not defined.
        """
        self._require(self.epsilon == 0, "P", "epsilon = 0")
        return _amplitude(self.eta, self.beta_1, self.beta_2, self.c)

    @property
    def C(self) -> float:
        """For epsilon > 0: the limit of y + a ln y - η t/ε at late times, where y = e^w.

        The first steps set this constant.

        Raises
        ------
        ValueError
            If epsilon = 0, because the odds y then grow exponentially.
        """
        self._require(self.epsilon > 0, "C", "epsilon > 0")
        return _odds_path_of(self.eta, self.beta_1, self.beta_2, self.epsilon).offset

    def _require(self, holds: bool, name: str, domain: str) -> None:
        """Raise an error if the constant `name` belongs to a law of other parameters."""
        if not holds:
            raise ValueError(
                f"{name} is defined for {domain} only, not for epsilon = {self.epsilon:g}"
            )

    def exact(self) -> float | None:
        """For epsilon > 0: first steps are simulated, later odds come from a series; else None."""
        if self.epsilon == 0:
            return None
        return _odds_path_of(self.eta, self.beta_1, self.beta_2, self.epsilon).loss(self.t)

    def _take_steps(self, stops: NDArray[np.int64], logits: NDArray[np.float64]) -> None:
        _adam_steps(self.eta, self.beta_1, self.beta_2, self.epsilon, stops, logits)


@lru_cache(maxsize=64)
def _amplitude(eta: float, beta_1: float, beta_2: float, c: float) -> float:
    """e^(ct-w) after so many steps that it has converged to about 1e-10."""
    steps = math.ceil(FORGOTTEN / c)
    logit = np.empty(1)
    _adam_steps(eta, beta_1, beta_2, 0.0, np.array([steps]), logit)
    return math.exp(c * steps - float(logit[0]))


@lru_cache(maxsize=64)
def _odds_path_of(eta: float, beta_1: float, beta_2: float, epsilon: float) -> OddsPath:
    """The odds of Adam with epsilon > 0: simulated first steps, and the series for late ones."""
    slope = gradient()
    squared = times(slope, slope)
    growth = eta / epsilon
    step, mean, square = growth * slope, slope, squared
    for _ in range(TERMS):
        mean = averaged(beta_1, 1 - beta_1, slope, step, mean)
        square = averaged(beta_2, 1 - beta_2, squared, step, square)
        divisor = shifted(power(shifted(square, -2), 0.5), 1)
        divisor[0] += epsilon
        step = eta * times(mean, power(divisor, -1.0))
    steps = max(FIRST_STEPS, math.ceil(FORGOTTEN / -math.log(max(beta_1, beta_2))))
    memory = 1 / (1 - max(beta_1, beta_2))
    odds = LARGE_ODDS * max(1.0, 1 / epsilon, growth * memory)
    return odds_path(partial(_adam_odds, eta, beta_1, beta_2, epsilon), step, steps, odds)


@njit(cache=True, nogil=True, error_model="numpy")
def _adam_steps(
    eta: float,
    beta_1: float,
    beta_2: float,
    epsilon: float,
    stops: NDArray[np.int64],
    out: NDArray[np.float64],
) -> None:
    """Write the logit at each stop under Adam into `out`.

    Both averages are stored relative to the gradient. The square of the gradient itself would
    underflow at losses below 1e-154, and the steps would stop. The sum of the steps is a Kahan sum:
    its rounding error is added to the next step.
    """
    lost, w, mean, square, last = 0.0, 0.0, 0.0, 0.0, 0
    before, power_1, power_2 = 0.5, 1.0, 1.0
    ratio = 1.0
    for i in range(stops.size):
        for _ in range(stops[i] - last):
            mean = beta_1 * mean * ratio + (1.0 - beta_1)
            square = beta_2 * square * ratio * ratio + (1.0 - beta_2)
            power_1 *= beta_1
            power_2 *= beta_2
            root = math.sqrt(square / (1.0 - power_2))
            if epsilon > 0.0:
                root += epsilon / before
            step = eta * mean / (1.0 - power_1) / root - lost
            moved_to = w + step
            lost = (moved_to - w) - step
            w = moved_to
            tails = math.exp(-w)
            slope = tails / (1.0 + tails)
            ratio = before / slope
            before = slope
        last = stops[i]
        out[i] = w


@njit(cache=True, nogil=True, error_model="numpy")
def _adam_odds(eta: float, beta_1: float, beta_2: float, epsilon: float, steps: int) -> float:
    """The odds of heads after this number of steps of Adam with epsilon > 0."""
    y, mean, square = 1.0, 0.0, 0.0
    for s in range(1, steps + 1):
        slope = 1.0 / (1.0 + y)
        mean += (1.0 - beta_1) * (slope - mean)
        square += (1.0 - beta_2) * (slope * slope - square)
        corrected = math.sqrt(square / -math.expm1(s * math.log(beta_2)))
        y *= math.exp(eta * mean / (1.0 - beta_1**s) / (corrected + epsilon))
    return y
