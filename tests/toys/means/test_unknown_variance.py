"""A Gaussian fitted with its variance: twin, exact values in many digits, both samplers."""

import mpmath as mp
import numpy as np
import pytest
from court import agrees_with_exact, fresh
from hypothesis import given, settings
from hypothesis import strategies as st
from naive.means import unknown_variance as naive
from pydantic import ValidationError

from toys import GaussianFit
from toys.means import unknown_variance


@pytest.mark.parametrize("N", [6, 7, 40])
def test_draws_equal_the_naive_twin(N):
    losses = GaussianFit(N=N).simulate(fresh(), 50)
    assert losses == pytest.approx(naive.divergences(fresh(), N, 50), rel=1e-11, abs=1e-14)
    assert np.all(losses > 0)


@pytest.mark.parametrize("N", [6, 10, 61, 62, 1000, 10**6, 10**15])
def test_exact_in_many_digits(N):
    with mp.workdps(50):
        n = mp.mpf(N)
        truth = (mp.digamma((n - 1) / 2) + mp.log(2 / n) + (n + 1) / (n - 3) - 1) / 2
    assert GaussianFit(N=N, sampler="sufficient statistic").exact() == pytest.approx(
        float(truth), rel=1e-13, abs=0
    )


def test_as_enumerated():
    assert GaussianFit(N=10).exact() == pytest.approx(0.175431, abs=5e-7)


@given(st.integers(10, 300), st.sampled_from(["draws", "sufficient statistic"]))
@settings(max_examples=30)
def test_simulation_against_exact(N, sampler):
    assert agrees_with_exact(GaussianFit(N=N, sampler=sampler))


def test_large_sizes_lose_no_digits():
    """N times the loss is half of chi² with two degrees of freedom: its mean is 1."""
    losses = 1e15 * GaussianFit(N=10**15, sampler="sufficient statistic").simulate(fresh(), 40_000)
    assert np.all(losses > -1e-3)
    assert abs(losses.mean() - 1) <= 5 / 200
    assert abs(losses.mean() - 1.05) > 5 / 200


def test_refusals():
    with pytest.raises(ValidationError, match="use 'sufficient statistic'"):
        GaussianFit(N=10**10)
    with pytest.raises(ValidationError, match="greater than or equal to 6"):
        GaussianFit(N=5)


def test_one_signature():
    GaussianFit(N=9).simulate(fresh(), 3)
    assert len(unknown_variance._fits.signatures) == 1
