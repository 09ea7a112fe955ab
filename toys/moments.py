"""Count, mean and sum of squared deviations of a block of losses, which can be merged."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Moments:
    """The first two moments of `count` independent losses.

    Attributes
    ----------
    count : int
        Number of replicates.
    mean : float
        Their mean, in the unit of the loss.
    m2 : float
        Sum of squared deviations from the mean.
    """

    count: int
    mean: float
    m2: float

    @classmethod
    def empty(cls) -> Moments:
        """The moments of no replicates, the neutral element of `merge`."""
        return cls(0, 0.0, 0.0)

    @classmethod
    def of(cls, losses: NDArray[np.float64]) -> Moments:
        """The moments of an array of losses, shape (replicates,)."""
        mean = float(np.mean(losses))
        with np.errstate(invalid="ignore"):  # an infinite loss shows in the moments themselves
            deviations = losses - mean
        return cls(losses.size, mean, float(np.sum(deviations * deviations)))

    @classmethod
    def of_counts(cls, losses: NDArray[np.float64], counts: NDArray[np.int64]) -> Moments:
        """The moments of `counts[i]` replicates with loss `losses[i]` each."""
        total = int(counts.sum())
        if total == 0:
            return cls.empty()
        mean = float(np.sum(counts * losses) / total)
        deviations = losses - mean
        return cls(total, mean, float(np.sum(counts * deviations * deviations)))

    def merge(self, other: Moments) -> Moments:
        """The moments of both blocks together (Chan, Golub and LeVeque 1983)."""
        if self.count == 0:
            return other
        if other.count == 0:
            return self
        count = self.count + other.count
        shift = other.mean - self.mean
        mean = self.mean + shift * (other.count / count)
        m2 = self.m2 + other.m2 + shift * shift * (self.count * (other.count / count))
        return Moments(count, mean, m2)

    @property
    def standard_error(self) -> float:
        """Standard error of the mean; NaN for fewer than two replicates."""
        if self.count < 2:
            return math.nan
        return math.sqrt(self.m2 / (self.count - 1) / self.count)


@dataclass(frozen=True, slots=True)
class PathMoments:
    """The first two moments of `count` runs, each of which passed through several sizes.

    Attributes
    ----------
    count : int
        Number of runs.
    means : tuple of float, one a size
        Their mean losses.
    comoments : tuple of tuples of float, shape (sizes, sizes)
        Sums of products of deviations from the means.
    """

    count: int
    means: tuple[float, ...]
    comoments: tuple[tuple[float, ...], ...]

    @classmethod
    def of(cls, losses: NDArray[np.float64]) -> PathMoments:
        """The moments of losses, shape (replicates, sizes)."""
        means = np.mean(losses, axis=0)
        with np.errstate(invalid="ignore"):  # an infinite loss shows in the moments themselves
            deviations = losses - means
            comoments = np.einsum("ri,rj->ij", deviations, deviations)
        return cls(losses.shape[0], tuple(means.tolist()), tuple(map(tuple, comoments.tolist())))

    def merge(self, other: PathMoments) -> PathMoments:
        """The moments of both blocks together."""
        count = self.count + other.count
        shift = np.subtract(other.means, self.means)
        means = np.asarray(self.means) + shift * (other.count / count)
        between = np.outer(shift, shift) * (self.count * (other.count / count))
        comoments = np.asarray(self.comoments) + np.asarray(other.comoments) + between
        return PathMoments(count, tuple(means.tolist()), tuple(map(tuple, comoments.tolist())))

    @property
    def each(self) -> tuple[Moments, ...]:
        """The moments at each size by itself."""
        return tuple(
            Moments(self.count, mean, self.comoments[i][i]) for i, mean in enumerate(self.means)
        )

    @property
    def covariance(self) -> NDArray[np.float64]:
        """Covariance of the means, shape (sizes, sizes); NaN for fewer than two runs."""
        if self.count < 2:
            return np.full((len(self.means),) * 2, math.nan)
        return np.asarray(self.comoments) / (self.count - 1) / self.count
