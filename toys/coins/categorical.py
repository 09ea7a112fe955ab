"""A die with K faces: the loss of their estimated probabilities after N throws."""

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
"""Most real throws in one replicate. More take longer than five seconds."""

ENTRIES = 2**20
"""Number of counts in memory at a time, which limits the memory for many faces."""

EXTREME = 1e-6
"""Smallest distance of the first face's probability from 0 and 1."""


class Categorical(Toy):
    """Estimate the probabilities of a die's K faces from N throws, and predict with the estimates.

    The first face has the probability `p`, and the K - 1 other faces share the rest equally: p =
    1/K is the fair die, and K = 2 is the coin. The estimates are p̂ᵢ = (nᵢ + k) / (N + Kk), where
    nᵢ is the number of throws that show face i, and k the `pseudocount`. The loss is KL(p‖p̂): the
    log loss of predicting with p̂, minus the entropy.

    The pseudocount is positive. Without one the expected loss is infinite, because some face may
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
        Field(
            description="throws: real throws; multinomial: the counts of all faces as one "
            "multinomial draw"
        ),
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
        """The passage that proposes the coin as a model of scaling laws."""
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
            losses = self._tabulated(counts[:, 0], self.p)
            losses += self._tabulated(counts[:, 1:], self._other).sum(axis=1)
            out[start : start + together] = losses
        return out

    def exact(self) -> float:
        """E KL(p‖p̂) to about 1e-13 relative, from N = 1 to 1e15.

        The loss is a sum over faces, and the number of throws that show one face is binomial. So
        the expected loss is one sum over outcomes for the first face, and one for each of the
        others.
        """
        expected = 0.0
        for faces, probability in ((1, self.p), (self.K - 1, self._other)):
            seen, weights = outcomes(probability, self.N, thin=True)
            expected += faces * float(weights @ self._term_of_face(seen, probability))
        return expected

    @property
    def _other(self) -> float:
        """Probability of each face except the first."""
        return (1 - self.p) / (self.K - 1)

    def _counts(self, rng: np.random.Generator, replicates: int) -> NDArray[np.int64]:
        """The number of throws that show each face, shape (replicates, K)."""
        if self.sampler == "multinomial":
            chances = np.full(self.K, self._other)
            chances[0] = self.p
            return rng.multinomial(self.N, chances, size=replicates)
        counts = np.zeros((replicates, self.K), dtype=np.int64)
        _throw(rng, self.p, self.N, counts)
        return counts

    def _tabulated(self, seen: NDArray[np.int64], probability: float) -> NDArray[np.float64]:
        """The values of `_term_of_face`, from a table if that is shorter than the counts."""
        first, last = int(seen.min()), int(seen.max())
        if last - first >= seen.size:
            return self._term_of_face(seen, probability)
        return self._term_of_face(np.arange(first, last + 1), probability)[seen - first]

    def _term_of_face(self, seen: NDArray[np.int64], probability: float) -> NDArray[np.float64]:
        """The term of one face in the loss; shape of `seen`."""
        total = self.N + self.K * self.pseudocount
        floor, rest = mean_heads(probability, self.N)
        above = (seen - floor).astype(np.float64) - rest
        error = (above + self.pseudocount * (1 - self.K * probability)) / total
        estimate = np.asarray((seen + self.pseudocount) / total, dtype=np.float64)
        return divergence_term(probability, estimate, error)


@njit(cache=True, nogil=True, error_model="numpy")
def _throw(rng: np.random.Generator, p: float, N: int, counts: NDArray[np.int64]) -> None:
    """Throw a die N times in each replicate, and count its faces.

    Each throw is one uniform number. A number below p is the first face, and the rest of the
    interval is divided into equal parts. The code has no branches, because the processor could not
    predict them.
    """
    replicates, K = counts.shape
    scale = (K - 1) / (1.0 - p)
    for i in range(replicates):
        for _ in range(N):
            face = int(max(0.0, (rng.random() - p) * scale + 1.0))
            counts[i, min(face, K - 1)] += 1
