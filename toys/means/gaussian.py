"""The mean of a Gaussian: the loss of its estimate after N draws."""

from __future__ import annotations

from typing import Annotated, Literal, Self

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toys.toy import Size, Toy

MAX_LITERAL_DRAWS = 10**9
"""Most real draws in one replicate. More take longer than four seconds."""


class GaussianMean(Toy):
    """Estimate the mean of a d-dimensional Gaussian N(μ, σ²I) by the average of N draws.

    The loss is one of two. "squared" is the squared distance between the average and μ. "nll" is
    the excess negative log likelihood of the Gaussian with the estimated mean and the known σ,
    which is that distance over 2σ².
    """

    sigma: Annotated[
        float, Field(ge=1e-70, le=1e70, description="standard deviation of one coordinate")
    ] = 1.0
    d: Annotated[int, Field(ge=1, le=10**6, description="dimensions")] = 1
    N: Annotated[int, Size("draws"), Field(ge=1, le=10**15, description="draws")] = 1000
    loss: Annotated[
        Literal["squared", "nll"],
        Field(description="squared: squared error; nll: excess negative log likelihood in nats"),
    ] = "squared"
    sampler: Annotated[
        Literal["draws", "sufficient statistic"],
        Field(
            description="draws: N draws and their average; sufficient statistic: the law of the "
            "average, one chi-square"
        ),
    ] = "sufficient statistic"

    shortcuts = ("sufficient statistic",)
    derivations = ("gaussian.data", "gaussian.likelihood")

    @model_validator(mode="after")
    def _can_be_simulated(self) -> Self:
        if self.sampler == "draws" and self.N * self.d > MAX_LITERAL_DRAWS:
            raise PydanticCustomError(
                "too_many_draws",
                "N = {N} with d = {d} is too large for sampler 'draws' (at most {most} numbers "
                "in a replicate); use 'sufficient statistic'",
                {"N": self.N, "d": self.d, "most": MAX_LITERAL_DRAWS},
            )
        return self

    @property
    def quantity(self) -> str:
        """Squared error or excess negative log likelihood."""
        if self.loss == "nll":
            return "excess negative log likelihood, nats"
        return "squared error of the mean, in the square of sigma's unit"

    @property
    def source(self) -> str:
        """The passage that proposes the mean as the simplest scaling law."""
        return "Anonymous2024, 'Why is it power law or linear in log-log?'"

    def derivation(self, axis: str) -> str | None:
        """One law for each loss."""
        if axis != "N":
            return None
        return "gaussian.likelihood" if self.loss == "nll" else "gaussian.data"

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Losses of `replicates` averages, shape (replicates,)."""
        if self.sampler == "draws":
            out = np.empty(replicates)
            _squared_means(rng, self.N, self.d, out)
        else:
            out = rng.chisquare(self.d, size=replicates) / self.N
        return out * self._scale

    def exact(self) -> float:
        """d σ²/N for squared error, d/(2N) for the likelihood: exact at every N."""
        return self._scale * self.d / self.N

    @property
    def _scale(self) -> float:
        """The loss for a squared distance of 1, in units of sigma²."""
        return 0.5 if self.loss == "nll" else self.sigma**2


@njit(cache=True, nogil=True, error_model="numpy")
def _squared_means(rng: np.random.Generator, N: int, d: int, out: NDArray[np.float64]) -> None:
    """Squared length of the average of N standard normal vectors, for each replicate."""
    for i in range(out.size):
        squared = 0.0
        for _ in range(d):
            total = 0.0
            for _ in range(N):
                total += rng.standard_normal()
            mean = total / N
            squared += mean * mean
        out[i] = squared
