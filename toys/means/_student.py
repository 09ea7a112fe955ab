"""Exact values for Student's t distribution: the absolute value of its means and medians.

All integrals use the trapezoidal rule over the logarithm of a positive variable. If the integrand
is analytic in a strip about the real axis and vanishes at both ends, the error falls exponentially
with the number of points (Trefethen and Weideman 2014).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, gammaln

STEP = 0.08
"""Step of the trapezoidal rule in the logarithm of the frequency or of the distance."""

REACH = 36.0
"""Integrals are cut off where the integrand is below exp(-REACH)."""

NOTHING = -1e200
"""A stand-in for the logarithm of 0, finite so that 0 times it is 0."""

ROWS = 128
"""Number of frequencies treated at a time, which limits the memory."""


def log_mean_size(nu: float, N: int) -> float:
    """E ln|x̄| for the mean x̄ of N draws from Student's t with `nu` degrees of freedom.

    For a symmetric X with the characteristic function φ, E ln|X| is -ln s minus the integral of
    φ(t) - exp(-t/s) over ln t, for every s > 0. The reason is that φ = exp(-t/s) is the Cauchy
    distribution of scale 1/s, for which E ln|X| = -ln s. The result is accurate to about 1e-12.
    """
    index = min(nu, 2.0)
    scale = float(N) ** (1 - 1 / index)
    slowest = min(index, 1.0)
    log_t = np.arange(-REACH / slowest, 6.0 / slowest, STEP)
    power = np.exp(N * _log_characteristic(nu, np.exp(log_t) * (scale / N)))
    return -math.log(scale) - STEP * float(np.sum(power - np.exp(-np.exp(log_t))))


def _log_characteristic(nu: float, t: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logarithm of the characteristic function φ of Student's t at increasing frequencies t.

    The relative accuracy is high if the logarithm is near 0. Far out, where φ is small, φ itself is
    accurate to rounding.

    A draw is normal with the variance nu/(2w), where w has a gamma distribution of order nu/2. So 1
    - φ(t) is the mean of 1 - exp(-nu t²/(4w)), in which nothing cancels. For large t, where φ is
    small, φ itself is the mean of exp(-nu t²/(4w)).
    """
    z = nu * t * t / 4
    half = nu / 2
    step = min(0.25, 0.6 / math.sqrt(half))
    low = math.log(z[0]) - REACH / half  # below z only the weight matters, w^half
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
        with np.errstate(divide="ignore"):  # far out this is log 0
            logs[rows] = np.where(missing < 0.5, np.log1p(-np.minimum(missing, 0.5)), np.log(left))
    return logs


def mean_size_of_median(nu: float, m: int) -> float:
    """E|median| of 2m + 1 draws from Student's t, or of 2m + 2, to about 1e-12.

    Let s be P(|x| < X) for the absolute value X of a draw. The median of 2m + 1 draws has a density
    proportional to (1 - s²)^m in x. The lower of the two middle draws among 2m + 2 has one
    proportional to (1 - s²)^m (1 - s), where s has the sign of x; its odd part does not contribute
    to the mean of the absolute value.
    """
    log_centre = gammaln((nu + 1) / 2) - gammaln(nu / 2) - 0.5 * math.log(math.pi * nu)
    scale = -log_centre - 0.5 * math.log(m + 1)
    decay = (m + 1) * nu - 1
    log_x = np.arange(scale - REACH, scale + 3 + max(3.0, REACH / decay), STEP)
    square = np.exp(2 * log_x) / nu
    share = betainc(0.5, nu / 2, square / (1 + square))
    rest = betainc(nu / 2, 0.5, 1 / (1 + square))
    with np.errstate(divide="ignore"):  # far out this is log 0
        far = np.maximum(np.log(rest) + np.log1p(share), NOTHING)
    log_rest = np.where(share < 0.5, np.log1p(-(np.minimum(share, 0.5) ** 2)), far)
    log_weight = m * log_rest - (nu + 1) / 2 * np.log1p(square) + log_x
    weight = np.exp(log_weight - np.max(log_weight))
    return float(np.sum(weight * np.exp(log_x)) / np.sum(weight))
