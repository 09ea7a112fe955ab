"""Averages of predictions or weights over the steps of stochastic descent on a coin's logit."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from toys.descent._expected_loss import loss_at
from toys.descent._logit_walks import walk
from toys.descent._sure_coin import COMPUTE
from toys.path import PathToy
from toys.toy import Size

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(40)
"""Nodes and weights of Gauss-Legendre quadrature on (-1, 1)."""


class AveragedDescent(PathToy):
    """Learn the bias of a coin by stochastic gradient descent, and average over the steps.

    The model is the logit w of heads. It starts at w = 0. Each of T steps sees one fresh toss x (1
    for heads, 0 for tails) and adds η (x - σ(w)) to w, where σ(w) = 1/(1+e^-w) is the prediction.
    The final prediction is an `average`: either the mean of the T predictions before each step, or
    σ of the mean of the T logits (the weights) before each step. The loss is KL(p‖final
    prediction).

    In the long run the mean logit is biased, but the mean prediction is not. So only the average of
    predictions has no floor.
    """

    p: Annotated[float, Field(ge=0.1, le=0.9, description="probability of heads")] = 0.3
    eta: Annotated[float, Field(ge=0.001, le=4, description="learning rate η")] = 0.5
    average: Annotated[
        Literal["predictions", "weights"], Field(description="what is averaged over the steps")
    ] = "predictions"
    T: Annotated[
        int, Size("steps"), Field(ge=1, le=10**9, description="steps, one fresh toss each")
    ] = 1000

    path_axes: ClassVar[tuple[str, ...]] = ("T",)
    derivations = ("averaging.predictions", "averaging.weights")

    @property
    def quantity(self) -> str:
        """The log loss of the averaged prediction."""
        of = "σ(mean of w)" if self.average == "weights" else "mean of σ(w)"
        return f"excess log loss KL(p‖{of}) after T steps, nats"

    @property
    def source(self) -> str:
        """The passage that says that the optimiser decides the scaling law."""
        return COMPUTE

    @property
    def delta_0(self) -> float:
        """The initial logit, 0, minus the logit of p."""
        return -math.log(self.p / (1 - self.p))

    @property
    def J(self) -> float:
        """p(1-p) times the integral of δ/(σ - p) over δ from 0 to delta_0.

        σ is the prediction at the logit of p plus δ. J is the sum of the deviations δ on the way
        from the start, in units of 1/(η p(1-p)).
        """
        if self.delta_0 == 0:
            return 0.0
        deltas = self.delta_0 / 2 * (1 + _NODES)
        excess = np.expm1(deltas)
        return float(self.delta_0 / 2 * _WEIGHTS @ (deltas * (1 + self.p * excess) / excess))

    def derivation(self, axis: str) -> str | None:
        """One law for each average."""
        return f"averaging.{self.average}" if axis == "T" else None

    def _losses_at(
        self, rng: np.random.Generator, replicates: int, stops: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """The losses of the same walks after several numbers of steps."""
        losses = np.empty((replicates, stops.size))
        walks = walk(rng, self.p, self._rates, replicates, stops, self.average)
        for column, (stop, _, sums) in zip(losses.T, walks, strict=True):
            means = sums / stop
            if self.average == "predictions":
                # 1 - m does not cancel, because every prediction is well inside (0, 1)
                means = np.log(means / (1 - means))
            column[:] = loss_at(means + self.delta_0, self.p)
        return losses

    def _rates(self, steps: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.full(steps.size, self.eta)
