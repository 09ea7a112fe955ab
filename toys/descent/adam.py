"""Adam at a coin that always shows heads, with and without epsilon."""

from __future__ import annotations

import math
from functools import lru_cache, partial
from typing import Annotated, Self

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toys.descent._late_odds import TERMS, Path, averaged, gradient, path, power, shifted, times
from toys.descent._sure_coin import GREATEST_LOGIT, SureCoin

FIRST_STEPS = 256
"""Taken one by one at least, before the clock of the steps is trusted."""

FORGOTTEN = 50.0
"""After so many memories what came before has lost a factor e^-50."""

LARGE_ODDS = 256.0
"""So large, over all that the series in e^-w is multiplied by, are the odds where it is used."""

LEAST_EPSILON = 1e-8
"""Between 0 and this, exact values take too many first steps."""

LONGEST_MEMORY = 0.95
"""Of the gradient, squared, over that of its square: near 1 the first steps overshoot too far."""

RESERVE = 0.85
"""Of the logits that there are, what steps without epsilon may use: the rest is for the start."""

HALVINGS = 200
"""More than enough for a root by bisection."""


class Adam(SureCoin):
    """Adam: each step is η m/(√v + ε), with moving averages m of the gradient and v of its square.

    A coin always shows heads. The model is the logit w of heads, from 0; the loss is ln(1 + e^-w).
    Both averages begin at 0, take the new gradient in before the step, and are divided by 1 - β^t,
    which corrects their start (Kingma and Ba 2015). With ε = 0 the loss falls exponentially, at a
    rate that the memory β₂ limits; with ε > 0 Adam becomes gradient descent in the end.
    """

    eta: Annotated[float, Field(ge=1e-3, le=1, description="learning rate")] = 0.01
    beta_1: Annotated[float, Field(ge=0, le=0.95, description="memory of the gradient")] = 0.9
    beta_2: Annotated[float, Field(ge=0.5, le=0.999, description="memory of its square")] = 0.999
    epsilon: Annotated[
        float, Field(ge=0, le=1, description="added to the root; 0, or at least 1e-8")
    ] = 1e-3

    derivations = ("optimisers.adam_epsilon", "adaptive.adam")

    @model_validator(mode="after")
    def _can_be_run(self) -> Self:
        if self.beta_1**2 > LONGEST_MEMORY * self.beta_2:
            raise PydanticCustomError(
                "memory_too_long",
                "beta_1 = {beta_1} with beta_2 = {beta_2} overshoots (beta_1² is at most "
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
                    "t = {t} with epsilon = 0 leaves a loss that is near the smallest number (at "
                    "most t = {most} for these memories and this learning rate)",
                    {"t": self.t, "most": most},
                )
        return self

    def derivation(self, axis: str) -> str | None:
        """Exponential without epsilon, a power law with it.

        The power law is derived for a memory 0 < β₁ < 1: for β₁ = 0, where the gradient is not
        averaged at all, no law is named.
        """
        if axis != "t":
            return None
        if self.epsilon == 0:
            return "adaptive.adam"
        return "optimisers.adam_epsilon" if self.beta_1 > 0 else None

    @property
    def c(self) -> float:
        """By how much the logit grows in a step in the end, where epsilon is 0.

        Raises
        ------
        ValueError
            With epsilon > 0: the logit then grows as a logarithm.
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
        """What e^(ct-w) tends to, where epsilon is 0.

        Raises
        ------
        ValueError
            With epsilon > 0, where there is no such c.
        """
        self._require(self.epsilon == 0, "P", "epsilon = 0")
        return _amplitude(self.eta, self.beta_1, self.beta_2, self.c)

    @property
    def C(self) -> float:
        """The constant that the first steps set: y + a ln y - η t/ε in the end, y = e^w.

        Raises
        ------
        ValueError
            With epsilon = 0: the odds y then grow exponentially.
        """
        self._require(self.epsilon > 0, "C", "epsilon > 0")
        return _path_of(self.eta, self.beta_1, self.beta_2, self.epsilon).offset

    def _require(self, holds: bool, name: str, domain: str) -> None:
        """Refuse a constant of a law that is not that of these parameters."""
        if not holds:
            raise ValueError(f"{name} is defined for {domain} only, not for {self.epsilon:g}")

    def exact(self) -> float | None:
        """With epsilon, by what grows steadily in each step; the first steps as odds."""
        if self.epsilon == 0:
            return None
        return _path_of(self.eta, self.beta_1, self.beta_2, self.epsilon).loss(self.t)

    def _take_steps(self, stops: NDArray[np.int64], logits: NDArray[np.float64]) -> None:
        _adapt(self.eta, self.beta_1, self.beta_2, self.epsilon, stops, logits)


@lru_cache(maxsize=64)
def _amplitude(eta: float, beta_1: float, beta_2: float, c: float) -> float:
    """e^(ct-w) after so many steps that it has settled to about 1e-10."""
    steps = math.ceil(FORGOTTEN / c)
    logit = np.empty(1)
    _adapt(eta, beta_1, beta_2, 0.0, np.array([steps]), logit)
    return math.exp(c * steps - float(logit[0]))


@lru_cache(maxsize=64)
def _path_of(eta: float, beta_1: float, beta_2: float, epsilon: float) -> Path:
    """First steps and clock of Adam with epsilon."""
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
    return path(partial(_odds, eta, beta_1, beta_2, epsilon), step, steps, odds)


@njit(cache=True, nogil=True, error_model="numpy")
def _adapt(
    eta: float,
    beta_1: float,
    beta_2: float,
    epsilon: float,
    stops: NDArray[np.int64],
    out: NDArray[np.float64],
) -> None:
    """The logit at each stop, by Adam.

    Both averages are kept relative to the gradient: its square is no normal number any more below
    a loss of 1e-154, and the steps would freeze. What the sum of steps rounds off is carried on
    (Kahan).
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
def _odds(eta: float, beta_1: float, beta_2: float, epsilon: float, steps: int) -> float:
    """The odds of heads under Adam with epsilon, after so many steps."""
    y, mean, square = 1.0, 0.0, 0.0
    for s in range(1, steps + 1):
        slope = 1.0 / (1.0 + y)
        mean += (1.0 - beta_1) * (slope - mean)
        square += (1.0 - beta_2) * (slope * slope - square)
        corrected = math.sqrt(square / -math.expm1(s * math.log(beta_2)))
        y *= math.exp(eta * mean / (1.0 - beta_1**s) / (corrected + epsilon))
    return y
