"""Slow and obvious twins of means and medians of heavy-tailed draws. Imports nothing of toylaws."""

import math

import mpmath as mp
import numpy as np


def stable_draw(rng, a):
    """Chambers, Mallows and Stuck."""
    angle = math.pi * (rng.random() - 0.5)
    ratio = math.cos((1 - a) * angle) / rng.standard_exponential()
    return math.sin(a * angle) * (ratio / math.cos(angle)) ** (1 / a) / ratio


def student_draw(rng, nu):
    """Bailey's polar method."""
    radius = math.sqrt(nu * math.expm1(2 / nu * rng.standard_exponential()))
    return radius * math.cos(2 * math.pi * rng.random())


def mean_sizes(rng, draw, parameter, N, replicates):
    """|average of N draws|."""
    return np.array(
        [abs(sum(draw(rng, parameter) for _ in range(N)) / N) for _ in range(replicates)]
    )


def median_sizes(rng, nu, N, replicates):
    """|median of N draws|, the lower of two."""
    return np.array(
        [
            abs(sorted(student_draw(rng, nu) for _ in range(N))[(N + 1) // 2 - 1])
            for _ in range(replicates)
        ]
    )


def characteristic(nu, t):
    """Student's characteristic function, by the Bessel function."""
    z = mp.sqrt(nu) * t
    return (
        z ** (mp.mpf(nu) / 2)
        * mp.besselk(mp.mpf(nu) / 2, z)
        * 2 ** (1 - mp.mpf(nu) / 2)
        / (mp.gamma(mp.mpf(nu) / 2))
    )


def log_mean_size(nu, N):
    """E ln|mean of N| = -gamma - integral of (phi(t/N)^N - [t < 1])/t, in 20 digits."""
    with mp.workdps(25):
        nu = mp.mpf(nu)

        def power(u):
            t = mp.exp(u)
            return characteristic(nu, t / N) ** N

        middle = mp.log(N) * (1 - 1 / min(nu, mp.mpf(2)))
        low = [middle - d for d in (80, 40, 20, 10, 5, 2.5, 0)]
        high = [middle + d for d in (0, 2.5, 5, 8, 12)]
        below = mp.quad(lambda u: power(u) - 1, low)
        above = mp.quad(power, high)
        return -mp.euler - (below + above) - middle


def median_size(nu, N):
    """E|median of N|: the density of the order statistic of rank (N+1)//2, integrated."""
    with mp.workdps(40):
        nu, k = mp.mpf(nu), (N + 1) // 2
        centre = mp.gamma((nu + 1) / 2) / mp.sqrt(nu * mp.pi) / mp.gamma(nu / 2)

        def density(x):
            half = mp.betainc(nu / 2, 0.5, 0, nu / (nu + x * x), regularized=True) / 2
            below = half if x < 0 else 1 - half
            ways = mp.gamma(N + 1) / mp.gamma(k) / mp.gamma(N - k + 1)
            law = centre * (1 + x * x / nu) ** (-(nu + 1) / 2)
            return ways * below ** (k - 1) * (1 - below) ** (N - k) * law

        unit = 1 / (centre * mp.sqrt(N))
        marks = [
            0,
            unit,
            2 * unit,
            4 * unit,
            8 * unit,
            40 * unit,
            1000 * unit,
            10**6 * unit,
            mp.inf,
        ]
        return mp.quad(lambda x: x * (density(x) + density(-x)), marks)
