"""A Gaussian whose mean and variance are both estimated."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field, model_validator
from scipy.special import digamma

from toys.limits import refuse_beyond
from toys.toy import Size, Toy

MAX_LITERAL_DRAWS = 10**9
"""Most real draws in one replicate. More take longer than four seconds."""

SERIES_FROM = 30.0
"""From this argument on, four terms of the asymptotic series of digamma have all digits."""


class GaussianFit(Toy):
    """Estimate mean and variance of a Gaussian from N draws by maximum likelihood.

    The estimates are the average of the draws and their mean squared deviation from it. The loss is
    the Kullback-Leibler divergence of the estimated Gaussian from the true one: the excess negative
    log likelihood of new draws. It does not depend on the true mean and variance, which are 0 and 1
    here. Its mean is infinite for N <= 3, and its variance for N <= 5, so that N >= 6 is required.
    """

    N: Annotated[int, Size("draws"), Field(ge=6, le=10**15, description="draws")] = 100
    sampler: Annotated[
        Literal["draws", "sufficient statistic"],
        Field(
            description="draws: N draws, their mean and variance; sufficient statistic: a normal "
            "number and a chi-square"
        ),
    ] = "draws"

    shortcuts = ("sufficient statistic",)
    derivations = ("unknown_variance.likelihood",)

    @model_validator(mode="after")
    def _can_be_simulated(self) -> Self:
        if self.sampler == "draws":
            refuse_beyond(
                self.N, MAX_LITERAL_DRAWS, name="N", sampler="draws", other="sufficient statistic"
            )
        return self

    @property
    def quantity(self) -> str:
        """The divergence."""
        return "excess negative log likelihood, nats"

    @property
    def source(self) -> str:
        """The passage that proposes the mean as the simplest scaling law."""
        return "Anonymous2024, 'Why is it power law or linear in log-log?'"

    def derivation(self, axis: str) -> str | None:
        """The law in N."""
        return "unknown_variance.likelihood" if axis == "N" else None

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Divergences of `replicates` fits, shape (replicates,)."""
        if self.sampler == "draws":
            means, variances = np.empty(replicates), np.empty(replicates)
            _fits(rng, self.N, means, variances)
            excess = variances - 1
        else:
            means = rng.standard_normal(replicates) / math.sqrt(self.N)
            variances = rng.chisquare(self.N - 1, size=replicates) / self.N
            excess = variances - 1
        return np.asarray(((means * means - excess) / variances + np.log1p(excess)) / 2)

    def exact(self) -> float:
        """The mean of the divergence at every N, from the means of 1/chi² and log chi²."""
        x = (self.N - 1) / 2
        if x < SERIES_FROM:
            beyond = float(digamma(x)) - math.log(x)
        else:
            y = 1 / (x * x)
            beyond = -1 / (2 * x) - y * (1 / 12 - y * (1 / 120 - y * (1 / 252 - y / 240)))
        return (beyond + math.log1p(-1 / self.N) + 4 / (self.N - 3)) / 2


@njit(cache=True, nogil=True, error_model="numpy")
def _fits(
    rng: np.random.Generator,
    N: int,
    means: NDArray[np.float64],
    variances: NDArray[np.float64],
) -> None:
    """Mean and mean squared deviation of N standard normal draws, for each replicate."""
    for i in range(means.size):
        total = 0.0
        squares = 0.0
        for _ in range(N):
            draw = rng.standard_normal()
            total += draw
            squares += draw * draw
        mean = total / N
        means[i] = mean
        variances[i] = squares / N - mean * mean
