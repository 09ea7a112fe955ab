"""Linear interpolation on a circle, against quadrature and simulated gaps done here."""

import itertools

import mpmath as mp
import numpy as np
import pytest

import symbolic


def law(name, **at):
    derivation = symbolic.get(f"linear_interpolation.{name}")
    return float(derivation.law.expression.subs(derivation.size.symbol, at.popitem()[1]))


NODES, WEIGHTS = np.polynomial.legendre.leggauss(60)


def mean_over_gaps(error, points):
    """E over the gap around a query of error(length), by quadrature of its density."""
    edges = np.minimum(1, np.array([0, 2, 6, 15, 30, 60, points]) / points)
    total = 0.0
    for low, high in itertools.pairwise(edges):
        length = low + (high - low) * (NODES + 1) / 2
        density = points * (points - 1) * length * (1 - length) ** (points - 2)
        total += (high - low) / 2 * (WEIGHTS * error(length) * density).sum()
    return total


def error_of_the_chord(length, power):
    """Mean over place and phase of |cosine - chord|^power in gaps of these lengths."""
    share, z = (NODES[:, None] + 1) / 2, 2j * np.pi * length
    amplitude = abs(np.exp(z * share) - (1 - share) - share * np.exp(z))
    return (WEIGHTS @ amplitude**power) / 2 * (0.5 if power == 2 else 2 / np.pi)


@pytest.mark.parametrize(("name", "power"), [("circle_squared", 2), ("circle_absolute", 1)])
def test_random_points(name, power):
    exact = mean_over_gaps(lambda length: error_of_the_chord(length, power), 300)
    assert law(name, D=300) == pytest.approx(exact, rel=1e-4, abs=0)


@pytest.mark.parametrize("points", [2, 5, 40])
def test_few_random_points(points):
    exact = mean_over_gaps(lambda length: error_of_the_chord(length, 2), points)
    finite = symbolic.get("linear_interpolation.circle_squared").finite_at({"D": points})
    assert float(finite) == pytest.approx(exact, rel=1e-9, abs=0)


def test_a_kink_between_random_points():
    """|x| between sorted random points, by the trapezoids that it is made of."""
    points, total, rng = 12, [], np.random.default_rng(3)
    for _ in range(4000):
        x = np.sort(rng.random(points)) - 0.5
        x = np.concatenate([[x[-1] - 1], x, [x[0] + 1]])
        fine = np.linspace(-0.5, 0.5, 401)
        total.append(((np.interp(fine, x, 0.5 - abs(abs(x) - 0.5)) - abs(fine)) ** 2)[1:].mean())
    error = np.std(total) / len(total) ** 0.5
    finite = float(
        symbolic.get("linear_interpolation.kink").finite.subs(
            symbolic.get("linear_interpolation.kink").size.symbol, points
        )
    )
    assert abs(np.mean(total) - finite) < 4 * error
    assert error < 0.06 * finite
    assert law("kink", D=1000) == pytest.approx(32 / 15 / (1001 * 1002 * 1003), rel=1e-7, abs=0)


@pytest.mark.parametrize("knots", [10, 37])
def test_uniform_knots(knots):
    total, queries = 0.0, 200
    for i in range(queries):
        for j in range(4):
            phase, share = 2 * mp.pi * j / 4 + 0.3, (i + mp.mpf(1) / 2) / queries
            left, right = (mp.cos(phase + 2 * mp.pi * n / knots) for n in (0, 1))
            truth = mp.cos(phase + 2 * mp.pi * share / knots)
            total += (truth - (1 - share) * left - share * right) ** 2
    derivation = symbolic.get("linear_interpolation.uniform_knots")
    assert float(derivation.finite_at({"P": knots})) == pytest.approx(
        float(total / queries / 4), rel=1e-4, abs=0
    )
    slack = 4e-3 if knots == 10 else 1e-4
    assert law("uniform_knots", P=knots) == pytest.approx(
        float(total / queries / 4), rel=slack, abs=0
    )


def test_random_points_cost_120_times_as_much_as_uniform_ones():
    ratio = (
        symbolic.get("linear_interpolation.circle_squared").law.prefactor
        / symbolic.get("linear_interpolation.uniform_knots").law.prefactor
    )
    assert ratio == 120
