"""Diminishing returns: the gain from twice the data, if the loss is exactly a power law."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field, model_validator

from toys.limits import refuse_beyond
from toys.toy import Size, Toy

MAX_LITERAL_TRIES = 5 * 10**8
"""Most tries in one replicate. Two halves of more take longer than four seconds."""

CERTAIN = 60.0
"""Fewest expected tries in the range that is searched, which has none with e^-CERTAIN."""

WORDS = 2**14
"""Number of random words drawn at a time, which stay in the cache."""


class DiminishingReturns(Toy):
    """Measure how much better random search is with 2N data than with N data.

    Every datum allows random tries. The number of tries with an excess loss below x is a Poisson
    process, with (x/s)^(1/a) tries for each datum on average. L is the excess loss of the best try
    so far. Its mean is exactly c N^-a at every N if the scale is s = c / Γ(1+a). The gain is L(N) -
    L(2N). One search continues from N data to 2N, so that the gain is never negative; it is zero if
    the best try was in the first half.
    """

    c: Annotated[float, Field(ge=1e-70, le=1e70, description="mean loss with one datum")] = 1.0
    a: Annotated[float, Field(ge=0.05, le=4, description="exponent of the loss")] = 0.5
    N: Annotated[
        float, Size("data"), Field(ge=1, le=1e15, description="data, before they are doubled")
    ] = 1e3
    sampler: Annotated[
        Literal["tries", "best tries"],
        Field(
            description="tries: all tries of both halves of the data; best tries: only the best "
            "of each half, by its law"
        ),
    ] = "best tries"

    shortcuts = ("best tries",)
    derivations = ("diminishing.returns",)

    @model_validator(mode="after")
    def _can_be_simulated(self) -> Self:
        if self.sampler == "tries":
            refuse_beyond(self.N, MAX_LITERAL_TRIES, name="N", sampler="tries", other="best tries")
        return self

    @property
    def quantity(self) -> str:
        """The gain."""
        return "gain L(N) - L(2N) from twice the data, in the loss's unit"

    @property
    def source(self) -> str:
        """The passage that says that returns diminish."""
        return "Anonymous2024, 'Practical Considerations', diminishing returns"

    def derivation(self, axis: str) -> str | None:
        """The law in N."""
        return "diminishing.returns" if axis == "N" else None

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Gains of `replicates` searches, shape (replicates,)."""
        if self.sampler == "tries":
            # tries up to the loss s, or farther if fewer than CERTAIN are expected there
            tries = max(self.N, CERTAIN)
            best = np.stack([search(rng, tries, replicates) for _ in range(2)])
            best *= tries / self.N
        else:
            best = rng.standard_exponential((2, replicates)) / self.N
        scale = self.c / math.gamma(1 + self.a)
        before, after = best[0], np.minimum(best[0], best[1])
        return np.asarray(scale * (before**self.a - after**self.a))

    def exact(self) -> float:
        """c N^-a - c (2N)^-a, at every N."""
        return -self.c * self.N**-self.a * math.expm1(-self.a * math.log(2))


def search(rng: np.random.Generator, tries: float, replicates: int) -> NDArray[np.float64]:
    """The best of a Poisson number of tries, as a share of the range, for each replicate.

    Parameters
    ----------
    rng : numpy.random.Generator
        Source of the numbers of tries, and then of a random word for each try.
    tries : float
        Expected number of tries in the range.
    replicates : int
        Number of replicates.

    Returns
    -------
    ndarray of float64, shape (replicates,)
        The lowest share, uniform in steps of 2^-64; 1 if there was no try.
    """
    counts = rng.poisson(tries, size=replicates)
    lowest = np.full(replicates, 2**64 - 1, dtype=np.uint64)
    state = np.zeros(2, dtype=np.int64)
    while state[0] < replicates:
        _search(rng.integers(0, 2**64, size=WORDS, dtype=np.uint64), counts, state, lowest)
    return (lowest.astype(np.float64) + 0.5) / 2.0**64


@njit(cache=True, nogil=True, error_model="numpy")
def _search(
    words: NDArray[np.uint64],
    tries: NDArray[np.int64],
    state: NDArray[np.int64],
    lowest: NDArray[np.uint64],
) -> None:
    """Continue to try until the words run out or all replicates are done.

    `state` holds where to continue: the replicate, and its number of tries so far.
    """
    replicate, tried = state
    used = 0
    while replicate < tries.size:
        more = min(tries[replicate] - tried, words.size - used)
        best = lowest[replicate]
        for i in range(used, used + more):
            best = min(best, words[i])
        lowest[replicate] = best
        used += more
        tried += more
        if tried < tries[replicate]:
            break
        replicate += 1
        tried = 0
    state[:] = replicate, tried
