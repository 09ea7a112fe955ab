"""Exact values for Student's law: the size of its means, and of its medians.

All quadratures are the trapezoidal rule over the logarithm of a positive variable. For functions
that are analytic in a strip about the real axis, and vanish at both ends, its error falls
exponentially with the number of points (Trefethen and Weideman 2014).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, gammaln

STEP = 0.08
"""Of the logarithm of the frequency, or of the distance."""

REACH = 36.0
"""exp(-36) is negligible."""

NOTHING = -1e200
"""Logarithm of what is 0; times 0, it is 0."""

ROWS = 128
"""Frequencies treated at a time, so that little memory is needed."""


def log_mean_size(nu: float, N: int) -> float:
    """E ln|x̄|, x̄ the mean of N draws from Student's law with `nu` degrees of freedom.

    For a symmetric X with the characteristic function φ, E ln|X| is - ln s less the integral of
    φ(t) - exp(-t/s) over ln t, for every s > 0: for the Cauchy law with φ = exp(-t/s) the mean of
    ln|X| is - ln s. To about 1e-12.
    """
    index = min(nu, 2.0)
    scale = float(N) ** (1 - 1 / index)
    slowest = min(index, 1.0)
    log_t = np.arange(-REACH / slowest, 6.0 / slowest, STEP)
    power = np.exp(N * _log_characteristic(nu, np.exp(log_t) * (scale / N)))
    return -math.log(scale) - STEP * float(np.sum(power - np.exp(-np.exp(log_t))))


def _log_characteristic(nu: float, t: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logarithm of the characteristic function φ of Student's law, at frequencies t that ascend.

    Relatively accurate where it is near 0; far out, where φ is small, φ is accurate to rounding.

    A draw is normal with the variance nu/(2w), w of the gamma law of order nu/2, so that
    1 - φ(t) is the mean of 1 - exp(-nu t²/(4w)), in which nothing cancels; and φ itself is the
    mean of exp(-nu t²/(4w)), for t so large that it is small.
    """
    z = nu * t * t / 4
    half = nu / 2
    step = min(0.25, 0.6 / math.sqrt(half))
    low = math.log(z[0]) - REACH / half  # below z every term has the weight alone, w^half
    if half > 1:  # between z and the peak of the weight, w^(half-1)
        low = max(low, math.log(half) - (REACH + half) / (half - 1))
    low = min(low, math.log(half) - 12 / math.sqrt(half))
    high = math.log(half + 12 * math.sqrt(half) + 60 + math.sqrt(z[-1]))
    v = np.arange(low, high, step)
    w = np.exp(v)
    weight = step * np.exp(half * v - w - gammaln(half))
    logs = np.empty_like(t)
    for start in range(0, t.size, ROWS):
        rows = slice(start, start + ROWS)
        exponent = z[rows, None] / w
        missing = -np.expm1(-exponent) @ weight
        left = np.exp(-exponent) @ weight
        with np.errstate(divide="ignore"):  # far out there is nothing left at all
            logs[rows] = np.where(missing < 0.5, np.log1p(-np.minimum(missing, 0.5)), np.log(left))
    return logs


def mean_size_of_median(nu: float, m: int) -> float:
    """E|median| of 2m + 1 draws from Student's law, or of 2m + 2, to about 1e-12.

    With s = P(|x| < X) of the size X of a draw, the median has a density proportional to
    (1 - s²)^m in x; the lower of the two middle ones among 2m + 2 has one proportional to
    (1 - s²)^m (1 - s), s with the sign of x, whose odd part does not count for its size.
    """
    log_centre = gammaln((nu + 1) / 2) - gammaln(nu / 2) - 0.5 * math.log(math.pi * nu)
    scale = -log_centre - 0.5 * math.log(m + 1)
    decay = (m + 1) * nu - 1
    log_x = np.arange(scale - REACH, scale + 3 + max(3.0, REACH / decay), STEP)
    square = np.exp(2 * log_x) / nu
    share = betainc(0.5, nu / 2, square / (1 + square))
    rest = betainc(nu / 2, 0.5, 1 / (1 + square))
    with np.errstate(divide="ignore"):  # far out there is nothing left at all
        far = np.maximum(np.log(rest) + np.log1p(share), NOTHING)
    log_rest = np.where(share < 0.5, np.log1p(-(np.minimum(share, 0.5) ** 2)), far)
    log_weight = m * log_rest - (nu + 1) / 2 * np.log1p(square) + log_x
    weight = np.exp(log_weight - np.max(log_weight))
    return float(np.sum(weight * np.exp(log_x)) / np.sum(weight))
