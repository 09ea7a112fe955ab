"""Descent along the full gradient, on the logit of a coin that shows both faces."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import Annotated, Any, ClassVar, Self

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toys.descent._expected_loss import flowed, loss_at
from toys.descent._sure_coin import COMPUTE
from toys.path import NoiselessPath
from toys.toy import Size

LONGEST = 0.01
"""Time of one step of Runge and Kutta's method: its error is below rounding."""


class _FullGradient(NoiselessPath):
    """Base class of both toys: the coin, and the start at w = 0."""

    p: Annotated[float, Field(ge=0.01, le=0.99, description="probability of heads, not 1/2")] = 0.3

    @model_validator(mode="after")
    def _has_something_to_learn(self) -> Self:
        if self.p == 0.5:
            raise PydanticCustomError(
                "nothing_to_learn",
                "p = 0.5 is not allowed: descent starts from there (0.01 to 0.99, but not 0.5)",
                {},
            )
        return self

    @property
    def quantity(self) -> str:
        """The log loss of the prediction."""
        return "excess log loss KL(p‖σ(w)), nats"

    @property
    def source(self) -> str:
        """Where the optimiser is said to decide the scaling law."""
        return COMPUTE

    @property
    def _start(self) -> float:
        """w = 0, less the logit of p."""
        return -math.log(self.p / (1 - self.p))

    @abstractmethod
    def derivation(self, axis: str) -> str | None:
        """The law on the axis of the flow, or of the steps: a base with neither is no toy."""

    def _run(self, stops: NDArray[Any]) -> NDArray[np.float64]:
        deltas = np.empty(stops.size)
        self._descend(stops, deltas)
        return loss_at(deltas, self.p)

    @abstractmethod
    def _descend(self, stops: NDArray[Any], deltas: NDArray[np.float64]) -> None:
        """Descend to the last stop, and write w minus the logit of p at each stop into `deltas`."""


class InteriorFlow(_FullGradient):
    """Gradient flow on the logit w of a coin, for a time τ: dw/dτ = p - σ(w) from w = 0 on.

    σ(w) = 1/(1+e^-w) is the prediction, and the loss is KL(p‖σ(w)). The flow is integrated by
    Runge and Kutta's method of fourth order. It stops at the finite logit of p, so that the loss
    falls exponentially.
    """

    tau: Annotated[
        float, Size("units of time"), Field(gt=0, le=1000, description="training time τ")
    ] = 20.0

    path_axes: ClassVar[tuple[str, ...]] = ("tau",)
    derivations = ("interior.gradient",)

    def derivation(self, axis: str) -> str | None:
        """The exponential law."""
        return "interior.gradient" if axis == "tau" else None

    def exact(self) -> float:
        """The loss to about 1e-13, since e^(pδ) - e^(-(1-p)δ) is a pure exponential of τ."""
        factor = math.exp(-self.p * (1 - self.p) * self.tau)
        return float(loss_at(flowed(np.array([self._start]), self.p, factor), self.p)[0])

    def _descend(self, stops: NDArray[np.float64], deltas: NDArray[np.float64]) -> None:
        _flow(self.p, self._start, stops, deltas)


class InteriorDescent(_FullGradient):
    """Gradient descent on the logit w of a coin: t steps w + η (p - σ(w)) from w = 0 on.

    σ(w) = 1/(1+e^-w) is the prediction, and the loss is KL(p‖σ(w)). The descent stops at the finite
    logit of p, so that the loss falls exponentially, by the factor (1 - η p(1-p))² a step.
    """

    eta: Annotated[float, Field(ge=0.01, lt=4, description="learning rate η")] = 0.5
    t: Annotated[int, Size("steps"), Field(ge=1, le=10**6, description="steps")] = 50

    path_axes: ClassVar[tuple[str, ...]] = ("t",)
    derivations = ("interior.gradient_steps",)

    @property
    def A(self) -> float:
        """Limit of the distance between w and the logit of p, over (1 - η p(1-p))^t."""
        factor = 1 - self.eta * self.p * (1 - self.p)
        steps, delta = _close(self.p, self.eta, self._start)
        return (delta - (1 - 2 * self.p) / (2 * factor) * delta**2) / factor**steps

    def derivation(self, axis: str) -> str | None:
        """The exponential law."""
        return "interior.gradient_steps" if axis == "t" else None

    def _descend(self, stops: NDArray[np.int64], deltas: NDArray[np.float64]) -> None:
        _descend(self.p, self.eta, self._start, stops, deltas)


@njit(cache=True, nogil=True, error_model="numpy")
def _gap(delta: float, p: float) -> float:
    """σ(w) - p at a distance delta from the logit of p; no digits are lost near 0."""
    excess = math.expm1(delta)
    return p * (1 - p) * excess / (1 + p * excess)


@njit(cache=True, nogil=True, error_model="numpy")
def _advanced(p: float, h: float, delta: float) -> float:
    """One step of Runge and Kutta's classical method."""
    k1 = -_gap(delta, p)
    k2 = -_gap(delta + h / 2 * k1, p)
    k3 = -_gap(delta + h / 2 * k2, p)
    k4 = -_gap(delta + h * k3, p)
    return delta + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


@njit(cache=True, nogil=True, error_model="numpy")
def _flow(p: float, delta: float, stops: NDArray[np.float64], out: NDArray[np.float64]) -> None:
    """The distance from the logit of p at each stop.

    The steps lie on a grid from 0 on; the last one, to a stop, is shorter and leaves the grid.
    """
    last = 0
    for i in range(stops.size):
        whole = int(stops[i] / LONGEST)
        for _ in range(whole - last):
            delta = _advanced(p, LONGEST, delta)
        last = whole
        out[i] = _advanced(p, stops[i] - whole * LONGEST, delta)


@njit(cache=True, nogil=True, error_model="numpy")
def _descend(
    p: float, eta: float, delta: float, stops: NDArray[np.int64], out: NDArray[np.float64]
) -> None:
    """The distance from the logit of p at each stop."""
    last = 0
    for i in range(stops.size):
        for _ in range(stops[i] - last):
            delta -= eta * _gap(delta, p)
        last = stops[i]
        out[i] = delta


@njit(cache=True, nogil=True, error_model="numpy")
def _close(p: float, eta: float, delta: float) -> tuple[int, float]:
    """Down the gradient until very close to the optimum: the number of steps, and how close."""
    steps = 0
    while abs(delta) > 1e-6:
        delta -= eta * _gap(delta, p)
        steps += 1
    return steps, delta
