"""Atoms whose labels a learner memorises: the loss is the probability of those not seen."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field, model_validator

from toys.limits import refuse_beyond
from toys.toy import Size, Toy

RATES = "Shah2021, summary of A Theory of Universal Learning"

MAX_LITERAL_DRAWS = 10**8
"""Most real draws in one replicate. More take longer than a second."""

FARTHEST = 60.0
"""Exponential numbers beyond this are practically never drawn."""

NEGLIGIBLE = 45.0
"""Atoms with fewer than exp(-NEGLIGIBLE) expected samples are summed up as unseen."""


class MemorisedAtoms(Toy):
    """Memorise the labels of K equally probable atoms from N draws.

    The labels are those of fair coins. The loss is the error for a query with the same
    distribution: half of the share of atoms that were not seen, because an unseen label is guessed
    right half of the time.
    """

    K: Annotated[int, Field(ge=2, le=10**7, description="atoms")] = 100
    N: Annotated[int, Size("samples"), Field(ge=1, le=10**15, description="samples")] = 100

    derivations = ("rates.exponential",)

    @property
    def quantity(self) -> str:
        """Half of the unseen share."""
        return "error: half of the probability of an atom without a sample"

    @property
    def source(self) -> str:
        """The passage that describes exponential rates as one of three."""
        return f"{RATES}: exponential"

    def derivation(self, axis: str) -> str | None:
        """The law in N, which is not a power law."""
        return "rates.exponential" if axis == "N" else None

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Errors of `replicates` learners, shape (replicates,)."""
        out = np.empty(replicates)
        _unseen(rng, self.N, self.K, out)
        return out / (2 * self.K)

    def exact(self) -> float:
        """(1-1/K)^N/2, exact at every N."""
        return 0.5 * math.exp(self.N * math.log1p(-1 / self.K))


class GeometricAtoms(Toy):
    """Memorise atoms with geometrically falling probabilities from N draws.

    The probabilities are p_i = (1-q) q^(i-1), i = 1, 2, ... The loss is the missing mass: the
    probability that a query is an atom without a sample.
    """

    q: Annotated[float, Field(ge=0.01, le=0.99, description="ratio of the probabilities")] = 0.5
    N: Annotated[int, Size("samples"), Field(ge=1, le=10**15, description="samples")] = 100
    sampler: Annotated[
        Literal["draws", "binomial"],
        Field(
            description="draws: N atoms, one by one; binomial: the number of draws of each atom "
            "in turn"
        ),
    ] = "binomial"

    derivations = ("rates.geometric",)

    @model_validator(mode="after")
    def _can_be_simulated(self) -> Self:
        if self.sampler == "draws":
            refuse_beyond(self.N, MAX_LITERAL_DRAWS, name="N", sampler="draws", other="binomial")
        return self

    @property
    def quantity(self) -> str:
        """The missing mass."""
        return "missing mass: probability of an atom without a sample"

    @property
    def source(self) -> str:
        """The passage that divides learning curves into three classes."""
        return RATES

    def derivation(self, axis: str) -> str | None:
        """The law in N, for q >= 1/2. For smaller q its oscillation is no longer small."""
        return "rates.geometric" if axis == "N" and self.q >= 0.5 else None

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Missing masses of `replicates` samples, shape (replicates,)."""
        if self.sampler == "draws":
            out = np.empty(replicates)
            rate = -math.log(self.q)
            probabilities = self._probabilities(np.arange(math.ceil(FARTHEST / rate) + 1))
            probabilities[-1] /= 1 - self.q  # all further ranks included
            _missing_mass(rng, self.N, rate, probabilities, out)
            return out
        left = np.full(replicates, self.N)
        missing, rank = np.zeros(replicates), 0
        while np.any(left):
            drawn = rng.binomial(left, 1 - self.q)
            missing += np.where(drawn, 0.0, self._probabilities(np.array(rank)))
            left -= drawn
            rank += 1
        return missing + self.q**rank

    def exact(self) -> float:
        """The expected missing mass, by a sum, to about 1e-12 relative from N = 1 to 1e15."""
        rate = -math.log(self.q)
        count = math.ceil((math.log(self.N) + NEGLIGIBLE) / rate)
        p = self._probabilities(np.arange(count))
        return float(np.sum(p * np.exp(self.N * np.log1p(-p)))) + self.q**count

    def _probabilities(self, rank: NDArray[np.int64]) -> NDArray[np.float64]:
        """Probabilities of the atoms with these ranks; the first has the rank 0."""
        return np.asarray((1 - self.q) * self.q**rank)


@njit(cache=True, nogil=True, error_model="numpy")
def _unseen(rng: np.random.Generator, N: int, K: int, out: NDArray[np.float64]) -> None:
    """Write the number of K equally probable atoms that are not among N draws into `out`.

    Once all atoms are seen, the remaining draws change nothing and are skipped.
    """
    seen = np.full(K, -1, dtype=np.int64)
    for i in range(out.size):
        left = K
        for _ in range(N):
            atom = int(rng.random() * K)
            left -= seen[atom] != i
            seen[atom] = i
            if left == 0:
                break
        out[i] = left


@njit(cache=True, nogil=True, error_model="numpy")
def _missing_mass(
    rng: np.random.Generator,
    N: int,
    rate: float,
    probabilities: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    """Write the probability of the geometric atoms that are not among N draws into `out`.

    The rank of an atom is the integer part of an exponential number over `rate`. The last entry of
    `probabilities` belongs to all ranks from there on. The sum runs from the rarest atom on,
    because nearly all of the rare ones are missing.
    """
    atoms = probabilities.size
    seen = np.full(atoms, -1, dtype=np.int64)
    for i in range(out.size):
        for _ in range(N):
            rank = min(int(rng.standard_exponential() / rate), atoms - 1)
            seen[rank] = i
        total = 0.0
        for rank in range(atoms - 1, -1, -1):
            if seen[rank] != i:
                total += probabilities[rank]
        out[i] = total
