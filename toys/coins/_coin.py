"""What all toys that toss a coin share: its bias, the estimate, and how the tosses are made."""

from __future__ import annotations

from typing import Annotated, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toys._kernels.coin import (
    LEAST_PROBABILITY,
    check_both_faces,
    check_literal,
    heads_among,
    redrawn,
)
from toys._kernels.heads import window
from toys.toy import Size, Toy

LEAST_PSEUDOCOUNT = 1e-6
"""Between 0, which conditions on both faces, and this, a face not seen costs a huge loss."""


def check_pseudocount(pseudocount: float) -> None:
    """Refuse a pseudocount so small that losses overflow, or lose their digits."""
    if 0 < pseudocount < LEAST_PSEUDOCOUNT:
        raise PydanticCustomError(
            "tiny_pseudocount",
            "pseudocount = {pseudocount} is not allowed (0, or at least {least})",
            {"pseudocount": f"{pseudocount:g}", "least": f"{LEAST_PSEUDOCOUNT:g}"},
        )


class Coin(Toy):
    """A coin whose bias p is estimated from N tosses by p̂ = (N₁ + k) / (N + 2k)."""

    p: Annotated[float, Field(ge=0, le=1, description="probability of heads")] = 0.3
    pseudocount: Annotated[float, Field(ge=0, le=1e6, description="added to each face")] = 0.5
    N: Annotated[int, Size("tosses"), Field(ge=1, le=10**15, description="tosses")] = 1000
    sampler: Annotated[
        Literal["tosses", "binomial", "counts"],
        Field(
            description="real tosses; N₁ as one binomial draw; or replicates as counts over N₁",
        ),
    ] = "binomial"

    shortcuts = ("counts",)

    @model_validator(mode="after")
    def _can_be_simulated(self) -> Self:
        check_pseudocount(self.pseudocount)
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
        """1 where replicates with only one face are excluded, for want of a pseudocount."""
        return int(self.pseudocount == 0 and 0 < self.p < 1)

    @property
    def deterministic(self) -> bool:
        """With p = 0 or 1 every toss is the same."""
        return self.p in (0, 1)

    @property
    def _condition(self) -> str:
        """What the quantity is conditioned on, in words."""
        return " given that both faces were seen" if self._edge else ""

    def _outcome_count(self, tosses: int) -> int:
        """How many numbers of heads matter: about 25 sqrt(N p (1-p)) of them."""
        first, last = window(self.p, tosses)
        return 1 if self.deterministic else last - first + 1

    def _toss(self, rng: np.random.Generator, replicates: int) -> NDArray[np.int64]:
        """Numbers of heads among N tosses, redrawn where they must show both faces."""
        if self._edge:
            return redrawn(lambda some: self._toss_any(rng, self.N, some), self.N, replicates)
        return self._toss_any(rng, self.N, replicates)

    def _toss_any(
        self, rng: np.random.Generator, tosses: int, replicates: int
    ) -> NDArray[np.int64]:
        return heads_among(rng, self.p, tosses, replicates, self.sampler)
