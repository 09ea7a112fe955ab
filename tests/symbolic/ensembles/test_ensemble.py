"""Ensembles, against explicit covariance matrices, all resamples, and simulated subset sums."""

from itertools import product

import mpmath as mp
import pytest

import symbolic


def law_at(name, size, **parameters):
    law = symbolic.get(name).law_at(parameters)
    return float(law.expression.subs(law.size, size).evalf(20))


@pytest.mark.parametrize("members", [1, 2, 7])
def test_the_average_of_a_covariance_matrix(members):
    b, rho, v = 0.2, 0.1, 1.5
    covariance = [[v if i == j else rho * v for j in range(members)] for i in range(members)]
    error = b**2 + sum(map(sum, covariance)) / members**2
    assert law_at("ensemble.average", members, b=b, rho=rho, v=v) == pytest.approx(
        error, rel=1e-12, abs=0
    )


@pytest.mark.parametrize(("n", "k"), [(2, 1), (2, 3), (3, 2)])
def test_bagging_over_all_resamples(n, k):
    """Weights of the points in the bagged mean, squared and summed, over every outcome."""
    resamples = list(product(range(n), repeat=n))
    total = 0.0
    for chosen in product(resamples, repeat=k):
        weights = [sum(draw.count(i) for draw in chosen) / (n * k) for i in range(n)]
        total += sum(weight**2 for weight in weights)
    exact = 4.0 * total / len(resamples) ** k
    assert law_at("ensemble.bagged", k, N=n, sigma=2.0) == pytest.approx(exact, rel=1e-12, abs=0)


def test_the_factor_of_the_median_of_a_subset_sum():
    """P(error > s times typical) = E exp(-s exp(-Z²/2)) is one half at 1.0443."""

    def survival(s):
        density = lambda z: mp.npdf(z) * mp.exp(-s * mp.exp(-(z**2) / 2))  # noqa: E731
        return 2 * mp.quad(density, [0, 2, 5, 12])

    median = mp.findroot(lambda s: survival(s) - 0.5, 1.04)
    n = 24
    geometric = law_at("ensemble.subset_sum", n) / float(
        mp.sqrt(mp.pi * n / 6) / mp.mpf(2) ** (n + 1)
    )
    assert float(median) == pytest.approx(1.0443, abs=1e-4)
    assert float(median) / geometric == pytest.approx(1.128, abs=5e-4)


def test_subset_sums_of_random_weights():
    """The mean logarithm of 400 errors with 12 weights, standard error about 0.07."""
    import random
    from math import log

    rng = random.Random(4)
    n, logs = 12, []
    for _ in range(400):
        sums = [0.0]
        for _ in range(n):
            weight = rng.uniform(-1, 1)
            sums += [value + weight for value in sums]
        logs.append(log(min(abs(value - 0.3) for value in sums)))
    assert sum(logs) / 400 == pytest.approx(log(law_at("ensemble.subset_sum", n)), abs=0.28)
