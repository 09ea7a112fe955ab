"""Least squares by Levenberg and Marquardt's method, within bounds."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from sims.fitting.forms.forms import Array

UNDAMPED = 1e-10
"""Damping too small to matter."""

Evaluate = Callable[[Array], tuple[Array, Array]]


class Minimum(NamedTuple):
    """Where a sum of squares is least."""

    at: Array
    squares: float
    converged: bool


def descend(evaluate: Evaluate, start: Array, low: Array, high: Array, limit: int = 100) -> Minimum:
    """The least sum of squares, by Levenberg and Marquardt's method within bounds.

    Parameters
    ----------
    evaluate : callable
        Coordinates (k,) -> residuals (n,) and Jacobian (n, k). Where they are not finite, the
        point lies outside the domain, and no step leads there.
    start, low, high : ndarray, shape (k,)
        Where to start, and the bounds, which hold a coordinate once it is driven on to them.
    limit : int
        Steps at most.

    Returns
    -------
    Minimum
        Converged if an undamped step promises to lessen the squares by no more than rounding, or
        none lessens them although less than 1e-6 is promised.
    """
    at = np.clip(start, low, high)
    residuals, jacobian = evaluate(at)
    squares = float(residuals @ residuals)
    damping, promised, last = 1e-4, math.inf, False
    for _ in range(limit):
        if not math.isfinite(squares):
            break
        step = _damped_step(residuals, jacobian, damping, at, low, high)
        moved = jacobian @ step
        promised = -float((2 * residuals + moved) @ moved)
        if abs(promised) <= 1e-16 + 1e-14 * squares:
            if last or damping <= UNDAMPED:
                return Minimum(at, squares, True)
            damping, last = UNDAMPED, True
            continue
        there, slopes = evaluate(at + step)
        reached = float(there @ there) if promised > 0 else math.inf  # cut short, it may mislead
        if reached < squares and np.isfinite(slopes).all():
            last = last and squares - reached <= 1e-14 * squares
            at, residuals, jacobian, squares = at + step, there, slopes, reached
            damping = max(damping / 10, UNDAMPED)
        elif damping > 1e8:
            break
        else:
            damping *= 10
    return Minimum(at, squares, abs(promised) <= 1e-6)


def _damped_step(
    residuals: Array, jacobian: Array, damping: float, at: Array, low: Array, high: Array
) -> Array:
    """Levenberg and Marquardt's step, of the coordinates not driven on to a bound, cut short."""
    gradient = residuals @ jacobian
    free = ~(((at <= low) & (gradient > 0)) | ((at >= high) & (gradient < 0)))
    columns = jacobian[:, free]
    scale = np.sqrt(np.einsum("ij,ij->j", columns, columns))
    scale[scale == 0] = 1.0
    stacked = np.vstack([columns / scale, math.sqrt(damping) * np.eye(scale.size)])
    target = np.concatenate([-residuals, np.zeros(scale.size)])
    step = np.zeros_like(at)
    step[free] = np.linalg.lstsq(stacked, target)[0] / scale
    return np.clip(at + step, low, high) - at
