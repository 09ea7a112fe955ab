"""Losses at several sizes, checked, with their errors made ready for a fit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sims.arrays import check_range, numbers
from sims.errors import BadInput

Errors = Literal["smoothed", "as given", "covariance", "none", "no noise"]

ROUNDING = 1e-12
"""A relative error below this is no statistical error."""

LEAST_SCATTER = 1e-10
"""Losses without errors scatter about a straight line at least so much: others lie on it."""

NARROW = 1e-6
"""Sizes whose logarithms span less than this have no slope."""

HOPELESS = 1e6
"""A relative error above this measures nothing, and ruins the scale of the others."""

SCATTER, OUTLIER = 0.65, 1.0
"""Errors whose logarithms scatter by less than this about a smooth curve, and lie by less than that
above it, are smoothed: estimates from 4 or more replicates mostly do so. Others are taken to differ
from size to size."""


@dataclass(frozen=True)
class Losses:
    """Mean losses by increasing size.

    Attributes
    ----------
    sizes, means : ndarray, shape (n,)
        Increasing sizes and positive losses.
    errors : ndarray, shape (n,), or None
        Standard errors of the means.
    covariance : ndarray, shape (n, n), or None
        Their covariance, where sizes share replicates.
    """

    sizes: NDArray[np.float64]
    means: NDArray[np.float64]
    errors: NDArray[np.float64] | None = None
    covariance: NDArray[np.float64] | None = None

    def relative_errors(self) -> tuple[NDArray[np.float64], Errors]:
        """Relative errors by size, and how they were made.

        Errors are mostly estimates: their relative size is smoothed by a parabola in log N (a
        straight line for fewer than 6 sizes), unless it scatters too much about it. What remains
        of the scatter raises it, since the mean of the logarithm of an estimated standard
        deviation lies below the logarithm of the true one by nearly its variance (by less for
        fewer than 5 replicates: the errors are then a little too large).
        """
        if self.errors is None:
            return np.full_like(self.means, max(_scatter(self), LEAST_SCATTER)), "none"
        relative = self.errors / self.means
        degree = 2 if self.sizes.size >= 6 else 1
        freedom = self.sizes.size - degree - 1
        if self.covariance is not None:
            return relative, "covariance"
        x = np.log(self.sizes / self.sizes[0])
        smooth = np.polyval(np.polyfit(x, np.log(relative), degree), x)
        apart = np.log(relative) - smooth
        variance = float(apart @ apart) / freedom
        if variance > SCATTER**2 or np.max(apart) > OUTLIER:
            return relative, "as given"
        return np.exp(smooth + variance), "smoothed"


def _scatter(losses: Losses) -> float:
    """Root mean square distance of log L from a straight line in log N."""
    x, y = np.log(losses.sizes), np.log(losses.means)
    rest = y - np.polyval(np.polyfit(x - x.mean(), y, 1), x - x.mean())
    return math.sqrt(float(np.mean(rest**2)))


def checked(sizes: ArrayLike, means: ArrayLike, errors: ArrayLike | None) -> Losses:
    """Losses by increasing size.

    Parameters
    ----------
    sizes, means : array_like, shape (n,)
        Sizes, all different, and mean losses; all positive.
    errors : array_like, shape (n,) or (n, n), or None
        Standard errors, or the covariance of the means.

    Raises
    ------
    BadInput
        If shapes differ, sizes repeat, a number is not positive and finite, an error is beyond all
        reason, a covariance is not symmetric and positive definite, or all losses are equal.
    """
    n, y = numbers("size", sizes), numbers("loss", means)
    e = None if errors is None else numbers("error", errors)
    for name, column in (("size", n), ("loss", y)):
        _check_column(name, column, n)
    matrix = None
    if e is not None and e.ndim == 2:
        matrix, e = _check_covariance(e, n.size)
    if e is not None:
        _check_column("error", e, n)
        check_errors(n, y, e)
    order = np.argsort(n)
    repeated = np.flatnonzero(np.diff(n[order]) == 0)
    if repeated.size:
        raise BadInput(f"size {n[order][repeated[0]]:g} is repeated; give each size once")
    if n.size and np.log(n.max()) - np.log(n.min()) < NARROW:
        raise BadInput(f"sizes from {n.min():g} to {n.max():g} are too close together")
    check_range("size", n)
    check_range("loss", y)
    if n.size > 1 and np.all(y == y[0]):
        raise BadInput(f"all losses are equal ({y[0]:g}): they do not depend on the size")
    return Losses(
        n[order],
        y[order],
        None if e is None else e[order],
        None if matrix is None else matrix[np.ix_(order, order)],
    )


def _check_column(name: str, column: NDArray[np.float64], sizes: NDArray[np.float64]) -> None:
    if column.ndim != 1:
        raise BadInput(f"{name}: shape {column.shape} is not allowed (one number a size)")
    if column.shape != sizes.shape:
        raise BadInput(f"{name}: shape {column.shape} does not match {sizes.shape} sizes")
    for size, value in zip(sizes, column, strict=True):
        if not (math.isfinite(value) and value > 0):
            where = "" if name == "size" else f" at size {size:g}"
            raise BadInput(f"{name} = {value:g}{where} is not allowed (positive and finite)")


def _check_covariance(
    matrix: NDArray[np.float64], count: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if matrix.shape != (count, count):
        raise BadInput(f"covariance: shape {matrix.shape} does not match {count} sizes")
    if not np.all(np.isfinite(matrix)) or not np.allclose(matrix, matrix.T, rtol=1e-9, atol=0):
        raise BadInput("covariance: it must be finite and symmetric")
    variances = np.diag(matrix)
    if not np.all(variances > 0):
        raise BadInput(f"covariance: variance = {variances.min():g} is not allowed (positive)")
    errors = np.sqrt(variances)
    if np.linalg.eigvalsh(matrix / np.outer(errors, errors))[0] < 1e-10:
        raise BadInput(
            "covariance: it is singular (some sizes' errors follow from the others'); it needs "
            "more replicates than sizes"
        )
    return matrix, errors


def check_errors(n: NDArray[np.float64], y: NDArray[np.float64], e: NDArray[np.float64]) -> None:
    """Refuse errors so small or large, beside their losses, that they are none."""
    for size, value, error in zip(n, y, e, strict=True):
        if error > HOPELESS * value:
            raise BadInput(
                f"error = {error:.2g} at size {size:g} is more than {HOPELESS:g} times the "
                f"loss {value:g}: it says nothing; leave that size out"
            )
        if error < ROUNDING * value:
            raise BadInput(
                f"error = {error:.2g} at size {size:g} is below rounding of the loss "
                f"{value:g}: the losses do not vary there; leave that size out"
            )
