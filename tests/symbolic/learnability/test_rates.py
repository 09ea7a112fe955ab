"""Universal rates against sums over atoms."""

import math
import random

import numpy as np
import pytest
import sympy as sp

import symbolic
from symbolic.algebra import number


def law(name, size, **parameters):
    found = symbolic.get(f"rates.{name}")
    expression = found.law_at(parameters).expression
    return float(number(expression, {found.size.symbol: sp.Integer(size)}))


@pytest.mark.parametrize(("K", "N"), [(2, 4), (5, 12), (10, 7)])
def test_exponential_is_the_mean_over_random_samples(K, N):
    rng = random.Random(K)
    runs = 20_000
    unseen = [1 - len({rng.randrange(K) for _ in range(N)}) / K for _ in range(runs)]
    noise = np.std(unseen) / math.sqrt(runs) / 2
    assert law("exponential", N, K=K) == pytest.approx(np.mean(unseen) / 2, abs=4 * noise)
    assert law("exponential", 2 * N, K=K) == pytest.approx(2 * law("exponential", N, K=K) ** 2)


@pytest.mark.parametrize("N", [30, 100])
def test_linear_is_the_mean_over_thresholds(N):
    """The exact error for a given threshold, averaged by Gauss's rule."""
    nodes, weights = np.polynomial.legendre.leggauss(80)
    t, w = (nodes + 1) / 4, weights / 2
    errors = (1 - (1 - t) ** (N + 1) - t ** (N + 1) + (1 - 2 * t) ** (N + 1)) / (2 * (N + 1))
    mean = (w * errors).sum()
    assert float(symbolic.get("rates.linear").finite_at({"N": N})) == pytest.approx(
        mean, rel=1e-12, abs=0
    )
    excess = (mean - 1 / (2 * N)) * N**2
    assert (law("linear", N) - 1 / (2 * N)) * N**2 == pytest.approx(excess, abs=2.1 / N)


C = 0.295182428


def missing_mass(N, last=200_000):
    """The sum over atoms up to `last`, and an integral in ln i beyond."""
    i = np.arange(1, last + 1.0)
    p = C / (i * np.log(i + 1) ** 2)
    y = np.linspace(math.log(last + 0.5), math.log(last) + 80, 400_001)
    tail = C / y**2 * np.exp(-N * C * np.exp(-y) / y**2)
    step = y[1] - y[0]
    beyond = (tail.sum() - (tail[0] + tail[-1]) / 2) * step + C / y[-1]
    return (p * np.exp(N * np.log1p(-p))).sum() + beyond


@pytest.mark.parametrize(("N", "known"), [(10**4, 0.057604), (10**6, 0.033867), (10**12, 0.014159)])
def test_slow_has_the_enumerated_missing_mass(N, known):
    assert missing_mass(N) == pytest.approx(known, abs=2e-6)
    finite = symbolic.get("rates.slow").finite
    point = {s: {"N": sp.Integer(N), "C": sp.Float(C)}[s.name] for s in finite.free_symbols}
    assert float(number(finite, point)) == pytest.approx(known, rel=1e-3, abs=0)


def test_slow_has_its_next_term():
    """Beyond the floats' range in N, by the same integral centred at ln N."""
    for log in (2000.0, 4000.0):
        u = np.linspace(-60, 60, 200_001)
        y = log + u
        inside = C / y**2 * np.exp(-C * np.exp(-u) / y**2)
        exact = inside.sum() * (u[1] - u[0]) + C / y[-1]
        derived = C / log - C * (math.log(C) + np.euler_gamma - 2 * math.log(log)) / log**2
        assert exact == pytest.approx(derived, rel=2e-4, abs=0)
        expression = symbolic.get("rates.slow").law_at({"C": C}).expression
        size = symbolic.get("rates.slow").size.symbol
        value = sp.N(expression.subs(size, sp.exp(sp.Integer(int(log)))))
        assert (float(value) - C / log) == pytest.approx(exact - C / log, rel=0.01, abs=0)


@pytest.mark.parametrize("q", [0.5, 0.7, 0.9])
def test_geometric_is_the_missing_mass_but_for_its_ripple(q):
    g = -math.log(q)
    w = 2 * math.pi / g
    ripple = 2 * math.sqrt(math.pi * w / math.sinh(math.pi * w))
    relative = []
    for N in np.unique(np.logspace(3, 4, 25).astype(int)):
        i = np.arange(0, int(60 / g))
        p = (1 - q) * q**i
        mass = (p * np.exp(N * np.log1p(-p))).sum()
        derived = law("geometric", int(N), q=q)
        assert (derived - 1 / (g * N)) * g * N**2 == pytest.approx(-1, rel=1e-9, abs=0)
        relative.append(mass * g * (N + 1) - 1)
    assert max(map(abs, relative)) < 1.05 * ripple + 1e-9
    if q == 0.5:
        assert max(map(abs, relative)) > 0.8 * ripple
