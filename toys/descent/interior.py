"""Gradient descent and gradient flow on the logit of a coin that shows both faces."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import Annotated, Any, ClassVar, Self

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toys.descent._expected_loss import after_flow, loss_at
from toys.descent._sure_coin import COMPUTE
from toys.path import NoiselessPath
from toys.toy import Size

LONGEST = 0.01
"""Length of one Runge-Kutta step in time. Its error is below rounding."""


class _ExactGradient(NoiselessPath):
    """Base class of both toys: the coin, and the start at w = 0."""

    p: Annotated[float, Field(ge=0.01, le=0.99, description="probability of heads, not 1/2")] = 0.3

    @model_validator(mode="after")
    def _has_something_to_learn(self) -> Self:
        if self.p == 0.5:
            raise PydanticCustomError(
                "nothing_to_learn",
                "p = 0.5 is not allowed: descent starts there, and has nothing to learn (allowed: "
                "0.01 to 0.99, but not 0.5)",
                {},
            )
        return self

    @property
    def quantity(self) -> str:
        """The log loss of the prediction."""
        return "excess log loss KL(p‖σ(w)), nats"

    @property
    def source(self) -> str:
        """The passage that says that the optimiser decides the scaling law."""
        return COMPUTE

    @property
    def _start(self) -> float:
        """The initial logit w = 0 minus the logit of p."""
        return -math.log(self.p / (1 - self.p))

    @abstractmethod
    def derivation(self, axis: str) -> str | None:
        """The law on the axis of the subclass. It is abstract, so that this base is no toy."""

    def _run(self, stops: NDArray[Any]) -> NDArray[np.float64]:
        deltas = np.empty(stops.size)
        self._descend(stops, deltas)
        return loss_at(deltas, self.p)

    @abstractmethod
    def _descend(self, stops: NDArray[Any], deltas: NDArray[np.float64]) -> None:
        """Descend to the last stop, and write w minus the logit of p at each stop into `deltas`."""


class InteriorFlow(_ExactGradient):
    """Learn the bias of a coin by gradient flow, from the exact gradient.

    The model is the logit w of heads. It starts at w = 0 and follows dw/dτ = p - σ(w) for a time τ,
    where σ(w) = 1/(1+e^-w) is the prediction. The loss is KL(p‖σ(w)). The flow is integrated by the
    Runge-Kutta method of fourth order. It tends to the logit of p, which is finite, so that the
    loss falls exponentially.
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
        return float(loss_at(after_flow(np.array([self._start]), self.p, factor), self.p)[0])

    def _descend(self, stops: NDArray[np.float64], deltas: NDArray[np.float64]) -> None:
        _flow(self.p, self._start, stops, deltas)


class InteriorDescent(_ExactGradient):
    """Learn the bias of a coin by gradient descent, from the exact gradient.

    The model is the logit w of heads. It starts at w = 0, and each of t steps adds η (p - σ(w)),
    where σ(w) = 1/(1+e^-w) is the prediction. The loss is KL(p‖σ(w)). The logit tends to that of p,
    which is finite, so that the loss falls exponentially, by the factor (1 - η p(1-p))² a step.
    """

    eta: Annotated[float, Field(ge=0.01, lt=4, description="learning rate η")] = 0.5
    t: Annotated[int, Size("steps"), Field(ge=1, le=10**6, description="steps")] = 50

    path_axes: ClassVar[tuple[str, ...]] = ("t",)
    derivations = ("interior.gradient_steps",)

    @property
    def A(self) -> float:
        """Limit of the distance between w and the logit of p, divided by (1 - η p(1-p))^t."""
        factor = 1 - self.eta * self.p * (1 - self.p)
        steps, delta = _descend_until_close(self.p, self.eta, self._start)
        return (delta - (1 - 2 * self.p) / (2 * factor) * delta**2) / factor**steps

    def derivation(self, axis: str) -> str | None:
        """The exponential law."""
        return "interior.gradient_steps" if axis == "t" else None

    def _descend(self, stops: NDArray[np.int64], deltas: NDArray[np.float64]) -> None:
        _descend(self.p, self.eta, self._start, stops, deltas)


@njit(cache=True, nogil=True, error_model="numpy")
def _prediction_error(delta: float, p: float) -> float:
    """σ(w) - p, where w is the logit of p plus delta; no digits are lost near 0."""
    excess = math.expm1(delta)
    return p * (1 - p) * excess / (1 + p * excess)


@njit(cache=True, nogil=True, error_model="numpy")
def _runge_kutta_step(p: float, h: float, delta: float) -> float:
    """The distance delta after one classical Runge-Kutta step of length h."""
    k1 = -_prediction_error(delta, p)
    k2 = -_prediction_error(delta + h / 2 * k1, p)
    k3 = -_prediction_error(delta + h / 2 * k2, p)
    k4 = -_prediction_error(delta + h * k3, p)
    return delta + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


@njit(cache=True, nogil=True, error_model="numpy")
def _flow(p: float, delta: float, stops: NDArray[np.float64], out: NDArray[np.float64]) -> None:
    """Write the distance of w from the logit of p at each stop into `out`.

    The steps form a grid that starts at 0. From the last grid point before a stop, one shorter step
    leads to the stop; the next stop continues from the grid point.
    """
    last = 0
    for i in range(stops.size):
        whole = int(stops[i] / LONGEST)
        for _ in range(whole - last):
            delta = _runge_kutta_step(p, LONGEST, delta)
        last = whole
        out[i] = _runge_kutta_step(p, stops[i] - whole * LONGEST, delta)


@njit(cache=True, nogil=True, error_model="numpy")
def _descend(
    p: float, eta: float, delta: float, stops: NDArray[np.int64], out: NDArray[np.float64]
) -> None:
    """Write the distance of w from the logit of p at each stop into `out`."""
    last = 0
    for i in range(stops.size):
        for _ in range(stops[i] - last):
            delta -= eta * _prediction_error(delta, p)
        last = stops[i]
        out[i] = delta


@njit(cache=True, nogil=True, error_model="numpy")
def _descend_until_close(p: float, eta: float, delta: float) -> tuple[int, float]:
    """Descend until the distance is at most 1e-6; return the number of steps and the distance."""
    steps = 0
    while abs(delta) > 1e-6:
        delta -= eta * _prediction_error(delta, p)
        steps += 1
    return steps, delta
