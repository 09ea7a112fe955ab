"""Training on the losses of the entmax family, for a coin that always shows heads."""

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
"""Gauss and Legendre's rule on (0, 1)."""

MOST_FALL = 640.0
"""Of the logarithm of a loss: floats end near -700."""

MOST_STEPS = 10**7
"""More steps of gradient descent take longer than a few seconds."""


class _Certain(NoiselessPath):
    """Base class of both toys: a score θ is trained on a coin that always shows heads."""

    loss: Annotated[
        Literal["own", "log"],
        Field(description="what is measured: the loss that is trained on, or the log loss -ln p"),
    ] = "own"

    @property
    def quantity(self) -> str:
        """The loss that is trained on, or the log loss."""
        return "log loss, nats" if self.loss == "log" else "Fenchel-Young loss, in its own unit"

    @property
    def source(self) -> str:
        """Where other losses than the log loss are asked about."""
        return "Cho2020, 'Final thoughts'"

    def _measured(self, fall: float, alpha: float) -> float:
        """The loss where tails has the probability q = exp(-fall)/2.

        That of the score is q^α/α plus the integral of u (1-u)^(α-2) from 0 to q.
        """
        q = 0.5 * math.exp(-fall)
        if self.loss == "log":
            return -math.log1p(-q)
        rest = float(np.sum(WEIGHTS * NODES * np.exp((alpha - 2) * np.log1p(-q * NODES))))
        return math.exp(-alpha * (fall + math.log(2))) / alpha + q * q * rest

    def _all_measured(self, falls: NDArray[np.float64], alpha: float) -> NDArray[np.float64]:
        """The losses at several falls; shape of `falls`."""
        # one value at a time, because NumPy's rounding may depend on the length of an array
        return np.array([self._measured(fall, alpha) for fall in falls.tolist()])


