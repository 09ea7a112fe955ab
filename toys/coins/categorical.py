"""A die with K faces: how well their probabilities are known after N throws."""

from __future__ import annotations

from typing import Annotated, Literal, Self

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field, model_validator

from toys._kernels.coin import PositivePseudocount
from toys._kernels.divergence import divergence_term
from toys._kernels.heads import mean_heads, outcomes
from toys.limits import refuse_beyond
from toys.toy import Size, Toy

MAX_LITERAL_THROWS = 10**9
"""A single replicate of more real throws than this takes longer than five seconds."""

ENTRIES = 2**20
"""Counts held at a time, so that memory does not grow with faces times replicates."""

EXTREME = 1e-6
"""The first face is at least so rare, and so far from certain."""


class Categorical(Toy):
    """Estimate the probabilities of a die's K faces from N throws by p̂ᵢ = (nᵢ + k) / (N + Kk).

    The first face has probability `p`; the K - 1 others share the rest equally, so that p = 1/K is
    the fair die and K = 2 the coin. nᵢ is how often face i was seen, k the `pseudocount`. The loss
    is KL(p‖p̂), the log loss of predicting with p̂ less the entropy.

    The pseudocount is positive: without one the expected loss is infinite, since some face may
    never be seen.
    """

    K: Annotated[int, Field(ge=2, le=10**4, description="faces")] = 3
    p: Annotated[
        float, Field(ge=EXTREME, le=1 - EXTREME, description="probability of the first face")
    ] = 0.3
    pseudocount: PositivePseudocount = 0.5
    N: Annotated[int, Size("throws"), Field(ge=1, le=10**15, description="throws")] = 1000
    sampler: Annotated[
        Literal["throws", "multinomial"],
        Field(description="real throws; or how often each face shows up as one multinomial draw"),
    ] = "multinomial"

    derivations = ("categorical.data",)

    @model_validator(mode="after")
    def _can_be_simulated(self) -> Self:
        if self.sampler == "throws":
            refuse_beyond(
                self.N, MAX_LITERAL_THROWS, name="N", sampler="throws", other="multinomial"
            )
        return self

    @property
    def quantity(self) -> str:
        """KL(p‖p̂)."""
        return "excess log loss KL(p‖p̂), nats"

    @property
    def source(self) -> str:
        """Where the coin is put forward as a model of scaling laws."""
        return (
            "Cho2020, 'The scaling law for Bernoulli w.r.t. the dataset size', from two faces to K"
        )

    def derivation(self, axis: str) -> str | None:
        """The law on the axis N."""
        return "categorical.data" if axis == "N" else None

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """KL(p‖p̂) of `replicates` estimates, shape (replicates,)."""
        out = np.empty(replicates)
        together = max(1, ENTRIES // self.K)
        for start in range(0, replicates, together):
            counts = self._counts(rng, min(together, replicates - start))
            losses = self._looked_up(counts[:, 0], self.p)
            losses += self._looked_up(counts[:, 1:], self._other).sum(axis=1)
            out[start : start + together] = losses
        return out

    def exact(self) -> float:
        """E KL(p‖p̂) to about 1e-13 relative, from N = 1 to 1e15.

        The loss is a sum over faces, and how often one face shows up is binomial: a sum over a few
        hundred outcomes for the first face, and another for each of the others.
        """
        expected = 0.0
        for faces, probability in ((1, self.p), (self.K - 1, self._other)):
            seen, weights = outcomes(probability, self.N, thin=True)
            expected += faces * float(weights @ self._face(seen, probability))
        return expected

    @property
    def _other(self) -> float:
        """Probability of each face but the first."""
        return (1 - self.p) / (self.K - 1)

    def _counts(self, rng: np.random.Generator, replicates: int) -> NDArray[np.int64]:
        """How often each face shows up, shape (replicates, K)."""
        if self.sampler == "multinomial":
            chances = np.full(self.K, self._other)
            chances[0] = self.p
            return rng.multinomial(self.N, chances, size=replicates)
        counts = np.zeros((replicates, self.K), dtype=np.int64)
        _throw(rng, self.p, self.N, counts)
        return counts

    def _looked_up(self, seen: NDArray[np.int64], probability: float) -> NDArray[np.float64]:
        """What `_face` says, from a table where that is shorter than the counts."""
        first, last = int(seen.min()), int(seen.max())
        if last - first >= seen.size:
            return self._face(seen, probability)
        return self._face(np.arange(first, last + 1), probability)[seen - first]

    def _face(self, seen: NDArray[np.int64], probability: float) -> NDArray[np.float64]:
        """What one face adds to the loss; shape of `seen`."""
        total = self.N + self.K * self.pseudocount
        floor, rest = mean_heads(probability, self.N)
        above = (seen - floor).astype(np.float64) - rest
        error = (above + self.pseudocount * (1 - self.K * probability)) / total
        estimate = np.asarray((seen + self.pseudocount) / total, dtype=np.float64)
        return divergence_term(probability, estimate, error)


@njit(cache=True, nogil=True, error_model="numpy")
def _throw(rng: np.random.Generator, p: float, N: int, counts: NDArray[np.int64]) -> None:
    """Throw a die N times in each replicate, and count its faces.

    Each throw is one uniform number: below p it is the first face, and the rest is cut into equal
    parts. Without a branch, since which face comes next cannot be predicted.
    """
    replicates, K = counts.shape
    scale = (K - 1) / (1.0 - p)
    for i in range(replicates):
        for _ in range(N):
            face = int(max(0.0, (rng.random() - p) * scale + 1.0))
            counts[i, min(face, K - 1)] += 1
