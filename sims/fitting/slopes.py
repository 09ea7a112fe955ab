"""Running slopes: how steep the losses are between one size and the next."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Slope(NamedTuple):
    """d log L / d log N between two neighbouring sizes, at their geometric mean."""

    size: float
    slope: float
    standard_error: float | None


def local_slopes(
    sizes: NDArray[np.float64], means: NDArray[np.float64], errors: NDArray[np.float64] | None
) -> tuple[Slope, ...]:
    """Running slopes d log L / d log N between neighbouring sizes, with their errors.

    Parameters
    ----------
    sizes, means : ndarray, shape (n,)
        Increasing sizes and positive losses.
    errors : ndarray, shape (n,) or (n, n), or None
        Standard errors of the losses, or their covariance.

    Returns
    -------
    tuple of Slope, length n - 1
    """
    step = np.diff(np.log(sizes))
    slopes = np.diff(np.log(means)) / step
    middles = np.sqrt(sizes[1:]) * np.sqrt(sizes[:-1])
    if errors is None:
        return tuple(Slope(float(m), float(s), None) for m, s in zip(middles, slopes, strict=True))
    covariance = np.diag(errors**2) if errors.ndim == 1 else errors
    relative = covariance / np.outer(means, means)
    variances = np.diag(relative)
    both = variances[1:] + variances[:-1] - 2 * np.diag(relative, 1)
    spread = np.sqrt(np.maximum(both, 0.0)) / step
    return tuple(
        Slope(float(m), float(s), float(d)) for m, s, d in zip(middles, slopes, spread, strict=True)
    )
