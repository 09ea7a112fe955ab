"""The coin: exact values to the last digits, and samplers that agree with them."""

import math

import numpy as np
import pytest
from court import fresh
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from naive.coins import coin as naive
from pydantic import ValidationError

from toys import Bernoulli
from toys._kernels import heads
from toys._kernels.heads import divergences, outcomes

SAMPLERS = ("tosses", "binomial", "counts")


def made(p, k, N, sampler="binomial"):
    try:
        return Bernoulli(p=p, pseudocount=k, N=N, sampler=sampler)
    except ValidationError:  # no pseudocount, and both faces hardly ever seen
        assume(False)


@pytest.mark.parametrize(
    ("p", "k", "N", "published"),
    [
        (0.5, 0, 100, "0.0050770861"), (0.5, 0.5, 100, "0.0049755067"),
        (0.5, 1, 100, "0.0048769617"), (0.3, 0, 1000, "5.0107241e-4"),
        (0.3, 0.5, 1000, "4.9978258e-4"), (0.3, 1, 1000, "4.9868826e-4"),
    ],
)  # fmt: skip
def test_enumerated_values(p, k, N, published):
    digits = len(published.partition("e")[0].replace(".", "").lstrip("0"))
    assert f"{Bernoulli(p=p, pseudocount=k, N=N).exact():.{digits - 1}e}" == (
        f"{float(published):.{digits - 1}e}"
    )


@given(
    st.one_of(st.floats(1e-6, 1 - 1e-6), st.sampled_from([0.0, 1.0, 0.5])),
    st.one_of(st.just(0.0), st.floats(1e-3, 1e3)),
    st.integers(1, 400),
)
@settings(max_examples=60)
def test_exact_is_the_sum_over_outcomes(p, k, N):
    value = made(p, k, N).exact()
    truth = naive.expected_divergence(p, k, N)
    assert value == pytest.approx(float(truth), rel=1e-12, abs=0)


@pytest.mark.parametrize("p", [0.2, 0.5, 0.003])
@pytest.mark.parametrize("k", [0, 0.5, 40])
def test_exact_at_large_sizes(p, k):
    for N in (10**5, 10**6):
        truth = naive.expected_divergence(p, k, N, window=14)
        assert Bernoulli(p=p, pseudocount=k, N=N).exact() == pytest.approx(
            float(truth), rel=1e-12, abs=0
        )
    for N in (10**9, 10**12, 10**15):
        truth = naive.expected_divergence_of_many(p, k, N)
        assert Bernoulli(p=p, pseudocount=k, N=N).exact() == pytest.approx(
            float(truth), rel=1e-12, abs=0
        )


@pytest.mark.parametrize("p", [0.2, 1e-4, 0.999])
@pytest.mark.parametrize("N", [10**6, 10**7])
def test_a_thinned_sum_is_the_whole_sum(p, N):
    found, probabilities = outcomes(p, N)
    whole = np.sum(probabilities * divergences(found, N, p, 0.5))
    toy = Bernoulli(p=p, N=N)
    assert toy.exact() == pytest.approx(whole, rel=1e-13, abs=0)
    if N * p * (1 - p) > 1e4:
        thin, _ = outcomes(p, N, thin=True)
        assert thin.size < found.size / 10


@pytest.mark.parametrize("k", [0, 0.5, 1, 7])
@pytest.mark.parametrize("p", [0, 1])
def test_boundary_has_its_own_law(p, k, rng):
    toy = Bernoulli(p=p, pseudocount=k, N=50)
    assert toy.deterministic
    assert toy.exact() == pytest.approx(math.log((50 + 2 * k) / (50 + k)), rel=1e-12, abs=0)
    for sampler in SAMPLERS:
        losses = toy.at(sampler=sampler).simulate(rng, 10)
        assert losses == pytest.approx(np.full(10, toy.exact()), rel=1e-12, abs=1e-300)
    assert toy.derivation("N") == ("bernoulli.boundary" if k else None)


