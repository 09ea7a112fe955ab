"""Regression on some of the features: what is not seen is noise, and there are two descents."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from toys.regression._regression import Regression

PHENOMENON = (
    "Anonymous2024, 'Why is it power law or linear in log-log?', and 'Double Descent Phenomenon'"
)


class DoubleDescent(Regression):
    """Least squares on p of D normal features, with N samples: the two descents.

    y = x·w + noise depends on all D features, with equal weights and |w| = r, but the model sees
    the first p; where p > N it takes the shortest solution. The loss is the excess squared error at
    a new x. Along p it may fall, rises to a peak at p = N, and falls again; along N likewise. The
    mean is infinite for |N - p| <= 1, and its variance for |N - p| <= 3, which is refused: no error
    bar there means anything, and the `statistic` median is to be taken.
    """

    D: Annotated[int, Field(ge=1, le=10**12, description="features in all")] = 100

    derivations = ("regression.least_squares", "double_descent.omitted")

    @model_validator(mode="after")
    def _sees_some(self) -> Self:
        if self.p > self.D:
            raise PydanticCustomError(
                "too_many_features",
                "p = {p} is not allowed (at most D = {D}, the features that there are)",
                {"p": self.p, "D": self.D},
            )
        return self

    @property
    def f(self) -> float:
        """Share of the features that the model sees."""
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
        """Where double descent is described."""
        return PHENOMENON

    def derivation(self, axis: str) -> str | None:
        """Along N; along p the share f does not stay the same."""
        if self.statistic != "mean" or axis != "N" or self.p >= self.N:
            return None
        return "double_descent.omitted" if self.p < self.D else "regression.least_squares"


class OmittedFeatures(Regression):
    """Least squares on p features that carry the share f of the signal, with N samples.

    As the toy double_descent, but the share f = p/D stays the same along p: the more features are
    seen, the more there are. The features that are not seen carry (1-f) r². They are independent
    and normal, and so is their sum, which is drawn for each sample. The same sizes are refused.
    """

    f: Annotated[float, Field(gt=0, lt=1, description="share of the signal that is seen")] = 0.5

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
        """Where double descent is described."""
        return PHENOMENON

    def derivation(self, axis: str) -> str | None:
        """A law on either side of the peak."""
        if self.statistic != "mean":
            return None
        if axis == "N":
            return "double_descent.omitted" if self.p < self.N else None
        return "double_descent.parameters" if self.p > self.N else None
