"""A coin seen through flips of a known rate, for which the estimate is corrected."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Annotated, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toys._kernels.divergence import divergence_term
from toys._kernels.heads import outcomes, window, x_minus_log1p
from toys.quality._lattice_sum import lattice_sum
from toys.quality._marked_coin import LEAST, MarkedCoin

WIDE = 1000.0
"""From this standard deviation of the heads on, the sum over outcomes is done by an integral."""


class DebiasedCoin(MarkedCoin):
    """Estimate the bias of a coin from N tosses, a known share of which is recorded wrongly.

    Each toss is flipped in the record with probability q < 1/2. The estimate corrects for this on
    average: p̂ = (N₁/N - q) / (1 - 2q), where N₁ is the number of recorded heads. An estimate below
    1/(2N) is replaced by 1/(2N), and one above 1 - 1/(2N) by 1 - 1/(2N). For p = 1, where p̂ = 1
    has no loss, only an estimate above 1 is replaced, by 1. (So the rule knows whether p is 1.) The
    loss is KL(p‖p̂).
    """

    p: Annotated[float, Field(ge=LEAST, le=1, description="probability of heads")] = 0.3
    q: Annotated[float, Field(ge=LEAST, le=0.499, description="share of flipped tosses")] = 0.2

    derivations = ("debiasing.interior", "debiasing.boundary")

    @model_validator(mode="after")
    def _is_inside_or_one(self) -> Self:
        if 1 - LEAST < self.p < 1:
            raise PydanticCustomError(
                "almost_one",
                "p = {p} is not allowed (1, or at most {most})",
                {"p": self.p, "most": 1 - LEAST},
            )
        return self

    @property
    def quantity(self) -> str:
        """KL(p‖p̂)."""
        return "excess log loss KL(p‖p̂) with undone flips, nats"

    def derivation(self, axis: str) -> str | None:
        """The law in N, with another one for p = 1."""
        if axis != "N":
            return None
        return "debiasing.boundary" if self.p == 1 else "debiasing.interior"

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """KL(p‖p̂) of `replicates` estimates, shape (replicates,)."""
        kept, _, turned = self._toss(rng, replicates)
        base = int(self._mean)
        return self._losses((kept + turned - base).astype(np.float64), base)

    def exact(self) -> float:
        """E KL(p‖p̂) to about 1e-11 relative, from N = 1 to 1e15, by a sum over recorded heads.

        If their standard deviation is large, the sum is split into three smooth pieces.
        """
        mean = self._mean
        seen = mean / self.N
        variance = float(seen * (1 - seen)) * self.N
        if variance < WIDE**2:
            # the rarer face, whose probability has more digits
            counts, chances = outcomes(float(min(seen, 1 - seen)), self.N)
            heads, base = counts if 2 * seen <= 1 else self.N - counts, int(mean)
            return float(chances @ self._losses((heads - base).astype(np.float64), base))
        base, (first, last) = int(mean), window(float(seen), self.N)
        low, high = first - base, last - base
        # the last number minus the base that is moved up, and the first that is moved down
        up = math.ceil(self._offset(0) + self._margin) - 1 - base
        down = math.floor(self._offset(1) - (0 if self.p == 1 else self._margin)) + 1 - base
        pieces = ((low, min(up, high)), (max(up + 1, low), min(down - 1, high)), (down, high))

        def term(above: NDArray[np.float64]) -> NDArray[np.float64]:
            return self._chances(above, base) * self._losses(above, base)

        scale = math.sqrt(variance)
        return math.fsum(lattice_sum(term, max(a, low), b, scale) for a, b in pieces)

    @property
    def _mean(self) -> Fraction:
        """Expected number of recorded heads."""
        return self._offset(0) + Fraction(self.p) * self._contrast * self.N

    @property
    def _contrast(self) -> Fraction:
        return 1 - 2 * Fraction(self.q)

    @property
    def _margin(self) -> Fraction:
        """An estimate from recorded heads nearer to an end than this is replaced."""
        return self._contrast / 2

    def _offset(self, bias: int) -> Fraction:
        """Expected number of recorded heads for p = 0 or p = 1."""
        return (1 - Fraction(self.q) if bias else Fraction(self.q)) * self.N

    def _losses(self, above: NDArray[np.float64], base: int) -> NDArray[np.float64]:
        """KL(p‖p̂) for base + above recorded heads. Distances are computed without rounding."""
        p, unit = self.p, float(self._contrast * self.N)
        edge = 0.5 / self.N
        top = 0.0 if p == 1 else edge
        estimate = np.maximum((above + float(base - self._offset(0))) / unit, edge)
        other = np.maximum((float(self._offset(1) - base) - above) / unit, top)
        error = (above - float(self._mean - base)) / unit
        error = np.where(estimate <= edge, edge - p, np.where(other <= top, 1 - p - top, error))
        estimate = np.where(other <= top, 1 - top, estimate)
        other = np.where(estimate <= edge, 1 - edge, other)
        return divergence_term(p, estimate, error) + divergence_term(1 - p, other, -error)

    def _chances(self, above: NDArray[np.float64], base: int) -> NDArray[np.float64]:
        """Probability of base + above recorded heads in saddle-point form, if both faces are many.

        One term of the Stirling series (Loader 2000) is included; the next is below 1e-19.
        """
        mean = self._mean
        heads, tails = base + above, (self.N - base) - above
        surplus = above - float(mean - base)
        deviance = heads * x_minus_log1p(-surplus / heads) + tails * x_minus_log1p(surplus / tails)
        stirling = (1 / self.N - 1 / heads - 1 / tails) / 12
        return np.asarray(
            np.exp(stirling - deviance) / np.sqrt(2 * math.pi * heads * (tails / self.N))
        )