def test_no_pseudocount_is_the_stated_conditional_version(rng):
    toy = Bernoulli(p=0.2, pseudocount=0, N=8)
    assert "given that both faces were seen" in toy.quantity
    for sampler in SAMPLERS:
        losses = toy.at(sampler=sampler).simulate(rng, 20_000)
        assert np.all(np.isfinite(losses))
        error = losses.std() / np.sqrt(losses.size)
        assert abs(losses.mean() - toy.exact()) < 5 * error


def test_infinite_expectation_explains_itself():
    with pytest.raises(ValidationError, match=r"infinite.*probability 0\.001 .*pseudocount > 0"):
        Bernoulli(p=1e-6, pseudocount=0, N=1000)
    with pytest.raises(ValidationError, match="infinite"):
        Bernoulli(p=0.5, pseudocount=0, N=1)


def test_real_tosses_of_a_huge_number_are_refused():
    with pytest.raises(ValidationError, match="at most 1000000000"):
        Bernoulli(N=10**12, sampler="tosses")


@pytest.mark.parametrize("sampler", SAMPLERS)
@given(
    p=st.sampled_from([0.05, 0.3, 0.5, 0.8]),
    k=st.sampled_from([0.0, 0.5, 1.0, 3.0]),
    N=st.sampled_from([1, 2, 5, 17, 64, 65, 300]),
)
@settings(max_examples=12)
def test_simulation_against_exact(sampler, p, k, N):
    """Within 5 standard errors of exact; exact values that are 5 % off are not."""
    toy = made(p, k, N, sampler)
    seen = toy.simulate_moments(fresh(), 400_000)
    error = seen.standard_error
    assume(error > 1e-12 * seen.mean)  # p = 1/2, N = 1: the loss does not vary
    assert error <= 0.005 * toy.exact()
    assert abs(seen.mean - toy.exact()) <= 5 * error
    for slip in (0.95, 1.05):
        assert abs(seen.mean - slip * toy.exact()) > 5 * error


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_moments_are_those_of_the_losses(sampler):
    toy = Bernoulli(p=0.3, N=30, sampler=sampler)
    losses = toy.simulate(fresh(), 5000)
    seen = toy.simulate_moments(fresh(), 5000)
    count, mean, m2 = naive.moments(losses)
    assert seen.count == count
    assert seen.mean == pytest.approx(mean, rel=1e-13, abs=0)
    assert seen.m2 == pytest.approx(m2, rel=1e-11, abs=0)


def test_counts_fall_back_to_draws_where_outcomes_are_many():
    """With more outcomes than replicates, or than memory is for, the replicates are drawn."""
    toy = Bernoulli(p=0.2, N=10**12, sampler="counts")
    assert not toy._can_be_counted(10**9)
    assert not Bernoulli(p=0.2, N=10**6, sampler="counts")._can_be_counted(100)
    assert Bernoulli(p=0.2, N=10**6, sampler="counts")._can_be_counted(10**6)
    assert toy.simulate(fresh(), 1000).shape == (1000,)
    seen = toy.simulate_moments(fresh(), 200_000)
    assert abs(seen.mean - toy.exact()) < 5 * seen.standard_error


@pytest.mark.parametrize("delta", [-0.999, -0.4, -1e-3, -1e-9, 0.0, 1e-12, 0.01, 0.59, 3.0, 1e6])
def test_x_minus_log1p(delta):
    import mpmath as mp

    with mp.workdps(60):
        truth = float(mp.mpf(delta) - mp.log(1 + mp.mpf(delta)))
    assert heads._x_minus_log1p(delta) == pytest.approx(truth, rel=2e-15, abs=0)


def test_one_signature_a_kernel():
    for sampler in SAMPLERS:
        for p in (0, 0.3, 1):
            Bernoulli(p=p, N=np.int64(20), sampler=sampler).simulate(fresh(), 5)
    Bernoulli(p=0.3, N=20).exact()
    for kernel in (heads._losses, heads._probabilities):
        assert len(kernel.signatures) == 1