class EntmaxFlow(_Certain):
    """Gradient flow on an entmax loss from θ = 0, at p = 1: dθ/dτ = q, the probability of tails.

    The score θ gives heads and tails the probabilities p and q at which the entropy
    (1 - p^α - q^α)/(α (α-1)) has the slope -θ; α = `alpha`: 1 is the log loss, 3/2 the loss of
    3/2-entmax, 2 that of sparsemax. So q itself falls as dq/dτ = -q/Ω'', Ω'' = p^(α-2) + q^(α-2).
    The loss at time τ = `tau` is the Fenchel-Young loss of the score, or the log loss -ln p.
    """

    alpha: Annotated[float, Field(ge=0.1, le=4, description="index of the entropy")] = 1.5
    tau: Annotated[
        float,
        Size("units of training time"),
        Field(ge=1e-4, le=1e30, description="rate times steps"),
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
        """A power law below α = 2, an exponential from there on."""
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
        return self._all_measured(falls, self.alpha)

    def exact(self) -> float:
        """The loss on the exact curve: the time to a given q is an integral over q.

        Solved for q by Newton's method; to about 1e-13 relative, times the logarithm of the loss.
        """
        return self._measured(fall_at(self.tau, self.alpha), self.alpha)


class EntmaxDescent(_Certain):
    """Gradient descent on an entmax loss from θ = 0, at p = 1: a step adds η q to the score θ.

    The score gives heads and tails the probabilities p and q at which the entropy
    (1 - p^α - q^α)/(α (α-1)) has the slope -θ; α = `alpha` is 1 for the log loss, 3/2 for the loss
    of 3/2-entmax, 2 for that of sparsemax. η = `eta` is the learning rate, t the number of steps.
    The loss is the Fenchel-Young loss of the score, or the log loss -ln p.
    """

    alpha: Annotated[float, Field(ge=0.1, le=2, description="index of the entropy")] = 1.5
    eta: Annotated[float, Field(ge=1e-6, lt=2, description="learning rate")] = 1.0
    t: Annotated[int, Size("training steps"), Field(ge=1, le=MOST_STEPS, description="steps")] = 100

    path_axes: ClassVar[tuple[str, ...]] = ("t",)
    derivations = ("entmax_steps.power", "entmax_steps.sparsemax")

    @model_validator(mode="after")
    def _can_be_written(self) -> Self:
        # never faster than this: a step of sparsemax takes the time -2 ln(1 - η/2)
        _check_tiny(self.alpha, -2 * self.t * math.log1p(-self.eta / 2), "t", self.t)
        return self

    def derivation(self, axis: str) -> str | None:
        """A power law below α = 2, an exponential there."""
        if axis != "t" or self.loss == "log":
            return None
        return "entmax_steps.power" if self.alpha < 2 else "entmax_steps.sparsemax"

    def _run(self, stops: NDArray[np.int64]) -> NDArray[np.float64]:
        falls = np.empty(stops.size)
        _descend(self.alpha, self.eta, stops, falls)
        return self._all_measured(falls, self.alpha)

    def exact(self) -> float | None:
        """For sparsemax, whose q is multiplied by 1 - η/2 in every step.

        For α = 1 this is the descent of `GradientDescent`, which has an exact value; for other α no
        formula is known.
        """
        if self.alpha != 2:
            return None
        fall = -self.t * math.log1p(-self.eta / 2)
        return self._measured(fall, self.alpha)


def time_to(fall: float, alpha: float) -> float:
    """How long gradient flow takes to q = exp(-fall)/2: the integral of Ω''/u from q to 1/2."""
    b = 2 - alpha
    gap = -0.5 * math.expm1(-fall)
    u = 0.5 * math.exp(-fall) + gap * NODES
    rest = gap * float(np.sum(WEIGHTS * np.expm1(-b * np.log1p(-u)) / u))
    return fall + rest + (2**b * math.expm1(b * fall) / b if b else fall)


def fall_at(tau: float, alpha: float) -> float:
    """The inverse of `time_to`: ln(1/(2q)) after the time τ, by Newton's method in ln τ."""
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
    """Refuse a time at which the loss has left the range of floats."""
    if alpha > 1.75:  # below, no time that is allowed is so long
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
    """How fast `fall` grows with s = ln(1 + τ): (1 + τ)/Ω''."""
    q = 0.5 * math.exp(-fall)
    heads = math.exp((alpha - 2.0) * math.log1p(-q))
    return math.exp(s) / (heads + math.exp((2.0 - alpha) * (fall + 0.6931471805599453)))


@njit(cache=True, nogil=True, error_model="numpy")
def _advance(alpha: float, s: float, h: float, fall: float) -> float:
    """One step of Runge and Kutta's method of fourth order."""
    first = _rate(alpha, s, fall)
    second = _rate(alpha, s + 0.5 * h, fall + 0.5 * h * first)
    third = _rate(alpha, s + 0.5 * h, fall + 0.5 * h * second)
    fourth = _rate(alpha, s + h, fall + h * third)
    return fall + h * (first + 2.0 * (second + third) + fourth) / 6.0


@njit(cache=True, nogil=True, error_model="numpy")
def _flow(alpha: float, ends: NDArray[np.float64], falls: NDArray[np.float64]) -> None:
    """ln(1/(2q)) at ascending values of s = ln(1 + τ), by steps of 1/256 in s."""
    fall = 0.0
    done = 0
    for i in range(ends.size):
        while (done + 1) / 256.0 <= ends[i]:
            fall = _advance(alpha, done / 256.0, 1.0 / 256.0, fall)
            done += 1
        falls[i] = _advance(alpha, done / 256.0, ends[i] - done / 256.0, fall)


@njit(cache=True, nogil=True, error_model="numpy")
def _power(x: float, c: float) -> float:
    """(e^(c x) - 1)/c, which is x for c = 0."""
    return math.expm1(c * x) / c if c != 0.0 else x


@njit(cache=True, nogil=True, error_model="numpy")
def _descend(
    alpha: float, eta: float, steps: NDArray[np.int64], falls: NDArray[np.float64]
) -> None:
    """ln(1/(2q)) after ascending numbers of steps.

    The score is θ = (p^c - q^c)/c, c = α - 1. It is known by its q, since near the margin 1/c the
    score itself has no digits left; a step finds the q' = q e^-d whose score is higher by η q.
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
                gone = -math.expm1(-d) * q  # of the probability of tails
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
