"""Slow and obvious twins of interpolation by the nearest neighbour. Imports nothing of toylaws."""

import math

import mpmath as mp
import numpy as np


def nearest(points, queries, periodic):
    """Index of the nearest point, by looking at every image of every point."""
    found = []
    for one, asked in zip(points, queries, strict=True):
        row = []
        for query in asked:
            gaps = np.abs(one - query)
            if periodic:
                gaps = np.minimum(gaps, 1 - gaps)
            row.append(int(np.argmin(np.sum(gaps**2, axis=1))))
        found.append(row)
    return np.array(found)


def torus_neighbors(rng, d, D, loss, queries, replicates):
    """Losses from the nearest distance as an order statistic, a direction and a phase."""
    volume = math.pi ** (d / 2) / math.gamma(d / 2 + 1)
    losses = []
    for _ in range(replicates):
        total = 0.0
        for _ in range(queries):
            share = 1 - math.exp(-rng.standard_exponential() / D)
            direction = rng.standard_normal(d)
            shift = (share / volume) ** (1 / d) * direction[0] / np.linalg.norm(direction)
            phase = rng.random()
            one, other = math.cos(2 * math.pi * phase), math.cos(2 * math.pi * (phase + shift))
            if loss == "zero-one":
                total += (one > 0) != (other > 0)
            else:
                total += abs(one - other) ** (1 if loss == "absolute" else 2)
        losses.append(total / queries)
    return np.array(losses)


def torus_loss(d, D, loss):
    """Expected loss on the torus by quadrature over the share of the volume, in 16 digits."""
    with mp.workdps(16):
        half = mp.mpf(d) / 2
        volume = mp.pi**half / mp.gamma(half + 1)
        moment = mp.gamma(half) / (mp.sqrt(mp.pi) * mp.gamma(half + mp.mpf(1) / 2))

        def cost(r):
            if loss == "zero-one":
                return 2 * moment * r
            if loss == "squared":  # 1 - the characteristic function of a uniform direction
                with mp.workdps(50):
                    return 1 - mp.hyp0f1(half, -((mp.pi * r) ** 2))
            z = mp.pi * r  # (4/pi) E sin(z |u|), a Struve function
            return 4 / mp.pi * z * moment * mp.hyp1f2(1, 1.5, half + 0.5, -(z**2) / 4)

        def integrand(t):  # share v = 1 - exp(-s/D), s = exp(t)
            s = mp.e**t
            v = -mp.expm1(-s / D)
            return unit * cost((v / volume) ** (1 / mp.mpf(d))) * mp.e ** (t - s)

        unit = mp.mpf(D) ** (2 / mp.mpf(d))  # quadrature stops at an absolute error
        return mp.quad(integrand, [-40, -12, -4, -2, -1, 0, 1, 2, 3, 4]) / unit


def sphere_loss(d, D, loss):
    """Expected loss on the sphere by quadrature over the angle, in 16 digits."""
    with mp.workdps(16):
        half = mp.mpf(d) / 2

        def outside(angle):  # share of the sphere farther than the angle
            if angle > mp.pi / 2:
                return mp.betainc(half, 0.5, 0, mp.sin(angle) ** 2, regularized=True) / 2
            return 1 - mp.betainc(half, 0.5, 0, mp.sin(angle) ** 2, regularized=True) / 2

        mean = mp.gamma(half + 0.5) / (mp.sqrt(mp.pi) * mp.gamma(half + 1))

        def slope(angle):
            if loss == "squared":  # of 4 sin²(angle/2)
                return 2 * mp.sin(angle)
            return 1 / mp.pi if loss == "zero-one" else mp.sqrt(d + 1) * mean * mp.cos(angle / 2)

        area = d * mp.beta(half, 0.5)
        # where about s points would lie within the angle
        cuts = [(area * s / D) ** (1 / mp.mpf(d)) for s in (0.01, 0.1, 0.5, 1, 2, 4, 8, 16, 40)]
        cuts = [0, *(c for c in cuts if c < 3), mp.pi]
        unit = mp.mpf(D) ** (2 / mp.mpf(d))  # quadrature stops at an absolute error
        return mp.quad(lambda angle: unit * slope(angle) * outside(angle) ** D, cuts) / unit
