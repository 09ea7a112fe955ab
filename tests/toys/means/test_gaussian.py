"""The Gaussian mean: draws equal their naive twin, and both samplers equal the formula."""

import numpy as np
import pytest
from court import fresh
from hypothesis import given, settings
from hypothesis import strategies as st
from naive.means import gaussian as naive
from pydantic import ValidationError

from toys import GaussianMean
from toys.means import gaussian


@pytest.mark.parametrize(("N", "d"), [(1, 1), (7, 1), (20, 3)])
def test_draws_equal_the_naive_twin(N, d):
    toy = GaussianMean(sigma=1, d=d, N=N, sampler="draws")
    losses, twin = toy.simulate(fresh(), 50), naive.squared_means(fresh(), N, d, 50)
    assert np.all(np.abs(losses - twin) <= 4 * np.spacing(twin))


@pytest.mark.parametrize("sampler", ["draws", "sufficient statistic"])
@given(
    sigma=st.sampled_from([1e-3, 1.0, 7.0]),
    d=st.integers(1, 5),
    N=st.integers(1, 40),
    loss=st.sampled_from(["squared", "nll"]),
)
@settings(max_examples=15)
def test_simulation_against_exact(sampler, sigma, d, N, loss):
    """Within 5 standard errors of exact; exact values that are 5 % off are not."""
    toy = GaussianMean(sigma=sigma, d=d, N=N, loss=loss, sampler=sampler)
    assert toy.exact() == pytest.approx(
        d * sigma**2 / N if loss == "squared" else d / (2 * N), rel=1e-14, abs=0
    )
    seen = toy.simulate_moments(fresh(), 100_000)
    assert seen.standard_error <= 0.005 * toy.exact()
    assert abs(seen.mean - toy.exact()) <= 5 * seen.standard_error
    for slip in (0.95, 1.05):
        assert abs(seen.mean - slip * toy.exact()) > 5 * seen.standard_error


def test_the_distribution_is_chi_square():
    from scipy.stats import chi2, kstest

    for sampler in ("draws", "sufficient statistic"):
        losses = GaussianMean(sigma=2, d=3, N=10, sampler=sampler).simulate(fresh(), 20_000)
        assert kstest(losses * 10 / 4, chi2(3).cdf).pvalue > 1e-4
        assert kstest(losses * 10 / 4, chi2(4).cdf).pvalue < 1e-6


def test_too_many_literal_draws_are_refused():
    with pytest.raises(ValidationError, match="'sufficient statistic'"):
        GaussianMean(N=10**10, sampler="draws")


def test_one_signature():
    GaussianMean(N=5, d=2, sampler="draws").simulate(fresh(), 3)
    assert len(gaussian._squared_means.signatures) == 1
