"""The models of an averaged fit, each with its weight, and the covariance over all of them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sims.fitting.average.averaged import Averaging, Solution
from sims.fitting.average.posteriors import BROAD
from sims.fitting.average.record import Correction, WeighedModel


def weighed(
    problem: Averaging, solution: Solution
) -> tuple[tuple[WeighedModel, ...], NDArray[np.float64] | None]:
    """The models by decreasing weight, and the covariance of (log c, a) over all of them, if any.

    Where the size of the errors is unknown, one model stands in several places, once for each
    size: their weights are added, and the rest is taken from the weightiest.
    """
    kept, losses, table = int(solution.kept[0]), problem.losses, problem.models
    low = math.log(losses.sizes[losses.sizes.size - kept])
    unit = losses.means[losses.sizes.size - kept]
    to_one = np.array([[1.0, low], [0.0, 1.0]])  # log c at N = 1 from log c at the smallest size
    own, means, points = [], [], []
    for j in np.flatnonzero(solution.weights[0] > 0).tolist():
        log_c, a = solution.parameters[0, j, :2]
        own.append(to_one @ _local_covariance(solution, j) @ to_one.T)
        mean = solution.means[0, j]
        means.append([log_c + math.log(unit) + mean * low, mean])
        points.append((j, float(math.exp(log_c + a * low) * unit)))
    weights = solution.weights[0, [j for j, _ in points]]
    apart = np.array(means) - weights @ np.array(means)
    covariance: NDArray[np.float64] | None = (
        np.tensordot(weights, own, 1) + (weights[:, None] * apart).T @ apart
    )
    if covariance is not None and not np.isfinite(covariance).all():
        covariance = None
    merged: dict[int, WeighedModel] = {}
    single = int(np.sum(table.scales == table.scales[0]))
    for j, prefactor in sorted(points, key=lambda point: -solution.weights[0, point[0]]):
        weight = float(solution.weights[0, j])
        if j % single in merged:
            before = merged[j % single]
            merged[j % single] = before._replace(weight=before.weight + weight)
            continue
        theta = solution.parameters[0, j]
        broad = bool(table.kinds[j] == BROAD)
        if broad:
            terms = [(table.powers[j, 0] * math.exp(theta[3]), theta[2])]
        else:
            used = np.flatnonzero(table.widths[j] > 0)
            terms = [(table.powers[j, u], theta[2 + u]) for u in used]
        merged[j % single] = WeighedModel(
            weight=weight,
            exponent=float(theta[1]),
            standard_error=float(solution.deviations[0, j]),
            prefactor=prefactor,
            floor=float(theta[-1] * unit),
            corrections=tuple(Correction(float(w), float(b)) for w, b in terms),
            broad=broad,
            has_floor=bool(table.floors[j]),
            chi2=float(solution.chi2[0, j]),
            place=int(j),
        )
    return tuple(sorted(merged.values(), key=lambda model: -model.weight)), covariance


def _local_covariance(solution: Solution, j: int) -> NDArray[np.float64]:
    """Of (log c, a) in one model: log c to first order in a, which has its own variance."""
    tilt = solution.ties[0, j] / solution.laplace[0, j]
    variance = solution.deviations[0, j] ** 2
    spread = solution.spreads[0, j] + tilt**2 * (variance - solution.laplace[0, j])
    return np.array([[spread, tilt * variance], [tilt * variance, variance]])
