"""Ensembles, beside the NumPy code that a user would write.

Floors. *members*: one normal a sub-model, 3 ns, so that its cost is linear in K; *average*: two
normals whatever K. *resamples*: a third of a uniform number, one gather and one addition a drawn
point, linear in K N; *counts*: one binomial and one normal a point, whatever K. *subset sum*: the
2^(n/2) sums of each half, written about twice and read once. *tries*: one
uniform a try, linear in N; *best tries*: two exponentials and two powers whatever N.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from benchmarks.speed.race import Race, new_rng, same_mean, same_mean_log
from toys import Moments
from toys.ensembles.diminishing import DiminishingReturns
from toys.ensembles.ensemble import BaggedMean, Ensemble
from toys.ensembles.subset_sum import SubsetSum


def races() -> Iterator[Race]:
    """Every toy of the family."""
    yield from _averages()
    yield from _best()


def _averages() -> Iterator[Race]:
    rng = new_rng()
    R, K, N = 5000, 100, 10
    toy = Ensemble(b=0.2, rho=0.1, v=1, K=K)

    def averaged() -> Moments:
        shared, own = rng.standard_normal((R, 1)), rng.standard_normal((R, K))
        members = 0.2 + math.sqrt(0.1) * shared + math.sqrt(0.9) * own
        return Moments.of(members.mean(axis=1) ** 2)

    for sampler in ("members", "average"):
        made = toy.at(sampler=sampler)
        yield Race(
            f"ensemble of {K}, {sampler}", "a matrix of normals, mean, square",
            lambda made=made: made.simulate_moments(rng, R), averaged, same_mean,  # type: ignore[misc]
        )  # fmt: skip

    def bagged() -> Moments:
        points = rng.standard_normal((R, N))
        chosen = rng.integers(0, N, size=(R, K * N))
        return Moments.of(np.take_along_axis(points, chosen, axis=1).mean(axis=1) ** 2)

    for sampler in ("resamples", "counts"):
        bag = BaggedMean(N=N, K=K, sampler=sampler)
        yield Race(
            f"{K} resamples of {N} points, {sampler}", "rng.integers, take_along_axis, mean",
            lambda bag=bag: bag.simulate_moments(rng, R), bagged, same_mean,  # type: ignore[misc]
        )  # fmt: skip


def _sums(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    sums = np.zeros(1)
    for weight in weights:
        sums = np.concatenate([sums, sums + weight])
    return sums


def _best() -> Iterator[Race]:
    rng = new_rng()
    n, R, few, x = 20, 200, 120, 0.3
    toy = SubsetSum(x=x, n=n)

    def logarithms() -> Moments:
        return Moments.of(np.log(toy.simulate(rng, R)))

    def every() -> Moments:
        losses = [np.min(np.abs(_sums(rng.uniform(-1, 1, n)) - x)) for _ in range(few)]
        return Moments.of(np.log(np.array(losses)))

    def halves() -> Moments:
        losses = []
        for _ in range(R):
            weights = rng.uniform(-1, 1, n)
            one, other = _sums(weights[: n // 2]), np.sort(_sums(weights[n // 2 :]))
            place = np.searchsorted(other, x - one).clip(1, other.size - 1)
            gaps = np.abs(one + other[[place - 1, place]] - x)
            losses.append(gaps.min())
        return Moments.of(np.log(np.array(losses)))

    yield Race(
        f"subset sums of {n} weights", "all 2^n sums in NumPy", logarithms, every, same_mean_log,
        ours_per=R, theirs_per=few,
    )  # fmt: skip
    yield Race(
        f"subset sums of {n} weights", "two halves, np.sort and np.searchsorted",
        logarithms, halves, same_mean_log,
    )  # fmt: skip

    N, a, searches = 1000, 0.5, 2000
    scale = 1 / math.gamma(1 + a)

    def searched() -> Moments:
        half = [scale * rng.random((searches, N)).min(axis=1) ** a for _ in range(2)]
        return Moments.of(half[0] - np.minimum(*half))

    for sampler in ("tries", "best tries"):
        search = DiminishingReturns(c=1, a=a, N=N, sampler=sampler)
        yield Race(
            f"gain of twice {N} data, {sampler}", "two matrices of uniforms and their minima",
            lambda search=search: search.simulate_moments(rng, searches),  # type: ignore[misc]
            searched, same_mean,
        )  # fmt: skip
