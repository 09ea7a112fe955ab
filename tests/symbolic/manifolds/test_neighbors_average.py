"""The mean of k neighbours, against exact losses that are computed here."""

import numpy as np
import pytest
from scipy import optimize, special, stats

import symbolic

NODES, WEIGHTS = np.polynomial.legendre.leggauss(80)


def mean_over_the_share(function, k, points):
    """E of a function of the share v with the law Beta(k+1, D-k)."""
    law = stats.beta(k + 1, points - k)
    low, high = law.ppf(1e-14), law.isf(1e-14)
    v = low + (high - low) * (NODES + 1) / 2
    return (high - low) / 2 * (WEIGHTS * function(v) * law.pdf(v)).sum()


def torus(k, points, sigma, d):
    """The loss of k neighbours, f = cos(2 pi x_1), from E cos of a point of a ball."""
    ball = np.pi ** (d / 2) / special.gamma(d / 2 + 1)

    def loss(v):
        z = 2 * np.pi * (v / ball) ** (1 / d)
        wave = special.hyp0f1(d / 2 + 1, -(z**2) / 4)
        return (1 - wave) ** 2 / 2 + (1 - wave**2) / (2 * k)

    return sigma**2 / k + mean_over_the_share(loss, k, points)


def interval(k, points, sigma):
    def loss(v):
        x = (NODES[:, None] + 1) / 2 * v / 2  # the distance from an end, up to v/2
        bias = 2 * (WEIGHTS @ (v / 2 - x) ** 2) / 2 * v / 2
        return bias + v**2 / (12 * k)

    return sigma**2 / k + mean_over_the_share(loss, k, points)


def value(name, **at):
    derivation = symbolic.get(name)
    size = at.pop("D")
    return float(derivation.law_at(at).expression.subs(derivation.size.symbol, size))


@pytest.mark.parametrize(("d", "k"), [(1, 1), (1, 5), (2, 3), (3, 4)])
def test_fixed_k(d, k):
    points = 200 if d == 1 else 10**5
    derivation = symbolic.get("neighbors_average.floor")
    at = {"d": d, "k": k, "sigma": 0.3}
    exact = torus(k, points, 0.3, d)
    assert float(derivation.finite_at({**at, "D": points})) == pytest.approx(exact, rel=1e-9, abs=0)
    above = value("neighbors_average.floor", D=points, **at) - 0.09 / k
    assert above == pytest.approx(exact - 0.09 / k, rel=1.5e-3, abs=0)


def least(loss, guess):
    """The smallest loss over real k, near the guess."""
    found = optimize.minimize_scalar(
        loss, bracket=(0.8 * guess, guess, 1.2 * guess), options={"xtol": 1e-6}
    )
    return found.fun


def test_best_k_on_the_circle():
    points, sigma = 10**10, 1.0
    guess = (18 / np.pi**4) ** 0.2 * points**0.8
    exact = least(lambda k: torus(k, points, sigma, 1), guess)
    law = value("best_neighbors.optimal_circle", D=points, sigma=1)
    leading = 1.25 / (18 / np.pi**4) ** 0.2 * points**-0.8
    assert exact - leading == pytest.approx(law - leading, rel=3e-3, abs=0)


@pytest.mark.parametrize("d", [1, 2, 3])
def test_best_k_on_the_torus(d):
    points = 10**12
    ball = np.pi ** (d / 2) / special.gamma(d / 2 + 1)
    bias = 8 * np.pi**4 / (4 * (d + 2) ** 2) * ball ** (-4 / d)
    guess = (d / (4 * bias)) ** (d / (d + 4)) * points ** (4 / (d + 4))
    exact = least(lambda k: torus(k, points, 1.0, d), guess)
    law = value("best_neighbors.optimal", D=points, d=d, sigma=1, B=bias)
    assert exact == pytest.approx(law, rel=2 * points ** (-2 / (d + 4)), abs=0)


def test_best_k_on_the_interval():
    """The second term holds up to D^-1/4 relative: a hundred times the points leave a third."""
    beyond = []
    for points in (10**5, 10**7, 10**9):
        exact = least(lambda k, points=points: interval(k, points, 1.0), 2**0.5 * points**0.75)
        leading = 2 * 2**0.5 / 3 * points**-0.75
        law = value("best_neighbors.boundary", D=points, sigma=1)
        beyond.append((exact - leading) / (law - leading) - 1)
    assert 0 < beyond[2] < 0.06
    assert beyond[0] / beyond[1] == pytest.approx(10**0.5, rel=0.1, abs=0)
    assert beyond[1] / beyond[2] == pytest.approx(10**0.5, rel=0.1, abs=0)
    assert law == pytest.approx(exact, rel=1e-6, abs=0)


@pytest.mark.parametrize("d", [1, 2, 5])
def test_the_worst_f(d):
    """Noise and the moment of order 2/d of the share, at the k that is best for both."""
    points, bias = 10**9, 0.7

    def loss(k):
        logs = special.gammaln([k + 1 + 2 / d, k + 1])
        return 1 / k + bias * np.exp(logs[0] - logs[1]) * points ** (-2 / d)

    guess = (d / (2 * bias)) ** (d / (d + 2)) * points ** (2 / (d + 2))
    exact, leading = least(loss, guess), (1 + d / 2) / guess
    law = value("best_neighbors.lipschitz", D=points, d=d, sigma=1, B=bias)
    assert exact - leading == pytest.approx(law - leading, rel=0.03, abs=0)
    assert leading != pytest.approx(exact, rel=1e-7, abs=0)
