"""Ensembles: averages over sub-models, and how far averaging reduces the squared error."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toys.limits import refuse_beyond
from toys.toy import Size, Toy

MAX_LITERAL_DRAWS = 10**9
"""Most real draws in one replicate. More take longer than four seconds."""

PIECE = 17
"""Bits of a uniform number that choose one point. Its 53 bits contain three such pieces."""

SOURCE = "Anonymous2024, 'Why do big models work?'"


class Ensemble(Toy):
    """Average the predictions of K exchangeable sub-models, and measure the squared error.

    The error of a sub-model is b + √(ρv) z₀ + √((1-ρ)v) zᵢ. It consists of the bias b, a part that
    all sub-models share, and a part of its own; z₀, z₁, ..., z_K are standard normal. So each
    sub-model has the variance v, and each pair has the correlation ρ = `rho`. Only the parts of
    their own average out.
    """

    b: Annotated[float, Field(gt=-5, lt=5, description="bias of every sub-model")] = 0.2
    rho: Annotated[float, Field(ge=0, lt=1, description="correlation of two sub-models")] = 0.1
    v: Annotated[float, Field(ge=1e-70, le=1e70, description="variance of one sub-model")] = 1.0
    K: Annotated[int, Size("sub-models"), Field(ge=1, le=10**15, description="sub-models")] = 100
    sampler: Annotated[
        Literal["members", "average"],
        Field(
            description="members: K sub-models and their average; average: the law of the average"
        ),
    ] = "average"

    shortcuts = ("average",)
    derivations = ("ensemble.average",)

    @model_validator(mode="after")
    def _can_be_simulated(self) -> Self:
        if self.sampler == "members":
            refuse_beyond(self.K, MAX_LITERAL_DRAWS, name="K", sampler="members", other="average")
        return self

    @property
    def quantity(self) -> str:
        """The squared error of the average."""
        return "squared error of the average, in the square of the prediction's unit"

    @property
    def source(self) -> str:
        """The passage that says that sub-models average out."""
        return SOURCE

    def derivation(self, axis: str) -> str | None:
        """The law in K."""
        return "ensemble.average" if axis == "K" else None

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Squared errors of `replicates` ensembles, shape (replicates,)."""
        shared, own = math.sqrt(self.rho * self.v), math.sqrt((1 - self.rho) * self.v)
        if self.sampler == "members":
            out = np.empty(replicates)
            _average_members(rng, self.b, shared, own, self.K, out)
            return out
        normal = rng.standard_normal((2, replicates))
        return (self.b + shared * normal[0] + own / math.sqrt(self.K) * normal[1]) ** 2

    def exact(self) -> float:
        """b² + ρv + (1-ρ)v/K, exact at every K."""
        return self.b**2 + self.rho * self.v + (1 - self.rho) * self.v / self.K


class BaggedMean(Toy):
    """Average the means of K bootstrap resamples of the same N points (bagging).

    The points are normal with mean 0 and standard deviation σ. A resample consists of N of them,
    drawn with replacement, and its mean is a sub-model. The loss is the square of the average of
    the K means. The points are common to all resamples, so that their error does not average out.
    """

    N: Annotated[int, Field(ge=2, le=10**5, description="points")] = 10
    sigma: Annotated[
        float, Field(ge=1e-70, le=1e70, description="standard deviation of one point")
    ] = 1.0
    K: Annotated[int, Size("resamples"), Field(ge=1, le=10**12, description="resamples")] = 100
    sampler: Annotated[
        Literal["resamples", "counts"],
        Field(
            description="resamples: K N drawn points; counts: the number of draws of each point, "
            "by binomials"
        ),
    ] = "counts"

    shortcuts = ("counts",)
    derivations = ("ensemble.bagged",)

    @model_validator(mode="after")
    def _can_be_simulated(self) -> Self:
        if self.sampler == "resamples" and self.N * self.K > MAX_LITERAL_DRAWS:
            raise PydanticCustomError(
                "too_many_draws",
                "K = {K} with N = {N} is too large for sampler 'resamples' (at most {most} drawn "
                "points in a replicate); use 'counts'",
                {"K": self.K, "N": self.N, "most": MAX_LITERAL_DRAWS},
            )
        return self

    @property
    def quantity(self) -> str:
        """The squared error of the bagged mean."""
        return "squared error of the bagged mean, in the square of sigma's unit"

    @property
    def source(self) -> str:
        """The passage that says that sub-models average out."""
        return SOURCE

    def derivation(self, axis: str) -> str | None:
        """The law in K."""
        return "ensemble.bagged" if axis == "K" else None

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Squared errors of `replicates` bagged means, shape (replicates,)."""
        means = np.empty(replicates)
        if self.sampler == "resamples":
            _bagged_means(rng, np.empty(self.N), self.K, means)
        else:
            means = self._means_from_counts(rng, replicates)
        return (self.sigma * means) ** 2

    def exact(self) -> float:
        """σ² (1/N + (N-1)/(N² K)), exact at every K."""
        return self.sigma**2 * (1 + (self.N - 1) / (self.N * self.K)) / self.N

    def _means_from_counts(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Bagged means for sigma = 1, from the number of draws of each point in all resamples."""
        left = np.full(replicates, self.N * self.K)
        total = np.zeros(replicates)
        for points in range(self.N, 0, -1):
            drawn = rng.binomial(left, 1 / points)
            total += drawn * rng.standard_normal(replicates)
            left -= drawn
        return total / (self.N * self.K)


@njit(cache=True, nogil=True, error_model="numpy")
def _average_members(
    rng: np.random.Generator, b: float, shared: float, own: float, K: int, out: NDArray[np.float64]
) -> None:
    """Squared error of the average of K sub-models, for each replicate."""
    for i in range(out.size):
        common = b + shared * rng.standard_normal()
        total = 0.0
        for _ in range(K):
            total += rng.standard_normal()
        error = common + own * total / K
        out[i] = error * error


@njit(cache=True, nogil=True, error_model="numpy")
def _bagged_means(
    rng: np.random.Generator, points: NDArray[np.float64], K: int, out: NDArray[np.float64]
) -> None:
    """Average of the means of K resamples of standard normal points, for each replicate.

    A piece r of `PIECE` bits chooses the point r N >> PIECE. Pieces are rejected if they would give
    some points a larger share than others (Lemire 2019).
    """
    N = points.size
    size = 1 << PIECE
    spare = size % N
    for i in range(out.size):
        for j in range(N):
            points[j] = rng.standard_normal()
        total = 0.0
        wanted = K * N
        while wanted > 0:
            bits = int(rng.random() * 9007199254740992.0)  # 2^53
            for _ in range(3):
                place = (bits & (size - 1)) * N
                bits >>= PIECE
                if wanted > 0 and place & (size - 1) >= spare:
                    total += points[place >> PIECE]
                    wanted -= 1
        out[i] = total / (K * N)
