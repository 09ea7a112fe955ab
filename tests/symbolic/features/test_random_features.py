"""Random features against sums over the spectrum, enumerations and random matrices."""

from itertools import combinations

import numpy as np
import pytest

import symbolic

FEATURES = 50_000


def law_at(name, **values):
    return symbolic.get(f"random_features.{name}").law_at(values)


def shares_sum(gamma, p, last=FEATURES, tail=True):
    """Sum of 1/(1 + gamma n^p), with the rest beyond `last` as an integral."""
    n = np.arange(1, last + 1.0)
    total = np.sum(1 / (1 + gamma * n**p))
    if tail:
        edge = last + 0.5
        total += edge ** (1 - p) / (gamma * (p - 1)) - edge ** (1 - 2 * p) / gamma**2 / (2 * p - 1)
    return total


def solved_gamma(m, p, **kind):
    """The gamma for which the shares add up to m, by bisection of its logarithm."""
    low, high = np.log(0.1 * m**-p), np.log(20.0 * m**-p)
    for _ in range(40):
        middle = (low + high) / 2
        if shares_sum(np.exp(middle), p, **kind) > m:
            low = middle
        else:
            high = middle
    return np.exp((low + high) / 2)


@pytest.mark.parametrize(("name", "alpha"), [("data", 0.5), ("data", 2.0), ("parameters", 1.0)])
def test_the_law_of_the_isotropic_target(name, alpha):
    """m gamma from the sum itself, times 1 + alpha/(2m)."""
    m = 1000
    law = law_at(name, alpha=alpha)
    exact = m * solved_gamma(m, 1 + alpha) * (1 + alpha / (2 * m))
    assert law.exponent == pytest.approx(alpha)
    assert float(law.expression.subs(law.size, m)) == pytest.approx(exact, rel=3e-6, abs=0)


def test_the_prefactors_that_are_known():
    for alpha, prefactor in ((0.5, 3.761), (1.0, 2.467), (2.0, 1.768)):
        assert float(law_at("data", alpha=alpha).prefactor) == pytest.approx(prefactor, abs=6e-4)


@pytest.mark.parametrize(("alpha", "m", "draws"), [(2.0, 32, 500)])
def test_fluctuations_add_half_alpha_to_m(alpha, m, draws):
    """Projections onto random vectors: trace of what is left, over gamma, less m."""
    rng = np.random.default_rng(7)
    scale = np.arange(1, 401.0) ** (-(1 + alpha) / 2)
    gamma = solved_gamma(m, 1 + alpha, last=400, tail=False)
    left = []
    for _ in range(draws):
        rows = rng.standard_normal((m, 400)) * scale
        basis = np.linalg.qr(rows.T)[0]
        left.append(np.sum(scale**2) - np.sum((scale[:, None] * basis) ** 2))
    error = np.std(left) / np.sqrt(draws) / gamma
    added = np.mean(left) / gamma - m
    assert error < 0.11
    assert added == pytest.approx(alpha / 2, abs=3 * error + 0.15)


@pytest.mark.parametrize(("P", "D"), [(1, 8), (3, 20), (3, 9)])
def test_least_squares_with_more_data(P, D):
    """The loss of least squares with noise of variance 1, from random designs."""
    rng = np.random.default_rng(P + D)
    design = rng.standard_normal((10_000, D, P))
    gram = np.einsum("ndi,ndj->nij", design, design)
    excess = np.trace(np.linalg.inv(gram), axis1=1, axis2=2)
    exact = symbolic.get("random_features.variance_limited").finite_at(
        {"D": D, "P": P, "L_inf": 1.0}
    )
    error = np.std(excess) / 100
    assert float(exact) == pytest.approx(1 + np.mean(excess), abs=4 * error)
    assert error < 0.02
    law = law_at("variance_limited", P=P, L_inf=0.5)
    assert (law.exponent, float(law.prefactor), float(law.floor)) == (1, P / 2, 0.5)
    assert float(law.correction[0]) == P + 1


