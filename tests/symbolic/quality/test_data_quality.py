"""Flipped and lost tosses, against plain sums over all numbers of heads."""

from math import comb

import mpmath as mp
import pytest

import symbolic


def value(name, size, **parameters):
    law = symbolic.get(name).law_at(parameters)
    return mp.mpf(str(law.expression.subs(law.size, size).evalf(25)))


def divergence(p, r):
    return p * mp.log(p / r) + (1 - p) * mp.log((1 - p) / (1 - r))


def binomial(n, p):
    return [comb(n, j) * p**j * (1 - p) ** (n - j) for j in range(n + 1)]


@pytest.mark.parametrize(("p", "q"), [("0.3", "0.2"), ("0.6", "0.05"), ("0.5", "0.3")])
def test_flips(p, q):
    p, q = mp.mpf(p), mp.mpf(q)
    noisy = p * (1 - q) + q * (1 - p)
    floor = divergence(p, noisy)

    def second(n):
        shares = binomial(n, noisy)
        exact = mp.fsum(w * divergence(p, (j + 0.5) / (n + 1)) for j, w in enumerate(shares))
        return (exact - floor - mp.mpf(1) / (2 * n)) * n**2

    law = symbolic.get("data_quality.flips").law_at({"p": float(p), "q": float(q)})
    assert float(law.floor) == pytest.approx(float(floor), rel=1e-12, abs=0)
    assert float(law.prefactor) == 0.5
    derived = value("data_quality.flips", 1, p=float(p), q=float(q)) - floor - 0.5
    assert float(2 * second(800) - second(400)) == pytest.approx(float(derived), rel=2e-3, abs=0)


@pytest.mark.parametrize("q", [0.05, 0.2])
def test_undone_flips_at_the_boundary(q):
    """Differences of law and sum fall as N^(-3/2), whatever the fraction of N q."""
    for n in (1000, 4000):
        chance, exact = mp.mpf(1 - q) ** n, mp.mpf(0)
        for missing in range(n + 1):
            estimate = ((n - missing) / mp.mpf(n) - q) / (1 - 2 * q)
            if estimate < 0.2:
                break
            exact -= chance * mp.log(min(mp.mpf(1), estimate))
            chance *= mp.mpf(n - missing) / (missing + 1) * q / (1 - q)
        derived = value("debiasing.boundary", n, q=q)
        second = q * (1 - q) / (4 * (1 - 2 * q) ** 2 * n)
        assert float(abs(derived - exact)) < 0.02 * second + 0.5 / n**1.5


def test_undone_flips_as_enumerated():
    for q, enumerated in ((0.05, 0.09665), (0.2, 0.26631)):
        derived = value("debiasing.boundary", 10**5, q=q) * mp.sqrt(10**5)
        assert float(derived) == pytest.approx(enumerated, abs=6e-6)


@pytest.mark.parametrize(("p", "q", "k"), [(0.3, 0.2, 0.5), (0.6, 0.5, 1.0)])
def test_erasures(p, q, k):
    """The mean over the tosses that are left of the enumerated loss."""

    def loss(m):
        shares = binomial(m, p)
        return mp.fsum(
            w * divergence(mp.mpf(p), (j + k) / mp.mpf(m + 2 * k)) for j, w in enumerate(shares)
        )

    losses = [loss(m) for m in range(121)]

    def second(n):
        exact = mp.fsum(w * losses[m] for m, w in enumerate(binomial(n, 1 - q)))
        return (exact - 1 / (2 * (1 - q) * mp.mpf(n))) * n**2

    derived = (value("data_quality.erasures", 1, p=p, q=q, pseudocount=k)) - 1 / (2 * (1 - q))
    assert float(2 * second(120) - second(60)) == pytest.approx(float(derived), abs=0.03)


@pytest.mark.parametrize(("p", "q"), [(0.3, 0.2), (0.5, 0.1)])
def test_undone_flips_inside(p, q):
    """The prefactor, extrapolated from sums over the recorded heads."""
    noisy = p * (1 - q) + q * (1 - p)

    def scaled(n):
        exact = mp.mpf(0)
        for j, chance in enumerate(binomial(n, mp.mpf(noisy))):
            estimate = (j / mp.mpf(n) - q) / (1 - 2 * q)
            exact += chance * divergence(p, min(max(estimate, 0.5 / n), 1 - 0.5 / n))
        return exact * n

    derived = float(value("debiasing.interior", 1, p=p, q=q))
    once = [2 * scaled(n) - scaled(n // 2) for n in (400, 800)]
    assert float((4 * once[1] - once[0]) / 3) == pytest.approx(derived, rel=1e-3, abs=0)
