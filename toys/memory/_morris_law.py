"""Morris counters: simulation of their level, and its distribution.

A counter at level X goes up, when it receives a count, with probability (1 + 1/a)^-X. Level X
represents a ((1 + 1/a)^X - 1) counts. The number of counts until it goes up is geometric.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from toys._kernels.heads import x_minus_log1p

MAX_TABLE = 2**20
"""Most levels whose waiting times are kept in a table."""


def levels_reached(
    rng: np.random.Generator, a: float, counts: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The levels of counters after these numbers of counts; shape of `counts`."""
    most = int(np.max(counts))
    top = math.ceil(1.5 * a * math.log1p(most / a)) + 60
    levels = np.arange(min(most, top, MAX_TABLE) + 1)
    base = math.log1p(1 / a)
    with np.errstate(divide="ignore"):
        waits = -1 / np.log1p(-np.exp(-base * levels))  # 0 at level 0, which always goes up
    reached = np.empty(counts.size, dtype=np.int64)
    _climb(rng, base, waits, counts, reached)
    return reached


def divergences(shift: NDArray[np.float64], p: float) -> NDArray[np.float64]:
    """KL(p‖p̂), where the log odds of p̂ are those of p plus `shift`; shape of `shift`."""
    q = 1 - p
    growth = np.expm1(shift)
    heads, tails = growth * q / (1 + p * growth), -growth * p / (1 + p * growth)  # p̂/p - 1, ...
    return np.asarray(p * x_minus_log1p(heads) + q * x_minus_log1p(tails))


def levels_after(a: float, fewest: int, most: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The distribution of the level of a counter after `fewest` to `most` counts, at least one.

    Returns
    -------
    levels : ndarray of int64, shape (levels,)
        The levels above 0 that have a probability above 1e-20 at some number of counts.
    probabilities : ndarray of float64, shape (most - fewest + 1, levels)
    """
    mean = a * math.log1p(most / a)
    last = min(most, math.ceil(mean + 12 * math.sqrt(mean) + 30))
    out = np.empty((most - fewest + 1, last + 1))
    _level_distribution(np.exp(-math.log1p(1 / a) * np.arange(last + 1)), fewest, out)
    levels = np.flatnonzero(np.max(out, axis=0) > 1e-20)
    levels = levels[levels > 0]
    return levels, out[:, levels]


@njit(cache=True, nogil=True, error_model="numpy")
def _climb(
    rng: np.random.Generator,
    base: float,
    waits: NDArray[np.float64],
    counts: NDArray[np.int64],
    out: NDArray[np.int64],
) -> None:
    """Write the levels of counters after these numbers of counts into `out`.

    At a level that goes up with probability u, the number of counts until it does is geometric: one
    more than the integer part of an exponential number times -1/log(1-u).
    """
    for j in range(counts.size):
        left, level = counts[j], 0
        while left > 0:
            if level < waits.size:
                wait = rng.standard_exponential() * waits[level]
            else:
                wait = -rng.standard_exponential() / math.log1p(-math.exp(-base * level))
            if wait >= left:
                break
            left -= np.int64(wait) + 1
            level += 1
        out[j] = level


@njit(cache=True, nogil=True, error_model="numpy")
def _level_distribution(up: NDArray[np.float64], fewest: int, out: NDArray[np.float64]) -> None:
    """Write the distribution of the level into `out`, count by count, from `fewest` counts on.

    Levels below `first`, which have a probability below 1e-30, are dropped.
    """
    law = np.zeros(up.size)
    law[0] = 1.0
    first, last = 0, 0
    for count in range(fewest + out.shape[0]):
        if count >= fewest:
            out[count - fewest, :] = law
        last = min(last + 1, up.size - 1)
        while last > first + 1 and law[last - 1] < 1e-30:
            last -= 1
        for level in range(last, first, -1):
            law[level] += law[level - 1] * up[level - 1] - law[level] * up[level]
        law[first] -= law[first] * up[first]
        while first < last and law[first] < 1e-30:
            law[first] = 0.0
            first += 1
