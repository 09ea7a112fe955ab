"""What all toys that toss a coin share: its bias, the estimate, and how the tosses are made."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toys.heads import window
from toys.tosses import toss_coins
from toys.toy import Size, Toy

MAX_OUTCOMES = 2**20
"""More outcomes than this are not counted: they would take more than 32 MB."""

MAX_LITERAL_TOSSES = 10**9
"""A single replicate of real tosses beyond this takes longer than a second."""

LEAST_PSEUDOCOUNT = 1e-6
"""Between 0, which conditions on both faces, and this, a face not seen costs a huge loss."""

LEAST_PROBABILITY = 1e-300
"""Between 0 and this, quotients of probabilities overflow."""

RAREST_CONDITION = 0.01
"""With pseudocount 0 a replicate is redrawn until both faces are seen; not more often than this."""


def check_pseudocount(pseudocount: float) -> None:
    """Refuse a pseudocount so small that losses overflow, or lose their digits."""
    if 0 < pseudocount < LEAST_PSEUDOCOUNT:
        raise PydanticCustomError(
            "tiny_pseudocount",
            "pseudocount = {pseudocount} is not allowed (0, or at least {least})",
            {"pseudocount": f"{pseudocount:g}", "least": f"{LEAST_PSEUDOCOUNT:g}"},
        )


def check_literal(tosses: int, name: str) -> None:
    """Refuse more real tosses than can be waited for."""
    if tosses > MAX_LITERAL_TOSSES:
        raise PydanticCustomError(
            "too_many_tosses",
            "{name} = {tosses} is too large for sampler 'tosses' (at most {most}); use another",
            {"name": name, "tosses": tosses, "most": MAX_LITERAL_TOSSES},
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
        if self._edge and self._both_faces < RAREST_CONDITION:
            raise PydanticCustomError(
                "infinite_expectation",
                "pseudocount = 0 makes the expected loss infinite, so the toy conditions on seeing "
                "both faces, which has probability {seen} at p = {p}, N = {N} (at least {least} is "
                "needed); raise N or take a pseudocount > 0",
                {
                    "p": self.p,
                    "N": self.N,
                    "seen": f"{self._both_faces:.3g}",
                    "least": RAREST_CONDITION,
                },
            )
        return self

    @property
    def _edge(self) -> int:
        """1 where replicates with only one face are excluded, for want of a pseudocount."""
        return int(self.pseudocount == 0 and 0 < self.p < 1)

    @property
    def _both_faces(self) -> float:
        """Probability that N tosses show both faces, 1 - p^N - (1-p)^N."""
        only_tails = math.exp(self.N * math.log1p(-self.p))
        return -math.expm1(self.N * math.log(self.p)) - only_tails

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
        heads = self._toss_any(rng, self.N, replicates)
        if self._edge:
            one_face = np.flatnonzero((heads == 0) | (heads == self.N))
            while one_face.size:
                heads[one_face] = self._toss_any(rng, self.N, one_face.size)
                drawn = heads[one_face]
                one_face = one_face[(drawn == 0) | (drawn == self.N)]
        return heads

    def _toss_any(
        self, rng: np.random.Generator, tosses: int, replicates: int
    ) -> NDArray[np.int64]:
        if self.sampler != "tosses":
            return rng.binomial(tosses, self.p, size=replicates)
        return toss_coins(rng, self.p, tosses, replicates)
