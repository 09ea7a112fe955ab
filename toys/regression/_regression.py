"""Base class of the regression toys: features, samples, and the mean error of least squares."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from scipy.special import betaincinv

from toys.regression._normal_equations import least_squares_errors, sampled_errors
from toys.toy import Size, Toy

MAX_DRAWN = 10**7
"""Most random numbers in one data set, which are 80 megabytes."""

MAX_OPERATIONS = 10**9
"""Most multiplications in one fit. More take longer than a second."""


class Regression(Toy):
    """Regression on p features from N samples, with noise, and true weights of length r."""

    p: Annotated[int, Size("features"), Field(ge=1, le=10**12, description="features seen")] = 4
    N: Annotated[int, Size("samples"), Field(ge=1, le=10**12, description="samples")] = 60
    sigma: Annotated[
        float, Field(ge=1e-3, le=1e3, description="standard deviation of the noise")
    ] = 1.0
    r: Annotated[float, Field(ge=1e-3, le=1e3, description="length of the true weights")] = 1.0
    statistic: Annotated[
        Literal["mean", "median"],
        Field(description="statistic of the loss; the median is finite at the peak too"),
    ] = "mean"
    sampler: Annotated[
        Literal["samples", "sufficient statistic"],
        Field(
            description="samples: fits to simulated samples; sufficient statistic: the law of the "
            "loss, from chi-squares"
        ),
    ] = "samples"

    shortcuts = ("sufficient statistic",)

    @model_validator(mode="after")
    def _is_not_at_the_peak(self) -> Self:
        if self.statistic == "mean" and self._peaks and abs(self.N - self.p) <= 3:
            raise PydanticCustomError(
                "infinite_variance",
                "N = {N} with p = {p} makes the variance of the loss infinite (|N - p| >= 4 is "
                "needed); use statistic 'median'",
                {"N": self.N, "p": self.p},
            )
        return self

    @model_validator(mode="after")
    def _can_be_simulated(self) -> Self:
        if self.sampler != "samples":
            return self
        few, many = min(self.N, self.p), max(self.N, self.p)
        if self.N * (self.p + self._hidden) > MAX_DRAWN or many * few**2 > MAX_OPERATIONS:
            raise PydanticCustomError(
                "too_many_samples",
                "N = {N} with p = {p} is too large for sampler 'samples' (at most {drawn} features "
                "in all samples together, and {operations} for max(N, p) min(N, p)²); use "
                "'sufficient statistic'",
                {"N": self.N, "p": self.p, "drawn": MAX_DRAWN, "operations": MAX_OPERATIONS},
            )
        return self

    @property
    def _peaks(self) -> bool:
        """Whether the expected error diverges at N = p."""
        return True

    @property
    def _hidden(self) -> int:
        """The number of features that are drawn but not given to the model."""
        return 0

    @property
    def _signal(self) -> float:
        """Squared length of the weights of the features given to the model."""
        return self.r**2

    @property
    def _missed(self) -> float:
        """Squared length of the other weights, which act as noise."""
        return 0.0

    @property
    def quantity(self) -> str:
        """The excess error."""
        which = "median, " if self.statistic == "median" else ""
        return f"excess squared error, {which}in the square of sigma's unit"

    @property
    def source(self) -> str:
        """The passage that proposes regression as an example."""
        return "Anonymous2024, 'Why is it power law or linear in log-log?'"

    @abstractmethod
    def derivation(self, axis: str) -> str | None:
        """The law on each axis."""

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Excess errors of `replicates` fits by least squares, shape (replicates,)."""
        if self.sampler == "samples":
            return sampled_errors(
                rng, replicates, self.N, self.p, (self._signal / self.p) ** 0.5,
                self._hidden, (self._missed / max(self._hidden, 1)) ** 0.5, self.sigma,
            )  # fmt: skip
        noise = self.sigma**2 + self._missed
        return self._missed + least_squares_errors(
            rng, replicates, self.N, self.p, self._signal, noise
        )

    def exact(self) -> float | None:
        """The mean at every size; the median for p <= N, from the median of an F distribution."""
        few, many = min(self.N, self.p), max(self.N, self.p)
        noise = self.sigma**2 + self._missed
        if self.statistic == "mean":
            unseen = max(self.p - self.N, 0) / self.p
            return self._missed + self._signal * unseen + noise * few / (many - few - 1)
        if self.p > self.N:
            return None
        first, second = few / 2, (many - few + 1) / 2
        if first < second:  # the smaller share has more digits
            share = float(betaincinv(first, second, 0.5))
            return self._missed + noise * share / (1 - share)
        share = float(betaincinv(second, first, 0.5))
        return self._missed + noise * (1 - share) / share
