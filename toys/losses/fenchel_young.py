"""A coin whose bias is estimated under a loss of the entmax family."""

from __future__ import annotations

import math
from typing import Annotated, Self

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field, model_validator

from toys._kernels.coin import (
    MAX_OUTCOMES,
    CoinSampler,
    Tosses,
    check_both_faces,
    check_literal,
    heads_among,
    redrawn,
)
from toys._kernels.heads import deviations, outcomes, window
from toys.moments import Moments
from toys.toy import Toy


class FenchelYoung(Toy):
    """Estimate the bias of a coin from N tosses, and measure another loss than the log loss.

    The estimate p̂ is the share of heads. The loss is the excess Fenchel-Young loss of the Tsallis
    entropy of index α = `alpha`. This is the divergence Ω(p) - Ω(p̂) - Ω'(p̂)(p - p̂) with Ω = (p^α
    + q^α - 1)/(α (α-1)) and q = 1-p. The index α is 1 for the log loss, 3/2 for the loss of
    3/2-entmax, and 2 for that of sparsemax.

    For α <= 1 the expected loss is infinite, because all tosses may show the same face. The toy
    then measures the expected loss given that both faces were seen.
    """

    p: Annotated[float, Field(ge=1e-4, le=1 - 1e-4, description="probability of heads")] = 0.3
    alpha: Annotated[float, Field(ge=0.1, le=10, description="index of the entropy")] = 1.5
    N: Tosses = 1000
    sampler: CoinSampler = "binomial"

    shortcuts = ("counts",)
    derivations = ("fenchel_young.data", "fenchel_young.conditional", "bernoulli.data")

    @model_validator(mode="after")
    def _can_be_simulated(self) -> Self:
        if self.sampler == "tosses":
            check_literal(self.N, "N")
        if self._edge:
            check_both_faces(self.p, self.N, f"alpha = {self.alpha}", "alpha > 1")
        return self

    @property
    def pseudocount(self) -> float:
        """0: the estimate is the share of heads itself."""
        return 0.0

    @property
    def quantity(self) -> str:
        """The divergence, with the condition if there is one."""
        condition = " given that both faces were seen" if self._edge else ""
        return f"excess Fenchel-Young loss{condition}, in units of the loss"

    @property
    def source(self) -> str:
        """The passage that asks about losses other than the log loss."""
        return "Cho2020, 'Final thoughts'"

    def derivation(self, axis: str) -> str | None:
        """One law with the condition, and one without; the log loss has its own law."""
        if axis != "N":
            return None
        if self.alpha == 1:
            return "bernoulli.data"
        return "fenchel_young.conditional" if self._edge else "fenchel_young.data"

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Excess losses of `replicates` estimates, shape (replicates,)."""
        if self._can_be_counted(replicates):
            losses, counts = self._counts(rng, replicates)
            return rng.permutation(np.repeat(losses, counts))
        if self._edge:
            return self._losses(redrawn(lambda some: self._toss(rng, some), self.N, replicates))
        return self._losses(self._toss(rng, replicates))

    def simulate_moments(self, rng: np.random.Generator, replicates: int) -> Moments:
        """The moments of their losses; for sampler 'counts', without making the replicates."""
        if self._can_be_counted(replicates):
            return Moments.of_counts(*self._counts(rng, replicates))
        return super().simulate_moments(rng, replicates)

    def exact(self) -> float:
        """The expected loss to about 1e-12 relative, by a sum over a few hundred outcomes."""
        heads, probabilities = outcomes(self.p, self.N, self._edge, thin=True)
        return float(np.sum(probabilities * self._losses(heads)))

    @property
    def _edge(self) -> int:
        """1 if replicates with only one face are excluded, because their loss is infinite."""
        return int(self.alpha <= 1)

    def _toss(self, rng: np.random.Generator, replicates: int) -> NDArray[np.int64]:
        """Numbers of heads among N tosses."""
        return heads_among(rng, self.p, self.N, replicates, self.sampler)

    def _losses(self, heads: NDArray[np.int64]) -> NDArray[np.float64]:
        """Excess loss of the estimate heads/N, shape of `heads`."""
        errors = deviations(heads, self.N, self.p, 0.0)
        out = np.empty(heads.size)
        _losses(heads, errors, self.N, self.p, self.alpha, out)
        return out

    def _can_be_counted(self, replicates: int) -> bool:
        """Whether sampler 'counts' was chosen and is cheaper than drawing the replicates."""
        if self.sampler != "counts":
            return False
        first, last = window(self.p, self.N, self._edge)
        return last - first + 1 <= min(replicates, MAX_OUTCOMES)

    def _counts(
        self, rng: np.random.Generator, replicates: int
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """The losses of all outcomes, and the number of replicates with each."""
        heads, probabilities = outcomes(self.p, self.N, self._edge)
        return self._losses(heads), rng.multinomial(replicates, probabilities)


@njit(cache=True, nogil=True, error_model="numpy")
def _divergence_term(p: float, estimate: float, error: float, alpha: float) -> float:
    """The term of one face: p^α times the integral of u (1+u)^(α-2) from 0 to e.

    Here e = error/p is the relative deviation of the estimate. The term is never negative.
    """
    e = error / p
    if estimate == 0.0:
        return p**alpha / (alpha * (alpha - 1.0))
    if abs(e) < 0.1:
        power = e * e
        total = 0.5 * power
        j = 3.0
        while abs(power) > 1e-18 * e * e:
            power *= e * (alpha + 1.0 - j) / (j - 2.0)
            total += power / j
            j += 1.0
        return p**alpha * total
    b = alpha - 1.0
    log = math.log(estimate / p)
    slope = math.expm1(b * log) / b if b != 0.0 else log
    return p**alpha * (e * math.exp(b * log) - slope) / alpha


@njit(cache=True, nogil=True, error_model="numpy")
def _losses(
    heads: NDArray[np.int64],
    errors: NDArray[np.float64],
    N: int,
    p: float,
    alpha: float,
    out: NDArray[np.float64],
) -> None:
    q = 1.0 - p
    for i in range(heads.size):
        first = _divergence_term(p, heads[i] / N, errors[i], alpha)
        out[i] = first + _divergence_term(q, (N - heads[i]) / N, -errors[i], alpha)
