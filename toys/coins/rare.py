"""A coin that rarely shows heads: the loss while few of them have been seen."""

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
    """Estimate the bias of a coin so rare that it shows heads `rate` times in N tosses on average.

    Its bias is p = rate/N, a different coin for each N. As for every coin the estimate is
    p̂ = (N₁ + k) / (N + 2k), k the `pseudocount`, and the loss is KL(p‖p̂). At every N the coin is
    as badly known as at any other: N times the loss tends to a number between k, where no head is
    to be expected, and 1/2, where many are.
    """

    rate: Annotated[
        float, Field(ge=1e-6, le=1e9, description="heads that are expected in N tosses")
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
                "rate = {rate} with N = {N} leaves no tails: p = rate/N must be below 1; raise N",
                {"rate": f"{self.rate:g}", "N": self.N},
            )
        self._coin  # noqa: B018  # the coin's own rules about N and its sampler
        return self

    @property
    def p(self) -> float:
        """Probability of heads."""
        return self.rate / self.N

    @property
    def _coin(self) -> Bernoulli:
        """The coin of this N."""
        return Bernoulli(p=self.p, pseudocount=self.pseudocount, N=self.N, sampler=self.sampler)

    @property
    def quantity(self) -> str:
        """KL(p‖p̂)."""
        return self._coin.quantity

    @property
    def source(self) -> str:
        """Where a coin that never shows heads is considered."""
        return "Cho2020, 'The scaling law for Bernoulli w.r.t. the dataset size', near p* = 0"

    def derivation(self, axis: str) -> str | None:
        """The law on the axis N, at a fixed rate."""
        return "rare.poisson" if axis == "N" else None

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """KL(p‖p̂) of `replicates` estimates, shape (replicates,)."""
        return self._coin.simulate(rng, replicates)

    def simulate_moments(self, rng: np.random.Generator, replicates: int) -> Moments:
        """Their moments; from counts without making the replicates."""
        return self._coin.simulate_moments(rng, replicates)

    def exact(self) -> float:
        """E KL(p‖p̂) to about 1e-13 relative."""
        return self._coin.exact()
