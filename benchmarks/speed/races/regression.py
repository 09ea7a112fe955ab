"""Regressions, beside stacked NumPy solves.

With m = min(N, p) and M = max(N, p), the floor of a fit to samples is N p normals, 3 ns each, and
M m² / 2 multiplications and additions, four or more at a time. The short-cuts cost N^0 and p^0 for
least squares (two to four chi-squares), and for ridge m chi-squares, m²/2 normals and m³/3
multiplications, whatever M.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.speed.race import Race, new_rng, same_mean
from toys import DoubleDescent, LinearRegression, Moments, OmittedFeatures


def races() -> Iterator[Race]:
    """Least squares on both sides of the peak, ridge, and features left out."""
    rng, replicates, sigma, r = new_rng(), 400, 0.7, 1.0

    def numpy(N: int, p: int, D: int, penalty: float) -> Moments:
        X = rng.standard_normal((replicates, N, D))
        weights = np.full(D, r / D**0.5)
        y = X @ weights + sigma * rng.standard_normal((replicates, N))
        seen = X[:, :, :p]
        turned = seen.transpose(0, 2, 1)
        if p <= N:
            normal = turned @ seen + penalty * np.eye(p)
            found = np.linalg.solve(normal, turned @ y[..., None])[..., 0]
        else:
            gram = seen @ turned + penalty * np.eye(N)
            found = (turned @ np.linalg.solve(gram, y[..., None]))[..., 0]
        missed = np.sum(weights[p:] ** 2)
        return Moments.of(np.sum((found - weights[:p]) ** 2, axis=1) + missed)

    def lapack(N: int, p: int) -> Moments:
        losses = []
        for _ in range(replicates):
            X = rng.standard_normal((N, p))
            y = X.sum(1) * (r / p**0.5) + sigma * rng.standard_normal(N)
            found = np.linalg.lstsq(X, y, rcond=None)[0]
            losses.append(np.sum((found - r / p**0.5) ** 2))
        return Moments.of(np.array(losses))

    least = LinearRegression(sigma=sigma, r=r)
    for N, p in ((200, 5), (60, 20), (20, 60)):
        toy = least.at(N=N, p=p)
        fast = toy.at(sampler="sufficient statistic")
        yield Race(
            f"least squares, N = {N}, p = {p}, samples", "np.linalg.lstsq in a loop",
            lambda toy=toy: toy.simulate_moments(rng, replicates),  # type: ignore[misc]
            lambda N=N, p=p: lapack(N, p), same_mean,  # type: ignore[misc]
        )  # fmt: skip
        yield Race(
            f"least squares, N = {N}, p = {p}, samples", "stacked X'X, np.linalg.solve",
            lambda toy=toy: toy.simulate_moments(rng, replicates),  # type: ignore[misc]
            lambda N=N, p=p: numpy(N, p, p, 0.0), same_mean,  # type: ignore[misc]
        )  # fmt: skip
        yield Race(
            f"least squares, N = {N}, p = {p}, sufficient statistic",
            "stacked X'X, np.linalg.solve",
            lambda fast=fast: fast.simulate_moments(rng, 50 * replicates),  # type: ignore[misc]
            lambda N=N, p=p: numpy(N, p, p, 0.0), same_mean, ours_per=50,  # type: ignore[misc]
        )  # fmt: skip
    ridge = least.at(N=400, p=10, estimator="ridge")
    drawn = ridge.at(sampler="sufficient statistic")
    yield Race(
        "ridge, N = 400, p = 10, samples", "stacked X'X, np.linalg.solve",
        lambda: ridge.simulate_moments(rng, replicates),
        lambda: numpy(400, 10, 10, ridge.penalty), same_mean,
    )  # fmt: skip
    yield Race(
        "ridge, N = 400, p = 10, sufficient statistic", "stacked X'X, np.linalg.solve",
        lambda: drawn.simulate_moments(rng, 10 * replicates),
        lambda: numpy(400, 10, 10, ridge.penalty), same_mean, ours_per=10,
    )  # fmt: skip
    some = DoubleDescent(N=20, p=40, D=60, sigma=sigma, r=r)
    omitted = OmittedFeatures(N=20, p=40, f=40 / 60, sigma=sigma, r=r)
    for name, partial in (("double descent", some), ("omitted features", omitted)):
        yield Race(
            f"{name}, N = 20, p = 40 of 60, samples", "stacked XX', np.linalg.solve",
            lambda toy=partial: toy.simulate_moments(rng, replicates),  # type: ignore[misc]
            lambda: numpy(20, 40, 60, 0.0), same_mean,
        )  # fmt: skip
