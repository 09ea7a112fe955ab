"""A threshold on the line, learned from samples without noise, by four learners."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

import numpy as np
from numba import njit
from numpy.typing import NDArray
from pydantic import Field, model_validator

from toys.limits import refuse_beyond
from toys.toy import Size, Toy

MAX_LITERAL_POINTS = 10**9
"""Most real points in one replicate. More take longer than two seconds."""

LEAST_DISTANCE = 1e-12
"""Smallest distance of the threshold from the ends of the line; below it 1 - t loses digits."""

LOG_SCALES = np.arange(-40.0, 4.5, 0.05)
"""Values of ln y for a mean over an exponential y by the trapezoidal rule."""


class _NoiselessThreshold(Toy):
    """Base class of both toys: the samples, and how they are drawn."""

    N: Annotated[int, Size("samples"), Field(ge=1, le=10**15, description="samples")] = 100
    sampler: Annotated[
        Literal["points", "gaps"],
        Field(
            description="points: N points with labels; gaps: only the gaps beside the threshold, "
            "by their law, two exponentials",
        ),
    ] = "gaps"

    shortcuts = ("gaps",)

    @model_validator(mode="after")
    def _can_be_simulated(self) -> Self:
        if self.sampler == "points":
            refuse_beyond(self.N, MAX_LITERAL_POINTS, name="N", sampler="points", other="gaps")
        return self

    @property
    def quantity(self) -> str:
        """The share of the line that is labelled wrongly."""
        return "error: probability of a wrong label"

    def _gaps(
        self, rng: np.random.Generator, t: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Distances from each threshold to the nearest sample, or end, on its left and right."""
        if self.sampler == "gaps":
            return _gaps_by_law(rng, t, self.N)
        left, right = np.empty(t.size), np.empty(t.size)
        _gaps_of_points(rng, t, self.N, left, right)
        return left, right


class Threshold(_NoiselessThreshold):
    """Learn a threshold t on the line from N uniform points, labelled without noise.

    Labels are positive from t on. Every threshold between the largest negative sample (or 0) and
    the smallest positive one (or 1) fits all samples. The `learner` takes one of these: the
    midpoint, the smallest positive sample, a random one (gibbs), or the worst one, as an adversary
    would choose. The loss is the error: the distance from t, which is the probability of a wrong
    label for a uniform query.
    """

    t: Annotated[
        float, Field(ge=LEAST_DISTANCE, le=1 - LEAST_DISTANCE, description="true threshold")
    ] = 0.3
    learner: Annotated[
        Literal["midpoint", "smallest", "gibbs", "worst"],
        Field(description="which of the thresholds that fit the samples is taken"),
    ] = "midpoint"

    derivations = ("threshold.midpoint", "threshold.smallest", "threshold.gibbs", "threshold.worst")

    @property
    def source(self) -> str:
        """The passage that proposes sample complexity as a scaling law."""
        return "Anonymous2024, 'History'"

    def derivation(self, axis: str) -> str | None:
        """One law for each learner."""
        return f"threshold.{self.learner}" if axis == "N" else None

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Errors of `replicates` learners, shape (replicates,)."""
        left, right = self._gaps(rng, np.full(replicates, self.t))
        if self.learner == "midpoint":
            return np.asarray(np.abs(left - right) / 2)
        if self.learner == "smallest":
            return right
        if self.learner == "worst":
            return np.maximum(left, right)
        return np.asarray(np.abs(rng.random(replicates) * (left + right) - left))

    def exact(self) -> float:
        """The expected error, to about 1e-13 relative from N = 1 to 1e15.

        Inside the line, the gaps A and B beside the threshold obey P(A > a, B > b) = (1-a-b)^N. The
        parts of gaps that the ends of the line cut off are subtracted.
        """
        t, M = self.t, self.N + 1
        left, right = -math.expm1(M * math.log1p(-t)), -math.expm1(M * math.log(t))
        middle = 2 * min(t, 1 - t)
        smaller = 1.0 if middle == 1 else -math.expm1(M * math.log1p(-middle))
        if self.learner == "smallest":
            return right / M
        if self.learner == "midpoint":
            return (left + right - smaller) / (2 * M)
        if self.learner == "worst":
            return (left + right - smaller / 2) / M
        inside = (left + right - 1) / 3
        coupling = inside + _cut_off(t, self.N) + _cut_off(1 - t, self.N)
        return ((left + right) / 2 - coupling) / M


class RandomThreshold(_NoiselessThreshold):
    """Learn a threshold that is itself random from N uniform points, labelled without noise.

    The threshold is uniform on (0, 1). The learner takes the midpoint between the largest negative
    sample (or 0) and the smallest positive one (or 1). The loss is the error: the distance from the
    true threshold.
    """

    derivations = ("rates.linear",)

    @property
    def source(self) -> str:
        """The passage that describes linear rates as one of three."""
        return "Shah2021, summary of A Theory of Universal Learning: linear"

    def derivation(self, axis: str) -> str | None:
        """The law of the linear rate."""
        return "rates.linear" if axis == "N" else None

    def simulate(self, rng: np.random.Generator, replicates: int) -> NDArray[np.float64]:
        """Errors of `replicates` learners, each with its own threshold, shape (replicates,)."""
        left, right = self._gaps(rng, rng.random(replicates))
        return np.asarray(np.abs(left - right) / 2)

    def exact(self) -> float:
        """1/(2(N+2)), exact at every N."""
        return 0.5 / (self.N + 2)


def _cut_off(t: float, N: int) -> float:
    """(N+1) times the integral of (1-s)^N G(t/s) over s from t to 1, G(u) = u² - 2u³/3.

    With 1-s = (1-t) exp(-y/(N+1)) it is the mean over an exponential y, computed in ln y.
    """
    weight = (N + 1) * math.log1p(-t)
    if weight < -745:
        return 0.0
    y = np.exp(LOG_SCALES)
    u = t / (t - (1 - t) * np.expm1(-y / (N + 1)))
    step = LOG_SCALES[1] - LOG_SCALES[0]
    return float(math.exp(weight) * step * np.sum(y * np.exp(-y) * u * u * (1 - 2 * u / 3)))


def _gaps_by_law(
    rng: np.random.Generator, t: NDArray[np.float64], N: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Both gaps: first the right one, then the left one among the remaining samples."""
    first, second = rng.standard_exponential((2, t.size))
    right = -np.expm1(-first / N)
    inside = right < 1 - t  # otherwise there is no sample on the right
    right = np.where(inside, right, 1 - t)
    others = N - inside
    with np.errstate(divide="ignore"):  # infinite if the only sample is on the right
        left = (1 - right) * -np.expm1(-second / others)
    return np.minimum(left, t), right


@njit(cache=True, nogil=True, error_model="numpy")
def _gaps_of_points(
    rng: np.random.Generator,
    t: NDArray[np.float64],
    N: int,
    left: NDArray[np.float64],
    right: NDArray[np.float64],
) -> None:
    """Write the gaps beside each threshold after N uniform points into `left` and `right`."""
    for i in range(t.size):
        cut = t[i]
        below, above = 0.0, 1.0
        for _ in range(N):
            x = rng.random()
            negative = x if x < cut else 0.0
            positive = 1.0 if x < cut else x
            below = max(below, negative)
            above = min(above, positive)
        left[i] = cut - below
        right[i] = above - cut
