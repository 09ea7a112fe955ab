"""A coin: the loss of its estimated bias after N tosses."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from toys._kernels.coin import MAX_OUTCOMES
from toys._kernels.heads import divergences, outcomes
from toys.coins._coin import Coin
from toys.moments import Moments


class Bernoulli(Coin):
    """Estimate the bias p of a coin from N tosses, and predict with the estimate.

    The estimate is p̂ = (N₁ + k) / (N + 2k), where N₁ is the number of heads and k the
    `pseudocount`: 1/2 for the Krichevsky-Trofimov estimator, 1 for Laplace's rule. The loss is
    KL(p‖p̂): the log loss of predicting with p̂, minus the entropy of the coin.

    With `pseudocount=0` and 0 < p < 1 the expected loss is infinite, because all tosses may show
    the same face. The toy then measures the expected loss given that both faces were seen.
    """

    derivations = ("bernoulli.data", "bernoulli.boundary")

    @property
    def quantity(self) -> str:
        """KL(p‖p̂), with the condition if there is one."""
        return f"excess log loss KL(p‖p̂){self._condition}, nats"

    @property
    def source(self) -> str:
        """The passage that proposes the coin as a model of scaling laws."""
        return "Cho2020, 'The scaling law for Bernoulli w.r.t. the dataset size'"

    def derivation(self, axis: str) -> str | None:
        """The law on the axis N; none for p in {0, 1} without a pseudocount: the loss is then 0."""
        if axis != "N" or (self.deterministic and self.pseudocount == 0):
            return None
        return "bernoulli.boundary" if self.deterministic else "bernoulli.data"

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """KL(p‖p̂) of `replicates` estimates, shape (replicates,)."""
        if self._can_be_counted(replicates):
            losses, counts = self._counts(rng, replicates)
            return rng.permutation(np.repeat(losses, counts))
        return divergences(self._toss(rng, replicates), self.N, self.p, self.pseudocount)

    def simulate_moments(self, rng: np.random.Generator, replicates: int) -> Moments:
        """The moments of their losses; for sampler 'counts', without making the replicates."""
        if self._can_be_counted(replicates):
            return Moments.of_counts(*self._counts(rng, replicates))
        return super().simulate_moments(rng, replicates)

    def exact(self) -> float:
        """E KL(p‖p̂) to about 1e-13 relative, from N = 1 to 1e15.

        It is a sum over a few hundred outcomes. Each probability is computed in saddle-point form
        (Loader 2000).
        """
        if self.deterministic:
            return math.log1p(self.pseudocount / (self.N + self.pseudocount))
        heads, probabilities = outcomes(self.p, self.N, self._edge, thin=True)
        losses = divergences(heads, self.N, self.p, self.pseudocount)
        return float(np.sum(probabilities * losses))

    def _can_be_counted(self, replicates: int) -> bool:
        """Whether sampler 'counts' was chosen and is cheaper than drawing the replicates.

        If there are more outcomes than replicates, the replicates are drawn. This bounds the cost
        of a replicate, and the memory.
        """
        few = self._outcome_count(self.N) <= min(replicates, MAX_OUTCOMES)
        return self.sampler == "counts" and not self.deterministic and few

    def _counts(
        self, rng: np.random.Generator, replicates: int
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """The losses of all outcomes, and the number of replicates with each."""
        heads, probabilities = outcomes(self.p, self.N, self._edge)
        losses = divergences(heads, self.N, self.p, self.pseudocount)
        return losses, rng.multinomial(replicates, probabilities)
