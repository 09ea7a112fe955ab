"""Base class of the toys in which some tosses of a coin are recorded wrongly or lost."""

from __future__ import annotations

from typing import Annotated, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from toys._kernels.coin import Tosses, check_literal
from toys._kernels.tosses import toss_coins
from toys.toy import Toy

LEAST = 1e-6
"""Smallest distance of the probabilities from 0 and 1."""

SECTION = "Anonymous2024, 'Practical Considerations', data quality"


class MarkedCoin(Toy):
    """A coin with the bias p, each of whose N tosses is marked with probability q."""

    p: Annotated[float, Field(ge=LEAST, le=1 - LEAST, description="probability of heads")] = 0.3
    q: Annotated[
        float, Field(ge=LEAST, le=0.999, description="share of flipped or lost tosses")
    ] = 0.2
    N: Tosses = 1000
    sampler: Annotated[
        Literal["tosses", "binomial"],
        Field(
            description="tosses: real tosses, flipped or lost one by one; binomial: their numbers "
            "as three binomial draws"
        ),
    ] = "binomial"

    @model_validator(mode="after")
    def _can_be_simulated(self) -> Self:
        if self.sampler == "tosses":
            check_literal(self.N, "N")
        return self

    @property
    def source(self) -> str:
        """The passage on the quality of data."""
        return SECTION

    def _toss(self, rng: np.random.Generator, replicates: int) -> NDArray[np.int64]:
        """Numbers of unmarked heads, marked heads and marked tails; shape (3, replicates).

        The remaining tosses are unmarked tails.
        """
        if self.sampler == "tosses":  # each toss shows a face; then a second coin marks it
            heads = toss_coins(rng, self.p, self.N, replicates)
            marked = toss_coins(rng, self.q, heads, replicates)
            others = toss_coins(rng, self.q, self.N - heads, replicates)
        else:
            heads = rng.binomial(self.N, self.p, size=replicates)
            marked, others = rng.binomial(heads, self.q), rng.binomial(self.N - heads, self.q)
        return np.stack([heads - marked, marked, others])
