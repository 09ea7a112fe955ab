"""What toys of several families do with a coin: heads among tosses, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from pydantic_core import PydanticCustomError

from toys._kernels.heads import both_faces
from toys._kernels.tosses import toss_coins

MAX_OUTCOMES = 2**20
"""More outcomes than this are not counted: they would take more than 32 MB."""

MAX_LITERAL_TOSSES = 10**9
"""A single replicate of real tosses beyond this takes longer than a second."""

LEAST_PROBABILITY = 1e-300
"""Between 0 and this, quotients of probabilities overflow."""

RAREST_CONDITION = 0.01
"""Replicates are redrawn until both faces are seen only if at least this share shows both."""


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
