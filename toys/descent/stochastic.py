"""Descent on the logit of a coin, one toss a step: constant steps, and steps that fall as 1/t."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from toys.descent._expected_loss import constant_steps, decaying_steps, loss_at, straight_amplitude
from toys.descent._logit_walks import walk
from toys.descent._sure_coin import COMPUTE
from toys.path import PathToy
from toys.toy import Size


class _OneToss(PathToy):
    """What both toys share: the coin, the steps, and that one walk passes through every size."""

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
        """Where the optimiser is said to decide the scaling law."""
        return COMPUTE

    @property
    def L_0(self) -> float:
        """Loss before the first step, at w = 0."""
        return float(loss_at(np.array([-self._center]), self.p)[0])

    @property
    def _center(self) -> float:
        """The logit of p, where the loss is 0."""
        return math.log(self.p / (1 - self.p))

    @abstractmethod
    def _rates(self, steps: NDArray[np.float64]) -> NDArray[np.float64]:
        """Learning rates by the number of the step."""

    def _losses_at(
        self, rng: np.random.Generator, replicates: int, stops: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Losses after so many steps each, of the same walks."""
        losses = np.empty((replicates, stops.size))
        walks = walk(rng, self.p, self._rates, replicates, stops)
        for column, (_, logits, _) in zip(losses.T, walks, strict=True):
            column[:] = loss_at(logits - self._center, self.p)
        return losses


class ConstantStep(_OneToss):
    """Descend on the logit w of a coin with one fresh toss a step and constant learning rate η.

    From w = 0 on, each of t steps adds η (x - σ(w)), x the toss (1 for heads), σ(w) = 1/(1+e^-w)
    the prediction: minus the gradient of the toss's log loss. The loss is KL(p‖σ(w)). It does not
    vanish: noise balances the decay at about η p(1-p)/4.
    """

    eta: Annotated[float, Field(ge=0.001, le=4, description="learning rate η")] = 0.5

    derivations = ("interior.constant_step",)

    def derivation(self, axis: str) -> str | None:
        """The approach to the floor."""
        return "interior.constant_step" if axis == "t" else None

    def exact(self) -> float:
        """E KL(p‖σ(w)) to about 1e-12, by the matrix of one step and its powers."""
        return constant_steps(self.p, self.eta, self.t)

    def _rates(self, steps: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.full(steps.size, self.eta)


class StochasticDescent(_OneToss):
    """Descend on the logit w of a coin with one fresh toss a step and learning rates a/(t + t₀).

    From w = 0 on, step t adds (x - σ(w)) a/(t + t₀), x the toss (1 for heads), σ(w) = 1/(1+e^-w)
    the prediction. The loss is KL(p‖σ(w)). With r = a p(1-p), the exponent is min(1, 2r)
    (Chung 1954): steps too small for the curvature p(1-p) of the loss set the exponent. "The
    learning rate 1/t" is a = 1, with r <= 1/4.
    """

    a: Annotated[float, Field(ge=0.01, le=12, description="numerator of the learning rate")] = 4.0
    t0: Annotated[int, Field(ge=0, le=1000, description="added to the number of the step, t₀")] = 0

    derivations = ("stochastic.sgd", "stochastic.sgd_critical", "stochastic.sgd_slow")

    @property
    def r(self) -> float:
        """a p(1-p) to 12 decimals, so that 1/2 is met where it is meant."""
        return round(self.a * self.p * (1 - self.p), 12)

    @property
    def g(self) -> float:
        """1 - 2r, what the exponent lacks."""
        return round(1 - 2 * self.r, 12)

    @property
    def H(self) -> float:
        """Limit of t^2r times the loss, for r < 1/2: its amplitude, set by the first steps.

        Raises
        ------
        ValueError
            For r >= 1/2, where noise sets the amplitude, and there is no such limit.
        """
        if self.r >= 0.5:
            raise ValueError(f"H is defined for r < 1/2 only, not for r = {self.r:g}")
        return straight_amplitude(self.p, self.a, self.t0)

    def derivation(self, axis: str) -> str | None:
        """One law each for r above 1/2, equal to it, and below.

        That of r = 1/2 has a constant beside its logarithm that depends on t₀.
        """
        if axis != "t":
            return None
        if self.r == 0.5:
            return "stochastic.sgd_critical"
        return "stochastic.sgd" if self.r > 0.5 else "stochastic.sgd_slow"

    def exact(self) -> float:
        """E KL(p‖σ(w)) to about 1e-9, backwards from the last step to the first."""
        return decaying_steps(self.p, self.a, self.t0, self.t)

    def _rates(self, steps: NDArray[np.float64]) -> NDArray[np.float64]:
        return self.a / (steps + self.t0)
