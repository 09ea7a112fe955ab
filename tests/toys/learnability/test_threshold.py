"""Thresholds without noise: points equal their twin, gaps their law, and exact its integrals."""

import mpmath as mp
import numpy as np
import pytest
from court import agrees_with_exact, fresh
from hypothesis import given, settings
from hypothesis import strategies as st
from naive import learnability as naive
from pydantic import ValidationError

from toys.learnability import threshold
from toys.learnability.threshold import RandomThreshold, Threshold

LEARNERS = ("midpoint", "smallest", "gibbs", "worst")
SAMPLERS = ("points", "gaps")


@pytest.mark.parametrize(("t", "N"), [(0.3, 1), (0.3, 7), (0.97, 5)])
def test_points_equal_the_naive_twin(t, N):
    """Bitwise; without a sample on one side the gap reaches to the end."""
    left, right = np.empty(50), np.empty(50)
    threshold._gaps_of_points(fresh(), np.full(50, t), N, left, right)
    twin = naive.gaps(fresh(), [t] * 50, N)
    assert np.array_equal(twin, [left, right])


@pytest.mark.parametrize("learner", LEARNERS)
def test_learners_are_what_they_say(learner):
    toy = Threshold(t=0.3, N=6, learner=learner, sampler="points")
    rng = fresh()
    left, right = naive.gaps(rng, [0.3] * 40, 6)
    shift = {
        "midpoint": (right - left) / 2,
        "smallest": right,
        "gibbs": -left + rng.random(40) * (left + right),
        "worst": np.maximum(left, right),
    }[learner]
    assert toy.simulate(fresh(), 40) == pytest.approx(np.abs(shift), rel=1e-12, abs=1e-15)


def by_quadrature(learner, t, N):
    """The expected error in 30 digits, from P(A > a, B > b) = (1-a-b)^N."""
    with mp.workdps(30):
        t = mp.mpf(t)
        least, most = sorted((t, 1 - t))
        tail = {
            "right": lambda u: (1 - u) ** N if u < 1 - t else mp.mpf(0),
            "left": lambda u: (1 - u) ** N if u < t else mp.mpf(0),
            "both": lambda u: (1 - 2 * u) ** N if u < least else mp.mpf(0),
        }
        mean = {name: mp.quad(f, [0, least, most]) for name, f in tail.items()}
        if learner == "midpoint":
            return (mean["left"] + mean["right"]) / 2 - mean["both"]
        if learner == "smallest":
            return mean["right"]
        if learner == "worst":
            return mean["left"] + mean["right"] - mean["both"]

        def coupled(a):  # the coupling ab/(a+b) by its mixed derivative
            return mp.quad(
                lambda b: 2 * a * b / (a + b) ** 3 * (1 - a - b) ** N if a + b else 0, [0, 1 - t]
            )

        return (mean["left"] + mean["right"]) / 2 - mp.quad(coupled, [0, t])


@pytest.mark.parametrize("learner", ["midpoint", "smallest", "worst"])
@pytest.mark.parametrize(("t", "N"), [(0.4, 5), (0.03, 20), (0.9, 1), (0.5, 3), (1e-3, 2000)])
def test_exact_is_the_integral_over_gaps(learner, t, N):
    toy = Threshold(t=t, N=N, learner=learner)
    assert toy.exact() == pytest.approx(float(by_quadrature(learner, t, N)), rel=1e-12, abs=0)


@pytest.mark.parametrize(("t", "N"), [(0.4, 5)])
def test_exact_gibbs_is_a_double_integral(t, N):
    truth = float(by_quadrature("gibbs", t, N))
    assert Threshold(t=t, N=N, learner="gibbs").exact() == pytest.approx(truth, rel=1e-10, abs=0)


@pytest.mark.parametrize(("t", "N"), [(0.4, 5), (0.9, 1), (1e-9, 10**9), (1e-12, 3), (0.999, 2000)])
def test_exact_gibbs_in_many_digits(t, N):
    """With one end cut off the coupling is a single integral, here in 30 digits."""

    def cut(t, M):
        def integrand(s):
            return (1 - s) ** (M - 1) * ((t / s) ** 2 - 2 * (t / s) ** 3 / 3)

        nodes = [t, *sorted({min(mp.mpf(1), t + mp.mpf(x) / M) for x in (0.01, 0.1, 1, 5, 20, 80)})]
        return mp.quad(integrand, [*nodes, 1] if nodes[-1] < 1 else nodes)

    with mp.workdps(30):
        s, M = mp.mpf(t), mp.mpf(N + 1)
        a, b = (1 - s) ** M, s**M
        both = (1 - a - b) / (3 * M) + cut(s, M) + cut(1 - s, M)
        truth = float((2 - a - b) / (2 * M) - both)
    assert Threshold(t=t, N=N, learner="gibbs").exact() == pytest.approx(truth, rel=1e-11, abs=0)


def test_printed_values():
    assert Threshold(t=0.4, N=5).exact() * 6 == pytest.approx(0.474656, rel=1e-12, abs=0)
    for learner, prefactor in zip(LEARNERS, (0.5, 1, 2 / 3, 1.5), strict=True):
        for N in (10**4, 10**9, 10**15):
            toy = Threshold(t=0.2, N=N, learner=learner)
            assert toy.exact() * (N + 1) == pytest.approx(prefactor, rel=1e-13, abs=0)


def test_the_random_threshold_is_the_mean_over_thresholds():
    """By Gauss's rule on each half: |1-2t| has a kink at 1/2."""
    nodes, weights = np.polynomial.legendre.leggauss(20)
    halves = np.concatenate([(1 + nodes) / 4, (3 + nodes) / 4])
    for N in (1, 4, 9):
        means = [Threshold(t=float(t), N=N).exact() for t in halves]
        mean = float(np.tile(weights, 2) @ means) / 4
        assert RandomThreshold(N=N).exact() == pytest.approx(mean, rel=1e-13, abs=0)


@pytest.mark.parametrize("sampler", SAMPLERS)
@given(
    t=st.floats(0.05, 0.95),
    N=st.integers(1, 60),
    learner=st.sampled_from(LEARNERS),
)
@settings(max_examples=30)
def test_simulation_against_exact(sampler, t, N, learner):
    assert agrees_with_exact(Threshold(t=t, N=N, learner=learner, sampler=sampler))


@pytest.mark.parametrize("sampler", SAMPLERS)
@given(N=st.integers(1, 60))
@settings(max_examples=10)
def test_random_threshold_against_exact(sampler, N):
    assert agrees_with_exact(RandomThreshold(N=N, sampler=sampler))


def test_gaps_reach_large_sizes():
    for learner in LEARNERS:
        assert agrees_with_exact(Threshold(t=1e-9, N=10**9, learner=learner, sampler="gaps"))
        assert agrees_with_exact(Threshold(t=0.4, N=10**15, learner=learner, sampler="gaps"))


def test_refusals():
    with pytest.raises(ValidationError, match="use 'gaps'"):
        Threshold(N=10**10, sampler="points")
    with pytest.raises(ValidationError, match="t"):
        Threshold(t=0)


def test_links():
    for learner in LEARNERS:
        assert Threshold(learner=learner).derivation("N") == f"threshold.{learner}"
    assert RandomThreshold().derivation("N") == "rates.linear"
    assert Threshold().derivation("t") is None


def test_one_signature():
    for toy in (Threshold(sampler="points"), RandomThreshold(sampler="points")):
        toy.simulate(fresh(), 3)
    assert len(threshold._gaps_of_points.signatures) == 1
