"""Sums of a function over very many consecutive integers, if it is smooth except near the ends."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

EDGE = 1024
"""Number of terms at each end that are added one by one, because the function may be singular."""

NODES = 16
"""Nodes of Gauss-Legendre quadrature on each panel."""

Function = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def lattice_sum(function: Function, first: int, last: int, scale: float) -> float:
    """The sum of function(n) over n = first, ..., last, to about 1e-13 of the sum of moduli.

    Between the first and the last few terms, the sum is replaced by an integral (Euler-Maclaurin).
    The integral is done on panels that grow with their distance from the ends, because of
    logarithms that are singular near an end.

    Parameters
    ----------
    function : callable
        Takes an array of numbers, which need not be integers, and returns as many values.
    first, last : int
        The ends. The sum is empty if last < first.
    scale : float
        The scale on which the function is smooth far from the ends. No panel is longer.

    Returns
    -------
    float
    """
    if last - first < 4 * EDGE:
        return float(np.sum(function(np.arange(first, last + 1.0))))
    low, high = first + EDGE, last - EDGE  # the integral runs from low to high
    ends = function(np.concatenate([np.arange(first, low + 1.0), np.arange(high, last + 1.0)]))
    # half of the terms at low and high belong to the integral, and so do their slopes
    terms = float(np.sum(ends)) - 0.5 * float(ends[EDGE] + ends[EDGE + 1])
    around = function(np.array([low - 1.0, low + 1.0, high - 1.0, high + 1.0]))
    slopes = 0.5 * float(around[3] - around[2] - around[1] + around[0])
    points, weights = np.polynomial.legendre.leggauss(NODES)
    places = _panels(low, high, first, last, scale)
    middles, halves = 0.5 * (places[1:] + places[:-1]), 0.5 * np.diff(places)
    values = function((middles[:, None] + halves[:, None] * points).ravel())
    integral = float(np.sum(halves * (values.reshape(-1, NODES) @ weights)))
    return terms + integral + slopes / 12


def _panels(low: int, high: int, first: int, last: int, scale: float) -> NDArray[np.float64]:
    """The edges of the panels. A panel is as long as its distance from the end, or as `scale`."""
    middle = 0.5 * (low + high)
    lower, upper = [float(low)], [float(high)]
    while lower[-1] < middle:
        lower.append(min(middle, lower[-1] + min(scale, lower[-1] - first)))
    while upper[-1] > middle:
        upper.append(max(middle, upper[-1] - min(scale, last - upper[-1])))
    return np.array(lower + upper[-2::-1])
