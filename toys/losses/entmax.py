"""Gradient flow and gradient descent on entmax losses, for a coin that always shows heads."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toys.path import NoiselessPath
from toys.toy import Size

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(32)
NODES, WEIGHTS = (1 + _NODES) / 2, _WEIGHTS / 2
"""Nodes and weights of Gauss-Legendre quadrature on (0, 1)."""

MOST_FALL = 640.0
"""Largest logarithm by which a loss may fall. Floats end near e^-700."""

MOST_STEPS = 10**7
"""Largest number of steps. More take longer than a few seconds."""


class _SureEntmax(NoiselessPath):
    """Base class of both toys: a score θ is trained on a coin that always shows heads."""

    loss: Annotated[
        Literal["own", "log"],
        Field(
            description="loss that is measured: own, the loss that is descended, or log, the log "
            "loss -ln p"
        ),
    ] = "own"

    @property
    def quantity(self) -> str:
        """The loss that is trained on, or the log loss."""
        return "log loss, nats" if self.loss == "log" else "Fenchel-Young loss, in its own unit"

    @property
    def source(self) -> str:
        """The passage that asks about losses other than the log loss."""
        return "Cho2020, 'Final thoughts'"

    def _loss_at_fall(self, fall: float, alpha: float) -> float:
        """The loss if tails has the probability q = exp(-fall)/2.

        The loss of the score is q^α/α plus the integral of u (1-u)^(α-2) from 0 to q.
        """
        q = 0.5 * math.exp(-fall)
        if self.loss == "log":
            return -math.log1p(-q)
        rest = float(np.sum(WEIGHTS * NODES * np.exp((alpha - 2) * np.log1p(-q * NODES))))
        return math.exp(-alpha * (fall + math.log(2))) / alpha + q * q * rest

    def _losses_at_falls(self, falls: NDArray[np.float64], alpha: float) -> NDArray[np.float64]:
        """The losses at several falls; shape of `falls`."""
        # one value at a time, because NumPy's rounding may depend on the length of an array
        return np.array([self._loss_at_fall(fall, alpha) for fall in falls.tolist()])


class EntmaxFlow(_SureEntmax):
    """Learn that a coin always shows heads, by gradient flow on a loss of the entmax family.

    A score θ is mapped to the predicted probabilities p of heads and q of tails. They are those at
    which the entropy (1 - p^α - q^α)/(α (α-1)) has the slope -θ. The index α = `alpha` is 1 for the
    log loss, 3/2 for the loss of 3/2-entmax, and 2 for that of sparsemax. The score starts at θ = 0
    and follows dθ/dτ = q, so that dq/dτ = -q/Ω'' with Ω'' = p^(α-2) + q^(α-2). The loss at time τ =
    `tau` is the Fenchel-Young loss of the score, or the log loss -ln p.
    """

    alpha: Annotated[float, Field(ge=0.1, le=4, description="index of the entropy")] = 1.5
    tau: Annotated[
        float,
        Size("units of training time"),
        Field(ge=1e-4, le=1e30, description="training time τ, learning rate times steps"),
    ] = 100.0

    path_axes: ClassVar[tuple[str, ...]] = ("tau",)
    derivations = (
        "fenchel_young.flow",
        "entmax.three_halves",
        "entmax.sparsemax",
        "entmax.exponential",
        "entmax.readout",
    )

    @model_validator(mode="after")
    def _can_be_written(self) -> Self:
        _check_tiny(self.alpha, self.tau, "tau", self.tau)
        return self

    def derivation(self, axis: str) -> str | None:
        """A power law for α < 2, an exponential law for α >= 2."""
        if axis != "tau":
            return None
        if self.loss == "log":
            return "entmax.readout" if 1 < self.alpha < 2 else None
        known = {1.5: "entmax.three_halves", 2.0: "entmax.sparsemax"}
        return known.get(
            self.alpha, "fenchel_young.flow" if self.alpha < 2 else "entmax.exponential"
        )

    def _run(self, stops: NDArray[np.float64]) -> NDArray[np.float64]:
        falls = np.empty(stops.size)
        _flow(self.alpha, np.array([math.log1p(time) for time in stops.tolist()]), falls)
        return self._losses_at_falls(falls, self.alpha)

    def exact(self) -> float:
        """The loss on the exact curve, on which the time to reach a given q is an integral over q.

        Newton's method solves for q. The relative error is about 1e-13 times the logarithm of the
        loss.
        """
        return self._loss_at_fall(fall_at(self.tau, self.alpha), self.alpha)


class EntmaxDescent(_SureEntmax):
    """Learn that a coin always shows heads, by gradient descent on a loss of the entmax family.

    A score θ is mapped to the predicted probabilities p of heads and q of tails. They are those at
    which the entropy (1 - p^α - q^α)/(α (α-1)) has the slope -θ. The index α = `alpha` is 1 for the
    log loss, 3/2 for the loss of 3/2-entmax, and 2 for that of sparsemax. The score starts at θ =
    0, and each of t steps adds η q, where η = `eta` is the learning rate. The loss is the
    Fenchel-Young loss of the score, or the log loss -ln p.
    """

    alpha: Annotated[float, Field(ge=0.1, le=2, description="index of the entropy")] = 1.5
    eta: Annotated[float, Field(ge=1e-6, lt=2, description="learning rate")] = 1.0
    t: Annotated[int, Size("training steps"), Field(ge=1, le=MOST_STEPS, description="steps")] = 100

    path_axes: ClassVar[tuple[str, ...]] = ("t",)
    derivations = ("entmax_steps.power", "entmax_steps.sparsemax")

    @model_validator(mode="after")
    def _can_be_written(self) -> Self:
        # an upper bound: for sparsemax one step is the time -2 ln(1 - η/2)
        _check_tiny(self.alpha, -2 * self.t * math.log1p(-self.eta / 2), "t", self.t)
        return self

    def derivation(self, axis: str) -> str | None:
        """A power law for α < 2, an exponential law for α = 2."""
        if axis != "t" or self.loss == "log":
            return None
        return "entmax_steps.power" if self.alpha < 2 else "entmax_steps.sparsemax"

    def _run(self, stops: NDArray[np.int64]) -> NDArray[np.float64]:
        falls = np.empty(stops.size)
        _descend(self.alpha, self.eta, stops, falls)
        return self._losses_at_falls(falls, self.alpha)

    def exact(self) -> float | None:
        """For sparsemax, whose q is multiplied by 1 - η/2 in every step; None otherwise.

        For α = 1 this toy is the same as `GradientDescent`, which has an exact value. For other α
        no formula is known.
        """
        if self.alpha != 2:
            return None
        fall = -self.t * math.log1p(-self.eta / 2)
        return self._loss_at_fall(fall, self.alpha)


def time_to(fall: float, alpha: float) -> float:
    """The time of the flow to q = exp(-fall)/2: the integral of Ω''/u from q to 1/2."""
    b = 2 - alpha
    gap = -0.5 * math.expm1(-fall)
    u = 0.5 * math.exp(-fall) + gap * NODES
    rest = gap * float(np.sum(WEIGHTS * np.expm1(-b * np.log1p(-u)) / u))
    return fall + rest + (2**b * math.expm1(b * fall) / b if b else fall)


def fall_at(tau: float, alpha: float) -> float:
    """The inverse of `time_to`: ln(1/(2q)) at the time τ, by Newton's method in ln τ."""
    b = 2 - alpha
    low, high = 0.0, 1.0
    while time_to(high, alpha) < tau:
        low, high = high, 2 * high
    fall = high if low == 0 else (low + high) / 2
    for _ in range(200):
        spent = time_to(fall, alpha)
        low, high = (fall, high) if spent < tau else (low, fall)
        q = 0.5 * math.exp(-fall)
        slope = math.exp(-b * math.log1p(-q)) + math.exp(b * (fall + math.log(2)))
        change = math.log(tau / spent) * spent / slope
        following = fall + change
        if not low <= following <= high:
            following = (low + high) / 2
        if abs(following - fall) <= 1e-15 * following:
            return following
        fall = following
    return fall


