"""The improvement: exact to the last digits, its samplers, and what it refuses."""

import numpy as np
import pytest
from court import agrees_with_exact, fresh
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from naive.coins import coin as naive
from pydantic import ValidationError

from toys import Bernoulli, BernoulliImprovement, FrozenImprovement
from toys._kernels.heads import improvements

SAMPLERS = ("tosses", "binomial", "counts")


def made(**parameters):
    try:
        return BernoulliImprovement(**parameters)
    except ValidationError:  # no pseudocount, and both faces hardly ever seen
        assume(False)


@given(
    st.sampled_from([0.0, 1.0, 0.5, 0.03, 0.3, 0.71]),
    st.sampled_from([0.0, 1e-6, 1e-3, 0.5, 1.0, 30.0]),
    st.integers(1, 60),
    st.integers(1, 12),
)
@settings(max_examples=50)
def test_exact_is_the_sum_over_pairs_of_outcomes(p, k, N, delta):
    toy = made(p=p, pseudocount=k, N=N, delta=delta)
    for power, statistic in ((1, "mean"), (2, "mean square")):
        truth = float(naive.expected_improvement(p, k, N, delta, power))
        scale = toy.at(statistic="mean square").exact() ** 0.5 if power == 1 else truth
        tolerance = (1e-10 if k == 1e-6 else 1e-12) * max(
            abs(truth), 1e-3 * scale
        )  # the mean may be near a change of sign
        assert abs(toy.at(statistic=statistic).exact() - truth) <= tolerance


@pytest.mark.parametrize("p", [0.3, 0.002])
@pytest.mark.parametrize("k", [0.0, 0.5, 2.0])
@pytest.mark.parametrize("N", [10**5, 10**8, 10**12, 10**15])
def test_exact_at_large_sizes_tends_to_its_law(p, k, N):
    """1 + O(1/N) with the derived coefficient; a prefactor off by 1e-4 is caught."""
    v = p * (1 - p)
    second = (6 * k**2 * (1 - 4 * v) - 12 * k * (1 - 2 * v) + 5 - 11 * v) / (12 * v)
    toy = BernoulliImprovement(p=p, pseudocount=k, N=N, delta=3)
    law = 3 / (2 * N**2) * (1 + (4 * second - 3) / N)
    assert toy.exact() == pytest.approx(law, rel=1e-12 + 1e3 / (N * v) ** 2, abs=0)
    square = toy.at(statistic="mean square").exact()
    assert square == pytest.approx(3 / N**3, rel=30 / (N * v), abs=0)


def test_exact_is_the_difference_of_two_exact_losses():
    toy = BernoulliImprovement(p=0.2, pseudocount=0.5, N=500, delta=70)
    coin = Bernoulli(p=0.2, pseudocount=0.5)
    assert toy.exact() == pytest.approx(
        coin.at(N=500).exact() - coin.at(N=570).exact(), rel=1e-11, abs=0
    )


def test_enumerated_values():
    toy = BernoulliImprovement(p=0.3, pseudocount=0, N=10**4, delta=1)
    assert toy.exact() * 10**8 == pytest.approx(0.50016, abs=5e-6)
    rms = toy.at(statistic="mean square").exact() ** 0.5
    assert rms * 10**6 == pytest.approx(1.0004, abs=5e-5)


def test_the_kernel_equals_its_twin():
    rng = fresh()
    N, delta = 400, 30
    heads, more = rng.binomial(N, 0.3, 40), rng.binomial(delta, 0.3, 40)
    for k in (0.0, 0.5, 3.0):
        linear, convex = improvements(heads, N, more, delta, 0.3, k)
        truth = naive.improvements(heads, N, more, delta, 0.3, k)
        assert linear - convex == pytest.approx(truth, rel=1e-11, abs=1e-17)
        assert np.all(convex >= 0)


@pytest.mark.parametrize("statistic", ["mean", "mean square"])
@pytest.mark.parametrize("sampler", SAMPLERS)
@given(
    p=st.sampled_from([0.2, 0.3, 0.5]),
    k=st.sampled_from([0.0, 0.5, 1.0]),
    N=st.sampled_from([20, 64, 65, 130]),
    ratio=st.sampled_from([1, 3]),
)
@settings(max_examples=6)
def test_simulation_against_exact(statistic, sampler, p, k, N, ratio):
    """As many new tosses as old ones, or three times as many: the mean stands out of the noise."""
    toy = made(p=p, pseudocount=k, N=N, delta=ratio * N, statistic=statistic, sampler=sampler)
    assume(agrees_with_exact(toy, 10**10 if sampler == "counts" else 2_000_000))


