"""The constants of Delaunay interpolation, against those found by enumeration."""

from itertools import product
from math import gamma, pi

import pytest

import symbolic


def prefactor(name, d):
    derivation = symbolic.get(f"delaunay.{name}")
    return float(derivation.law_at({"d": d}).prefactor)


# C_d, A_d: simulated, and by exact rational arithmetic for the directions, d by d
C = (1, 0.0474943, 0.0189925, 0.0117605, 0.0086004, 0.0068458, 0.0057338, 0.0049676)
A = (0.5, 1 / (2 * pi), 0.110084, 0.0899958, 0.07869, 0.071297)


@pytest.mark.parametrize("d", range(1, 9))
def test_squared(d):
    assert prefactor("squared", d) == pytest.approx(8 * pi**4 * C[d - 1], rel=2e-5, abs=0)


@pytest.mark.parametrize("d", range(1, 7))
def test_absolute(d):
    assert prefactor("absolute", d) == pytest.approx(8 * pi * A[d - 1], rel=2e-5, abs=0)


def test_one_dimension_is_linear_interpolation():
    for loss in ("squared", "absolute"):
        exact = symbolic.get(f"linear_interpolation.circle_{loss}").law.prefactor
        assert prefactor(loss, 1) == pytest.approx(float(exact), rel=1e-12, abs=0)


def test_a_triangle_by_brute_force():
    """d = 2: directions on a grid of angles, weighted with the squared area of their triangle."""
    import numpy as np

    angles = 2 * pi * np.arange(24) / 24  # exact for trigonometric polynomials of this degree
    first, second, third = np.meshgrid(angles, angles, angles, indexing="ij")
    x, y = np.cos([first, second, third]), np.sin([first, second, third])
    area = (x[1] - x[0]) * (y[2] - y[0]) - (x[2] - x[0]) * (y[1] - y[0])
    weight = area**2 / (area**2).sum()
    mean = {1: 0.0, 2: 0.0}
    factorial = {0: 1, 1: 1, 2: 2, 3: 6, 4: 24}
    for edges in ([(i, j)] for i, j in ((0, 1), (0, 2), (1, 2))):
        ((i, j),) = edges
        mean[1] += (weight * (x[i] - x[j]) ** 2).sum() * 2 / (2 * 3 * 4)
    for (i, j), (k, m) in product(((0, 1), (0, 2), (1, 2)), repeat=2):
        counts = [[i, j, k, m].count(n) for n in range(3)]
        dirichlet = 2 * factorial[counts[0]] * factorial[counts[1]] * factorial[counts[2]] / 720
        mean[2] += (weight * (x[i] - x[j]) ** 2 * (x[k] - x[m]) ** 2).sum() * dirichlet
    radius4 = gamma(5) / gamma(3) / pi**2
    radius2 = gamma(4) / gamma(3) / pi
    assert prefactor("squared", 2) == pytest.approx(
        8 * pi**4 * radius4 * mean[2] / 4, rel=1e-10, abs=0
    )
    assert prefactor("absolute", 2) == pytest.approx(
        8 * pi * radius2 * mean[1] / 2, rel=1e-10, abs=0
    )
