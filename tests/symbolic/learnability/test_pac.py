"""Laws of thresholds and intervals against exact sums, quadrature and simulated learners."""

import math
from functools import cache

import mpmath as mp
import numpy as np
import pytest
import sympy as sp

import symbolic
from symbolic.algebra import number

PREFACTOR = {"midpoint": 1 / 2, "smallest": 1, "gibbs": 2 / 3, "worst": 3 / 2}


def finite(name, **parameters):
    return float(symbolic.get(name).finite_at(parameters))


@cache
def simulated_gaps(N, t, runs=50_000):
    x = np.random.default_rng(N).random((runs, N))
    left = t - np.where(x < t, x, 0).max(1)
    right = np.where(x > t, x, 1).min(1) - t
    return left, right


@pytest.mark.parametrize(("N", "t"), [(5, 0.4), (3, 0.2), (8, 0.7)])
@pytest.mark.parametrize("name", PREFACTOR)
def test_thresholds_err_as_simulated(name, N, t):
    left, right = simulated_gaps(N, t)
    errors = {
        "midpoint": abs(left - right) / 2,
        "smallest": right,
        "gibbs": (left**2 + right**2) / (left + right) / 2,
        "worst": np.maximum(left, right),
    }[name]
    noise = errors.std() / math.sqrt(len(errors))
    assert finite(f"threshold.{name}", N=N, t=t) == pytest.approx(errors.mean(), abs=4 * noise)


def test_the_midpoint_has_its_enumerated_value():
    assert finite("threshold.midpoint", N=5, t=0.4) == pytest.approx(0.474656 / 6, rel=1e-9, abs=0)


@pytest.mark.parametrize("t", [0.3, 0.5])
@pytest.mark.parametrize("name", PREFACTOR)
def test_thresholds_tend_to_their_laws(name, t):
    """N + 1 spacings of the circle: the mean gap is 1/(N+1), whichever gap is taken."""
    N = 1000
    derivation = symbolic.get(f"threshold.{name}")
    derived = float(derivation.law.expression.subs(derivation.size.symbol, N))
    assert derived == pytest.approx(PREFACTOR[name] / (N + 1), rel=2e-6, abs=0)
    assert finite(f"threshold.{name}", N=N, t=t) == pytest.approx(PREFACTOR[name] / (N + 1))


@pytest.mark.parametrize("k", [1, 2, 3])
def test_intervals_err_as_simulated(k):
    N, runs = 60 * k, 20_000
    rng = np.random.default_rng(k)
    x = np.sort(rng.random((runs, N)), axis=1)
    segment = np.floor(x * (2 * k + 1)).astype(int)
    middle = (x[:, 1:] + x[:, :-1]) / 2
    changes = segment[:, 1:] - segment[:, :-1] == 1
    cut = (segment[:, 1:]) / (2 * k + 1)
    errors = (abs(middle - cut) * changes).sum(1)
    noise = errors.std() / math.sqrt(runs)
    derivation = symbolic.get("pac.intervals")
    derived = derivation.law_at({"k": k}).expression.subs(derivation.size.symbol, N)
    assert float(derived) == pytest.approx(errors.mean(), abs=4 * noise + k / N**3)


@pytest.mark.parametrize("z", [0.5, 0.7518, 1.3])
def test_the_agnostic_law_is_that_of_a_noisy_majority(z):
    """Binomial probabilities by recursion, and the next term from them."""
    derivation = symbolic.get("pac.agnostic")
    N = 2001
    right = (1 + z / math.sqrt(N)) / 2
    term, wrong = (1 - right) ** N, 0.0
    logarithm = N * math.log(1 - right)
    for i in range((N - 1) // 2 + 1):
        term = math.exp(logarithm)
        wrong += term
        logarithm += math.log((N - i) / (i + 1) * right / (1 - right))
    exact = z / math.sqrt(N) * wrong
    leading = z / math.sqrt(N) * math.erfc(z / math.sqrt(2)) / 2
    derived = number(
        derivation.law_at({"z": z}).expression, {derivation.size.symbol: sp.Integer(N)}
    )
    assert float(derived) - leading == pytest.approx(exact - leading, rel=0.005, abs=0)


def test_the_worst_noise_has_its_known_prefactor():
    best = max(z * math.erfc(z / math.sqrt(2)) / 2 for z in np.linspace(0.7, 0.8, 2001))
    assert best == pytest.approx(0.16997, abs=5e-6)
    derivation = symbolic.get("pac.agnostic")
    leading = derivation.law_at({"z": 0.7518}).expression.subs(derivation.size.symbol, 10**16)
    assert float(leading) * 10**8 == pytest.approx(best, rel=1e-6, abs=0)


@pytest.mark.parametrize(("k", "exponent"), [(1, 2 / 3), (3, 4 / 7), (0.5, 3 / 4)])
def test_tsybakov_is_the_price_of_a_shift(k, exponent):
    c, N = 1.3, 10_000
    derivation = symbolic.get("pac.tsybakov")
    found = derivation.law_at({"k": k, "c": c})
    assert float(found.exponent) == pytest.approx(exponent)
    price = mp.quad(lambda x: (2 * x) ** k, [0, c * N ** (-1 / (2 * k + 1))])
    assert float(found.expression.subs(derivation.size.symbol, N)) == pytest.approx(float(price))
