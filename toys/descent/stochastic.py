"""Stochastic gradient descent on the logit of a coin, with constant or falling learning rate."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from toys.descent._expected_loss import constant_steps, decaying_steps, flow_amplitude, loss_at
from toys.descent._logit_walks import walk
from toys.descent._sure_coin import COMPUTE
from toys.path import PathToy
from toys.toy import Size


class _OneTossAStep(PathToy):
    """Base class of both toys: the coin, and the walk of the logit with one toss a step."""

    p: Annotated[float, Field(ge=0.1, le=0.9, description="probability of heads")] = 0.3
    t: Annotated[
        int, Size("steps"), Field(ge=1, le=10**9, description="steps, one fresh toss each")
    ] = 1000

    path_axes: ClassVar[tuple[str, ...]] = ("t",)

    @property
    def quantity(self) -> str:
        """The log loss of the last prediction."""
        return "excess log loss KL(p‖σ(w)) of the last step, nats"

    @property
    def source(self) -> str:
        """The passage that says that the optimiser decides the scaling law."""
        return COMPUTE

    @property
    def L_0(self) -> float:
        """The loss before the first step, at w = 0."""
        return float(loss_at(np.array([-self._center]), self.p)[0])

    @property
    def _center(self) -> float:
        """The logit of p, where the loss is 0."""
        return math.log(self.p / (1 - self.p))

    @abstractmethod
    def _rates(self, steps: NDArray[np.float64]) -> NDArray[np.float64]:
        """The learning rates of the steps with these numbers."""

    def _losses_at(
        self, rng: np.random.Generator, replicates: int, stops: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """The losses of the same walks after several numbers of steps."""
        losses = np.empty((replicates, stops.size))
        walks = walk(rng, self.p, self._rates, replicates, stops)
        for column, (_, logits, _) in zip(losses.T, walks, strict=True):
            column[:] = loss_at(logits - self._center, self.p)
        return losses


class ConstantStep(_OneTossAStep):
    """Learn the bias of a coin by stochastic gradient descent with a constant learning rate.

    The model is the logit w of heads. It starts at w = 0. Each of t steps sees one fresh toss x (1
    for heads, 0 for tails) and adds η (x - σ(w)), where σ(w) = 1/(1+e^-w) is the prediction. This
    is the negative gradient of the log loss of the toss, times η. The loss is KL(p‖σ(w)). It does
    not vanish: the noise of the tosses keeps it at a floor of about η p(1-p)/4.
    """

    eta: Annotated[float, Field(ge=0.001, le=4, description="learning rate η")] = 0.5

    derivations = ("interior.constant_step",)

    def derivation(self, axis: str) -> str | None:
        """The exponential approach to the floor."""
        return "interior.constant_step" if axis == "t" else None

    def exact(self) -> float:
        """E KL(p‖σ(w)) to about 1e-12, from powers of the matrix of one step."""
        return constant_steps(self.p, self.eta, self.t)

    def _rates(self, steps: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.full(steps.size, self.eta)


class StochasticDescent(_OneTossAStep):
    """Learn the bias of a coin by stochastic gradient descent with learning rates a/(t + t₀).

    The model is the logit w of heads. It starts at w = 0. Step t sees one fresh toss x (1 for
    heads, 0 for tails) and adds (x - σ(w)) a/(t + t₀), where σ(w) = 1/(1+e^-w) is the prediction.
    The loss is KL(p‖σ(w)).

    With r = a p(1-p), the exponent is min(1, 2r) (Chung 1954). If the learning rate is too small
    for the curvature p(1-p) of the loss, it sets the exponent. "The learning rate 1/t" of the
    source is a = 1, for which r <= 1/4.
    """

    a: Annotated[float, Field(ge=0.01, le=12, description="numerator of the learning rate")] = 4.0
    t0: Annotated[int, Field(ge=0, le=1000, description="offset t₀ of the number of the step")] = 0

    derivations = ("stochastic.sgd", "stochastic.sgd_critical", "stochastic.sgd_slow")

    @property
    def r(self) -> float:
        """a p(1-p), rounded to 12 decimals so that an intended 1/2 is exactly 1/2."""
        return round(self.a * self.p * (1 - self.p), 12)

    @property
    def g(self) -> float:
        """1 - 2r, the difference between the exponent 1 and the exponent 2r."""
        return round(1 - 2 * self.r, 12)

    @property
    def H(self) -> float:
        """For r < 1/2: the limit of t^2r times the loss. The first steps set this amplitude.

        Raises
        ------
        ValueError
            If r >= 1/2, because noise then sets the amplitude, and this limit does not exist.
        """
        if self.r >= 0.5:
            raise ValueError(f"H is defined for r < 1/2 only, not for r = {self.r:g}")
        return flow_amplitude(self.p, self.a, self.t0)

    def derivation(self, axis: str) -> str | None:
        """One law for r above 1/2, one for r = 1/2, and one for r below.

        The law for r = 1/2 has a logarithm plus a constant, which depends on t₀.
        """
        if axis != "t":
            return None
        if self.r == 0.5:
            return "stochastic.sgd_critical"
        return "stochastic.sgd" if self.r > 0.5 else "stochastic.sgd_slow"

    def exact(self) -> float:
        """E KL(p‖σ(w)) to about 1e-9, by backward recursion from the last step to the first."""
        return decaying_steps(self.p, self.a, self.t0, self.t)

    def _rates(self, steps: NDArray[np.float64]) -> NDArray[np.float64]:
        return self.a / (steps + self.t0)
