"""Hutter's learning curves against sums over the features themselves."""

import math

import mpmath as mp
import pytest
import sympy as sp

import symbolic


def law_at(name, **values):
    law = symbolic.get(name).law.at(values)
    return float(sp.N(law.expression.subs(law.size, values["size"])))


def alternating(n, a, power):
    """The sum over features of p^power (1-p)^n, by the binomial theorem and zeta values."""
    with mp.workdps(60 + int(0.7 * n)):
        a, c = mp.mpf(a), 1 / mp.zeta(1 + mp.mpf(a))
        return mp.fsum(
            mp.binomial(n, k) * (-1) ** k * c ** (k + power) * mp.zeta((1 + a) * (k + power))
            for k in range(n + 1)
            if k + power
        )


@pytest.mark.parametrize("a", [0.5])
def test_the_error_is_the_missing_mass(a):
    """Tight enough for a slip of 1 % in the next correction, b(1+b)/(2n)."""
    assert law_at("hutter.data", a=a, size=150) == pytest.approx(
        float(alternating(150, a, 1)), rel=8e-6, abs=0
    )


@pytest.mark.parametrize(("a", "prefactor"), [(0.25, 1.08429), (0.5, 0.941560), (1, 0.690988)])
def test_the_prefactor_of_the_error(a, prefactor):
    law = symbolic.get("hutter.data").law.at({"a": a})
    assert float(law.prefactor) == pytest.approx(prefactor, abs=6e-6)
    assert float(law.exponent) == pytest.approx(a / (1 + a), rel=1e-14, abs=0)


@pytest.mark.parametrize("a", [0.5])
def test_different_features(a):
    """1 - (1-p)^n in zeta values: the term of power 0 cancels."""
    exact = float(-alternating(150, a, 0))
    assert law_at("hutter.heaps", a=a, size=150) == pytest.approx(exact, abs=3e-4)
    assert law_at("hutter.time_average", a=a, size=150) == pytest.approx(exact / 150, abs=2e-6)


def poisson(n, a):
    """Error, its variance, different features and their variance, from 10^4 features and a tail."""
    c, last = 1 / float(mp.zeta(1 + a)), 10**4
    shares = [c * i ** -(1 + a) for i in range(1, last + 1)]
    mass, square = (float(c**k * mp.zeta(k * (1 + a), last + 1)) for k in (1, 2))
    unseen = [math.exp(-n * p) for p in shares]
    return (
        math.fsum(p * u for p, u in zip(shares, unseen, strict=True)) + mass - n * square,
        math.fsum(p * p * u * (1 - u) for p, u in zip(shares, unseen, strict=True)),
        math.fsum(1 - u for u in unseen) + n * mass - n * n * square / 2,
        math.fsum(u * (1 - u) for u in unseen) + n * mass - 3 * n * n * square / 2,
    )


@pytest.mark.parametrize("a", [0.75, 1])
def test_three_kinds_of_noise(a):
    n = 2000
    error, variance, seen, spread = poisson(n, a)
    assert law_at("noise.population", a=a, size=n) == pytest.approx(variance, rel=1e-5, abs=0)
    instantaneous = law_at("noise.instantaneous", a=a, size=n)
    assert instantaneous == pytest.approx(math.sqrt(1 / error - 1), rel=error**2 / 7, abs=0)
    average = law_at("noise.average", a=a, size=n)
    assert average == pytest.approx(math.sqrt(spread) / seen, rel=1 / (3 * seen**2), abs=0)


def test_one_kind_of_noise_grows_and_two_die_out():
    b = 1 / 3
    for name, exponent in (
        ("population", 1 + b),
        ("instantaneous", -b / 2),
        ("average", (1 - b) / 2),
    ):
        law = symbolic.get(f"noise.{name}").law.at({"a": 0.5})
        assert float(law.exponent) == pytest.approx(exponent)


def test_the_exponent_is_below_one():
    law = symbolic.get("hutter.bounded_exponent").law
    assert (law.floor, law.exponent, law.prefactor) == (1, 1, -1)
    for a in (10, 100):
        assert float(law.expression.subs(law.size, a)) == pytest.approx(a / (1 + a), abs=2 / a**3)
    for n in (10, 40):  # errors sum to the number of features: sum of (1-(1-p)^n) over features
        summed = math.fsum(float(alternating(m, 0.5, 1)) for m in range(n))
        assert summed == pytest.approx(float(-alternating(n, 0.5, 0)), rel=1e-12, abs=0)