def _check_tiny(alpha: float, tau: float, name: str, size: float) -> None:
    """Raise an error if the loss is too small for a float."""
    if alpha > 1.75:  # for smaller alpha no allowed time is so long
        most = time_to(MOST_FALL / min(alpha, 2), alpha)
        if tau > most:
            raise PydanticCustomError(
                "tiny_loss",
                "{name} = {size} is too large for alpha = {alpha}: the loss is below 1e-277 "
                "({name} <= {most} is allowed)",
                {
                    "name": name,
                    "size": f"{size:g}",
                    "alpha": alpha,
                    "most": f"{size * (most / tau) * (1 - 1e-6):.5g}",
                },
            )


@njit(cache=True, nogil=True, error_model="numpy")
def _rate(alpha: float, s: float, fall: float) -> float:
    """The derivative of `fall` by s = ln(1 + τ): (1 + τ)/Ω''."""
    q = 0.5 * math.exp(-fall)
    heads = math.exp((alpha - 2.0) * math.log1p(-q))
    return math.exp(s) / (heads + math.exp((2.0 - alpha) * (fall + 0.6931471805599453)))


@njit(cache=True, nogil=True, error_model="numpy")
def _runge_kutta_step(alpha: float, s: float, h: float, fall: float) -> float:
    """The value of `fall` after one Runge-Kutta step of length h in s."""
    first = _rate(alpha, s, fall)
    second = _rate(alpha, s + 0.5 * h, fall + 0.5 * h * first)
    third = _rate(alpha, s + 0.5 * h, fall + 0.5 * h * second)
    fourth = _rate(alpha, s + h, fall + h * third)
    return fall + h * (first + 2.0 * (second + third) + fourth) / 6.0


