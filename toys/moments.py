"""Count, mean and sum of squared deviations of a block of losses, and how to merge them."""

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
        """The moments of no replicates at all, the neutral element of `merge`."""
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
