"""Memories: draws equal their twins, and exact sums equal sums in many digits."""

import math

import mpmath as mp
import numpy as np
import pytest
from court import agrees_with_exact, fresh
from hypothesis import given, settings
from hypothesis import strategies as st
from naive import learnability as naive
from pydantic import ValidationError

from toys.learnability import rates
from toys.learnability.rates import GeometricAtoms, MemorisedAtoms


@pytest.mark.parametrize(("K", "N"), [(2, 1), (2, 9), (30, 20), (30, 300)])
def test_equiprobable_atoms_equal_the_naive_twin(K, N):
    seen = MemorisedAtoms(K=K, N=N).simulate(fresh(), 40)
    assert np.array_equal(seen, naive.unseen(fresh(), N, K, 40) / (2 * K))


@pytest.mark.parametrize("q", [0.01, 0.5, 0.97])
@pytest.mark.parametrize("N", [1, 6, 200])
def test_geometric_atoms_equal_the_naive_twin(q, N):
    seen = GeometricAtoms(q=q, N=N, sampler="draws").simulate(fresh(), 40)
    twin = naive.geometric_missing_mass(fresh(), N, q, 40)
    assert seen == pytest.approx(twin, rel=1e-12, abs=0)


@pytest.mark.parametrize("divided", [True, False])
def test_the_last_of_the_probabilities_is_that_of_all_ranks_from_there_on(divided):
    """With six of them at q = 0.9 most draws are of the last; the control leaves it as it is."""
    q, N, replicates = 0.9, 2, 20_000
    p = (1 - q) * q ** np.arange(6)
    p[-1] = q**5
    assert p.sum() == pytest.approx(1, rel=1e-14, abs=0)
    given_to_it = p.copy()
    if not divided:
        given_to_it[-1] *= 1 - q
    missing = np.empty(replicates)
    rates._missing_mass(fresh(), N, -math.log(q), given_to_it, missing)
    error = missing.std() / math.sqrt(replicates)
    off = abs(missing.mean() - p @ (1 - p) ** N)
    assert (off < 5 * error) == divided
    if divided:
        twin = naive.listed_missing_mass(fresh(), N, q, p, replicates)
        assert missing == pytest.approx(twin, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("q", [0.01, 0.3, 0.5, 0.99])
@pytest.mark.parametrize("N", [1, 10, 10**4, 10**15])
def test_exact_geometric_in_many_digits(q, N):
    with mp.workdps(30):
        base = mp.mpf(q)
        last = int((math.log(N) + 60) / -math.log(q)) + 2
        terms = ((1 - base) * base**i for i in range(last))
        truth = float(mp.fsum(p * mp.exp(N * mp.log1p(-p)) for p in terms) + base**last)
    assert GeometricAtoms(q=q, N=N).exact() == pytest.approx(truth, rel=1e-12, abs=0)


@given(K=st.integers(2, 400), share=st.floats(0.02, 4))
@settings(max_examples=30)
def test_equiprobable_atoms_against_exact(K, share):
    assert agrees_with_exact(MemorisedAtoms(K=K, N=max(2, round(share * K))))


@pytest.mark.parametrize("sampler", ["draws", "binomial"])
@given(q=st.floats(0.05, 0.95), N=st.integers(1, 200))
@settings(max_examples=30)
def test_geometric_atoms_against_exact(sampler, q, N):
    assert agrees_with_exact(GeometricAtoms(q=q, N=N, sampler=sampler))


def test_geometric_atoms_reach_large_sizes():
    for q in (0.5, 0.9):
        assert agrees_with_exact(GeometricAtoms(q=q, N=10**15))


def test_refusals_and_links():
    with pytest.raises(ValidationError, match="use 'binomial'"):
        GeometricAtoms(N=10**9, sampler="draws")
    assert MemorisedAtoms().derivation("N") == "rates.exponential"
    assert GeometricAtoms().derivation("N") == "rates.geometric"
    assert GeometricAtoms(q=0.3).derivation("N") is None


def test_one_signature():
    MemorisedAtoms().simulate(fresh(), 3)
    GeometricAtoms(sampler="draws").simulate(fresh(), 3)
    for kernel in (rates._unseen, rates._missing_mass):
        assert len(kernel.signatures) == 1
