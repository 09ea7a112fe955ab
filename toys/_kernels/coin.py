"""Fields, checks and random draws of a coin, shared by toys of several families."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from pydantic_core import PydanticCustomError

from toys._kernels.heads import both_faces
from toys._kernels.tosses import toss_coins
from toys.toy import Size

MAX_OUTCOMES = 2**20
"""Most outcomes that sampler 'counts' tabulates. More would take over 32 MB."""

MAX_LITERAL_TOSSES = 10**9
"""Most real tosses in one replicate. More take longer than a second."""

LEAST_PROBABILITY = 1e-300
"""Smallest positive probability of heads. Below it, ratios of probabilities overflow."""

RAREST_CONDITION = 0.01
"""Smallest probability of the condition "both faces were seen".

Replicates are redrawn until the condition holds, which takes too long if it is rare.
"""

LEAST_PSEUDOCOUNT = 1e-6
"""Smallest positive pseudocount. Below it, a face that was not seen costs a huge loss."""

Tosses = Annotated[int, Size("tosses"), Field(ge=1, le=10**15, description="tosses")]

Bias = Annotated[float, Field(ge=LEAST_PROBABILITY, lt=1, description="probability of heads")]

Pseudocount = Annotated[float, Field(ge=0, le=1e6, description="added to each face")]

PositivePseudocount = Annotated[
    float, Field(ge=LEAST_PSEUDOCOUNT, le=1e6, description="added to each face")
]

CoinSampler = Annotated[
    Literal["tosses", "binomial", "counts"],
    Field(
        description="tosses: real tosses; binomial: N₁ as one binomial draw; counts: the "
        "number of replicates with each N₁ as one multinomial draw",
    ),
]


def check_literal(tosses: int, name: str) -> None:
    """Raise an error if there are too many real tosses to simulate; `name` is the field."""
    if tosses > MAX_LITERAL_TOSSES:
        raise PydanticCustomError(
            "too_many_tosses",
            "{name} = {tosses} is too large for sampler 'tosses' (at most {most}); use another "
            "sampler",
            {"name": name, "tosses": tosses, "most": MAX_LITERAL_TOSSES},
        )


def check_both_faces(p: float, N: int, cause: str, remedy: str) -> None:
    """Raise an error if fewer than 1 % of replicates would show both faces.

    Replicates are redrawn until they show both. `cause` is the setting that makes this necessary,
    for the message; `remedy` is the setting to use instead.
    """
    seen = both_faces(p, N)
    if seen < RAREST_CONDITION:
        raise PydanticCustomError(
            "infinite_expectation",
            "{cause} makes the expected loss infinite, so the toy conditions on seeing both faces, "
            "which has probability {seen} at p = {p}, N = {N} (at least {least} is needed); raise "
            "N or use {remedy}",
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
    """Numbers of heads, from real tosses if the sampler is "tosses", else from binomial draws."""
    if sampler == "tosses":
        return toss_coins(rng, p, tosses, replicates)
    return rng.binomial(tosses, p, size=replicates)


def redrawn(draw: Callable[[int], NDArray[np.int64]], N: int, replicates: int) -> NDArray[np.int64]:
    """Numbers of heads among N tosses; replicates with only one face are drawn again."""
    heads = draw(replicates)
    one_face = np.flatnonzero((heads == 0) | (heads == N))
    while one_face.size:
        drawn = draw(one_face.size)
        heads[one_face] = drawn
        one_face = one_face[(drawn == 0) | (drawn == N)]
    return heads
