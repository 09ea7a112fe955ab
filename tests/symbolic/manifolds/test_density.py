"""Distances between points that are not uniform, against quadrature over the exact law."""

import numpy as np
import pytest
from scipy import stats

import symbolic


def law(name, points, **at):
    derivation = symbolic.get(f"density.{name}")
    return float(derivation.law_at(at).expression.subs(derivation.size.symbol, points))


def squared_distance(c, points):
    x = np.arange(200) / 200  # exact for smooth periodic functions
    nodes, weights = np.polynomial.legendre.leggauss(200)
    top = 30 / points / (1 - c)
    r = top * (nodes[:, None] + 1) / 2
    nearer = 2 * r + c / np.pi * np.cos(2 * np.pi * x) * np.sin(2 * np.pi * r)
    inner = (top / 2 * weights) @ (2 * r * (1 - nearer) ** points)
    return (inner * (1 + c * np.cos(2 * np.pi * x))).mean()


@pytest.mark.parametrize("c", [0.2, 0.6])
def test_a_cosine_density_on_the_circle(c):
    leading = 1 / (2 * (1 - c**2) ** 0.5)
    assert law("nonuniform", 10**9, d=1, c=c) == pytest.approx(leading * 1e-18, rel=4e-9, abs=0)
    exact, derived = (
        [(loss(n) * n**2 / leading - 1) * n for n in (4000, 8000)]
        for loss in (
            lambda n: squared_distance(c, n), lambda n: law("nonuniform", n, d=1, c=c),
        )
    )  # fmt: skip
    assert derived[1] == pytest.approx(2 * exact[1] - exact[0], rel=2e-4, abs=0)


@pytest.mark.parametrize("d", [6, 8])
def test_gaussian_data(d):
    """E r² from the noncentral law of distances: it comes near the law as the points get many."""
    nodes, weights = np.polynomial.legendre.leggauss(60)
    away = 5 * (nodes + 1)
    density = stats.chi(d).pdf(away) * weights * 5
    seen = []
    for points in (1e6, 1e9):
        total = 0.0
        for distance, weight in zip(away, density, strict=True):
            top = distance + 6
            r = top * (nodes + 1) / 2
            nearer = stats.ncx2.cdf(r**2, d, distance**2)
            total += weight * (top / 2 * weights * 2 * r * np.exp(-points * nearer)).sum()
        seen.append(law("gaussian", points, d=d) / total)
    assert abs(seen[1] - 1) < abs(seen[0] - 1)
    assert seen[1] == pytest.approx(1, abs=0.015)
