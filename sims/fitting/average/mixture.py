"""Kernels that average over models: mean, spread and quantiles of a mixture of densities.

Each density is a logarithm on nodes of its own, not normalised: its integral is the model's weight.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[np.float64]
Integers = NDArray[np.int64]

FINE = 8  # parts into which a step is divided by interpolation of the log density
OVERSHOOT = 0.2  # between nodes 0.8 deviations apart a normal density rises by 0.08 at most


@njit(cache=True, nogil=True, error_model="numpy")
def refine(nodes: Array, logs: Array, ends: Integers, fine: Array, density: Array) -> int:
    """The log density between nodes by cubic interpolation; the number of points."""
    count = 0
    first, last = ends[0], ends[1]
    for i in range(first, last):
        start = min(max(i - 1, first), max(last - 3, first))
        stop = min(start + 4, last + 1)
        for part in range(FINE):
            at = nodes[i] + (nodes[i + 1] - nodes[i]) * part / FINE
            value = 0.0
            for j in range(start, stop):
                weight = 1.0
                for k in range(start, stop):
                    if k != j:
                        weight *= (at - nodes[k]) / (nodes[j] - nodes[k])
                value += weight * logs[j]
            # a cubic may overshoot where the density falls steeply; a smooth top cannot
            fine[count] = at
            density[count] = min(value, max(logs[i], logs[i + 1]) + OVERSHOOT)
            count += 1
    fine[count], density[count] = nodes[last], logs[last]
    return count + 1


@njit(cache=True, nogil=True, error_model="numpy")
def quantile(level: float, fine: Array, cumulated: Array, counts: Integers) -> float:
    """Where the mixture's distribution function reaches `level`; each model's own is cumulated."""
    low, high = np.inf, -np.inf
    for j in range(counts.size):
        if counts[j] > 0:
            low, high = min(low, fine[j, 0]), max(high, fine[j, counts[j] - 1])
    for _ in range(48):
        at = 0.5 * (low + high)
        total = 0.0
        for j in range(counts.size):
            count = counts[j]
            if count == 0 or at <= fine[j, 0]:
                continue
            if at >= fine[j, count - 1]:
                total += cumulated[j, count - 1]
                continue
            i, after = 0, count - 1
            while after - i > 1:
                middle = (i + after) // 2
                if fine[j, middle] < at:
                    i = middle
                else:
                    after = middle
            share = (at - fine[j, i]) / (fine[j, i + 1] - fine[j, i])
            total += cumulated[j, i] + share * (cumulated[j, i + 1] - cumulated[j, i])
        if total < level:
            low = at
        else:
            high = at
    return 0.5 * (low + high)


@njit(cache=True, nogil=True, error_model="numpy")
def average(
    nodes: Array, logs: Array, ends: Integers, tails: float, summary: Array, models: Array,
) -> None:  # fmt: skip
    """Mean, spread and quantiles of the exponent over all models; their weights and moments."""
    count = ends.shape[0]
    fine = np.empty((count, (nodes.shape[1] - 1) * FINE + 1))
    cumulated = np.empty(fine.shape)
    counts = np.zeros(count, np.int64)
    top = -np.inf
    for j in range(count):
        if ends[j, 1] > ends[j, 0]:
            counts[j] = refine(nodes[j], logs[j], ends[j], fine[j], cumulated[j])
            for i in range(counts[j]):
                top = max(top, cumulated[j, i])
    total = 0.0
    for j in range(count):
        mass, first, second = 0.0, 0.0, 0.0
        shift = models[j, 4]  # the mode: squares are taken from here
        before = math.exp(cumulated[j, 0] - top) if counts[j] > 0 else 0.0
        if counts[j] > 0:
            cumulated[j, 0] = 0.0
        for i in range(1, counts[j]):
            here = math.exp(cumulated[j, i] - top)
            half = 0.5 * (fine[j, i] - fine[j, i - 1])
            left, right = fine[j, i - 1] - shift, fine[j, i] - shift
            mass += half * (before + here)
            first += half * (left * before + right * here)
            second += half * (left**2 * before + right**2 * here)
            cumulated[j, i] = mass
            before = here
        models[j, 0] = mass
        if mass > 0:
            models[j, 1] = shift + first / mass
            models[j, 2] = math.sqrt(max(second / mass - (first / mass) ** 2, 0.0))
        else:
            models[j, 1], models[j, 2] = shift, 0.0
        total += mass
    mean, within, between = 0.0, 0.0, 0.0
    for j in range(count):
        models[j, 0] /= total
        for i in range(counts[j]):
            cumulated[j, i] /= total
        mean += models[j, 0] * models[j, 1]
        within += models[j, 0] * models[j, 2] ** 2
    for j in range(count):
        between += models[j, 0] * (models[j, 1] - mean) ** 2
    summary[0], summary[1] = mean, math.sqrt(within + between)
    summary[2], summary[3] = math.sqrt(within), math.sqrt(between)
    summary[4] = quantile(tails, fine, cumulated, counts)
    summary[5] = quantile(1 - tails, fine, cumulated, counts)


@njit(cache=True, nogil=True, error_model="numpy")
def averages(
    nodes: Array, logs: Array, ends: Integers, tails: float, summaries: Array, models: Array,
) -> None:  # fmt: skip
    """Average of every data set's models."""
    for b in range(summaries.shape[0]):
        average(nodes[b], logs[b], ends[b], tails, summaries[b], models[b])
