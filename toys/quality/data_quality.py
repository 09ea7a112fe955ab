"""A coin seen through bad data: tosses that are recorded wrongly, or lost."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from toys._kernels.divergence import divergence_term
from toys._kernels.heads import divergences, outcomes, x_minus_log1p
from toys.quality._marked_coin import LEAST, MarkedCoin

PSEUDOCOUNT = Field(ge=1e-3, le=1e6, description="added to each face")


class LabelNoise(MarkedCoin):
    """Estimate the bias of a coin from N tosses, some of which are recorded wrongly.

    Each toss is flipped in the record with probability q. The estimator does not know this: it is
    p̂ = (N₁ + k) / (N + 2k), where N₁ is the number of recorded heads and k the `pseudocount`. The
    loss is KL(p‖p̂) for the true bias p. It tends to a floor, the divergence of the noisy coin from
    the true one.
    """

    q: Annotated[float, Field(ge=LEAST, le=0.499, description="share of flipped tosses")] = 0.2
    pseudocount: Annotated[float, PSEUDOCOUNT] = 0.5

    derivations = ("data_quality.flips",)

    @property
    def quantity(self) -> str:
        """KL(p‖p̂)."""
        return "excess log loss KL(p‖p̂) with unknown flips, nats"

    def derivation(self, axis: str) -> str | None:
        """The law in N, for the pseudocount 1/2 only, because its prefactor depends on it."""
        return "data_quality.flips" if axis == "N" and self.pseudocount == 0.5 else None

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """KL(p‖p̂) of `replicates` estimates, shape (replicates,)."""
        kept, _, turned = self._toss(rng, replicates)
        return divergences(kept + turned, self.N, self.p, self.pseudocount)

    def exact(self) -> float:
        """E KL(p‖p̂) to about 1e-12 relative, from N = 1 to 1e15; a sum over recorded heads."""
        p, q = Fraction(self.p), Fraction(self.q)
        recorded = p + q - 2 * p * q
        rounded = float(recorded)
        heads, chances = outcomes(rounded, self.N, thin=True)
        loss = float(chances @ divergences(heads, self.N, self.p, self.pseudocount))
        # the floor depends on the last digits of the recorded bias
        slope = (rounded - self.p) / (rounded * (1 - rounded))
        return loss + slope * float(recorded - Fraction(rounded))


class Erasures(MarkedCoin):
    """Estimate the bias of a coin from N tosses, some of which are lost.

    Each toss is lost with probability q, whichever face it shows. The estimate is p̂ = (N₁ + k) /
    (M + 2k) from the M tosses that are left, where N₁ of them are heads and k is the `pseudocount`.
    The loss is KL(p‖p̂).
    """

    pseudocount: Annotated[float, PSEUDOCOUNT] = 0.5

    derivations = ("data_quality.erasures",)

    @property
    def quantity(self) -> str:
        """KL(p‖p̂)."""
        return "excess log loss KL(p‖p̂) with lost tosses, nats"

    def derivation(self, axis: str) -> str | None:
        """The law in N."""
        return "data_quality.erasures" if axis == "N" else None

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """KL(p‖p̂) of `replicates` estimates, shape (replicates,)."""
        p, k = self.p, self.pseudocount
        heads, lost_heads, lost_tails = self._toss(rng, replicates)
        tails = self.N - heads - lost_heads - lost_tails
        total = heads + tails + 2 * k
        error = ((1 - p) * (heads + k) - p * (tails + k)) / total
        found = divergence_term(p, (heads + k) / total, error)
        return found + divergence_term(1 - p, (tails + k) / total, -error)

    def exact(self) -> float:
        """E KL(p‖p̂) from N = 1 to 1e15, by three sums over numbers of tosses.

        The relative error is about 1e-12. The loss is log(M + 2k) - p log(N₁ + k) - (1-p) log(M -
        N₁ + k) - entropy. Each logarithm is taken relative to the logarithm of the mean of its
        argument. The linear terms then cancel, and the rest is of the order of the loss.
        """
        k, kept = self.pseudocount, 1 - self.q
        total = kept * self.N + 2 * k
        loss = 0.0
        for share, weight, shift in (
            (1.0, -1.0, 0.0),
            (self.p, self.p, k * (1 - 2 * self.p)),
            (1 - self.p, 1 - self.p, -k * (1 - 2 * self.p)),
        ):
            left, chances = outcomes(share * kept, self.N, thin=True)
            mean = Fraction(share * kept) * self.N
            above = (left - int(mean)).astype(np.float64) - float(mean - int(mean)) + shift
            loss += weight * float(np.sum(chances * x_minus_log1p(above / (share * total))))
        return loss
