"""Regression on some of the features: the others act as noise, and the error descends twice."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toys.regression._regression import Regression

PHENOMENON = (
    "Anonymous2024, 'Why is it power law or linear in log-log?', and 'Double Descent Phenomenon'"
)


class DoubleDescent(Regression):
    """Fit p of D features to N samples by least squares, and observe double descent.

    The model is y = x·w + noise with D normal features, equal weights and |w| = r. The fit uses the
    first p features; for p > N it takes the shortest solution. The loss is the excess squared error
    at a new x. As p grows, the loss may fall at first, rises to a peak at p = N, and falls again;
    it does the same as N grows. The mean is infinite for |N - p| <= 1, and the variance for |N - p|
    <= 3. These sizes are refused, because error bars have no meaning there; the `statistic` median
    is allowed.
    """

    D: Annotated[int, Field(ge=1, le=10**12, description="number of all features")] = 100

    derivations = ("regression.least_squares", "double_descent.omitted")

    @model_validator(mode="after")
    def _sees_some(self) -> Self:
        if self.p > self.D:
            raise PydanticCustomError(
                "too_many_features",
                "p = {p} is not allowed (at most D = {D}, the number of all features)",
                {"p": self.p, "D": self.D},
            )
        return self

    @property
    def f(self) -> float:
        """The share of the features that the model uses."""
        return self.p / self.D

    @property
    def _hidden(self) -> int:
        return self.D - self.p

    @property
    def _signal(self) -> float:
        return self.r**2 * self.p / self.D

    @property
    def _missed(self) -> float:
        return self.r**2 * (self.D - self.p) / self.D

    @property
    def source(self) -> str:
        """The passage that describes double descent."""
        return PHENOMENON

    def derivation(self, axis: str) -> str | None:
        """A law along N only; along p the share f changes."""
        if self.statistic != "mean" or axis != "N" or self.p >= self.N:
            return None
        return "double_descent.omitted" if self.p < self.D else "regression.least_squares"


class OmittedFeatures(Regression):
    """Fit p features that carry a constant share of the signal to N samples by least squares.

    This is the toy double_descent, but the share f = p/D stays the same along p: the number of all
    features D grows with p. The features that the model does not use carry (1-f) r². They are
    independent and normal, and so is their sum, which is drawn for each sample. The same sizes are
    refused.
    """

    f: Annotated[
        float, Field(gt=0, lt=1, description="share of the signal that the features carry")
    ] = 0.5

    derivations = ("double_descent.omitted", "double_descent.parameters")

    @property
    def _hidden(self) -> int:
        return 1

    @property
    def _signal(self) -> float:
        return self.f * self.r**2

    @property
    def _missed(self) -> float:
        return (1 - self.f) * self.r**2

    @property
    def source(self) -> str:
        """The passage that describes double descent."""
        return PHENOMENON

    def derivation(self, axis: str) -> str | None:
        """One law on either side of the peak."""
        if self.statistic != "mean":
            return None
        if axis == "N":
            return "double_descent.omitted" if self.p < self.N else None
        return "double_descent.parameters" if self.p > self.N else None
