"""What a sweep has seen: the moments at each size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sims.engine.plan import Plan
from toys import Moments
from toys.moments import PathMoments


@dataclass(frozen=True)
class Observations:
    """The result of a sweep.

    Attributes
    ----------
    sweep : Plan
        What was run.
    moments : tuple of Moments
        All blocks of each point of the sweep, merged in the order of the blocks.
    path : PathMoments or None
        The same with the co-moments between sizes, where one run passed through all of them.
    """

    sweep: Plan
    moments: tuple[Moments, ...]
    path: PathMoments | None = None

    @property
    def sizes(self) -> dict[str, NDArray[np.int64] | NDArray[np.float64]]:
        """Sizes by axis, each of shape (points,)."""
        points = self.sweep.points
        return {
            axis: np.array([getattr(point, axis) for point in points]) for axis in self.sweep.sizes
        }

    @property
    def means(self) -> NDArray[np.float64]:
        """Mean loss at each point, shape (points,)."""
        return np.array([moments.mean for moments in self.moments])

    @property
    def standard_errors(self) -> NDArray[np.float64] | None:
        """Standard error of each mean, shape (points,); None for a deterministic toy."""
        if self.sweep.toy.deterministic:
            return None
        return np.array([moments.standard_error for moments in self.moments])

    @property
    def covariance(self) -> NDArray[np.float64] | None:
        """Covariance of the means, shape (points, points); None where sizes are independent.

        Also None for a deterministic toy.
        """
        if self.path is None or self.sweep.toy.deterministic:
            return None
        return self.path.covariance

    @property
    def exact(self) -> NDArray[np.float64] | None:
        """Exact expected loss at each point, shape (points,), or None where it is not known."""
        values = [point.exact() for point in self.sweep.points]
        known = [value for value in values if value is not None]
        return np.array(known) if len(known) == len(values) else None
