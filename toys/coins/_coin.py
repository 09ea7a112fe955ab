"""Base class of the toys that estimate the bias of a coin from its tosses."""

from __future__ import annotations

from typing import Annotated, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toys._kernels.coin import (
    LEAST_PROBABILITY,
    LEAST_PSEUDOCOUNT,
    CoinSampler,
    Pseudocount,
    Tosses,
    check_both_faces,
    check_literal,
    heads_among,
    redrawn,
)
from toys._kernels.heads import window
from toys.toy import Toy


class Coin(Toy):
    """A coin whose bias p is estimated from N tosses by p̂ = (N₁ + k) / (N + 2k)."""

    p: Annotated[float, Field(ge=0, le=1, description="probability of heads")] = 0.3
    pseudocount: Pseudocount = 0.5
    N: Tosses = 1000
    sampler: CoinSampler = "binomial"

    shortcuts = ("counts",)

    @model_validator(mode="after")
    def _can_be_simulated(self) -> Self:
        if 0 < self.pseudocount < LEAST_PSEUDOCOUNT:
            raise PydanticCustomError(
                "tiny_pseudocount",
                "pseudocount = {pseudocount} is not allowed (0, or at least {least})",
                {"pseudocount": f"{self.pseudocount:g}", "least": f"{LEAST_PSEUDOCOUNT:g}"},
            )
        if 0 < self.p < LEAST_PROBABILITY:
            raise PydanticCustomError(
                "tiny_probability",
                "p = {p} is not allowed (0, or at least {least})",
                {"p": f"{self.p:g}", "least": f"{LEAST_PROBABILITY:g}"},
            )
        if self.sampler == "tosses":
            check_literal(self.N, "N")
        if self._edge:
            check_both_faces(self.p, self.N, "pseudocount = 0", "a pseudocount > 0")
        return self

    @property
    def _edge(self) -> int:
        """1 if replicates with only one face are excluded, which is so without a pseudocount."""
        return int(self.pseudocount == 0 and 0 < self.p < 1)

    @property
    def deterministic(self) -> bool:
        """True for p = 0 and p = 1, where every toss is the same."""
        return self.p in (0, 1)

    @property
    def _condition(self) -> str:
        """The condition of the expected loss, in words; empty if there is none."""
        return " given that both faces were seen" if self._edge else ""

    def _outcome_count(self, tosses: int) -> int:
        """The number of outcomes with a probability above rounding, about 25 sqrt(N p (1-p))."""
        first, last = window(self.p, tosses)
        return 1 if self.deterministic else last - first + 1

    def _toss(self, rng: np.random.Generator, replicates: int) -> NDArray[np.int64]:
        """Numbers of heads among N tosses; where both faces are required, redrawn until seen."""
        if self._edge:
            return redrawn(lambda some: self._toss_any(rng, self.N, some), self.N, replicates)
        return self._toss_any(rng, self.N, replicates)

    def _toss_any(
        self, rng: np.random.Generator, tosses: int, replicates: int
    ) -> NDArray[np.int64]:
        return heads_among(rng, self.p, tosses, replicates, self.sampler)
