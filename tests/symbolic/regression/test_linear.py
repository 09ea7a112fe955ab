"""Power-law regression: laws against sums over features and the exact recursion of SGD."""

import math

import mpmath as mp
import numpy as np
import pytest
import sympy as sp

import symbolic
from symbolic.algebra import number


def law(name, size, **parameters):
    found = symbolic.get(name)
    expression = found.law_at(parameters).expression
    return float(number(expression, {found.size.symbol: sp.Float(size)}))


def tail(exponent, after, last=20_000):
    """The sum of i^-exponent over i > after, its end by the midpoint rule."""
    i = np.arange(after + 1, last + 1.0)
    return (i**-exponent).sum() + (last + 0.5) ** (1 - exponent) / (exponent - 1)


@pytest.mark.parametrize("B", [1.3, 1.75, 2.5])
def test_parameters_leave_the_tail(B):
    P = 100
    leading = P ** (1 - B) / (B - 1)
    derived = law("linear.parameters", P, B=B) - leading
    assert derived == pytest.approx(tail(B, P) - leading, rel=0.008, abs=0)


def loss_of_sgd(A, B, eta, D, features=4000):
    """The mean error of one pass: the exact recursion of the squared errors of all weights."""
    i = np.arange(1, features + 1.0)
    variance, error = i**-A, i ** (A - B)
    missing = tail(B, features)
    keeps = 1 - 2 * eta * variance + 2 * eta**2 * variance**2
    for _ in range(D):
        loss = variance @ error + missing
        error = keeps * error + eta**2 * variance * loss
    return variance @ error + missing


@pytest.mark.parametrize(
    ("A", "B", "eta", "tolerance"),
    [(2.0, 1.5, 0.3, 0.02), (1.5, 1.5, 0.3, 0.02), (2.0, 1.25, 0.2, 0.03)],
)
def test_one_pass_of_sgd_tends_to_its_law(A, B, eta, tolerance):
    D = 2000
    fed_back = sum(eta**m * float(mp.zeta(A * m)) for m in range(1, 60)) / 2
    s = (B - 1) / A
    leading = math.gamma(s) / A * (2 * eta * D) ** -s / (1 - fed_back)
    known = {"A": A, "B": B, "eta": eta, "K": fed_back}
    assert float(symbolic.get("linear.data").law_at(known).exponent) == pytest.approx(s)
    correction = loss_of_sgd(A, B, eta, D) - leading
    assert law("linear.data", D, **known) - leading == pytest.approx(
        correction, rel=tolerance, abs=0
    )


@pytest.mark.parametrize(("B", "sigma"), [(1.5, 1.0), (1.75, 0.5), (2.0, 2.0)])
def test_the_ridge_is_the_sum_of_shrunken_weights(B, sigma):
    n = 40.0**B
    i = np.arange(1, 200_001.0)
    exact = (1 / (i**B + n)).sum() + 200_000.5 ** (1 - B) / (B - 1)
    exact -= n * 200_000.5 ** (1 - 2 * B) / (2 * B - 1)
    leading = math.pi / B / math.sin(math.pi / B) * n ** (1 / B - 1)
    derived = law("epochs.ridge", n * sigma**2, B=B, sigma=sigma)
    assert derived - leading == pytest.approx(exact - leading, rel=0.005, abs=0)


def test_ordinary_ridge_with_a_matched_prior_is_this_one():
    """B = A: no penalty does better than sigma^2/N, and at it the loss is that of the law."""
    A, sigma, N = 1.6, 0.8, 5000.0
    i = np.arange(1, 400_001.0)

    def loss(penalty):
        bias = i**-A * (penalty / (i**-A + penalty)) ** 2
        noise = sigma**2 / N * (i**-A / (i**-A + penalty)) ** 2
        return (bias + noise).sum() + tail(A, 400_000, 400_001)

    best = loss(sigma**2 / N)
    assert best < min(loss(0.9 * sigma**2 / N), loss(1.1 * sigma**2 / N))
    assert law("epochs.ridge", N, B=A, sigma=sigma) == pytest.approx(best, rel=1e-4, abs=0)


@pytest.mark.parametrize(("A", "B", "eta"), [(1.6, 1.5, 0.2), (2.0, 1.3, 0.1)])
def test_the_frontier_is_the_least_sum_of_both_laws(A, B, eta):
    s = (B - 1) / A
    c = math.gamma(s) / A * (2 * eta) ** -s
    C = 1e7
    near = np.unique(np.geomspace(20, 1500, 250).astype(int)).tolist()
    losses = {P: float(mp.zeta(B, P + 1)) + c * (C / P) ** -s for P in near}
    best = min(losses, key=losses.get)
    P = (2 * eta * C) ** (1 / (1 + A)) * (math.gamma(1 + s) / A) ** (-1 / (s * (1 + A)))
    assert best == pytest.approx(P, rel=0.03, abs=0)
    leading = (1 + A) / (B - 1) * P ** (1 - B)
    known = {"A": A, "B": B, "eta": eta}
    assert law("linear.frontier", C, **known) - leading == pytest.approx(
        losses[best] - leading, rel=0.03, abs=0
    )


@pytest.mark.parametrize(("A", "B"), [(1.6, 1.5), (2.0, 1.3)])
def test_the_exact_frontier_has_these_exponents(A, B):
    """Gradient flow over the best of all sizes, without the sum of two laws."""

    def least(C):
        found = []
        for P in np.unique(np.geomspace(20, 3000, 250).astype(int)):
            i = np.arange(1, P + 1.0)
            left = np.exp(-2 * 0.2 * C / P * i**-A) @ i**-B
            found.append((left + float(mp.zeta(B, int(P) + 1)), P))
        return min(found)

    (early, few), (late, many) = least(1e6), least(1e8)
    decades = math.log(100)
    exponent = float(symbolic.get("linear.frontier").law_at({"A": A, "B": B, "eta": 0.2}).exponent)
    assert math.log(early / late) / decades == pytest.approx(exponent, rel=0.01, abs=0)
    assert math.log(many / few) / decades == pytest.approx(1 / (1 + A), rel=0.02, abs=0)
    bound = law("linear.frontier", 1e8, A=A, B=B, eta=0.2)
    assert 0.5 * bound < late < bound


@pytest.mark.parametrize(("A", "B"), [(2.0, 1.5), (1.5, 1.75)])
def test_one_epoch_suffices_if_the_target_is_no_rougher_than_the_spectrum(A, B):
    sigma, eta, N = 0.5, 0.2, 10**6
    found = symbolic.get("epochs.merging").law_at({"A": A, "B": B, "sigma": sigma, "eta": eta})
    last = next(i for i in range(1, 10**6) if i**-B < sigma**2 / N)
    assert law("epochs.merging", N, A=A, B=B, sigma=sigma, eta=eta) == pytest.approx(
        eta * N * last**-A, rel=2 * A / last, abs=0
    )
    assert (float(found.exponent) < 0) == (B > A)
