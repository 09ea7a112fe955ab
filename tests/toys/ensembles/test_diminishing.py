"""Diminishing returns: searches equal their naive twin, and the gain equals the formula."""

import mpmath as mp
import numpy as np
import pytest
from court import agrees_with_exact, fresh
from hypothesis import given, settings
from hypothesis import strategies as st
from naive import ensembles as naive
from pydantic import ValidationError

from toys import DiminishingReturns
from toys.ensembles import diminishing


@pytest.mark.parametrize(("c", "a", "N"), [(1, 0.5, 1), (3, 2, 30.5), (0.1, 0.1, 200)])
@pytest.mark.parametrize("buffer", [diminishing.WORDS, 90])
def test_tries_equal_the_naive_twin(c, a, N, buffer, monkeypatch):
    monkeypatch.setattr(diminishing, "WORDS", buffer)
    gains = DiminishingReturns(c=c, a=a, N=N, sampler="tries").simulate(fresh(), 30)
    twin = naive.gains(fresh(), c, a, N, 30, buffer)
    assert gains == pytest.approx(twin, rel=1e-11, abs=1e-14 * c * N**-a)
    assert 0 < np.count_nonzero(gains) < 30


@pytest.mark.parametrize("sampler", ["tries", "best tries"])
@given(c=st.floats(1e-3, 1e3), a=st.floats(0.05, 1.5), N=st.floats(1, 40))
@settings(max_examples=30)
def test_simulation_against_exact(sampler, c, a, N):
    assert agrees_with_exact(DiminishingReturns(c=c, a=a, N=N, sampler=sampler))


@given(c=st.floats(1e-70, 1e70), a=st.floats(0.05, 4), N=st.floats(1, 1e15))
@settings(max_examples=50)
def test_exact_is_the_difference_of_two_losses(c, a, N):
    with mp.workdps(40):
        truth = mp.mpf(c) * (mp.mpf(N) ** -mp.mpf(a) - (2 * mp.mpf(N)) ** -mp.mpf(a))
    assert DiminishingReturns(c=c, a=a, N=N).exact() == pytest.approx(
        float(truth), rel=1e-13, abs=0
    )


@pytest.mark.parametrize("N", [1, 70])
def test_the_loss_itself_is_the_power_law(N):
    """The best try of N data has the mean c N^-a; of 2N data, as much less as is gained."""
    toy = DiminishingReturns(c=2, a=0.7, N=N, sampler="tries")
    tries = max(N, diminishing.CERTAIN)
    shares = diminishing.search(fresh(), tries, 100_000)
    losses = 2 / 0.9086387328532904 * (shares * tries / N) ** 0.7  # Γ(1.7)
    error = losses.std() / shares.size**0.5
    assert abs(losses.mean() - 2 * N**-0.7) < 5 * error
    assert abs(losses.mean() - 2.1 * N**-0.7) > 5 * error
    assert toy.exact() == pytest.approx(2 * N**-0.7 - 2 * (2 * N) ** -0.7, rel=1e-12, abs=0)


@pytest.mark.parametrize("c", [1e-70, 1e70])
@pytest.mark.parametrize("a", [0.05, 4])
def test_the_ends_of_its_bounds(c, a):
    toy = DiminishingReturns(c=c, a=a, N=1e15)
    seen = toy.simulate_moments(fresh(), 1000)
    assert np.isfinite(seen.m2)
    assert 0.3 < seen.mean / toy.exact() < 3


def test_links_and_refusals():
    assert DiminishingReturns().derivation("N") == "diminishing.returns"
    assert DiminishingReturns().derivation("a") is None
    with pytest.raises(ValidationError, match=r"N = 1e\+09 is too large.*'best tries'"):
        DiminishingReturns(N=1e9, sampler="tries")


def test_one_signature():
    DiminishingReturns(N=70, sampler="tries").simulate(fresh(), 3)
    DiminishingReturns(N=1, c=2, sampler="tries").simulate(fresh(), 3)
    assert len(diminishing._search.signatures) == 1
