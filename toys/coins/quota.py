"""A coin that is sampled by quota: the loss that is left when no toss is left to chance."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from toys._kernels.coin import Bias, Tosses
from toys._kernels.heads import mean_heads, x_minus_log1p
from toys.toy import Toy

FEWEST = 2
"""So many of each face are needed: with one of them half a toss less would show none."""

NODES = 24
"""Of the quadrature on each piece of the phase; the integrand is smooth there."""


class QuotaSampling(Toy):
    """Of N tosses N₁ = round(N b) show heads, as a quota demands; estimate the bias b by N₁/N.

    The bias b is drawn uniformly within 1/(2N) of `p`. This makes N b mod 1, the phase that decides
    how far the nearest whole number is, uniform; N alone would do so only on average. The loss is
    KL(b‖N₁/N), that of rounding: all noise of the tosses is gone.
    """

    p: Bias = 0.3
    N: Tosses = 1000

    derivations = ("quota.sampling",)

    @model_validator(mode="after")
    def _shows_both_faces(self) -> Self:
        least = min(self.p, 1 - self.p) * self.N
        if least < FEWEST:
            raise PydanticCustomError(
                "one_face",
                "p = {p} with N = {N} may leave a face without a toss (N times the rarer face is "
                "{least}; at least {fewest} is needed); raise N",
                {"p": f"{self.p:g}", "N": self.N, "least": f"{least:g}", "fewest": FEWEST},
            )
        return self

    @property
    def quantity(self) -> str:
        """KL(b‖N₁/N)."""
        return "excess log loss KL(b‖N₁/N), nats"

    @property
    def source(self) -> str:
        """Where the scaling law is said to follow from the log loss."""
        return "Cho2020, introduction: the scaling law inevitable from log loss"

    def derivation(self, axis: str) -> str | None:
        """The law on the axis N."""
        return "quota.sampling" if axis == "N" else None

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Losses of `replicates` quotas, shape (replicates,)."""
        floor, rest = mean_heads(self.p, self.N)
        wanted = rest + (rng.random(replicates) - 0.5)  # N b, less the whole number `floor`
        return self._losses(floor, wanted, np.rint(wanted) - wanted)

    def exact(self) -> float:
        """The mean over the bias, by quadrature, to about 1e-11 relative."""
        floor, rest = mean_heads(self.p, self.N)
        nodes, weights = np.polynomial.legendre.leggauss(NODES)
        expected = 0.0
        for start, stop, rounded in ((rest - 0.5, 0.5, 0.0), (0.5, rest + 0.5, 1.0)):
            half = (stop - start) / 2
            wanted = start + half * (1 + nodes)
            expected += half * float(weights @ self._losses(floor, wanted, rounded - wanted))
        return expected

    def _losses(
        self, floor: int, rest: NDArray[np.float64], rounding: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """KL(b‖b̂) for N b = `floor` + `rest` heads, to which the quota adds the `rounding`."""
        heads, tails = floor + rest, (self.N - floor) - rest
        loss = heads * x_minus_log1p(rounding / heads) + tails * x_minus_log1p(-rounding / tails)
        return np.asarray(loss / self.N)
