"""Sampling by quota: exact to the last digits, its rounding, and what it refuses."""

import numpy as np
import pytest
from court import agrees_with_exact, fresh
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from naive.coins import quota as naive
from pydantic import ValidationError

from toys import Bernoulli, QuotaSampling


@given(p=st.floats(1e-6, 0.999999), N=st.integers(4, 10**12))
@settings(max_examples=25)
def test_exact_is_the_mean_over_the_bias(p, N):
    assume(N * min(p, 1 - p) >= 2)
    seen = QuotaSampling(p=p, N=N).exact()
    assert seen == pytest.approx(float(naive.expected(p, N)), rel=1e-11, abs=0)


@pytest.mark.parametrize(("p", "N"), [(0.5, 4), (0.5, 10**15), (0.2, 10), (2e-15, 10**15)])
def test_exact_at_the_edges(p, N):
    seen = QuotaSampling(p=p, N=N).exact()
    assert seen == pytest.approx(float(naive.expected(p, N)), rel=1e-12, abs=0)


@pytest.mark.parametrize("p", [0.07, 0.3, 2**0.5 - 1, 0.9])
def test_exact_tends_to_its_law(p):
    v = p * (1 - p)
    for N in (10**4, 10**8, 10**15):
        seen = QuotaSampling(p=p, N=N).exact()
        assert N**2 * seen == pytest.approx(1 / (24 * v), rel=1 / (N * v), abs=0)


def test_enumerated_value():
    """The mean over many N of N² times the loss at p = sqrt(2) - 1 is 0.17172."""
    toy = QuotaSampling(p=2**0.5 - 1, N=10**6)
    assert 10**12 * toy.exact() == pytest.approx(0.17172, abs=5e-6)


@pytest.mark.parametrize(("p", "N"), [(0.3, 10), (0.77, 1001), (1e-9, 10**10), (0.4, 10**15)])
def test_quotas_equal_the_naive_twin(p, N):
    seen = QuotaSampling(p=p, N=N).simulate(fresh(), 200)
    twin = naive.quotas(fresh(), p, N, 200)
    # where the rounding nearly vanishes, its square keeps fewer digits
    assert np.all(np.abs(seen - twin) <= 1e-14 * (twin + np.sqrt(twin * twin.max())))


@given(p=st.floats(0.05, 0.95), N=st.integers(40, 10**15))
@settings(max_examples=30)
def test_simulation_against_exact(p, N):
    assert agrees_with_exact(QuotaSampling(p=p, N=N))


def test_most_of_the_loss_of_a_coin_is_noise():
    N = 10**4
    assert QuotaSampling(p=0.3, N=N).exact() < 1e-3 * Bernoulli(p=0.3, N=N).exact()


def test_a_face_that_may_be_missing_is_refused():
    with pytest.raises(ValidationError, match=r"p = 0\.01 with N = 150 may leave a face"):
        QuotaSampling(p=0.01, N=150)
    assert np.all(np.isfinite(QuotaSampling(p=0.01, N=200).simulate(fresh(), 1000)))
