"""Linear regression on normal features, with fewer or more features than samples."""

from __future__ import annotations

from typing import Annotated, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toys.regression._normal_equations import ridge_errors, sampled_errors
from toys.regression._regression import Regression
from toys.regression._wishart import mean_inverse_trace

MAX_FACTOR = 1000
"""Most rows of a Wishart matrix. More take longer than a second."""

MAX_EIGENVALUES = 64
"""Most eigenvalues for the exact error of ridge. More take longer than a tenth of a second."""


class LinearRegression(Regression):
    """Fit p weights to N samples y = x·w + noise, where x and the noise are normal.

    The loss is the excess squared error at a new x, |ŵ - w|². There are two `estimator`s: least
    squares, which takes the shortest solution for p > N; and ridge regression with the best
    penalty, λ|w|² with λ = p σ²/r². The true weights have the length |w| = r and are all equal. Any
    other w of this length would give the same loss, because x has no preferred direction.

    For least squares the mean error is infinite for |N - p| <= 1, and its variance for |N - p| <=
    3. These sizes are refused, because error bars have no meaning there; the `statistic` median is
    allowed.
    """

    estimator: Annotated[
        Literal["least squares", "ridge"],
        Field(description="least squares (the shortest solution), or the best ridge"),
    ] = "least squares"

    derivations = ("regression.least_squares", "regression.ridge", "double_descent.minimum_norm")

    @model_validator(mode="after")
    def _can_be_factored(self) -> Self:
        if self.estimator == "ridge" and min(self.N, self.p) > MAX_FACTOR:
            raise PydanticCustomError(
                "too_many_features",
                "N = {N} with p = {p} is too large for estimator 'ridge' (one of the two must be "
                "at most {most})",
                {"N": self.N, "p": self.p, "most": MAX_FACTOR},
            )
        return self

    @property
    def _peaks(self) -> bool:
        return self.estimator == "least squares"

    @property
    def penalty(self) -> float:
        """The penalty λ of the estimator."""
        return 0.0 if self._peaks else self.p * self.sigma**2 / self.r**2

    def derivation(self, axis: str) -> str | None:
        """For least squares one law on either side of the peak; for ridge one in N."""
        if self.statistic != "mean":
            return None
        if self.estimator == "ridge":
            return "regression.ridge" if axis == "N" else None
        if axis == "N":
            return "regression.least_squares" if self.p < self.N else None
        return "double_descent.minimum_norm" if self.p > self.N else None

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Excess errors of `replicates` fits, shape (replicates,)."""
        if self.estimator == "least squares":
            return super().simulate(rng, replicates)
        if self.sampler == "samples":
            weight = self.r / self.p**0.5
            return sampled_errors(
                rng, replicates, self.N, self.p, weight, 0, 0.0, self.sigma, self.penalty
            )
        return ridge_errors(rng, replicates, self.N, self.p, self.r, self.sigma, self.penalty)

    def exact(self) -> float | None:
        """The mean error, or the median of least squares for p <= N.

        With the best penalty, the mean error of ridge is σ² E tr(X'X + λ)^-1, from the joint
        density of the eigenvalues. It is not given if both N and p exceed 64, because it takes too
        long.
        """
        if self.estimator == "least squares":
            return super().exact()
        few, many = min(self.N, self.p), max(self.N, self.p)
        if self.statistic != "mean" or few > MAX_EIGENVALUES:
            return None
        unseen = (self.p - few) / self.p
        seen = mean_inverse_trace(few, many, self.penalty)
        return self.r**2 * unseen + self.sigma**2 * seen
