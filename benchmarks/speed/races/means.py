"""Heavy tails and unknown variance, beside the NumPy code that a user would write.

The floor of a stable draw: a uniform, an exponential, a sine, two cosines and a power, about 50
ns, of which the random numbers are 6; of a Student draw: a uniform, an exponential, an expm1, a
root and a cosine, about 35 ns; of a median: one pass more. All mechanisms cost N^1 a replicate; the
short-cuts cost N^0: one stable draw, one beta number and its quantile, a normal and a chi-square.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from benchmarks.speed.race import Race, new_rng, same_mean, same_mean_log
from toys import GaussianFit, Moments, StableMean, StudentMean, StudentMedian


def _logs(losses: NDArray[np.float64]) -> Moments:
    return Moments.of(np.log(losses))


def races() -> Iterator[Race]:
    """Means, medians and fits of 1000 draws."""
    rng, N, replicates = new_rng(), 1000, 1000
    a, nu = 1.5, 1.5

    def stable() -> Moments:
        angle = np.pi * (rng.random((replicates, N)) - 0.5)
        ratio = np.cos((1 - a) * angle) / rng.standard_exponential((replicates, N))
        draws = np.sin(a * angle) / np.cos(angle) ** (1 / a) * ratio ** ((1 - a) / a)
        return _logs(np.abs(draws.mean(1)))

    def student() -> Moments:
        return _logs(np.abs(rng.standard_t(nu, (replicates, N)).mean(1)))

    def median() -> Moments:
        draws = rng.standard_t(nu, (replicates, N + 1))
        return Moments.of(np.abs(np.median(draws, axis=1)))

    def fitted() -> Moments:
        draws = rng.standard_normal((replicates, N))
        mean, variance = draws.mean(1), draws.var(1)
        return Moments.of(np.log(variance) / 2 + (1 + mean**2) / (2 * variance) - 0.5)

    stables = StableMean(a=a, N=N)
    fast = stables.at(sampler="one draw")
    yield Race(
        "stable mean, N = 1000, draws", "Chambers-Mallows-Stuck on arrays, mean(1)",
        lambda: _logs(stables.simulate(rng, replicates)), stable, same_mean_log,
    )  # fmt: skip
    yield Race(
        "stable mean, N = 1000, one draw", "Chambers-Mallows-Stuck on arrays, mean(1)",
        lambda: _logs(fast.simulate(rng, 100 * replicates)), stable, same_mean_log, ours_per=100,
    )  # fmt: skip
    yield Race(
        "Student mean, N = 1000", "rng.standard_t((R, N)).mean(1)",
        lambda: _logs(StudentMean(nu=nu, N=N).simulate(rng, replicates)), student, same_mean_log,
    )  # fmt: skip
    medians = StudentMedian(nu=nu, N=N + 1)
    order = medians.at(sampler="order statistic")
    yield Race(
        "Student median, N = 1001, draws", "np.median(rng.standard_t((R, N)), axis=1)",
        lambda: Moments.of(medians.simulate(rng, replicates)), median, same_mean,
    )  # fmt: skip
    yield Race(
        "Student median, N = 1001, order statistic", "np.median(rng.standard_t((R, N)), axis=1)",
        lambda: Moments.of(order.simulate(rng, 20 * replicates)), median, same_mean, ours_per=20,
    )  # fmt: skip
    fit = GaussianFit(N=N)
    drawn = fit.at(sampler="sufficient statistic")
    yield Race(
        "Gaussian fit, N = 1000, draws", "standard_normal((R, N)), mean(1), var(1)",
        lambda: Moments.of(fit.simulate(rng, replicates)), fitted, same_mean,
    )  # fmt: skip
    yield Race(
        "Gaussian fit, N = 1000, sufficient statistic", "standard_normal((R, N)), mean(1), var(1)",
        lambda: Moments.of(drawn.simulate(rng, 100 * replicates)), fitted, same_mean, ours_per=100,
    )  # fmt: skip