@pytest.mark.parametrize("alpha", [1.0, 1.5])
def test_what_truncation_changes(alpha):
    m, p = 50, 1 + alpha
    law = law_at("truncated", alpha=alpha, m=m)
    last = 20_000
    lost = solved_gamma(m, p) - solved_gamma(m, p, last=last, tail=False)
    exact = lost * (m + 0.5)  # the sum is m where the integral is m + 1/2
    predicted = -float(law.prefactor) * (last + 0.5) ** -alpha
    assert law.exponent == pytest.approx(alpha)
    assert predicted == pytest.approx(exact, rel=7e-3, abs=0)


def test_eigenfeatures_by_enumeration():
    S, alpha = 7, 0.6
    variances = [n ** -(1 + alpha) for n in range(1, S + 1)]
    law = law_at("eigenfeatures", alpha=alpha, S=S)
    for P in range(S + 1):
        losses = [sum(variances) - sum(chosen) for chosen in combinations(variances, P)]
        value = law.expression.subs(law.size, P)
        assert float(value) == pytest.approx(sum(losses) / len(losses), abs=1e-12)
    assert law.exponent is None


@pytest.mark.parametrize(("name", "alpha", "b"), [
    ("target_parameters", 1.5, 0.5), ("target_parameters", 1.0, 1.0), ("target_data", 1.0, 0.7),
    ("target_data", 1.0, 1.0), ("target_data", 0.6, 1.9),
])  # fmt: skip
def test_the_law_of_a_rough_target(name, alpha, b):
    """Sums over the spectrum at two sizes, extrapolated to remove relative order 1/m."""
    p, n = 1 + alpha, np.arange(1, 2 * FEATURES + 1.0)
    law = law_at(name, alpha=alpha, b=b)
    found = []
    for m in (1000, 2000):
        gamma = solved_gamma(m, p)
        share = 1 / (1 + gamma * n**p)
        rest = (2 * FEATURES + 0.5) ** -b / b  # nothing is learnt there
        if name == "target_parameters":
            loss = np.sum(n ** (-1 - b) * (1 - share)) + rest
        else:
            factor = m / (m - shares_squared(gamma, p))
            loss = factor * (np.sum(n ** (-1 - b) * (1 - share) ** 2) + rest)
        found.append(loss / (float(law.prefactor) * m**-b))
    assert law.exponent == pytest.approx(b)
    assert 2 * found[1] - found[0] == pytest.approx(1, abs=7e-4)


def shares_squared(gamma, p):
    n = np.arange(1, FEATURES + 1.0)
    return np.sum((1 + gamma * n**p) ** -2.0)


@pytest.mark.parametrize(("alpha", "b"), [(1.0, 6.0), (2.0, 8.0)])
def test_the_law_of_a_smooth_target(alpha, b):
    p, m, n = 1 + alpha, 1000, np.arange(1, FEATURES + 1.0)
    gamma = solved_gamma(m, p)
    lost = 1 - 1 / (1 + gamma * n**p)
    law = law_at("saturated_parameters", alpha=alpha, b=b)
    exact = np.sum(n ** (-1 - b) * lost) * (1 + (alpha + 2) / (2 * m))
    assert law.exponent == pytest.approx(1 + alpha)
    assert float(law.expression.subs(law.size, m)) == pytest.approx(exact, rel=5e-6, abs=0)
    law = law_at("saturated_data", alpha=alpha, b=b)
    factor = m / (m - shares_squared(gamma, p))
    exact = factor * np.sum(n ** (-1 - b) * lost**2)
    assert law.exponent == pytest.approx(2 + 2 * alpha)
    assert float(law.leading.subs(law.size, m + 0.5)) == pytest.approx(exact, rel=1e-3, abs=0)


def test_data_and_parameters_agree_for_the_isotropic_target_only():
    ratio = [
        float(law_at("target_data", alpha=1.0, b=b).prefactor)
        / float(law_at("target_parameters", alpha=1.0, b=b).prefactor)
        for b in (0.5, 1.0, 1.5)
    ]
    assert ratio == pytest.approx([1.5, 1.0, 0.5])
    assert float(law_at("target_data", alpha=1.0, b=1.0).prefactor) == pytest.approx(
        float(law_at("data", alpha=1.0).prefactor)
    )