@njit(cache=True, nogil=True, error_model="numpy")
def _flow(alpha: float, ends: NDArray[np.float64], falls: NDArray[np.float64]) -> None:
    """Write ln(1/(2q)) at increasing values of s = ln(1 + τ) into `falls`, by steps of 1/256."""
    fall = 0.0
    done = 0
    for i in range(ends.size):
        while (done + 1) / 256.0 <= ends[i]:
            fall = _runge_kutta_step(alpha, done / 256.0, 1.0 / 256.0, fall)
            done += 1
        falls[i] = _runge_kutta_step(alpha, done / 256.0, ends[i] - done / 256.0, fall)


@njit(cache=True, nogil=True, error_model="numpy")
def _power(x: float, c: float) -> float:
    """(e^(c x) - 1)/c, or its limit x for c = 0."""
    return math.expm1(c * x) / c if c != 0.0 else x


@njit(cache=True, nogil=True, error_model="numpy")
def _descend(
    alpha: float, eta: float, steps: NDArray[np.int64], falls: NDArray[np.float64]
) -> None:
    """Write ln(1/(2q)) after increasing numbers of steps into `falls`.

    The score is θ = (p^c - q^c)/c, c = α - 1. It is represented by its q, because θ itself has no
    digits left when it is near its limit 1/c. A step finds the q' = q e^-d whose score is higher by
    η q.
    """
    c = alpha - 1.0
    fall = 0.0
    done = 0
    for i in range(steps.size):
        while done < steps[i]:
            q = 0.5 * math.exp(-fall)
            p = 1.0 - q
            heads, tails = math.exp(c * math.log1p(-q)), math.exp(-c * (fall + 0.6931471805599453))
            d = 0.0
            for _ in range(60):  # Newton's method
                gone = -math.expm1(-d) * q  # decrease of the probability of tails
                risen = heads * _power(math.log1p(gone / p), c) - tails * _power(-d, c)
                left = q - gone
                grown = math.log1p(-left)
                slope = left * math.exp((c - 1.0) * grown) + tails * math.exp(-c * d)
                change = (eta * q - risen) / slope
                d += change
                if abs(change) <= 1e-9 * d:
                    break
            fall += d
            done += 1
        falls[i] = fall
