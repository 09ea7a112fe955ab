"""Sums over very many whole numbers of a function that is smooth but for the ends."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

EDGE = 1024
"""So many terms at each end are added one by one: near an end a function may be singular."""

NODES = 16
"""Of the Gauss-Legendre rule on each panel."""

Function = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def lattice_sum(function: Function, first: int, last: int, scale: float) -> float:
    """The sum of function(n) over n = first, ..., last, to about 1e-13 of the sum of moduli.

    Between the first and last few terms it is an integral (Euler-Maclaurin), on panels that are
    the longer the farther they are from the ends, for logarithms that are singular near an end.

    Parameters
    ----------
    function : callable
        Takes an array of numbers, not all of them whole, and returns as many values.
    first, last : int
        The ends; no terms where last < first.
    scale : float
        The function is smooth on this scale, far from the ends; no panel is longer.
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
    """Places between panels: each panel as long as its distance from the end, or as `scale`."""
    middle = 0.5 * (low + high)
    lower, upper = [float(low)], [float(high)]
    while lower[-1] < middle:
        lower.append(min(middle, lower[-1] + min(scale, lower[-1] - first)))
    while upper[-1] > middle:
        upper.append(max(middle, upper[-1] - min(scale, last - upper[-1])))
    return np.array(lower + upper[-2::-1])
