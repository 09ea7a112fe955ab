"""Where the fit of a surface starts from: variable projection on a grid."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

START_EXPONENTS = np.array([0.05, 0.1, 0.2, 0.35, 0.6, 1.0])
"""Values of alpha and of beta."""

START_FLOORS = np.array([0.0, 0.3, 0.6, 0.8, 0.9, 0.97])
"""Values of E, as parts of the smallest loss."""

START_ORDERS = np.array([0.5, 1.0, 2.0, 4.0])
"""Values of q, where it is free."""


def grid_starts(
    form: str,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    log_losses: NDArray[np.float64],
    floors: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Starting points for the parameters of the kernels.

    Given exponents, order and E, the power (L - E)^q is linear in A^q and B^q, which are solved
    for. Residuals are weighted so that they approximate those of log L.

    Parameters
    ----------
    form : {"additive", "bracket", "mean"}
    x, y, log_losses : ndarray, shape (n,)
        Logarithms of parameters, tokens and losses, all centred.
    floors : ndarray
        Values of E, as parts of the smallest loss.

    Returns
    -------
    ndarray, shape (starts, 6)
        (a, b, E, alpha, beta, log q); of the floors only the best for every pair of exponents.
        One in the middle of the grid where no point of it has positive prefactors.
    """
    if form == "bracket":
        parts = [_project(x, y, log_losses, floors, 1 / beta, np.array([beta]))
                 for beta in START_EXPONENTS]  # fmt: skip
    else:
        orders = START_ORDERS if form == "mean" else np.ones(1)
        parts = [_project(x, y, log_losses, floors, q, START_EXPONENTS) for q in orders]
    found = np.concatenate(parts)
    found = found[np.isfinite(found[:, 0]), 1:]
    if not found.size:
        return np.array([[math.log(0.5), math.log(0.5), 0.0, 0.2, 0.2, 0.0]])
    return found


@np.errstate(all="ignore")
def _project(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    log_losses: NDArray[np.float64],
    floors: NDArray[np.float64],
    q: float,
    betas: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Sums of squares and solutions, shape (exponents * betas, 7), for one order.

    Numbers too large or too small for the grid are no error: they are not finite, and no start.
    """
    losses = np.exp(log_losses)
    floor = floors * losses.min()
    reducible = losses - floor[:, None]
    weight = (reducible ** (1 - q) / (q * losses)) ** 2
    target = reducible**q
    from_x, from_y = np.exp(-q * np.outer(START_EXPONENTS, x)), np.exp(-q * np.outer(betas, y))
    # shapes: (alpha, beta, floor)
    xx = (from_x**2 @ weight.T)[:, None, :]
    yy = (from_y**2 @ weight.T)[None, :, :]
    xy = (from_x[:, None, :] * from_y) @ weight.T
    xt = (from_x @ (weight * target).T)[:, None, :]
    yt = (from_y @ (weight * target).T)[None, :, :]
    tt = np.sum(weight * target**2, axis=1)
    determinant = xx * yy - xy**2
    first, second = (xt * yy - yt * xy) / determinant, (yt * xx - xt * xy) / determinant
    squares = tt - first * xt - second * yt
    squares[~((first > 0) & (second > 0) & np.isfinite(first + second + squares))] = np.inf
    best = np.argmin(squares, axis=2)[:, :, None]
    chosen = [np.take_along_axis(array, best, 2)[:, :, 0] for array in (squares, first, second)]
    alphas, others = np.meshgrid(START_EXPONENTS, betas, indexing="ij")
    columns = [
        chosen[0], np.log(chosen[1]) / q, np.log(chosen[2]) / q, floor[best[:, :, 0]],
        alphas, others, np.full_like(alphas, np.log(q)),
    ]  # fmt: skip
    return np.stack(columns, axis=-1).reshape(-1, 7)
