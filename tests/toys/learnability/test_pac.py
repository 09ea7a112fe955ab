"""Intervals and majorities: points equal their twin, and exact equals integrals and sums."""

from itertools import pairwise

import mpmath as mp
import numpy as np
import pytest
import sympy as sp
from court import agrees_with_exact, fresh
from hypothesis import given, settings
from hypothesis import strategies as st
from naive import learnability as naive
from pydantic import ValidationError

from toys.learnability import pac
from toys.learnability.pac import AgnosticMinimax, Intervals


@pytest.mark.parametrize(("k", "N"), [(1, 1), (1, 4), (2, 3), (3, 2), (3, 30), (10, 6)])
def test_points_equal_the_naive_twin(k, N):
    """On the same draws, with empty segments too."""
    seen = Intervals(k=k, N=N).simulate(fresh(), 60)
    twin = naive.nearest_label_errors(fresh(), N, 2 * k + 1, 60)
    assert seen == pytest.approx(twin, rel=1e-12, abs=1e-14)


def by_integration(k, N):
    """The chance that the nearest of N samples has another label, as a rational number."""
    x, y = sp.symbols("x y")
    n, total = 2 * k + 1, sp.Integer(0)
    for i in range(n):
        for j in range(i + 1, n, 2):
            box = (sp.Rational(i, n), sp.Rational(i + 1, n))
            low, high = sp.Rational(j, n), sp.Rational(j + 1, n)
            # query x, sample y > x: nothing is nearer, up to the end of the line where y > 2x
            inside = N * (1 - 2 * (y - x)) ** (N - 1)
            cut = N * (1 - y) ** (N - 1)
            edges = sorted({*box, *(e / 2 for e in (low, high) if box[0] < e / 2 < box[1])})
            for a, b in pairwise(edges):
                if a + b <= low:
                    total += sp.integrate(sp.integrate(cut, (y, low, high)), (x, a, b))
                elif a + b >= high:
                    total += sp.integrate(sp.integrate(inside, (y, low, high)), (x, a, b))
                else:
                    near = sp.integrate(inside, (y, low, 2 * x))
                    far = sp.integrate(cut, (y, 2 * x, high))
                    total += sp.integrate(sp.expand(near + far), (x, a, b))
    return 2 * total


@pytest.mark.parametrize(("k", "N"), [(1, 1), (1, 2), (1, 5), (2, 1), (2, 3), (3, 4)])
def test_exact_is_an_integral_over_pairs(k, N):
    truth = float(by_integration(k, N))
    assert Intervals(k=k, N=N).exact() == pytest.approx(truth, rel=1e-13, abs=0)


@pytest.mark.parametrize("k", [1, 5, 64])
def test_exact_at_large_sizes_is_its_law(k):
    for N in (10**5, 10**9, 10**15):
        toy = Intervals(k=k, N=N, sampler="extremes")
        assert toy.exact() * (N + 1) == pytest.approx(k, rel=1e-13, abs=0)


def test_printed_ratios():
    """err (N+1)/k at N/VC = 1, 2, 4, 8: in the printed ranges for several k."""
    for ratio, low, high in ((1, 0.77, 1.18), (2, 0.97, 1.28), (4, 1.0, 1.12), (8, 0.99, 1.01)):
        seen = [
            Intervals(k=k, N=2 * k * ratio).exact() * (2 * k * ratio + 1) / k for k in (1, 2, 4, 8)
        ]
        assert low - 0.01 < min(seen) <= max(seen) < high + 0.01


@pytest.mark.parametrize("sampler", ["points", "extremes"])
@given(k=st.integers(1, 12), N=st.integers(1, 80))
@settings(max_examples=30)
def test_intervals_against_exact(sampler, k, N):
    assert agrees_with_exact(Intervals(k=k, N=N, sampler=sampler))


def test_extremes_reach_large_sizes():
    assert agrees_with_exact(Intervals(k=3, N=10**15, sampler="extremes"))


def wrong_majority(g, N):
    """P(wrong) in many digits, by the sum over right labels; a tie counts half."""
    terms = [
        mp.binomial(N, i) * ((1 + g) / 2) ** i * ((1 - g) / 2) ** (N - i)
        for i in range((N + 1) // 2)
    ]
    tie = mp.binomial(N, N // 2) * ((1 - g * g) / 4) ** (N // 2) / 2 if N % 2 == 0 else 0
    return mp.fsum(terms) + tie


@given(st.floats(0.01, 5), st.integers(1, 300))
@settings(max_examples=40)
def test_exact_is_the_sum_over_labels(z, N):
    if z * z >= N:
        with pytest.raises(ValidationError, match="gap"):
            AgnosticMinimax(z=z, N=N)
        return
    with mp.workdps(40):
        g = mp.mpf(z) / mp.sqrt(N)
        truth = float(g * wrong_majority(g, N))
    assert AgnosticMinimax(z=z, N=N).exact() == pytest.approx(truth, rel=1e-11, abs=0)


@pytest.mark.parametrize("z", [0.01, 0.7518, 5.0])
@pytest.mark.parametrize("N", [10**5 + 1, 10**9 + 1, 10**15 - 1])
def test_exact_majority_at_large_sizes_tends_to_its_law(z, N):
    """z Phi(-z)/sqrt(N) (1 + b/N), b from the derivation; and the term after that."""
    with mp.workdps(30):
        tail = mp.erfc(mp.mpf(z) / mp.sqrt(2)) / 2
        bell = mp.exp(-(mp.mpf(z) ** 2) / 2) / mp.sqrt(2 * mp.pi)
        law = float(z * tail - z**2 * (1 + z**2) * bell / (4 * N))
    seen = AgnosticMinimax(z=z, N=N).exact() * N**0.5
    assert seen == pytest.approx(law, rel=1e-12 + 2e4 / N**2, abs=0)


def test_printed_majority():
    assert AgnosticMinimax(N=1001).exact() * 1001**0.5 == pytest.approx(0.16990, abs=6e-6)
    worst = max(AgnosticMinimax(z=z, N=10**9 + 1).exact() for z in np.linspace(0.7, 0.8, 101))
    assert worst * (10**9 + 1) ** 0.5 == pytest.approx(0.16997, abs=5e-6)


@pytest.mark.parametrize("sampler", ["labels", "binomial"])
@given(z=st.floats(0.05, 1.9), N=st.integers(12, 200))
@settings(max_examples=30)
def test_majority_against_exact(sampler, z, N):
    assert agrees_with_exact(AgnosticMinimax(z=z, N=N, sampler=sampler), 10**7)


def test_refusals_and_links():
    with pytest.raises(ValidationError, match="use 'extremes'"):
        Intervals(N=10**10)
    with pytest.raises(ValidationError, match=r"z = 2 is too large for N = 4"):
        AgnosticMinimax(z=2, N=4)
    with pytest.raises(ValidationError, match="labels"):
        AgnosticMinimax(N=10**10, sampler="labels")
    assert Intervals().derivation("N") == "pac.intervals"
    assert AgnosticMinimax().derivation("N") == "pac.agnostic"


def test_one_signature():
    for sampler in ("points", "extremes"):
        Intervals(sampler=sampler).simulate(fresh(), 3)
    pac._error(np.ones(3, dtype=np.bool_), np.ones(3) / 2, np.ones(3) / 2)
    for kernel in (pac._error, pac._errors_of_points, pac._errors_of_extremes):
        assert len(kernel.signatures) == 1
