"""A coin that is sampled by quota: the loss that rounding alone leaves."""

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
"""Smallest expected number of tosses of each face. With one, rounding could leave none."""

NODES = 24
"""Nodes of the quadrature on each piece of the phase, where the integrand is smooth."""


class QuotaSampling(Toy):
    """Estimate the bias of a coin from a quota sample, in which the number of heads is not random.

    Of N tosses, N₁ = round(N b) show heads, as a quota demands. The estimate of the bias b is N₁/N.
    The loss is KL(b‖N₁/N), which is due to rounding alone.

    The bias b is drawn uniformly within 1/(2N) of `p`. This makes the phase N b mod 1 uniform,
    which determines the rounding error. With a fixed bias the loss would oscillate with N.
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
                "p = {p} with N = {N} may leave a face without a toss (the rarer face has {least} "
                "tosses on average; at least {fewest} are needed); raise N",
                {"p": f"{self.p:g}", "N": self.N, "least": f"{least:g}", "fewest": FEWEST},
            )
        return self

    @property
    def quantity(self) -> str:
        """KL(b‖N₁/N)."""
        return "excess log loss KL(b‖N₁/N), nats"

    @property
    def source(self) -> str:
        """The passage that says that the scaling law follows from the log loss."""
        return "Cho2020, introduction: the scaling law inevitable from log loss"

    def derivation(self, axis: str) -> str | None:
        """The law on the axis N."""
        return "quota.sampling" if axis == "N" else None

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Losses of `replicates` quotas, shape (replicates,)."""
        floor, rest = mean_heads(self.p, self.N)
        wanted = rest + (rng.random(replicates) - 0.5)  # N b minus the integer `floor`
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
