"""A coin: how well its bias is known after N tosses."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from toys._kernels.coin import MAX_OUTCOMES
from toys._kernels.heads import divergences, outcomes
from toys.coins._coin import Coin
from toys.moments import Moments


class Bernoulli(Coin):
    """Estimate the bias p of a coin from N tosses by p̂ = (N₁ + k) / (N + 2k).

    N₁ is the number of heads and k the `pseudocount`: 1/2 is the Krichevsky-Trofimov estimator,
    1 Laplace's rule. The loss is KL(p‖p̂), the log loss of predicting with p̂ less the entropy.

    With `pseudocount=0` and 0 < p < 1 the expected loss is infinite, since all tosses may agree.
    The toy then measures the stated conditional version: the loss given that both faces were seen.
    """

    derivations = ("bernoulli.data", "bernoulli.boundary")

    @property
    def quantity(self) -> str:
        """KL(p‖p̂), with the condition where there is one."""
        return f"excess log loss KL(p‖p̂){self._condition}, nats"

    @property
    def source(self) -> str:
        """Where the coin is put forward as a model of scaling laws."""
        return "Cho2020, 'The scaling law for Bernoulli w.r.t. the dataset size'"

    def derivation(self, axis: str) -> str | None:
        """The law on the axis N; with p in {0, 1} and no pseudocount the loss is 0: no law."""
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
        """Their moments; from counts without making the replicates."""
        if self._can_be_counted(replicates):
            return Moments.of_counts(*self._counts(rng, replicates))
        return super().simulate_moments(rng, replicates)

    def exact(self) -> float:
        """E KL(p‖p̂) to about 1e-13 relative, from N = 1 to 1e15.

        A sum over a few hundred outcomes, each probability in saddle-point form (Loader 2000).
        """
        if self.deterministic:
            return math.log1p(self.pseudocount / (self.N + self.pseudocount))
        heads, probabilities = outcomes(self.p, self.N, self._edge, thin=True)
        losses = divergences(heads, self.N, self.p, self.pseudocount)
        return float(np.sum(probabilities * losses))

    def _can_be_counted(self, replicates: int) -> bool:
        """Whether counting the outcomes is asked for, and costs less than drawing the replicates.

        Where the outcomes are too many the replicates are drawn, so that the cost of one is
        bounded and the memory does not grow with their number.
        """
        few = self._outcome_count(self.N) <= min(replicates, MAX_OUTCOMES)
        return self.sampler == "counts" and not self.deterministic and few

    def _counts(
        self, rng: np.random.Generator, replicates: int
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Losses, and how many replicates have each."""
        heads, probabilities = outcomes(self.p, self.N, self._edge)
        losses = divergences(heads, self.N, self.p, self.pseudocount)
        return losses, rng.multinomial(replicates, probabilities)
