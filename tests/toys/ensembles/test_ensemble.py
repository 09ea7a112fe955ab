"""Ensembles: sub-models and resamples equal their naive twins, and simulation equals exact."""

import numpy as np
import pytest
from court import agrees_with_exact, fresh
from hypothesis import given, settings
from hypothesis import strategies as st
from naive import ensembles as naive
from pydantic import ValidationError

from toys import BaggedMean, Ensemble
from toys.ensembles import ensemble


@pytest.mark.parametrize(
    ("b", "rho", "v", "K"), [(0.2, 0.1, 1, 1), (-3, 0, 2.5, 7), (0, 0.9, 4, 60)]
)
def test_members_equal_the_naive_twin(b, rho, v, K):
    losses = Ensemble(b=b, rho=rho, v=v, K=K, sampler="members").simulate(fresh(), 40)
    assert losses == pytest.approx(naive.ensembles(fresh(), b, rho, v, K, 40), rel=1e-11, abs=1e-28)


@pytest.mark.parametrize(("N", "K"), [(2, 1), (7, 5), (50, 3)])
def test_resamples_equal_the_naive_twin(N, K):
    losses = BaggedMean(N=N, sigma=3, K=K, sampler="resamples").simulate(fresh(), 40)
    twin = 9 * naive.bagged_means(fresh(), N, K, 40) ** 2
    assert losses == pytest.approx(twin, rel=1e-11, abs=1e-28)


@pytest.mark.parametrize("N", [2, 3, 10, 1000, 99_999])
def test_each_point_has_an_equal_share_of_the_pieces(N):
    assert set(naive.shares_of_pieces(N)) == {2**17 // N}


@pytest.mark.parametrize("sampler", ["members", "average"])
@given(
    b=st.floats(-4.9, 4.9),
    rho=st.floats(0, 0.99),
    v=st.floats(0.01, 100),
    K=st.integers(1, 60),
)
@settings(max_examples=30)
def test_simulation_against_exact(sampler, b, rho, v, K):
    assert agrees_with_exact(Ensemble(b=b, rho=rho, v=v, K=K, sampler=sampler))


@pytest.mark.parametrize("sampler", ["resamples", "counts"])
@given(N=st.integers(2, 12), sigma=st.floats(1e-3, 1e3), K=st.integers(1, 30))
@settings(max_examples=30)
def test_bagging_against_exact(sampler, N, sigma, K):
    assert agrees_with_exact(BaggedMean(N=N, sigma=sigma, K=K, sampler=sampler))


def test_squared_errors_as_published():
    """Values of b² + ρv + (1-ρ)v/K for b = 0.2, v = 1, ρ = 0.1."""
    predicted = {1: "1.0400", 4: "0.3650", 16: "0.1963", 64: "0.1541", 256: "0.1435"}
    toy = Ensemble(b=0.2, rho=0.1, v=1)
    assert {K: f"{toy.at(K=K).exact():.4f}" for K in predicted} == predicted


def test_the_shared_part_does_not_average_out():
    """With 1e15 sub-models the floor is left, and so it is with 1e12 resamples."""
    toy = Ensemble(b=0.3, rho=0.2, v=2, K=10**15)
    assert toy.exact() == pytest.approx(0.49, rel=1e-14, abs=0)
    assert agrees_with_exact(toy)
    bagged = BaggedMean(N=5, sigma=2, K=10**12)
    assert bagged.exact() == pytest.approx(0.8, rel=1e-11, abs=0)
    assert agrees_with_exact(bagged)


@pytest.mark.parametrize("N", [2, 10**5])
@pytest.mark.parametrize("K", [1, 10**12])
def test_bagging_at_the_ends_of_its_bounds(N, K):
    toy = BaggedMean(N=N, K=K)
    scaled = toy.simulate(fresh(), 50) / toy.exact()
    assert np.all(np.isfinite(scaled))
    assert 0 < scaled.mean() < 2  # five standard errors of a chi-square


def test_links():
    assert Ensemble().derivation("K") == "ensemble.average"
    assert BaggedMean().derivation("K") == "ensemble.bagged"
    assert Ensemble().derivation("N") is None
    assert BaggedMean().derivation("N") is None


def test_more_draws_than_can_be_waited_for_are_refused():
    with pytest.raises(ValidationError, match=r"K = 2000000000 is too large.*'average'"):
        Ensemble(K=2 * 10**9, sampler="members")
    with pytest.raises(ValidationError, match=r"K = 1000000 with N = 2000 is too large.*'counts'"):
        BaggedMean(N=2000, K=10**6, sampler="resamples")
    with pytest.raises(ValidationError, match="rho"):
        Ensemble(rho=1)


def test_one_signature():
    Ensemble(K=3, b=0, v=2, sampler="members").simulate(fresh(), 3)
    BaggedMean(N=4, K=3, sampler="resamples").simulate(fresh(), 3)
    for kernel in (ensemble._average_members, ensemble._bagged_means):
        assert len(kernel.signatures) == 1
