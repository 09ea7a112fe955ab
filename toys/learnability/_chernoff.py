"""The maximum of a Brownian motion with a drift that pulls it down: its mean location."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

COARSE = 250
"""Number of steps in either direction of the coarser of two grids."""

RARE = 40.0
"""The grids end where the probability of what lies beyond is about exp(-RARE)."""


@lru_cache(maxsize=256)
def mean_drift(k: float) -> float:
    """E D(Z), where Z maximises W(s) - D(|s|) over all real s, and D(s) = 2^k s^(k+1)/(k+1).

    W is a two-sided Brownian motion. Multiplying D by a factor and rescaling s shows that E D(Z) =
    E max(W - D)/(2k+1). This maximum is the larger of two independent ones, to the right and to the
    left of 0. For k = 1, E D(Z) is the variance of Chernoff's distribution, 0.26356.

    Parameters
    ----------
    k : float
        Power of the drift's rate, 0.25 <= k <= 8.

    Returns
    -------
    float
        To about 1e-8 relative: two grids, extrapolated.
    """
    coarse, fine = (_expected_maximum(k, steps) for steps in (COARSE, 2 * COARSE))
    return (fine + (fine - coarse) / 3) / (2 * k + 1)


def _expected_maximum(k: float, steps: int) -> float:
    """E max(M, M'), both with the distribution F(m) = P(W(s) < m + D(s) for all s > 0)."""
    reach = (2 * RARE * (k + 1) ** 2 / 4**k) ** (1 / (2 * k + 1))  # D²/(2s) = RARE
    # the largest m: there the minimum of (m + D)²/(2s) over s is RARE
    s = reach * np.linspace(0, 1, 2001)[1:]
    height = float(np.max(np.sqrt(2 * RARE * s) - 2**k * s ** (k + 1) / (k + 1)))
    crowded = np.sinh(3 * np.linspace(0, 1, steps + 1)) / math.sinh(3)  # where F is steep
    m = height * crowded
    times = reach * np.linspace(0, 1, steps + 1) ** 2
    survival = -np.expm1(
        -2 * (2 * reach) ** k * m
    )  # exact for a drift that stays constant from here on
    _backwards(times, m, k, survival)
    beyond = 1 - survival**2
    stretch = np.cosh(3 * np.linspace(0, 1, steps + 1)) * 3 / math.sinh(3) * height
    values = beyond * stretch  # times dm/d(grid)
    return float((values.sum() - (values[0] + values[-1]) / 2) / steps)


@njit(cache=True, nogil=True, error_model="numpy")
def _backwards(
    times: NDArray[np.float64], y: NDArray[np.float64], k: float, u: NDArray[np.float64]
) -> None:
    """Solve u_s + (2s)^k u_y + u_yy/2 = 0, u = 0 at y = 0, from the last time to the first.

    u is the probability that y + W + (the drift from now on) never falls to 0. The method is that
    of Crank and Nicolson.
    """
    n = y.size
    below, above = np.zeros(n), np.zeros(n)
    diagonal, right = np.empty(n), np.empty(n)
    for j in range(times.size - 1, 0, -1):
        step = times[j] - times[j - 1]
        drift = 2.0**k * (times[j] ** (k + 1) - times[j - 1] ** (k + 1)) / ((k + 1) * step)
        diagonal[0], right[0] = 1.0, 0.0
        diagonal[n - 1], right[n - 1] = 1.0, u[n - 1]
        below[n - 1] = 0.0
        for i in range(1, n - 1):
            down, up = y[i] - y[i - 1], y[i + 1] - y[i]
            lower = (1.0 - drift * up) / (down * (down + up))
            upper = (1.0 + drift * down) / (up * (down + up))
            half = 0.5 * step
            right[i] = u[i] + half * (lower * (u[i - 1] - u[i]) + upper * (u[i + 1] - u[i]))
            below[i], above[i] = -half * lower, -half * upper
            diagonal[i] = 1.0 + half * (lower + upper)
        above[0] = 0.0
        for i in range(1, n):
            factor = below[i] / diagonal[i - 1]
            diagonal[i] -= factor * above[i - 1]
            right[i] -= factor * right[i - 1]
        u[n - 1] = right[n - 1] / diagonal[n - 1]
        for i in range(n - 2, -1, -1):
            u[i] = (right[i] - above[i] * u[i + 1]) / diagonal[i]
