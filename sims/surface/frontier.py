"""The compute-optimal frontier of a fitted surface, with intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sims.surface.law import Surface
from sims.surface.uncertainty import SurfaceBootstrap, tails


class Band(NamedTuple):
    """A curve over the compute and the interval around it; each of the shape of the compute."""

    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


@dataclass(frozen=True)
class Frontier:
    """What is best at each compute C = 6 N D.

    Attributes
    ----------
    flop : ndarray
        The compute.
    parameters, tokens, loss : Band
        The optimal N and D and the loss there, in the units of the runs.
    level : float
        Of the intervals.
    flags : tuple of str
        Reasons to doubt the intervals; empty if there are none.
    """

    flop: NDArray[np.float64]
    parameters: Band
    tokens: Band
    loss: Band
    level: float
    flags: tuple[str, ...]


def frontier_bands(
    surface: Surface, resampled: SurfaceBootstrap, flop: ArrayLike, level: float
) -> Frontier:
    """The frontier of a surface with percentile intervals from those of its resamples."""
    probabilities = tails(level)
    optima = [other.optimum(flop) for other in resampled.surfaces()]
    parameters, tokens, loss = (
        Band(value, *_quantiles(np.array([optimum[i] for optimum in optima]), probabilities))
        for i, value in enumerate(surface.optimum(flop))
    )
    return Frontier(np.asarray(flop, dtype=float), parameters, tokens, loss, level, resampled.flags)


def _quantiles(
    values: NDArray[np.float64], probabilities: tuple[float, float]
) -> NDArray[np.float64]:
    """Quantiles over resamples; NaN where one of them has no finite optimum to interpolate to."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.quantile(values, probabilities, axis=0))
