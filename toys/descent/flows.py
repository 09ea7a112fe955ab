"""Gradient flow on a coin that always shows heads: gradient descent with infinitely small steps.

The simulation integrates the flow. The exact value solves an equation for the state at the given
time. Only for `DeepLinear` does this equation contain an integral without a closed form.
"""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy.special import spence

from toys.descent._flow import ADAGRAD, DEEP, LOGIT, LONGEST, SOFTMAX, SQUARED, Flow, Tau
from toys.toy import Size

NEWTON = 100
"""Largest number of steps of Newton's method, on a convex function; it needs about ten."""

WIDTH = 1.1
"""An integral is split into pieces over which its variable grows by this factor."""

NODES, WEIGHTS = np.polynomial.legendre.leggauss(24)
"""Nodes and weights of Gauss-Legendre quadrature on (-1, 1), for each piece of an integral."""


class GradientFlow(Flow):
    """Learn that a coin always shows heads, by gradient flow.

    The model is the logit w of heads. It starts at w = 0 and follows dw/dτ = 1/(1 + e^w). The loss
    is the log loss ln(1 + e^-w). The training time τ is learning rate times steps.
    """

    path_axes: ClassVar[tuple[str, ...]] = ("tau",)

    tau: Tau = 100.0

    derivations = ("descent.flow",)

    def derivation(self, axis: str) -> str | None:
        """The law of the flow."""
        return "descent.flow" if axis == "tau" else None

    def exact(self) -> float:
        """From w + e^w = τ + 1."""
        return math.log1p(math.exp(-_lead(1.0, self.tau)))

    @property
    def _start(self) -> tuple[int, float, NDArray[np.float64]]:
        return LOGIT, 0.0, np.zeros(1)

    def _loss(self, states: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.log1p(np.exp(-states[:, 0])))


class SoftmaxFlow(Flow):
    """Learn that the first of K classes always shows, by gradient flow on a softmax.

    The model has K logits. All start at 0, and each follows its own negative gradient. The loss is
    the log loss of the first class. The training time τ is learning rate times steps.
    """

    path_axes: ClassVar[tuple[str, ...]] = ("tau",)

    K: Annotated[int, Field(ge=2, le=100, description="classes")] = 10
    tau: Tau = 100.0

    derivations = ("objective.softmax",)

    def derivation(self, axis: str) -> str | None:
        """One law for every number of classes."""
        return "objective.softmax" if axis == "tau" else None

    def exact(self) -> float:
        """From m + e^m/(K-1) = (K τ + 1)/(K-1), where m is the first logit minus another."""
        others = self.K - 1
        return math.log1p(others * math.exp(-_lead(float(others), self.K * self.tau)))

    @property
    def _start(self) -> tuple[int, float, NDArray[np.float64]]:
        return SOFTMAX, 0.0, np.zeros(self.K)

    def _loss(self, states: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.log1p(np.sum(np.exp(states[:, 1:] - states[:, :1]), axis=1)))


class SquaredLossFlow(Flow):
    """Learn that a coin always shows heads, by gradient flow on the squared error.

    The model is the logit w of heads, from w = 0, and predicts p̂ = 1/(1 + e^-w). The flow descends
    the squared error (1 - p̂)². The loss that is measured is this squared error or, on the same
    flow, the log loss -ln p̂. The training time τ is learning rate times steps.
    """

    path_axes: ClassVar[tuple[str, ...]] = ("tau",)

    tau: Tau = 100.0
    loss: Annotated[
        Literal["squared", "log"], Field(description="loss that is measured; the flow is the same")
    ] = "squared"

    derivations = ("objective.squared", "objective.squared_log")

    @property
    def quantity(self) -> str:
        """The squared error, or the log loss."""
        if self.loss == "log":
            return "log loss, nats"
        return "squared error of the predicted probability"

    def derivation(self, axis: str) -> str | None:
        """One law for each loss."""
        if axis != "tau":
            return None
        return "objective.squared_log" if self.loss == "log" else "objective.squared"

    def exact(self) -> float:
        """From the time that it takes to reach w, which has a closed form."""
        return float(self._loss(np.array([[_squared_logit(self.tau)]]))[0])

    @property
    def _start(self) -> tuple[int, float, NDArray[np.float64]]:
        return SQUARED, 0.0, np.zeros(1)

    def _loss(self, states: NDArray[np.float64]) -> NDArray[np.float64]:
        tails = np.exp(-states[:, 0])
        if self.loss == "log":
            return np.asarray(np.log1p(tails))
        return np.asarray((tails / (1 + tails)) ** 2)


