"""Atoms so many and so rare that memorising them is slower than any power law."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Annotated, Literal, Self

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toys.limits import refuse_beyond
from toys.toy import Size, Toy

NORMALISATION = 0.29518242807572503
"""The constant C: one over the sum of 1/(i ln²(i+1)) over all i."""

MAX_LITERAL_DRAWS = 10**7
"""Most real draws in one replicate. More take longer than a second."""

MAX_QUERIES = 10**6
"""Most queries in one replicate."""

LISTED = 4096
"""Atoms up to this rank are looked up in a table. They are 97 % of all draws."""

GUIDES = 4096
"""Number of equidistant entry points into the table."""

DIRECT = 2000
"""Atoms below this rank are summed one by one, the others by an integral."""

GOLDEN = 173961102589771
"""A multiplier (golden ratio, 48 bits) that scatters ranks over the hash table."""

WORD = 0xFFFFFFFFFFFF
"""A mask for the 48 lowest bits."""

BEYOND = 4503599627370496.0
"""2^52. An atom of a higher rank counts as new whenever it is drawn."""

NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)
"""Nodes and weights of Gauss-Legendre quadrature on (-1, 1)."""


class SlowAtoms(Toy):
    """Memorise atoms with slowly falling probabilities from N draws.

    The probabilities are p_i = C/(i ln²(i+1)), i = 1, 2, ... The loss is the share of `queries`
    further draws that are atoms without a sample. With `queries=0` it is the missing mass itself:
    the probability that a query is such an atom.

    Atoms are drawn from the whole distribution, by rejection from exp(1/u). An atom beyond rank
    2^52 has a probability below 5e-20. It counts as new whenever it is drawn.
    """

    N: Annotated[int, Size("samples"), Field(ge=1, le=10**15, description="samples")] = 100
    queries: Annotated[
        int,
        Field(
            ge=0, le=MAX_QUERIES, description="queries per sample; 0 for the missing mass itself"
        ),
    ] = 1
    sampler: Annotated[
        Literal["draws", "one query"],
        Field(
            description="draws: N atoms and the queries, one by one; one query: one query, which "
            "is new with the probability (1-p)^N",
        ),
    ] = "draws"

    shortcuts = ("one query",)
    derivations = ("rates.slow",)

    @model_validator(mode="after")
    def _can_be_simulated(self) -> Self:
        if self.sampler == "one query" and self.queries != 1:
            raise PydanticCustomError(
                "one_query",
                "queries = {queries} does not go with sampler 'one query' (only queries = 1 does)",
                {"queries": self.queries},
            )
        if self.sampler == "draws":
            refuse_beyond(self.N, MAX_LITERAL_DRAWS, name="N", sampler="draws", other="one query")
        return self

    @property
    def C(self) -> float:
        """The normalisation of the probabilities."""
        return NORMALISATION

    @property
    def quantity(self) -> str:
        """The missing mass, or an estimate of it."""
        if self.queries == 0:
            return "missing mass: probability of an atom without a sample"
        return "share of queries that are atoms without a sample"

    @property
    def source(self) -> str:
        """The passage that describes arbitrarily slow rates as one of three."""
        return "Shah2021, summary of A Theory of Universal Learning: arbitrarily slow"

    def derivation(self, axis: str) -> str | None:
        """The law in N, which is not a power law."""
        return "rates.slow" if axis == "N" else None

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Losses of `replicates` samples, shape (replicates,)."""
        out = np.empty(replicates)
        p, cumulative, guide = _table()
        if self.sampler == "one query":
            _one_query(rng, float(self.N), p, cumulative, guide, out)
            return out
        # 3 % of N draws are not in the table; for large N they are never more than an eighth
        beyond = max(self.N // 8, min(self.N, 2**14))
        slots = np.zeros(2 ** (2 * beyond).bit_length(), dtype=np.int64)
        _memorise(rng, self.N, self.queries, p, cumulative, guide, slots, out)
        return out

    def exact(self) -> float:
        """The expected missing mass, to about 1e-12 relative from N = 1 to 1e15.

        The first atoms are summed one by one, the others by the Euler-Maclaurin formula. Its
        integral runs over the logarithm of the rank to where all atoms are missing; beyond, it is
        C/ln(rank).
        """
        return NORMALISATION * _sum_of_missing(float(self.N))


def _sum_of_missing(N: float) -> float:
    """The sum of (1-p_i)^N/(i ln²(i+1)) over all i."""

    def missing(x: NDArray[np.float64]) -> NDArray[np.float64]:
        weight = 1 / (x * np.log1p(x) ** 2)
        return np.asarray(weight * np.exp(N * np.log1p(-NORMALISATION * weight)))

    first = float(np.sum(missing(np.arange(1.0, DIRECT))))
    start, end = math.log(DIRECT), math.log(N + DIRECT) + 45
    panels = math.ceil(2 * (end - start))
    edges = np.linspace(start, end, panels + 1)
    half = (edges[1] - edges[0]) / 2
    x = np.exp((edges[:-1] + half)[:, None] + half * NODES)
    integral = half * float(np.sum((missing(x) * x) @ WEIGHTS))
    at, h = float(DIRECT), 0.5
    around = missing(np.array([at - h, at, at + h]))
    slope = float(around[2] - around[0]) / (2 * h)
    return first + integral + 1 / end + float(around[1]) / 2 - slope / 12


@lru_cache(maxsize=1)
def _table() -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Probabilities of the first atoms, their cumulative sums, and entry points into these."""
    rank = np.arange(1.0, LISTED + 1)
    p = NORMALISATION / (rank * np.log1p(rank) ** 2)
    cumulative = np.cumsum(p)
    guide = np.searchsorted(cumulative, np.arange(GUIDES) / GUIDES, side="right")
    return p, cumulative, guide.astype(np.int64)


@njit(cache=True, nogil=True, error_model="numpy")
def _atom(
    rng: np.random.Generator, cumulative: NDArray[np.float64], guide: NDArray[np.int64]
) -> float:
    """The rank of a random atom, from 1 on; infinite if it is too large for a float.

    Ranks beyond the table are drawn by rejection. Let n be the first of them. x = exp(ln(n)/v) with
    uniform v has the density ln(n)/(x ln²x) beyond n. Its integer part i has the wanted
    probabilities up to a factor ln(i) / (i ln(1+1/i) ln(i+1)), which is at most 1 + 1/(2n).
    """
    u = rng.random()
    if u < cumulative[cumulative.size - 1]:
        index = guide[int(u * guide.size)]
        while cumulative[index] <= u:
            index += 1
        return index + 1.0
    n = cumulative.size + 1.0
    while True:
        y = math.log(n) / (1.0 - rng.random())
        if y > 36.0:  # beyond 2^51.9 the factor is 1 to the last digit
            if rng.random() * (1.0 + 0.5 / n) < 1.0:
                return math.exp(y) if y < 700.0 else math.inf
            continue
        i = np.floor(math.exp(y))
        factor = math.log(i) / (i * math.log1p(1.0 / i) * math.log1p(i))
        if rng.random() * (1.0 + 0.5 / n) < factor:
            return i


@njit(cache=True, nogil=True, error_model="numpy")
def _probability(rank: float, p: NDArray[np.float64]) -> float:
    """Probability of the atom of this rank; `p` holds those of the first ones."""
    if rank <= p.size:
        return p[int(rank) - 1]
    if rank == math.inf:
        return 0.0
    log = math.log1p(rank)
    return NORMALISATION / (rank * log * log)


@njit(cache=True, nogil=True, error_model="numpy")
def _one_query(
    rng: np.random.Generator,
    N: float,
    p: NDArray[np.float64],
    cumulative: NDArray[np.float64],
    guide: NDArray[np.int64],
    out: NDArray[np.float64],
) -> None:
    """Write 1 into `out` if a random atom is missing from N draws, drawn with that probability."""
    for i in range(out.size):
        chance = math.exp(N * math.log1p(-_probability(_atom(rng, cumulative, guide), p)))
        out[i] = 1.0 if rng.random() < chance else 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def _place(key: int, slots: NDArray[np.int64]) -> int:
    """The position of a rank in the hash table, or where to insert it."""
    mask = slots.size - 1
    at = ((key * GOLDEN & WORD) >> 24) & mask
    while slots[at] != 0 and slots[at] != key:
        at = (at + 1) & mask
    return at


@njit(cache=True, nogil=True, error_model="numpy")
def _memorise(
    rng: np.random.Generator,
    N: int,
    queries: int,
    p: NDArray[np.float64],
    cumulative: NDArray[np.float64],
    guide: NDArray[np.int64],
    slots: NDArray[np.int64],
    out: NDArray[np.float64],
) -> None:
    """Write the missing mass after N draws, or the share of queries that are new, into `out`.

    Atoms of the table are marked as seen; the others are kept in a hash table.
    """
    seen = np.full(p.size, -1, dtype=np.int64)
    for i in range(out.size):
        slots[:] = 0
        mass = 0.0
        for _ in range(N):
            rank = _atom(rng, cumulative, guide)
            if rank <= p.size:
                index = int(rank) - 1
                if seen[index] != i:
                    seen[index] = i
                    mass += p[index]
            elif rank < BEYOND:
                at = _place(int(rank), slots)
                if slots[at] == 0:
                    slots[at] = int(rank)
                    mass += _probability(rank, p)
        new = 0
        for _ in range(queries):
            rank = _atom(rng, cumulative, guide)
            if rank <= p.size:
                new += seen[int(rank) - 1] != i
            elif rank < BEYOND:
                new += slots[_place(int(rank), slots)] == 0
            else:
                new += 1
        out[i] = 1.0 - mass if queries == 0 else new / queries
