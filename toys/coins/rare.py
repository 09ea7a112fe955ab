"""A coin that rarely shows heads: the loss while few heads have been seen."""

from __future__ import annotations

from typing import Annotated, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toys._kernels.coin import CoinSampler, PositivePseudocount, Tosses
from toys.coins.bernoulli import Bernoulli
from toys.moments import Moments
from toys.toy import Toy


class RareCoin(Toy):
    """Estimate the bias of a coin that is so rare that N tosses show only `rate` heads on average.

    The bias is p = rate/N, a different coin for each N. The estimate is p̂ = (N₁ + k) / (N + 2k),
    where N₁ is the number of heads and k the `pseudocount`. The loss is KL(p‖p̂). For large N, N
    times the loss tends to a constant that depends on the rate: k if hardly any head is expected,
    and 1/2 if many are.
    """

    rate: Annotated[
        float, Field(ge=1e-6, le=1e9, description="expected number of heads in N tosses")
    ] = 1.0
    pseudocount: PositivePseudocount = 0.5
    N: Tosses = 1000
    sampler: CoinSampler = "binomial"

    shortcuts = ("counts",)
    derivations = ("rare.poisson",)

    @model_validator(mode="after")
    def _is_a_coin(self) -> Self:
        if not self.p < 1:
            raise PydanticCustomError(
                "rate_too_high",
                "rate = {rate} with N = {N} leaves no tails (p = rate/N must be below 1); raise N",
                {"rate": f"{self.rate:g}", "N": self.N},
            )
        self._coin  # noqa: B018  # checks N and the sampler
        return self

    @property
    def p(self) -> float:
        """Probability of heads."""
        return self.rate / self.N

    @property
    def _coin(self) -> Bernoulli:
        """The coin for this N."""
        return Bernoulli(p=self.p, pseudocount=self.pseudocount, N=self.N, sampler=self.sampler)

    @property
    def quantity(self) -> str:
        """KL(p‖p̂)."""
        return self._coin.quantity

    @property
    def source(self) -> str:
        """The passage that considers a coin that never shows heads."""
        return "Cho2020, 'The scaling law for Bernoulli w.r.t. the dataset size', near p* = 0"

    def derivation(self, axis: str) -> str | None:
        """The law on the axis N at a fixed rate."""
        return "rare.poisson" if axis == "N" else None

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """KL(p‖p̂) of `replicates` estimates, shape (replicates,)."""
        return self._coin.simulate(rng, replicates)

    def simulate_moments(self, rng: np.random.Generator, replicates: int) -> Moments:
        """The moments of their losses; for sampler 'counts', without making the replicates."""
        return self._coin.simulate_moments(rng, replicates)

    def exact(self) -> float:
        """E KL(p‖p̂) to about 1e-13 relative."""
        return self._coin.exact()
