"""Atoms without end: draws equal their twin, and exact sums equal sums in many digits."""

import math
from itertools import pairwise

import mpmath as mp
import numpy as np
import pytest
from court import agrees_with_exact, fresh
from hypothesis import given, settings
from hypothesis import strategies as st
from naive import learnability as naive
from pydantic import ValidationError

from toys.learnability import slow_atoms
from toys.learnability.slow_atoms import LISTED, NORMALISATION, SlowAtoms


@pytest.mark.parametrize(("N", "queries"), [(1, 0), (40, 0), (40, 3), (300, 0)])
def test_slow_atoms_equal_the_naive_twin(N, queries):
    """The rejection beyond the table included, of which a tenth goes beyond any float."""
    toy = SlowAtoms(N=N, queries=queries)
    twin = naive.slow_losses(fresh(), N, queries, NORMALISATION, LISTED, 10)
    assert toy.simulate(fresh(), 10) == pytest.approx(twin, rel=1e-11, abs=0)


def test_slow_atoms_have_their_probabilities():
    """Frequencies of ranks in bins that reach beyond the table, and beyond 2^52."""
    p, cumulative, guide = slow_atoms._table()
    rng, draws = fresh(), 50_000
    found = np.array([slow_atoms._atom(rng, cumulative, guide) for _ in range(draws)])
    edges = [1, 2, 3, 10, 100, LISTED, LISTED + 2, 5000, 10**5, 10**8, 10**12, 2**52]
    shares = []
    for low, high in pairwise(edges):
        with mp.workdps(20):
            inside = tail(low) - tail(high)
        shares.append(float(inside))
        expected = shares[-1] * found.size
        seen = np.count_nonzero((found >= low) & (found < high))
        assert abs(seen - expected) <= 5 * math.sqrt(expected) + 1
    beyond = np.count_nonzero(found >= 2**52)
    assert abs(beyond - found.size * (1 - sum(shares))) <= 5 * math.sqrt(beyond)
    assert np.diff(cumulative, prepend=0) == pytest.approx(p, rel=1e-8, abs=0)


def tail(n):
    """The mass of all atoms from rank n on."""
    C = mp.mpf(NORMALISATION)
    if n <= 20_000:
        exact = mp.fsum(C / (i * mp.log(i + 1) ** 2) for i in range(n, 20_000))
        return exact + tail(20_001) + C / (20_000 * mp.log(20_001) ** 2)
    x = mp.mpf(n)
    smooth = mp.quad(lambda y: 1 / mp.log(1 + mp.exp(y)) ** 2, [mp.log(x), 30, 60]) + mp.mpf(1) / 60
    weight = 1 / (x * mp.log(x + 1) ** 2)
    return C * (smooth + weight / 2 + weight / (12 * x) * (1 + 2 / mp.log(x)))


def test_the_normalisation():
    assert pytest.approx(0.295182428, abs=5e-10) == NORMALISATION
    assert slow_atoms._sum_of_missing(0.0) == pytest.approx(3.387735532, abs=5e-10)
    assert float(tail(1)) == pytest.approx(1, rel=1e-13, abs=0)


def missing_mass(N, direct=3000):
    """In 30 digits: direct sums, then Euler and Maclaurin with three terms and mpmath's nodes."""
    with mp.workdps(30):
        C = 1 / mp.mpf("3.3877355319520023163695371796")

        def f(x):
            p = C / (x * mp.log(x + 1) ** 2)
            return p * mp.exp(N * mp.log1p(-p))

        head = mp.fsum(f(mp.mpf(i)) for i in range(1, direct))
        top = mp.log(N + direct) + 70
        knots = mp.linspace(mp.log(direct), top, 30)
        body = mp.quad(lambda y: f(mp.exp(y)) * mp.exp(y), knots)
        at = mp.mpf(direct)
        return head + body + C / top + f(at) / 2 - mp.diff(f, at) / 12 + mp.diff(f, at, 3) / 720


@pytest.mark.parametrize("N", [1, 30, 10**3, 10**5, 10**8, 10**15])
def test_exact_slow_rate_in_many_digits(N):
    toy = SlowAtoms(N=N, sampler="one query")
    assert toy.exact() == pytest.approx(float(missing_mass(N)), rel=1e-12, abs=0)


def test_printed_missing_masses():
    printed = {2: 0.136598, 3: 0.083616, 4: 0.057604, 6: 0.033867, 12: 0.014159}
    for decade, mass in printed.items():
        seen = SlowAtoms(N=10**decade, sampler="one query").exact()
        assert seen == pytest.approx(mass, rel=0, abs=5.1e-7)
    for decade, slope in ((2, 0.213), (3, 0.162), (4, 0.127), (6, 0.0865), (12, 0.042)):
        toy = SlowAtoms(N=10**decade, sampler="one query")
        ratio = toy.exact() / toy.at(N=10 ** (decade + 1)).exact()
        assert math.log10(ratio) == pytest.approx(slope, rel=0, abs=6e-4)


@given(N=st.integers(1, 200), queries=st.integers(0, 20))
@settings(max_examples=30)
def test_slow_atoms_against_exact(N, queries):
    assert agrees_with_exact(SlowAtoms(N=N, queries=0 if queries < 10 else queries))


@given(st.integers(0, 15))
@settings(max_examples=10)
def test_one_query_against_exact(decade):
    assert agrees_with_exact(SlowAtoms(N=10**decade, sampler="one query"), 10**7)


def test_refusals_and_links():
    with pytest.raises(ValidationError, match="use 'one query'"):
        SlowAtoms(N=10**9)
    with pytest.raises(ValidationError, match="queries = 0 does not go"):
        SlowAtoms(queries=0, sampler="one query")
    assert SlowAtoms().derivation("N") == "rates.slow"
    assert SlowAtoms().C == NORMALISATION


def test_one_signature():
    SlowAtoms(queries=0).simulate(fresh(), 3)
    SlowAtoms(sampler="one query").simulate(fresh(), 3)
    for kernel in (slow_atoms._memorise, slow_atoms._one_query):
        assert len(kernel.signatures) == 1
