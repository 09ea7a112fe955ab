"""What all toys that toss a coin share: its bias, the estimate, and how the tosses are made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toys._kernels.heads import both_faces, window
from toys._kernels.tosses import toss_coins
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
"""Replicates are redrawn until both faces are seen only if at least this share shows both."""


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


def check_both_faces(p: float, N: int, cause: str, remedy: str) -> None:
    """Refuse a condition on both faces that hardly any replicate meets.

    `cause` is what makes the expected loss infinite, `remedy` what does not.
    """
    seen = both_faces(p, N)
    if seen < RAREST_CONDITION:
        raise PydanticCustomError(
            "infinite_expectation",
            "{cause} makes the expected loss infinite, so the toy conditions on seeing both faces, "
            "which has probability {seen} at p = {p}, N = {N} (at least {least} is needed); raise "
            "N or take {remedy}",
            {
                "cause": cause,
                "p": p,
                "N": N,
                "seen": f"{seen:.3g}",
                "least": RAREST_CONDITION,
                "remedy": remedy,
            },
        )


def heads_among(
    rng: np.random.Generator, p: float, tosses: int, replicates: int, sampler: str
) -> NDArray[np.int64]:
    """Numbers of heads: of real tosses for the sampler "tosses", else one binomial draw each."""
    if sampler == "tosses":
        return toss_coins(rng, p, tosses, replicates)
    return rng.binomial(tosses, p, size=replicates)


def redrawn(draw: Callable[[int], NDArray[np.int64]], N: int, replicates: int) -> NDArray[np.int64]:
    """Numbers of heads among N tosses, drawn again where they do not show both faces."""
    heads = draw(replicates)
    one_face = np.flatnonzero((heads == 0) | (heads == N))
    while one_face.size:
        drawn = draw(one_face.size)
        heads[one_face] = drawn
        one_face = one_face[(drawn == 0) | (drawn == N)]
    return heads


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