class DeepLinear(Flow):
    """Learn that a coin always shows heads, by gradient flow through a deep linear network.

    The logit of heads is w = u^depth: all `depth` factors are the same weight u, which starts at
    u₀. The loss is ln(1 + e^-w). The training time τ is learning rate times steps.
    """

    path_axes: ClassVar[tuple[str, ...]] = ("tau",)

    depth: Annotated[int, Field(ge=2, le=5, description="factors of the logit")] = 2
    u_0: Annotated[float, Field(ge=0.5, le=1.5, description="initial weight")] = 1.0
    tau: Tau = 100.0

    derivations = ("deep_linear.flow",)

    def derivation(self, axis: str) -> str | None:
        """One law for every depth."""
        return "deep_linear.flow" if axis == "tau" else None

    def exact(self) -> float:
        """From the time that it takes to reach u, which is an integral."""
        return math.log1p(math.exp(-(_deep_weight(self.depth, self.u_0, self.tau) ** self.depth)))

    @property
    def _start(self) -> tuple[int, float, NDArray[np.float64]]:
        return DEEP, float(self.depth), np.array([self.u_0])

    def _loss(self, states: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.log1p(np.exp(-(states[:, 0] ** self.depth))))


class AdagradFlow(Flow):
    """Learn that a coin always shows heads, by Adagrad in the limit of small steps.

    The model is the logit w of heads, from w = 0, and the loss is ln(1 + e^-w). Its negative
    gradient is g = 1/(1 + e^w). The flow is dw/dt = η g/√G and dG/dt = g², and G starts at s₀².
    """

    path_axes: ClassVar[tuple[str, ...]] = ("t",)

    eta: Annotated[float, Field(ge=0.01, le=5, description="learning rate")] = 0.5
    s_0: Annotated[float, Field(ge=0.1, le=100, description="square root of the initial G")] = 0.5
    t: Annotated[float, Size("steps"), Field(gt=0, le=LONGEST, description="steps")] = 1000.0

    derivations = ("adaptive.adagrad",)

    def derivation(self, axis: str) -> str | None:
        """The law of small steps."""
        return "adaptive.adagrad" if axis == "t" else None

    def exact(self) -> float:
        """From the time that it takes to reach w, with a dilogarithm."""
        whole = 2 * self.eta * self.s_0 + math.log(2)
        return math.log1p(math.exp(-_adagrad_logit(whole, 2 * self.eta**2 * self.t)))

    @property
    def _start(self) -> tuple[int, float, NDArray[np.float64]]:
        return ADAGRAD, self.eta, np.array([0.0, self.s_0])

    def _loss(self, states: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.log1p(np.exp(-states[:, 0])))


def _lead(others: float, time: float) -> float:
    """The solution m of others m + e^m - 1 = time."""
    m = math.log1p(time)
    for _ in range(NEWTON):
        change = (others * m + math.expm1(m) - time) / (others + math.exp(m))
        m -= change
        if abs(change) <= 1e-16 * m:
            break
    return m


def _squared_logit(tau: float) -> float:
    """The logit that gradient flow on the squared error reaches at this time."""
    w = math.log1p(2 * math.sqrt(tau))
    for _ in range(NEWTON):
        y = math.exp(w)
        # with q = 1/(1+y): 1/(2q²) + 2/q + 3 ln((1-q)/q) - 1/(1-q), minus its value 4 at y = 1
        passed = math.expm1(w) * ((y + 7) / 2 + 1 / y) + 3 * w
        change = (passed - 2 * tau) / ((1 + y) ** 2 * (1 + 1 / y))
        w -= change
        if abs(change) <= 1e-16 * w:
            break
    return w


def _adagrad_logit(whole: float, time: float) -> float:
    """The logit that Adagrad's flow reaches at 2η²t = `time`; `whole` is 2ηs₀ + ln 2."""
    w = math.log1p(time / (whole - math.log(2)))
    for _ in range(NEWTON):
        y, tails = math.exp(w), math.exp(-w)
        loss = math.log1p(tails)
        area = math.pi**2 / 12 + float(spence(1 + tails))
        passed = whole * (w + math.expm1(w)) - y * loss - w - loss + 2 * math.log(2) - area
        change = (passed - time) / ((1 + y) * (whole - loss))
        w -= change
        if abs(change) <= 1e-16 * w:
            break
    return w


def _deep_weight(depth: int, first: float, tau: float) -> float:
    """The weight of a deep linear network at this time."""
    highest = max(first, 1.0) * 1.01
    while _deep_time(depth, first, highest) < tau:
        highest *= 1.1
    from scipy.optimize import brentq  # takes a tenth of a second to import

    found = brentq(
        lambda u: _deep_time(depth, first, u) - tau, first, highest, xtol=1e-15, rtol=1e-15
    )
    return float(found)


def _deep_time(depth: int, first: float, last: float) -> float:
    """The integral of (1 + e^(u^l)) u^(1-l)/l: the time from one weight to another."""
    pieces = max(1, math.ceil(math.log(last / first) / math.log(WIDTH)))
    edges = first * (last / first) ** (np.arange(pieces + 1) / pieces)
    half = np.diff(edges)[:, None] / 2
    u = edges[:-1, None] + half * (1 + NODES)
    slowness = (1 + np.exp(u**depth)) * u ** (1 - depth) / depth
    return float(np.sum(half[:, 0] * (slowness @ WEIGHTS)))