@pytest.mark.parametrize("statistic", ["mean", "mean square"])
def test_counts_reach_what_draws_cannot(statistic):
    toy = BernoulliImprovement(N=1000, sampler="counts", statistic=statistic)
    assert agrees_with_exact(toy, 10**11)


def test_always_the_same_face(rng):
    toy = BernoulliImprovement(p=1, pseudocount=1, N=50, delta=2)
    gain = np.log(52 / 51) - np.log(54 / 53)
    for sampler in SAMPLERS:
        assert toy.at(sampler=sampler).simulate(rng, 5) == pytest.approx(gain, rel=1e-12, abs=0)
    assert toy.exact() == pytest.approx(gain, rel=1e-12, abs=0)
    with pytest.raises(ValidationError, match="nothing is left to improve"):
        BernoulliImprovement(p=1, pseudocount=0)


@pytest.mark.parametrize("statistic", ["mean", "mean square"])
def test_moments_are_those_of_the_losses(statistic):
    toy = BernoulliImprovement(N=30, delta=5, statistic=statistic, sampler="counts")
    losses, seen = toy.simulate(fresh(), 5000), toy.simulate_moments(fresh(), 5000)
    assert seen.mean == pytest.approx(losses.mean(), rel=1e-12, abs=0)
    assert seen.m2 == pytest.approx(losses.var() * 5000, rel=1e-11, abs=0)
    assert toy.statistic == statistic
    assert Bernoulli().statistic == "mean"


@given(
    p=st.floats(0.05, 0.95),
    alpha=st.floats(0.05, 0.95),
    delta=st.integers(1, 30),
    N=st.integers(1, 10**6),
)
@settings(max_examples=50)
def test_frozen_exact_is_the_sum_over_the_new_heads(p, alpha, delta, N):
    assume(alpha != p)
    import mpmath as mp

    with mp.workdps(40):
        q, a = mp.mpf(p), mp.mpf(alpha)
        truth = sum(
            mp.binomial(delta, m) * q**m * (1 - q) ** (delta - m)
            * (naive.divergence(q, a) - naive.divergence(q, (a * N + m) / (N + delta)))
            for m in range(delta + 1)
        )  # fmt: skip
    size = float(abs(alpha - p) * delta / N)  # the mean may be near a change of sign
    seen = FrozenImprovement(p=p, alpha=alpha, delta=delta, N=N).exact()
    assert abs(seen - float(truth)) <= 1e-12 * (abs(float(truth)) + size)


@pytest.mark.parametrize("sampler", ["tosses", "binomial"])
@given(
    p=st.sampled_from([0.1, 0.3, 0.6]),
    alpha=st.sampled_from([0.25, 0.5, 0.9]),
    delta=st.sampled_from([1, 5, 70]),
    N=st.sampled_from([40, 1000]),
)
@settings(max_examples=20)
def test_frozen_simulation_against_exact(sampler, p, alpha, delta, N):
    toy = FrozenImprovement(p=p, alpha=alpha, delta=delta, N=N, sampler=sampler)
    assume(agrees_with_exact(toy))


@pytest.mark.parametrize(("alpha", "N"), [(0.301, 10**6), (0.3001, 10**9), (0.30001, 10**12)])
def test_frozen_exact_near_the_truth(alpha, N):
    import mpmath as mp

    p = 0.3
    with mp.workdps(60):
        q, a, delta = mp.mpf(p), mp.mpf(alpha), 3
        truth = sum(
            mp.binomial(delta, m) * q**m * (1 - q) ** (delta - m)
            * (naive.divergence(q, a) - naive.divergence(q, (a * N + m) / (N + delta)))
            for m in range(delta + 1)
        )  # fmt: skip
    seen = FrozenImprovement(p=p, alpha=alpha, delta=3, N=N).exact()
    assert seen == pytest.approx(float(truth), rel=1e-10, abs=0)


def test_a_frequency_that_is_right_is_refused():
    with pytest.raises(ValidationError, match=r"alpha = 0\.3 equals p"):
        FrozenImprovement(p=0.3, alpha=0.3)


def test_more_tosses_than_can_be_waited_for_are_refused():
    for toy in (BernoulliImprovement, FrozenImprovement):
        with pytest.raises(ValidationError, match="delta = 10000000000 is too large"):
            toy(delta=10**10, sampler="tosses")
    with pytest.raises(ValidationError, match=r"p = 1e-309 is not allowed"):
        BernoulliImprovement(p=1e-309)
